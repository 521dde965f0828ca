"""What is sorted and found along a dimension: values, and the places where they were."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, NamedTuple, cast, overload

import numpy as np
from typing_extensions import TypeVar

from shapenet import rules
from shapenet.backend import Array
from shapenet.methods.checks import check_flag, check_int
from shapenet.methods.core import AnyCore, Core, Shape
from shapenet.methods.recording import apply
from shapenet.methods.watching import as_one
from shapenet.ops import Result, picking, reduction, shaping

if TYPE_CHECKING:
    from shapenet.tensors import AnyIntTensor, AnyTensor, Tensor

Values = TypeVar("Values")
Indices = TypeVar("Indices")


class Found(NamedTuple, Generic[Values, Indices]):
    """Values, and the places where they were along the dimension."""

    values: Values
    indices: Indices


class Ordering(Core[*Shape]):
    """What compares elements with each other."""

    __slots__ = ()

    @overload
    def max(self) -> Tensor[()]: ...
    @overload
    def max(self, dim: int, keepdim: bool = False) -> Found[AnyTensor, AnyIntTensor]: ...
    def max(self, dim: int | None = None, keepdim: bool = False) -> Tensor[()] | Found[AnyTensor, AnyIntTensor]:
        """The greatest element, whose gradient equal ones share; along *dim*, each maximum and its first place.

        Raises:
            ShapeError: there is no such dimension, or no element along it.
        """
        return _extreme("max", reduction.amax, np.argmax, self, dim, keepdim)

    @overload
    def min(self) -> Tensor[()]: ...
    @overload
    def min(self, dim: int, keepdim: bool = False) -> Found[AnyTensor, AnyIntTensor]: ...
    def min(self, dim: int | None = None, keepdim: bool = False) -> Tensor[()] | Found[AnyTensor, AnyIntTensor]:
        """The smallest element, whose gradient equal ones share; along *dim*, each minimum and its first place.

        Raises:
            ShapeError: there is no such dimension, or no element along it.
        """
        return _extreme("min", reduction.amin, np.argmin, self, dim, keepdim)

    def argmax(self, dim: int | None = None, keepdim: bool = False) -> AnyIntTensor:
        """The place of the first maximum along *dim*, or in the flattened tensor; int64.

        Raises:
            ShapeError: there is no such dimension, or no element along it.
        """
        return place_of("argmax", np.argmax, self, dim, keepdim)

    def argmin(self, dim: int | None = None, keepdim: bool = False) -> AnyIntTensor:
        """The place of the first minimum along *dim*, or in the flattened tensor; int64.

        Raises:
            ShapeError: there is no such dimension, or no element along it.
        """
        return place_of("argmin", np.argmin, self, dim, keepdim)

    def sort(
        self, dim: int = -1, descending: bool = False, stable: bool = False
    ) -> Found[Tensor[*Shape], AnyIntTensor]:
        """The elements in order along *dim*, and the places where they were; NaN counts as the greatest.

        Equal ones keep their order, whether *stable* or not.

        Raises:
            ShapeError: there is no such dimension.
            ValueError: a flag is no bool.
        """
        return _found(self, _order("sort", self, dim, descending, stable), dim)

    def argsort(self, dim: int = -1, descending: bool = False, stable: bool = False) -> AnyIntTensor:
        """The places of the elements in order along *dim*, as ``sort`` finds them.

        Raises:
            ShapeError: there is no such dimension.
            ValueError: a flag is no bool.
        """
        return cast("AnyIntTensor", self._like(_order("argsort", self, dim, descending, stable)))

    def topk(
        self,
        k: int,
        dim: int = -1,
        largest: bool = True,
        sorted: bool = True,  # noqa: A002  (torch's name)
    ) -> Found[AnyTensor, AnyIntTensor]:
        """The *k* greatest elements along *dim*, or the smallest, from the most extreme on, and their places.

        They are sorted whether *sorted* or not. Among equal ones at the end of the *k*, any may be chosen.

        Raises:
            ShapeError: there is no such dimension, or it has less than *k* elements.
            ValueError: *k* is no int, or a flag no bool.
        """
        check_int("topk", "k", k)
        check_int("topk", "dim", dim)
        check_flag("topk", "largest", largest)
        check_flag("topk", "sorted", sorted)
        rules.topk(self.data.shape, k, dim)
        return _found(self, _first(self.data, k, dim, largest), dim)


def _extreme(
    name: str,
    op: Callable[..., Result],
    find: Callable[..., Array],
    x: AnyCore,
    dim: int | None,
    keepdim: bool,
) -> Tensor[()] | Found[AnyTensor, AnyIntTensor]:
    if dim is None:
        rules.pick(x.data.shape, None, keepdim=False, subject=name)
        return apply(op, x, dim=None, keepdim=False)
    check_int(name, "dim", dim)
    shape = rules.pick(x.data.shape, dim, keepdim, name)
    values, places = _found(x, find(x.data, axis=dim, keepdims=True), dim)
    if keepdim:
        return Found(values, places)
    return Found(apply(shaping.reshape, values, sizes=shape), cast("AnyIntTensor", x._like(places.data.reshape(shape))))


@as_one
def place_of(name: str, find: Callable[..., Array], x: AnyCore, dim: int | None, keepdim: bool) -> AnyIntTensor:
    """Where *find*, ``argmax`` or ``argmin``, finds an element."""
    if dim is not None:
        check_int(name, "dim", dim)
    rules.pick(x.data.shape, dim, keepdim, name)
    return cast("AnyIntTensor", x._like(np.asarray(find(x.data, axis=dim, keepdims=keepdim), like=x.data)))


def _found(x: AnyCore, places: Array, dim: int) -> Found[AnyTensor, AnyIntTensor]:
    values = apply(picking.gather, x, places=places, dim=dim, repeated=False)
    return Found(values, cast("AnyIntTensor", x._like(places)))


def _order(name: str, x: AnyCore, dim: int, descending: bool, stable: bool) -> Array:
    check_int(name, "dim", dim)
    check_flag(name, "descending", descending)
    check_flag(name, "stable", stable)
    rules.along(x.data.shape, dim, name)
    return _sorted_places(x.data, dim, descending)


def _sorted_places(x: Array, dim: int, descending: bool) -> Array:
    if not descending:
        return np.argsort(x, axis=dim, kind="stable")
    # Turned around twice, equal elements keep their order.
    places = np.flip(np.argsort(np.flip(x, axis=dim), axis=dim, kind="stable"), axis=dim)
    backward: Array = x.shape[dim] - 1 - places
    return backward


def _first(x: Array, k: int, dim: int, largest: bool) -> Array:
    """The places of the *k* greatest, or smallest, in order."""
    moved = np.moveaxis(x, dim, -1)
    size = moved.shape[-1]
    if k in (0, size):
        chosen = np.broadcast_to(np.arange(k, like=x), (*moved.shape[:-1], k))
    elif largest:
        chosen = np.argpartition(moved, size - k, axis=-1)[..., size - k :]
    else:
        chosen = np.argpartition(moved, k - 1, axis=-1)[..., :k]
    chosen = np.sort(chosen, axis=-1)  # of equal ones the first comes first
    order = _sorted_places(np.take_along_axis(moved, chosen, axis=-1), -1, largest)
    return np.asarray(np.moveaxis(np.take_along_axis(chosen, order, axis=-1), -1, dim), order="C", like=x)
