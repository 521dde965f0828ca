"""Elements arranged anew, and those beside a diagonal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from shapenet import rules
from shapenet.methods.core import Core, Shape
from shapenet.methods.recording import apply
from shapenet.methods.sizes import given, one_or_more, whole
from shapenet.ops import arranging, shaping

if TYPE_CHECKING:
    from shapenet.tensors import AnyTensor, Tensor


class Arranging(Core[*Shape]):
    """What arranges elements anew."""

    __slots__ = ()

    def flip(self, *dims: int | Sequence[int]) -> Tensor[*Shape]:
        """The order along *dims* reversed.

        Raises:
            ShapeError: a dimension does not exist or is named twice.
            TypeError: a dimension is no int.
        """
        places = given("flip", "dims", dims)
        rules.axes(self.data.shape, places, "flip")
        return apply(arranging.flip, self, dims=tuple(places))

    def roll(self, shifts: int | Sequence[int], dims: int | Sequence[int] | None = None) -> Tensor[*Shape]:
        """The elements shifted along *dims*, or in a row; what leaves at one end comes in at the other.

        Raises:
            ShapeError: a dimension does not exist, or there are not as many shifts.
            TypeError: a shift or a dimension is no int.
        """
        steps = one_or_more("roll", "shifts", shifts)
        places = None if dims is None else one_or_more("roll", "dims", dims)
        shape = rules.roll(self.data.shape, steps, places)
        by_dim = (steps,) if isinstance(steps, int) else tuple(steps)
        if places is not None:
            return apply(
                arranging.roll, self, shifts=by_dim, dims=(places,) if isinstance(places, int) else tuple(places)
            )
        row = apply(shaping.reshape, self, sizes=(self.data.size,))
        return apply(shaping.reshape, apply(arranging.roll, row, shifts=by_dim, dims=(0,)), sizes=shape)

    def tril(self, diagonal: int = 0) -> Tensor[*Shape]:
        """Each matrix of the last two dimensions with zeros above the diagonal that lies *diagonal* over the main one.

        Raises:
            ShapeError: there are fewer than 2 dimensions.
            TypeError: *diagonal* is no int.
        """
        rules.matrix(self.data.shape, "tril")
        return apply(arranging.tril, self, diagonal=whole("tril", "diagonal", diagonal))

    def triu(self, diagonal: int = 0) -> Tensor[*Shape]:
        """Each matrix of the last two dimensions with zeros below the diagonal that lies *diagonal* over the main one.

        Raises:
            ShapeError: there are fewer than 2 dimensions.
            TypeError: *diagonal* is no int.
        """
        rules.matrix(self.data.shape, "triu")
        return apply(arranging.triu, self, diagonal=whole("triu", "diagonal", diagonal))

    def diagonal(self, offset: int = 0, dim1: int = 0, dim2: int = 1) -> AnyTensor:
        """The diagonals of the matrices in dimensions *dim1* and *dim2*, as the last dimension.

        Raises:
            ShapeError: a dimension does not exist, or both are the same.
            TypeError: an argument is no int.
        """
        over, first, second = (
            whole("diagonal", name, value) for name, value in (("offset", offset), ("dim1", dim1), ("dim2", dim2))
        )
        rules.diagonal(self.data.shape, over, first, second)
        return apply(arranging.diagonal, self, offset=over, dim1=first, dim2=second)

    def diag(self, diagonal: int = 0) -> AnyTensor:
        """The diagonal of a matrix, or the matrix that has a vector as its diagonal.

        Raises:
            ShapeError: it is neither a matrix nor a vector.
            TypeError: *diagonal* is no int.
        """
        offset = whole("diag", "diagonal", diagonal)
        rules.diag(self.data.shape, offset)
        if self.ndim == 1:
            return apply(arranging.diagonal_matrix, self, offset=offset)
        return apply(arranging.diagonal, self, offset=offset, dim1=0, dim2=1)
