"""The mypy plugin: ``plugins = shapenet.mypy_plugin``.

It turns mypy types into dimensions, asks the shape rules, and turns the answer back into a type; no rule is written
here. One module a feature:

- ``lens``: mypy types <-> dimensions and shapes.
- ``notation``: reads ``Tensor[B, 3, "H//2"]`` and ``Conv2d[3, 16, 3]`` in annotations.
- ``construction``: ``Conv2d(3, 16, 3)`` becomes ``Conv2d[Literal[3], Literal[16], Literal[3], ...]``.
- ``calls``: matches arguments against annotated shapes, and computes the result's.
- ``layers``: built-in layers and ``Sequential``.
- ``operations``: methods and operators of ``Tensor``, functions, creation.
- ``report``: errors with the code ``[shape]``.
- ``plugin``: from the name of what is called to its handler.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from mypy.plugin import Plugin

from shapenet.mypy_plugin.plugin import ShapePlugin


def plugin(version: str) -> type[Plugin]:
    """Mypy's entry point."""
    return ShapePlugin


def _fingerprint() -> str:
    """A digest of everything an answer depends on; mypy discards its cache when a plugin's ``__version__`` changes."""
    package = Path(__file__).parent.parent
    sources = [source for part in ("dims", "rules", "mypy_plugin") for source in package.glob(f"{part}/*.py")]
    digest = hashlib.sha256()
    for source in sorted([*sources, package / "errors.py"]):
        digest.update(source.read_bytes())
    return digest.hexdigest()[:16]


__version__ = _fingerprint()
