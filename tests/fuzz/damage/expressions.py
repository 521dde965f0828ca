"""Damage to calls and other expressions."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable
from typing import Final

from tests.fuzz.damage.pieces import AROUND, INDICES
from tests.fuzz.damage.tree import Damage, replace


def drop_argument(damage: Damage) -> None:
    call = damage.one(ast.Call)
    if call is not None and (given := [*call.args, *call.keywords]):
        gone = damage.rng.choice(given)
        call.args = [argument for argument in call.args if argument is not gone]
        call.keywords = [keyword for keyword in call.keywords if keyword is not gone]


def drop_all_arguments(damage: Damage) -> None:
    call = damage.one(ast.Call)
    if call is not None:
        call.args, call.keywords = [], []


def add_argument(damage: Damage) -> None:
    call = damage.one(ast.Call)
    if call is not None:
        call.args.insert(damage.rng.randint(0, len(call.args)), damage.value())


def repeat_argument(damage: Damage) -> None:
    call = damage.one(ast.Call)
    if call is not None and call.args:
        call.args *= damage.rng.choice((2, 2, 5))


def replace_argument(damage: Damage) -> None:
    call = damage.one(ast.Call)
    if call is not None and call.args:
        call.args[damage.rng.randrange(len(call.args))] = damage.value()


def star_argument(damage: Damage) -> None:
    call = damage.one(ast.Call)
    if call is not None and call.args:
        place = damage.rng.randrange(len(call.args))
        call.args[place] = ast.Starred(damage.rng.choice((call.args[place], damage.value())), ast.Load())


def double_star_argument(damage: Damage) -> None:
    call = damage.one(ast.Call)
    if call is not None:
        call.keywords.append(ast.keyword(None, damage.value()))


def name_argument(damage: Damage) -> None:
    """A keyword that may be wrong, or one that is there for a position already."""
    call = damage.one(ast.Call)
    if call is not None:
        used = {keyword.arg for keyword in call.keywords}
        name = damage.rng.choice(("x", "padding", "dim", "self", "nothing", "sizes", "kernel_size", "tensors", "input"))
        if name not in used:
            value = call.args.pop() if call.args and damage.rng.random() < 0.7 else damage.value()
            if not isinstance(value, ast.Starred):
                call.keywords.append(ast.keyword(name, value))


def rename_argument(damage: Damage) -> None:
    keyword = damage.one(ast.keyword)
    if keyword is not None and keyword.arg:
        keyword.arg += "_"


def undefine(damage: Damage) -> None:
    name = damage.one(ast.Name)
    if name is not None:
        name.id += "_"


def swap_names(damage: Damage) -> None:
    one, other = damage.one(ast.Name), damage.one(ast.Name)
    if one is not None and other is not None and isinstance(one.ctx, ast.Load) and isinstance(other.ctx, ast.Load):
        one.id, other.id = other.id, one.id


def class_for_instance(damage: Damage) -> None:
    """``self.conv`` becomes ``Net.conv``, or ``Linear(3, 4)(x)`` becomes ``Linear(x)``."""
    classes = [node.name for node in ast.walk(damage.tree) if isinstance(node, ast.ClassDef)]
    selves = [node for node in ast.walk(damage.tree) if isinstance(node, ast.Name) and node.id == "self"]
    if classes and selves and damage.rng.random() < 0.6:
        damage.rng.choice(selves).id = damage.rng.choice(classes)
        return
    call = damage.one(ast.Call)
    if call is not None and isinstance(call.func, ast.Call):
        call.func = call.func.func


def wrap(damage: Damage) -> None:
    """A call inside another expression."""
    call = damage.one(ast.Call)
    if call is not None:
        wrapped = damage.expression(damage.rng.choice(AROUND))
        for node in list(ast.walk(wrapped)):
            if isinstance(node, ast.Name) and node.id == "HERE":
                replace(wrapped, node, copy.deepcopy(call))
        replace(damage.tree, call, wrapped)


def change_operator(damage: Damage) -> None:
    operation = damage.one(ast.BinOp)
    if operation is not None:
        operators = (ast.MatMult, ast.Pow, ast.FloorDiv, ast.Mod, ast.LShift, ast.BitOr, ast.Sub)
        operation.op = damage.rng.choice(operators)()


def change_constant(damage: Damage) -> None:
    constant = damage.one(ast.Constant)
    if constant is not None:
        constant.value = damage.rng.choice((0, -1, 10**30, 2.5, None, True, "same", "H//2", "", b"x", 3j, ...))


def change_index(damage: Damage) -> None:
    subscript = damage.one(ast.Subscript)
    if subscript is not None:
        parsed = damage.expression(f"a[{damage.rng.choice(INDICES)}]")
        assert isinstance(parsed, ast.Subscript)
        subscript.slice = parsed.slice


def change_attribute(damage: Damage) -> None:
    attribute = damage.one(ast.Attribute)
    if attribute is not None:
        attribute.attr = damage.rng.choice(("shape", "__call__", "reshape", "nothing", "data", "__class__", "Conv2d"))


TABLE: Final[tuple[Callable[[Damage], None], ...]] = (
    add_argument,
    change_attribute,
    change_constant,
    change_index,
    change_operator,
    class_for_instance,
    double_star_argument,
    drop_all_arguments,
    drop_argument,
    name_argument,
    rename_argument,
    repeat_argument,
    replace_argument,
    star_argument,
    swap_names,
    undefine,
    wrap,
)
