"""Results that do not fit where they are returned or assigned. Each function has one defect, on each marked line."""

from __future__ import annotations

import shapenet
from shapenet import IntTensor, Module, Tensor, nn
from shapenet import functional as F
from shapenet.dims import B, Batch, C, H, N, W


def returned(x: Tensor[B, 3, H, W]) -> Tensor[B, 4, H, W]:
    #: error: returned() declares its result as [B, 4, H, W], got [B, 5, H, W]: dimension 1 is 5, expected 4 [shape]
    return nn.Conv2d(3, 5, 1)(x)


def computed(x: Tensor[B, 3, H, W]) -> Tensor[B, 3, "H//2", "W//2"]:
    #: error: computed() declares its result as [B, 3, H//2, W//2], got [B, 3, (H+1)//2, (W+1)//2]: dimension 2 is (H+1)//2, expected H//2 [shape]
    return nn.Conv2d(3, 3, 3, 2, 1)(x)


def of_another_rank(x: Tensor[B, 3, H, W]) -> Tensor[B, 3, H, W]:
    #: error: of_another_rank() declares its result as 4 dimensions [B, 3, H, W], got 3: [B, H, W] [shape]
    return x.relu().sum(1)


def of_a_sequence(x: Tensor[B, 3]) -> Tensor[B, 4]:
    #: error: of_a_sequence() declares its result as [B, 4], got [B, 5]: dimension 1 is 5, expected 4 [shape]
    return nn.Sequential(nn.Linear(3, 5), nn.ReLU())(x)


def optional(x: Tensor[B, 3]) -> Tensor[B, 4] | None:
    #: error: optional() declares its result as [B, 4], got [B, 5]: dimension 1 is 5, expected 4 [shape]
    return nn.Linear(3, 5)(x)


def one_of_two(x: Tensor[B, 3], flag: bool) -> Tensor[B, 4]:
    #: error: one_of_two() declares its result as [B, 4], got [B, 5]: dimension 1 is 5, expected 4 [shape]
    return nn.Linear(3, 4)(x) if flag else nn.Linear(3, 5)(x)


def the_other(x: Tensor[B, 3], flag: bool) -> Tensor[B, 4]:
    #: error: the_other() declares its result as [B, 4], got [B, 5]: dimension 1 is 5, expected 4 [shape]
    return nn.Linear(3, 5)(x) if flag else nn.Linear(3, 4)(x)


def in_a_tuple(x: Tensor[B, 3]) -> tuple[Tensor[B, 4], Tensor[B, 5]]:
    #: error: in_a_tuple() declares its result[1] as [B, 5], got [B, 6]: dimension 1 is 6, expected 5 [shape]
    return nn.Linear(3, 4)(x), nn.Linear(3, 6)(x)


def state(x: Tensor[B, N, 3]) -> tuple[Tensor[B, N, 4], tuple[Tensor[1, B, 4], Tensor[1, B, 5]]]:
    #: error: state() declares its result[1][1] as [1, B, 5], got [1, B, 4]: dimension 2 is 4, expected 5 [shape]
    return nn.LSTM(3, 4, batch_first=True)(x)


def operator(x: Tensor[B, 3, H, W], y: Tensor[B, 1, H, W]) -> Tensor[B, 1, H, W]:
    #: error: operator() declares its result as [B, 1, H, W], got [B, 3, H, W]: dimension 1 is 3, expected 1 [shape]
    return x + y


def broken_operator(x: Tensor[B, 3, H, W], y: Tensor[B, 2, H, W]) -> Tensor[B, 3, H, W]:
    #: error: add cannot broadcast [B, 3, H, W] with [B, 2, H, W]: dimension -3 is 3 against 2, and neither is 1 [shape]
    return x + y


def product(x: Tensor[B, 3, 4], y: Tensor[4, 5]) -> Tensor[B, 3, 4]:
    #: error: product() declares its result as [B, 3, 4], got [B, 3, 5]: dimension 2 is 5, expected 4 [shape]
    return x @ y


def negative(x: Tensor[B, 3, H, W]) -> Tensor[B, 1, H, W]:
    #: error: negative() declares its result as [B, 1, H, W], got [B, 3, H, W]: dimension 1 is 3, expected 1 [shape]
    return -x


def indexed(x: Tensor[B, 3, H, W]) -> Tensor[B, H, W]:
    #: error: indexed() declares its result as [B, H, W], got [3, H, W]: dimension 0 is 3, expected B [shape]
    return x[0]


def attribute(layer: nn.Linear[3, 4]) -> Tensor[3, 4]:
    #: error: attribute() declares its result as [3, 4], got [4, 3]: dimension 0 is 4, expected 3 [shape]
    return layer.weight


def either(x: Tensor[B, 3] | Tensor[B, 2]) -> Tensor[B, 3]:
    #: error: either() declares its result as [B, 3], got [B, 2]: dimension 1 is 2, expected 3 [shape]
    return x.relu()


