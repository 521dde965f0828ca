"""Mismatches that legal spellings can express: any checker must see them."""

from typing import Generic
from typing import Literal as L

from shapenet import Module, Tensor, nn
from shapenet.dims import B, C, H, W


class Block(Module, Generic[C]):
    def __init__(self, channels: C) -> None:
        self.conv = nn.Conv2d(channels, channels, 3, padding=1)

    def __call__(self, x: Tensor[B, C, H, W]) -> Tensor[B, C, H, W]:
        return x + self.conv(x)


def score(x: Tensor[L[8], L[4]]) -> Tensor[L[8], L[2]]:
    return nn.Linear[L[4], L[2]]()(x)


def argument(x: Tensor[L[8], L[3]]) -> None:
    score(x)  # wrong


def rank(x: Tensor[L[8]]) -> None:
    score(x)  # wrong


def result(x: Tensor[L[8], L[4]]) -> Tensor[L[8], L[3]]:
    return score(x)  # wrong


def channels(x: Tensor[B, L[8], H, W]) -> None:
    nn.Conv2d[L[3], L[16], L[3]]()(x)  # wrong


def features(x: Tensor[B, L[8]]) -> None:
    layer = nn.Linear[L[9], L[2]]()
    layer(x)  # wrong


def block(inner: Block[L[16]], x: Tensor[B, L[8], H, W]) -> None:
    inner(x)  # wrong


def other_block(inner: Block[L[16]]) -> Block[L[8]]:
    return inner  # wrong


def dimensions(x: Tensor[B, H], y: Tensor[B, W]) -> Tensor[B, H]:
    x = y  # wrong
    return x


def returned(x: Tensor[B, C, H, W]) -> Tensor[B, L[16], H, W]:
    return x.relu()  # wrong


def no_tensor(x: Tensor[B, H]) -> None:
    score([1, 2])  # wrong
    x + "1"  # wrong


def attribute(x: Tensor[B, H]) -> None:
    x.no_such_method()  # wrong
