"""Names that a signature has in formulas alone: ``def f(x: Tensor[B, 3, "32*H"])`` binds ``H`` too.

mypy binds the TypeVars that it finds in a signature before it asks plugins what the annotations mean, and sees none in
``"32*H"``. So the first formula that is met has those of the parameters rewritten as a type with its names as
arguments, and the function analyzed again.
"""

from __future__ import annotations

from typing import Any, Final

from mypy.nodes import FuncDef
from mypy.plugin import AnalyzeTypeContext
from mypy.types import CallableType, RawExpressionType, Type, UnboundType

from shapenet.dims import names, parse
from shapenet.errors import DimError

_FALLBACK: Final = "builtins.str"


def awaits_names(context: AnalyzeTypeContext) -> bool:
    """Whether the function whose signature is read will be analyzed again, with the names in its formulas bound."""
    analyzer: Any = getattr(context.api, "api", None)  # only the semantic analyzer of a module knows the function
    function = getattr(analyzer, "statement", None)
    if not isinstance(function, FuncDef) or not isinstance(function.type, CallableType) or analyzer.final_iteration:
        return False
    if sum(_rewrite(formal, context.type.name) for formal in function.type.arg_types):
        function.type.variables = ()  # to be found again
        analyzer.progress = True
    elif not analyzer.deferred:
        return False
    analyzer.record_incomplete_ref()
    return True


def formula_of(item: Type) -> str | None:
    """The text of a formula that ``awaits_names`` has rewritten."""
    return item.original_str_expr if isinstance(item, UnboundType) and item.args else None


def _rewrite(typ: Type, tensor: str) -> int:
    """Rewrite the formulas in the tensor types of *typ*, which are called *tensor*; how many there were."""
    parts = list(getattr(typ, "args", None) or getattr(typ, "items", None) or ())
    if not isinstance(typ, UnboundType) or typ.name != tensor:
        return sum(_rewrite(part, tensor) for part in parts)
    typ.args = tuple(_with_names(part, tensor) for part in parts)
    return sum(new is not old for new, old in zip(typ.args, parts, strict=True))


def _with_names(part: Type, tensor: str) -> Type:
    if not isinstance(part, RawExpressionType) or not isinstance(part.literal_value, str):
        return part
    try:
        found = sorted(names(parse(part.literal_value)))
    except DimError:
        return part  # reported when it is read
    variables = [UnboundType(name, line=part.line, column=part.column) for name in found]
    return UnboundType(
        tensor,
        variables,
        line=part.line,
        column=part.column,
        original_str_expr=part.literal_value,
        original_str_fallback=_FALLBACK,
    )
