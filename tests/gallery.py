"""The gallery of messages: ``docs/messages.md`` is made from ``tests/typing/gallery/``, by ``python -m tests.gallery``.

Each function with a docstring there is an example: its code, what mypy says of it (``#: error: ...``, which
``tests.typing.test_typing`` proves), and in the docstring the cause and the cure.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
DOCUMENT: Final = ROOT / "docs" / "messages.md"
FOLDER: Final = ROOT / "tests" / "typing" / "gallery"
SECTIONS: Final = (
    "layers",
    "options",
    "outputs",
    "composition",
    "tensors",
    "arranging",
    "products",
    "picking",
    "kinds",
    "losses",
    "sequences",
    "annotations",
    "unknown",
    "others",
)
"""The files, in the order of the document."""

_MARK: Final = "#: "
_INTRODUCTION: Final = """\
# Messages

Made by `python -m tests.gallery` from programs that mypy has checked, each with its cause and its cure. A line marked
`# right` is without fault.

A message begins with who complains: a layer as its type spells it (`Conv2d[3, 16, 3]`: what is default is left out), a
function, or a method. Shapes are in brackets. A name such as `B` stands for any size, `?` for one that nobody knows,
`...` for any number of dimensions. mypy says it with the code `[shape]` before the program runs; the running program
raises `shapenet.errors.ShapeError` with the same words, and numbers in place of names."""


@dataclass(frozen=True)
class Example:
    """A program, what mypy says of it, and why."""

    name: str
    code: str
    messages: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class Section:
    """A file: its title, what it says first, and what its examples use."""

    title: str
    text: str
    helpers: str
    examples: tuple[Example, ...]


def sections() -> list[Section]:
    """All sections, in order."""
    return [_section(FOLDER / f"{name}.py") for name in SECTIONS]


def document() -> str:
    """The whole document."""
    parts = [_INTRODUCTION]
    for section in sections():
        parts += [f"## {section.title}", section.text, _fenced("py", section.helpers)]
        for example in section.examples:
            title = example.name.replace("_", " ").capitalize()
            said = _fenced("console", "\n".join(example.messages))
            parts += [f"### {title}", _fenced("py", example.code), said, example.text]
    return "\n\n".join(part for part in parts if part) + "\n"


def _fenced(language: str, text: str) -> str:
    """*text* as code that no other test takes for a program of its own."""
    return f"```{language}\n{text}\n```" if text else ""


def _section(file: Path) -> Section:
    source = file.read_text()
    lines, tree = source.splitlines(), ast.parse(source)
    title, _, text = _cleaned(ast.get_docstring(tree)).partition("\n\n")
    examples: list[Example] = []
    helpers: list[str] = []
    for node, start in _definitions(tree, lines):
        said = [line.strip() for line in lines[start : node.end_lineno]]
        messages = tuple(line.removeprefix(_MARK) for line in said if line.startswith(_MARK))
        explained = ast.get_docstring(node) if isinstance(node, ast.FunctionDef) else None
        if explained is None:
            helpers.append("\n".join(lines[node.lineno - 1 : node.end_lineno]))
        elif isinstance(node, ast.FunctionDef):
            examples.append(Example(node.name, _code(node, lines), messages, _cleaned(explained)))
    return Section(title, text, "\n\n\n".join(helpers), tuple(examples))


def _definitions(tree: ast.Module, lines: list[str]) -> Iterator[tuple[ast.stmt, int]]:
    """The definitions, each with the line from which its expected messages may stand."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Assign):
            start = node.lineno - 1
            while lines[start - 1].startswith(_MARK):
                start -= 1
            yield node, start


def _code(node: ast.FunctionDef, lines: list[str]) -> str:
    """The function without its docstring, and without the expected messages."""
    first = node.body[0]
    head = lines[node.lineno - 1 : first.lineno - 1]
    body = [line for line in lines[first.end_lineno : node.end_lineno] if not line.strip().startswith(_MARK)]
    return "\n".join([*head, *body]) if body else f"{chr(10).join(head)} ..."


def _cleaned(text: str | None) -> str:
    """Each paragraph of *text* on one line."""
    paragraphs = (text or "").split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


if __name__ == "__main__":
    DOCUMENT.write_text(document())
    sys.stderr.write(f"wrote {DOCUMENT.name}\n")
