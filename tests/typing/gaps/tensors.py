"""Calls on tensors whose result has sizes that cannot be seen."""

from typing import Any

import numpy as np

import shapenet
from shapenet import IntTensor, Tensor, nn
from shapenet import functional as F
from shapenet.data import DataLoader, TensorDataset
from shapenet.dims import B, Batch, C, H, N, W


def creation(n: int, sizes: tuple[int, int], many: tuple[int, ...], anything: Any) -> None:
    shapenet.zeros(2, 3)
    #: error: zeros: dimension 0 of [?, 3] is unknown: n is an int of unknown value [shape-unknown]
    shapenet.zeros(n, 3)
    #: error: ones: dimension 0 of [?, 3] is unknown: n is an int of unknown value [shape-unknown]
    shapenet.ones((n, 3))
    #: error: rand: dimensions 0 and 1 of [?, ?] are unknown: sizes is a tuple of unknown values [shape-unknown]
    shapenet.rand(sizes)
    #: error: randn: the number of dimensions is unknown: arguments are hidden behind a * [shape-unknown]
    shapenet.randn(*many)
    #: error: zeros: the number of dimensions is unknown: many is a tuple of unknown length [shape-unknown]
    shapenet.zeros(many)
    #: error: full: dimension 1 of [2, ?] is unknown: n is an int of unknown value [shape-unknown]
    shapenet.full((2, n), 1.0)
    #: error: arange: dimension 0 of [?] is unknown: n is an int of unknown value [shape-unknown]
    shapenet.arange(n)
    #: error: eye: dimensions 0 and 1 of [?, ?] are unknown: n is an int of unknown value [shape-unknown]
    shapenet.eye(n)
    #: error: zeros: the number of dimensions is unknown: anything is Any [shape-unknown]
    shapenet.zeros(anything)
    #: error: zeros: dimension 0 of [?, 2] is unknown: anything is Any [shape-unknown]
    shapenet.zeros(anything, 2)


def data(numbers: list[float], array: np.ndarray[Any, Any], n: int) -> None:
    shapenet.tensor([1, 2])
    #: error: tensor: the number of dimensions is unknown: numbers is a list of unknown length [shape-unknown]
    shapenet.tensor(numbers)
    #: error: tensor: the number of dimensions is unknown: the sizes of values are not all written out [shape-unknown]
    shapenet.tensor([n, 2])
    #: error: from_numpy(): the number of dimensions is unknown: the type of array says no sizes [shape-unknown]
    shapenet.from_numpy(array)


def index(x: Tensor[B, 3, H], i: int, part: slice, mask: IntTensor[2], key: Any) -> None:
    x[i]
    x[:, 1:]
    x[mask]
    #: error: index: dimension 1 of [B, ?, H] is unknown: the length of a slice is unknown [shape-unknown]
    x[:, :i]
    #: error: index: dimension 2 of [B, 3, ?] is unknown: the length of a slice is unknown [shape-unknown]
    x[:, :, 2:]
    #: error: index: the number of dimensions is unknown: the length of a slice is unknown [shape-unknown]
    x[:, part]
    #: error: index: the number of dimensions is unknown: key is Any [shape-unknown]
    x[key]
    #: error: index: the number of dimensions is unknown: key is Any [shape-unknown]
    x[key, 1]


def operations(x: Tensor[B, 3, 4], n: int, flag: bool) -> None:
    x.reshape(-1, 12)
    x.reshape(n, 12)
    #: error: reshape: dimensions 0 and 1 of [?, ?] are unknown: n is an int of unknown value [shape-unknown]
    x.reshape(-1, n)
    x.reshape((n, 2, 6))
    #: error: flatten: the number of dimensions is unknown: n is an int of unknown value [shape-unknown]
    x.flatten(n)
    #: error: permute: dimensions 0, 1 and 2 of [?, ?, ?] are unknown: n is an int of unknown value [shape-unknown]
    x.permute(n, 0, 1)
    #: error: transpose: dimensions 0, 1 and 2 of [?, ?, ?] are unknown: n is an int of unknown value [shape-unknown]
    x.transpose(n, 0)
    #: error: sum: the number of dimensions is unknown: n is an int of unknown value [shape-unknown]
    x.sum(n)
    #: error: sum: the number of dimensions is unknown: flag is a bool of unknown value [shape-unknown]
    x.sum(1, flag)


