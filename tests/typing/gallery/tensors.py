"""Operations on tensors"""

import shapenet
from shapenet import Tensor
from shapenet import functional as F
from shapenet.dims import B, C, H, N, W


def broadcasting(x: Tensor[4, 3], y: Tensor[4]) -> None:
    """From the last dimension on, the sizes must be equal, or one of them 1. Often a dimension of size 1
    is missing."""
    #: error: add cannot broadcast [4, 3] with [4]: dimension -1 is 3 against 4, and neither is 1 [shape]
    x + y
    x + y.reshape(4, 1)  # right


def broadcasting_names(x: Tensor[B, H], y: Tensor[B, W]) -> None:
    """Two names are two sizes, until an annotation gives them one name."""
    #: error: add cannot broadcast [B, H] with [B, W]: dimension -1 is H against W, and neither is 1 [shape]
    x + y


def product(x: Tensor[B, 3], y: Tensor[4, 3]) -> None:
    """The last dimension of the first meets the second last of the second. Often one wants to be transposed."""
    #: error: matmul cannot multiply [B, 3] @ [4, 3]: dimension -1 of the first is 3, dimension -2 of the second is 4 [shape]
    x @ y
    x @ y.transpose(0, 1)  # right


def product_of_a_number(x: Tensor[()], y: Tensor[3]) -> None:
    """A matrix product needs dimensions. To multiply by a number there is `*`."""
    #: error: matmul expects operands of at least 1 dimension, got [] @ [3] [shape]
    x @ y
    y * x  # right


def dimension(x: Tensor[B, 3]) -> None:
    """Dimensions are counted from 0, or from the end by negative numbers."""
    #: error: sum got dimension 2, but [B, 3] has 2 dimensions [shape]
    x.sum(2)
    x.sum(1)  # right


def dimension_twice(x: Tensor[B, 3]) -> None:
    """-2 and 0 are the same dimension of a matrix."""
    #: error: mean got dimension 0 of [B, 3] twice, in [0, -2] [shape]
    x.mean((0, -2))


def reshape(x: Tensor[2, 6]) -> None:
    """The new shape has another number of elements. One size may be -1: it is computed."""
    #: error: reshape cannot turn [2, 6] to [3, 5]: 12 elements do not make 15 [shape]
    x.reshape(3, 5)
    x.reshape(3, 4)  # right


def reshape_the_rest(x: Tensor[2, 6]) -> None:
    """No whole number in place of -1 gives this number of elements."""
    #: error: reshape cannot turn [2, 6] to [-1, 5]: 12 elements do not divide by 5 [shape]
    x.reshape(-1, 5)
    x.reshape(-1, 4)  # right


def reshape_to_two_unknowns(x: Tensor[2, 6]) -> None:
    """Only one size can be computed from the others."""
    #: error: reshape cannot turn [2, 6] to [-1, -1]: sizes must be at least 0, and at most one of them -1 [shape]
    x.reshape(-1, -1)


def reshape_nothing(x: Tensor[0, 6]) -> None:
    """Any number times 0 is 0: say the size."""
    #: error: reshape cannot turn [0, 6] to [-1, 0]: with a size of 0, -1 could be anything [shape]
    x.reshape(-1, 0)
    x.reshape(5, 0)  # right


def flatten(x: Tensor[B, 3, 4]) -> None:
    """The first dimension to join must come before the last."""
    #: error: flatten got start_dim=2 behind end_dim=1 for [B, 3, 4] [shape]
    x.flatten(2, 1)
    x.flatten(1, 2)  # right


def permute(x: Tensor[B, 3]) -> None:
    """A permutation names each dimension once."""
    #: error: permute expects each of the 2 dimensions of [B, 3] once, got (0, 0) [shape]
    x.permute(0, 0)
    x.permute(1, 0)  # right


def index(x: Tensor[B, 3]) -> None:
    """The last element of a dimension of size 3 is 2, or -1."""
    #: error: index got 3 for dimension 1 of [B, 3], which has size 3 [shape]
    x[:, 3]
    x[:, 2]  # right


def indices(x: Tensor[B, 3]) -> None:
    """There are more indices than dimensions."""
    #: error: index got 3 indices for [B, 3], which has 2 dimensions [shape]
    x[0, 0, 0]


def ellipses(x: Tensor[B, 3]) -> None:
    """With two of them, nobody could say which dimensions each stands for."""
    #: error: index got more than one Ellipsis for [B, 3] [shape]
    x[..., 0, ...]
    x[0, ..., 0]  # right


def step(x: Tensor[B, 3]) -> None:
    """A step of 0 would stay where it is."""
    #: error: index got a slice with step 0 for dimension 1 of [B, 3] [shape]
    x[:, ::0]


def joined(x: Tensor[B, 3], y: Tensor[B, 4]) -> None:
    """Tensors are joined along one dimension, and the others are equal."""
    #: error: cat expects tensors that differ in dimension 0 alone, got [B, 3] and [B, 4]: dimension 1 is 3 against 4 [shape]
    shapenet.cat([x, y])
    shapenet.cat([x, y], 1)  # right


def joined_ranks(x: Tensor[B, 3], y: Tensor[B]) -> None:
    """One tensor has a dimension less. Give it one of size 1."""
    #: error: cat expects tensors of as many dimensions each, got [B, 3] and [B] [shape]
    shapenet.cat([x, y])
    shapenet.cat([x, y.reshape(-1, 1)], 1)  # right


def joined_nothing() -> None:
    """There is nothing to join, and no shape for the result."""
    #: error: cat expects at least one tensor, got none [shape]
    shapenet.cat([])


def created() -> None:
    """A size is an int, at least 0."""
    #: error: zeros expects sizes that are ints, at least 0, got -1 [shape]
    shapenet.zeros(-1, 3)
    shapenet.zeros(0, 3)  # right


def created_at_equal_distances() -> None:
    """`steps` is how many numbers there are, both ends included."""
    #: error: linspace expects steps to be an int, at least 0, got -5 [shape]
    shapenet.linspace(0, 1, -5)
    shapenet.linspace(0, 1, 5)  # right
