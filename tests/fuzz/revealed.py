"""What mypy says of programs: its errors and the types that it reveals, as shapes."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from shapenet.dims import UNKNOWN, Dim, Expr, Pack, Unknown, parse
from tests.fuzz.program import NAMES, Array, Program, file_of
from tests.static import messages, mypy

Type = Array | Dim | None
"""A tensor, or an int; None for what is neither."""

_REVEALED = 'note: Revealed type is "'
_KINDS = {"IntTensor": "i", "BoolTensor": "b"}


@dataclass
class Said:
    """What mypy says of one step."""

    errors: list[str] = field(default_factory=list)
    types: list[tuple[Type, ...]] = field(default_factory=list)
    """The types that each of the step's values may have, in order."""

    @property
    def unknown(self) -> bool:
        """Whether any size, or the number of dimensions, is unknown."""
        return any(is_unknown(typ) for choices in self.types for typ in choices)


def is_unknown(typ: Type) -> bool:
    """Whether something of the type is unknown; of an int, mypy's type says little, and the plugin may know more."""
    return typ is None or (isinstance(typ, Array) and any(isinstance(part, Unknown | Pack) for part in typ.shape))


class BrokenRunError(AssertionError):
    """mypy, or the plugin, failed."""


def said_of(programs: Sequence[Program], source: Path, *options: str) -> list[list[Said]]:
    """For each program and each of its steps, what mypy says. The programs are written to *source*.

    Raises:
        BrokenRunError: mypy or a hook of the plugin failed.
    """
    text, places = file_of(programs)
    source.write_text(text)
    try:
        output = mypy([source], *options)
    except AssertionError as error:
        raise BrokenRunError(str(error)) from None
    check(output)
    said = [[Said() for _ in program.steps] for program in programs]
    reveals: dict[int, str] = {}
    for message in messages(output):
        if message.line not in places:
            raise BrokenRunError(f"mypy speaks of a line that is no step: {message}")
        program_number, step_number = places[message.line]
        step = said[program_number][step_number]
        if message.text.startswith(_REVEALED):
            reveals[message.line] = message.text.removeprefix(_REVEALED)[:-1]
        elif message.text.startswith("error: "):
            step.errors.append(message.text.removeprefix("error: "))
    if len(reveals) < sum(len(step.made) for program in programs for step in program.steps) / 2:
        raise BrokenRunError(f"mypy reveals only {len(reveals)} types: {output[:2000]}")
    for line in sorted(reveals):
        program_number, step_number = places[line]
        said[program_number][step_number].types.append(read(reveals[line]))
    return said


def check(output: str) -> None:
    """Check that mypy has come to its end.

    Raises:
        BrokenRunError: it has not, or a hook of the plugin failed.
    """
    for line in output.splitlines():
        if "INTERNAL ERROR" in line or "plugin failed" in line:
            raise BrokenRunError(output)


def read(text: str) -> tuple[Type, ...]:
    """The types in a revealed one: several for a union."""
    try:
        node = ast.parse(text.replace("]?", "]"), mode="eval").body
    except SyntaxError:
        return (None,)
    return tuple(map(_type, _choices(node)))


def _choices(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return [*_choices(node.left), *_choices(node.right)]
    return [node]


def _type(node: ast.expr) -> Type:
    name = _name(node.value if isinstance(node, ast.Subscript) else node)
    if name.endswith("Tensor") or name in ("Parameter", "Buffer"):
        shape = tuple(map(_part, _arguments(node))) if isinstance(node, ast.Subscript) else (Pack(),)
        return Array(shape, "" if shape == (Pack(),) else _KINDS.get(name, "f"))
    if name in ("int", "bool"):
        return UNKNOWN
    if name not in (*NAMES, "Literal", "Size"):
        return None
    dim = _part(node)
    return dim if isinstance(dim, int | Expr) else None


def _part(node: ast.expr) -> Dim | Pack:
    if isinstance(node, ast.Starred):
        return Pack()
    name = _name(node.value if isinstance(node, ast.Subscript) else node)
    if isinstance(node, ast.Subscript) and name in ("Literal", "Size"):
        value = _arguments(node)[0]
        if isinstance(value, ast.Subscript):  # Size[Literal["H//2"], H]
            value = _arguments(value)[0]
        read = ast.literal_eval(value)
        return parse(read) if isinstance(read, str) else int(read)
    return UNKNOWN if name == "Any" or isinstance(node, ast.Subscript) else parse(name)


def _arguments(node: ast.Subscript) -> list[ast.expr]:
    return list(node.slice.elts) if isinstance(node.slice, ast.Tuple) else [node.slice]


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
