"""What does not fit together. Each function has one defect."""

from typing import Literal as L

from shapenet import Module, Tensor, nn
from shapenet.dims import B, Batch, C, H, W


def starred(x: Tensor[B, 3, H, W]) -> None:
    #: error: layer 1 (Conv2d[8, 4, 1]) expects 8 channels in dimension 1, got 16 in [B, 16, H, W] from layer 0 (Conv2d[3, 16, 1]) [shape]
    nn.Sequential(*[nn.Conv2d(3, 16, 1), nn.Conv2d(8, 4, 1)])(x)


def starred_pair(x: Tensor[B, 3, H, W]) -> None:
    pair = (nn.Conv2d(3, 16, 1), nn.Conv2d(8, 4, 1))
    #: error: layer 2 (Conv2d[8, 4, 1]) expects 8 channels in dimension 1, got 16 in [B, 16, H, W] from layer 1 (Conv2d[3, 16, 1]) [shape]
    nn.Sequential(nn.ReLU(), *pair)(x)


def too_often(x: Tensor[B, 3, 8, 8]) -> None:
    #: error: layer 2 (Conv2d[3, 3, 3, 2]) gets an output height of 0: (size + 2*padding - dilation*(kernel_size-1) - 1)//stride + 1 = (1 + 2*0 - 1*(3-1) - 1)//2 + 1 from layer 1 (Conv2d[3, 3, 3, 2]) [shape]
    nn.Sequential(*[nn.Conv2d(3, 3, 3, 2) for _ in range(4)])(x)


def first_of_many(x: Tensor[B, 3, H, W], n: int) -> None:
    #: error: layer 1 (Conv2d[16, 16, 1]) expects 16 channels in dimension 1, got 8 in [B, 8, H, W] from layer 0 (Conv2d[3, 8, 1]) [shape]
    nn.Sequential(nn.Conv2d(3, 8, 1), *[nn.Conv2d(16, 16, 1) for _ in range(n)])(x)


def after_many(x: Tensor[B, 3, H, W], n: int) -> None:
    #: error: Conv2d[16, 16, 1] expects 16 channels in dimension 1, got 3 in [B, 3, H, W] [shape]
    nn.Sequential(*[nn.ReLU() for _ in range(n)], nn.Conv2d(16, 16, 1))(x)


def either_layer(x: Tensor[B, 3, H, W], flag: bool) -> None:
    #: error: layer 1 (Conv2d[3, 8, 1]) expects 3 channels in dimension 1, got 8 in [B, 8, H, W] from layer 0 (Identity | Conv2d[3, 8, 1]) [shape]
    nn.Sequential(nn.Identity() if flag else nn.Conv2d(3, 8, 1), nn.Conv2d(3, 8, 1))(x)


def part(x: Tensor[B, 3, H, W]) -> None:
    #: error: layer 1 (Conv2d[8, 4, 1]) expects 8 channels in dimension 1, got 16 in [B, 16, H, W] from layer 0 (ReLU) [shape]
    nn.Sequential(nn.Conv2d(3, 16, 1), nn.ReLU(), nn.Conv2d(8, 4, 1))[1:](nn.Conv2d(3, 16, 1)(x))


def beyond() -> None:
    #: error: Sequential has 2 layers, got position 2 [shape]
    nn.Sequential(nn.ReLU(), nn.ReLU())[2]


def written_out(x: Tensor[B, 3, H, W]) -> None:
    #: error: Conv2d[16, 8, 1] expects 16 channels in dimension 1, got 3 in [B, 3, H, W] [shape]
    nn.ModuleList([nn.Conv2d(3, 16, 1), nn.Conv2d(16, 8, 1)])[1](x)


def named(x: Tensor[B, 3, H, W]) -> None:
    #: error: Conv2d[4, 8, 1] expects 4 channels in dimension 1, got 3 in [B, 3, H, W] [shape]
    nn.ModuleDict({"cls": nn.Conv2d(3, 16, 1), "box": nn.Conv2d(4, 8, 1)})["box"](x)


def no_such_name() -> None:
    #: error: ModuleDict has the keys ['cls', 'box'], got 'boxes' [shape]
    nn.ModuleDict({"cls": nn.Conv2d(3, 16, 1), "box": nn.Conv2d(4, 8, 1)})["boxes"]


