"""How a module's sizes get from its type to its constructor, and from its constructor to its contracts."""

from __future__ import annotations

import functools
import inspect
import types
import typing
from collections.abc import Callable, Mapping
from typing import Any, Literal, get_args, get_origin

from typing_extensions import TypeVar, TypeVarTuple

from shapenet.annotations import size_of
from shapenet.dims import UNKNOWN, Unknown
from shapenet.errors import ShapeError
from shapenet.nn.tree import Tree

Size = int | tuple[int, int]

# Constructors write `in_channels: In | int`. Else checkers without the plugin would find that the 3 of Conv2d(3, 16, 3)
# is an `int`, which fits no Tensor[B, Literal[3], H, W]; so to them it is the default, Any.
In = TypeVar("In", bound=int, default=Any)
In2 = TypeVar("In2", bound=int, default=Any)
Out = TypeVar("Out", bound=int, default=Any)
Rows = TypeVar("Rows", bound=int, default=Any)
Width = TypeVar("Width", bound=int, default=Any)
Features = TypeVar("Features", bound=int, default=Any)
NumGroups = TypeVar("NumGroups", bound=int)
NormalizedShape = TypeVar("NormalizedShape", bound=int | tuple[int, ...])
Kernel = TypeVar("Kernel", bound=Size, default=Any)
Stride = TypeVar("Stride", bound=Size, default=Literal[1])
PoolStride = TypeVar("PoolStride", bound=Size | None, default=Kernel)
Padding = TypeVar("Padding", bound=Size, default=Literal[0])
ConvPadding = TypeVar("ConvPadding", bound=Size | str, default=Literal[0])
PaddingMode = TypeVar("PaddingMode", bound=str, default=Literal["zeros"])
OutputPadding = TypeVar("OutputPadding", bound=Size, default=Literal[0])
Dilation = TypeVar("Dilation", bound=Size, default=Literal[1])
Heads = TypeVar("Heads", bound=int, default=Any)
FeedForward = TypeVar("FeedForward", bound=int, default=Literal[2048])
Hidden = TypeVar("Hidden", bound=int, default=Any)
Bins = TypeVar("Bins", bound=int, default=Literal[16])
LayerCount = TypeVar("LayerCount", bound=int, default=Literal[1])
Kernel1d = TypeVar("Kernel1d", bound=int, default=Any)
Stride1d = TypeVar("Stride1d", bound=int, default=Literal[1])
Padding1d = TypeVar("Padding1d", bound=int, default=Literal[0])
ConvPadding1d = TypeVar("ConvPadding1d", bound=int | str, default=Literal[0])
OutputPadding1d = TypeVar("OutputPadding1d", bound=int, default=Literal[0])
Dilation1d = TypeVar("Dilation1d", bound=int, default=Literal[1])
Groups = TypeVar("Groups", bound=int, default=Literal[1])
ImageSize = TypeVar("ImageSize", bound=Size)
OutputSize = TypeVar("OutputSize", bound=int | tuple[int | None, int | None] | None)
Indices = TypeVar("Indices", bound=bool, default=Literal[False])
BatchFirst = TypeVar("BatchFirst", bound=bool, default=Literal[False])
Bidirectional = TypeVar("Bidirectional", bound=bool, default=Literal[False])
CeilMode = TypeVar("CeilMode", bound=bool, default=Literal[False])
Start = TypeVar("Start", bound=int, default=Literal[1])
End = TypeVar("End", bound=int, default=Literal[-1])
NewSize = TypeVar("NewSize", bound=Size | None, default=None)
Scale = TypeVar("Scale", bound=float | tuple[float, float] | None, default=None)
Times = TypeVar("Times", bound=int)
Place = TypeVar("Place", bound=int)
Parts = TypeVar("Parts", bound=tuple[int, ...])
SignalPadding = TypeVar("SignalPadding", bound=int | tuple[int, int])
ImagePadding = TypeVar("ImagePadding", bound=int | tuple[int, int, int, int])
Reduction = TypeVar("Reduction", bound=str, default=Literal["mean"])
Layers = TypeVarTuple("Layers")


class _Required:
    def __repr__(self) -> str:
        return "REQUIRED"


REQUIRED: Any = _Required()
"""The default of a size that the argument or the type must give: ``Conv2d(3, 16, 3)`` or ``Conv2d[...]()``."""


