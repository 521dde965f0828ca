"""Initial values of parameters."""

from __future__ import annotations

import math

import numpy as np

from shapenet.backend import Array, default_generator


def kaiming_uniform(shape: tuple[int, ...], fan_in: int, a: float = math.sqrt(5)) -> Array:
    """Uniform within ``gain * sqrt(3/fan_in)``, gain ``sqrt(2/(1 + a**2))``; torch's layers use ``a = sqrt(5)``.

    Source: He et al., "Delving deep into rectifiers" (2015), equation 14, for a leaky ReLU of slope *a*.
    """
    return uniform(shape, math.sqrt(2 / (1 + a * a)) * math.sqrt(3 / fan_in))


def filters(shape: tuple[int, ...], fan_in: int, features: int, *, bias: bool) -> tuple[Array, Array | None]:
    """A weight of *shape*, and a bias ``[features]`` if wanted: both uniform within ``1/sqrt(fan_in)``, as in torch.

    The filters of a convolution lie in memory as its kernels read them.
    """
    weight = kaiming_uniform(shape, fan_in)
    if len(shape) > 2:
        read = (*range(2, len(shape)), 1, 0)  # [O, C/G, K, L] -> [K, L, C/G, O]
        weight = np.ascontiguousarray(weight.transpose(read)).transpose(np.argsort(read))
    return weight, uniform((features,), 1 / math.sqrt(fan_in)) if bias else None


def uniform(shape: tuple[int, ...], bound: float) -> Array:
    """Uniform from ``-bound`` to ``bound``, float32, from the default generator."""
    return default_generator().uniform(-bound, bound, shape).astype(np.float32)
