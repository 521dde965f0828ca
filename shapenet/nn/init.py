"""Initial values of parameters, with torch's names: each function writes into the tensor it is given, and returns it.

What is drawn depends on the generator and on the shape alone: the same numbers stand at the same places, however the
tensor lies in memory, and on whatever device. Nothing is recorded on the tape.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from typing_extensions import TypeVar

from shapenet.backend import Array, default_generator
from shapenet.functional.checks import check_number
from shapenet.kernels.truncated import truncated_normal
from shapenet.nn.gains import calculate_fan_in_and_fan_out, calculate_gain, fans
from shapenet.tensors import AnyTensor

__all__ = [
    "calculate_fan_in_and_fan_out",
    "calculate_gain",
    "constant_",
    "eye_",
    "filters",
    "kaiming_normal_",
    "kaiming_uniform",
    "kaiming_uniform_",
    "normal_",
    "ones_",
    "orthogonal_",
    "trunc_normal_",
    "uniform",
    "uniform_",
    "xavier_normal_",
    "xavier_uniform_",
    "zeros_",
]

T = TypeVar("T", bound=AnyTensor)
Generator = np.random.Generator


# --- constants ---


def constant_(tensor: T, val: float) -> T:
    """Fill with *val*.

    Raises:
        ValueError: *val* is no number, or the tensor cannot hold it.
    """
    if isinstance(val, bool) or not isinstance(val, int | float | np.integer | np.floating):
        raise ValueError(f"constant_ expects val to be a number, got {val!r}")
    kind = tensor.dtype.kind
    if kind != "f" and (not math.isfinite(val) or tensor.dtype.type(val) != val):
        raise ValueError(f"constant_ expects val to be a number of dtype {tensor.dtype}, got {val!r}")
    return _written(tensor, val)


def ones_(tensor: T) -> T:
    """Fill with 1."""
    return _written(tensor, 1)


def zeros_(tensor: T) -> T:
    """Fill with 0."""
    return _written(tensor, 0)


def eye_(tensor: T) -> T:
    """Ones on the diagonal of a matrix, zeros elsewhere.

    Raises:
        ValueError: the tensor is no matrix.
    """
    if tensor.ndim != 2:
        raise ValueError(f"eye_ expects a tensor of 2 dimensions, got {tensor.ndim}")
    return _written(tensor, np.eye(*tensor.data.shape, dtype=tensor.dtype))


# --- distributions ---


def uniform_(tensor: T, a: float = 0.0, b: float = 1.0, generator: Generator | None = None) -> T:
    """Uniform from *a* to *b*.

    Raises:
        ValueError: the tensor is not floating, or *a* is above *b*.
    """
    source = _checked("uniform_", tensor, generator)
    check_number("uniform_", "a", a)
    check_number("uniform_", "b", b, f"of at least a={a}", lambda number: number >= a)
    return _written(tensor, source.uniform(a, b, tensor.data.shape))


def normal_(tensor: T, mean: float = 0.0, std: float = 1.0, generator: Generator | None = None) -> T:
    """Normal, of that mean and standard deviation.

    Raises:
        ValueError: the tensor is not floating, or *std* negative.
    """
    source = _checked("normal_", tensor, generator)
    check_number("normal_", "mean", mean)
    check_number("normal_", "std", std, "of at least 0", lambda number: number >= 0)
    return _written(tensor, source.normal(mean, std, tensor.data.shape))


def trunc_normal_(
    tensor: T,
    mean: float = 0.0,
    std: float = 1.0,
    a: float = -2.0,
    b: float = 2.0,
    generator: Generator | None = None,
) -> T:
    """Normal, of that mean and standard deviation before it is cut: only values from *a* to *b* are left.

    The bounds are values, not multiples of *std*; one of them may be infinite, and both may lie far from the mean.

    Raises:
        ValueError: the tensor is not floating, *std* is not above 0, or *a* not below *b*.
    """
    source = _checked("trunc_normal_", tensor, generator)
    check_number("trunc_normal_", "mean", mean)
    check_number("trunc_normal_", "std", std, "above 0", lambda number: number > 0)
    if not a < b:
        raise ValueError(f"trunc_normal_ expects a to be below b, got a={a!r} and b={b!r}")
    drawn = truncated_normal(source, (a - mean) / std, (b - mean) / std, tensor.numel()).reshape(tensor.data.shape)
    drawn *= std
    drawn += mean
    # Rounding to the dtype of the tensor must not lead out of the bounds.
    return _written(tensor, np.clip(drawn.astype(tensor.dtype), a, b))


# --- by the number of inputs ---


def xavier_uniform_(tensor: T, gain: float = 1.0, generator: Generator | None = None) -> T:
    """Uniform within ``gain * sqrt(6/(fan_in + fan_out))``.

    Source: Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks" (2010),
    equation 16.

    Raises:
        ValueError: the tensor is not floating, or has less than 2 dimensions.
    """
    return _uniform_of_std("xavier_uniform_", tensor, _xavier_std("xavier_uniform_", tensor, gain), generator)


def xavier_normal_(tensor: T, gain: float = 1.0, generator: Generator | None = None) -> T:
    """Normal, of standard deviation ``gain * sqrt(2/(fan_in + fan_out))``.

    Source: Glorot and Bengio (2010), equation 12.

    Raises:
        ValueError: the tensor is not floating, or has less than 2 dimensions.
    """
    std = _xavier_std("xavier_normal_", tensor, gain)
    return _written(tensor, _checked("xavier_normal_", tensor, generator).normal(0, std, tensor.data.shape))


def kaiming_uniform_(
    tensor: T,
    a: float = 0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Generator | None = None,
) -> T:
    """Uniform within ``gain * sqrt(3/fan)``; *a* is the slope of a leaky ReLU, *mode* ``"fan_in"`` or ``"fan_out"``.

    Source: He et al., "Delving deep into rectifiers" (2015), equations 10, 14 and 15.

    Raises:
        ValueError: the tensor is not floating, or has less than 2 dimensions, or an option is unknown.
    """
    std = _kaiming_std("kaiming_uniform_", tensor, a, mode, nonlinearity)
    return _uniform_of_std("kaiming_uniform_", tensor, std, generator)


def kaiming_normal_(
    tensor: T,
    a: float = 0,
    mode: str = "fan_in",
    nonlinearity: str = "leaky_relu",
    generator: Generator | None = None,
) -> T:
    """Normal, of standard deviation ``gain / sqrt(fan)``; the options are those of ``kaiming_uniform_``.

    Source: He et al. (2015), equations 10, 14 and 15.

    Raises:
        ValueError: the tensor is not floating, or has less than 2 dimensions, or an option is unknown.
    """
    std = _kaiming_std("kaiming_normal_", tensor, a, mode, nonlinearity)
    return _written(tensor, _checked("kaiming_normal_", tensor, generator).normal(0, std, tensor.data.shape))


def orthogonal_(tensor: T, gain: float = 1, generator: Generator | None = None) -> T:
    """*gain* times a random matrix whose rows, or columns if there are fewer, are orthonormal.

    Dimensions behind the first count as one. Each such matrix is as likely as any other: the factor Q of a random
    normal matrix, with the signs that make the diagonal of R positive.

    Source: Saxe, McClelland and Ganguli, "Exact solutions to the nonlinear dynamics of learning in deep linear neural
    networks" (2014); Mezzadri, "How to generate random matrices from the classical compact groups" (2007), section 5.

    Raises:
        ValueError: the tensor is not floating, or has less than 2 dimensions.
    """
    source = _checked("orthogonal_", tensor, generator)
    check_number("orthogonal_", "gain", gain)
    if tensor.ndim < 2:
        raise ValueError(f"orthogonal_ expects a tensor of at least 2 dimensions, got {tensor.ndim}")
    if tensor.numel() == 0:
        return tensor
    rows, columns = tensor.data.shape[0], math.prod(tensor.data.shape[1:])
    q, r = np.linalg.qr(source.standard_normal((max(rows, columns), min(rows, columns))))
    q *= gain * np.sign(np.diagonal(r))
    return _written(tensor, (q if rows >= columns else q.T).reshape(tensor.data.shape))


# --- what layers start with ---


def filters(shape: tuple[int, ...], fan_in: int, features: int, *, bias: bool) -> tuple[Array, Array | None]:
    """A weight of *shape*, and a bias ``[features]`` if wanted: both uniform within ``1/sqrt(fan_in)``, as in torch.

    The filters of a convolution lie in memory as its kernels read them.
    """
    weight = kaiming_uniform(shape, fan_in)
    if len(shape) > 2:
        read = (*range(2, len(shape)), 1, 0)  # [O, C/G, K, L] -> [K, L, C/G, O]
        weight = np.ascontiguousarray(weight.transpose(read)).transpose(np.argsort(read))
    return weight, uniform((features,), 1 / math.sqrt(fan_in)) if bias else None


def kaiming_uniform(shape: tuple[int, ...], fan_in: int, a: float = math.sqrt(5)) -> Array:
    """Uniform within ``gain * sqrt(3/fan_in)``, gain ``sqrt(2/(1 + a**2))``; torch's layers use ``a = sqrt(5)``.

    Source: He et al., "Delving deep into rectifiers" (2015), equation 14, for a leaky ReLU of slope *a*.
    """
    return uniform(shape, calculate_gain("leaky_relu", a) * math.sqrt(3 / fan_in))


def uniform(shape: tuple[int, ...], bound: float) -> Array:
    """Uniform from ``-bound`` to ``bound``, float32, from the default generator."""
    return default_generator().uniform(-bound, bound, shape).astype(np.float32)


# --- what they share ---


def _written(tensor: T, values: Any) -> T:
    tensor.data[...] = np.asarray(values, dtype=tensor.dtype, like=tensor.data)
    return tensor


def _checked(subject: str, tensor: AnyTensor, generator: Generator | None) -> Generator:
    if tensor.dtype.kind != "f":
        raise ValueError(f"{subject} expects a floating tensor, got dtype {tensor.dtype}")
    if generator is not None and not isinstance(generator, Generator):
        raise ValueError(f"{subject} expects generator to be a numpy.random.Generator, got {generator!r}")
    return default_generator() if generator is None else generator


def _xavier_std(subject: str, tensor: AnyTensor, gain: float) -> float:
    check_number(subject, "gain", gain, "of at least 0", lambda number: number >= 0)
    return gain * math.sqrt(2 / max(sum(fans(subject, tensor)), 1))


def _kaiming_std(subject: str, tensor: AnyTensor, a: float, mode: str, nonlinearity: str) -> float:
    if mode not in ("fan_in", "fan_out"):
        raise ValueError(f'{subject} expects mode to be "fan_in" or "fan_out", got {mode!r}')
    fan = fans(subject, tensor)[mode == "fan_out"]
    return calculate_gain(nonlinearity, a) / math.sqrt(max(fan, 1))


def _uniform_of_std(subject: str, tensor: T, std: float, generator: Generator | None) -> T:
    bound = math.sqrt(3) * std
    return _written(tensor, _checked(subject, tensor, generator).uniform(-bound, bound, tensor.data.shape))
