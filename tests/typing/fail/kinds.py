"""A tensor of another kind than is needed."""

import shapenet
from shapenet import BoolTensor, IntTensor, Module, Tensor, nn
from shapenet import functional as F
from shapenet.dims import B, C, N


def layers(i: IntTensor[B, 3], x: Tensor[B, 3]) -> None:
    #: error: Linear[3, 4] expects x to be a floating tensor, got an integer one [shape]
    nn.Linear(3, 4)(i)
    #: error: Embedding[3, 4] expects x to be an integer tensor, got a floating one [shape]
    nn.Embedding(3, 4)(x)
    #: error: layer 1 (Embedding[3, 4]) expects x to be an integer tensor, got a floating one from layer 0 (Linear[3, 4]) [shape]
    nn.Sequential(nn.Linear(3, 4), nn.Embedding(3, 4))(x)
    #: error: Linear[3, 4] expects x to be a floating tensor, got an integer one [shape]
    F.linear(i, shapenet.randn(4, 3))
    F.softmax(i, 1)


def losses(x: Tensor[B, 10], y: Tensor[B], labels: IntTensor[B]) -> None:
    #: error: CrossEntropyLoss expects target to be an integer tensor, got a floating one [shape]
    F.cross_entropy(x, y)
    #: error: CrossEntropyLoss expects input to be a floating tensor, got a boolean one [shape]
    nn.CrossEntropyLoss()(x > 0, labels)
    #: error: MSELoss expects target to be a floating tensor, got an integer one [shape]
    F.mse_loss(y, labels)


def masks(x: Tensor[B, 3], i: IntTensor[B, 3]) -> None:
    #: error: masked_fill expects mask to be a boolean tensor, got a floating one [shape]
    x.masked_fill(x, 0)
    #: error: where expects condition to be a boolean tensor, got an integer one [shape]
    shapenet.where(i, x, 0)


def indices(x: Tensor[B, 3], mask: BoolTensor[B]) -> None:
    #: error: index expects the index to be an integer tensor, got a boolean one [shape]
    x[mask]


class Lookup(Module):
    def __init__(self) -> None:
        self.table = nn.Embedding(10, 3)

    def __call__(self, rows: IntTensor[N]) -> Tensor[N, 3]:
        return self.table(rows)


def count(mask: BoolTensor[B, C]) -> IntTensor[B]:
    return mask.sum(1)


def arguments(x: Tensor[B], i: IntTensor[B, C]) -> None:
    #: error: Lookup argument "rows" expects an integer tensor, got a floating one [shape]
    Lookup()(x)
    #: error: count() argument "mask" expects a boolean tensor, got an integer one [shape]
    count(i)


def results(x: Tensor[B, C]) -> IntTensor[B]:
    #: error: results() declares its result as an integer tensor, got a floating one [shape]
    return x.amax(1)
