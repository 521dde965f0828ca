"""Tensors arranged anew

Operations that change the order of dimensions, repeat elements, take tensors apart, or put them together.
"""

import shapenet
from shapenet import Tensor
from shapenet.dims import B, C, H, N, W


def moved(x: Tensor[B, C, H, W]) -> None:
    """Each dimension that is moved needs a place to go to."""
    #: error: movedim expects as many dimensions in destination as in source, got destination=1 for source=[2, 3] [shape]
    x.movedim((2, 3), 1)
    x.movedim((2, 3), (1, 2))  # right


def transposed(x: Tensor[B, C, H]) -> None:
    """`T` turns one matrix. For matrices in a batch there is `mT`."""
    #: error: T expects 2 dimensions, got [B, C, H] [shape]
    x.T
    x.mT  # right


def no_matrix(x: Tensor[N]) -> None:
    """Rows and columns are two dimensions. Insert the one that is missing: behind, it makes a column."""
    #: error: mT expects at least 2 dimensions, got [N] [shape]
    x.mT
    x.unsqueeze(1).mT  # right


def rolled(x: Tensor[B, H, W]) -> None:
    """Each dimension has a shift of its own, even if all are equal."""
    #: error: roll expects as many shifts as dims, got shifts=1 for dims=[1, 2] [shape]
    x.roll(1, (1, 2))
    x.roll((1, 1), (1, 2))  # right


def diagonal(x: Tensor[B, 3, 3]) -> None:
    """`diag` takes a matrix, or a vector. The matrices of a batch have their diagonals in `diagonal`, which is told
    the two dimensions."""
    #: error: diag expects 1 or 2 dimensions, got [B, 3, 3] [shape]
    x.diag()
    x.diagonal(0, 1, 2)  # right


def inserted(x: Tensor[B, 3]) -> None:
    """The result has 3 dimensions: the new one is 0, 1 or 2 of them, or -1 to -3 from the end."""
    #: error: unsqueeze expects dim from -3 to 2 for [B, 3], got 3 [shape]
    x.unsqueeze(3)
    x.unsqueeze(2)  # right


def unflattened(x: Tensor[B, 6]) -> None:
    """The product of the sizes must be the size of the dimension."""
    #: error: unflatten cannot turn dimension 1 of [B, 6] to [4, -1]: 6 elements do not divide by 4 [shape]
    x.unflatten(1, (4, -1))
    x.unflatten(1, (3, -1))  # right


def unflattened_to_nothing(x: Tensor[B, 1]) -> None:
    """A dimension is split into one or more. To take one of size 1 out, squeeze it."""
    #: error: unflatten expects at least one size for dimension 1 of [B, 1], got none [shape]
    x.unflatten(1, ())
    x.squeeze(1)  # right


def expanded(x: Tensor[B, 3]) -> None:
    """A dimension of size 1 can be expanded, no other. What is longer can be repeated, which copies it."""
    #: error: expand cannot expand [B, 3] to [-1, 6]: dimension -1 is 3, and only 1 can become 6 [shape]
    x.expand(-1, 6)
    x[:, :1].expand(-1, 6)  # right
    x.repeat(1, 2)  # right


def expanded_name(x: Tensor[B, 3]) -> None:
    """`B` may be any size, and only for 1 this would work. Leave it with -1, or put a new dimension in front of it."""
    #: error: expand cannot expand [B, 3] to [4, 3]: dimension -2 is B, and only 1 can become 4 [shape]
    x.expand(4, 3)
    x.expand(4, -1, 3)  # right


def expanded_to_a_negative_size(x: Tensor[B, 1]) -> None:
    """Only -1 has a meaning among the negative sizes: this dimension stays as it is."""
    #: error: expand cannot expand [B, 1] to [-2, 6]: sizes must be at least 0, or -1 to keep a size [shape]
    x.expand(-2, 6)
    x.expand(-1, 6)  # right


def expanded_by_an_unknown_size(x: Tensor[B, 3]) -> None:
    """-1 leaves a dimension as it is, but in front of the tensor there is none. Say the size of the new one."""
    #: error: expand cannot expand [B, 3] to [-1, -1, 3]: -1 keeps a size, but there is no dimension -3 [shape]
    x.expand(-1, -1, 3)
    x.expand(5, -1, 3)  # right


def expanded_to_too_few(x: Tensor[B, 1]) -> None:
    """All dimensions need a size. -1 leaves one as it is."""
    #: error: expand expects at least 2 sizes for [B, 1], got [6] [shape]
    x.expand(6)
    x.expand(-1, 6)  # right


