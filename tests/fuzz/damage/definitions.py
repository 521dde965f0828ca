"""Damage to definitions: annotations, imports, decorators, bases, and the order of statements."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable
from typing import Final

from tests.fuzz.damage.pieces import BASES, DECORATORS, DIMENSIONS
from tests.fuzz.damage.toplevel import TOPLEVEL
from tests.fuzz.damage.tree import Damage, replace


def drop_annotation(damage: Damage) -> None:
    parameter = damage.one(ast.arg)
    if parameter is not None:
        parameter.annotation = None


def drop_result(damage: Damage) -> None:
    function = damage.function()
    if function is not None:
        function.returns = None


def replace_annotation(damage: Damage) -> None:
    parameter, function = damage.one(ast.arg), damage.function()
    if parameter is not None and damage.rng.random() < 0.7:
        parameter.annotation = damage.annotation()
    elif function is not None:
        function.returns = damage.annotation()


def replace_dimension(damage: Damage) -> None:
    subscripts = [
        node
        for node in ast.walk(damage.tree)
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id == "Tensor"
    ]
    if subscripts:
        chosen = damage.rng.choice(subscripts)
        parsed = damage.expression(f"a[{damage.rng.choice(DIMENSIONS)},]")
        assert isinstance(parsed, ast.Subscript)
        assert isinstance(parsed.slice, ast.Tuple)
        parts = chosen.slice.elts if isinstance(chosen.slice, ast.Tuple) else [chosen.slice]
        kept = parts if damage.rng.random() < 0.4 else parts[1:]
        chosen.slice = ast.Tuple([*kept, *parsed.slice.elts], ast.Load())


def forget_import(damage: Damage) -> None:
    statement = damage.one(ast.ImportFrom)
    if statement is not None and statement.module != "__future__" and len(statement.names) > 1:
        del statement.names[damage.rng.randrange(len(statement.names))]


def wrong_import(damage: Damage) -> None:
    name = damage.one(ast.alias)
    if name is not None and name.name != "annotations":
        name.name, name.asname = f"{name.name}_", name.asname or name.name.partition(".")[0]


def shadow(damage: Damage) -> None:
    """A name that means something else from some line on."""
    function = damage.function()
    name = damage.one(ast.Name)
    if function is not None and name is not None:
        new = ast.Assign([ast.Name(name.id, ast.Store())], damage.value())
        function.body.insert(damage.rng.randint(0, len(function.body)), new)


def recurse(damage: Damage) -> None:
    function, call = damage.function(), damage.one(ast.Call)
    if function is not None and call is not None:
        inside = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
        chosen = damage.rng.choice(inside) if inside else call
        is_method = function.args.args and function.args.args[0].arg == "self"
        chosen.func = damage.expression(f"self.{function.name}" if is_method else function.name)


def partial_type(damage: Damage) -> None:
    function = damage.function()
    if function is not None:
        lines = damage.rng.choice(("part = []\npart.append(part)", "part = None\npart = 3", "part = {}", "part = []"))
        where = damage.rng.randint(0, len(function.body))
        function.body[where:where] = ast.parse(lines).body
        call = damage.one(ast.Call)
        if call is not None:
            call.args.append(ast.Name("part", ast.Load()))


def decorate(damage: Damage) -> None:
    function, owner = damage.function(), damage.one(ast.ClassDef)
    chosen = owner if owner is not None and damage.rng.random() < 0.3 else function
    if chosen is not None:
        chosen.decorator_list.append(damage.expression(damage.rng.choice(DECORATORS)))


def make_async(damage: Damage) -> None:
    functions = [node for node in ast.walk(damage.tree) if isinstance(node, ast.FunctionDef)]
    if functions:
        chosen = damage.rng.choice(functions)
        new = ast.AsyncFunctionDef(**{name: getattr(chosen, name) for name in chosen._fields})
        replace(damage.tree, chosen, new)


def drop_statement(damage: Damage) -> None:
    owner = damage.rng.choice([damage.function(), damage.one(ast.ClassDef)])
    if owner is not None and len(owner.body) > 1:
        del owner.body[damage.rng.randrange(len(owner.body))]


def repeat_statement(damage: Damage) -> None:
    """A definition twice, or in a class of which it is none."""
    owner, other = damage.one(ast.ClassDef), damage.function()
    if owner is not None:
        repeated = damage.rng.choice((damage.rng.choice(owner.body), other or owner.body[0]))
        owner.body.append(copy.deepcopy(repeated))


def shuffle_statements(damage: Damage) -> None:
    function = damage.function()
    if function is not None:
        damage.rng.shuffle(function.body)


def change_bases(damage: Damage) -> None:
    owner = damage.one(ast.ClassDef)
    if owner is not None:
        new = damage.expression(damage.rng.choice(BASES))
        owner.bases = [new] if damage.rng.random() < 0.5 else [*owner.bases, new]


def delete(damage: Damage) -> None:
    function, name = damage.function(), damage.one(ast.Name)
    if function is not None and name is not None:
        gone = ast.Delete([ast.Name(name.id, ast.Del())])
        function.body.insert(damage.rng.randint(0, len(function.body)), gone)


def add_toplevel(damage: Damage) -> None:
    place = damage.rng.choice((1, len(damage.tree.body)))  # after the docstring
    first = [node for node in damage.tree.body if isinstance(node, ast.ImportFrom) and node.module == "__future__"]
    place = max(place, damage.tree.body.index(first[0]) + 1 if first else 0)
    damage.tree.body[place:place] = ast.parse(damage.rng.choice(TOPLEVEL)).body


TABLE: Final[tuple[Callable[[Damage], None], ...]] = (
    add_toplevel,
    change_bases,
    decorate,
    delete,
    drop_annotation,
    drop_result,
    drop_statement,
    forget_import,
    make_async,
    partial_type,
    recurse,
    repeat_statement,
    replace_annotation,
    replace_dimension,
    shadow,
    shuffle_statements,
    wrong_import,
)
