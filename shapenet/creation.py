"""Making tensors. Sizes come as separate ints or as one tuple; floats are float32 unless ``dtype`` says otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from shapenet import rules
from shapenet.backend import Array, creating, default_generator, filled, to_device
from shapenet.backend import from_dlpack as shared_by_dlpack
from shapenet.tensors import AnyTensor, Scalar, Shape, Tensor

Sizes = int | Sequence[int]


def tensor(
    values: ArrayLike, *, dtype: DTypeLike | None = None, device: str = "cpu", requires_grad: bool = False
) -> AnyTensor:
    """A tensor with a copy of *values*: numbers, nested lists, or an array. Python floats become float32.

    Raises:
        TypeError: they are no numbers.
    """
    array = np.array(values, dtype=dtype)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"tensor expects real numbers, got dtype {array.dtype}")
    if dtype is None and array.dtype == np.float64 and not isinstance(values, np.ndarray | np.generic | Tensor):
        array = array.astype(np.float32)
    return Tensor(to_device(array, device), requires_grad=requires_grad)


def from_numpy(array: Array) -> AnyTensor:
    """A tensor that shares *array*'s memory.

    Raises:
        TypeError: it is no array.
    """
    if not isinstance(array, np.ndarray):
        raise TypeError(f"from_numpy expects an array, got {type(array).__name__}")
    return Tensor(array)


def from_dlpack(x: Any) -> AnyTensor:
    """A tensor that shares the memory of *x*, an array of another library: torch, jax, numpy, cupy.

    It stays on its device. Memory that the other library does not let be written is read-only here, too.

    Raises:
        BufferError: the other library refuses, such as torch for a tensor that requires a gradient.
        DeviceError: *x* lies neither in main memory nor on a CUDA device.
        TypeError: *x* has not DLPack's methods, or its elements are no real numbers.
    """
    array = shared_by_dlpack(x)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"from_dlpack expects real numbers, got dtype {array.dtype}")
    return Tensor(array)


def zeros(*sizes: Sizes, dtype: DTypeLike = np.float32, device: str = "cpu", requires_grad: bool = False) -> AnyTensor:
    """A tensor of zeros."""
    with creating(device) as like:
        return Tensor(np.zeros(_shape("zeros", sizes), dtype, like=like), requires_grad=requires_grad)


def ones(*sizes: Sizes, dtype: DTypeLike = np.float32, device: str = "cpu", requires_grad: bool = False) -> AnyTensor:
    """A tensor of ones."""
    with creating(device) as like:
        return Tensor(filled(_shape("ones", sizes), 1, dtype, like), requires_grad=requires_grad)


def empty(*sizes: Sizes, dtype: DTypeLike = np.float32, device: str = "cpu", requires_grad: bool = False) -> AnyTensor:
    """A tensor whose elements are whatever the memory holds."""
    with creating(device) as like:
        return Tensor(np.empty(_shape("empty", sizes), dtype, like=like), requires_grad=requires_grad)


def full(
    size: Sizes, fill_value: float, *, dtype: DTypeLike | None = None, device: str = "cpu", requires_grad: bool = False
) -> AnyTensor:
    """A tensor of one value; int64 for an int, bool for a bool, as in torch, unless ``dtype`` is given."""
    kinds: dict[str, DTypeLike] = {"b": np.bool_, "i": np.int64}
    kind = dtype if dtype is not None else kinds.get(np.asarray(fill_value).dtype.kind, np.float32)
    with creating(device) as like:
        return Tensor(filled(_shape("full", (size,)), fill_value, kind, like), requires_grad=requires_grad)


def arange(
    start: float, end: float | None = None, step: float = 1, *, dtype: DTypeLike | None = None, device: str = "cpu"
) -> AnyTensor:
    """The numbers from *start* (0 if only one is given) up to, not including, *end*; int64 if all are ints."""
    first, last = (0, start) if end is None else (start, end)
    if step == 0:
        raise ValueError("arange expects step other than 0")
    whole = all(isinstance(value, int | np.integer) for value in (first, last, step))
    kind = dtype if dtype is not None else np.int64 if whole else np.float32
    with creating(device) as like:
        return Tensor(np.arange(first, last, step, like=like).astype(kind))


def linspace(
    start: float,
    end: float,
    steps: int,
    *,
    dtype: DTypeLike = np.float32,
    device: str = "cpu",
    requires_grad: bool = False,
) -> AnyTensor:
    """*steps* numbers from *start* to *end*, both included, at equal distances.

    Raises:
        ShapeError: *steps* is negative.
        TypeError: it is no int.
        ValueError: the dtype is not floating.
    """
    if isinstance(steps, bool) or not isinstance(steps, int | np.integer):
        raise TypeError(f"linspace expects steps to be an int, at least 0, got {steps!r}")
    rules.linspace(int(steps))
    values = np.linspace(start, end, steps).astype(_floating("linspace", dtype))
    return _made(values, device, requires_grad)


def eye(n: int, m: int | None = None, *, dtype: DTypeLike = np.float32, device: str = "cpu") -> AnyTensor:
    """The identity matrix of *n* rows and *m* columns (*n* unless given)."""
    rows, columns = _shape("eye", (n, n if m is None else m))
    with creating(device) as like:
        same = np.arange(rows, like=like)[:, None] == np.arange(columns, like=like)
        return Tensor(same.astype(dtype))


def rand(
    *sizes: Sizes,
    generator: np.random.Generator | None = None,
    dtype: DTypeLike = np.float32,
    device: str = "cpu",
    requires_grad: bool = False,
) -> AnyTensor:
    """Uniform random numbers from 0 to 1, 1 excluded."""
    kind = _floating("rand", dtype)
    draw = (generator or default_generator()).random(_shape("rand", sizes), np.float32)
    return _made(draw.astype(kind), device, requires_grad)


def randn(
    *sizes: Sizes,
    generator: np.random.Generator | None = None,
    dtype: DTypeLike = np.float32,
    device: str = "cpu",
    requires_grad: bool = False,
) -> AnyTensor:
    """Random numbers from the standard normal distribution."""
    kind = _floating("randn", dtype)
    draw = (generator or default_generator()).standard_normal(_shape("randn", sizes))
    return _made(draw.astype(kind), device, requires_grad)


def zeros_like(
    x: Tensor[*Shape], *, dtype: DTypeLike | None = None, device: str | None = None, requires_grad: bool = False
) -> Tensor[*Shape]:
    """Zeros in the shape of *x*."""
    return zeros(x.data.shape, dtype=dtype or x.dtype, device=device or x.device, requires_grad=requires_grad)


def ones_like(
    x: Tensor[*Shape], *, dtype: DTypeLike | None = None, device: str | None = None, requires_grad: bool = False
) -> Tensor[*Shape]:
    """Ones in the shape of *x*."""
    return ones(x.data.shape, dtype=dtype or x.dtype, device=device or x.device, requires_grad=requires_grad)


def full_like(
    x: Tensor[*Shape],
    fill_value: Scalar,
    *,
    dtype: DTypeLike | None = None,
    device: str | None = None,
    requires_grad: bool = False,
) -> Tensor[*Shape]:
    """One value in the shape of *x*.

    Raises:
        ValueError: *fill_value* is no number of that dtype.
    """
    kind = np.dtype(dtype or x.dtype)
    if not np.can_cast(np.min_scalar_type(fill_value), kind, "same_kind"):
        raise ValueError(f"full_like expects fill_value to be a number of dtype {kind}, got {fill_value!r}")
    return full(x.data.shape, fill_value, dtype=kind, device=device or x.device, requires_grad=requires_grad)


def rand_like(
    x: Tensor[*Shape],
    *,
    generator: np.random.Generator | None = None,
    dtype: DTypeLike | None = None,
    device: str | None = None,
    requires_grad: bool = False,
) -> Tensor[*Shape]:
    """Uniform random numbers from 0 to 1, 1 excluded, in the shape of *x*.

    Raises:
        ValueError: the dtype is not floating.
    """
    kind, place = _floating("rand_like", dtype or x.dtype), device or x.device
    return rand(x.data.shape, generator=generator, dtype=kind, device=place, requires_grad=requires_grad)


def randn_like(
    x: Tensor[*Shape],
    *,
    generator: np.random.Generator | None = None,
    dtype: DTypeLike | None = None,
    device: str | None = None,
    requires_grad: bool = False,
) -> Tensor[*Shape]:
    """Random numbers from the standard normal distribution, in the shape of *x*.

    Raises:
        ValueError: the dtype is not floating.
    """
    kind, place = _floating("randn_like", dtype or x.dtype), device or x.device
    return randn(x.data.shape, generator=generator, dtype=kind, device=place, requires_grad=requires_grad)


def _made(array: Array, device: str, requires_grad: bool) -> AnyTensor:
    return Tensor(to_device(array, device), requires_grad=requires_grad)


def _floating(name: str, dtype: DTypeLike) -> np.dtype[Any]:
    kind = np.dtype(dtype)
    if kind.kind != "f":
        raise ValueError(f"{name} expects a floating dtype, got {kind}")
    return kind


def _shape(name: str, sizes: tuple[Any, ...]) -> tuple[int, ...]:
    listed = sizes[0] if len(sizes) == 1 and isinstance(sizes[0], tuple | list) else sizes
    return cast("tuple[int, ...]", rules.created(listed, name))
