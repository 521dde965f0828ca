"""Layers in layers, and calls of your own modules and functions

A layer within a `Sequential` is named by its position, and by the layer whose output it got. Modules and functions of
your own are checked by their annotations: a name is bound by the first dimension it meets, then all must agree.
"""

from typing import Generic

from shapenet import Module, Tensor, nn
from shapenet.dims import B, Batch, C, H, N, W


class Block(Module, Generic[C]):
    def __init__(self, channels: C) -> None:
        self.conv = nn.Conv2d(channels, channels, 3, padding=1)

    def __call__(self, x: Tensor[B, C, H, W]) -> Tensor[B, C, H, W]:
        return self.conv(x).relu()


def square(x: Tensor[B, N, N]) -> None: ...


def half(x: Tensor[B, H], y: Tensor["H//2"]) -> None: ...


def alike(x: Tensor[*Batch, 3], y: Tensor[*Batch, 4]) -> None: ...


def part(x: Tensor[N], y: Tensor["12//N"]) -> None: ...


def split(x: Tensor[H], parts: N) -> Tensor["H//N"]:
    raise NotImplementedError


def in_a_sequence(x: Tensor[B, 1, 8, 8]) -> None:
    """A layer gets another size than it was made for. The message names the layer before it: mend the one that is
    wrong."""
    #: error: layer 3 (Linear[400, 10]) expects last dimension 400, got 256 in [B, 256] from layer 2 (Flatten) [shape]
    nn.Sequential(nn.Conv2d(1, 16, 3, padding=1), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(400, 10))(x)
    nn.Sequential(nn.Conv2d(1, 16, 3, padding=1), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(256, 10))(x)  # right


def deeper(x: Tensor[B, 64]) -> None:
    """The layer that is wrong lies in a sequence within the sequence; the positions lead to it."""
    #: error: layer 1 (Sequential): layer 1 (Linear[16, 10]) expects last dimension 16, got 32 in [B, 32] from layer 0 (Linear[64, 32]) [shape]
    nn.Sequential(nn.ReLU(), nn.Sequential(nn.Linear(64, 32), nn.Linear(16, 10)))(x)
    nn.Sequential(nn.ReLU(), nn.Sequential(nn.Linear(64, 32), nn.Linear(32, 10)))(x)  # right


def no_tensor(x: Tensor[B, 3, 8, 8]) -> None:
    """A layer returns more than one tensor, here values and their places. In a sequence there can be no such layer:
    apply it outside, and unpack what it returns."""
    #: error: layer 1 (Conv2d[3, 8, 1]) expects a tensor, got (Tensor[B, 3, 4, 4], IntTensor[B, 3, 4, 4]) from layer 0 (MaxPool2d[2, 2, 0, 1, True]) [shape]
    nn.Sequential(nn.MaxPool2d(2, return_indices=True), nn.Conv2d(3, 8, 1))(x)
    values, places = nn.MaxPool2d(2, return_indices=True)(x)  # right
    nn.Conv2d(3, 8, 1)(values)  # right


def position() -> None:
    """There is no layer at that position; they are counted from 0."""
    #: error: Sequential has 1 layer, got position 1 [shape]
    nn.Sequential(nn.ReLU())[1]
    nn.Sequential(nn.ReLU())[0]  # right


def key() -> None:
    """The dictionary was written out with other keys. Take one of these, or add the module there."""
    #: error: ModuleDict has the keys ['classes', 'boxes'], got 'box' [shape]
    nn.ModuleDict({"classes": nn.Linear(8, 3), "boxes": nn.Linear(8, 4)})["box"]
    nn.ModuleDict({"classes": nn.Linear(8, 3), "boxes": nn.Linear(8, 4)})["boxes"]  # right


def member_out_of_range(x: Tensor[B, 8]) -> None:
    """The list has fewer members. Positions are counted from 0; negative ones from the end."""
    layers = nn.ModuleList([nn.Linear(8, 8), nn.Linear(8, 4)])
    #: error: ModuleList has 2 members, got position 2 [shape]
    layers[2](x)
    layers[-1](x)  # right