def kind(x: Tensor[B, 3]) -> IntTensor[B]:
    #: error: kind() declares its result as an integer tensor, got a floating one [shape]
    return x.sum(-1)


async def awaited(x: Tensor[B, 3]) -> Tensor[B, 4]:
    #: error: awaited() declares its result as [B, 4], got [B, 5]: dimension 1 is 5, expected 4 [shape]
    return nn.Linear(3, 5)(x)


def declared(x: Tensor[B, 3, H, W]) -> None:
    #: error: y holds [B, 4, H, W], got [B, 5, H, W]: dimension 1 is 5, expected 4 [shape]
    y: Tensor[B, 4, H, W] = nn.Conv2d(3, 5, 1)(x)
    nn.Conv2d(4, 4, 1)(y)


def declared_optional(x: Tensor[B, 3]) -> None:
    #: error: y holds [B, 4], got [B, 5]: dimension 1 is 5, expected 4 [shape]
    y: Tensor[B, 4] | None = nn.Linear(3, 5)(x)
    print(y)


def parameter(x: Tensor[B, 3, H, W]) -> None:
    #: error: x holds [B, 3, H, W], got [B, 5, H, W]: dimension 1 is 5, expected 3 [shape]
    x = nn.Conv2d(3, 5, 1)(x)


def assigned_before(x: Tensor[B, 3, H, W]) -> None:
    y = nn.Conv2d(3, 5, 1)(x)
    #: error: y holds [B, 5, H, W], got [B, 4, H, W]: dimension 1 is 4, expected 5 [shape]
    #: note: allow_redefinition = true in mypy's configuration lets y change its shape
    y = nn.Conv2d(5, 4, 1)(y)


def several_at_once(x: Tensor[B, 3]) -> None:
    y, z = nn.Linear(3, 4)(x), nn.Linear(3, 5)(x)
    #: error: z holds [B, 5], got [B, 6]: dimension 1 is 6, expected 5 [shape]
    #: note: allow_redefinition = true in mypy's configuration lets z change its shape
    y, z = nn.Linear(3, 4)(x), nn.Linear(3, 6)(x)


class Model(Module):
    #: error: scale holds [3, 4], got [3, 5]: dimension 1 is 5, expected 4 [shape]
    scale: Tensor[3, 4] = shapenet.zeros(3, 5)

    def __init__(self) -> None:
        self.weight = shapenet.zeros(3, 4)
        #: error: self.weight holds [3, 4], got [3, 5]: dimension 1 is 5, expected 4 [shape]
        self.weight = shapenet.zeros(3, 5)

    def __call__(self, x: Tensor[*Batch, 3]) -> Tensor[*Batch, 4]:
        #: error: Model declares its result as [*Batch, 4], got [*Batch, 5]: dimension 1 is 5, expected 4 [shape]
        return nn.Linear(3, 5)(x)

    def method(self, x: Tensor[*Batch, 3], n: int) -> Tensor[*Batch, 4]:
        for _ in range(n):
            with shapenet.no_grad():
                #: error: Model.method() declares its result as [*Batch, 4], got [*Batch, 5]: dimension 1 is 5, expected 4 [shape]
                return nn.Linear(3, 5)(x)
        raise ValueError


def local(x: Tensor[B, 3], c: C) -> None:
    def inner(y: Tensor[B, C]) -> Tensor[B, 4]:
        #: error: inner() declares its result as [B, 4], got [B, 5]: dimension 1 is 5, expected 4 [shape]
        return nn.Linear(c, 5)(y)


#: error: everywhere holds [3, 4], got [3, 5]: dimension 1 is 5, expected 4 [shape]
everywhere: Tensor[3, 4] = shapenet.zeros(3, 5)


# --- where mypy must find the words ---


def a_name(x: Tensor[B, 3, H, W]) -> Tensor[B, 4, H, W]:
    #: error: Incompatible return value type (got "Tensor[B, Literal[3], H, W]", expected "Tensor[B, Literal[4], H, W]") [return-value]
    return x


def a_list(x: Tensor[B, 3]) -> list[Tensor[B, 4]]:
    #: error: List item 0 has incompatible type "Tensor[B, Literal[5]]"; expected "Tensor[B, Literal[4]]" [list-item]
    return [nn.Linear(3, 5)(x)]


def overloaded(x: Tensor[B, 3, H, W]) -> Tensor[B, 3, H, W]:
    #: error: Incompatible return value type (got "Tensor[B, Literal[3], Size[Literal['H//2'], H], Size[Literal['W//2'], W]]", expected "Tensor[B, Literal[3], H, W]") [return-value]
    return F.max_pool2d(x, 2)


def another_class(x: Tensor[3, 4]) -> nn.Parameter[3, 4]:
    #: error: Incompatible return value type (got "Tensor[Literal[3], Literal[4]]", expected "Parameter[Literal[3], Literal[4]]") [return-value]
    return x.relu()
