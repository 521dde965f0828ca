"""Sizes that do not fit what functions declare. Each function has one defect."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic

from typing_extensions import TypeVar

from shapenet import Module, Tensor, nn
from shapenet.dims import B, C, H, K, N, W

D = TypeVar("D", bound=int)


def head(x: Tensor[B, C], c: C, n: N) -> Tensor[B, N]:
    return nn.Linear(c, n)(x)


def twice(f: nn.Linear[C, C], x: Tensor[B, C]) -> Tensor[B, C]:
    return f(f(x))


def apply(f: Callable[[Tensor[B, C]], Tensor[B, D]], x: Tensor[B, C]) -> Tensor[B, D]:
    return f(x)


def conv_bn(c: C, d: D) -> nn.Sequential[nn.Conv2d[C, D, 3, 1, 1], nn.BatchNorm2d[D], nn.ReLU]:
    return nn.Sequential(nn.Conv2d(c, d, 3, 1, 1), nn.BatchNorm2d(d), nn.ReLU())


@dataclass(frozen=True)
class Config(Generic[D]):
    width: D


def build(config: Config[D], x: Tensor[B, D]) -> Tensor[B, D]:
    return nn.Linear(config.width, config.width)(x)


class Base(Module, Generic[C]):
    def __init__(self, channels: C) -> None:
        self.channels = channels

    def __call__(self, x: Tensor[B, C]) -> Tensor[B, C]:
        return x

    def project(self, x: Tensor[B, C], k: K) -> Tensor[B, K]:
        return nn.Linear(self.channels, k)(x)


class Sub(Base[C]):
    def __call__(self, x: Tensor[B, C]) -> Tensor[B, C]:
        return super().__call__(x).relu()


def size(x: Tensor[B, 8]) -> None:
    #: error: head() argument "c" expects C = 8, got 9 [shape]
    head(x, 9, 10)


def symbolic_size(x: Tensor[B, C], c: C) -> None:
    #: error: head() argument "c" expects C, got 2*C [shape]
    head(x, 2 * c, 10)


def no_square(x: Tensor[B, 8]) -> None:
    #: error: twice() argument "f" expects Linear[C, C], got Linear[8, 9]: a size is 9, expected C = 8 [shape]
    twice(nn.Linear(8, 9), x)


def other_module(x: Tensor[B, 8]) -> None:
    #: error: twice() argument "x" expects [B, C], got [B, 8]: dimension 1 is 8, expected C = 9 [shape]
    twice(nn.Linear(9, 9), x)


def other_class(x: Tensor[B, 8]) -> None:
    #: error: Argument 1 to "twice" has incompatible type "ReLU"; expected "Linear[Any, Any]" [arg-type]
    twice(nn.ReLU(), x)


def other_function(x: Tensor[B, 8]) -> None:
    #: error: apply() argument "x" expects [B, 9], got [B, 8]: dimension 1 is 8, expected 9 [shape]
    apply(nn.Linear(9, 4), x)  # mypy 2.4


def made(x: Tensor[B, 3, H, W]) -> None:
    #: error: layer 0 (Conv2d[16, 32, 3, 1, 1]) expects 16 channels in dimension 1, got 3 in [B, 3, H, W] [shape]
    conv_bn(16, 32)(x)


def made_one_after_the_other(x: Tensor[B, 16, H, W]) -> None:
    #: error: layer 1 (Sequential): layer 0 (Conv2d[16, 64, 3, 1, 1]) expects 16 channels in dimension 1, got 32 in [B, 32, H, W] [shape]
    nn.Sequential(conv_bn(16, 32), conv_bn(16, 64))(x)


def no_size() -> None:
    #: error: Argument 2 to "conv_bn" has incompatible type "str"; expected "int" [arg-type]
    conv_bn(16, "32")


def refused() -> None:
    #: error: Argument 2 to "conv_bn" has incompatible type "float"; expected "int" [arg-type]
    conv_bn(16, 1.5)


def configured(x: Tensor[B, 8]) -> None:
    #: error: build() argument "x" expects [B, D], got [B, 8]: dimension 1 is 8, expected D = 9 [shape]
    build(Config(9), x)


def inherited(x: Tensor[B, 8]) -> None:
    #: error: Sub[9] argument "x" expects [B, 9], got [B, 8]: dimension 1 is 8, expected 9 [shape]
    Sub(9)(x)


def inherited_method(x: Tensor[B, 8]) -> None:
    #: error: Sub.project() argument "x" expects [B, 9], got [B, 8]: dimension 1 is 8, expected 9 [shape]
    Sub(9).project(x, 3)