def repeated(x: Tensor[B, 3]) -> None:
    """All dimensions need a number of copies, 1 for none more. With `tile`, the first ones may be left out."""
    #: error: repeat expects at least 2 numbers of copies for [B, 3], got [2] [shape]
    x.repeat(2)
    x.repeat(1, 2)  # right
    x.tile(2)  # right


def repeated_negatively(x: Tensor[B, 3]) -> None:
    """-1 has no meaning here. 1 leaves a dimension as it is."""
    #: error: repeat expects numbers of copies that are at least 0, got [-1, 2] [shape]
    x.repeat(-1, 2)
    x.repeat(1, 2)  # right


def interleaved_negatively(x: Tensor[B, 3]) -> None:
    """Each element is repeated as often as told: never, once, or more."""
    #: error: repeat_interleave expects repeats to be at least 0, got -2 [shape]
    x.repeat_interleave(-2, dim=1)
    x.repeat_interleave(2, dim=1)  # right


def split(x: Tensor[B, 7]) -> None:
    """The sizes must make up the whole dimension. A single int makes parts of this size, and a last one that may
    be smaller."""
    #: error: split expects sizes that add up to 7, the size of dimension 1 of [B, 7], got [3, 3], which make 6 [shape]
    x.split([3, 3], dim=1)
    x.split([3, 4], dim=1)  # right
    x.split(3, dim=1)  # right


def split_the_rest(x: Tensor[B, 7]) -> None:
    """Unlike `reshape`, `split` does not compute a size in place of -1."""
    #: error: split expects sizes that are at least 0, got [3, -1] [shape]
    x.split([3, -1], dim=1)
    x.split([3, 4], dim=1)  # right


def split_by_nothing(x: Tensor[B, 7]) -> None:
    """The number is the size of a part, not how many there are. For that there is `chunk`."""
    #: error: split expects the size of the parts to be above 0, got 0 [shape]
    x.split(0, dim=1)
    x.chunk(2, dim=1)  # right


def chunks(x: Tensor[B, 6]) -> None:
    """The number is how many parts there are, not their size. For that there is `split`."""
    #: error: chunk expects chunks to be at least 1, got 0 [shape]
    x.chunk(0, dim=1)
    x.chunk(2, dim=1)  # right


def sections(x: Tensor[B, 7]) -> None:
    """An int is the number of parts. Where to cut is said by a list."""
    #: error: tensor_split expects indices_or_sections to be at least 1, got 0 [shape]
    x.tensor_split(0, dim=1)
    x.tensor_split([0], dim=1)  # right


def narrowed(x: Tensor[B, 7]) -> None:
    """The third argument is how many elements there are, not where they end; and so many are not left."""
    #: error: narrow expects length to be at most 3 for start=4 in dimension 1 of [B, 7], got 6 [shape]
    x.narrow(1, 4, 6)
    x.narrow(1, 4, 2)  # right


def narrowed_to_a_negative_length(x: Tensor[B, 7]) -> None:
    """A length does not count from the end, unlike in a slice."""
    #: error: narrow expects length to be at least 0, got -1 [shape]
    x.narrow(1, 2, -1)
    x.narrow(1, 2, 4)  # right


def narrowed_outside(x: Tensor[B, 7]) -> None:
    """There are no elements from there on. Below 0, it counts from the end."""
    #: error: narrow expects start from -7 to 7 in dimension 1 of [B, 7], got 8 [shape]
    x.narrow(1, 8, 2)
    x.narrow(1, -2, 2)  # right


def selected(x: Tensor[B, 7]) -> None:
    """The last element of a dimension of size 7 is 6, or -1."""
    #: error: select got 7 for dimension 1 of [B, 7], which has size 7 [shape]
    x.select(1, 7)
    x.select(1, 6)  # right


def stacked(x: Tensor[B, 3], y: Tensor[B, 4]) -> None:
    """`stack` puts tensors of one shape side by side. Along a dimension that they have, they are joined by `cat`."""
    #: error: stack expects tensors of one shape, got [B, 3] and [B, 4]: dimension 1 is 3 against 4 [shape]
    shapenet.stack([x, y])
    shapenet.cat([x, y], 1)  # right


def stacked_at(x: Tensor[B, 3]) -> None:
    """The result has 3 dimensions: the new one is 0, 1 or 2 of them, or -1 to -3 from the end."""
    #: error: stack expects dim from -3 to 2 for [B, 3], got 3 [shape]
    shapenet.stack([x, x], 3)
    shapenet.stack([x, x], 2)  # right


def stacked_nothing() -> None:
    """There is nothing to stack, and no shape for the result."""
    #: error: stack expects at least one tensor, got none [shape]
    shapenet.stack([])
