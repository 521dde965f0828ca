"""Walks the statements of mypy's syntax tree: its own visitors are compiled, and cannot be derived from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, cast

from mypy import nodes, patterns
from mypy.nodes import ClassDef, FuncItem, Node, TypeInfo

Around = tuple[TypeInfo | FuncItem, ...]
"""The classes and functions that a node is in, the innermost last."""

_PARTS: Final[Mapping[type[Node], tuple[str, ...]]] = {
    nodes.Argument: ("variable",),
    nodes.AssignmentStmt: (),
    nodes.Block: ("body",),
    nodes.ClassDef: ("defs",),
    nodes.Decorator: ("func",),
    nodes.DelStmt: (),
    nodes.ForStmt: ("body", "else_body"),
    nodes.FuncDef: ("arguments", "body"),
    nodes.IfStmt: ("body", "else_body"),
    nodes.Import: ("assignments",),
    nodes.ImportFrom: ("assignments",),
    nodes.MatchStmt: ("patterns", "bodies"),
    nodes.MypyFile: ("defs",),
    nodes.OperatorAssignmentStmt: (),
    nodes.OverloadedFuncDef: ("items", "impl"),
    nodes.ReturnStmt: (),
    nodes.TryStmt: ("body", "handlers", "else_body", "finally_body"),
    nodes.Var: (),
    nodes.WhileStmt: ("body", "else_body"),
    nodes.WithStmt: ("body",),
    patterns.AsPattern: ("pattern",),
    patterns.ClassPattern: ("positionals", "keyword_values"),
    patterns.MappingPattern: ("values",),
    patterns.OrPattern: ("patterns",),
    patterns.SequencePattern: ("patterns",),
    patterns.StarredPattern: (),
}
"""What is visited, and where it keeps its parts."""


def walk(root: Node) -> Iterator[tuple[Node, Around]]:
    """The statements, parameters and patterns in *root*, itself included, with what of *root* is around them."""
    waiting: list[tuple[Iterable[object], Around]] = [((root,), ())]
    seen: set[FuncItem] = set()
    while waiting:
        parts, around = waiting.pop()
        for part in parts:
            if isinstance(part, list):
                waiting.append((part, around))
                continue
            names = _PARTS.get(type(part))  # type: ignore[arg-type]  # None for what is no node of these
            if names is None:
                continue
            node = cast("Node", part)
            if isinstance(node, FuncItem):
                if node in seen:  # an overloaded function names its body twice
                    continue
                seen.add(node)
            yield node, around
            if names:
                inner = (*around, node) if isinstance(node, FuncItem) else around
                inner = (*around, node.info) if isinstance(node, ClassDef) else inner
                waiting.append(([getattr(node, name) for name in names], inner))
