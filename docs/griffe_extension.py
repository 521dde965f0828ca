"""How the reference reads the source, where griffe's own reading would puzzle a reader."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from griffe import Attribute, Class, Expr, ExprCall, ExprSubscript, ExprTuple, Extension, Function


class AsWritten(Extension):
    """Writes ``Tensor[*Shape]`` for ``Tensor[*Shape,]``, and the value of a size's default for ``default(1)``."""

    def on_function(self, *, func: Function, **_: Any) -> None:
        """Mend its parameters and its result."""
        for parameter in func.parameters:
            untuple(parameter.annotation)
            parameter.default = plain(parameter.default)
        untuple(func.returns)

    def on_attribute(self, *, attr: Attribute, **_: Any) -> None:
        """Mend its type and its value."""
        untuple(attr.annotation)
        untuple(attr.value)

    def on_class(self, *, cls: Class, **_: Any) -> None:
        """Mend its bases."""
        untuple(cls.bases)


def plain(default: str | Expr | None) -> str | Expr | None:
    """The default itself, where ``shapenet.nn.sizes.default`` hides it from mypy."""
    if isinstance(default, ExprCall) and str(default.function) == "default":
        return default.arguments[0]
    return default


def untuple(found: object) -> None:
    """Have each index of one unpacked name, in *found* and inside it, written without a comma."""
    for expression in inside(found):
        index = expression.slice if isinstance(expression, ExprSubscript) else None
        if isinstance(expression, ExprSubscript) and isinstance(index, ExprTuple) and len(index.elements) == 1:
            expression.slice = index.elements[0]


def inside(found: object) -> Iterator[Expr]:
    """The expressions in *found*."""
    if isinstance(found, list | tuple):
        for item in found:
            yield from inside(item)
    elif isinstance(found, Expr) and is_dataclass(found):
        yield found
        for field in fields(found):
            if field.name != "parent":
                yield from inside(getattr(found, field.name))
