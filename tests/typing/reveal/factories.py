"""Types of what functions make of sizes: factories, helpers that are generic in sizes, and configurations."""

import enum
import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Generic, Literal, NamedTuple, Protocol

from typing_extensions import TypeVar

from shapenet import Module, Tensor, nn
from shapenet.dims import B, C, H, K, M, N, W
from shapenet.nn.parameter import Parameter

D = TypeVar("D", bound=int)
Given = TypeVar("Given", bound=int, contravariant=True)
Made = TypeVar("Made", bound=int, covariant=True)


# --- functions that return layers ---


def conv_bn(c: C, d: D) -> nn.Sequential[nn.Conv2d[C, D, 3, 1, 1], nn.BatchNorm2d[D], nn.ReLU]:
    return nn.Sequential(nn.Conv2d(c, d, 3, 1, 1), nn.BatchNorm2d(d), nn.ReLU())


def square(width: N, bias: bool = True) -> nn.Linear[N, N]:
    return nn.Linear(width, width, bias)


def factories(c: C, k: int, x: Tensor[B, 16, H, W], y: Tensor[B, C, H, W], v: Tensor[B, 8]) -> None:
    #: note: Revealed type is "Linear[Literal[8], Literal[8]]"
    reveal_type(square(8))
    #: note: Revealed type is "Tensor[B, Literal[8]]"
    reveal_type(square(width=2 * 4, bias=False)(v))
    #: note: Revealed type is "BatchNorm2d[Size[Literal['2*C'], C]]"
    reveal_type(conv_bn(c, 2 * c)[1])
    #: note: Revealed type is "Tensor[B, Size[Literal['2*C'], C], H, W]"
    reveal_type(conv_bn(c, 2 * c)(y))
    #: note: Revealed type is "Tensor[B, Size[Literal['C + 1'], C], H, W]"
    reveal_type(conv_bn(16, c + 1)(x))
    #: note: Revealed type is "Tensor[B, Literal[64], H, W]"
    reveal_type(nn.Sequential(conv_bn(16, 32), conv_bn(32, 64))(x))
    #: note: Revealed type is "Tensor[B, Any, H, W]"
    reveal_type(conv_bn(16, k)(x))
    width: Final = 16
    #: note: Revealed type is "Tensor[B, Literal[32], H, W]"
    reveal_type(conv_bn(width, width * 2)(x))
    pair = (8, 8)
    #: note: Revealed type is "Linear[Any, Any]"
    reveal_type(nn.Linear(*pair))
    make = functools.partial(conv_bn, 16)
    #: note: Revealed type is "Tensor[B, Any, H, W]"
    reveal_type(make(32)(x))


# --- helpers that take sizes, tensors, modules and functions ---


def head(x: Tensor[B, C], c: C, n: N) -> Tensor[B, N]:
    return nn.Linear(c, n)(x)


def twice(f: nn.Linear[C, C], x: Tensor[B, C]) -> Tensor[B, C]:
    return f(f(x))


def after(f: nn.Sequential[nn.Linear[C, M], nn.Linear[M, N]], x: Tensor[B, C]) -> Tensor[B, N]:
    return f(x)


def apply(f: Callable[[Tensor[B, C]], Tensor[B, D]], x: Tensor[B, C]) -> Tensor[B, D]:
    return f(x)


class Encoder(Protocol[Given, Made]):
    def __call__(self, x: Tensor[B, Given]) -> Tensor[B, Made]: ...


def encode(encoder: Encoder[C, D], x: Tensor[B, C]) -> Tensor[B, D]:
    return encoder(x)


def upper(n: N) -> N:
    return n


