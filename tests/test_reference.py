"""All that is public has a docstring, and a place in the reference of the documentation."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import pytest

import shapenet
from shapenet.kernels.memory import Pool

ROOT = Path(__file__).parent.parent
PAGES = sorted((ROOT / "docs" / "api").glob("*.md"))
SHOWN = {path for page in PAGES for path in re.findall(r"^::: (.+)$", page.read_text(), flags=re.MULTILINE)}
MEMORY = f"{Pool.__module__}.Pool"
NAMES = """
checkpoint cuda data dims errors functional models nn nn.init nn.utils onnx optim summaries testing training viz
"""
PUBLIC = ["shapenet", *(f"shapenet.{name}" for name in NAMES.split())]


def names(module: ModuleType) -> list[str]:
    """The public names of a module: those it lists, else those it defines."""
    if module is shapenet:
        return dir(shapenet)
    listed: list[str] | None = getattr(module, "__all__", None)
    return listed or [name for name, value in vars(module).items() if _defined(module, name, value)]


def _defined(module: ModuleType, name: str, value: object) -> bool:
    return not name.startswith("_") and getattr(value, "__module__", None) == module.__name__


def described(module: ModuleType) -> Iterator[tuple[str, str | None]]:
    """Each public name, dotted, with its docstring; methods with it."""
    for name in names(module):
        value = getattr(module, name)
        yield name, _doc(module, name, value)
        if inspect.isclass(value):
            for member, found in inspect.getmembers(value):
                function = found.fget if isinstance(found, property) else found
                own = inspect.isfunction(function) and function.__module__.startswith("shapenet.")
                if own and not member.startswith("_"):
                    yield f"{name}.{member}", inspect.getdoc(getattr(value, member))


def _doc(module: ModuleType, name: str, value: object) -> str | None:
    if inspect.isclass(value):
        return vars(value).get("__doc__")
    if inspect.isroutine(value) or inspect.ismodule(value):
        return value.__doc__
    return _beneath(inspect.getsource(_home(module, name)), name)


def _home(module: ModuleType, name: str) -> ModuleType:
    """Where a constant is assigned: the module, or the one that it imports it from."""
    imports = [node for node in ast.parse(inspect.getsource(module)).body if isinstance(node, ast.ImportFrom)]
    source = next((node.module for node in imports if any(alias.name == name for alias in node.names)), None)
    if module is shapenet:
        return _home(importlib.import_module("shapenet._api"), name)
    return module if source is None else _home(importlib.import_module(source), name)


def _beneath(source: str, name: str) -> str | None:
    """The string that follows the assignment of a name."""
    body = ast.parse(source).body
    for node, after in pairwise(body):
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        if isinstance(target, ast.Name) and target.id == name and isinstance(after, ast.Expr):
            return ast.literal_eval(after.value) if isinstance(after.value, ast.Constant) else None
    return None


@pytest.mark.parametrize("path", PUBLIC)
def test_each_name_is_described(path: str) -> None:
    assert [name for name, doc in described(importlib.import_module(path)) if not doc] == []


def shown(path: str) -> Iterator[object]:
    """What ``::: path`` shows: the names of a module, or one object."""
    home, _, name = path.rpartition(".")
    try:
        module = importlib.import_module(path)
    except ModuleNotFoundError:
        holder = importlib.import_module(home) if home != MEMORY else Pool
        yield getattr(holder, name)
    else:
        yield from (getattr(module, name) for name in names(module))


@pytest.fixture(scope="module")
def reference() -> set[int]:
    """The identities of all that the reference shows."""
    return {id(value) for path in SHOWN for value in shown(path)}


@pytest.mark.parametrize("path", PUBLIC)
def test_each_name_has_its_place(path: str, reference: set[int]) -> None:
    assert [name for name, value in values(importlib.import_module(path)) if id(value) not in reference] == []


def values(module: ModuleType) -> Iterator[tuple[str, object]]:
    """The public names and what they are; a method of an object counts as that of its class, a module as its names."""
    for name in names(module):
        value = getattr(module, name)
        if inspect.ismodule(value):
            yield from values(value)
        else:
            yield name, getattr(value, "__func__", value)