def changed() -> None:
    """The type of the list has a type for each member, and cannot follow. Build it whole, or declare a list of any
    modules, about whose shapes mypy then knows nothing."""
    layers = nn.ModuleList([nn.Linear(8, 4), nn.ReLU()])
    #: error: ModuleList of members that are written out cannot be changed: declare it as ModuleList[Module] [shape]
    layers.append(nn.Linear(4, 3))
    others: nn.ModuleList[Module] = nn.ModuleList([nn.Linear(8, 4), nn.ReLU()])
    others.append(nn.Linear(4, 3))  # right


def residual(x: Tensor[B, 16, H, W]) -> None:
    """The sum needs both in one shape. Let the body keep it, or give the shortcut a layer that changes it in the same way."""
    #: error: Residual expects body and shortcut of one shape, got [B, 16, H - 2, W - 2] and [B, 16, H, W]: dimension 2 is H - 2 against H [shape]
    nn.Residual(nn.Conv2d(16, 16, 3))(x)
    nn.Residual(nn.Conv2d(16, 16, 3, padding=1))(x)  # right
    nn.Residual(nn.Conv2d(16, 32, 3, padding=1), nn.Conv2d(16, 32, 1))(x)  # right


def repeated(x: Tensor[B, 16, 32, 32]) -> None:
    """What one block makes, the next must take. Let the block keep the shape, or put different
    blocks into a `Sequential`."""
    #: error: Repeat expects blocks that keep the shape, got Conv2d[16, 16, 3]: [B, 16, 32, 32] -> [B, 16, 30, 30], where dimension 2 is 32 against 30 [shape]
    nn.Repeat(lambda: nn.Conv2d(16, 16, 3), 2)(x)
    nn.Repeat(lambda: nn.Conv2d(16, 16, 3, padding=1), 2)(x)  # right


def size_of_a_class(x: Tensor[B, 8, 4, 4]) -> None:
    """A name of the class, here `C`, got its value where the module was made."""
    #: error: Block[16] argument "x" expects [B, 16, H, W], got [B, 8, 4, 4]: dimension 1 is 8, expected 16 [shape]
    Block(16)(x)
    Block(8)(x)  # right


def one_name_two_sizes(x: Tensor[B, 8, 9]) -> None:
    """A name meets two sizes. One of the tensors is wrong, or they deserve two names."""
    #: error: square() argument "x" expects [B, N, N], got [B, 8, 9]: dimension 2 is 9, expected N = 8 [shape]
    square(x)


def formula(x: Tensor[B, 9], y: Tensor[5]) -> None:
    """The formula gives another size for what its names stand for."""
    #: error: half() argument "y" expects [H//2], got [5]: dimension 0 is 5, expected H//2 = 4 [shape]
    half(x, y)


def number_of_dimensions(x: Tensor[B, 8]) -> None:
    """The argument has more or fewer dimensions than the annotation."""
    #: error: square() argument "x" expects 3 dimensions [B, N, N], got 2: [B, 8] [shape]
    square(x)


def batches(x: Tensor[2, 5, 3], y: Tensor[2, 6, 4]) -> None:
    """`*Batch` stands for one list of dimensions throughout the call."""
    #: error: alike() argument "y" expects [*Batch, 4], got [2, 6, 4]: *Batch is [2, 6], expected [2, 5] [shape]
    alike(x, y)


def undefined_formula(x: Tensor[0], y: Tensor[3]) -> None:
    """The formula cannot be computed for this size. Annotate what it cannot be, or change the formula."""
    #: error: part() argument "y" expects [12//N], got [3]: division by zero in 12//N [shape]
    part(x, y)


def undefined_result(x: Tensor[12]) -> None:
    """The formula of the result cannot be computed for this size."""
    #: error: split() has no result: division by zero in H//N [shape]
    split(x, 0)
    split(x, 2)  # right
