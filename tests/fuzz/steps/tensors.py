"""Steps that are methods and operators of tensors."""

from __future__ import annotations

import math
from typing import Final

from tests.fuzz.draw import Draw, Maker, Unfit, Var


def reshape(draw: Draw) -> str:
    x = draw.tensor()
    sizes = draw.sizes(x)
    draw.rng.shuffle(sizes)
    if len(sizes) > 1 and draw.chance(0.5):
        place = draw.integer(0, len(sizes) - 2)
        sizes[place : place + 2] = [f"{sizes[place]} * {sizes[place + 1]}"]
    if sizes and draw.chance(0.4):
        sizes[draw.integer(0, len(sizes) - 1)] = "-1"
    if draw.chance(0.2):
        sizes.insert(draw.integer(0, len(sizes)), str(draw.off(1)))
    if draw.free and draw.chance(0.3):
        sizes = [str(draw.integer(-1, 4)) for _ in range(draw.integer(1, 3))]
    if not sizes:
        return f"{x}.reshape(1, {draw.choice(('1', '-1'))})"
    listed = ", ".join(sizes)
    return f"{x}.reshape({listed})" if draw.chance(0.6) else f"{x}.reshape(({listed},))"


def reshape_split(draw: Draw) -> str:
    """A known dimension into two."""
    x = draw.tensor(1, 2, 3, 4)
    place = draw.integer(0, x.rank - 1) if x.rank else 0
    size = x.shape[place] if x.rank else 1
    factors = [n for n in range(1, size + 1) if size % n == 0] or [1]
    factor = draw.off(draw.choice(factors))
    sizes = draw.sizes(x)
    sizes[place : place + 1] = draw.choice(
        ([str(factor), "-1"], ["-1", str(factor)], [str(factor), f"{draw.size(x, place)} // {factor or 1}"])
    )
    return f"{x}.reshape({', '.join(sizes)})"


def flatten(draw: Draw) -> str:
    x = draw.tensor()
    if x.rank and draw.chance(0.7):
        first, last = sorted((draw.integer(0, x.rank - 1), draw.integer(0, x.rank - 1)), reverse=False)
        last = draw.off(last)
        return f"{x}.flatten({first}, {last - x.rank if draw.chance(0.4) else last})"
    return f"{x}.flatten({draw.choice(('', 'start_dim=0', 'end_dim=-1'))})"


def permute(draw: Draw) -> str:
    x = draw.tensor()
    if not x.rank:
        raise Unfit
    order = list(range(x.rank))
    draw.rng.shuffle(order)
    order = [draw.off(place) - (x.rank if draw.chance(0.2) else 0) for place in order]
    listed = ", ".join(map(str, order))
    return f"{x}.permute({listed})" if draw.chance(0.6) else f"{x}.permute(({listed},))"


def transpose(draw: Draw) -> str:
    x = draw.tensor()
    return f"{x}.transpose({draw.dim(x)}, {draw.dim(x)})"


def _bound(draw: Draw, size: int) -> str:
    return "" if draw.chance(0.4) else str(draw.integer(-size - 1, size + 1))


def _part(draw: Draw, x: Var, place: int) -> str:
    size = x.shape[place] if place < x.rank else 3
    kind = draw.integer(0, 9)
    if kind <= 1 and (size or draw.free):
        return str(draw.off(draw.integer(-size, max(size - 1, 0))))
    if kind <= 4:
        step = draw.choice(("", "", ":", ":2", ":-1", ":3", ":-2", ":0" if draw.free else ":1"))
        return f"{_bound(draw, size)}:{_bound(draw, size)}{step}"
    if kind == 5 and size:
        return draw.choice(("zeros(2, dtype='int64')", "zeros(3, 1, dtype='int64')", "zeros((), dtype='int64')"))
    if kind == 6 and place < x.rank:
        return draw.choice((f":{x}.shape[{place}]", f"{x}.shape[{place}] // 2:", f":{x}.shape[{place}] - 1", "-1:"))
    return ":"


def index(draw: Draw) -> str:
    x = draw.tensor(kind="fib")
    parts = [_part(draw, x, place) for place in range(draw.integer(0, x.rank))]
    if draw.free and draw.chance(0.2):
        parts.append(draw.choice(("0", ":", "1:")))
    if draw.chance(0.25):
        parts.append("...")
    if parts and draw.chance(0.25):
        parts.insert(draw.integer(0, len(parts)), "None")
    return f"{x}[{', '.join(parts)}]" if parts else f"{x}[{draw.choice(('...', 'None', '..., None'))}]"


