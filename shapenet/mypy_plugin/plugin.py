"""The dispatcher: from the full name of what is called or read to the handler of its feature."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final, TypeVar

from mypy.nodes import Decorator, FuncBase, OverloadedFuncDef, SymbolNode, TypeInfo, Var
from mypy.options import Options
from mypy.plugin import (
    AnalyzeTypeContext,
    AttributeContext,
    ClassDefContext,
    FunctionContext,
    FunctionSigContext,
    MethodContext,
    MethodSigContext,
    Plugin,
    ReportConfigContext,
)
from mypy.types import AnyType, FunctionLike, Type, TypeOfAny, UnboundType

from shapenet import rules
from shapenet.mypy_plugin import notation, settings
from shapenet.mypy_plugin.calls import destinations, matching
from shapenet.mypy_plugin.fingerprint import FINGERPRINT
from shapenet.mypy_plugin.gaps import tracking
from shapenet.mypy_plugin.modules import applying, construction, containers, members
from shapenet.mypy_plugin.report import UNKNOWN_SHAPE, guarded, guarded_search
from shapenet.mypy_plugin.source.folding import lens_at, power_of_size
from shapenet.mypy_plugin.tensors import attributes, computing
from shapenet.mypy_plugin.tensors.asking import Handler, ask
from shapenet.mypy_plugin.tensors.creation import CREATION
from shapenet.mypy_plugin.tensors.functions import FUNCTIONS
from shapenet.mypy_plugin.tensors.methods import METHODS
from shapenet.mypy_plugin.tensors.packs import allow_packs
from shapenet.mypy_plugin.types import sizes
from shapenet.mypy_plugin.types.classes import BOOL_TENSOR, INT_TENSOR, MODULE, SIZE, TENSOR, Mentions
from shapenet.mypy_plugin.types.lens import Lookup

TENSORS: Final = frozenset(
    {TENSOR, INT_TENSOR, BOOL_TENSOR, "shapenet.nn.parameter.Parameter", "shapenet.nn.parameter.Buffer"}
)
ANY_TENSOR: Final = "shapenet.tensors.AnyTensor"
_FUNCTIONS: Final[Mapping[str, Handler]] = {**CREATION, **FUNCTIONS, **computing.FUNCTIONS}
_METHODS: Final[Mapping[str, Handler]] = {**METHODS, **computing.METHODS}
_ELSEWHERE: Final = ("builtins.", "typing.", "typing_extensions.", "collections.", "numpy.")
_MAKES_TENSORS: Final = "shapenet.data."
_OPERATORS: Final = {"__getitem__": "index", "__sub__": "subtract", "__mul__": "multiply", "__truediv__": "divide"}
Called = TypeVar("Called", FunctionContext, MethodContext)


def _any(context: AnalyzeTypeContext) -> Type:
    return AnyType(TypeOfAny.from_error)


def _nothing(definition: sizes.Definition) -> None:
    return None


def _same_signature(context: FunctionSigContext | MethodSigContext) -> FunctionLike:
    return context.default_signature


def _declared_method(context: MethodContext) -> Type:
    return context.default_return_type


def _declared_result(context: matching.CallContext) -> Type:
    """Of a signature that was changed, nothing is known."""
    return AnyType(TypeOfAny.from_error) if matching.carried(context) else context.default_return_type


def _declared_attribute(context: AttributeContext) -> Type:
    return context.default_attr_type


class ShapePlugin(Plugin):
    """Hooks are given only for what has to do with tensors: for one name, mypy asks one plugin."""

    _delegating = False

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self.settings = settings.read(options.config_file)
        if self.settings.strict_shapes:
            options.enabled_error_codes.add(UNKNOWN_SHAPE)

    def report_config_data(self, ctx: ReportConfigContext) -> str:
        # Kept with each module in mypy's cache: one that was checked by other rules, or options, is checked anew.
        return f"{FINGERPRINT} {self.settings}"

    # --- classes ---

    def get_customize_class_mro_hook(self, fullname: str) -> Callable[[ClassDefContext], None] | None:
        if fullname.startswith(_ELSEWHERE):
            return None
        hook = guarded(_nothing)(self._keep_sizes)
        return lambda context: hook(sizes.Definition(context.api, context.cls))

    def _keep_sizes(self, definition: sizes.Definition) -> None:
        sizes.keep_sizes(definition.context, self._modules or {})

    # --- annotations ---

    @guarded_search(_any)
    def get_type_analyze_hook(self, fullname: str) -> Callable[[AnalyzeTypeContext], Type] | None:
        if fullname in TENSORS:
            return guarded(_any)(lambda context: notation.analyze_tensor(context, fullname, self.lookup))
        if fullname == ANY_TENSOR:
            return guarded(_any)(lambda context: notation.analyze_tensor(context, TENSOR, self.lookup))
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
            analyzed = context.api.analyze_type(
                UnboundType(unbound.name, arguments, line=unbound.line, column=unbound.column)
            )
        finally:
            self._delegating = False
        tracking.written(context, analyzed, self.lookup)
        return analyzed

    # --- calls ---

    @guarded_search(_same_signature)
    def get_function_signature_hook(self, fullname: str) -> Callable[[FunctionSigContext], FunctionLike] | None:
        if fullname in containers.CONSTRUCTORS:
            return guarded(_same_signature)(lambda context: containers.relax(context, self.lookup))
        if self._is_module(fullname):
            return guarded(_same_signature)(construction.relax_sizes)
        if not self._concerns_shapes(fullname):
            return None
        if fullname in _FUNCTIONS:
            return guarded(_same_signature)(lambda context: allow_packs(context, matching.relax(context, self.lookup)))
        return guarded(_same_signature)(lambda context: matching.relax(context, self.lookup))

    @guarded_search(_same_signature)
    def get_method_signature_hook(self, fullname: str) -> Callable[[MethodSigContext], FunctionLike] | None:
        owner, _, method = fullname.rpartition(".")
        if method in METHODS and self._is_tensor(owner):
            return guarded(_same_signature)(lambda context: allow_packs(context, matching.relax(context, self.lookup)))
        if self._member(owner, method) is members.changed:
            return guarded(_same_signature)(members.relax_change)
        if not self._concerns_shapes(fullname):
            return None
        return guarded(_same_signature)(lambda context: matching.relax(context, self.lookup))

    @guarded_search(_declared_result)
    def get_function_hook(self, fullname: str) -> Callable[[FunctionContext], Type] | None:
        name = fullname.rpartition(".")[2]
        if fullname in _FUNCTIONS:
            return self._result(fullname, ask(_FUNCTIONS[fullname], self.lookup), name)
        if fullname in containers.CONSTRUCTORS:
            made = containers.CONSTRUCTORS[fullname]
            return self._result(fullname, lambda context: made(context, self.lookup), name)
        if self._is_module(fullname):
            return self._result(fullname, lambda context: construction.constructed(context, self.lookup), name)
        if self._is_sized(fullname):
            return self._result(fullname, lambda context: construction.sized(context, self.lookup), name)
        if fullname.startswith(_MAKES_TENSORS) and self._info(fullname) is not None:
            return self._result(fullname, lambda context: context.default_return_type, name)
        if not self._concerns_shapes(fullname):
            return None
        subject = f"{name}()"
        return self._result(fullname, lambda context: matching.matched_result(context, subject, self.lookup), subject)

    @guarded_search(_declared_result)
    def get_method_hook(self, fullname: str) -> Callable[[MethodContext], Type] | None:
        owner, _, method = fullname.rpartition(".")
        if fullname == "builtins.float.__rpow__":
            return guarded(_declared_method)(lambda context: power_of_size(context, self.lookup))
        if self._is_tensor(owner) and method in _METHODS:
            name = _OPERATORS.get(method, method.strip("_"))
            return self._result(fullname, ask(_METHODS[method], self.lookup), name)
        if self._is_module(owner) and method == "__call__":
            return self._result(fullname, lambda context: applying.module_call(context, self.lookup))
        member = self._member(owner, method)
        if member is not None:
            return self._result(fullname, lambda context: member(context, self.lookup), method.strip("_"))
        if not self._concerns_shapes(fullname):
            return None
        subject = f"{'.'.join(fullname.split('.')[-2:])}()"
        return self._result(fullname, lambda context: matching.matched_result(context, subject, self.lookup), subject)

    @guarded_search(_declared_attribute)
    def get_attribute_hook(self, fullname: str) -> Callable[[AttributeContext], Type] | None:
        if fullname not in attributes.ATTRIBUTES and not self._concerns_shapes(fullname):
            return None
        return guarded(_declared_attribute)(
            tracking.seen(partial(self._attribute, fullname=fullname), fullname, self.lookup)
        )

    def _attribute(self, context: AttributeContext, fullname: str) -> Type:
        if fullname in attributes.ATTRIBUTES:
            found = attributes.attribute(context, fullname, self.lookup)
        else:
            found = lens_at(context, self.lookup).canonical(context.default_attr_type)
        return destinations.delivered(context, found, self.lookup)

    def _result(self, fullname: str, hook: Callable[[Called], Type], subject: str = "") -> Callable[[Called], Type]:
        """The hook after a call: it also sees whether the result fits where it goes, and whether sizes became unknown.

        What the user has annotated and left open was reported there.
        """

        def delivered(context: Called) -> Type:
            return destinations.delivered(context, hook(context), self.lookup)

        node = self._node(fullname)
        told = node is None or not (isinstance(node, TypeInfo) or node.fullname.startswith("shapenet."))
        return guarded(self._declared)(tracking.tracked(delivered, subject, told, self.lookup))

    def _declared(self, context: FunctionContext | MethodContext) -> Type:
        return matching.declared_result(context, self.lookup)

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

    def _member(self, owner: str, method: str) -> Callable[[MethodContext, Lookup], Type] | None:
        info = self._info(owner)
        tables = (members.METHODS.get(base.fullname) for base in info.mro) if info is not None else ()
        return next((table.get(method) for table in tables if table is not None), None)

    def _is_sized(self, fullname: str) -> bool:
        info = self._info(fullname)
        return info is not None and sizes.is_sized(info, self._modules or {})

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
        return typ is not None and typ.accept(Mentions(SIZE, MODULE, *TENSORS))

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
