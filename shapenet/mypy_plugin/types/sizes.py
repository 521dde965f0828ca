"""Names of sizes: the TypeVars that stand for ints, in the classes that have to do with shapes.

A module's sizes never change, so a ``Block[16]`` is a ``Block[int]``. mypy is told so: else it would find nothing in
common between the blocks of ``[Block(16), Block(32)]``, and call that a list of ``object``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Final, NamedTuple

from mypy.nodes import (
    COVARIANT,
    ClassDef,
    Decorator,
    FuncDef,
    IndexExpr,
    MypyFile,
    OverloadedFuncDef,
    RefExpr,
    Statement,
    TypeInfo,
)
from mypy.plugin import SemanticAnalyzerPluginInterface
from mypy.types import CallableType, Instance, Type, TypeVarLikeType, TypeVarType, UnboundType, get_proper_type

from shapenet.mypy_plugin.types.classes import MODULE

_PACKAGE: Final = "shapenet"
_PROTOCOLS: Final = frozenset(("typing.Protocol", "typing_extensions.Protocol"))
_CONSTRUCTORS: Final = frozenset(("__init__", "__new__", "__post_init__"))


def is_size_name(typ: Type) -> bool:
    """Whether it is a TypeVar that stands for an int: mypy would infer ``int`` where the argument is 16."""
    bound = get_proper_type(typ.upper_bound) if isinstance(typ, TypeVarType) else None
    return isinstance(bound, Instance) and bound.type.fullname == "builtins.int"


def is_sized(info: TypeInfo, modules: Mapping[str, MypyFile]) -> bool:
    """Whether a class has sizes: a module, or another one (such as a configuration) where shapenet is imported."""
    if not any(map(is_size_name, info.defn.type_vars)):
        return False
    return info.has_base(MODULE) or _imports_us(modules.get(info.module_name))


class Definition(NamedTuple):
    """A class that is being defined, as a context in which errors are reported."""

    api: SemanticAnalyzerPluginInterface
    context: ClassDef


def keep_sizes(definition: ClassDef, modules: Mapping[str, MypyFile]) -> None:
    """Make the sizes of the class covariant."""
    if is_sized(definition.info, modules) and not _is_protocol(definition):  # those say themselves how they vary
        parameters = set(_parameters(definition.defs.body))
        definition.type_vars = [_covariant(variable, parameters) for variable in definition.type_vars]


def _is_protocol(definition: ClassDef) -> bool:
    """Whether it says so: mypy has not drawn the conclusion yet."""
    bases = (base.base if isinstance(base, IndexExpr) else base for base in definition.removed_base_type_exprs)
    return any(isinstance(base, RefExpr) and base.fullname in _PROTOCOLS for base in bases)


def _covariant(variable: TypeVarLikeType, parameters: Set[str]) -> TypeVarLikeType:
    if not isinstance(variable, TypeVarType) or not is_size_name(variable) or variable.name in parameters:
        return variable
    copy = variable.copy_modified()
    copy.variance = COVARIANT
    return copy


def _parameters(body: Sequence[Statement]) -> Iterator[str]:
    """The names that annotate parameters of methods: mypy lets no covariant one stand there, but in constructors."""
    for statement in body:
        if isinstance(statement, OverloadedFuncDef):
            yield from _parameters(statement.items)
        function = statement.func if isinstance(statement, Decorator) else statement
        if isinstance(function, FuncDef) and function.name not in _CONSTRUCTORS:
            typ = function.unanalyzed_type
            formals = typ.arg_types if isinstance(typ, CallableType) else ()
            yield from (formal.name for formal in formals if isinstance(formal, UnboundType))


def _imports_us(module: MypyFile | None) -> bool:
    names = () if module is None else module.names.values()
    return any(symbol.fullname is not None and symbol.fullname.partition(".")[0] == _PACKAGE for symbol in names)
