"""The classes that types are asked about, by their full names."""

from __future__ import annotations

from mypy.types import Instance, Type, TypeQuery, get_proper_type

TENSOR = "shapenet.tensors.Tensor"
INT_TENSOR = "shapenet.tensors.IntTensor"
BOOL_TENSOR = "shapenet.tensors.BoolTensor"
SIZE = "shapenet.dims.Size"
MODULE = "shapenet.nn.module.Module"


def as_tensor(typ: Type) -> Instance | None:
    """*typ* as an instance of ``Tensor``, if it is one (``Parameter[*Shape]`` is)."""
    return as_base(typ, TENSOR)


def as_base(typ: Type, fullname: str) -> Instance | None:
    """*typ* as an instance of its base class *fullname*, if it has that."""
    from mypy.maptype import map_instance_to_supertype

    typ = get_proper_type(typ)
    if not isinstance(typ, Instance):
        return None
    base = next((info for info in typ.type.mro if info.fullname == fullname), None)
    return None if base is None else map_instance_to_supertype(typ, base)


class Mentions(TypeQuery[bool]):
    """Whether a type has an instance of one of the classes of these full names in it, or of one derived from them."""

    def __init__(self, *fullnames: str) -> None:
        super().__init__()
        self.fullnames = fullnames

    def strategy(self, items: list[bool]) -> bool:
        return any(items)

    def visit_instance(self, t: Instance, /) -> bool:
        return any(map(t.type.has_base, self.fullnames)) or super().visit_instance(t)
