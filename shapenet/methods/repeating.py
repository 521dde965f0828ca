"""Elements repeated along dimensions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from shapenet import rules
from shapenet.methods.core import Core, Shape
from shapenet.methods.recording import apply
from shapenet.methods.sizes import given, listed, whole
from shapenet.ops import arranging, shaping

if TYPE_CHECKING:
    from shapenet.tensors import AnyTensor


class Repeating(Core[*Shape]):
    """What repeats elements."""

    __slots__ = ()

    def expand(self, *sizes: int | Sequence[int]) -> AnyTensor:
        """A view with dimensions of size 1 repeated to *sizes*, and new ones in front; -1 keeps a size.

        Raises:
            ShapeError: a dimension has neither its size nor 1, or there are too few sizes.
            TypeError: a size is no int.
        """
        return self._expanded("expand", given("expand", "sizes", sizes))

    def expand_as(self, other: AnyTensor) -> AnyTensor:
        """A view in the shape of *other*: dimensions of size 1 are repeated, and new ones come in front.

        Raises:
            ShapeError: a dimension has neither its size nor 1, or there are too few.
        """
        return self._expanded("expand_as", other.data.shape)

    def broadcast_to(self, size: Sequence[int]) -> AnyTensor:
        """As ``expand``.

        Raises:
            ShapeError: a dimension has neither its size nor 1, or there are too few sizes.
            TypeError: a size is no int.
        """
        return self._expanded("broadcast_to", listed("broadcast_to", "size", size))

    def repeat(self, *sizes: int | Sequence[int]) -> AnyTensor:
        """So many copies along each dimension, and along new ones in front.

        Raises:
            ShapeError: there are fewer numbers than dimensions, or one is negative.
            TypeError: a number is no int.
        """
        counts = given("repeat", "sizes", sizes)
        rules.repeat(self.data.shape, counts)
        return apply(arranging.tile, self, counts=tuple(counts))

    def tile(self, *dims: int | Sequence[int]) -> AnyTensor:
        """As ``repeat``, but where *dims* are fewer than the dimensions, the first of these are not repeated.

        Raises:
            ShapeError: a number is negative.
            TypeError: a number is no int.
        """
        counts = given("tile", "dims", dims)
        rules.tile(self.data.shape, counts)
        return apply(arranging.tile, self, counts=(*(1,) * (self.ndim - len(counts)), *counts))

    def repeat_interleave(self, repeats: int, dim: int | None = None) -> AnyTensor:
        """Each element of dimension *dim*, or of all elements in a row, *repeats* times.

        Raises:
            ShapeError: there is no such dimension, or *repeats* is negative.
            TypeError: *repeats* or *dim* is no int.
        """
        count = whole("repeat_interleave", "repeats", repeats)
        place = None if dim is None else whole("repeat_interleave", "dim", dim)
        rules.repeat_interleave(self.data.shape, count, place)
        x = self if place is not None else apply(shaping.reshape, self, sizes=(self.data.size,))
        return apply(arranging.repeat_interleave, x, repeats=count, dim=place or 0)

    def _expanded(self, name: str, sizes: Sequence[int]) -> AnyTensor:
        return apply(arranging.expand, self, sizes=rules.expand(self.data.shape, sizes, name))
