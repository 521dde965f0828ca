"""Deep learning whose shapes are proven before it runs.

Names are loaded when first used: mypy loads its plugin from this package, and must not pay for numpy.
"""

from typing import TYPE_CHECKING

__version__ = "0.1.0"

if TYPE_CHECKING:
    from shapenet._api import *  # noqa: F403  (its __all__ is the list)
else:

    def __getattr__(name: str) -> object:
        from importlib import import_module, util

        if name.startswith("__"):
            raise AttributeError(name)
        if util.find_spec(f"shapenet.{name}") is not None:
            return import_module(f"shapenet.{name}")
        api = import_module("shapenet._api")
        if name not in api.__all__:
            raise AttributeError(f"module 'shapenet' has no attribute {name!r}")
        return getattr(api, name)

    def __dir__() -> list[str]:
        from importlib import import_module

        return import_module("shapenet._api").__all__
