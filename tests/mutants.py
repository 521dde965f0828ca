"""Mutants of a program that makes networks: each differs from it in one hyperparameter, dimension or layer."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, TypeVar

_SIZED: Final = {"randn", "rand", "zeros", "ones", "arange", "reshape"}
"""Functions and methods whose arguments are sizes; those of others in ``_PLACED`` are dimensions."""
_PLACED: Final = {"cat", "flatten", "mean", "softmax", "sum", "transpose"}
_HOLDERS: Final = {"Repeat", "Residual", "Sequential"}
_OPTIONS: Final = {"groups", "output_padding", "padding", "stride"}
"""Options that are left out, too."""

Change = Callable[[ast.AST], None]
Node = TypeVar("Node", bound=ast.AST)


@dataclass(frozen=True)
class Mutant:
    """A program, and in what it differs: ``LeNet5.__init__: nn.Linear(120, 84): 84 -> 85``."""

    difference: str
    source: str


def without_pins(source: str) -> ast.Module:
    """The program without its ``assert_type``, which would also refuse sizes that work."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.For | ast.If):
            node.body = [statement for statement in node.body if not _is_pin(statement)] or [ast.Pass()]
    return tree


def mutants(source: str) -> list[Mutant]:
    """All mutants of the program, without its ``assert_type``."""
    tree = without_pins(source)
    owners = dict(_owners(tree, ""))
    factories = {statement.name for statement in tree.body if isinstance(statement, ast.FunctionDef)}
    made = []
    for place, node in enumerate(ast.walk(tree)):
        for label, change in _changes(node, factories):
            mutated = copy.deepcopy(tree)
            change(list(ast.walk(mutated))[place])
            made.append(Mutant(f"{owners.get(node, '')}: {label}", ast.unparse(mutated) + "\n"))
    return made


def _is_pin(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and ast.unparse(statement).startswith("assert_type(")


def _owners(node: ast.AST, owner: str) -> Iterator[tuple[ast.AST, str]]:
    """Each node with the name of the class and function it is in."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef | ast.FunctionDef):
            yield from _owners(child, f"{owner}.{child.name}" if owner else child.name)
        else:
            yield child, owner
            yield from _owners(child, owner)


def _changes(node: ast.AST, factories: set[str]) -> Iterator[tuple[str, Change]]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
        yield f"{ast.unparse(node)}: operands swapped", _swap
    if not isinstance(node, ast.Call):
        return
    text = ast.unparse(node)
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name == "Sequential":
        yield from _layers_changed(node)
    if name == "permute":
        for place in range(len(node.args) - 1):
            yield f"{text}: dimensions {place} and {place + 1} swapped", _exchange(place)
    if name == "transpose":
        yield f"{text}: not transposed", _untransposed
    is_layer = name in factories or (name[:1].isupper() and name not in _HOLDERS | {"TypeVar"})
    if is_layer or name in _SIZED | _PLACED:
        for place, argument in enumerate(node.args):
            for new in _varied(argument, names=name not in _PLACED):
                yield f"{text}: {ast.unparse(argument)} -> {ast.unparse(new)}", _argument(place, new)
    if is_layer:
        for place, keyword in enumerate(node.keywords):
            for new in _varied(keyword.value, names=True):
                yield f"{text}: {ast.unparse(keyword)} -> {ast.unparse(new)}", _option(place, new)
            if keyword.arg in _OPTIONS:
                yield f"{text}: without {keyword.arg}", _without_option(place)


def _varied(value: ast.expr, names: bool) -> Iterator[ast.expr]:
    """Other sizes than *value* says, close to it; with *names*, also of ``width`` and ``2 * width``."""
    if isinstance(value, ast.Constant) and type(value.value) is int:
        yield from (
            ast.Constant(size)
            for size in dict.fromkeys((value.value + 1, max(value.value - 1, 0), 2 * value.value))
            if size != value.value
        )
    elif isinstance(value, ast.UnaryOp) and isinstance(value.operand, ast.Constant):
        yield from (ast.UnaryOp(value.op, new) for new in _varied(value.operand, names))
    elif isinstance(value, ast.Tuple):
        for place, part in enumerate(value.elts):
            for new in _varied(part, names):
                yield ast.Tuple([*value.elts[:place], new, *value.elts[place + 1 :]])
    elif names and isinstance(value, ast.Name | ast.Attribute | ast.BinOp):
        yield ast.BinOp(value, ast.Add(), ast.Constant(1))
        if isinstance(value, ast.BinOp):
            yield from (ast.BinOp(new, value.op, value.right) for new in _varied(value.left, names))
            yield from (ast.BinOp(value.left, value.op, new) for new in _varied(value.right, names))


def _layers_changed(sequential: ast.Call) -> Iterator[tuple[str, Change]]:
    for place, layer in enumerate(sequential.args):
        if len(sequential.args) > 1:
            yield f"Sequential: without layer {place}, {ast.unparse(layer)}", _dropped(place)
        yield f"Sequential: layer {place} twice, {ast.unparse(layer)}", _doubled(place)


# --- what is done to the copy ---


def _as(node: ast.AST, kind: type[Node]) -> Node:
    assert isinstance(node, kind)
    return node


def _swap(node: ast.AST) -> None:
    product = _as(node, ast.BinOp)
    product.left, product.right = product.right, product.left


def _untransposed(node: ast.AST) -> None:
    call = _as(node, ast.Call)
    call.args[1] = copy.deepcopy(call.args[0])


def _exchange(place: int) -> Change:
    def change(node: ast.AST) -> None:
        args = _as(node, ast.Call).args
        args[place], args[place + 1] = args[place + 1], args[place]

    return change


def _argument(place: int, new: ast.expr) -> Change:
    def change(node: ast.AST) -> None:
        _as(node, ast.Call).args[place] = new

    return change


def _option(place: int, new: ast.expr) -> Change:
    def change(node: ast.AST) -> None:
        _as(node, ast.Call).keywords[place].value = new

    return change


def _without_option(place: int) -> Change:
    def change(node: ast.AST) -> None:
        del _as(node, ast.Call).keywords[place]

    return change


def _dropped(place: int) -> Change:
    def change(node: ast.AST) -> None:
        del _as(node, ast.Call).args[place]

    return change


def _doubled(place: int) -> Change:
    def change(node: ast.AST) -> None:
        args = _as(node, ast.Call).args
        args.insert(place, copy.deepcopy(args[place]))

    return change
