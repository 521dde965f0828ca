"""Dimensions from text, in jaxtyping's spirit: ``"H//2"``, ``"(H-1)*2+2"``.

>>> parse("((2*A-1)*B)//(2*A-1)")
Expr('B')
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Final

from shapenet.dims.algebra import UNKNOWN, Dim, Unknown, floor_divide, raise_to, symbol
from shapenet.errors import DimError

MAX_TEXT: Final = 2000
"""How long a formula may be, in letters."""
_OPERATORS: Final[Mapping[type[ast.operator], str]] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
}


def parse(text: str) -> Dim:
    """Read a dimension in jaxtyping's spirit: names, integers, ``+ - * // % **`` and parentheses.

    Raises:
        DimError: the text is no such expression, or is undefined (``H//0``).
    """
    try:
        if len(text) > MAX_TEXT:
            raise DimError(f"it is longer than {MAX_TEXT} characters")
        return _read(ast.parse(text.strip(), mode="eval").body)
    except DimError as error:
        raise DimError(f'dimension "{text[:80]}": {error}') from None
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise DimError(f'dimension "{text[:80]}" is not an expression of names, integers, + - * // % **') from None


def combine(operator: str, a: Dim, b: Dim) -> Dim | None:
    """``a operator b``, or None for an operator that dimensions do not have (``/``, ``<<``).

    Raises:
        DimError: the result is undefined.
    """
    if operator not in ("+", "-", "*", "//", "%", "**"):
        return None
    if isinstance(a, Unknown) or isinstance(b, Unknown):
        return UNKNOWN
    match operator:
        case "+":
            return a + b
        case "-":
            return a - b
        case "*":
            return a * b
        case "//":
            return floor_divide(a, b)
        case "%":
            return a - b * floor_divide(a, b)
        case _:
            return raise_to(a, b)


def _read(node: ast.expr) -> Dim:
    match node:
        case ast.Constant(value=int(value)) if not isinstance(value, bool):
            return value
        case ast.Name(id=name):
            return symbol(name)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_read(operand)
        case ast.BinOp(left=left, op=operator, right=right):
            result = combine(_OPERATORS.get(type(operator), ""), _read(left), _read(right))
            if result is not None:
                return result
    raise DimError(f"{ast.unparse(node)} is not a name, an integer, or + - * // % ** of them")
