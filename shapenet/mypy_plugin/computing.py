"""Methods and functions that compute: products, extremes, sums and the like. Each handler asks one rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from mypy.nodes import ARG_STAR
from mypy.types import Instance, TupleType, Type

from shapenet import rules
from shapenet.dims import UNKNOWN, Shape
from shapenet.mypy_plugin.asking import Handler, made
from shapenet.mypy_plugin.methods import METHODS as OTHERS
from shapenet.mypy_plugin.methods import reducing
from shapenet.mypy_plugin.reading import Call

_FOUND: Final = "shapenet.methods.ordering.Found"


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


def _takes(call: Call, name: str) -> bool:
    """Whether the variant that is called has a parameter of that name."""
    return name in call.context.callee_arg_names


def _dim(call: Call, default: int | None = None) -> Any:
    """The number of a dimension, None if there is none, or unknown."""
    dim = call.value("dim", default) if _takes(call, "dim") else default
    return dim if isinstance(dim, int | None) else UNKNOWN


def _keepdim(call: Call) -> bool:
    keepdim = call.value("keepdim", default=False) if _takes(call, "keepdim") else False
    if not isinstance(keepdim, bool):
        raise rules.Undetermined
    return keepdim


def _found(call: Call, shape: Shape) -> Type:
    """Values of that shape, and their places."""
    both: list[Type] = [call.lens.tensor(shape, call.kind), call.lens.tensor(shape, rules.INT)]
    return TupleType(both, Instance(call.lens.lookup(_FOUND), both))


def _extreme(name: str) -> Handler:
    def handler(call: Call) -> Shape | Type:
        dim, keepdim = _dim(call), _keepdim(call)
        shape = rules.pick(call.receiver, dim, keepdim, name)
        return shape if dim is None else _found(call, shape)

    return handler


def _place(name: str) -> Handler:
    def handler(call: Call) -> Type:
        return made(call, rules.pick(call.receiver, _dim(call), _keepdim(call), name), rules.INT)

    return handler


def _sort(call: Call) -> Type:
    return _found(call, rules.along(call.receiver, _dim(call, -1), "sort"))


def _argsort(call: Call) -> Type:
    return made(call, rules.along(call.receiver, _dim(call, -1), "argsort"), rules.INT)


def _topk(call: Call) -> Type:
    return _found(call, rules.topk(call.receiver, call.value("k"), _dim(call, -1)))


def _picking(name: str, index: str, rule: Callable[[Shape, Shape, Any], Shape]) -> Handler:
    def handler(call: Call) -> Shape | None:
        places = call.shape(index)
        if places is None:
            return None
        rules.check_kind(name, index, call.kind_of(index), rules.INT)
        return rule(call.receiver, places, _dim(call))

    return handler


def _one_hot(call: Call) -> Type:
    rules.check_kind("one_hot", "labels", call.kind, rules.INT)
    return made(call, rules.one_hot(call.receiver, call.value("num_classes", default=-1)), rules.INT)


def _floating(name: str) -> Handler:
    """A reduction of floating tensors alone."""

    def handler(call: Call) -> Type:
        rules.check_kind(name, "x", call.kind, rules.FLOAT)
        return reducing(name, rules.FLOAT)(call)

    return handler


def _counted(call: Call) -> rules.Kind:
    """Truth values are added up as integers."""
    return rules.INT if call.kind is rules.BOOL else call.kind


def _prod(call: Call) -> Type:
    return reducing("prod", _counted(call))(call)


def _running(name: str) -> Handler:
    return lambda call: made(call, rules.along(call.receiver, _dim(call), name), _counted(call))


METHODS: Final[Mapping[str, Handler]] = {
    "all": reducing("all", rules.BOOL),
    "any": reducing("any", rules.BOOL),
    "argmax": _place("argmax"),
    "argmin": _place("argmin"),
    "argsort": _argsort,
    "bmm": _product("bmm", "mat2"),
    "cumprod": _running("cumprod"),
    "cumsum": _running("cumsum"),
    "dot": _product("dot", "other"),
    "gather": _picking("gather", "index", lambda x, index, dim: rules.gather(x, dim, index)),
    "index_select": _picking("index_select", "index", lambda x, index, dim: rules.index_select(x, dim, index)),
    "logsumexp": reducing("logsumexp", rules.FLOAT),
    "matmul": _product("matmul", "other"),
    "max": _extreme("max"),
    "min": _extreme("min"),
    "mm": _product("mm", "mat2"),
    "mv": _product("mv", "vec"),
    "norm": _floating("norm"),
    "outer": _product("outer", "vec2"),
    "prod": _prod,
    "sort": _sort,
    "std": _floating("std"),
    "take_along_dim": _picking("take_along_dim", "indices", rules.take_along_dim),
    "topk": _topk,
    "var": _floating("var"),
}

_AS_FUNCTIONS: Final[Mapping[str, str]] = {
    "ordering": "argmax argmin argsort gather index_select max min sort take_along_dim topk",
    "reducing": "all amax amin any cumprod cumsum logsumexp mean norm prod std sum var",
    "products": "bmm dot matmul mm mv outer",
}
"""Methods that are functions, too, by the modules of these."""

FUNCTIONS: Final[Mapping[str, Handler]] = {
    "shapenet.functional.ordering.one_hot": _one_hot,
    "shapenet.functional.products.einsum": _einsum,
    **{
        f"shapenet.functional.{module}.{name}": {**OTHERS, **METHODS}[name]
        for module, names in _AS_FUNCTIONS.items()
        for name in names.split()
    },
}
