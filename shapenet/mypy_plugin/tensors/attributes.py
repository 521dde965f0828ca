"""Attributes of tensors that follow from the shape: ``x.T``, ``x.mT``, ``x.ndim``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from mypy.plugin import AttributeContext
from mypy.typeops import make_simplified_union
from mypy.types import Type, UnionType

from shapenet import rules
from shapenet.dims import Pack, Shape
from shapenet.errors import ShapeError
from shapenet.mypy_plugin.report import fail
from shapenet.mypy_plugin.source.folding import lens_at
from shapenet.mypy_plugin.tensors.counting import literal
from shapenet.mypy_plugin.types.lens import Lens, Lookup


def _turned(lens: Lens, shape: Shape, kind: rules.Kind) -> Type:
    return lens.tensor(rules.turned(shape), kind)


def _all_turned(lens: Lens, shape: Shape, kind: rules.Kind) -> Type:
    return lens.tensor(rules.transpose(rules.matrix(shape, "mT"), -2, -1), kind)


def _ndim(lens: Lens, shape: Shape, kind: rules.Kind) -> Type:
    return literal(lens, len(rules.ranked(shape)))


ATTRIBUTES: Final[Mapping[str, Callable[[Lens, Shape, rules.Kind], Type]]] = {
    "shapenet.methods.core.Core.ndim": _ndim,
    "shapenet.methods.shaping.Shaping.T": _turned,
    "shapenet.methods.shaping.Shaping.mT": _all_turned,
}
"""By their full names, with the class that has them."""


def attribute(context: AttributeContext, fullname: str, lookup: Lookup) -> Type:
    """The type of one of ``ATTRIBUTES``; of a union, that of each part which is a tensor."""
    lens, owner = lens_at(context, lookup), context.type
    parts = owner.items if isinstance(owner, UnionType) else [owner]
    found = [_of_one(context, fullname, lens, part) for part in parts if lens.shape_of(part) is not None]
    return make_simplified_union(found) if found else context.default_attr_type


def _of_one(context: AttributeContext, fullname: str, lens: Lens, owner: Type) -> Type:
    shape, kind = lens.shape_of(owner), lens.kind_of(owner)
    assert shape is not None
    try:
        return ATTRIBUTES[fullname](lens, shape, kind)
    except ShapeError as error:
        fail(context, str(error))
    except rules.Undetermined:
        pass
    no_tensor = lens.shape_of(context.default_attr_type) is None
    return context.default_attr_type if no_tensor else lens.tensor((Pack(),), kind)
