"""Steps that call functions and modules with annotations of their own, and values with declared types."""

from __future__ import annotations

import re
from typing import Final

from tests.fuzz.draw import Draw, Made, Maker, Unfit, Var

_VALUES: Final = ("t", "t * 2", "t + t", "t.clone()", "F.relu(t)", "t - 1")


def _annotation(dims: list[str]) -> str:
    written = [dim if dim.isalnum() else f'"{dim}"' for dim in dims]
    return f"Tensor[{', '.join(written) or '()'}]"


def _wrong(draw: Draw, dims: list[str]) -> list[str]:
    """*dims*; in a step that may be wrong, perhaps others."""
    if not draw.free or draw.chance(0.6):
        return dims
    changed = list(dims)
    if changed and draw.chance(0.7):
        place = draw.integer(0, len(changed) - 1)
        changed[place] = draw.choice((str(draw.integer(1, 4)), f"{changed[place]} + 1", *dims))
    else:
        changed.append("2")
    return changed


def _body(draw: Draw, x: Var) -> tuple[str, list[str]]:
    """An expression of ``t``, which is of the shape of *x*, and its shape."""
    dims = draw.written(x)
    if not dims or draw.chance(0.3):
        return draw.choice(_VALUES), dims
    place = draw.integer(0, len(dims) - 1)
    size, before, after = f"({dims[place]})", dims[:place], dims[place + 1 :]
    whole = ", ".join(":" for _ in before)
    index = f"{whole}, " if before else ""
    return draw.choice(
        (
            (f"cat([t, t], {place})", [*before, f"2*{size}", *after]),
            (f"t[{index}1:]", [*before, f"{size} - 1", *after]),
            (f"t[{index}: t.shape[{place}] // 2]", [*before, f"{size}//2", *after]),
            (f"t[{index}::2]", [*before, f"({size} + 1)//2", *after]),
            (f"t.unsqueeze({place})", [*before, "1", dims[place], *after]),
            (f"t.sum({place})", [*before, *after]),
            (f"t.transpose({place}, 0)", [dims[place], *before[1:], *before[:1], *after]),
        )
    )


def returned(draw: Draw) -> Made:
    """A function with declared shapes, as a program has it."""
    x, name, function = draw.floats(), draw.name(), draw.name("part")
    value, result = _body(draw, x)
    given, result = _wrong(draw, draw.written(x)), _wrong(draw, result)
    if draw.chance(0.3):
        value = f"{value} if len(t.shape) == {x.rank} else {value}"
    lines = (
        f'helpers.fits({x}, "{", ".join(given)}", binding)',
        f"def {function}(t: {_annotation(given)}) -> {_annotation(result)}:",
        f"    return {value}",
        f"{name} = {function}({x})",
        f'helpers.fits({name}, "{", ".join(result)}", binding)',
    )
    return Made((name,), "\n".join(lines))


def declared(draw: Draw) -> Made:
    """A variable with a declared shape."""
    x, name = draw.floats(), draw.name()
    value, result = _body(draw, x)
    result = _wrong(draw, result)
    of_x = re.sub(r"\bt\b", str(x), value)
    lines = (
        f"{name}: {_annotation(result)} = {of_x}",
        f'helpers.fits({name}, "{", ".join(result)}", binding)',
    )
    return Made((name,), "\n".join(lines))


def helper(draw: Draw) -> str:
    x = draw.floats(2)
    size = draw.size(x, 1)
    return draw.choice(
        (
            f"helpers.widened({x}, {size})",
            f"helpers.grid({draw.size(x, 0)}, {size})",
            f"helpers.halved({x})",
            f"helpers.parted({x})[{draw.integer(0, 1)}]",
            f"helpers.turned({x}, {draw.ones([size, str(draw.integer(1, 3))])})[{draw.integer(0, 1)}]",
            f"helpers.projected({x}, nn.Linear({size}, {draw.integer(1, 4)}))",
            f"helpers.scored({x}, zeros({draw.size(x, 0)}, dtype='int64'))",
            f"helpers.block({size}, {draw.integer(1, 4)})({x})",
            f"helpers.block({size}, {draw.integer(1, 4)})[0]({x})",
        )
    )


def halved(draw: Draw) -> str:
    return f"helpers.halved({draw.floats(1, 2, 3, 4)})"


def heads(draw: Draw) -> str:
    x = draw.floats(3)
    size = x.shape[-1] if x.rank else 2
    number = draw.choice([n for n in range(1, size + 1) if size % n == 0] or [1])
    return draw.layer(f"Heads({draw.layer_size(x, -1)}, {draw.off(number)})") + f"({x})"


def asserted(draw: Draw) -> Made:
    """A fact, and what rests on it."""
    x, name = draw.tensor(1, 2, 3), draw.name()
    dim = draw.dim(x)
    if not -x.rank <= dim < x.rank or not x.shape[dim]:
        raise Unfit
    factors = [n for n in range(1, x.shape[dim] + 1) if x.shape[dim] % n == 0]
    by, size, sizes = draw.off(draw.choice(factors)), draw.name("n"), draw.sizes(x)
    sizes[dim] = draw.choice(
        (f"{by} * ({size} // {by or 1})", f"{size} // {by or 1}, {by}", f"{by}, -1", f"{by}, {size} // {by or 1}")
    )
    lines = (
        f"{size} = {x}.shape[{dim}]",
        f"assert_divisible({size}, {by})",
        f"{name} = {x}.reshape({', '.join(sizes)})",
    )
    return Made((name,), "\n".join(lines))


def counted(draw: Draw) -> Made:
    """A size in a variable."""
    x, name, size = draw.tensor(1, 2, 3), draw.name(), draw.name("n")
    place = draw.dim(x)
    if not -x.rank <= place < x.rank:
        raise Unfit
    others = draw.sizes(x)
    others[place] = draw.choice((f"{size}", f"{size} // 2", f"{size} * 1"))
    texts = (f"ones({', '.join(others)}) + {x}", f"ones({', '.join(others)})", f"nn.Linear({size}, 3)(ones(2, {size}))")
    factor = draw.choice(("* 2", "+ 1", "", "// 2", "- 1"))
    return Made((name,), f"{size} = {x}.shape[{place}] {factor}\n{name} = {draw.choice(texts)}")


def rest(draw: Draw) -> Made:
    """What is left of a shape; where that is nothing, mypy wants to be told what it would be."""
    x, name = draw.tensor(2, 3, 4), draw.name()
    if x.rank < 2:
        raise Unfit
    first, more = draw.name("n"), draw.name("n")
    texts = (
        f"{first}, *{more} = {x}.shape\n{name} = {x}.reshape({first}, *{more})",
        f"{first}, *{more} = {x}.shape\n{name} = ones(*{more}, {first}, 2)",
        f"*{more}, {first} = {x}.shape\n{name} = {x}.reshape((*{more}, 1, {first}))",
        f"*{more}, {first} = {x}.shape\n{name} = {x}.reshape({first}, *{more})",
        f"{first}, *{more} = {x}.shape\n{name} = {x}.reshape({first}, -1)",
    )
    return Made((name,), draw.choice(texts))


TABLE: Final[tuple[Maker, ...]] = (
    asserted,
    counted,
    declared,
    halved,
    heads,
    helper,
    helper,
    rest,
    returned,
    returned,
)
