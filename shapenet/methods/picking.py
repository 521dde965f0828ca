"""Elements picked by tensors of places."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from shapenet import rules
from shapenet.backend import Array, same_device
from shapenet.methods.checks import check_int, check_places
from shapenet.methods.core import AnyCore, Core, Shape
from shapenet.methods.numbers import NUMBERS, Scalar, check_kind, constant
from shapenet.methods.recording import apply
from shapenet.ops import picking, shaping

if TYPE_CHECKING:
    from shapenet.tensors import AnyTensor, Tensor


class Picking(Core[*Shape]):
    """What picks elements by their places."""

    __slots__ = ()

    def gather(self, dim: int, index: AnyTensor) -> AnyTensor:
        """The elements at the places *index* along *dim*: ``out[i, j] = self[index[i, j], j]`` for ``dim=0``.

        Raises:
            ShapeError: there is no such dimension, *index* holds no integers, has another number of dimensions, or is
                greater in another dimension.
            ValueError: *dim* is no int, or a place lies outside.
            DeviceError: the tensors are on different devices.
        """
        places = _checked("gather", "index", dim, index, self)
        rules.gather(self.data.shape, dim, places.shape)
        check_places("gather", "index", places, self.data.shape[dim])
        return apply(picking.gather, self, places=places, dim=dim, repeated=True)

    def index_select(self, dim: int, index: AnyTensor) -> AnyTensor:
        """The parts at the places *index*, a vector, along *dim*.

        Raises:
            ShapeError: there is no such dimension, *index* holds no integers, or is no vector.
            ValueError: *dim* is no int, or a place lies outside.
            DeviceError: the tensors are on different devices.
        """
        places = _checked("index_select", "index", dim, index, self)
        rules.index_select(self.data.shape, dim, places.shape)
        check_places("index_select", "index", places, self.data.shape[dim])
        key = (*(slice(None),) * (dim % self.data.ndim), places.reshape(-1))
        return apply(shaping.index, self, key=key)

    def take_along_dim(self, indices: AnyTensor, dim: int) -> AnyTensor:
        """The elements at the places *indices* along *dim*; the other dimensions broadcast.

        Raises:
            ShapeError: there is no such dimension, *indices* holds no integers, or does not broadcast.
            ValueError: *dim* is no int, or a place lies outside.
            DeviceError: the tensors are on different devices.
        """
        places = _checked("take_along_dim", "indices", dim, indices, self)
        wanted: tuple[int, ...] = rules.take_along_dim(self.data.shape, places.shape, dim)  # type: ignore[assignment]
        check_places("take_along_dim", "indices", places, self.data.shape[dim])
        return apply(picking.gather, self, places=np.broadcast_to(places, wanted), dim=dim, repeated=True)

    def scatter(self, dim: int, index: AnyTensor, src: AnyTensor | Scalar) -> Tensor[*Shape]:
        """The elements, with those of *src*, or a number, put at the places *index* along *dim*.

        ``out[index[i, j], j] = src[i, j]`` for ``dim=0``; of those that are put at the same place, one stays.

        Raises:
            ShapeError: there is no such dimension, *index* holds no integers, has another number of dimensions, or is
                greater than *src*, or than the tensor in another dimension.
            ValueError: *dim* is no int, a place lies outside, or *src* is no number and of another dtype.
            DeviceError: the tensors are on different devices.
        """
        return _scattered("scatter", self, dim, index, src)

    def scatter_add(self, dim: int, index: AnyTensor, src: AnyTensor) -> Tensor[*Shape]:
        """The elements, with those of *src* added at the places *index* along *dim*.

        ``out[index[i, j], j] += src[i, j]`` for ``dim=0``.

        Raises:
            ShapeError: there is no such dimension, *index* holds no integers, has another number of dimensions, or is
                greater than *src*, or than the tensor in another dimension.
            ValueError: *dim* is no int, a place lies outside, or *src* is no tensor of this dtype.
            DeviceError: the tensors are on different devices.
        """
        return _scattered("scatter_add", self, dim, index, src)


def _scattered(name: str, x: AnyCore, dim: int, index: AnyTensor, src: AnyTensor | Scalar) -> AnyTensor:
    places = _checked(name, "index", dim, index, x)
    add, source = name == "scatter_add", src
    if not add and isinstance(src, NUMBERS):
        source = x._like(np.broadcast_to(constant(src, x).data, places.shape))
    if not isinstance(source, Core) or source.dtype != x.dtype:
        number = "" if add else "a number or "
        raise ValueError(f"{name} expects src to be {number}a tensor of dtype {x.dtype}, got {src!r}")
    rules.scatter(x.data.shape, dim, places.shape, source.data.shape, name)
    check_places(name, "index", places, x.data.shape[dim])
    return apply(picking.scatter, x, source, places=places, dim=dim, add=add)


def _checked(subject: str, name: str, dim: int, index: AnyTensor, x: AnyCore) -> Array:
    check_int(subject, "dim", dim)
    check_kind(subject, name, index, rules.INT)
    same_device(index.data, x.data)
    return index.data
