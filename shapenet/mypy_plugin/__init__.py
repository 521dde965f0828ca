"""The mypy plugin: ``plugins = shapenet.mypy_plugin``.

It turns mypy types into dimensions, asks the shape rules, and turns the answer back into a type; no rule is written
here. One module a feature:

- ``lens``: mypy types <-> dimensions and shapes.
- ``notation``: reads ``Tensor[B, 3, "H//2"]`` and ``Conv2d[3, 16, 3]`` in annotations.
- ``sizes``: TypeVars that stand for ints.
- ``formula_names``: has mypy bind the names that a signature has in formulas alone.
- ``construction``: ``Conv2d(3, 16, 3)`` becomes ``Conv2d[Literal[3], Literal[16], Literal[3], ...]``.
- ``calls``: matches arguments against annotated shapes, and computes the result's.
- ``packs``: sizes that are any number of dimensions.
- ``layers``: built-in layers.
- ``modules``: calls of modules, and of those that hold others.
- ``containers``: ``Sequential``, ``ModuleList`` and ``ModuleDict`` of members that are written out.
- ``displays``: lists of them that a variable holds.
- ``members``: their items.
- ``destinations``: where a result goes, and what is declared there.
- ``folding``: the values of int expressions, and the facts in force; from ``scope``, ``bindings`` and ``tree``, which
  read the source around.
- ``reading``: what a call says: shapes, values, indices.
- ``asking``: from a handler's answer to the type of the call.
- ``methods``, ``functions``, ``creation``: the handlers of what makes tensors of tensors, and of sizes.
- ``shaping``: those that arrange elements: reshape, repeat, reorder, split, join.
- ``counting``, ``attributes``: those that give sizes, and attributes such as ``x.T``.
- ``gaps``: where a size becomes unknown, with ``openness`` (which sizes are) and ``reasons`` (why).
- ``settings``: the plugin's options.
- ``report``: errors with the code ``[shape]``.
- ``fingerprint``: when mypy must discard its cache.
- ``plugin``: from the name of what is called to its handler.
"""

from __future__ import annotations

from mypy.plugin import Plugin

from shapenet.mypy_plugin.fingerprint import FINGERPRINT
from shapenet.mypy_plugin.plugin import ShapePlugin


def plugin(version: str) -> type[Plugin]:
    """Mypy's entry point."""
    return ShapePlugin


__version__ = FINGERPRINT  # the daemon restarts when it changes
