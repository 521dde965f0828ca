"""Where a list that a variable holds is written out, ``layers = [Conv2d(3, 16, 3), ReLU()]``, if nothing can change it.

The same for a ``ModuleList``, also in an attribute of ``self``, and for the ``rest`` of ``first, *rest = x.shape``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, cast

from mypy.checker import TypeChecker
from mypy.nodes import (
    AssignmentStmt,
    CallExpr,
    DelStmt,
    Expression,
    ForStmt,
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
from mypy.types import TupleType, UnpackType, get_proper_type

from shapenet.mypy_plugin.scope import Scope

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
    value = _value_of(cast("TypeChecker", api), name) if isinstance(name, NameExpr) else None
    return value if isinstance(value, ListExpr | ListComprehension) else None


def made_at(api: CheckerPluginInterface, expression: Expression) -> CallExpr | None:
    """The call that made what an expression is: a variable or an attribute of ``self`` that is elsewhere only read."""
    checker = cast("TypeChecker", api)
    value: Expression | _Rest | None = expression
    if isinstance(expression, NameExpr):
        value = _value_of(checker, expression)
    elif isinstance(expression, MemberExpr):
        value = _attribute_of(checker, expression)
    return value if isinstance(value, CallExpr) else None


def rest_of(api: CheckerPluginInterface, name: Expression) -> TupleType | None:
    """What ``rest`` holds after ``first, *rest = x.shape``: to mypy it is a list, which forgets what is where."""
    checker = cast("TypeChecker", api)
    value = _value_of(checker, name) if isinstance(name, NameExpr) else None
    if not isinstance(value, _Rest):
        return None
    typ = get_proper_type(checker.lookup_type_or_none(value.whole))
    if not isinstance(typ, TupleType) or len(typ.items) < value.before + value.after:
        return None
    end = len(typ.items) - value.after
    if any(isinstance(item, UnpackType) for item in (*typ.items[: value.before], *typ.items[end:])):
        return None
    return typ.copy_modified(items=typ.items[value.before : end])


@dataclass(frozen=True)
class _Rest:
    """What is assigned to a starred target: the *whole* without the first and last of its items."""

    whole: Expression
    before: int
    after: int


def _value_of(checker: TypeChecker, name: NameExpr) -> Expression | _Rest | None:
    """What is assigned to a variable, if that happens once and each other use leaves the object alone."""
    variable = name.node
    if not isinstance(variable, Var):
        return None

    def is_meant(expression: Expression) -> bool:
        if not isinstance(expression, NameExpr):
            return False
        return expression.node is variable or (expression.node is None and expression.name == variable.name)

    function = checker.scope.top_level_function()
    is_global = variable.fullname == f"{checker.tree.fullname}.{variable.name}"
    uses = _Uses(checker.tree if function is None or is_global else function)
    values = uses.values(variable)
    return values[0] if len(values) == 1 and uses.are_harmless(is_meant) else None


def _attribute_of(checker: TypeChecker, member: MemberExpr) -> Expression | None:
    """What ``__init__`` assigns to an attribute of ``self``, if the module only reads attributes of that name."""
    scope = Scope(checker)
    around = scope.class_of(member.expr)
    symbol = None if around is None else around.get(member.name)
    if symbol is None or not isinstance(symbol.node, Var) or not isinstance(symbol.node.info, TypeInfo):
        return None
    value = scope.attribute_of(symbol.node.info, member.name)

    def is_meant(expression: Expression) -> bool:
        return isinstance(expression, MemberExpr) and expression.name == member.name

    return value if value is not None and _Uses(checker.tree).are_harmless(is_meant) else None


class _Uses:
    """How the names and attributes in a part of the program are used."""

    def __init__(self, root: FuncItem | MypyFile) -> None:
        self.root = root
        self.assigned: list[tuple[Expression, Expression | _Rest]] = []
        self.harmless: set[Node] = set()
        self.binding: set[Node] = set()
        for node in _nodes(root):
            self.harmless.update(_harmless(node))
            for target in _targets(node):
                assigned = list(_assigned(target, node.rvalue)) if isinstance(node, AssignmentStmt) else []
                self.assigned += assigned
                plain = {name for name, _ in assigned}
                self.harmless |= plain
                self.binding |= {*_nodes(target)} - plain  # ``layers[0] = ...``, ``for layers in ...``

    def values(self, variable: Var) -> list[Expression | _Rest]:
        """What is assigned to a variable."""
        return [value for target, value in self.assigned if isinstance(target, NameExpr) and target.node is variable]

    def are_harmless(self, is_meant: Callable[[Expression], bool]) -> bool:
        """Whether those that are meant stay as they are and get no other name."""
        collector = NameAndMemberCollector()
        self.root.accept(collector)
        mentions = {*collector.name_exprs, *collector.member_exprs}
        return {mention for mention in mentions if is_meant(mention)} <= self.harmless - self.binding


def _harmless(node: Node) -> list[Expression]:
    """The parts of *node* that stay as they are and get no other name."""
    match node:
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


def _assigned(target: Expression, value: Expression) -> Iterator[tuple[Expression, Expression | _Rest]]:
    """The names in a target of which is known what they are given."""
    if isinstance(target, NameExpr | MemberExpr):
        yield target, value
    elif isinstance(target, TupleExpr | ListExpr):
        for place, item in enumerate(target.items):
            if isinstance(item, StarExpr):
                yield item.expr, _Rest(value, place, len(target.items) - 1 - place)


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
