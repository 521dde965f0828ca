"""Types in the words of our messages: ``Tensor[B, 3, H//2]``, not a tower of ``Literal`` and ``Size``."""

from __future__ import annotations

from mypy.types import AnyType, Instance, LiteralType, NoneType, TupleType, Type, UnionType, get_proper_type

from shapenet.mypy_plugin.types.classes import as_tensor
from shapenet.mypy_plugin.types.lens import Lens
from shapenet.rules import show


def described(lens: Lens, typ: Type) -> str:
    """*typ* as a person would write it."""
    proper = get_proper_type(typ)
    if isinstance(proper, AnyType | NoneType):
        return "Any" if isinstance(proper, AnyType) else "None"
    if isinstance(proper, LiteralType):
        return repr(proper.value)
    if isinstance(proper, TupleType):
        return f"({', '.join(described(lens, item) for item in proper.items)})"
    if isinstance(proper, UnionType):
        return " | ".join(described(lens, item) for item in proper.items)
    if not isinstance(proper, Instance):
        return str(proper)
    tensor = as_tensor(proper)
    return proper.type.name if tensor is None else f"{proper.type.name}{show(lens.shape(tensor.args))}"
