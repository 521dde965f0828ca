"""What the code around a call says: where its names and attributes are assigned, and which facts are asserted.

This reads the syntax tree of the module that is being checked, and only that: of other modules mypy may have kept no
more than the types. It looks when it is asked and remembers nothing.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Final, cast

from mypy.checker import TypeChecker
from mypy.nodes import (
    CallExpr,
    Expression,
    ExpressionStmt,
    FuncDef,
    FuncItem,
    MypyFile,
    Node,
    RefExpr,
    ReturnStmt,
    Statement,
    SuperExpr,
    TypeInfo,
    Var,
)
from mypy.plugin import CheckerPluginInterface

from shapenet.mypy_plugin.source.bindings import attribute_of, constructor, is_self, value_of
from shapenet.mypy_plugin.source.tree import walk

ASSERTIONS: Final = frozenset(f"shapenet.dims.facts.assert_{fact}" for fact in ("divisible", "equal"))


class Scope:
    """The functions and classes around the place that mypy is checking."""

    def __init__(self, api: CheckerPluginInterface) -> None:
        checker = cast("TypeChecker", api)
        self.module: MypyFile = checker.tree
        self.stack = checker.scope.stack

    # --- names ---

    def value_of(self, variable: Var, also: Node | None = None) -> Expression | None:
        """What is assigned to a variable of this module, if that happens in one place only.

        It is looked for in the functions around, or in *also*; for a global variable, everywhere.
        """
        roots = [self.root_of(variable), *([] if also is None else [also])]
        return value_of(variable, roots, [*self.stack, also])

    def root_of(self, variable: Var) -> FuncItem | MypyFile:
        """The outermost function around, where a local variable is used; for a global one, the module."""
        is_global = variable.fullname == f"{self.module.fullname}.{variable.name}"
        functions = [] if is_global else [item for item in self.stack if isinstance(item, FuncItem)]
        return functions[0] if functions else self.module

    # --- attributes ---

    @property
    def around(self) -> TypeInfo | None:
        """The class whose method is being checked."""
        classes = [(outer, inner) for outer, inner in itertools.pairwise(self.stack) if isinstance(outer, TypeInfo)]
        if not classes:
            return None
        info, method = classes[-1]
        has_self = isinstance(method, FuncDef) and method.arguments and method.arguments[0].variable.is_self
        return info if has_self else None

    def class_of(self, receiver: Expression) -> TypeInfo | None:
        """The class whose method's ``self`` that is."""
        for outer, inner in itertools.pairwise(self.stack):
            if isinstance(outer, TypeInfo) and isinstance(inner, FuncDef) and is_self(receiver, inner):
                return outer
        return None

    def attribute_of(self, owner: TypeInfo, name: str) -> Expression | None:
        """What the ``__init__`` of *owner* assigns to ``self.name``, if nothing else in the module assigns it."""
        elsewhere = any(name in base.names for base in owner.mro if base.module_name != self.module.fullname)
        return None if elsewhere else attribute_of(owner, name, self.module)

    # --- facts ---

    def assertions(self, line: int) -> Iterator[CallExpr]:
        """The facts that the functions around have asserted before *line*."""
        for function in self.stack:
            if isinstance(function, FuncItem):
                for statement in function.body.body:
                    if statement.line < line and (call := _assertion(statement)) is not None:
                        yield call

    def construction(self, around: TypeInfo) -> Iterator[tuple[TypeInfo, CallExpr]]:
        """The facts that hold in each object of the class *around*, with the class whose ``__init__`` asserts them."""
        for owner in around.mro:
            init = constructor(owner)
            if init is None and "__init__" not in owner.names:
                continue  # the next class has it
            if init is None or owner.module_name != self.module.fullname or init in self.stack:
                return
            continues = False
            for statement in init.body.body:
                if _may_return(statement):
                    break
                continues |= _calls_next_constructor(statement)
                call = _assertion(statement)
                if call is not None:
                    yield owner, call
            if not continues:
                return


def _assertion(statement: Statement) -> CallExpr | None:
    """The fact that a statement asserts, if it says so with two arguments."""
    match statement:
        case ExpressionStmt(expr=CallExpr(callee=RefExpr(fullname=name), args=[_, _], arg_kinds=kinds) as call):
            return call if name in ASSERTIONS and not any(kind.is_star() for kind in kinds) else None
    return None


def _calls_next_constructor(statement: Statement) -> bool:
    match statement:
        case ExpressionStmt(expr=CallExpr(callee=SuperExpr(name="__init__"))):
            return True
    return False


def _may_return(statement: Statement) -> bool:
    """Whether the function may be left there."""
    return any(isinstance(node, ReturnStmt) and not around for node, around in walk(statement))
