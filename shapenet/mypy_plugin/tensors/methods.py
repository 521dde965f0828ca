"""Methods and operators of ``Tensor``. Each handler reads what the call says and asks one rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from mypy.types import Type

from shapenet import rules
from shapenet.dims import Pack, Shape, Unknown
from shapenet.mypy_plugin.tensors.asking import Handler, known_int, made
from shapenet.mypy_plugin.tensors.counting import COUNTING
from shapenet.mypy_plugin.tensors.reading import Call
from shapenet.mypy_plugin.tensors.shaping import SHAPING


def same(call: Call) -> Shape:
    return call.receiver


def broadcasting(name: str, kind: rules.Kind | None = None) -> Handler:
    """Of a *kind* of its own, or of that of the operands."""

    def handler(call: Call) -> Type:
        other = call.shape("other")
        shape = call.receiver if other is None else rules.broadcast(call.receiver, other, name)
        return made(call, shape, *([kind] if kind else [call.kind, call.kind_of("other")]))

    return handler


def numeric(name: str) -> Handler:
    """An operator of which there is none for truth values alone."""

    def handler(call: Call) -> Shape | Type | None:
        result = broadcasting(name)(call)
        rules.check_kind(name, "x", rules.joined(call.kind, call.kind_of("other")), rules.FLOAT, rules.INT)
        return result

    return handler


def kept(name: str, *kinds: rules.Kind) -> Handler:
    """A function of each element that keeps its kind: one of *kinds*, or of numbers."""

    def handler(call: Call) -> Shape:
        shape = call.receiver
        rules.check_kind(name, "x", call.kind, *(kinds or (rules.FLOAT, rules.INT)))
        return shape

    return handler


def _matmul(call: Call) -> Type | None:
    other = call.shape("other")
    return None if other is None else made(call, rules.matmul(call.receiver, other), call.kind, call.kind_of("other"))


def _masked_fill(call: Call) -> Shape | None:
    mask = call.shape("mask")
    if mask is None:
        return None
    rules.check_kind("masked_fill", "mask", call.kind_of("mask"), rules.BOOL)
    return rules.broadcast(mask, call.receiver, "masked_fill")


def _where(call: Call) -> Type | None:
    condition = call.shape("condition")
    if condition is None:
        return None
    rules.check_kind("where", "condition", call.kind_of("condition"), rules.BOOL)
    shape = rules.where(condition, call.receiver, call.shape("other") or ())
    return made(call, shape, call.kind, call.kind_of("other"))


def _to(call: Call) -> Type:
    """Text is a device, or a dtype that need not be known."""
    kind = call.dtype(rules.ANY, "target")
    return made(call, call.receiver, call.kind if kind is rules.ANY else kind)


def reducing(name: str, kind: rules.Kind | None = None) -> Callable[[Call], Type]:
    """Of a *kind* of its own, or of that of the receiver."""

    def handler(call: Call) -> Type:
        dim, keepdim = call.value("dim"), call.value("keepdim", default=False)
        parts = dim if isinstance(dim, tuple) else (dim,)
        if isinstance(keepdim, Unknown) or any(not isinstance(part, int | None) for part in parts):
            raise rules.Undetermined
        return made(call, rules.reduce(call.receiver, dim, bool(keepdim), name), kind or call.kind)

    return handler


def _sum(call: Call) -> Type:
    return reducing("sum", rules.INT if call.kind is rules.BOOL else None)(call)


def _checked_dim(name: str) -> Handler:
    def handler(call: Call) -> Type:
        rules.reduce(call.receiver, known_int(call.value("dim")), keepdim=True, subject=name)
        return made(call, call.receiver, rules.FLOAT)

    return handler


def _getitem(call: Call) -> Shape:
    try:
        return rules.index(call.receiver, call.indices())
    except rules.Undetermined:
        return (Pack(),)  # of the same kind


METHODS: Final[Mapping[str, Handler]] = {
    **COUNTING,
    **SHAPING,
    "__add__": broadcasting("add"),
    "__sub__": numeric("subtract"),
    "__mul__": broadcasting("multiply"),
    "__truediv__": broadcasting("divide", rules.FLOAT),
    "__pow__": numeric("power"),
    "__lt__": broadcasting("lt", rules.BOOL),
    "__le__": broadcasting("le", rules.BOOL),
    "__gt__": broadcasting("gt", rules.BOOL),
    "__ge__": broadcasting("ge", rules.BOOL),
    "__eq__": broadcasting("eq", rules.BOOL),
    "__ne__": broadcasting("ne", rules.BOOL),
    "__matmul__": _matmul,
    "__getitem__": _getitem,
    "__neg__": kept("negative"),
    "__radd__": broadcasting("add"),
    "__rmul__": broadcasting("multiply"),
    "__rpow__": numeric("power"),
    "__rsub__": numeric("subtract"),
    "__rtruediv__": broadcasting("divide", rules.FLOAT),
    "abs": same,
    "amax": reducing("amax"),
    "amin": reducing("amin"),
    "clone": same,
    "cpu": same,
    "cuda": same,
    "detach": same,
    "log_softmax": _checked_dim("log_softmax"),
    "masked_fill": _masked_fill,
    "mean": reducing("mean", rules.FLOAT),
    "relu": same,
    "softmax": _checked_dim("softmax"),
    "sum": _sum,
    "to": _to,
    "where": _where,
}
