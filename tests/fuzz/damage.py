"""Half-typed code: valid programs with something broken in their syntax trees. mypy must come to its end."""

from __future__ import annotations

import ast
import copy
import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final, TypeVar

from tests.fuzz.fragments import ANNOTATIONS, AROUND, BASES, DECORATORS, DIMENSIONS, INDICES, TOPLEVEL, VALUES

Node = TypeVar("Node", bound=ast.AST)
Function = ast.FunctionDef | ast.AsyncFunctionDef
SEEDS: Final = Path(__file__).parents[1] / "typing"


class Damage:
    """A program that is being damaged."""

    def __init__(self, text: str, rng: random.Random) -> None:
        self.tree = ast.parse(text)
        self.rng = rng

    def one(self, kind: type[Node]) -> Node | None:
        """A random node of that kind."""
        nodes = [node for node in ast.walk(self.tree) if isinstance(node, kind)]
        return self.rng.choice(nodes) if nodes else None

    def function(self) -> Function | None:
        nodes = [node for node in ast.walk(self.tree) if isinstance(node, Function)]
        return self.rng.choice(nodes) if nodes else None

    def value(self) -> ast.expr:
        """An expression that seldom fits."""
        return self.expression(self.rng.choice(VALUES))

    def annotation(self) -> ast.expr:
        return self.expression(self.rng.choice(ANNOTATIONS))

    def expression(self, text: str) -> ast.expr:
        return ast.parse(text, mode="eval").body


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


def undefine(damage: Damage) -> None:
    name = damage.one(ast.Name)
    if name is not None:
        name.id += "_"


def shadow(damage: Damage) -> None:
    """A name that means something else from some line on."""
    function = damage.function()
    name = damage.one(ast.Name)
    if function is not None and name is not None:
        new = ast.Assign([ast.Name(name.id, ast.Store())], damage.value())
        function.body.insert(damage.rng.randint(0, len(function.body)), new)


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
        _replace(damage.tree, chosen, new)


def wrap(damage: Damage) -> None:
    """A call inside another expression."""
    call = damage.one(ast.Call)
    if call is not None:
        wrapped = damage.expression(damage.rng.choice(AROUND))
        for node in list(ast.walk(wrapped)):
            if isinstance(node, ast.Name) and node.id == "HERE":
                _replace(wrapped, node, copy.deepcopy(call))
        _replace(damage.tree, call, wrapped)


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


def _replace(tree: ast.AST, old: ast.AST, new: ast.AST) -> None:
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if value is old:
                setattr(parent, name, new)
            elif isinstance(value, list) and old in value:
                value[value.index(old)] = new


KINDS: Final[tuple[Callable[[Damage], None], ...]] = (
    add_argument,
    add_toplevel,
    change_attribute,
    change_bases,
    change_constant,
    change_index,
    change_operator,
    class_for_instance,
    decorate,
    delete,
    double_star_argument,
    drop_all_arguments,
    drop_annotation,
    drop_argument,
    drop_result,
    drop_statement,
    forget_import,
    make_async,
    name_argument,
    partial_type,
    recurse,
    rename_argument,
    repeat_argument,
    repeat_statement,
    replace_annotation,
    replace_argument,
    replace_dimension,
    shadow,
    shuffle_statements,
    star_argument,
    swap_names,
    undefine,
    wrap,
    wrong_import,
)


def damaged(texts: Sequence[str], seed: int, count: int, each: int = 20) -> Iterator[str]:
    """So many programs, each one of *texts* with up to *each* damages; all can be parsed."""
    for number in range(count):
        rng = random.Random(f"{seed}/{number}")
        damage = Damage(rng.choice(texts), rng)
        text = ast.unparse(damage.tree)
        for _ in range(rng.randint(1, each)):
            rng.choice(KINDS)(damage)
            after = ast.unparse(ast.fix_missing_locations(damage.tree))
            if _is_valid(after):
                text = after
            else:
                damage.tree = ast.parse(text)
        yield f"{text}\n"


def _is_valid(text: str) -> bool:
    try:
        compile(text, "damaged", "exec")
    except (SyntaxError, ValueError, RecursionError):
        return False
    return True


def seeds() -> list[str]:
    """The texts of the typing tests."""
    return [file.read_text() for file in sorted(SEEDS.glob("*/*.py"))]
