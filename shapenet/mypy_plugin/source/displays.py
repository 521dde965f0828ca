"""Where a list that a variable holds is written out, ``layers = [Conv2d(3, 16, 3), ReLU()]``, if nothing can change it.

The same for a ``ModuleList``, also in an attribute of ``self``, and for the ``rest`` of ``first, *rest = x.shape``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, cast

from mypy.checker import TypeChecker
from mypy.nodes import (
    AssignmentStmt,
    CallExpr,
    DelStmt,
    Expression,
    ForStmt,
    FuncDef,
    FuncItem,
    GeneratorExpr,
    IndexExpr,
    ListComprehension,
    ListExpr,
    MemberExpr,
    MypyFile,
    NameExpr,
    Node,
    OperatorAssignmentStmt,
    RefExpr,
    StarExpr,
    TupleExpr,
    TypeInfo,
    Var,
    WithStmt,
)
from mypy.plugin import CheckerPluginInterface
from mypy.traverser import NameAndMemberCollector
from mypy.types import TupleType, Type, UnpackType, get_proper_type

from shapenet.mypy_plugin.source.scope import Scope
from shapenet.mypy_plugin.source.tree import walk

_READERS: Final = frozenset(
    (
        "shapenet.nn.module_list.ModuleList",
        *(
            f"builtins.{name}"
            for name in ("enumerate", "len", "list", "reveal_type", "reversed", "sum", "tuple", "zip")
        ),
        "math.prod",
    )
)
"""What keeps no list that it is given, and changes none."""


def written_out(api: CheckerPluginInterface, name: Expression) -> ListExpr | ListComprehension | None:
    """The list that a variable holds: it is assigned once, and elsewhere only read."""
    value = _value_of(Scope(api), name) if isinstance(name, NameExpr) else None
    return value if isinstance(value, ListExpr | ListComprehension) else None


def made_at(api: CheckerPluginInterface, expression: Expression) -> CallExpr | None:
    """The call that made what an expression is: a variable or an attribute of ``self`` that is elsewhere only read."""
    value: Expression | None = expression
    if isinstance(expression, NameExpr):
        value = _value_of(Scope(api), expression)
    elif isinstance(expression, MemberExpr):
        value = _attribute_of(Scope(api), expression)
    return value if isinstance(value, CallExpr) else None


def rest_of(api: CheckerPluginInterface, name: Expression) -> TupleType | None:
    """What ``rest`` holds after ``first, *rest = x.shape``: to mypy it is a list, which forgets what is where."""
    variable = name.node if isinstance(name, NameExpr) else None
    if not isinstance(variable, Var) or variable.is_argument:
        return None
    root = Scope(api).root_of(variable)
    given = [(target, rest) for node in _nodes(root) for target, rest in _starred(node) if target.node is variable]
    if len(given) != 1:
        return None
    target, rest = given[0]
    assigned = {target for node in _nodes(root) for target in _targets(node)}
    alone = _mentions(root, variable) - {target} <= _left_alone(root) - assigned
    return _without_ends(cast("TypeChecker", api).lookup_type_or_none(rest.whole), rest) if alone else None


@dataclass(frozen=True)
class _Rest:
    """What a starred target is given: the *whole* without so many of its first and last items."""

    whole: Expression
    before: int
    after: int


def _starred(node: Node) -> Iterator[tuple[NameExpr, _Rest]]:
    """The starred name in the target of an assignment, and what it is given."""
    if not isinstance(node, AssignmentStmt):
        return
    for target in node.lvalues:
        items = target.items if isinstance(target, TupleExpr | ListExpr) else []
        for place, item in enumerate(items):
            if isinstance(item, StarExpr) and isinstance(item.expr, NameExpr):
                yield item.expr, _Rest(node.rvalue, place, len(items) - 1 - place)


def _without_ends(typ: Type | None, rest: _Rest) -> TupleType | None:
    whole = get_proper_type(typ)
    if not isinstance(whole, TupleType) or len(whole.items) < rest.before + rest.after:
        return None
    end = len(whole.items) - rest.after
    if any(isinstance(item, UnpackType) for item in (*whole.items[: rest.before], *whole.items[end:])):
        return None
    return whole.copy_modified(items=whole.items[rest.before : end])


def _value_of(scope: Scope, name: NameExpr) -> Expression | None:
    """What is assigned to a variable, if that happens once and each other use leaves the object alone."""
    if not isinstance(name.node, Var):
        return None
    value, root = scope.value_of(name.node), scope.root_of(name.node)
    return value if value is not None and _mentions(root, name.node) <= _left_alone(root) else None


def _attribute_of(scope: Scope, member: MemberExpr) -> Expression | None:
    """What ``__init__`` assigns to an attribute of ``self``, if the module only reads attributes of that name."""
    around = scope.class_of(member.expr)
    symbol = None if around is None else around.get(member.name)
    if symbol is None or not isinstance(symbol.node, Var) or not isinstance(symbol.node.info, TypeInfo):
        return None
    value = scope.attribute_of(symbol.node.info, member.name)
    if value is None or around is None:
        return None
    return value if _members(scope.module, member.name, around) <= _left_alone(scope.module) else None


def _mentions(root: FuncItem | MypyFile, variable: Var) -> set[Node]:
    names = (node for node in _collected(root).name_exprs if isinstance(node, NameExpr))
    return {name for name in names if name.node is variable or (name.node is None and name.name == variable.name)}


def _members(root: MypyFile, name: str, owner: TypeInfo) -> set[Node]:
    """The attributes of that name, but those of ``self`` in classes that have nothing to do with *owner*."""
    others: set[object] = set()
    for node, around in walk(root):
        info = around[-1] if around else None
        if isinstance(node, FuncDef) and node.arguments and isinstance(info, TypeInfo):
            variable = node.arguments[0].variable
            if variable.is_self and not info.has_base(owner.fullname) and not owner.has_base(info.fullname):
                others.add(variable)
    members = (node for node in _collected(root).member_exprs if isinstance(node, MemberExpr))
    return {m for m in members if m.name == name and not (isinstance(m.expr, NameExpr) and m.expr.node in others)}


def _collected(root: FuncItem | MypyFile) -> NameAndMemberCollector:
    collector = NameAndMemberCollector()
    root.accept(collector)
    return collector


def _left_alone(root: FuncItem | MypyFile) -> set[Node]:
    """The names and attributes in *root* that stay as they are there and get no other name."""
    harmless: set[Node] = set()
    changed: set[Node] = set()
    for node in _nodes(root):
        harmless.update(_harmless(node))
        for target in _targets(node):  # ``layers[0] = ...``
            changed.update(part for part in _nodes(target) if part is not target)
    return harmless - changed


def _harmless(node: Node) -> list[Expression]:
    """The parts of *node* that stay as they are and get no other name."""
    match node:
        case AssignmentStmt():
            return [target for target in node.lvalues if isinstance(target, NameExpr | MemberExpr)]
        case CallExpr():
            is_read = isinstance(node.callee, RefExpr) and node.callee.fullname in _READERS
            given = zip(node.args, node.arg_kinds, strict=True)
            return [argument for argument, kind in given if is_read or kind.is_star()]
        case ForStmt() | StarExpr():
            return [node.expr]
        case IndexExpr():
            return [node.base]
        case GeneratorExpr():
            return list(node.sequences)
    return []


def _targets(node: Node) -> list[Expression]:
    match node:
        case AssignmentStmt():
            return list(node.lvalues)
        case DelStmt():
            return [node.expr]
        case ForStmt():
            return [node.index]
        case OperatorAssignmentStmt():
            return [node.lvalue]
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
