"""Strange definitions."""

from __future__ import annotations

from typing import Final

TOPLEVEL: Final = (
    """
from typing import *
from shapenet import *
from shapenet.dims import *
import functools
""",
    """
class Shaped(Protocol[B]):
    def __call__(self, x: Tensor[B, C]) -> Tensor[C, B]: ...
    @property
    def shape(self) -> Tensor["B//2"]: ...
def use(shaped: Shaped[3], x: Tensor[3, C]) -> None:
    reveal_type(shaped(x))
    reveal_type(shaped.shape)
    reveal_type(shaped(x, x))
""",
    """
class Named(NamedTuple):
    x: Tensor[B, 3]
    y: Tensor[2, "H//2"] = None
named = Named(x, 3)
reveal_type(named.x + named.y)
a, *b = named
""",
    """
class Typed(TypedDict, total=False):
    x: Tensor[2, 3]
    y: Tensor[*Batch]
def typed(d: Typed) -> Tensor[3]:
    return d["x"][0] + d["y"] + d["z"]
typed({"x": x, "q": 3})
typed(**{"d": 3})
""",
    """
@overload
def either(x: Tensor[B]) -> Tensor["2*B"]: ...
@overload
def either(x: Tensor[B, C], y: int = ...) -> Tensor[C, B]: ...
def either(x, y=0): return x
reveal_type(either(either))
reveal_type(either())
""",
    """
class Deep(Module, Generic[*Batch]):
    def __init__(self, *args: *Batch) -> None:
        self.args = args
    def __call__(self, x: Tensor[*Batch, H], *rest: Tensor[H], **more: Tensor["H+1"]) -> tuple[Tensor["H"], *Batch]:
        return self(self(x)[0], *rest, *rest, **more)
reveal_type(Deep(1, "x", None)(3))
reveal_type(Deep())
""",
    """
def forever(x):
    return forever(forever(x)[0] + x)
def both(x: Tensor[B, C] = both(3)) -> Tensor[C, B]:
    return both(both(x))
""",
    """
Alias = Tensor[B, "2*B"]
Deeper = list["Deeper"] | Tensor[B]
def aliased(x: Alias, y: Alias[3], z: Deeper) -> Alias:
    return x + y + z
""",
    """
async def later(x: Tensor[B, 3]) -> Tensor[B, 4]:
    async with x as y, nn.Linear(3, 4) as z:
        return await z(await y)
async def gather():
    yield later(later(3))
    async for x in later(1): reveal_type(x)
""",
    """
class Meta(type):
    def __call__(cls, *args): return nn.Linear(2, 3)
    def __getitem__(cls, key): return key
class Made(Module, metaclass=Meta):
    conv = nn.Conv2d
    line = nn.Linear(2, 3)
    def __call__(self, x: Tensor[2]) -> Tensor[3]: return self.line(x)
reveal_type(Made()(zeros(2)))
reveal_type(Made[3]())
reveal_type(Made.line(x), Made.conv(x), Made.__call__(x))
""",
    """
match x:
    case nn.Linear(weight=w): reveal_type(w)
    case [a, *b]: reveal_type(a @ b)
    case {"x": y, **rest}: reveal_type(y[0])
    case Tensor() as t: reveal_type(t.sum(0))
    case _: reveal_type(x)
""",
    """
class Slotted(nn.Linear[2, 3]):
    __slots__ = ("x",)
    def __init__(self): super().__init__()
    def __getattr__(self, name): return self(name)
    __call__ = None
class Other(Slotted, nn.Conv2d): pass
reveal_type(Other(1)(2).x(3))
""",
    """
for block in nn.Sequential(nn.Linear(2, 3), nn.ReLU()):
    reveal_type(block(block))
for i, (a, b) in enumerate(zip(x, x.shape)): reveal_type(a[b:i, ...])
with x as y: reveal_type(y)
try: z = nn.Linear(3, 4)(x)
except* ValueError as e: reveal_type(e(x))
global_: Tensor[undefined] = x
""",
    """
def defaults(x=nn.Linear(2, 3), *, y: Tensor[B] = None, z: "Tensor['H']" = ...): return x(y, z=z)
reveal_type(defaults(y=defaults))
reveal_type((lambda q=nn.Conv2d(1, 2, 3): q(q))())
reveal_type([*map(nn.Linear(2, 3), [x, x])])
reveal_type(functools.partial(nn.Linear, 2)(3)(x))
reveal_type(functools.reduce(lambda a, b: a @ b, [x, x]))
reveal_type(getattr(nn, "Linear")(2, 3)(x))
""",
)
