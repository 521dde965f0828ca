"""Where the result of a call goes: what is returned or assigned must have the shape that is declared there.

mypy itself would say so in a wall of types. Only what *itself* is returned or assigned (or a branch of it, or an item)
is looked at, and only where mypy keeps what is reported: while it tries one of several possibilities, nothing is said.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

from mypy.checker import TypeChecker
from mypy.nodes import (
    AssignmentStmt,
    ComparisonExpr,
    ConditionalExpr,
    Context,
    Expression,
    FuncDef,
    FuncItem,
    MemberExpr,
    NameExpr,
    OpExpr,
    ReturnStmt,
    TupleExpr,
    TypeInfo,
    Var,
)
from mypy.plugin import AttributeContext
from mypy.subtypes import is_subtype
from mypy.types import Type, flatten_nested_unions

from shapenet import rules
from shapenet.dims import Dim, Pack, Shape, names, symbol
from shapenet.errors import ShapeError
from shapenet.mypy_plugin.calls.matching import CallContext, tensors_in
from shapenet.mypy_plugin.report import fail
from shapenet.mypy_plugin.source.folding import lens_at
from shapenet.mypy_plugin.source.tree import walk
from shapenet.mypy_plugin.types.lens import Lens, Lookup


@dataclass(frozen=True, slots=True)
class _Destination:
    """A place that says a type: whose it is, which part of it, and how many contexts of mypy are in between.

    And the variable, where it is one whose type mypy has inferred from what was assigned to it first.
    """

    subject: str
    path: str
    depth: int = 0
    inferred: str | None = None


def delivered(context: CallContext | AttributeContext, result: Type, lookup: Lookup) -> Type:
    """*result*; if that does not fit where it goes, this is reported, and the declared type returned in its place."""
    checker, node = cast("TypeChecker", context.api), context.context
    contexts = checker.expr_checker.type_context
    expected = contexts[-1] if contexts else None
    if expected is None or is_subtype(result, expected) or not any(tensors_in("", expected, expected)):
        return result
    destination = None if _is_tentative(checker, node) else _destination(checker, node)
    declared = contexts[-1 - destination.depth] if destination is not None else None
    if destination is None or declared is None or is_subtype(result, declared):
        return result
    problem = _problem(destination, declared, result, lambda: lens_at(context, lookup))
    if problem is None:
        return result
    fail(context, problem)
    if destination.inferred is not None:
        cure = f"allow_redefinition = true in mypy's configuration lets {destination.inferred} change its shape"
        checker.note(cure, node)
    return declared


def _problem(destination: _Destination, declared: Type, result: Type, new_lens: Callable[[], Lens]) -> str | None:
    """What does not fit; None if mypy's own words must do."""
    for item in flatten_nested_unions([result]):
        lens = new_lens()
        arguments: list[rules.Argument] = []
        for path, formal, part in tensors_in(destination.path, declared, item):
            shape = lens.shape_of(part)
            if shape is not None:
                kinds = lens.demanded(formal), lens.kind_of(part)
                make = rules.Argument if destination.path.startswith(rules.RESULT) else rules.Held
                arguments.append(make(path, lens.shape(formal.args), shape, *kinds))
        try:
            rules.bind(destination.subject, arguments, _rigid(arguments))
        except ShapeError as error:
            return str(error)
    return None


def _rigid(arguments: Sequence[rules.Argument]) -> dict[str, Dim | Shape]:
    """Each name for itself: here they all stand for one thing."""
    known: dict[str, Dim | Shape] = {}
    for dim in itertools.chain.from_iterable(argument.expected for argument in arguments):
        if isinstance(dim, Pack):
            known[dim.name] = (dim,)
        else:
            known.update({name: symbol(name) for name in names(dim)})
    return known


# --- the place ---


def _destination(checker: TypeChecker, node: Context) -> _Destination | None:
    """Where *node* goes, if that is a place with a type of its own."""
    function = checker.scope.current_function()
    if function is not None and not isinstance(function, FuncDef):
        return None  # a lambda has no declared type
    for statement, around in walk(checker.tree if function is None else function.body):
        if any(isinstance(outer, FuncItem) for outer in around):
            continue
        if isinstance(statement, ReturnStmt) and statement.expr is not None and function is not None:
            found = _part(statement.expr, node, rules.RESULT)
            if found is not None:
                return _Destination(_spelled(function), *found)
        elif isinstance(statement, AssignmentStmt):
            for target, value in _pairs(statement.lvalues[0], statement.rvalue):
                found, name = _part(value, node, ""), _name(target)
                if found is not None and name is not None:
                    if checker.options.allow_redefinition and _is_free(target):
                        return None
                    return _Destination(f"{name}{found[0]}", "", found[1], _inferred(target))
    return None


def _pairs(target: Expression, value: Expression) -> list[tuple[Expression, Expression]]:
    """What is assigned to what: ``a, b = c, d`` are two."""
    if not isinstance(target, TupleExpr) or not isinstance(value, TupleExpr):
        return [(target, value)]
    return list(zip(target.items, value.items, strict=False))


def _part(whole: Expression, node: Context, path: str) -> tuple[str, int] | None:
    """The path to *node* within *whole*, and the number of expressions around it."""
    if whole is node:
        return path, 0
    parts: list[tuple[Expression, str]] = []
    if isinstance(whole, ConditionalExpr):
        parts = [(whole.if_expr, path), (whole.else_expr, path)]
    elif isinstance(whole, TupleExpr):
        parts = [(item, f"{path}[{place}]") for place, item in enumerate(whole.items)]
    for part, place in parts:
        found = _part(part, node, place)
        if found is not None:
            return found[0], found[1] + isinstance(whole, ConditionalExpr)
    return None


def _inferred(target: Expression) -> str | None:
    variable = target.node if isinstance(target, NameExpr) else None
    return variable.name if isinstance(variable, Var) and variable.is_inferred else None


def _is_free(target: Expression) -> bool:
    """Whether *target* holds whatever it is given, where mypy allows redefinition; what it held is a hint then."""
    variable = target.node if isinstance(target, NameExpr) else None
    return isinstance(variable, Var) and (variable.is_inferred or variable.is_argument)


def _spelled(function: FuncDef) -> str:
    owner = function.info.name if isinstance(function.info, TypeInfo) and function.info else ""
    if owner and function.name == "__call__":
        return owner
    return f"{owner}.{function.name}()" if owner else f"{function.name}()"


def _name(target: Expression) -> str | None:
    if isinstance(target, NameExpr):
        return target.name
    if isinstance(target, MemberExpr):
        owner = _name(target.expr)
        return None if owner is None else f"{owner}.{target.name}"
    return None


def _is_tentative(checker: TypeChecker, node: Context) -> bool:
    """Whether mypy drops what is reported now: it tries an overload. What it keeps aside, it reports in the end."""
    watchers = [watcher for watcher in checker.msg.errors.get_watchers() if isinstance(watcher._filter, bool)]
    dropped = [watcher._filter is True and watcher._filtered is None for watcher in watchers]
    if isinstance(node, OpExpr | ComparisonExpr):
        del dropped[1:2]  # of an operator: on an error there, mypy tries it again, and keeps that
    return any(dropped)