def reduction(draw: Draw) -> str:
    x = draw.tensor()
    name = draw.choice(("sum", "mean", "amax"))
    keep = draw.choice(("", "", ", keepdim=True", ", keepdim=False", ", True"))
    if name == "amax" and math.prod(x.shape) == 0:
        raise Unfit
    if x.rank >= 2 and draw.chance(0.3):
        return f"{x}.{name}(({draw.dim(x, 1)}, 0){keep})"
    if draw.chance(0.2) or not x.rank:
        return f"{x}.{name}({draw.choice(('', 'keepdim=True', 'None, True'))})"
    return f"{x}.{name}({draw.choice(('', 'dim=')) if keep != ', True' else ''}{draw.dim(x)}{keep})"


def argmax(draw: Draw) -> str:
    x = draw.tensor(where=lambda var: 0 not in var.shape)
    return f"{x}.argmax({draw.choice((str(draw.dim(x)), f'{draw.dim(x)}, keepdim=True', ''))})"


def softmax(draw: Draw) -> str:
    x = draw.tensor()
    name = draw.choice(("softmax", "log_softmax"))
    return f"{x}.{name}({draw.dim(x)})"


def _partner(draw: Draw, x: Var) -> str:
    """A tensor that broadcasts with *x*, or another that is there."""
    others = [var for var in draw.tensors() if var.kind == "f" and var != x]
    if others and draw.free and draw.chance(0.5):
        return str(draw.choice(others))
    sizes = [size if draw.chance(0.7) else "1" for size in draw.sizes(x)]
    sizes = sizes[draw.integer(0, len(sizes)) :]
    if len(sizes) == x.rank and draw.chance(0.2):
        sizes.insert(0, str(draw.integer(1, 3)))
    return draw.ones(sizes)


def arithmetic(draw: Draw) -> str:
    x = draw.tensor()
    sides = [str(x), _partner(draw, x)]
    draw.rng.shuffle(sides)
    return f"{sides[0]} {draw.choice('+-*/')} {sides[1]}"


def with_number(draw: Draw) -> str:
    x = draw.tensor()
    number = draw.choice(("2", "1.5", "-1"))
    return draw.choice(
        (f"{x} {draw.choice('+-*/')} {number}", f"{number} {draw.choice('+-*/')} {x}", f"{x} ** 2", f"-{x}")
    )


def comparison(draw: Draw) -> str:
    x = draw.tensor()
    operator = draw.choice(("<", "<=", ">", ">=", "==", "!="))
    return f"{x} {operator} {draw.choice((_partner(draw, x), '0.5'))}"


def masked_fill(draw: Draw) -> str:
    x = draw.tensor()
    return f"{x}.masked_fill({_partner(draw, x)} > 0.5, 0.0)"


def where(draw: Draw) -> str:
    x = draw.tensor()
    mask = f"{_partner(draw, x)} > 0.5"
    if draw.chance(0.5):
        return f"where({mask}, {x}, {draw.choice((_partner(draw, x), '0.0'))})"
    return f"{x}.where({mask}, {draw.choice((_partner(draw, x), '1.0'))})"


def matmul(draw: Draw) -> str:
    x = draw.tensor(1, 2, 3, 4)
    inner, width = draw.size(x, -1), str(draw.integer(1, 4))
    batch = [size if draw.chance(0.6) else "1" for size in draw.sizes(x)[:-2]][draw.integer(0, 2) :]
    other = draw.choice(([inner], [inner, width], [*batch, inner, width]))
    if draw.chance(0.3) and x.rank >= 2:
        outer = draw.size(x, -2)
        return f"{draw.ones(draw.choice(([outer], [width, outer], [*batch, width, outer])))} @ {x}"
    return f"{x} @ {draw.ones(other)}"


def itself(draw: Draw) -> str:
    """With what is there: a square of two steps."""
    x, y = draw.tensor(), draw.tensor()
    if not draw.free and x.shape != y.shape:
        raise Unfit
    return f"{x} {draw.choice('+-*')} {y}"


def elementwise(draw: Draw) -> str:
    x = draw.tensor()
    name = draw.choice(("exp", "relu", "sigmoid", "tanh", "abs", "clone", "detach"))
    return f"{x}.{name}()"


def greatest(draw: Draw) -> str:
    return f"{draw.tensor(where=lambda var: 0 not in var.shape)}.max()"


TABLE: Final[tuple[Maker, ...]] = (
    argmax,
    arithmetic,
    comparison,
    elementwise,
    flatten,
    greatest,
    index,
    index,
    itself,
    masked_fill,
    matmul,
    permute,
    reduction,
    reduction,
    reshape,
    reshape,
    reshape_split,
    softmax,
    transpose,
    where,
    with_number,
)
