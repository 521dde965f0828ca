"""The same elements in another shape."""

from __future__ import annotations

from collections.abc import Sequence
from operator import index
from typing import TYPE_CHECKING, Any

from shapenet import rules
from shapenet.methods.core import Core, Shape
from shapenet.methods.recording import apply
from shapenet.ops import shaping

if TYPE_CHECKING:
    from shapenet.tensors import AnyTensor


class Shaping(Core[*Shape]):
    """What gives the elements another shape."""

    __slots__ = ()

    def reshape(self, *sizes: int | Sequence[int]) -> AnyTensor:
        """The elements in a new shape; one size may be -1.

        Raises:
            ShapeError: the number of elements differs.
        """
        wanted = rules.reshape(self.data.shape, _listed(sizes))
        return apply(shaping.reshape, self, sizes=wanted)

    def flatten(self, start_dim: int = 0, end_dim: int = -1) -> AnyTensor:
        """Dimensions *start_dim* to *end_dim*, both included, joined into one.

        Raises:
            ShapeError: there are no such dimensions.
        """
        wanted = rules.flatten(self.data.shape, start_dim, end_dim)
        return apply(shaping.reshape, self, sizes=wanted)

    def permute(self, *dims: int | Sequence[int]) -> AnyTensor:
        """The dimensions in the order *dims*.

        Raises:
            ShapeError: *dims* does not name each dimension once.
        """
        order = _listed(dims)
        rules.permute(self.data.shape, order)
        return apply(shaping.permute, self, dims=tuple(order))

    def transpose(self, dim0: int, dim1: int) -> AnyTensor:
        """Two dimensions swapped.

        Raises:
            ShapeError: there are no such dimensions.
        """
        rules.transpose(self.data.shape, dim0, dim1)
        order = list(range(self.ndim))
        order[dim0], order[dim1] = order[dim1], order[dim0]
        return apply(shaping.permute, self, dims=tuple(order))


def _listed(values: Sequence[int | Sequence[int]]) -> list[int]:
    """Sizes come as separate ints or as one sequence."""
    given: Any = values[0] if len(values) == 1 and isinstance(values[0], tuple | list) else values
    return [index(value) for value in given]
