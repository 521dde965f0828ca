"""Products, order and picking"""

import shapenet
from shapenet import BoolTensor, IntTensor, Tensor
from shapenet import functional as F
from shapenet.dims import B, C, H, K, N


def equation(x: Tensor[B, 3]) -> None:
    """The terms are letters, with one `...` at most, between commas; `->` stands before that of the result."""
    #: error: einsum expects an equation such as "bij,bjk->bik" or "...i,i->...", got "b1->b" [shape]
    shapenet.einsum("b1->b", x)
    shapenet.einsum("bi->b", x)  # right


def equation_from_nothing(x: Tensor[B, 3]) -> None:
    """A letter of the result has its size from a tensor."""
    #: error: einsum "bi->bj" has j in the result, but in no tensor [shape]
    shapenet.einsum("bi->bj", x)


def equation_twice(x: Tensor[B, B]) -> None:
    """A diagonal can be taken, but not made."""
    #: error: einsum "bi->bb" has b in the result more than once [shape]
    shapenet.einsum("bi->bb", x)
    shapenet.einsum("bb->b", x)  # right


def equation_of_others(x: Tensor[B, 3]) -> None:
    """There is a term for each tensor."""
    #: error: einsum "bi,ij->bj" is for 2 tensors, got 1 [shape]
    shapenet.einsum("bi,ij->bj", x)


def equation_of_other_dimensions(x: Tensor[B, 3, 4]) -> None:
    """There is a letter for each dimension; `...` stands for any number of them."""
    #: error: einsum "bi->b" has "bi" for 2 dimensions, got [B, 3, 4] [shape]
    shapenet.einsum("bi->b", x)
    shapenet.einsum("b...->b", x)  # right


def equation_sizes(x: Tensor[B, H], y: Tensor[C, H]) -> None:
    """A letter has one size in all tensors, or 1. Often two letters have changed places."""
    #: error: einsum "bi,ic->bc": i is H in tensor 0 and C in tensor 1 [shape]
    shapenet.einsum("bi,ic->bc", x, y)
    shapenet.einsum("bi,ci->bc", x, y)  # right


def equation_diagonal(x: Tensor[3, 4]) -> None:
    """A letter that stands twice for one tensor takes its diagonal, for which it must be square."""
    #: error: einsum "ii->i": i is 3 and 4 in [3, 4] [shape]
    shapenet.einsum("ii->i", x)


def matrices(x: Tensor[B, 3, 4], y: Tensor[4, 5]) -> None:
    """`mm`, `bmm`, `mv`, `dot` and `outer` are for these numbers of dimensions alone; `@` is for all."""
    #: error: bmm expects tensors of 3 and 3 dimensions, got [B, 3, 4] and [4, 5] [shape]
    x.bmm(y)
    x @ y  # right


def as_many_matrices(x: Tensor[B, 3, 4], y: Tensor[1, 4, 5]) -> None:
    """`bmm` does not broadcast; `@` does."""
    #: error: bmm expects as many matrices in both tensors, got [B, 3, 4] and [1, 4, 5] [shape]
    x.bmm(y)
    x @ y  # right


def extreme_of_nothing(x: Tensor[B, 0]) -> None:
    """Nothing has no greatest element."""
    #: error: max expects at least one element along dimension 1, got [B, 0] [shape]
    x.max(1)


def extreme_of_all_of_nothing(x: Tensor[B, 0]) -> None:
    """Nothing has no greatest element."""
    #: error: max expects at least one element, got [B, 0] [shape]
    x.max()


def too_many_of_the_greatest(x: Tensor[B, 10]) -> None:
    """There are no more than there are."""
    #: error: topk expects k to be from 0 to 10, the size of dimension 1, got 11 [shape]
    x.topk(11)
    x.topk(10)  # right


def gather_dimensions(x: Tensor[B, 10], labels: IntTensor[B]) -> None:
    """`gather` gives a tensor of the shape of `index`, which has as many dimensions. Often one of size 1 is missing."""
    #: error: gather expects index to have 2 dimensions for [B, 10], got 1: [B] [shape]
    x.gather(1, labels)
    x.gather(1, labels.unsqueeze(1))  # right


def gather_sizes(x: Tensor[B, 10], index: IntTensor[N, 1]) -> None:
    """But for the dimension along which is picked, `index` is not greater than the tensor."""
    #: error: gather expects index to have B in dimension 0, got [N, 1] for [B, 10] [shape]
    x.gather(1, index)


def scatter_dimensions(x: Tensor[B, 10], index: IntTensor[B, 2], src: Tensor[B]) -> None:
    """For each place there is an element of `src`; a number is put everywhere."""
    #: error: scatter expects index to have as many dimensions as src, got [B, 2] and [B] [shape]
    x.scatter(1, index, src)
    x.scatter(1, index, 1.0)  # right


def one_dimension_of_places(x: Tensor[B, 10], index: IntTensor[B, 2]) -> None:
    """`index_select` takes a vector; `gather` takes other places for each row."""
    #: error: index_select expects index to have 1 dimension, got 2: [B, 2] [shape]
    x.index_select(1, index)
    x.gather(1, index)  # right


def places_along(x: Tensor[B, 10], order: IntTensor[10]) -> None:
    """`take_along_dim` broadcasts dimensions of size 1, but there must be as many."""
    #: error: take_along_dim expects indices to have 2 dimensions for [B, 10], got 1: [10] [shape]
    x.take_along_dim(order, 1)
    x.take_along_dim(order.unsqueeze(0), 1)  # right


def places_that_do_not_broadcast(x: Tensor[B, 10], order: IntTensor[N, 10]) -> None:
    """But for the dimension along which is picked, the sizes are equal, or one of them 1."""
    #: error: take_along_dim cannot broadcast [B, 10] and [N, 10]: dimension 0 is B against N [shape]
    x.take_along_dim(order, 1)


def no_class(labels: IntTensor[B]) -> None:
    """There is at least one class; -1 finds their number in the labels, which leaves it unknown before the program runs."""
    #: error: one_hot expects num_classes to be at least 1, or -1, got 0 [shape]
    F.one_hot(labels, 0)
