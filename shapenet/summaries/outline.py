"""An array without elements: its shape, with formulas, and its dtype."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import DTypeLike

from shapenet import rules
from shapenet.backend import StandIn
from shapenet.errors import SummaryError
from shapenet.summaries.sizes import Size

Sizes = tuple[int, ...]


INPUT: Final = -1
"""The source of what the model is given."""


class Outline(StandIn):
    """What stands for an array while a model is followed.

    *source* is the number of the block that made it; None for what depends on no input.
    """

    __slots__ = ("dtype", "shape", "source")

    def __init__(self, shape: Sizes, dtype: DTypeLike, source: int | None = None) -> None:
        self.shape = shape
        self.dtype: np.dtype[Any] = np.dtype(dtype)
        self.source = source

    @property
    def ndim(self) -> int:
        """The number of dimensions."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """The number of elements."""
        return math.prod(self.shape)

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError("len() of a tensor without dimensions")
        return self.shape[0]

    def __getitem__(self, key: Any) -> Outline:
        return Outline(indexed(self.shape, key), self.dtype, self.source)

    def __setitem__(self, key: Any, value: object) -> None:
        """Elements change; there are none."""

    def reshape(self, *shape: Any) -> Outline:
        """As numpy's."""
        wanted = shape[0] if len(shape) == 1 and isinstance(shape[0], tuple) else shape
        return Outline(rules.reshape(self.shape, wanted), self.dtype, self.source)  # type: ignore[arg-type]

    def astype(self, dtype: DTypeLike, copy: bool = True) -> Outline:
        """As numpy's."""
        return Outline(self.shape, dtype, self.source)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Outline:
        if method != "__call__" or ufunc.nout != 1:
            raise _unknown(f"{ufunc.__name__}.{method}")
        shape: Any = ()
        for part in inputs:
            shape = broadcast(shape, getattr(part, "shape", ()))
        kinds = [
            part.dtype if hasattr(part, "dtype") else int if isinstance(part, Size) else type(part) for part in inputs
        ]
        dtype = ufunc.resolve_dtypes((*kinds, *(None,) * ufunc.nout))[-1]
        return Outline(shape, dtype, self.source)

    def __array_function__(self, function: Any, types: Any, args: tuple[Any, ...], options: dict[str, Any]) -> Any:
        made = _FUNCTIONS.get(function)
        if made is None:
            raise _unknown(f"numpy.{function.__name__}")
        return made(*args, **{name: value for name, value in options.items() if name != "like"})

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # a protocol that Python or numpy looks for
            raise AttributeError(name)
        raise SummaryError(
            f"summary() knows the shapes of tensors, not their elements, and the model needs these: it asks for {name}"
        )

    def __array__(self, *_: object, **__: object) -> Any:
        raise _unknown("an array of the elements")

    def _operated(self, name: str, other: object) -> Outline:
        return self.__array_ufunc__(getattr(np, name), "__call__", self, other)

    def __sub__(self, other: object) -> Outline:
        return self._operated("subtract", other)

    def __rsub__(self, other: object) -> Outline:
        return self._operated("subtract", other)

    def __mul__(self, other: object) -> Outline:
        return self._operated("multiply", other)

    def __gt__(self, other: object) -> Outline:
        return self._operated("greater", other)

    def __eq__(self, other: object) -> Any:
        return self._operated("equal", other)

    __hash__ = object.__hash__


def broadcast(a: Sizes, b: Sizes) -> Sizes:
    """The common shape; of two sizes with one value, the one that knows its formula."""
    shape: Any = rules.broadcast(a, b)
    first, second = (1,) * (len(shape) - len(a)) + a, (1,) * (len(shape) - len(b)) + b
    return tuple(
        next((size for size in (found, x, y) if isinstance(size, Size) and int(size) == int(found)), found)
        for found, x, y in zip(shape, first, second, strict=True)
    )


