"""The mypy plugin: ``plugins = shapenet.mypy_plugin``.

It turns mypy types into dimensions, asks the shape rules, and turns the answer back into a type; no rule is written
here. From the ground up:

- ``report``: errors with the code ``[shape]``; ``settings``: the plugin's options.
- ``types``: mypy types <-> dimensions and shapes.
- ``source``: what the code around a call says.
- ``calls``: arguments against annotated shapes, and results against what is declared where they go.
- ``tensors``: methods and operators of tensors, functions, creation.
- ``modules``: constructors and calls of layers, and of the modules that hold others.
- ``gaps``: where sizes become unknown.
- ``notation``: reads ``Tensor[B, 3, "H//2"]`` and ``Conv2d[3, 16, 3]`` in annotations; ``formula_names``: has mypy bind
  the names that a signature has in formulas alone.
- ``plugin``: from the name of what is called to its handler; ``fingerprint``: when mypy must discard its cache.
"""

from __future__ import annotations

from mypy.plugin import Plugin

from shapenet.mypy_plugin.fingerprint import FINGERPRINT
from shapenet.mypy_plugin.plugin import ShapePlugin


def plugin(version: str) -> type[Plugin]:
    """Mypy's entry point."""
    return ShapePlugin


__version__ = FINGERPRINT  # the daemon restarts when it changes
