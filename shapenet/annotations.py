"""Reading annotations while the program runs: ``Tensor[B, 3, "H//2"]`` back to the dimensions it says."""

from __future__ import annotations

import inspect
import itertools
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal, get_args, get_origin

from typing_extensions import TypeVar, TypeVarTuple, Unpack

from shapenet import rules
from shapenet.dims import UNKNOWN, Dim, Pack, Shape, parse, symbol
from shapenet.errors import DimError, ShapeError
from shapenet.tensors import AnyTensor, Tensor

Hints = dict[str, Any]


def hints_of(function: Callable[..., Any], names: Mapping[str, Any] | None = None) -> Hints:
    """The annotations of *function*, with those written as text evaluated.

    ``typing.get_type_hints`` will not do: it would also evaluate the ``"H//2"`` inside ``Tensor[...]``.

    Args:
        function: what to read.
        names: local names that the annotations may use, beside the function's globals and closure.

    Raises:
        NameError: an annotation uses a name that is not defined (yet).
    """
    closure = inspect.getclosurevars(function).nonlocals if inspect.isfunction(function) else {}
    scope = {**closure, **(names or {})}
    globals_ = getattr(function, "__globals__", {})
    hints = {}
    for name, hint in function.__annotations__.items():
        # Annotations are the program's own source; evaluating them is what the interpreter would have done.
        hints[name] = eval(hint, globals_, scope) if isinstance(hint, str) else hint
    for name, parameter in inspect.signature(function).parameters.items():
        if name in hints and parameter.kind is parameter.VAR_POSITIONAL:  # `*xs: T` arrives as a tuple of T
            hints[name] = types.GenericAlias(tuple, (hints[name], ...))
        elif name in hints and parameter.kind is parameter.VAR_KEYWORD:
            hints[name] = types.GenericAlias(dict, (str, hints[name]))
    return hints


def shape_of(hint: Any) -> Shape | None:
    """The shape that a ``Tensor`` annotation says, or None for any other annotation.

    Raises:
        ShapeError: a part of it is no dimension.
    """
    if class_of(hint) is None:
        return None
    if isinstance(hint, type) and get_origin(hint) is None:  # bare, of any shape
        return (Pack(),)
    parts = get_args(hint)
    return tuple(_dim_of(part, hint) for part in parts)


def size_of(argument: Any) -> Any:
    """The size that a type argument says: 3 for ``Literal[3]`` or ``3``, a pair for ``tuple[Literal[3], Literal[1]]``.

    Text for ``Literal["same"]``, or ``"same"``. None says None; what is no size known here, such as a TypeVar or
    ``"2*C"``, is unknown.
    """
    if isinstance(argument, int) or (isinstance(argument, str) and argument in rules.WORDS):
        return argument
    if argument is None or argument is types.NoneType:
        return None
    origin, args = get_origin(argument), get_args(argument)
    if origin is Literal and len(args) == 1:
        return args[0]
    if origin is tuple or isinstance(argument, tuple):
        sizes = tuple(size_of(item) for item in args or argument)
        return UNKNOWN if UNKNOWN in sizes else sizes
    return UNKNOWN


def class_of(hint: Any) -> type[AnyTensor] | None:
    """The class of a ``Tensor`` annotation, or None for any other annotation."""
    origin = get_origin(hint) or hint
    return origin if isinstance(origin, type) and issubclass(origin, Tensor) else None


def without_none(hint: Any) -> Any:
    """*hint*, but of ``Tensor[B] | None``, which admits one thing or none, that one thing."""
    parts = [part for part in get_args(hint) if part is not types.NoneType]
    return parts[0] if get_origin(hint) in (typing.Union, types.UnionType) and len(parts) == 1 else hint


def contains_tensor(hint: Any) -> bool:
    """Whether a ``Tensor`` annotation stands anywhere in *hint*."""
    return shape_of(hint) is not None or any(contains_tensor(part) for part in get_args(hint))


def replace_tensors(hint: Any, replacement: Callable[[type[AnyTensor], Shape], Any]) -> Any:
    """*hint* with each ``Tensor`` annotation in it replaced."""
    cls, shape = class_of(hint), shape_of(hint)
    if cls is not None and shape is not None:
        return replacement(cls, shape)
    if not contains_tensor(hint):
        return hint
    parts = tuple(replace_tensors(part, replacement) for part in get_args(hint))
    origin = get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        return typing.Union[parts]
    return types.GenericAlias(origin, parts) if isinstance(origin, type) else hint


def tensors_in(path: str, hint: Any, value: Any) -> Iterator[tuple[str, Any, AnyTensor]]:
    """The tensors of *value* for which *hint* says a shape, each with its path (``xs[1]``) and its own annotation.

    It looks into tuples, lists and dicts; where a union says two shapes it leaves the choice to others.
    """
    shape, origin, parts = shape_of(hint), get_origin(hint), get_args(hint)
    if shape is not None:
        if isinstance(value, Tensor):
            yield path, hint, value
    elif origin in (typing.Union, types.UnionType):
        said = [part for part in parts if contains_tensor(part)]
        if len(said) == 1:
            yield from tensors_in(path, said[0], value)
    elif isinstance(value, tuple | list) and parts:
        each = parts if origin is tuple and Ellipsis not in parts else itertools.repeat(parts[0])
        for position, (part, item) in enumerate(zip(each, value, strict=False)):
            yield from tensors_in(f"{path}[{position}]", part, item)
    elif isinstance(value, dict) and len(parts) == 2:
        for key, item in value.items():
            yield from tensors_in(f"{path}[{key!r}]", parts[1], item)


def spell(hint: Any) -> str:
    """An annotation in our words: ``Tensor[B, 16, H//2]``, ``list[Tensor[B]] | None``."""
    cls, shape = class_of(hint), shape_of(hint)
    if cls is not None and shape is not None:
        return f"{cls.__name__}{rules.show(shape)}"
    if not contains_tensor(hint):
        if hint in (types.NoneType, Ellipsis):
            return "None" if hint is types.NoneType else "..."
        return hint.__name__ if isinstance(hint, type) else str(hint).replace("typing.", "")
    origin, parts = get_origin(hint), [spell(part) for part in get_args(hint)]
    if origin in (typing.Union, types.UnionType):
        return " | ".join(parts)
    return f"{getattr(origin, '__name__', origin)}[{', '.join(parts)}]"


def _dim_of(part: Any, hint: Any) -> Dim | Pack:
    if isinstance(part, bool):
        part = None
    if isinstance(part, int) and part >= 0:
        return part
    if isinstance(part, TypeVar | typing.TypeVar):
        return symbol(part.__name__)
    if part is Any:
        return UNKNOWN
    if part is Ellipsis:
        return Pack()
    if isinstance(part, str):
        try:
            return parse(part)
        except DimError as error:
            raise ShapeError(_spell(hint), f"is no shape: {error}") from None
    size = size_of(part)
    if isinstance(size, int):
        return size
    if getattr(part, "__unpacked__", False):  # *tuple[Any, ...]
        return Pack()
    if get_origin(part) in (Unpack, typing.Unpack):
        (inner,) = get_args(part)
        return Pack(inner.__name__) if isinstance(inner, TypeVarTuple | typing.TypeVarTuple) else Pack()
    raise ShapeError(_spell(hint), f"is no shape: {part!r} is not a size, a name, an expression, Any or *names")


def _spell(hint: Any) -> str:
    return str(hint).replace("shapenet.tensors.", "")
