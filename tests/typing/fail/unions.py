"""One of two shapes does not fit: one error."""

from shapenet import cat, nn, ones
from shapenet import functional as F


def one_of_two(flag: bool) -> None:
    x = ones(2, 3) if flag else ones(2, 4)
    #: error: pad got 3 pairs of padding for [2, 3], which has 2 dimensions [shape]
    F.pad(x, (1, 0, 1, 1, 0, 0))
    #: error: Linear[4, 5] expects last dimension 4, got 3 in [2, 3] [shape]
    F.linear(x, ones(5, 3) if flag else ones(5, 4))
    #: error: MultiheadAttention[3, 1] expects last dimension 3 of query, got [2, 4] [shape]
    nn.MultiheadAttention(3, 1)(x, ones(2, 3), ones(2, 3))
    #: error: MultiheadAttention[2, 1] expects last dimension 2 of query, got [2, 3] [shape]
    nn.MultiheadAttention(2, 1)(x, x, x)


def joined(flag: bool) -> None:
    x = ones(2, 3) if flag else ones(2, 4)
    #: error: cat expects tensors that differ in dimension 0 alone, got [2, 4] and [5, 3]: dimension 1 is 4 against 3 [shape]
    cat([x, ones(5, 3)])
