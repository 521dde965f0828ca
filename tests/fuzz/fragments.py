"""Pieces of strange programs."""

from __future__ import annotations

from typing import Final

VALUES: Final = (
    "None",
    "'x'",
    "2.5",
    "[]",
    "{}",
    "()",
    "(1,)",
    "(1, 'x')",
    "...",
    "-1",
    "0",
    "10**40",
    "True",
    "undefined",
    "undefined()",
    "undefined.attribute[0]",
    "lambda: 0",
    "lambda *a, **k: a",
    "x",
    "self",
    "nn",
    "nn.Linear",
    "nn.Linear(2, 3)",
    "nn.Linear()",
    "nn.Sequential",
    "Tensor",
    "Tensor[2, 3]",
    "int",
    "type",
    "object()",
    "[x for x in x]",
    "(x for x in ())",
    "{**{}}",
    "(*[1, 2],)",
    "1 if x else 'x'",
    "x if x else None",
    "x.shape",
    "x.shape[0]",
    "x.shape[1:]",
    "x.shape[0] // 0",
    "sum(x.shape)",
    "super()",
    "NotImplemented",
    "__name__",
    "1 .real",
    "(yield_ := 3)",
    "slice(None)",
    "x[x]",
    "print",
    "isinstance",
    "3 * 2 ** 2000",
)

DIMENSIONS: Final = (
    '"H//"',
    '"H//0"',
    "-1",
    "2.5",
    "None",
    "B",
    "int",
    "list",
    "Unknown",
    '"2**H"',
    "True",
    "b'x'",
    "H, H",
    "*Batch",
    "...",
    "Any",
    "*tuple[int, ...]",
    "x[0]",
    "lambda: 0",
)

INDICES: Final = (
    "()",
    "0",
    "...",
    "None",
    "1:2",
    "::0",
    "*x, 0",
    "'text'",
    "x",
    "lambda: 0",
    "1.5",
    "(1, 2), 3",
    "nn",
)

AROUND: Final = (
    "(lambda: HERE)()",
    "[HERE for _ in ()]",
    "(walrus := HERE)",
    "HERE if HERE else None",
    "HERE and HERE",
    "HERE.shape[0]",
    "HERE[0]",
    "HERE[:, None]",
    "(HERE, HERE)",
    "{1: HERE}[1]",
    "HERE.missing",
    "HERE()",
    "HERE(HERE)",
    "type(HERE)",
    "f'{HERE}'",
    "-HERE",
    "not HERE",
    "HERE @ HERE",
    "HERE < 3 < HERE",
)
"""What may be put around a call, in the place of HERE."""

ANNOTATIONS: Final = (
    "None",
    "'Tensor'",
    "'Tensor[H'",
    "'Nothing'",
    "Tensor",
    "Tensor[()]",
    "Tensor[...]",
    "Tensor['H//2']",
    "Tensor['H +', 3]",
    "Tensor['Q*2', 3]",
    "Tensor[0]",
    "Tensor[-1, 'H//0']",
    "Tensor[*Batch, *Batch]",
    "Tensor[*Batch, 'H']",
    "Tensor[Tensor, 3]",
    "Tensor[[1, 2]]",
    "Tensor[1.5, None]",
    "Tensor[int, str]",
    "Tensor[Literal[3], L[4]]",
    "Tensor[Unpack[tuple[int, ...]]]",
    "list[Tensor[B]]",
    "tuple[Tensor[B], ...]",
    "dict[str, Tensor[B, 'B']]",
    "Callable[[Tensor[B]], Tensor['2*B']]",
    "Callable[..., Any]",
    "type[Tensor[B]]",
    "type[nn.Linear]",
    "nn.Linear",
    "nn.Linear[2]",
    "nn.Linear[2, 3, 4, 5, 6]",
    "nn.Conv2d[3, 16, (3, 1)]",
    "nn.Conv2d['H', B]",
    "nn.Sequential",
    "nn.Sequential[nn.Linear[2, 3], nn.ReLU]",
    "nn.Sequential[int]",
    "nn.Sequential[...]",
    "Union[Tensor[B], Tensor[B, B], None]",
    "Tensor[B] | int",
    "Any",
    "int",
    "object",
    "B",
    "'B'",
    "Self",
    "x",
    "undefined[int]",
    "3",
    "(int, str)",
    "[int]",
    "lambda: int",
    "Literal[-3]",
    "Annotated[Tensor[B], 3]",
    "Final",
    "ClassVar[int]",
    "nn.Parameter[B, 3]",
    "nn.ModuleList[nn.Linear[2, 3]]",
    "nn.Residual[nn.Linear]",
    "nn.Repeat",
)

DECORATORS: Final = (
    "staticmethod",
    "classmethod",
    "property",
    "overload",
    "undefined",
    "undefined.attribute(3)",
    "functools.cache",
    "functools.wraps(print)",
    "functools.partial",
    "dataclass",
    "nn.Linear(2, 3)",
    "nn.Sequential",
    "Tensor",
    "final",
    "type",
    "lambda f: f",
    "contextmanager",
    "print",
)

BASES: Final = (
    "Module",
    "nn.Linear",
    "nn.Linear[2, 3]",
    "nn.Sequential",
    "nn.Conv2d[B, C, 3]",
    "Tensor",
    "Tensor[2, 3]",
    "Protocol",
    "TypedDict",
    "NamedTuple",
    "Generic[B]",
    "Generic[B, B]",
    "Generic[Unpack[Batch]]",
    "Generic[*Batch]",
    "Enum",
    "int",
    "undefined",
    "Any",
    "type",
    "nn.ModuleList[Module]",
    "nn.Residual",
    "tuple[Tensor[B], int]",
    "nn",
)

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