def changed() -> None:
    layers = nn.ModuleList([nn.Conv2d(3, 16, 1), nn.ReLU()])
    #: error: ModuleList of members that are written out cannot be changed: declare it as ModuleList[Module] [shape]
    layers.append(nn.ReLU())


def changed_by_another() -> None:
    layers = nn.ModuleList([nn.Conv2d(3, 16, 1), nn.ReLU()])
    #: error: ModuleList of members that are written out cannot be changed: declare it as ModuleList[Module] [shape]
    layers.append(nn.Linear(4, 3))
    #: error: ModuleList of members that are written out cannot be changed: declare it as ModuleList[Module] [shape]
    layers[0] = nn.Conv2d(3, 8, 1)
    named = nn.ModuleDict({"a": nn.Conv2d(3, 16, 1), "b": nn.ReLU()})
    #: error: ModuleDict of members that are written out cannot be changed: declare it as ModuleDict[Module] [shape]
    named["c"] = nn.Linear(4, 3)
    #: error: ModuleDict of members that are written out cannot be changed: declare it as ModuleDict[Module] [shape]
    named.update({"c": nn.Linear(4, 3)})
    #: error: ModuleDict of members that are written out cannot be changed: declare it as ModuleDict[Module] [shape]
    del named["a"]
    #: error: ModuleDict of members that are written out cannot be changed: declare it as ModuleDict[Module] [shape]
    named.pop("d")


def changed_in_place() -> None:
    layers = nn.ModuleDict({"a": nn.Conv2d(3, 16, 1), "b": nn.ReLU()})
    #: error: ModuleDict of members that are written out cannot be changed: declare it as ModuleDict[Module] [shape]
    layers["a"] = nn.ReLU()


def no_module() -> None:
    #: error: List item 1 has incompatible type "int"; expected Module [list-item]
    nn.ModuleList([nn.ReLU(), 3])


def no_layer() -> None:
    #: error: Argument 2 to "Sequential" has incompatible type "int"; expected Module [arg-type]
    nn.Sequential(nn.ReLU(), 3)


def one_of_several(x: Tensor[B, 3, H, W], n: int) -> None:
    #: error: Conv2d[16, 8, 1] expects 16 channels in dimension 1, got 3 in [B, 3, H, W] [shape]
    nn.ModuleList([nn.Conv2d(3, 16, 1), nn.Conv2d(16, 8, 1)])[n](x)


def loop(x: Tensor[B, 16, H, W]) -> None:
    for layer in nn.ModuleList([nn.Conv2d(16, 8, 1) for _ in range(3)]):
        #: error: x holds [B, 16, H, W], got [B, 8, H, W]: dimension 1 is 8, expected 16 [shape]
        x = layer(x)


def loop_of_different(x: Tensor[B, 16, H, W]) -> None:
    for layer in nn.Sequential(nn.Conv2d(16, 8, 1), nn.ReLU()):
        #: error: Conv2d[16, 8, 1] expects 16 channels in dimension 1, got 8 in [B, 8, H, W] [shape]
        layer(layer(x))


def loop_by_number(x: Tensor[B, 16, H, W]) -> None:
    halves = nn.ModuleList([nn.Conv2d(16, 16, 3, 2, 1) for _ in range(3)])
    for number in range(3):
        #: error: x holds [B, 16, H, W], got [B, 16, (H+1)//2, (W+1)//2]: dimension 2 is (H+1)//2, expected H [shape]
        x = halves[number](x)


def branches_meet(x: Tensor[B, 16, H, W], flag: bool) -> None:
    y = nn.Conv2d(16, 8, 1)(x) if flag else nn.Conv2d(16, 4, 1)(x)
    #: error: Conv2d[8, 8, 1] expects 8 channels in dimension 1, got 4 in [B, 4, H, W] [shape]
    nn.Conv2d(8, 8, 1)(y)


def branches_assigned(x: Tensor[B, 16, H, W], flag: bool) -> None:
    if flag:
        y = nn.Conv2d(16, 8, 1)(x)
    else:
        #: error: y holds [B, 8, H, W], got [B, 4, H, W]: dimension 1 is 4, expected 8 [shape]
        #: note: allow_redefinition = true in mypy's configuration lets y change its shape
        y = nn.Conv2d(16, 4, 1)(x)
    y.relu()


