"""The same elements in another shape."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from shapenet import rules
from shapenet.dims import Shape as Sizes
from shapenet.methods.core import Core, Shape
from shapenet.methods.recording import apply
from shapenet.methods.sizes import given, listed, one_or_more, whole
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
            TypeError: a size is no int.
        """
        return self._in_shape(rules.reshape(self.data.shape, given("reshape", "sizes", sizes)))

    def view(self, *sizes: int | Sequence[int]) -> AnyTensor:
        """As ``reshape``: elements that do not lie in order in memory are copied.

        Raises:
            ShapeError: the number of elements differs.
            TypeError: a size is no int.
        """
        return self._in_shape(rules.reshape(self.data.shape, given("view", "sizes", sizes), "view"))

    def reshape_as(self, other: AnyTensor) -> AnyTensor:
        """The elements in the shape of *other*.

        Raises:
            ShapeError: the number of elements differs.
        """
        return self._in_shape(rules.reshape(self.data.shape, other.data.shape, "reshape_as"))

    def view_as(self, other: AnyTensor) -> AnyTensor:
        """As ``reshape_as``.

        Raises:
            ShapeError: the number of elements differs.
        """
        return self._in_shape(rules.reshape(self.data.shape, other.data.shape, "view_as"))

    def flatten(self, start_dim: int = 0, end_dim: int = -1) -> AnyTensor:
        """Dimensions *start_dim* to *end_dim*, both included, joined into one.

        Raises:
            ShapeError: there are no such dimensions.
        """
        return self._in_shape(rules.flatten(self.data.shape, start_dim, end_dim))

    def unflatten(self, dim: int, sizes: Sequence[int]) -> AnyTensor:
        """Dimension *dim* split into *sizes*, of which one may be -1.

        Raises:
            ShapeError: there is no such dimension, no size, or they do not make up the dimension.
            TypeError: a size is no int.
        """
        wanted = listed("unflatten", "sizes", sizes)
        return self._in_shape(rules.unflatten(self.data.shape, whole("unflatten", "dim", dim), wanted))

    def squeeze(self, dim: int | Sequence[int] | None = None) -> AnyTensor:
        """Without those of the dimensions *dim*, or of all, that have size 1.

        Raises:
            ShapeError: a dimension does not exist or is named twice.
            TypeError: *dim* is no int.
        """
        dims = None if dim is None else one_or_more("squeeze", "dim", dim)
        return self._in_shape(rules.squeeze(self.data.shape, dims))

    def unsqueeze(self, dim: int) -> AnyTensor:
        """With a dimension of size 1 more, which is *dim* of the result.

        Raises:
            ShapeError: no dimension can go there.
            TypeError: *dim* is no int.
        """
        return self._in_shape(rules.unsqueeze(self.data.shape, whole("unsqueeze", "dim", dim)))

    def permute(self, *dims: int | Sequence[int]) -> AnyTensor:
        """The dimensions in the order *dims*.

        Raises:
            ShapeError: *dims* does not name each dimension once.
            TypeError: a dimension is no int.
        """
        order = given("permute", "dims", dims)
        rules.permute(self.data.shape, order)
        return self._in_order(order)

    def movedim(self, source: int | Sequence[int], destination: int | Sequence[int]) -> AnyTensor:
        """The dimensions *source* moved to the places *destination*; the others keep their order.

        Raises:
            ShapeError: a dimension does not exist, is named twice, or there are not as many of both.
            TypeError: a dimension is no int.
        """
        source, destination = (
            one_or_more("movedim", name, dims) for name, dims in (("source", source), ("destination", destination))
        )
        return self._in_order(rules.moved(self.data.shape, source, destination))

    def transpose(self, dim0: int, dim1: int) -> AnyTensor:
        """Two dimensions swapped.

        Raises:
            ShapeError: there are no such dimensions.
            TypeError: a dimension is no int.
        """
        return self._swapped("transpose", dim0, dim1)

    def swapaxes(self, axis0: int, axis1: int) -> AnyTensor:
        """As ``transpose``.

        Raises:
            ShapeError: there are no such dimensions.
            TypeError: a dimension is no int.
        """
        return self._swapped("swapaxes", axis0, axis1, "axis")

    def swapdims(self, dim0: int, dim1: int) -> AnyTensor:
        """As ``transpose``.

        Raises:
            ShapeError: there are no such dimensions.
            TypeError: a dimension is no int.
        """
        return self._swapped("swapdims", dim0, dim1)

    @property
    def T(self) -> AnyTensor:  # noqa: N802  (torch's name)
        """The matrix with rows and columns exchanged.

        Raises:
            ShapeError: it is no matrix.
        """
        rules.turned(self.data.shape)
        return self._in_order([1, 0])

    @property
    def mT(self) -> AnyTensor:  # noqa: N802  (torch's name)
        """Each matrix in the last two dimensions with rows and columns exchanged.

        Raises:
            ShapeError: there are fewer than 2 dimensions.
        """
        rules.matrix(self.data.shape, "mT")
        return self._swapped("mT", -2, -1)

    def _in_shape(self, sizes: Sizes) -> AnyTensor:
        return apply(shaping.reshape, self, sizes=sizes)

    def _in_order(self, dims: Sequence[int]) -> AnyTensor:
        return apply(shaping.permute, self, dims=tuple(dims))

    def _swapped(self, name: str, dim0: int, dim1: int, called: str = "dim") -> AnyTensor:
        first, second = whole(name, f"{called}0", dim0), whole(name, f"{called}1", dim1)
        rules.transpose(self.data.shape, first, second, name)
        order = list(range(self.ndim))
        order[first], order[second] = order[second], order[first]
        return self._in_order(order)
