"""The gallery of messages: as it would be made now, and with an example of everything that can be said."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

import shapenet
from tests.conftest import Caches
from tests.gallery import DOCUMENT, FOLDER, ROOT, SECTIONS, document, sections

PACKAGE = Path(shapenet.__file__).parent
TYPED = "mypy refuses the argument first, by the type of the parameter"
UNREACHED: Mapping[str, str] = {
    "guarded.decorate.guard": "only a defect of the plugin says this",
    "LayerRule._flag": TYPED,
    "LayerRule._two": TYPED,
    "WindowRule._sizes": TYPED,
    "Flatten.__post_init__": TYPED,
    "_pairs": TYPED,
    "PadRule.__post_init__": TYPED,
    "Unflatten.__post_init__": TYPED,
    "Upsample._scaled": "mypy does not know the values of floats",
    "AlongRule.__post_init__": TYPED,
    "Equation.without_ellipsis": "only the running program needs a letter for each dimension",
}
"""Where something is said that no program can make mypy say, and why; by function."""


@dataclass(frozen=True)
class Site:
    """A place in the source where a message is made."""

    file: str
    function: str
    first: int
    last: int
    source: str


def sites() -> Iterator[Site]:
    """Every ``ShapeError(...)`` in the rules, and every ``fail(...)`` in the plugin that has words of its own."""
    for file in sorted(PACKAGE.glob("rules/*.py")):
        yield from _sites(file, "ShapeError")
    for file in sorted(PACKAGE.glob("mypy_plugin/**/*.py")):
        yield from (site for site in _sites(file, "fail") if site.source != "fail(context, str(error))")


def _sites(file: Path, called: str) -> Iterator[Site]:
    source = file.read_text()

    def walk(node: ast.AST, path: tuple[str, ...]) -> Iterator[Site]:
        for child in ast.iter_child_nodes(node):
            yield from walk(child, (*path, child.name) if isinstance(child, ast.FunctionDef | ast.ClassDef) else path)
            if isinstance(child, ast.Call) and isinstance(child.func, ast.Name) and child.func.id == called:
                text = ast.get_source_segment(source, child) or ""
                name = str(file.relative_to(PACKAGE))
                yield Site(name, ".".join(path), child.lineno, child.end_lineno or child.lineno, text)

    yield from walk(ast.parse(source), ())


@pytest.fixture(scope="module")
def said(caches: Caches) -> list[tuple[str, int, str]]:
    """What was said where, when mypy checked the gallery."""
    files = [str(FOLDER / f"{name}.py") for name in SECTIONS]
    command = [sys.executable, "-m", "tests.witness", str(caches()), *files]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [(file, line, text) for file, line, text in map(json.loads, done.stdout.splitlines())]


def test_the_document_is_up_to_date() -> None:
    assert DOCUMENT.read_text() == document(), "python -m tests.gallery writes it anew"


def test_all_files_are_in_it() -> None:
    assert sorted(SECTIONS) == sorted(file.stem for file in FOLDER.glob("*.py"))


def test_examples_say_something() -> None:
    silent = [example.name for section in sections() for example in section.examples if not example.messages]
    assert silent == []


def test_cures_help() -> None:
    """mypy has nothing to say of a line that is marked as right."""
    lines = [line.strip() for name in SECTIONS for line in (FOLDER / f"{name}.py").read_text().splitlines()]
    marked = [before for before, line in pairwise(lines) if line.endswith("# right")]
    assert len(marked) > 50
    assert [line for line in marked if line.startswith("#: ")] == []


def test_everything_that_can_be_said_has_an_example(said: list[tuple[str, int, str]]) -> None:
    """A message that is made, but that nobody sees, does not count."""
    shown = [message for section in sections() for example in section.examples for message in example.messages]
    seen = {(file, line) for file, line, text in said if any(text in message for message in shown)}
    missing = [
        site
        for site in sites()
        if not any((site.file, line) in seen for line in range(site.first, site.last + 1))
        and site.function not in UNREACHED
    ]
    told = [f"{site.file}:{site.first}: {site.source}" for site in missing]
    assert told == [], "each wants an example in tests/typing/gallery/"


def test_exceptions_are_still_needed(said: list[tuple[str, int, str]]) -> None:
    places = {(file, line) for file, line, _ in said}
    needed = {
        site.function
        for site in sites()
        if not any((site.file, line) in places for line in range(site.first, site.last + 1))
    }
    assert set(UNREACHED) - needed == set()


def test_no_message_is_a_tower(said: list[tuple[str, int, str]]) -> None:
    towers = [text for _, _, text in said if any(word in text for word in ("Literal[", "Size[", "Any]", "builtins."))]
    assert towers == []
