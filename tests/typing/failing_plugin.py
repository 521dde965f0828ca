"""The plugin with a defect: what it asks before it gives a hook raises."""

from __future__ import annotations

from mypy.plugin import Plugin

from shapenet.mypy_plugin.plugin import ShapePlugin


class FailingPlugin(ShapePlugin):
    """Fails at the names that have a word in them."""

    def _is_module(self, fullname: str) -> bool:
        if "Broken" in fullname:
            raise KeyError(fullname)
        return super()._is_module(fullname)

    def _concerns_shapes(self, fullname: str) -> bool:
        if "broken" in fullname:
            raise KeyError(fullname)
        return super()._concerns_shapes(fullname)


def plugin(version: str) -> type[Plugin]:
    """Mypy's entry point."""
    return FailingPlugin