def helpers(x: Tensor[B, 8], c: C, y: Tensor[B, C], k: int) -> int:
    #: note: Revealed type is "Tensor[B, Literal[10]]"
    reveal_type(head(x, 8, 10))
    #: note: Revealed type is "Tensor[B, Size[Literal['2*C'], C]]"
    reveal_type(head(y, c, 2 * c))
    #: note: Revealed type is "Tensor[B, Any]"
    reveal_type(head(y, c, k))
    #: note: Revealed type is "Tensor[B, Literal[8]]"
    reveal_type(twice(nn.Linear(8, 8), x))
    #: note: Revealed type is "Tensor[B, C]"
    reveal_type(twice(square(c), y))
    #: note: Revealed type is "Tensor[B, Literal[2]]"
    reveal_type(after(nn.Sequential(nn.Linear(8, 4), nn.Linear(4, 2)), x))
    #: note: Revealed type is "Tensor[B, Literal[4]]"
    reveal_type(apply(nn.Linear(8, 4), x))  # mypy 2.4
    #: note: Revealed type is "Tensor[B, Literal[8]]"
    reveal_type(apply(lambda v: v, x))
    #: note: Revealed type is "Tensor[B, Literal[4]]"
    reveal_type(encode(nn.Linear(8, 4), x))  # mypy 2.4

    def inner(v: Tensor[N, C]) -> Tensor[N, C]:
        return nn.Linear(c, c)(v)

    #: note: Revealed type is "Tensor[B, C]"
    reveal_type(inner(y))
    #: note: Revealed type is "list[Tensor[B, C]]"
    reveal_type([inner(v) for v in (y, y)])
    table = {"head": twice}
    #: note: Revealed type is "Tensor[B, Literal[8]]"
    reveal_type(table["head"](nn.Linear(8, 8), x))
    return upper(k)


# --- configurations: what is written is known, a plain int is unknown, and only there ---


@dataclass(frozen=True)
class Config(Generic[D]):
    width: D
    heads: int = 4


class Sizes(NamedTuple):
    width: int
    depth: Literal[3] = 3


class Width(enum.IntEnum):
    SMALL = 8
    LARGE = 16


WIDTH: Final = 32
WIDTHS: Final = (16, 32)


def build(config: Config[D], x: Tensor[B, D]) -> Tensor[B, "2*D"]:
    hidden = nn.Linear(config.width, 2 * config.width)
    #: note: Revealed type is "Linear[D, Size[Literal['2*D'], D]]"
    reveal_type(hidden)
    return hidden(x)


def configured(config: Config[Literal[8]], sizes: Sizes, x: Tensor[B, 8]) -> None:
    #: note: Revealed type is "tests.typing.reveal.factories.Config[Literal[8]]"
    reveal_type(Config(8))
    #: note: Revealed type is "Linear[Literal[16], Literal[8]]"
    reveal_type(nn.Linear(Config(16).width, config.width))
    #: note: Revealed type is "Tensor[B, Literal[16]]"
    reveal_type(build(Config(8), x))
    #: note: Revealed type is "list[tests.typing.reveal.factories.Config[int]]"
    reveal_type([Config(8), Config(16)])
    wide: Config[int] = Config(8)
    #: note: Revealed type is "Tensor[B, Literal[3]]"
    reveal_type(nn.Linear(wide.width, 3)(x))
    #: note: Revealed type is "Linear[Any, Literal[3]]"
    reveal_type(nn.Linear(sizes.width, sizes.depth))
    #: note: Revealed type is "Linear[Literal[8], Literal[16]]"
    reveal_type(nn.Linear(Width.SMALL, Width.LARGE.value))
    #: note: Revealed type is "Linear[Literal[32], Literal[32]]"
    reveal_type(nn.Linear(WIDTH, WIDTHS[1]))


# --- classes ---


class Base(Module, Generic[C]):
    width: Final = 64

    def __init__(self, channels: C) -> None:
        self.channels = channels
        self.linear = nn.Linear(channels, channels)
        self.wide = nn.Linear(channels, self.width)

    def __call__(self, x: Tensor[B, C]) -> Tensor[B, C]:
        return self.linear(x)

    def project(self, x: Tensor[B, C], k: K) -> Tensor[B, K]:
        return nn.Linear(self.channels, k)(x)

    def doubled(self, x: Tensor[B, C]) -> Tensor[B, "2*C"]:
        return self.project(x, 2 * self.channels)

    @property
    def weight(self) -> Parameter[C, C]:
        return self.linear.weight

    @staticmethod
    def turned(x: Tensor[B, N]) -> Tensor[N, B]:
        return x.transpose(0, 1)

    @classmethod
    def of_width(cls, channels: C) -> "Base[C]":
        return Base(channels)

    @classmethod
    def small(cls) -> "Base[Literal[8]]":
        return Base(8)


