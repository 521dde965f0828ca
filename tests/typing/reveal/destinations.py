# mypy: allow-redefinition
"""Results that fit where they are returned or assigned, or that mypy accepts there."""

from typing import Any

from typing_extensions import assert_type

from shapenet import Tensor, nn
from shapenet.dims import B, H, W
from shapenet.tensors import AnyTensor


def unknown_size(x: Tensor[B, 3], k: int, y: AnyTensor, flag: bool) -> Tensor[B, 4]:
    z: Tensor[B, 4] = nn.Linear(3, k)(x)
    return nn.Linear(3, 4)(y) if flag else nn.Linear(3, k)(x)


def wider(x: Tensor[B, 3], flag: bool) -> Tensor[B, 4] | Tensor[B, 5] | None:
    y: Tensor[B, 5] | Tensor[B, 6] | None = nn.Linear(3, 6)(x)
    z: object = nn.Linear(3, 6)(x)
    w: Tensor[B, Any] = nn.Linear(3, 6)(x)
    if flag:
        return nn.Linear(3, 4)(x) if flag else nn.Linear(3, 5)(x)
    return nn.Linear(3, 5)(x)


def half(x: Tensor[B, 3, H, W]) -> Tensor[B, 3, "(H+1)//2", "(W-1)//2 + 1"]:
    return nn.Conv2d(3, 3, 3, 2, 1)(x)


def redefined(x: Tensor[B, 3, H, W], flag: bool) -> Tensor[B, 8, H, W]:
    x = nn.Conv2d(3, 5, 1)(x)
    y = nn.Conv2d(5, 4, 1)(x)
    y = nn.Conv2d(4, 8, 1)(y)
    assert_type(y, Tensor[B, 8, H, W])
    if flag:
        z = nn.Conv2d(8, 3, 1)(y)
    else:
        z = nn.Conv2d(8, 2, 1)(y)
    #: note: Revealed type is "Tensor[B, Literal[3], H, W] | Tensor[B, Literal[2], H, W]"
    reveal_type(z)
    return y
