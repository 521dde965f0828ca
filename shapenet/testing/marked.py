"""A test that is marked ``shape_contract``."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from shapenet.testing.contract import ContractBroken, check_contract


def run(test: pytest.Function, marker: pytest.Mark) -> None:
    """Call the test with its fixtures, and check the model that it returns."""
    if marker.args:
        pytest.fail(f"shape_contract expects options by name, such as H=(8, 64), got {marker.args}", pytrace=False)
    names = inspect.signature(test.obj).parameters
    model = test.obj(**{name: test.funcargs[name] for name in names})
    problem = _problem(model, marker)
    if problem:
        pytest.fail(problem, pytrace=False)


def _problem(model: Any, marker: pytest.Mark) -> str:
    """What is wrong with the model, or with what is asked of it."""
    try:
        check_contract(model, **marker.kwargs)
    except ContractBroken as broken:
        return str(broken)
    except (ModuleNotFoundError, TypeError, ValueError) as error:
        return f"{type(error).__name__}: {error}"
    return ""