def default(size: int | str | None) -> Any:
    """The default of a size; the type parameter has the same one."""
    return size


class SizedAlias(types.GenericAlias):
    """``Conv2d[L[3], L[16], L[3]]``: in an annotation a type; called, it builds the layer that the type says."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        origin = typing.cast("type", self.__origin__)
        in_type = {name: size_of(size) for name, size in zip(_names(origin), self.__args__, strict=False)}
        init: Callable[..., None] = origin.__init__  # type: ignore[misc]  # of the class, not of an instance
        given = inspect.signature(init).bind_partial(None, *args, **kwargs).arguments
        for argument, name in _size_arguments(origin, init).items():
            size = in_type.get(name, UNKNOWN)
            if isinstance(size, Unknown):
                continue
            if given.get(argument, size) != size:
                raise ShapeError(f"{origin.__name__}", f"has {argument}={size!r} in its type, got {given[argument]!r}")
            if argument not in given:
                kwargs[argument] = size
        return origin(*args, **kwargs)


def type_parameters(cls: type) -> tuple[Any, ...]:
    """The TypeVars of a generic class, in order."""
    return getattr(cls, "__parameters__", ())


def recording_sizes(cls: type, init: Callable[..., None]) -> Callable[..., None]:
    """*init*, the constructor of *cls*, that first keeps the sizes it is given in ``_sizes``.

    The wrapper raises:
        ShapeError: a required size was given neither by an argument nor by the type.
    """
    signature = inspect.signature(init)

    @functools.wraps(init)
    def recording(self: Any, *args: Any, **kwargs: Any) -> None:
        arguments = _size_arguments(cls, init)
        try:
            bound = signature.bind(self, *args, **kwargs)
        except TypeError:
            init(self, *args, **kwargs)  # raises the TypeError that Python itself words
            raise
        bound.apply_defaults()
        missing = [argument for argument in arguments if bound.arguments[argument] is REQUIRED]
        if missing:
            raise ShapeError(cls.__name__, f"needs {', '.join(missing)}, as an argument or in its type")
        self._sizes[cls] = {
            name: bound.arguments[argument]
            for argument, name in arguments.items()
            if not isinstance(bound.arguments[argument], Tree | None)
        }
        init(self, *args, **kwargs)

    return recording


def inherited_sizes(cls: type, sizes: Mapping[type, Mapping[str, Any]]) -> dict[str, Any]:
    """The values of *cls*'s type parameters: as its own constructor was given them, else those of its bases."""
    result = dict(sizes.get(cls, {}))
    for base in getattr(cls, "__orig_bases__", ()):
        origin = get_origin(base)
        if not isinstance(origin, type) or origin is typing.Generic:
            continue
        values = inherited_sizes(origin, sizes)
        for name, argument in zip(_names(origin), get_args(base), strict=False):
            if isinstance(argument, TypeVar | typing.TypeVar) and name in values:
                result.setdefault(argument.__name__, values[name])
    return result


def spell_sizes(cls: type, sizes: Mapping[str, Any]) -> str:
    """``Block[16]``; ``Block`` where a size is not known."""
    names = _names(cls)
    if not names or any(name not in sizes for name in names):
        return cls.__name__
    return f"{cls.__name__}[{', '.join(str(sizes[name]) for name in names)}]"


def _names(cls: type) -> tuple[str, ...]:
    return tuple(parameter.__name__ for parameter in type_parameters(cls))


def _size_arguments(cls: type, init: Callable[..., None]) -> dict[str, str]:
    """From each constructor argument that is annotated with a type parameter of *cls*, or that or int, to its name.

    The name is compared as text, so that annotations written as text need not be evaluated: a TypeVar is called what it
    says it is called.
    """
    names = _names(cls)
    spelled = {argument: _spelled(hint) for argument, hint in init.__annotations__.items()}
    return {argument: name for argument, name in spelled.items() if name in names}


def _spelled(hint: Any) -> Any:
    """The name that a hint is, or that is in ``In | int``."""
    if isinstance(hint, str):
        return hint.removesuffix(" | int")
    (*others, last) = get_args(hint) or (None,)
    return getattr(others[0] if len(others) == 1 and last is int else hint, "__name__", None)
