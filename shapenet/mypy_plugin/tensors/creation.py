"""Creation of tensors: their sizes are arguments, or can be counted in what is written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mypy.nodes import Expression, FloatExpr, IntExpr, ListExpr, NameExpr, TupleExpr, UnaryExpr
from mypy.types import Type

from shapenet import rules
from shapenet.dims import UNKNOWN, Dim, Shape
from shapenet.mypy_plugin.tensors.asking import Handler, made
from shapenet.mypy_plugin.tensors.reading import Call


def _sized(name: str) -> Handler:
    return lambda call: made(call, rules.created(call.sizes("sizes"), name), call.dtype(rules.FLOAT))


def _full(call: Call) -> Type:
    return made(call, rules.created(call.sizes("size"), "full"), call.dtype(call.kind_of("fill_value")))


def _like(call: Call) -> Type:
    return made(call, call.receiver, call.dtype(call.kind))


def _eye(call: Call) -> Type:
    rows = call.number("n")
    shape = rules.created((rows, rows if call.is_none("m") else call.number("m")), "eye")
    return made(call, shape, call.dtype(rules.FLOAT))


def _linspace(call: Call) -> Type:
    return made(call, rules.linspace(call.number("steps")), call.dtype(rules.FLOAT))


def _arange(call: Call) -> Type:
    numbers = [call.kind_of(name) for name in ("start", "end", "step")]
    kind = rules.FLOAT if rules.FLOAT in numbers else rules.INT
    return made(call, (_count(call),), call.dtype(kind))


def _count(call: Call) -> Dim:
    start, end, step = call.size("start"), call.size("end"), call.size("step", default=1)
    first, last = (0, start) if end is None else (start, end)
    if first is None or last is None:
        return UNKNOWN
    if isinstance(step, int) and step > 0 and not isinstance(last - first, int):
        return UNKNOWN if step != 1 or first != 0 else last
    if isinstance(first, int) and isinstance(last, int) and isinstance(step, int) and step != 0:
        return len(range(first, last, step))
    return UNKNOWN


def _tensor(call: Call) -> Type | None:
    """Nested lists written out have a shape that can be counted."""
    if not call.context.args[0]:
        return None
    values = call.context.args[0][0]
    shape = _counted(values)
    return None if shape is None else made(call, shape, call.dtype(_kind(values)))


def _kind(expression: Expression) -> rules.Kind:
    if isinstance(expression, UnaryExpr):
        return _kind(expression.expr)
    if isinstance(expression, ListExpr | TupleExpr) and expression.items:
        return rules.joined(*map(_kind, expression.items))
    if isinstance(expression, NameExpr):
        return rules.BOOL
    return rules.INT if isinstance(expression, IntExpr) else rules.FLOAT


def _counted(expression: Expression) -> Shape | None:
    if not isinstance(expression, ListExpr | TupleExpr):
        return None
    if not expression.items:
        return (0,)
    inner = [_counted(item) for item in expression.items]
    nested = any(isinstance(item, ListExpr | TupleExpr) for item in expression.items)
    if not nested and all(map(_is_number, expression.items)):
        return (len(expression.items),)
    if inner[0] is None or any(shape != inner[0] for shape in inner):
        return None
    return (len(expression.items), *inner[0])


def _is_number(expression: Expression) -> bool:
    number = expression.expr if isinstance(expression, UnaryExpr) else expression
    truth = isinstance(number, NameExpr) and number.name in ("True", "False")
    return truth or isinstance(number, IntExpr | FloatExpr)


_LIKE: Final = ("full_like", "ones_like", "rand_like", "randn_like", "zeros_like")
_SIZED: Final = ("empty", "ones", "rand", "randn", "zeros")

CREATION: Final[Mapping[str, Handler]] = {
    **{f"shapenet.creation.{name}": _sized(name) for name in _SIZED},
    **{f"shapenet.creation.{name}": _like for name in _LIKE},
    "shapenet.creation.arange": _arange,
    "shapenet.creation.eye": _eye,
    "shapenet.creation.full": _full,
    "shapenet.creation.linspace": _linspace,
    "shapenet.creation.tensor": _tensor,
}
