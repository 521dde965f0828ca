"""Types of what is put together: sequences, lists, loops and branches."""

from typing import Generic

from typing_extensions import Unpack, assert_type

import shapenet
from shapenet import Module, Tensor, nn
from shapenet.dims import B, Batch, C, H, N, W
from shapenet.tensors import AnyTensor


class Block(Module, Generic[C]):
    def __init__(self, channels: C) -> None:
        self.conv = nn.Conv2d(channels, channels, 3, padding=1)

    def __call__(self, x: Tensor[B, C, H, W]) -> Tensor[B, C, H, W]:
        return x + self.conv(x).relu()


# --- Sequential ---


def starred(x: Tensor[B, 3, 32, 32], n: int) -> None:
    #: note: Revealed type is "Sequential[Conv2d[Literal[3], Literal[16], Literal[3], Literal[1], Literal[0], Literal[1], Literal[1], Literal['zeros']], ReLU]"
    reveal_type(nn.Sequential(*[nn.Conv2d(3, 16, 3), nn.ReLU()]))
    #: note: Revealed type is "Tensor[B, Literal[8], Literal[30], Literal[30]]"
    reveal_type(nn.Sequential(*(nn.Conv2d(3, 16, 3), nn.ReLU()), nn.Conv2d(16, 8, 1))(x))
    pair = (nn.Conv2d(3, 16, 3), nn.ReLU())
    #: note: Revealed type is "Tensor[B, Literal[16], Literal[30], Literal[30]]"
    reveal_type(nn.Sequential(*pair)(x))
    #: note: Revealed type is "Tensor[B, Literal[6272]]"
    reveal_type(nn.Sequential(*pair, *[nn.Conv2d(16, 8, 3), *(nn.ReLU(), nn.Flatten())])(x))
    #: note: Revealed type is "Tensor[B, Literal[3], Literal[24], Literal[24]]"
    reveal_type(nn.Sequential(*[nn.Conv2d(3, 3, 3) for _ in range(4)])(x))
    #: note: Revealed type is "Tensor[B, Literal[3], Literal[3], Literal[3]]"
    reveal_type(nn.Sequential(*(nn.Conv2d(3, 3, 3, 2) for _ in range(1, 7, 2)))(x))
    stem, half = nn.Conv2d(3, 16, 1), nn.Conv2d(16, 16, 3, 2, 1)
    #: note: Revealed type is "Sequential[Conv2d[Literal[3], Literal[16], Literal[1], Literal[1], Literal[0], Literal[1], Literal[1], Literal['zeros']], *tuple[tests.typing.reveal.composition.Block[Literal[16]], ...], ReLU]"
    reveal_type(nn.Sequential(stem, *[Block(16) for _ in range(n)], nn.ReLU()))
    #: note: Revealed type is "Tensor[B, Literal[16], Literal[32], Literal[32]]"
    reveal_type(nn.Sequential(stem, *[Block(16) for _ in range(n)], nn.ReLU())(x))
    #: note: Revealed type is "Tensor[B, Literal[16], Any, Any]"
    reveal_type(nn.Sequential(stem, *(nn.Conv2d(16, 16, 3, 2, 1) for _ in range(n)))(x))
    #: note: Revealed type is "Tensor[B, Literal[16], Any]"
    reveal_type(nn.Sequential(stem, *[half] * n, nn.Flatten(2))(x))
    #: note: Revealed type is "Tensor[B, Literal[3], Literal[32], Literal[32]]"
    reveal_type(nn.Sequential(*[Block(3) for i in range(4) if i != n])(x))
    #: note: Revealed type is "Sequential[Linear[Any, Any], Linear[Any, Any]]"
    reveal_type(nn.Sequential(*[nn.Linear(i, i + 1) for i in range(2)]))
    #: note: Revealed type is "Sequential[Conv2d[Literal[3], Literal[16], Literal[1], Literal[1], Literal[0], Literal[1], Literal[1], Literal['zeros']], *tuple[tests.typing.reveal.composition.Block[Literal[16]] | ReLU, ...]]"
    reveal_type(nn.Sequential(stem, *[Block(16) for _ in range(n)], nn.ReLU(), *[Block(16) for _ in range(n)]))
    #: note: Revealed type is "Tensor[B, Literal[3], Literal[32], Literal[32]]"
    reveal_type(nn.Sequential()(x))
    #: note: Revealed type is "Tensor[B, Literal[16], Literal[16], Literal[16]]"
    reveal_type(nn.Sequential(*nn.Sequential(stem, nn.ReLU()), half)(x))
    #: note: Revealed type is "Tensor[B, Literal[16], Literal[16], Literal[16]]"
    reveal_type(nn.Sequential(*nn.ModuleList([stem, half]))(x))


