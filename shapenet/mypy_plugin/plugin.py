"""The dispatcher: from the full name of what is called or read to the handler of its feature."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from mypy.nodes import Decorator, FuncBase, OverloadedFuncDef, SymbolNode, TypeInfo, Var
from mypy.plugin import (
    AnalyzeTypeContext,
    AttributeContext,
    FunctionContext,
    FunctionSigContext,
    MethodContext,
    MethodSigContext,
    Plugin,
    ReportConfigContext,
)
from mypy.types import AnyType, FunctionLike, Type, TypeOfAny, UnboundType

from shapenet import rules
from shapenet.mypy_plugin import calls, computing, construction, layers, notation
from shapenet.mypy_plugin.asking import Handler, ask
from shapenet.mypy_plugin.creation import CREATION
from shapenet.mypy_plugin.fingerprint import FINGERPRINT
from shapenet.mypy_plugin.functions import FUNCTIONS
from shapenet.mypy_plugin.lens import BOOL_TENSOR, INT_TENSOR, MODULE, SIZE, TENSOR, Lens, Mentions
from shapenet.mypy_plugin.methods import METHODS
from shapenet.mypy_plugin.report import guarded

TENSORS: Final = frozenset(
    {TENSOR, INT_TENSOR, BOOL_TENSOR, "shapenet.nn.parameter.Parameter", "shapenet.nn.parameter.Buffer"}
)
_FUNCTIONS: Final[Mapping[str, Handler]] = {**CREATION, **FUNCTIONS, **computing.FUNCTIONS}
_METHODS: Final[Mapping[str, Handler]] = {**METHODS, **computing.METHODS}
_ELSEWHERE: Final = ("builtins.", "typing.", "typing_extensions.", "collections.", "numpy.")


class ShapePlugin(Plugin):
    """Hooks are given only for what has to do with tensors: for one name, mypy asks one plugin."""

    _delegating = False

    def report_config_data(self, ctx: ReportConfigContext) -> str:
        return FINGERPRINT  # kept with each module in mypy's cache: a module checked by other rules is checked anew

    # --- annotations ---

    def get_type_analyze_hook(self, fullname: str) -> Callable[[AnalyzeTypeContext], Type] | None:
        if fullname in TENSORS:
            return guarded(_any)(lambda context: notation.analyze_tensor(context, fullname, self.lookup))
        if not self._delegating and self._is_module(fullname):
            return guarded(_any)(self._analyze_module)
        return None

    def _analyze_module(self, context: AnalyzeTypeContext) -> Type:
        """``Conv2d[3, 16, 3]``: the ints are read here, the rest is mypy's."""
        unbound = context.type
        items = list(unbound.args)
        arguments = notation.analyze_arguments(context, items, self.lookup, rules.WORDS) if items else []
        self._delegating = True  # mypy has no other way to ask for its own analysis
        try:
            return context.api.analyze_type(
                UnboundType(unbound.name, arguments, line=unbound.line, column=unbound.column)
            )
        finally:
            self._delegating = False

    # --- calls ---

    def get_function_signature_hook(self, fullname: str) -> Callable[[FunctionSigContext], FunctionLike] | None:
        if self._is_module(fullname):
            return guarded(_same_signature)(construction.relax_sizes)
        if not self._concerns_shapes(fullname):
            return None
        return guarded(_same_signature)(lambda context: calls.relax(context, self.lookup))

    def get_method_signature_hook(self, fullname: str) -> Callable[[MethodSigContext], FunctionLike] | None:
        if not self._concerns_shapes(fullname):
            return None
        return guarded(_same_signature)(lambda context: calls.relax(context, self.lookup))

    def get_function_hook(self, fullname: str) -> Callable[[FunctionContext], Type] | None:
        if fullname in _FUNCTIONS:
            return guarded(self._declared)(ask(_FUNCTIONS[fullname], self.lookup))
        if self._is_module(fullname):
            return guarded(self._declared)(lambda context: construction.constructed(context, self.lookup))
        if not self._concerns_shapes(fullname):
            return None
        subject = f"{fullname.rpartition('.')[2]}()"
        return guarded(self._declared)(lambda context: calls.matched_result(context, subject, self.lookup))

    def get_method_hook(self, fullname: str) -> Callable[[MethodContext], Type] | None:
        owner, _, method = fullname.rpartition(".")
        if self._is_tensor(owner) and method in _METHODS:
            return guarded(self._declared)(ask(_METHODS[method], self.lookup))
        if self._is_module(owner) and method == "__call__":
            return guarded(self._declared)(lambda context: layers.module_call(context, self.lookup))
        if owner == layers.SEQUENTIAL and method == "__getitem__":
            return guarded(self._declared)(lambda context: layers.sequential_item(context, self.lookup))
        if not self._concerns_shapes(fullname):
            return None
        subject = f"{'.'.join(fullname.split('.')[-2:])}()"
        return guarded(self._declared)(lambda context: calls.matched_result(context, subject, self.lookup))

    def get_attribute_hook(self, fullname: str) -> Callable[[AttributeContext], Type] | None:
        if not self._concerns_shapes(fullname):
            return None
        return guarded(_declared_attribute)(lambda context: Lens(self.lookup).canonical(context.default_attr_type))

    def _declared(self, context: FunctionContext | MethodContext) -> Type:
        return calls.declared_result(context, self.lookup)

    # --- what names mean ---

    def lookup(self, fullname: str) -> TypeInfo:
        """The class of that full name, which the program is known to import."""
        symbol = self.lookup_fully_qualified(fullname)
        assert symbol is not None, fullname
        assert isinstance(symbol.node, TypeInfo), fullname
        return symbol.node

    def _info(self, fullname: str) -> TypeInfo | None:
        symbol = None if fullname.startswith(_ELSEWHERE) else self.lookup_fully_qualified(fullname)
        return symbol.node if symbol is not None and isinstance(symbol.node, TypeInfo) else None

    def _is_module(self, fullname: str) -> bool:
        info = self._info(fullname)
        return info is not None and info.has_base(MODULE)

    def _is_tensor(self, fullname: str) -> bool:
        info = self._info(fullname)
        return info is not None and info.has_base(TENSOR)

    def _concerns_shapes(self, fullname: str) -> bool:
        """Whether a function, method or attribute has tensors or formulas in its type."""
        if fullname.startswith(_ELSEWHERE):
            return False
        if "." not in fullname:
            return True  # local to a function: mypy gives no way to look it up
        typ = _type_of(self._node(fullname))
        return typ is not None and typ.accept(Mentions(SIZE, *TENSORS))

    def _node(self, fullname: str) -> SymbolNode | None:
        owner, _, name = fullname.rpartition(".")
        info = self._info(owner)
        symbol = info.get(name) if info is not None else self.lookup_fully_qualified(fullname)
        return None if symbol is None else symbol.node


def _type_of(node: SymbolNode | None) -> Type | None:
    if isinstance(node, Decorator):
        return node.var.type
    if isinstance(node, FuncBase | OverloadedFuncDef | Var):
        return node.type
    return None


def _any(context: AnalyzeTypeContext) -> Type:
    return AnyType(TypeOfAny.from_error)


def _same_signature(context: FunctionSigContext | MethodSigContext) -> FunctionLike:
    return context.default_signature


def _declared_attribute(context: AttributeContext) -> Type:
    return context.default_attr_type
