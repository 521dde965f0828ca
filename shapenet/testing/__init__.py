"""Help for testing code that is built on shapenet.

Names are loaded when first used: pytest loads its plugin from this package in every run, and must not pay for numpy.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shapenet.testing.contract import ContractBroken, check_contract
    from shapenet.testing.gradcheck import check_vjp
    from shapenet.testing.knobs import multiple_of, some_dims
    from shapenet.testing.refusal import assert_shape_error
    from shapenet.testing.typed import check_types

__all__ = [
    "ContractBroken",
    "assert_shape_error",
    "check_contract",
    "check_types",
    "check_vjp",
    "multiple_of",
    "some_dims",
]

if not TYPE_CHECKING:
    _HOMES = {
        "ContractBroken": "contract",
        "assert_shape_error": "refusal",
        "check_contract": "contract",
        "check_types": "typed",
        "check_vjp": "gradcheck",
        "multiple_of": "knobs",
        "some_dims": "knobs",
    }

    def __getattr__(name: str) -> object:
        from importlib import import_module

        if name not in _HOMES:
            raise AttributeError(f"module 'shapenet.testing' has no attribute {name!r}")
        return getattr(import_module(f"shapenet.testing.{_HOMES[name]}"), name)

    def __dir__() -> list[str]:
        return __all__