class Sub(Base[C]):
    def __call__(self, x: Tensor[B, C]) -> Tensor[B, C]:
        return super().__call__(x).relu()


class Inherited(Base[C]): ...


class Fixed(Base[Literal[8]]):
    def __init__(self) -> None:
        super().__init__(8)


class Stem(nn.Conv2d[Literal[3], Literal[16], Literal[3]]):
    def __init__(self) -> None:
        super().__init__(3, 16)


class Abstract(Module):
    def __call__(self, x: Tensor[B, 3]) -> Tensor[B, 4]:
        raise NotImplementedError


class Concrete(Abstract):
    def __init__(self) -> None:
        self.linear = nn.Linear(3, 4)

    def __call__(self, x: Tensor[B, 3]) -> Tensor[B, 4]:
        return self.linear(x)


def classes(c: C, x: Tensor[B, 8], y: Tensor[B, C], image: Tensor[B, 3, H, W], z: Tensor[B, 3]) -> None:
    #: note: Revealed type is "tests.typing.reveal.factories.Sub[Literal[8]]"
    reveal_type(Sub(8))
    #: note: Revealed type is "Tensor[B, Literal[8]]"
    reveal_type(Sub(8)(x))
    #: note: Revealed type is "Tensor[B, Literal[8]]"
    reveal_type(Inherited(8)(x))
    #: note: Revealed type is "Tensor[B, Literal[5]]"
    reveal_type(Inherited(8).project(x, 5))
    #: note: Revealed type is "def [B <: int, K <: int] (x: Tensor[B, Size[Literal['2*C'], C]], k: K) -> Tensor[B, K]"
    reveal_type(Inherited(2 * c).project)
    #: note: Revealed type is "Tensor[B, Size[Literal['2*C'], C]]"
    reveal_type(Sub(c).doubled(y))
    #: note: Revealed type is "Tensor[B, Literal[8]]"
    reveal_type(Fixed()(x))
    #: note: Revealed type is "Linear[Literal[8], Literal[64]]"
    reveal_type(Fixed().wide)
    #: note: Revealed type is "Parameter[Literal[8], Literal[8]]"
    reveal_type(Base(8).weight)
    #: note: Revealed type is "Tensor[Literal[8], B]"
    reveal_type(Base.turned(x))
    #: note: Revealed type is "tests.typing.reveal.factories.Base[Literal[8]]"
    reveal_type(Base.of_width(8))
    #: note: Revealed type is "Tensor[B, Literal[8]]"
    reveal_type(Base.small()(x))
    #: note: Revealed type is "Tensor[B, Literal[16], Size[Literal['H - 2'], H], Size[Literal['W - 2'], W]]"
    reveal_type(Stem()(image))
    base: Abstract = Concrete()
    #: note: Revealed type is "Tensor[B, Literal[4]]"
    reveal_type(base(z))


class Block(Module, Generic[C]):
    def __init__(self, channels: C) -> None:
        self.conv = nn.Conv2d(channels, channels, 3, padding=1)

    def __call__(self, x: Tensor[B, C, H, W]) -> Tensor[B, C, H, W]:
        return x + self.conv(x).relu()


def several(x: Tensor[B, 16, H, W]) -> None:
    blocks = [Block(16), Block(32)]
    #: note: Revealed type is "list[tests.typing.reveal.factories.Block[int]]"
    reveal_type(blocks)
    for block in blocks:
        #: note: Revealed type is "Tensor[B, Any, H, W]"
        reveal_type(block(x))