def variadic(x: Tensor[*Batch, 3]) -> None:
    x.sum(-1)
    #: error: sum: the number of dimensions is unknown: it depends on what *Batch stands for [shape-unknown]
    x.sum(0)
    #: error: flatten: dimension 0 of [?] is unknown: it depends on what *Batch stands for [shape-unknown]
    x.flatten()


def functions(x: Tensor[B, 3, 8, 8], labels: IntTensor[B], xs: list[Tensor[B, 3]], n: int, word: str) -> None:
    #: error: cat: dimension 0 of [?, 3] is unknown: xs is a list of unknown length [shape-unknown]
    shapenet.cat(xs)
    #: error: cat: the number of dimensions is unknown: n is an int of unknown value [shape-unknown]
    shapenet.cat([shapenet.zeros(2, 3), shapenet.ones(2, 3)], n)
    #: error: max_pool2d: dimensions 2 and 3 of [B, 3, ?, ?] are unknown: n is an int of unknown value [shape-unknown]
    F.max_pool2d(x, n)
    #: error: conv2d: dimensions 2 and 3 of [B, 8, ?, ?] are unknown: word is a str of unknown value [shape-unknown]
    F.conv2d(x, shapenet.zeros(8, 3, 3, 3), padding=word)
    #: error: cross_entropy: the number of dimensions is unknown: word is a str of unknown value [shape-unknown]
    F.cross_entropy(x.flatten(1), labels, reduction=word)


def anything(value: Any) -> None:
    #: error: relu(): the number of dimensions is unknown: value is Any [shape-unknown]
    F.relu(value)
    #: error: linear: the number of dimensions is unknown: value is Any [shape-unknown]
    F.linear(value, value)
    #: error: Linear[3, 4]: the number of dimensions is unknown: value is Any [shape-unknown]
    nn.Linear(3, 4)(value)


def formula(x: Tensor[B, 3, H, W]) -> None:
    nn.MaxPool2d(3, 2, ceil_mode=True)(x)


def unsaid(n: int) -> Tensor[B, N]:
    raise NotImplementedError


def half(x: Tensor[B, "2*H"]) -> Tensor[B, H]:
    raise NotImplementedError


def resized(x: Tensor[B, C]) -> Tensor[B, N]:
    raise NotImplementedError


def listed(x: Tensor[B, C]) -> list[Tensor[B, N]]:
    raise NotImplementedError


def calls(x: Tensor[3, 4]) -> None:
    #: error: unsaid(): dimensions 0 and 1 of [?, ?] are unknown: no argument says it [shape-unknown]
    unsaid(3)
    half(x)
    #: error: resized(): dimension 1 of [3, ?] is unknown: no argument says N [shape-unknown]
    resized(x)
    #: error: listed(): dimension 1 of [3, ?] is unknown: no argument says N [shape-unknown]
    listed(x)


def lists(x: Tensor[B, 3], layers: list[nn.Linear[3, 3]], others: list[nn.Linear[3, 4]]) -> None:
    nn.Sequential(*layers)(x).sum(1)
    net = nn.Sequential(*others)
    #: error: Sequential: dimension 1 of [B, ?] is unknown: nobody knows how many modules the Sequential holds [shape-unknown]
    net(x).sum(1)
    for layer in layers:
        x = layer(x)


def loaders(x: Tensor[100, 3], y: Tensor[100]) -> None:
    dataset = TensorDataset(x, y)
    #: error: TensorDataset.tensors: the number of dimensions is unknown [shape-unknown]
    dataset.tensors
    #: error: TensorDataset.__getitem__(): the number of dimensions is unknown: no shape rule says it for these arguments [shape-unknown]
    dataset[0]
    #: error: DataLoader: the number of dimensions is unknown: the type of dataset says no sizes [shape-unknown]
    for images, labels in DataLoader(dataset, batch_size=10):
        F.cross_entropy(nn.Linear(3, 4)(images), labels)


def parameters(model: nn.Linear[3, 4]) -> None:
    model.state_dict()
    for parameter in model.parameters():
        parameter.sum()


def locally(n: int) -> None:
    def inner(k: int) -> Tensor[3]:
        #: error: zeros: dimension 0 of [?] is unknown: k is an int of unknown value [shape-unknown]
        return shapenet.zeros(k)

    inner(n)


def ignored(n: int) -> None:
    shapenet.zeros(n)  # type: ignore[shape-unknown]


def wrong(x: Tensor[B, 3], n: int) -> None:
    #: error: reshape cannot turn [B, 3] to [?, 3, -1, -1]: sizes must be at least 0, and at most one of them -1 [shape]
    x.reshape(n, 3, -1, -1)
