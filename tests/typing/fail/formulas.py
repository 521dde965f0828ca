"""Sizes that a formula cannot have. Each function has one defect."""

from shapenet import Tensor, nn
from shapenet.dims import B, H, N, W


def eighth(x: Tensor[B, 3, "8*H", "8*W"]) -> Tensor[B, H, W]:
    return nn.MaxPool2d(8)(x).sum(1)


def no_multiple(x: Tensor[B, 3, 32, 36]) -> None:
    #: error: eighth() argument "x" expects [B, 3, 8*H, 8*W], got [B, 3, 32, 36]: dimension 3 is 36, expected 8*W [shape]
    eighth(x)


def no_proved_multiple(x: Tensor[B, 3, 32, "4*W"]) -> None:
    #: error: eighth() argument "x" expects [B, 3, 8*H, 8*W], got [B, 3, 32, 4*W]: dimension 3 is 4*W, expected 8*W [shape]
    eighth(x)


def too_small(x: Tensor[4]) -> None:
    #: error: longer() argument "x" expects [N + 5], got [4]: dimension 0 is 4, expected N + 5 [shape]
    longer(x)


def longer(x: Tensor["N + 5"], y: Tensor[N] | None = None) -> Tensor[N]:
    return x[5:]


def two_values(x: Tensor[16], y: Tensor[12]) -> None:
    def same(x: Tensor["8*N"], y: Tensor["4*N"]) -> None: ...

    #: error: same() argument "y" expects [4*N], got [12]: dimension 0 is 12, expected 4*N = 8 [shape]
    same(x, y)


#: error: Name "Height" is not defined; did you mean "eighth"? [name-defined]
def no_name(x: Tensor["8*Height"]) -> None: ...


#: error: dimension "list[int]": list[int] is not a name, an integer, or + - * // % ** of them [shape]
def no_formula(x: Tensor["list[int]"]) -> None: ...
