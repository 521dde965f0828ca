"""Creation of tensors: their sizes are arguments, or can be counted in what is written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mypy.nodes import Expression, FloatExpr, IntExpr, ListExpr, TupleExpr, UnaryExpr

from shapenet import rules
from shapenet.dims import UNKNOWN, Shape
from shapenet.mypy_plugin.asking import Handler
from shapenet.mypy_plugin.reading import Call


def _sized(name: str, option: str = "sizes") -> Handler:
    return lambda call: rules.created(call.sizes(option), name)


def _eye(call: Call) -> Shape:
    rows = call.value("n")
    columns = call.value("m")
    return rules.created((rows, rows if columns is None else columns), "eye")


def _linspace(call: Call) -> Shape:
    return rules.linspace(call.value("steps"))


def _arange(call: Call) -> Shape:
    start, end, step = call.value("start"), call.value("end"), call.value("step", default=1)
    first, last = (0, start) if end is None else (start, end)
    if isinstance(step, int) and step > 0 and not isinstance(last - first, int):
        return (UNKNOWN,) if step != 1 or first != 0 else (last,)
    if isinstance(first, int) and isinstance(last, int) and isinstance(step, int) and step != 0:
        return (len(range(first, last, step)),)
    return (UNKNOWN,)


def _tensor(call: Call) -> Shape | None:
    """Nested lists written out have a shape that can be counted."""
    return _counted(call.context.args[0][0])


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
    return isinstance(number, IntExpr | FloatExpr)


_SIZED: Final = ("empty", "ones", "rand", "randn", "zeros")

CREATION: Final[Mapping[str, Handler]] = {
    **{f"shapenet.creation.{name}": _sized(name) for name in _SIZED},
    "shapenet.creation.arange": _arange,
    "shapenet.creation.eye": _eye,
    "shapenet.creation.full": _sized("full", "size"),
    "shapenet.creation.linspace": _linspace,
    "shapenet.creation.tensor": _tensor,
}