globally = [nn.Conv2d(3, 16, 3), nn.ReLU()]
assert_type(nn.Sequential(*globally)(shapenet.zeros(2, 3, 8, 8)), Tensor[2, 16, 6, 6])


def in_a_variable(x: Tensor[B, 3, 32, 32], n: int) -> None:
    layers = [nn.Conv2d(3, 16, 3), nn.ReLU()]
    #: note: Revealed type is "Tensor[B, Literal[14400]]"
    reveal_type(nn.Sequential(*layers, nn.Flatten())(x))
    #: note: Revealed type is "Tensor[B, Literal[16], Literal[30], Literal[30]]"
    reveal_type(nn.Sequential(*[nn.Identity(), *layers])(x))
    #: note: Revealed type is "Conv2d[Literal[3], Literal[16], Literal[3], Literal[1], Literal[0], Literal[1], Literal[1], Literal['zeros']]"
    reveal_type(nn.ModuleList(layers)[0])
    annotated: list[Module] = [nn.Conv2d(3, 16, 3), nn.Conv2d(16, 4, 3)]
    for layer in annotated:
        print(len(annotated), layer, [one for one in annotated])
    #: note: Revealed type is "Tensor[B, Literal[4], Literal[28], Literal[28]]"
    reveal_type(nn.Sequential(*annotated)(x))
    counted = [nn.Conv2d(3, 3, 3) for _ in range(2)]
    #: note: Revealed type is "Tensor[B, Literal[3], Literal[28], Literal[28]]"
    reveal_type(nn.Sequential(*counted)(x))
    #: note: Revealed type is "Tensor[B, Literal[16], Literal[30], Literal[30]]"
    reveal_type(nn.Sequential(*globally)(x))

    def inside() -> None:
        #: note: Revealed type is "Tensor[B, Literal[16], Literal[30], Literal[30]]"
        reveal_type(nn.Sequential(*layers)(x))


def changed(x: Tensor[B, 3, 32, 32], flag: bool) -> None:
    appended: list[Module] = [nn.Conv2d(3, 16, 3), nn.ReLU()]
    appended.append(nn.Flatten())
    #: note: Revealed type is "Tensor[*tuple[Any, ...]]"
    reveal_type(nn.Sequential(*appended)(x))
    inserted: list[Module] = [nn.Conv2d(3, 16, 3), nn.ReLU()]
    inserted[0] = nn.Flatten()
    #: note: Revealed type is "Tensor[*tuple[Any, ...]]"
    reveal_type(nn.Sequential(*inserted)(x))
    extended: list[Module] = [nn.Conv2d(3, 16, 3), nn.ReLU()]
    extended += [nn.Flatten()]
    #: note: Revealed type is "Tensor[*tuple[Any, ...]]"
    reveal_type(nn.Sequential(*extended)(x))
    named: list[Module] = [nn.Conv2d(3, 16, 3), nn.ReLU()]
    other = named
    other.append(nn.Flatten())
    #: note: Revealed type is "Tensor[*tuple[Any, ...]]"
    reveal_type(nn.Sequential(*named)(x))
    given: list[Module] = [nn.Conv2d(3, 16, 3), nn.ReLU()]
    print(given)
    #: note: Revealed type is "Tensor[*tuple[Any, ...]]"
    reveal_type(nn.Sequential(*given)(x))
    twice: list[Module] = [nn.Conv2d(3, 16, 3), nn.ReLU()]
    if flag:
        twice = [nn.Flatten()]
    #: note: Revealed type is "Tensor[*tuple[Any, ...]]"
    reveal_type(nn.Sequential(*twice)(x))
    starred: list[Module] = [nn.Conv2d(3, 16, 3), nn.ReLU()]
    first, *starred = starred
    #: note: Revealed type is "Tensor[*tuple[Any, ...]]"
    reveal_type(nn.Sequential(*starred)(x))
    nowhere: list[Module] = []
    #: note: Revealed type is "Tensor[B, Literal[3], Literal[32], Literal[32]]"
    reveal_type(nn.Sequential(*nowhere)(x))


