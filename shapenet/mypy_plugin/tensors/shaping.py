"""Methods and functions that arrange elements: handlers of those that reshape, repeat, reorder, split and join."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from mypy.typeops import make_simplified_union
from mypy.types import Instance, Type

from shapenet import rules
from shapenet.dims import UNKNOWN, Dim, Pack, Shape
from shapenet.mypy_plugin.tensors.asking import Handler, for_any, known_int, made
from shapenet.mypy_plugin.tensors.reading import Call

_MAX_PARTS: Final = 32
"""A type that lists more parts than these could not be read."""


def _ints(values: Sequence[Dim | Pack]) -> list[int]:
    return [known_int(value) for value in values]


def _places(call: Call, name: str) -> int | list[int]:
    """The dimensions that an argument names, known to the last."""
    given = call.one_or_more(name)
    return _ints(given) if isinstance(given, list) else known_int(given)


def _of_rank(shape: Shape) -> Shape:
    """As many dimensions, of which nothing else is known."""
    return tuple(UNKNOWN for _ in rules.ranked(shape))


def _reshaping(name: str, option: str = "sizes") -> Handler:
    return lambda call: rules.reshape(call.receiver, call.sizes(option), name)


def _as_other(rule: Callable[[Shape, Shape, str], Shape], name: str) -> Handler:
    def handler(call: Call) -> Shape | None:
        other = call.shape("other")
        return None if other is None else rule(call.receiver, other, name)

    return handler


def _unsqueeze(call: Call) -> Shape:
    shape = call.receiver
    return for_any(call.value("dim"), len(shape) + 1, lambda dim: rules.unsqueeze(shape, dim))


def _unflatten(call: Call) -> Shape:
    return rules.unflatten(call.receiver, known_int(call.value("dim")), call.sizes("sizes"))


def _flatten(call: Call) -> Shape:
    start, end = call.value("start_dim", default=0), call.value("end_dim", default=-1)
    return rules.flatten(call.receiver, known_int(start), known_int(end))


def _squeeze(call: Call) -> Shape:
    return rules.squeeze(call.receiver, None if call.is_none("dim") else _places(call, "dim"))


def _permute(call: Call) -> Shape:
    shape, dims = call.receiver, call.listed("dims")
    if all(isinstance(dim, int) for dim in dims):
        return rules.permute(shape, _ints(dims))
    return _of_rank(shape)


def _movedim(call: Call) -> Shape:
    source, destination = _places(call, "source"), _places(call, "destination")
    return rules.permute(call.receiver, rules.moved(call.receiver, source, destination))


def _transposing(name: str, option: str = "dim") -> Handler:
    def handler(call: Call) -> Shape:
        first, second = call.value(f"{option}0"), call.value(f"{option}1")
        if isinstance(first, int) and isinstance(second, int):
            return rules.transpose(call.receiver, first, second, name)
        return _of_rank(call.receiver)

    return handler


def _sized(rule: Callable[[Shape, Sequence[Dim | Pack]], Shape], option: str) -> Handler:
    return lambda call: rule(call.receiver, call.sizes(option))


def _broadcast_to(call: Call) -> Shape:
    return rules.expand(call.receiver, call.sizes("size"), "broadcast_to")


def _repeat_interleave(call: Call) -> Shape:
    shape, repeats, dim = call.receiver, call.number("repeats"), call.value("dim")
    if dim is None:
        return rules.repeat_interleave(shape, repeats)
    return for_any(dim, len(shape), lambda place: rules.repeat_interleave(shape, repeats, place))


def _flip(call: Call) -> Shape:
    dims = call.sizes("dims")
    if all(isinstance(dim, int) for dim in dims):
        rules.axes(call.receiver, _ints(dims), "flip")
    return call.receiver


def _roll(call: Call) -> Shape:
    try:
        shifts, dims = call.one_or_more("shifts"), None if call.is_none("dims") else _places(call, "dims")
    except rules.Undetermined:
        return call.receiver
    known = not isinstance(shifts, list) or not any(isinstance(shift, Pack) for shift in shifts)
    return rules.roll(call.receiver, shifts, dims) if known else call.receiver


def _matrix(name: str) -> Handler:
    return lambda call: rules.matrix(call.receiver, name)


def _diagonal(call: Call) -> Shape:
    first, second = known_int(call.value("dim1", 0)), known_int(call.value("dim2", 1))
    return rules.diagonal(call.receiver, call.number("offset", 0), first, second)


def _diag(call: Call) -> Shape:
    return rules.diag(call.receiver, call.number("diagonal", 0))


def _narrow(call: Call) -> Shape:
    shape, start, length = call.receiver, call.number("start"), call.number("length")
    return for_any(call.value("dim"), len(shape), lambda dim: rules.narrow(shape, dim, start, length))


def _select(call: Call) -> Shape:
    shape, index = call.receiver, call.number("index")
    return for_any(call.value("dim"), len(shape), lambda dim: rules.select(shape, dim, index))


# --- parts ---


def _parts(call: Call, parts: rules.Parts) -> Type:
    """``tuple[Tensor[...], Tensor[...]]``, or, if nobody knows how many there are, ``tuple[Tensor[...], ...]``."""
    if isinstance(parts, tuple) and len(parts) <= _MAX_PARTS:
        return call.lens.tuple_of([call.lens.tensor(shape, call.kind) for shape in parts])
    shape = parts.shape if isinstance(parts, rules.AnyNumber) else rules.in_common(parts)
    return Instance(call.lens.lookup("builtins.tuple"), [call.lens.tensor(shape, call.kind)])


def _split(option: str) -> Handler:
    def handler(call: Call) -> Type:
        return _parts(call, rules.split(call.receiver, call.one_or_more(option), known_int(call.value("dim", 0))))

    return handler


def _chunk(call: Call) -> Type:
    return _parts(call, rules.chunk(call.receiver, call.number("chunks"), known_int(call.value("dim", 0))))


def _tensor_split(call: Call) -> Type:
    given = call.one_or_more("indices_or_sections")
    return _parts(call, rules.tensor_split(call.receiver, given, known_int(call.value("dim", 0))))


def _unbind(call: Call) -> Type:
    return _parts(call, rules.unbind(call.receiver, known_int(call.value("dim", 0))))


# --- joined ---


def _open(shape: Shape, dim: int) -> Shape:
    place = rules.axis(shape, dim, "cat")
    return (*shape[:place], UNKNOWN, *shape[place + 1 :])


def _cat(call: Call) -> Type | None:
    return _joined(call, rules.cat, lambda shape, dim: rules.cat([_open(shape, dim)], dim))


def _stack(call: Call) -> Type | None:
    return _joined(call, rules.stack, lambda shape, dim: rules.stack([shape], dim, UNKNOWN))


def _joined(
    call: Call, rule: Callable[[Sequence[Shape], int], Shape], of_any_number: Callable[[Shape, int], Shape]
) -> Type | None:
    """What *rule* makes of tensors that are listed, or *of_any_number* of those of one type."""
    listed, dim = call.tensors("tensors"), known_int(call.value("dim", default=0))
    if listed is not None:
        results = [
            made(call, rule([shape for shape, _ in tensors], dim), *(kind for _, kind in tensors)) for tensors in listed
        ]
        return make_simplified_union(results)
    each = call.tensor_of_each("tensors")
    return None if each is None else made(call, of_any_number(each[0], dim), each[1])


_SHARED: Final[Mapping[str, Handler]] = {
    "chunk": _chunk,
    "diag": _diag,
    "diagonal": _diagonal,
    "flatten": _flatten,
    "flip": _flip,
    "movedim": _movedim,
    "narrow": _narrow,
    "permute": _permute,
    "repeat_interleave": _repeat_interleave,
    "roll": _roll,
    "select": _select,
    "squeeze": _squeeze,
    "swapaxes": _transposing("swapaxes", "axis"),
    "swapdims": _transposing("swapdims"),
    "tensor_split": _tensor_split,
    "tile": _sized(rules.tile, "dims"),
    "transpose": _transposing("transpose"),
    "tril": _matrix("tril"),
    "triu": _matrix("triu"),
    "unbind": _unbind,
    "unflatten": _unflatten,
    "unsqueeze": _unsqueeze,
}

SHAPING: Final[Mapping[str, Handler]] = {
    **_SHARED,
    "broadcast_to": _broadcast_to,
    "expand": _sized(rules.expand, "sizes"),
    "expand_as": _as_other(rules.expand, "expand_as"),
    "repeat": _sized(rules.repeat, "sizes"),
    "reshape": _reshaping("reshape"),
    "reshape_as": _as_other(rules.reshape, "reshape_as"),
    "split": _split("split_size"),
    "view": _reshaping("view"),
    "view_as": _as_other(rules.reshape, "view_as"),
}
"""Methods."""

_ARRANGING: Final = ("diag", "diagonal", "flip", "repeat_interleave", "roll", "tile", "tril", "triu")
_DIVIDING: Final = ("chunk", "narrow", "select", "tensor_split", "unbind")
_RESHAPING: Final = (
    "flatten",
    "movedim",
    "permute",
    "squeeze",
    "swapaxes",
    "swapdims",
    "transpose",
    "unflatten",
    "unsqueeze",
)

SHAPING_FUNCTIONS: Final[Mapping[str, Handler]] = {
    **{f"shapenet.functional.arranging.{name}": _SHARED[name] for name in _ARRANGING},
    **{f"shapenet.functional.dividing.{name}": _SHARED[name] for name in _DIVIDING},
    **{f"shapenet.functional.shaping.{name}": _SHARED[name] for name in _RESHAPING},
    "shapenet.functional.arranging.broadcast_to": _broadcast_to,
    "shapenet.functional.dividing.split": _split("split_size_or_sections"),
    "shapenet.functional.joining.cat": _cat,
    "shapenet.functional.joining.stack": _stack,
    "shapenet.functional.shaping.reshape": _reshaping("reshape", "shape"),
}
"""Functions, by their full names."""
