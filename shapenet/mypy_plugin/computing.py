"""Methods and functions that compute: products, extremes, sums and the like. Each handler asks one rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from mypy.nodes import ARG_STAR
from mypy.types import Type

from shapenet import rules
from shapenet.mypy_plugin.asking import Handler, made
from shapenet.mypy_plugin.reading import Call


def _product(name: str, other: str) -> Handler:
    def handler(call: Call) -> Type | None:
        factor = call.shape(other)
        if factor is None:
            return None
        shape = rules.product(call.receiver, factor, name) if name != "matmul" else rules.matmul(call.receiver, factor)
        return made(call, shape, call.kind, call.kind_of(other))

    return handler


def _einsum(call: Call) -> Type | None:
    equation, types = call.word("equation", ""), call.context.arg_types[1]
    shapes = [shape for typ in types if (shape := call.lens.shape_of(typ)) is not None]
    if not isinstance(equation, str) or len(shapes) < len(types) or ARG_STAR in call.context.arg_kinds[1]:
        return None
    return made(call, rules.einsum(equation, shapes), *map(call.lens.kind_of, types))


METHODS: Final[Mapping[str, Handler]] = {
    "bmm": _product("bmm", "mat2"),
    "dot": _product("dot", "other"),
    "matmul": _product("matmul", "other"),
    "mm": _product("mm", "mat2"),
    "mv": _product("mv", "vec"),
    "outer": _product("outer", "vec2"),
}

FUNCTIONS: Final[Mapping[str, Handler]] = {
    "shapenet.functional.products.einsum": _einsum,
    **{f"shapenet.functional.products.{name}": METHODS[name] for name in ("bmm", "dot", "matmul", "mm", "mv", "outer")},
}
