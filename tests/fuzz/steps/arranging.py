"""Steps that arrange, divide and repeat the elements of tensors, and take sizes from whole shapes."""

from __future__ import annotations

import math
from typing import Final

from tests.fuzz.draw import Draw, Made, Maker, Unfit


def view(draw: Draw) -> str:
    x = draw.tensor()
    sizes = draw.sizes(x)
    if len(sizes) > 1:
        place = draw.integer(0, len(sizes) - 2)
        sizes[place : place + 2] = [draw.choice((f"{sizes[place]} * {sizes[place + 1]}", "-1"))]
    return f"{x}.{draw.choice(('view', 'reshape'))}({', '.join(sizes) or '-1'})"


def view_as(draw: Draw) -> str:
    x, y = draw.tensor(), draw.tensor()
    if not draw.free and math.prod(x.shape) != math.prod(y.shape):
        raise Unfit
    return f"{x}.{draw.choice(('view_as', 'reshape_as'))}({y})"


def squeeze(draw: Draw) -> str:
    x = draw.tensor()
    ones = [place for place, size in enumerate(x.shape) if size == 1]
    if draw.symbolic and not draw.free:
        return f"{x}.unsqueeze({draw.integer(0, x.rank)}).squeeze({draw.dim(x)})"
    return f"{x}.squeeze({draw.choice((*ones, draw.dim(x))) if ones and draw.chance(0.7) else draw.dim(x)})"


def squeeze_all(draw: Draw) -> str:
    return f"{draw.tensor()}.squeeze()"


def unsqueeze(draw: Draw) -> str:
    x = draw.tensor()
    return f"{x}.unsqueeze({draw.integer(-x.rank - 1, draw.off(x.rank))})"


def unflatten(draw: Draw) -> str:
    x = draw.tensor(1, 2, 3, 4)
    dim = draw.dim(x)
    size = x.shape[dim] if -x.rank <= dim < x.rank else 4
    factor = draw.off(draw.choice([n for n in range(1, size + 1) if size % n == 0] or [1]))
    return f"{x}.unflatten({dim}, {draw.choice((f'({factor}, -1)', f'(-1, {factor})', '(-1,)', f'(1, {factor}, -1)'))})"


def movedim(draw: Draw) -> str:
    x = draw.tensor()
    if x.rank > 1 and draw.chance(0.3):
        return f"{x}.movedim(({draw.dim(x, 1)}, 0), (0, {draw.dim(x, 1)}))"
    return f"{x}.{draw.choice(('movedim', 'swapaxes', 'swapdims'))}({draw.dim(x)}, {draw.dim(x)})"


def turned(draw: Draw) -> str:
    return f"{draw.tensor(2, 3, 4)}.mT"


def expand(draw: Draw) -> str:
    x = draw.tensor()
    sizes = [
        str(draw.integer(1, 3)) if x.shape[place] == 1 and draw.chance(0.7) else draw.choice((size, "-1"))
        for place, size in enumerate(draw.sizes(x))
    ]
    sizes = [str(draw.integer(1, 3)) for _ in range(draw.integer(0, 1))] + sizes
    listed = ", ".join(sizes)
    return f"{x}.expand({listed})" if sizes and draw.chance(0.6) else f"{x}.expand(({', '.join([*sizes, ''])}))"


def broadcast_to(draw: Draw) -> str:
    x = draw.tensor()
    sizes = [str(draw.integer(1, 3)), *draw.sizes(x)]
    return f"{x}.broadcast_to(({', '.join(sizes)},))"


def repeat(draw: Draw) -> str:
    x = draw.tensor(where=lambda var: math.prod(var.shape) < 500)
    times = [str(draw.integer(1, 3)) for _ in range(draw.off(x.rank + draw.integer(0, 1)))]
    return f"{x}.{draw.choice(('repeat', 'tile'))}({', '.join(times) or '2'})"


def repeat_interleave(draw: Draw) -> str:
    x = draw.tensor(where=lambda var: math.prod(var.shape) < 1000)
    return f"{x}.repeat_interleave({draw.integer(0, 3)}{draw.choice(('', f', {draw.dim(x)}', f', dim={draw.dim(x)}'))})"


def split(draw: Draw) -> str:
    x = draw.tensor(1, 2, 3, 4)
    dim = draw.dim(x)
    size = x.shape[dim] if -x.rank <= dim < x.rank else 3
    first = draw.integer(1, max(size, 1))
    sizes = f"[{first}, {draw.off(size - first)}]" if draw.chance(0.4) else str(draw.integer(1, 4))
    return f"{x}.split({sizes}, {dim})[{draw.choice(('0', '0', '-1', '1'))}]"


def chunk(draw: Draw) -> str:
    x = draw.tensor(1, 2, 3, 4)
    name = draw.choice(("chunk", "tensor_split"))
    return f"{x}.{name}({draw.off(draw.integer(1, 3))}, {draw.dim(x)})[{draw.choice(('0', '0', '-1'))}]"


