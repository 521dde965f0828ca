"""Methods and operators of ``Tensor``. Each handler reads what the call says and asks one rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from shapenet import rules
from shapenet.dims import Shape, Unknown
from shapenet.mypy_plugin.asking import Handler, known_int
from shapenet.mypy_plugin.counting import COUNTING
from shapenet.mypy_plugin.reading import Call
from shapenet.mypy_plugin.shaping import SHAPING


def _broadcasting(name: str) -> Handler:
    def handler(call: Call) -> Shape | None:
        other = call.shape("other")
        return call.receiver if other is None else rules.broadcast(call.receiver, other, name)

    return handler


def _matmul(call: Call) -> Shape | None:
    other = call.shape("other")
    return None if other is None else rules.matmul(call.receiver, other)


def _masked_fill(call: Call) -> Shape | None:
    mask = call.shape("mask")
    return None if mask is None else rules.broadcast(mask, call.receiver, "masked_fill")


def _where(call: Call) -> Shape | None:
    condition = call.shape("condition")
    return None if condition is None else rules.where(condition, call.receiver, call.shape("other") or ())


def _reducing(name: str) -> Handler:
    def handler(call: Call) -> Shape:
        dim, keepdim = call.value("dim"), call.value("keepdim", default=False)
        parts = dim if isinstance(dim, tuple) else (dim,)
        if isinstance(keepdim, Unknown) or any(not isinstance(part, int | None) for part in parts):
            raise rules.Undetermined
        return rules.reduce(call.receiver, dim, bool(keepdim), name)

    return handler


def _checked_dim(name: str) -> Handler:
    def handler(call: Call) -> Shape:
        rules.reduce(call.receiver, known_int(call.value("dim")), keepdim=True, subject=name)
        return call.receiver

    return handler


def _getitem(call: Call) -> Shape:
    return rules.index(call.receiver, call.indices())


METHODS: Final[Mapping[str, Handler]] = {
    **COUNTING,
    **SHAPING,
    "__add__": _broadcasting("add"),
    "__sub__": _broadcasting("subtract"),
    "__mul__": _broadcasting("multiply"),
    "__truediv__": _broadcasting("divide"),
    "__pow__": _broadcasting("power"),
    "__lt__": _broadcasting("lt"),
    "__le__": _broadcasting("le"),
    "__gt__": _broadcasting("gt"),
    "__ge__": _broadcasting("ge"),
    "__eq__": _broadcasting("eq"),
    "__ne__": _broadcasting("ne"),
    "__matmul__": _matmul,
    "__getitem__": _getitem,
    "amax": _reducing("amax"),
    "argmax": _reducing("argmax"),
    "log_softmax": _checked_dim("log_softmax"),
    "masked_fill": _masked_fill,
    "mean": _reducing("mean"),
    "softmax": _checked_dim("softmax"),
    "sum": _reducing("sum"),
    "where": _where,
}
