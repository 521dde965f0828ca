"""Where a variable, or an attribute of ``self``, is assigned, in all the ways that Python has."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

from mypy.nodes import (
    AssignmentExpr,
    AssignmentStmt,
    DelStmt,
    Expression,
    ForStmt,
    FuncDef,
    ListExpr,
    MemberExpr,
    NameExpr,
    Node,
    OperatorAssignmentStmt,
    OverloadedFuncDef,
    StarExpr,
    TempNode,
    TryStmt,
    TupleExpr,
    TypeInfo,
    Var,
    WithStmt,
)
from mypy.patterns import AsPattern, MappingPattern, StarredPattern
from mypy.server.subexpr import get_subexpressions

from shapenet.mypy_plugin.source.tree import Around, walk

Bindings = Sequence[tuple[Expression | None, Expression | None]]
"""What is bound, and to what; None where that is not written there."""


def constructor(owner: TypeInfo) -> FuncDef | None:
    """The ``__init__`` that *owner* defines itself."""
    symbol = owner.names.get("__init__")
    node = None if symbol is None else symbol.node
    if isinstance(node, OverloadedFuncDef):
        node = node.impl
    return node if isinstance(node, FuncDef) else None


def is_self(expression: Expression, method: FuncDef) -> bool:
    """Whether *expression* is the ``self`` of *method*."""
    variable = expression.node if isinstance(expression, NameExpr) else None
    if not isinstance(variable, Var) or not variable.is_self:
        return False
    return bool(method.arguments) and method.arguments[0].variable is variable


def value_of(variable: Var, roots: Sequence[Node], stack: Sequence[object]) -> Expression | None:
    """What is assigned to a variable, if there is one place among *roots* that binds it.

    What a function outside of the *stack* assigns is not told: it may speak of its own TypeVars. Nor is a walrus.
    """

    def is_meant(target: Node, around: Around) -> bool:
        return target is variable or (isinstance(target, NameExpr) and target.node in (variable, None))

    value = _only(variable.name, roots, is_meant, lambda around: not around or around[-1] in stack)
    expressions = [] if value is None else [part for root in roots for part in get_subexpressions(root)]
    if AssignmentExpr in set(map(type, expressions)):
        walruses = [part for part in expressions if isinstance(part, AssignmentExpr)]
        return None if any(is_meant(part.target, ()) for part in walruses) else value
    return value


def attribute_of(owner: TypeInfo, name: str, module: Node) -> Expression | None:
    """What is assigned to ``self.name`` in the ``__init__`` of *owner*, if nothing else in *module* assigns it.

    Classes derived from *owner*, or that it is derived from, may assign it as well.
    """
    init = constructor(owner)

    def is_related(info: TypeInfo) -> bool:
        return info.has_base(owner.fullname) or owner.has_base(info.fullname)

    def is_meant(target: Node, around: Around) -> bool:
        if isinstance(target, NameExpr) and target.name == name and around:
            return isinstance(around[-1], TypeInfo) and is_related(around[-1])
        if not isinstance(target, MemberExpr) or target.name != name:
            return False
        for outer, inner in itertools.pairwise(around):
            if isinstance(outer, TypeInfo) and isinstance(inner, FuncDef) and is_self(target.expr, inner):
                return is_related(outer)
        return True  # it may be an object of the class

    return _only(name, [module], is_meant, lambda around: bool(around) and around[-1] is init)


def _only(
    name: str, roots: Sequence[Node], is_meant: Callable[[Node, Around], bool], is_told: Callable[[Around], bool]
) -> Expression | None:
    """What the one binding of *name* assigns that is meant; None if there are several, or if it is not told."""
    found: dict[Node, Expression | None] = {}
    for root in roots:
        for node, around in walk(root):
            for target, value in _bound(node, name):
                if is_meant(target, around):
                    found[target] = value if is_told(around) else None
                    if len(found) > 1:
                        return None
    return next(iter(found.values()), None)


def _bound(node: Node, name: str) -> list[tuple[Node, Expression | None]]:
    """What a statement, parameter or pattern binds of that name, itself or as an attribute; and to what."""
    if isinstance(node, AssignmentStmt):
        if isinstance(node.rvalue, TempNode) and node.rvalue.no_rhs:
            return []  # a declaration
        pairs: Bindings = [(target, node.rvalue) for target in node.lvalues]
    elif isinstance(node, OperatorAssignmentStmt):
        pairs = [(node.lvalue, None)]
    elif isinstance(node, Var):  # a parameter
        return [(node, None)] if node.name == name else []
    elif isinstance(node, ForStmt):
        pairs = [(node.index, None)]
    elif isinstance(node, WithStmt):
        pairs = [(target, None) for target in node.target]
    elif isinstance(node, TryStmt):
        pairs = [(target, None) for target in node.vars]
    elif isinstance(node, DelStmt):
        pairs = [(node.expr, None)]
    elif isinstance(node, AsPattern):
        pairs = [(node.name, None)]
    elif isinstance(node, StarredPattern):
        pairs = [(node.capture, None)]
    elif isinstance(node, MappingPattern):
        pairs = [(node.rest, None)]
    else:
        return []
    return _named(pairs, name)


def _named(pairs: Bindings, name: str) -> list[tuple[Node, Expression | None]]:
    """The targets of that name; ``a, b = 3, 4`` is taken apart."""
    found: list[tuple[Node, Expression | None]] = []
    for target, value in pairs:
        if isinstance(target, NameExpr | MemberExpr):
            found += [(target, value)] if target.name == name else []
        elif isinstance(target, TupleExpr | ListExpr):
            given = value.items if isinstance(value, TupleExpr | ListExpr) else []
            starred = any(isinstance(item, StarExpr) for item in (*target.items, *given))
            matched = not starred and len(given) == len(target.items)
            inner = [(item, given[place] if matched else None) for place, item in enumerate(target.items)]
            found += _named(inner, name)
        elif isinstance(target, StarExpr):
            found += _named([(target.expr, None)], name)
    return found