def nested(x: Tensor[B, 3, H, W], flag: bool) -> None:
    body = nn.Sequential(nn.Sequential(nn.Conv2d(3, 16, 1), nn.ReLU()), nn.Sequential(nn.Conv2d(16, 8, 1)))
    assert_type(body(x), Tensor[B, 8, H, W])
    #: note: Revealed type is "ReLU"
    reveal_type(body[0][-1])
    #: note: Revealed type is "Tensor[B, Literal[16], H, W]"
    reveal_type(body[:1](x))
    #: note: Revealed type is "Sequential[ReLU, Conv2d[Literal[3], Literal[16], Literal[1], Literal[1], Literal[0], Literal[1], Literal[1], Literal['zeros']]]"
    reveal_type(body[0][::-1])
    for part in body:
        #: note: Revealed type is "Sequential[Conv2d[Literal[3], Literal[16], Literal[1], Literal[1], Literal[0], Literal[1], Literal[1], Literal['zeros']], ReLU] | Sequential[Conv2d[Literal[16], Literal[8], Literal[1], Literal[1], Literal[0], Literal[1], Literal[1], Literal['zeros']]]"
        reveal_type(part)
    branch = nn.Sequential(nn.Identity() if flag else nn.Conv2d(3, 3, 3, padding=1), nn.ReLU())
    assert_type(branch(x), Tensor[B, 3, H, W])


def unknown_number(x: Tensor[B, 16, H, W], n: int, blocks: list[Block[16]]) -> None:
    body = nn.Sequential(nn.ReLU(), *blocks, nn.Flatten())
    #: note: Revealed type is "ReLU"
    reveal_type(body[0])
    #: note: Revealed type is "Flatten[Literal[1], Literal[-1]]"
    reveal_type(body[-1])
    #: note: Revealed type is "ReLU | tests.typing.reveal.composition.Block[Literal[16]] | Flatten[Literal[1], Literal[-1]]"
    reveal_type(body[1])
    #: note: Revealed type is "ReLU | tests.typing.reveal.composition.Block[Literal[16]] | Flatten[Literal[1], Literal[-1]]"
    reveal_type(body[n])
    #: note: Revealed type is "Sequential[*tuple[ReLU | tests.typing.reveal.composition.Block[Literal[16]] | Flatten[Literal[1], Literal[-1]], ...]]"
    reveal_type(body[:n])
    assert_type(nn.Sequential(*blocks)(x), Tensor[B, 16, H, W])


# --- ModuleList, ModuleDict ---


class Heads(Module):
    def __init__(self) -> None:
        self.stem = nn.ModuleList([nn.Conv2d(3, 16, 3, padding=1), nn.ReLU(), nn.Conv2d(16, 8, 1)])
        self.heads = nn.ModuleDict({"cls": nn.Conv2d(8, 10, 1), "box": nn.Conv2d(8, 4, 1)})
        self.blocks = nn.ModuleList([Block(8) for _ in range(3)])
        self.any: nn.ModuleList[Module] = nn.ModuleList([nn.ReLU(), nn.Flatten()])

    def __call__(self, x: Tensor[B, 3, H, W]) -> tuple[Tensor[B, 10, H, W], Tensor[B, 4, H, W]]:
        y = self.stem[2](self.stem[1](self.stem[0](x)))
        for block in self.blocks:
            y = block(y)
        for number in range(len(self.blocks)):
            y = self.blocks[number](y)
        assert_type(y, Tensor[B, 8, H, W])
        return self.heads["cls"](y), self.heads["box"](y)


