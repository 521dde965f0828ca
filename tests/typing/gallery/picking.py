"""Elements found and picked

What is sorted and found along a dimension, and elements that are picked by their places in it.
"""

import shapenet
from shapenet import IntTensor, Tensor
from shapenet import functional as F
from shapenet.dims import B, H, N


def greatest_of_none(x: Tensor[0, 3]) -> None:
    """Nothing is the greatest of no elements, unlike a sum, which is 0."""
    #: error: max expects at least one element, got [0, 3] [shape]
    x.max()
    x.sum()  # right


def greatest_along(x: Tensor[B, 0]) -> None:
    """There are no elements along this dimension, whatever is in the others."""
    #: error: argmax expects at least one element along dimension 1, got [B, 0] [shape]
    x.argmax(1)
    x.sum(1)  # right


def more_than_there_are(x: Tensor[B, 10]) -> None:
    """`k` can be as great as the dimension, which is the last if none is said."""
    #: error: topk expects k to be from 0 to 10, the size of dimension 1 of [B, 10], got 11 [shape]
    x.topk(11)
    x.topk(10)  # right


def gathered(x: Tensor[B, N, 5], labels: IntTensor[B, N]) -> None:
    """The places have as many dimensions as the tensor. Where each row has one, that dimension has size 1."""
    #: error: gather expects index to have 3 dimensions for [B, N, 5], got 2: [B, N] [shape]
    x.gather(2, labels)
    x.gather(2, labels.unsqueeze(2)).squeeze(2)  # right


def gathered_elsewhere(x: Tensor[B, N, 5], places: IntTensor[B, H, 5]) -> None:
    """Along the dimension that is named there may be any number of places; elsewhere no more than the tensor has, and
    `H` may be more than `N`. Often another dimension is meant."""
    #: error: gather expects index to have N in dimension 1, got [B, H, 5] for [B, N, 5] [shape]
    x.gather(2, places)
    x.gather(1, places)  # right


def scattered(x: Tensor[B, 5], places: IntTensor[B, 3], values: Tensor[B, 2]) -> None:
    """There are more places than values to be put there."""
    #: error: scatter expects index to have at most 2 in dimension 1, got [B, 3] for src [B, 2] [shape]
    x.scatter(1, places, values)
    x.scatter(1, places[:, :2], values)  # right


def scattered_dimensions(x: Tensor[B, 5], places: IntTensor[B, 2], values: Tensor[B]) -> None:
    """Each place has a value of its own; a number is put everywhere."""
    #: error: scatter expects index to have as many dimensions as src, got [B, 2] and [B] [shape]
    x.scatter(1, places, values)
    x.scatter(1, places, values.unsqueeze(1).expand(-1, 2))  # right
    x.scatter(1, places, 1.0)  # right


def selected(x: Tensor[B, 5], places: IntTensor[B, 3]) -> None:
    """`index_select` picks the same rows or columns for all. What differs from row to row is picked by `gather`."""
    #: error: index_select expects index to have 1 dimension, got 2: [B, 3] [shape]
    x.index_select(1, places)
    x.gather(1, places)  # right


def taken(x: Tensor[B, N, 5], places: IntTensor[B, N]) -> None:
    """The places have as many dimensions as the tensor; of size 1, they broadcast."""
    #: error: take_along_dim expects indices to have 3 dimensions for [B, N, 5], got 2: [B, N] [shape]
    x.take_along_dim(places, 2)
    x.take_along_dim(places.unsqueeze(2), 2)  # right


def taken_elsewhere(x: Tensor[B, N, 5], places: IntTensor[B, H, 1]) -> None:
    """Beside the dimension that is named, the sizes must be equal, or one of them 1."""
    #: error: take_along_dim cannot broadcast [B, N, 5] and [B, H, 1]: dimension 1 is N against H [shape]
    x.take_along_dim(places, 2)
    x.take_along_dim(places, 1)  # right


def classes(labels: IntTensor[B]) -> None:
    """There is at least one class. -1, which is the default, counts them in the labels, when the program runs."""
    #: error: one_hot expects num_classes to be at least 1, or -1, got 0 [shape]
    F.one_hot(labels, 0)
    F.one_hot(labels, 10)  # right
