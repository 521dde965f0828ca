"""A list in a variable, ``layers = [Conv2d(3, 16, 3), ReLU()]``: where it is written out, if nothing can change it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from mypy.nodes import (
    AssignmentStmt,
    CallExpr,
    Expression,
    ForStmt,
    FuncItem,
    GeneratorExpr,
    ListComprehension,
    ListExpr,
    MypyFile,
    NameExpr,
    Node,
    RefExpr,
    StarExpr,
    Var,
)
from mypy.plugin import CheckerPluginInterface
from mypy.traverser import NameAndMemberCollector

from shapenet.mypy_plugin.scope import Scope

_READERS: Final = frozenset(
    (
        "shapenet.nn.module_list.ModuleList",
        *(f"builtins.{name}" for name in ("enumerate", "len", "list", "reversed", "tuple", "zip")),
    )
)
"""What keeps no list that it is given, and changes none."""


def written_out(api: CheckerPluginInterface, name: Expression) -> ListExpr | ListComprehension | None:
    """The list that a variable holds: it is assigned once, and elsewhere only read."""
    if not isinstance(name, NameExpr) or not isinstance(name.node, Var):
        return None
    scope = Scope(api)
    value = scope.value_of(name.node)
    if not isinstance(value, ListExpr | ListComprehension):
        return None
    harmless = {part for node in _nodes(scope.root_of(name.node)) for part in _harmless(node)}
    return value if _mentions(name.node, scope.root_of(name.node)) <= harmless else None


def _mentions(variable: Var, root: FuncItem | MypyFile) -> set[Node]:
    collector = NameAndMemberCollector()
    root.accept(collector)
    names = (node for node in collector.name_exprs if isinstance(node, NameExpr))
    return {name for name in names if name.node is variable or (name.node is None and name.name == variable.name)}


def _harmless(node: Node) -> list[Expression]:
    """The parts of *node* that stay as they are and get no other name."""
    match node:
        case AssignmentStmt():
            return [target for target in node.lvalues if isinstance(target, NameExpr)]
        case CallExpr():
            is_read = isinstance(node.callee, RefExpr) and node.callee.fullname in _READERS
            given = zip(node.args, node.arg_kinds, strict=True)
            return [argument for argument, kind in given if is_read or kind.is_star()]
        case ForStmt() | StarExpr():
            return [node.expr]
        case GeneratorExpr():
            return list(node.sequences)
    return []


def _nodes(root: object) -> Iterator[Node]:
    """The nodes in *root*: those that are missed here, make no use harmless.

    mypy's own visitors are compiled, and cannot be derived from.
    """
    waiting = [root]
    while waiting:
        part = waiting.pop()
        if isinstance(part, list | tuple):
            waiting.extend(part)
        elif isinstance(part, Node) and not isinstance(part, Var):
            yield part
            names = {"items", "impl", "rvalue", *getattr(part, "__match_args__", ())} - {"node"}
            waiting.extend(getattr(part, name, None) for name in names)
