"""Tensors taken apart along a dimension. The parts are views; their gradients go back together."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from shapenet import rules
from shapenet.methods.core import Core, Shape
from shapenet.methods.recording import apply, divided
from shapenet.methods.sizes import one_or_more, whole
from shapenet.ops import shaping

if TYPE_CHECKING:
    from shapenet.tensors import AnyTensor


class Dividing(Core[*Shape]):
    """What takes tensors apart."""

    __slots__ = ()

    def split(self, split_size: int | Sequence[int], dim: int = 0) -> tuple[AnyTensor, ...]:
        """Parts of *split_size* along *dim*, of which the last may be smaller, or of the given sizes.

        Raises:
            ShapeError: there is no such dimension, a size is negative, or they do not add up.
            TypeError: a size or *dim* is no int.
        """
        place = whole("split", "dim", dim)
        sizes = one_or_more("split", "split_size", split_size)
        return self._parts(place, rules.split(self.data.shape, sizes, place))

    def chunk(self, chunks: int, dim: int = 0) -> tuple[AnyTensor, ...]:
        """At most *chunks* parts along *dim*, all but the last of one size.

        Raises:
            ShapeError: there is no such dimension, or *chunks* is below 1.
            TypeError: *chunks* or *dim* is no int.
        """
        place = whole("chunk", "dim", dim)
        return self._parts(place, rules.chunk(self.data.shape, whole("chunk", "chunks", chunks), place))

    def tensor_split(self, indices_or_sections: int | Sequence[int], dim: int = 0) -> tuple[AnyTensor, ...]:
        """So many parts along *dim*, of sizes as equal as can be, or those between the given indices.

        Raises:
            ShapeError: there is no such dimension, or the number is below 1.
            TypeError: an index or *dim* is no int.
        """
        place = whole("tensor_split", "dim", dim)
        wanted = one_or_more("tensor_split", "indices_or_sections", indices_or_sections)
        parts = rules.tensor_split(self.data.shape, wanted, place)
        if isinstance(wanted, int):
            return self._parts(place, parts)
        # Indices need not be in order: parts may overlap.
        keys = itertools.pairwise([0, *wanted, None])
        return tuple(apply(shaping.index, self, key=self._key(place, slice(*bounds))) for bounds in keys)

    def unbind(self, dim: int = 0) -> tuple[AnyTensor, ...]:
        """What lies along *dim*, one by one.

        Raises:
            ShapeError: there is no such dimension.
            TypeError: *dim* is no int.
        """
        place = whole("unbind", "dim", dim)
        rules.unbind(self.data.shape, place)
        return tuple(divided(self, [self._key(place, number) for number in range(self.data.shape[place])]))

    def narrow(self, dim: int, start: int, length: int) -> AnyTensor:
        """*length* elements along *dim*, from *start* on.

        Raises:
            ShapeError: there is no such dimension, or the elements are not all there.
            TypeError: an argument is no int.
        """
        place, first, count = (
            whole("narrow", name, value) for name, value in (("dim", dim), ("start", start), ("length", length))
        )
        rules.narrow(self.data.shape, place, first, count)
        first += self.data.shape[place] if first < 0 else 0
        return apply(shaping.index, self, key=self._key(place, slice(first, first + count)))

    def select(self, dim: int, index: int) -> AnyTensor:
        """What has the index *index* along *dim*.

        Raises:
            ShapeError: there is no such dimension, or the index lies outside.
            TypeError: an argument is no int.
        """
        place, number = whole("select", "dim", dim), whole("select", "index", index)
        rules.select(self.data.shape, place, number)
        return apply(shaping.index, self, key=self._key(place, number))

    def _parts(self, dim: int, parts: rules.Parts) -> tuple[AnyTensor, ...]:
        """The parts of these shapes, one after the other along *dim*."""
        assert isinstance(parts, tuple)
        sizes: list[Any] = [shape[dim] for shape in parts]
        ends = list(itertools.accumulate(sizes, initial=0))
        return tuple(divided(self, [self._key(dim, slice(*bounds)) for bounds in itertools.pairwise(ends)]))

    def _key(self, dim: int, part: int | slice) -> tuple[int | slice, ...]:
        return (*(slice(None),) * (dim % self.ndim), part)
