"""Methods and functions that compute: products, extremes, sums and the like. Each handler asks one rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from mypy.nodes import ARG_STAR
from mypy.types import Instance, TupleType, Type

from shapenet import rules
from shapenet.dims import UNKNOWN, Shape
from shapenet.mypy_plugin.tensors.asking import Handler, made
from shapenet.mypy_plugin.tensors.methods import METHODS as OTHERS
from shapenet.mypy_plugin.tensors.methods import broadcasting, kept, numeric, reducing
from shapenet.mypy_plugin.tensors.reading import Call

_BITS: Final = (rules.BOOL, rules.INT)
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
    equation = call.word("equation", "") if call.context.args[0] else UNKNOWN  # mypy says that it is missing
    types = call.context.arg_types[1]
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


def _scatter(name: str) -> Handler:
    def handler(call: Call) -> Shape | None:
        places = call.shape("index")
        if places is None:
            return None
        rules.check_kind(name, "index", call.kind_of("index"), rules.INT)
        return rules.scatter(call.receiver, _dim(call), places, call.shape("src"), name)

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


def _of_kinds(name: str, *kinds: rules.Kind) -> Handler:
    """An operator that both operands must have one of these *kinds* for."""

    def handler(call: Call) -> Type | Shape | None:
        result = broadcasting(name)(call)  # first of all: of `Parameter | Buffer`, two classes, it makes nothing
        rules.check_kind(name, "x", call.kind, *kinds)
        rules.check_kind(name, "other", call.kind_of("other"), *kinds)
        return result

    return handler


def _pow(call: Call) -> Type:
    exponent = call.shape("exponent")
    kind = rules.joined(call.kind, call.kind_of("exponent"))
    rules.check_kind("power", "x", kind, rules.FLOAT, rules.INT)
    return made(call, call.receiver if exponent is None else rules.broadcast(call.receiver, exponent, "power"), kind)


def _clamp(call: Call) -> Type:
    shape, kinds = call.receiver, [call.kind]
    for name in ("min", "max"):
        bound = call.shape(name)
        shape = shape if bound is None else rules.broadcast(shape, bound, "clamp")
        if bound is not None or call.value(name) is not None:
            kinds.append(call.kind_of(name))
    return made(call, shape, *kinds)


METHODS: Final[Mapping[str, Handler]] = {
    "__and__": _of_kinds("and", *_BITS),
    "__floordiv__": numeric("floor_divide"),
    "__invert__": kept("invert", rules.BOOL, rules.INT),
    "__mod__": numeric("remainder"),
    "__or__": _of_kinds("or", *_BITS),
    "__rand__": _of_kinds("and", *_BITS),
    "__rfloordiv__": numeric("floor_divide"),
    "__rmod__": numeric("remainder"),
    "__ror__": _of_kinds("or", *_BITS),
    "__rxor__": _of_kinds("xor", *_BITS),
    "__xor__": _of_kinds("xor", *_BITS),
    "all": reducing("all", rules.BOOL),
    "any": reducing("any", rules.BOOL),
    "argmax": _place("argmax"),
    "argmin": _place("argmin"),
    "argsort": _argsort,
    "bmm": _product("bmm", "mat2"),
    "ceil": kept("ceil"),
    "clamp": _clamp,
    "cumprod": _running("cumprod"),
    "cumsum": _running("cumsum"),
    "dot": _product("dot", "other"),
    "floor": kept("floor"),
    "gather": _picking("gather", "index", lambda x, index, dim: rules.gather(x, dim, index)),
    "index_select": _picking("index_select", "index", lambda x, index, dim: rules.index_select(x, dim, index)),
    "logical_and": broadcasting("logical_and", rules.BOOL),
    "logical_or": broadcasting("logical_or", rules.BOOL),
    "logical_xor": broadcasting("logical_xor", rules.BOOL),
    "logsumexp": reducing("logsumexp", rules.FLOAT),
    "matmul": _product("matmul", "other"),
    "max": _extreme("max"),
    "maximum": broadcasting("maximum"),
    "min": _extreme("min"),
    "minimum": broadcasting("minimum"),
    "mm": _product("mm", "mat2"),
    "mv": _product("mv", "vec"),
    "norm": _floating("norm"),
    "outer": _product("outer", "vec2"),
    "pow": _pow,
    "prod": _prod,
    "round": kept("round"),
    "scatter": _scatter("scatter"),
    "scatter_add": _scatter("scatter_add"),
    "sign": kept("sign"),
    "sort": _sort,
    "square": kept("square"),
    "std": _floating("std"),
    "take_along_dim": _picking("take_along_dim", "indices", rules.take_along_dim),
    "topk": _topk,
    "trunc": kept("trunc"),
    "var": _floating("var"),
}

_AS_FUNCTIONS: Final[Mapping[str, str]] = {
    "elementwise": "abs ceil clamp floor logical_and logical_or logical_xor maximum minimum pow round sign square "
    "trunc",
    "ordering": "argmax argmin argsort gather index_select max min scatter scatter_add sort take_along_dim topk",
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