def members(model: Heads, x: Tensor[B, 3, 8, 8], n: int, name: str) -> None:
    #: note: Revealed type is "Conv2d[Literal[16], Literal[8], Literal[1], Literal[1], Literal[0], Literal[1], Literal[1], Literal['zeros']]"
    reveal_type(model.stem[-1])
    #: note: Revealed type is "ReLU"
    reveal_type(model.stem[:2][1])
    #: note: Revealed type is "ModuleList[tests.typing.reveal.composition.Block[Literal[8]], object]"
    reveal_type(model.blocks)
    #: note: Revealed type is "tests.typing.reveal.composition.Block[Literal[8]]"
    reveal_type(model.blocks[7])
    #: note: Revealed type is "Conv2d[Literal[8], Literal[10], Literal[1], Literal[1], Literal[0], Literal[1], Literal[1], Literal['zeros']] | Conv2d[Literal[8], Literal[4], Literal[1], Literal[1], Literal[0], Literal[1], Literal[1], Literal['zeros']]"
    reveal_type(model.heads[name])
    #: note: Revealed type is "list[str]"
    reveal_type(list(model.heads))
    model.blocks.append(Block(8))
    model.any.append(nn.Linear(2, 2))
    #: note: Revealed type is "Module"
    reveal_type(model.any[0])
    for number, block in enumerate(model.blocks):
        #: note: Revealed type is "tests.typing.reveal.composition.Block[Literal[8]]"
        reveal_type(block)
    #: note: Revealed type is "ModuleDict[ReLU, object]"
    reveal_type(nn.ModuleDict({"a": nn.ReLU(), "b": nn.ReLU()}))
    #: note: Revealed type is "ModuleList[tests.typing.reveal.composition.Block[Literal[8]], object]"
    reveal_type(nn.ModuleList([*[Block(8)], *model.blocks]))
    #: note: Revealed type is "ModuleList[Linear[Literal[1], Literal[2]] | Linear[Literal[2], Literal[3]], object]"
    reveal_type(nn.ModuleList([nn.Linear(1, 2), *[nn.Linear(2, 3) for _ in range(n)]]))


def different_in_a_loop(x: Tensor[B, 3, H, W]) -> None:
    y: AnyTensor = x
    for layer in nn.Sequential(nn.Conv2d(3, 16, 1), nn.Conv2d(16, 3, 1)):
        y = layer(y)
    #: note: Revealed type is "Tensor[*tuple[Any, ...]]"
    reveal_type(y)


# --- branches ---


class Down(Module, Generic[C, N]):
    down: nn.Conv2d[C, N, 1] | None

    def __init__(self, c: C, n: N) -> None:
        self.conv = nn.Conv2d(c, n, 3, padding=1)
        self.down = nn.Conv2d(c, n, 1) if c != n else None

    def __call__(self, x: Tensor[B, C, H, W]) -> Tensor[B, N, H, W]:
        y = self.conv(x)
        if self.down is None:
            return y
        return y + self.down(x)


def branches(x: Tensor[B, 16, H, W], flag: bool) -> Tensor[B, 8, H, W]:
    small, wide = nn.Conv2d(16, 8, 1), nn.Conv2d(16, 8, 3, padding=1)
    assert_type(small(x) if flag else wide(x), Tensor[B, 8, H, W])
    #: note: Revealed type is "Tensor[B, Literal[8], H, W] | Tensor[B, Literal[16], H, W]"
    reveal_type(small(x) if flag else x)
    either = small if flag else nn.Identity()
    #: note: Revealed type is "Tensor[B, Literal[8], H, W] | Tensor[B, Literal[16], H, W]"
    reveal_type(either(x))
    if flag:
        y = small(x)
    else:
        y = wide(x)
    assert_type(y, Tensor[B, 8, H, W])
    if flag:
        return small(x)
    return y if flag else wide(x)


# --- any number of dimensions in front ---


def transformed(x: Tensor[*Batch, 8], c: C, y: Tensor[Unpack[Batch], C]) -> Tensor[*Batch, 4]:
    #: note: Revealed type is "Tensor[*Batch, Literal[8]]"
    reveal_type(nn.LayerNorm(8)(x))
    #: note: Revealed type is "Tensor[*Batch, Literal[4]]"
    reveal_type(nn.Linear(c, 4)(y))
    #: note: Revealed type is "Tensor[*Batch, Literal[8]]"
    reveal_type(x + x)
    #: note: Revealed type is "Tensor[*Batch]"
    reveal_type(x.sum(-1))
    #: note: Revealed type is "Tensor[*Batch, Literal[4]]"
    reveal_type(nn.Sequential(nn.Linear(8, 4), nn.ReLU(), nn.Dropout(0.1), nn.RMSNorm(4))(x))
    return nn.Linear(8, 4)(x)


class Summed(Module, Generic[Unpack[Batch]]):
    def __call__(self, x: Tensor[*Batch, 3]) -> Tensor[*Batch]:
        return x.sum(-1)


def batched(x: Tensor[2, 5, 8], c: C, y: Tensor[2, 5, C], summed: Summed[2, 5], z: Tensor[2, 5, 3]) -> None:
    assert_type(transformed(x, c, y), Tensor[2, 5, 4])
    assert_type(summed(z), Tensor[2, 5])