def halves(draw: Draw) -> Made:
    x = draw.tensor(1, 2, 3, 4)
    dim = draw.dim(x)
    size = x.shape[dim] if -x.rank <= dim < x.rank else 2
    if size % 2 and not draw.free:
        raise Unfit
    names = draw.name(), draw.name()
    return Made(names, f"{', '.join(names)} = {x}.chunk(2, {dim})")


def unbind(draw: Draw) -> str:
    x = draw.tensor(1, 2, 3, 4)
    return f"{x}.unbind({draw.dim(x)})[{draw.off(0)}]"


def narrow(draw: Draw) -> str:
    x = draw.tensor(1, 2, 3, 4)
    dim = draw.dim(x)
    size = x.shape[dim] if -x.rank <= dim < x.rank else 2
    start = draw.integer(0, size)
    return f"{x}.narrow({dim}, {start}, {draw.off(draw.integer(0, size - start))})"


def select(draw: Draw) -> str:
    x = draw.tensor(1, 2, 3, 4)
    dim = draw.dim(x)
    size = x.shape[dim] if -x.rank <= dim < x.rank else 2
    return f"{x}.select({dim}, {draw.off(draw.integer(-size, max(size - 1, 0)))})"


def triangle(draw: Draw) -> str:
    x = draw.tensor(2, 3, 4)
    return f"{x}.{draw.choice(('tril', 'triu'))}({draw.choice(('', '1', '-2', 'diagonal=3'))})"


def diagonal(draw: Draw) -> str:
    x = draw.tensor(2, 3, 4)
    offset = draw.integer(-3, 3)
    dims = draw.choice(("", f", {draw.dim(x)}, {draw.dim(x)}", ", -2, -1"))
    return f"{x}.diagonal({offset if dims else draw.choice(('', offset))}{dims})"


def diag(draw: Draw) -> str:
    x = draw.tensor(1, 2, where=lambda var: max(var.shape) < 50)
    return f"{x}.diag({draw.choice(('', '1', '-2'))})"


def flip(draw: Draw) -> str:
    x = draw.tensor(1, 2, 3, 4)
    return draw.choice((f"{x}.flip({draw.dim(x)})", f"{x}.roll({draw.integer(-3, 3)}, {draw.dim(x)})", f"{x}.roll(1)"))


def stack(draw: Draw) -> str:
    x = draw.tensor()
    others = [draw.ones(draw.sizes(x)) if draw.chance(0.5) else str(x) for _ in range(draw.integer(0, 2))]
    listed = ", ".join([str(x), *others])
    return f"shapenet.stack([{listed}], {draw.integer(-x.rank - 1, draw.off(x.rank))})"


def like(draw: Draw) -> str:
    return f"shapenet.{draw.choice(('ones_like', 'zeros_like', 'rand_like'))}({draw.tensor()})"


def of_a_shape(draw: Draw) -> str:
    """Sizes from the whole of a shape, or a part of it."""
    x = draw.tensor()
    shape, number = f"{x}.shape", draw.integer(1, 3)
    return draw.choice(
        (
            f"ones({shape})",
            f"ones(*{shape})",
            f"ones({shape}[:-1])",
            f"ones({shape}[1:])",
            f"ones((*{shape}, {number}))",
            f"ones(({number}, *{shape}))",
            f"ones({number}, *{shape})",
            f"ones((*{shape}[:-1], {number}))",
            f"ones({shape} + ({number},))",
            f"{x}.reshape({shape})",
            f"{x}.reshape(*{shape}, 1)",
            f"{x}.reshape(-1, *{shape}[1:])",
            f"{x}.reshape(*{shape}[:-1], -1)",
            f"{x}.reshape((*{shape}, {draw.off(1)}))",
            f"{x}.reshape({x}.size(0), -1)" if x.rank else f"{x}.reshape({x}.size())",
        )
    )


def counts(draw: Draw) -> Made:
    x = draw.tensor()
    name = draw.name("n")
    texts = [f"{x}.ndim", f"{x}.dim()", f"{x}.numel()", f"len({x}.shape)", f"{x}.size({draw.dim(x)})", f"len({x})"]
    return Made((name,), f"{name} = {draw.choice(texts)}")


TABLE: Final[tuple[Maker, ...]] = (
    broadcast_to,
    chunk,
    counts,
    diag,
    diagonal,
    expand,
    flip,
    halves,
    like,
    movedim,
    narrow,
    of_a_shape,
    of_a_shape,
    repeat,
    repeat_interleave,
    select,
    split,
    squeeze,
    squeeze_all,
    stack,
    triangle,
    turned,
    unbind,
    unflatten,
    unsqueeze,
    view,
    view_as,
)
