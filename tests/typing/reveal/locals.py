"""Int arithmetic keeps its dimension through local variables and attributes that are assigned once."""

from typing import Any, Callable, Generic

import shapenet
from shapenet import Module, Tensor, nn
from shapenet.dims import B, C, H, K, M, N, W

WIDTH = 4 * 16
twice = 3
twice = 4
_chosen = 5


def choose() -> None:
    """A global that a function assigns."""
    global _chosen
    _chosen = 6


def variables(d: C, heads: N, n: int, c: bool) -> None:
    """Assigned once: what was assigned."""
    hidden = 4 * d
    #: note: Revealed type is "Linear[C, Size[Literal['4*C'], C]]"
    reveal_type(nn.Linear(d, hidden))
    half = hidden // 2 - 1
    #: note: Revealed type is "Tensor[Size[Literal['2*C - 1'], C], Size[Literal['C//N'], C, N], Size[Literal['C%N'], C, N]]"
    reveal_type(shapenet.zeros(half, d // heads, d % heads))
    square: int = d**2
    minus = -(-d)
    one, (two, three) = 1, (2, 3 * d)
    #: note: Revealed type is "Tensor[Size[Literal['C**2'], C], C, Literal[1], Literal[2], Size[Literal['3*C'], C]]"
    reveal_type(shapenet.zeros(square, minus, one, two, three))
    either = 2 * d if c else d + d
    other = 2 * d if c else 3 * d
    #: note: Revealed type is "Tensor[Size[Literal['2*C'], C], Any, Size[Literal['4*C'], C]]"
    reveal_type(shapenet.zeros(either, other, int(hidden)))
    eight = 8
    #: note: Revealed type is "Conv2d[Literal[8], Literal[64], Literal[3], Literal[1], Literal[0], Literal[1], Literal[1], Literal['zeros']]"
    reveal_type(nn.Conv2d(eight, WIDTH, (n := 3)))
    #: note: Revealed type is "Tensor[Any, Any]"
    reveal_type(shapenet.zeros(twice, _chosen))
    unknown = n + 1
    #: note: Revealed type is "Tensor[Any, Size[Literal['4*C'], C]]"
    reveal_type(shapenet.zeros(unknown, hidden))


def shapes(x: Tensor[B, C, H, W], y: Tensor[2, "2*H"]) -> None:
    """Sizes of tensors."""
    n, c, h, w = x.shape
    more, fewer = c * 2, h // 2
    #: note: Revealed type is "Tensor[B, Size[Literal['2*C'], C], Size[Literal['H//2'], H], Size[Literal['W//2'], W]]"
    reveal_type(shapenet.zeros(n, more, fewer, x.shape[3] // 2))
    quarter = y.shape[1] // 4
    #: note: Revealed type is "Tensor[Size[Literal['H//2'], H], Literal[4]]"
    reveal_type(shapenet.zeros(quarter, y.shape[0] * 2))


def several(d: C, xs: list[int], f: Callable[[], Any]) -> None:
    """More than one assignment, of whatever kind: nobody knows."""
    width = 2 * d
    width *= 2
    again = 2 * d
    again = 3 * d
    for index in range(3):
        step = index * d
    deleted = d + 1
    del deleted
    tried = 1
    try:
        tried = 2
    except ValueError as error:
        print(error)
    with f() as entered:
        entered = 2
    caught = 3
    (caught := 4)
    first, *rest = xs
    #: note: Revealed type is "Tensor[Any, Any, Any, Any]"
    reveal_type(shapenet.zeros(width, again, index, step))
    #: note: Revealed type is "Tensor[Any, Any, Any]"
    reveal_type(shapenet.zeros(tried, caught, first))
    looped = 1
    while looped < 10:
        looped = looped + 1
    #: note: Revealed type is "Tensor[Any]"
    reveal_type(shapenet.zeros(looped))
    if xs:
        print(xs)
        branch = 1
    else:
        branch = 1
    #: note: Revealed type is "Tensor[Any]"
    reveal_type(shapenet.zeros(branch))
    matched = 1
    match xs:
        case [matched, *_]:
            pass
        case [_, *others]:
            pass
    #: note: Revealed type is "Tensor[Any]"
    reveal_type(shapenet.zeros(matched))


def circular(d: C) -> None:
    """Names that are made of themselves."""
    a: int
    b: int
    for _ in range(3):
        a = b + 1
        b = a
    c: int = c + 1
    #: note: Revealed type is "Tensor[Any, Any]"
    reveal_type(shapenet.zeros(a, c))


def inner_functions(d: C) -> None:
    """Names of the function around, those of comprehensions and lambdas."""
    hidden, shared, changed = 4 * d, 2, 2

    def inner(m: M) -> None:
        nonlocal changed
        changed = 3
        #: note: Revealed type is "Tensor[Size[Literal['4*C'], C], Size[Literal['C + M'], C, M], Literal[2], Any]"
        reveal_type(shapenet.zeros(hidden, d + m, shared, changed))
        hidden_here = 2 * m
        #: note: Revealed type is "Tensor[Size[Literal['2*M'], M]]"
        reveal_type(shapenet.zeros(hidden_here))

    #: note: Revealed type is "list[Tensor[Any, Size[Literal['4*C'], C]]]"
    reveal_type([shapenet.zeros(width, hidden) for width in range(3)])
    #: note: Revealed type is "Tensor[Size[Literal['4*C'], C]]"
    reveal_type((lambda: shapenet.zeros(hidden))())
    #: note: Revealed type is "Tensor[Literal[3]]"
    reveal_type((lambda shared: shapenet.zeros(shared))(3))
    #: note: Revealed type is "Tensor[Any]"
    reveal_type(shapenet.zeros(changed))


def from_inside() -> None:
    """What an inner function assigns may be of its own TypeVars."""
    leaked: int

    def inner(m: M) -> None:
        nonlocal leaked
        leaked = 2 * m

    #: note: Revealed type is "Tensor[Any]"
    reveal_type(shapenet.zeros(leaked))


class Mlp(Module, Generic[C]):
    """Attributes that ``__init__`` assigns once."""

    def before(self, x: Tensor[B, C]) -> None:
        #: note: Revealed type is "Tensor[B, Size[Literal['4*C'], C]]"
        reveal_type(shapenet.zeros(x.shape[0], self.hidden))

    def __init__(self, dim: C, extra: N) -> None:
        width = 2 * dim
        self.dim = dim
        self.hidden = 2 * width
        self.quarter = self.hidden // 16
        self.changed = 2 * dim
        self.outside = 2 * dim
        self.foreign = 2 * extra
        self.derived = 2 * dim
        self.up = nn.Linear(dim, self.hidden)
        self.down = nn.Linear(self.hidden, dim)
        #: note: Revealed type is "Tensor[Size[Literal['2*N'], N]]"
        reveal_type(shapenet.zeros(self.foreign))

    def change(self) -> None:
        self.changed += 1

    def __call__(self, x: Tensor[B, C]) -> Tensor[B, C]:
        #: note: Revealed type is "Tensor[B, Size[Literal['4*C'], C]]"
        reveal_type(self.up(x))
        #: note: Revealed type is "Tensor[C, Size[Literal['4*C'], C], Size[Literal['C//4'], C]]"
        reveal_type(shapenet.zeros(self.dim, self.hidden, self.quarter))
        #: note: Revealed type is "Tensor[Any, Any, Any, Any]"
        reveal_type(shapenet.zeros(self.changed, self.outside, self.foreign, self.derived))
        return self.down(self.up(x).relu())


def change(net: Mlp[C]) -> None:
    net.outside = 3


class Wide(Mlp[K], Generic[K, M]):
    """A class whose base class has assigned the attribute, of its own TypeVar."""

    def __init__(self, dim: K, more: M) -> None:
        super().__init__(dim, 3)
        self.derived = 5
        self.more = self.hidden + more

    def sizes(self) -> None:
        #: note: Revealed type is "Tensor[K, Size[Literal['4*K'], K], Size[Literal['4*K + M'], K, M]]"
        reveal_type(shapenet.zeros(self.dim, self.hidden, self.more))


class Fixed(Mlp[Any]):
    def sizes(self) -> None:
        #: note: Revealed type is "Tensor[Any]"
        reveal_type(shapenet.zeros(self.hidden))


class Known(Wide["K", Any], Generic[K]):
    other: int
    default = 3

    def sizes(self) -> None:
        def inner() -> None:
            #: note: Revealed type is "Tensor[Size[Literal['4*K'], K], Any, Any]"
            reveal_type(shapenet.zeros(self.hidden, self.default, self.other))

        #: note: Revealed type is "Tensor[Any, Any]"
        reveal_type(shapenet.zeros(Mlp(3, 4).hidden, self.more))


def roots(n: N, m: int) -> None:
    size = 2 * n
    #: note: Revealed type is "float"
    reveal_type(size**0.5)
    #: note: Revealed type is "Any"
    reveal_type(m**0.5)