def indexed(shape: Sizes, key: Any) -> Sizes:
    """The shape of ``x[key]``."""
    items = list(key) if isinstance(key, tuple) else [key]
    hidden = len(shape) - sum(item is not None and item is not Ellipsis for item in items)
    sizes = list(shape)
    asked: list[Any] = []
    place = 0
    for item in items:
        if isinstance(item, slice):
            # Cut here, where formulas are kept; the rule is then asked of what is left.
            sizes[place] = sliced(sizes[place], item)
        asked.append(slice(None) if isinstance(item, slice) else _index(item))
        place += hidden if item is Ellipsis else item is not None
    return rules.index(tuple(sizes), asked)  # type: ignore[return-value]  # ints in, ints out


def _index(item: Any) -> Any:
    return rules.IndexArray(item.shape) if hasattr(item, "shape") else item


def sliced(size: int, part: slice) -> int:
    """The length of a slice, by arithmetic that keeps formulas."""
    step = 1 if part.step is None else part.step
    if step < 0:
        if part.start is None and part.stop is None:
            return (size - step - 1) // -step
        return len(range(*part.indices(size)))
    start, stop = _bound(0 if part.start is None else part.start, size), size
    if part.stop is not None:
        stop = _bound(part.stop, size)
    return 0 if int(stop) <= int(start) else (stop - start + step - 1) // step


def _bound(place: int, size: int) -> int:
    if int(place) < 0:
        place = size + place
        return 0 if int(place) < 0 else place
    return size if int(place) > int(size) else place


def _unknown(what: str) -> SummaryError:
    return SummaryError(
        f"summary() knows the shapes of tensors, not their elements, and the model asks for {what}: "
        "write that part with tensors' own methods or layers"
    )


def _zeros(shape: Any, dtype: Any = np.float64, *_: object, **__: object) -> Outline:
    return Outline((shape,) if isinstance(shape, int) else tuple(shape), dtype)


def _as_array(value: Any, dtype: Any = None, **_: object) -> Any:
    if not isinstance(value, Outline):
        return np.asarray(value, dtype)
    return value if dtype is None else value.astype(dtype)


def _arange(*bounds: Any, dtype: Any = np.int64, **_: object) -> Outline:
    first, last = (0, bounds[0]) if len(bounds) == 1 else bounds[:2]
    step = bounds[2] if len(bounds) > 2 else 1
    return Outline(((last - first + step - 1) // step,), dtype)


def _found(x: Outline, axis: int | None = None, keepdims: bool = False, **_: object) -> Outline:
    return Outline(rules.reduce(x.shape, axis, keepdims), np.int64, x.source)  # type: ignore[arg-type]


def _told(x: Outline, axis: Any = None, keepdims: bool = False, **_: object) -> Outline:
    return Outline(rules.reduce(x.shape, axis, keepdims), np.bool_, x.source)  # type: ignore[arg-type]


def _places(x: Outline, **_: object) -> Outline:
    return Outline(x.shape, np.int64, x.source)


def _same(x: Outline, *_: object, **__: object) -> Outline:
    return x


def _expanded(x: Outline, shape: Sizes) -> Outline:
    return Outline(tuple(shape), x.dtype, x.source)


def _moved(x: Outline, source: int, destination: int) -> Outline:
    shape = list(x.shape)
    shape.insert(destination % len(shape), shape.pop(source))
    return Outline(tuple(shape), x.dtype, x.source)


def _taken(x: Outline, places: Outline, axis: int) -> Outline:
    return Outline(places.shape, x.dtype, x.source)


_FUNCTIONS: Final[Mapping[Any, Callable[..., Any]]] = {
    np.zeros: _zeros,
    np.ones: _zeros,
    np.empty: _zeros,
    np.asarray: _as_array,
    np.arange: _arange,
    np.argmax: _found,
    np.argmin: _found,
    np.any: _told,
    np.all: _told,
    np.argsort: _places,
    np.argpartition: lambda x, *_, **__: _places(x),
    np.flip: _same,
    np.sort: _same,
    np.broadcast_to: _expanded,
    np.moveaxis: _moved,
    np.take_along_axis: _taken,
}
