"""A list in a variable, ``layers = [Conv2d(3, 16, 3), ReLU()]``: where it is written out, if nothing can change it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, cast

from mypy.checker import TypeChecker
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
    WithStmt,
)
from mypy.plugin import CheckerPluginInterface
from mypy.traverser import NameAndMemberCollector

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
    checker = cast("TypeChecker", api)
    function = checker.scope.top_level_function()
    is_global = name.node.fullname == f"{checker.tree.fullname}.{name.node.name}"
    value = _only_value(name.node, checker.tree if function is None or is_global else function)
    return value if isinstance(value, ListExpr | ListComprehension) else None


def _only_value(variable: Var, root: FuncItem | MypyFile) -> Expression | None:
    """What is assigned to a variable, if that happens once and each other use leaves the object alone."""
    harmless: set[Node] = set()
    binding: set[Node] = set()
    values: list[Expression] = []
    for node in _nodes(root):
        harmless.update(_harmless(node))
        for target in _targets(node):
            if isinstance(node, AssignmentStmt) and isinstance(target, NameExpr):
                harmless.add(target)
                values += [node.rvalue] if target.node is variable else []
            else:  # ``layers[0] = ...``, ``first, *layers = ...``
                binding.update(_nodes(target))
    return values[0] if len(values) == 1 and _mentions(variable, root) <= harmless - binding else None


def _mentions(variable: Var, root: FuncItem | MypyFile) -> set[Node]:
    collector = NameAndMemberCollector()
    root.accept(collector)
    names = (node for node in collector.name_exprs if isinstance(node, NameExpr))
    return {name for name in names if name.node is variable or (name.node is None and name.name == variable.name)}


def _harmless(node: Node) -> list[Expression]:
    """The parts of *node* that stay as they are and get no other name."""
    match node:
        case CallExpr():
            is_read = isinstance(node.callee, RefExpr) and node.callee.fullname in _READERS
            given = zip(node.args, node.arg_kinds, strict=True)
            return [argument for argument, kind in given if is_read or kind.is_star()]
        case ForStmt() | StarExpr():
            return [node.expr]
        case GeneratorExpr():
            return list(node.sequences)
    return []


def _targets(node: Node) -> list[Expression]:
    match node:
        case AssignmentStmt():
            return list(node.lvalues)
        case ForStmt():
            return [node.index]
        case WithStmt():
            return [target for target in node.target if target is not None]
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