def early_return(x: Tensor[B, 16, H, W], flag: bool) -> Tensor[B, 8, H, W]:
    if flag:
        #: error: early_return() declares its result as [B, 8, H, W], got [B, 4, H, W]: dimension 1 is 4, expected 8 [shape]
        return nn.Conv2d(16, 4, 1)(x)
    return nn.Conv2d(16, 8, 1)(x)


def optional(x: Tensor[B, 16, H, W], flag: bool) -> None:
    down = nn.Conv2d(8, 8, 1) if flag else None
    if down is not None:
        #: error: Conv2d[8, 8, 1] expects 8 channels in dimension 1, got 16 in [B, 16, H, W] [shape]
        down(x)


def union_of_modules(x: Tensor[B, 16, H, W], flag: bool) -> None:
    either = nn.Identity() if flag else nn.Conv2d(8, 16, 1)
    #: error: Conv2d[8, 16, 1] expects 8 channels in dimension 1, got 16 in [B, 16, H, W] [shape]
    either(x)


def residual(x: Tensor[B, 16, H, W]) -> None:
    #: error: add cannot broadcast [B, 16, H, W] with [B, 8, H, W]: dimension -3 is 16 against 8, and neither is 1 [shape]
    x + nn.Conv2d(16, 8, 1)(x)


def summed(x: Tensor[*Batch, 8], y: Tensor[*Batch, C]) -> Tensor[*Batch, C]:
    return y


def batches(x: Tensor[2, 5, 8], y: Tensor[2, 4, 3]) -> None:
    #: error: summed() argument "y" expects [*Batch, C], got [2, 4, 3]: *Batch is [2, 4], expected [2, 5] [shape]
    summed(x, y)


class Abstract(Module):
    def __call__(self, x: Tensor[B, 3]) -> Tensor[B, 4]:
        raise NotImplementedError


class Concrete(Abstract):
    #: error: Return type "Tensor[B, Literal[5]]" of "__call__" incompatible with return type "Tensor[B, Literal[4]]" in supertype "Abstract" [override]
    def __call__(self, x: Tensor[B, 3]) -> Tensor[B, 5]:
        return nn.Linear(3, 5)(x)


def beyond_one_kind(x: Tensor[B, 3]) -> None:
    #: error: ModuleList has 1 member, got position 1 [shape]
    nn.ModuleList([nn.Linear(3, 2)])[1](x)


def beyond_several_kinds(x: Tensor[B, 3]) -> None:
    #: error: ModuleList has 2 members, got position -3 [shape]
    nn.ModuleList([nn.Linear(3, 2), nn.ReLU()])[-3](x)


def beyond_so_many(x: Tensor[B, 3]) -> None:
    layers = nn.ModuleList([nn.Linear(3, 2) for _ in range(3)])
    #: error: ModuleList has 3 members, got position 3 [shape]
    layers[3](x)


class Blocks(Module):
    def __init__(self) -> None:
        self.blocks = nn.ModuleList([nn.Linear(3, 3), nn.Linear(3, 3)])
        self.grown = nn.ModuleList([nn.Linear(3, 3)])
        self.grown.append(nn.Linear(3, 3))

    def __call__(self, x: Tensor[B, 3]) -> Tensor[B, 3]:
        for block in self.blocks:
            x = block(x)
        x = self.grown[1](self.blocks[-2](x))
        #: error: ModuleList has 2 members, got position 2 [shape]
        return self.blocks[2](x)


def lists_that_grow(x: Tensor[B, 3]) -> None:
    layers = nn.ModuleList([nn.Linear(3, 3)])
    layers.append(nn.Linear(3, 3))
    layers[1](x)
    others = nn.ModuleList([nn.Linear(3, 3)])
    extend(others)
    others[1](x)
    more = nn.ModuleList([nn.Linear(3, 3)])
    more = nn.ModuleList([nn.Linear(3, 3), *more])
    more[1](x)
    fewer = nn.ModuleList([nn.Linear(3, 3), nn.Linear(3, 3)])
    del fewer[0]
    fewer[1](x)


def extend(layers: nn.ModuleList[nn.Linear[L[3], L[3]]]) -> None:
    layers.append(nn.Linear(3, 3))


class OtherBlocks(Module):
    """Another class with an attribute of that name."""

    def __init__(self) -> None:
        self.blocks = nn.Sequential(nn.Linear(3, 3))

    def __call__(self, x: Tensor[B, 3]) -> Tensor[B, 3]:
        return self.blocks(x)
