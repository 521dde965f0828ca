"""Layers whose sizes cannot be seen where they are made. What is made of them is not reported again."""

from typing import Any, Generic

from shapenet import Module, Tensor, nn
from shapenet.dims import B, C, H, W


class Config:
    width: int = 8
    depth = 3


class Block(Module, Generic[C]):
    def __init__(self, channels: C) -> None:
        self.conv = nn.Conv2d(channels, channels, 3, padding=1)
        self.wider = nn.Conv2d(channels, 2 * channels, 3, padding=1)

    def __call__(self, x: Tensor[B, C, H, W]) -> Tensor[B, C, H, W]:
        return self.conv(x)


class Wide(nn.Linear[C, C]):
    pass


def plain_int(n: int, x: Tensor[B, 3, 8, 8]) -> None:
    #: error: Conv2d: out_channels is an int of unknown value [shape-unknown]
    layer = nn.Conv2d(3, n, 3)
    y = layer(x)
    nn.Flatten()(nn.ReLU()(y))


def several(n: int, m: int) -> None:
    #: error: Conv2d: in_channels is an int of unknown value, out_channels is an int of unknown value [shape-unknown]
    nn.Conv2d(n, m, 3)
    nn.Conv2d(
        3,
        16,
        3,
        #: error: Conv2d: padding is an int of unknown value [shape-unknown]
        padding=n,
    )


def arithmetic(n: int) -> None:
    nn.Linear(16 * 4 * 4, 4)
    #: error: Linear: in_features is an int of unknown value [shape-unknown]
    nn.Linear(4 * n, 10)


def attributes(config: Config) -> None:
    #: error: Linear: out_features is an int of unknown value [shape-unknown]
    nn.Linear(3, config.width)
    #: error: Linear: out_features is an int of unknown value [shape-unknown]
    nn.Linear(3, Config().depth)


def within(n: int, x: Tensor[B, 3, 8, 8]) -> None:
    #: error: Linear: in_features is an int of unknown value [shape-unknown]
    nn.Sequential(nn.Conv2d(3, 8, 3), nn.Flatten(), nn.Linear(n, 3))(x)


def others(values: tuple[int, int], flag: bool, word: str, size: int | None) -> None:
    #: error: MaxPool2d: kernel_size is a tuple of unknown values [shape-unknown]
    nn.MaxPool2d(values)
    #: error: MaxPool2d: ceil_mode is a bool of unknown value [shape-unknown]
    nn.MaxPool2d(2, ceil_mode=flag)
    #: error: Conv2d: padding_mode is a str of unknown value [shape-unknown]
    nn.Conv2d(3, 3, 3, padding_mode=word)
    #: error: MaxPool2d: stride is an int or None of unknown value [shape-unknown]
    nn.MaxPool2d(2, size)
    #: error: Upsample: scale_factor is a float of unknown value [shape-unknown]
    nn.Upsample(scale_factor=1.5)


def anything(value: Any, sizes: tuple[int, int]) -> None:
    #: error: Linear: in_features is Any [shape-unknown]
    nn.Linear(value, 3)
    #: error: Linear: in_features is hidden in a * argument, out_features is hidden in a * argument [shape-unknown]
    nn.Linear(*sizes)


def own(n: int, x: Tensor[B, 3, 4, 4]) -> None:
    Block(3)
    #: error: Block: channels is an int of unknown value [shape-unknown]
    Block(n)(x)
    #: error: Wide: in_features is an int of unknown value [shape-unknown]
    Wide(n, n)


def pools(flag: bool, x: Tensor[B, 3, 8, 8]) -> None:
    #: error: MaxPool2d: return_indices is a bool of unknown value [shape-unknown]
    pool = nn.MaxPool2d(2, return_indices=flag)
    #: note: Revealed type is "Tensor[B, Literal[3], Literal[4], Literal[4]] | tuple[Tensor[B, Literal[3], Literal[4], Literal[4]], IntTensor[B, Literal[3], Literal[4], Literal[4]]]"
    reveal_type(pool(x))


def wrong(n: int) -> None:
    #: error: Conv2d expects kernel_size to be an int or a pair of ints, at least 1, got 0 [shape]
    nn.Conv2d(n, 16, 0)
