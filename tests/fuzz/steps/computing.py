"""Steps that compute along dimensions: statistics, sums of products, order, picking."""

from __future__ import annotations

import math
from typing import Final

from tests.fuzz.draw import Draw, Made, Maker, Unfit, Var


def _not_empty(var: Var) -> bool:
    return 0 not in var.shape


def statistic(draw: Draw) -> str:
    x = draw.tensor(1, 2, 3, 4, where=_not_empty)
    name = draw.choice(("var", "std", "norm", "logsumexp", "amin", "any", "all", "prod", "sum"))
    keep = draw.choice(("", ", keepdim=True"))
    if name not in ("prod", "logsumexp") and draw.chance(0.2):
        return f"{x}.{name}()"
    if name in ("norm",):
        return f"{x}.norm(dim={draw.dim(x)}{keep})"
    dims = f"({draw.dim(x, 1)}, 0)" if name != "prod" and x.rank > 1 and draw.chance(0.3) else str(draw.dim(x))
    return f"{x}.{name}({dims}{keep})"


def cumulative(draw: Draw) -> str:
    x = draw.tensor()
    return f"{x}.{draw.choice(('cumsum', 'cumprod'))}({draw.dim(x)})"


def greatest_along(draw: Draw) -> str:
    x = draw.tensor(where=_not_empty)
    keep = draw.choice(("", ", keepdim=True", ", True"))
    return f"{x}.{draw.choice(('max', 'min'))}({draw.dim(x)}{keep})[{draw.integer(0, 1)}]"


def place_of(draw: Draw) -> str:
    x = draw.tensor(where=_not_empty)
    return f"{x}.{draw.choice(('argmin', 'argmax'))}({draw.choice(('', f'{draw.dim(x)}', f'{draw.dim(x)}, True'))})"


def sort(draw: Draw) -> str:
    x = draw.tensor(1, 2, 3, 4)
    return draw.choice(
        (
            f"{x}.sort({draw.dim(x)})[{draw.integer(0, 1)}]",
            f"{x}.sort()[0]",
            f"{x}.argsort({draw.choice(('', str(draw.dim(x))))})",
        )
    )


def topk(draw: Draw) -> str:
    x = draw.tensor(1, 2, 3, 4, where=_not_empty)
    dim = draw.dim(x)
    size = x.shape[dim] if -x.rank <= dim < x.rank else 2
    return f"{x}.topk({draw.off(draw.integer(1, size))}, {dim})[{draw.integer(0, 1)}]"


def two_results(draw: Draw) -> Made:
    x = draw.tensor(1, 2, 3, 4, where=_not_empty)
    names = draw.name(), draw.name()
    call = draw.choice((f"max({draw.dim(x)})", f"sort({draw.dim(x)})", f"topk(1, {draw.dim(x)})"))
    return Made(names, f"{', '.join(names)} = {x}.{call}")


def gather(draw: Draw) -> str:
    x = draw.tensor(1, 2, 3, where=_not_empty)
    dim = draw.dim(x)
    sizes = draw.sizes(x)
    if -x.rank <= dim < x.rank:
        sizes[dim] = str(draw.integer(1, 4))
    index = f"zeros(({', '.join([*sizes, ''])}), dtype='int64')"
    return draw.choice((f"{x}.gather({dim}, {index})", f"{x}.take_along_dim({index}, {dim})"))


def index_select(draw: Draw) -> str:
    x = draw.tensor(1, 2, 3, where=_not_empty)
    shape = draw.choice(("2", "3", "2, 2" if draw.free else "1"))
    return f"{x}.index_select({draw.dim(x)}, zeros({shape}, dtype='int64'))"


def one_hot(draw: Draw) -> str:
    x = draw.tensor(kind="i", where=lambda var: math.prod(var.shape) < 500)
    return f"F.one_hot({x} * 0, {draw.integer(1, 4)})"


def einsum(draw: Draw) -> str:
    x = draw.tensor(1, 2, 3, 4)
    if not x.rank:
        raise Unfit
    letters = "bcdi"[: x.rank]
    sizes = draw.sizes(x)
    kind = draw.integer(0, 4)
    if kind == 0:
        order = list(letters)
        draw.rng.shuffle(order)
        return f"shapenet.einsum('{letters}->{''.join(order[: draw.integer(0, len(order))])}', {x})"
    if kind == 1:
        return f"shapenet.einsum('{letters},{letters[-1]}j->{letters[:-1]}j', {x}, {draw.ones([sizes[-1], '3'])})"
    if kind == 2:
        return f"shapenet.einsum('...{letters[-1]},{letters[-1]}j->...j', {x}, {draw.ones([sizes[-1], '2'])})"
    if kind == 3:
        return f"shapenet.einsum('{letters},{letters}->{letters[0]}', {x}, {draw.ones(sizes)})"
    return f"shapenet.einsum('{letters}->{letters[::-1]}', {x})"


def product(draw: Draw) -> str:
    x = draw.tensor(1, 2, 3)
    sizes, width = draw.sizes(x), str(draw.integer(1, 4))
    if x.rank == 1:
        other = draw.ones(sizes)
        return draw.choice((f"{x}.dot({other})", f"{x}.outer({draw.ones([width])})", f"shapenet.matmul({x}, {other})"))
    if x.rank == 2:
        second, vector = draw.ones([sizes[1], width]), draw.ones([sizes[1]])
        return draw.choice((f"{x}.mm({second})", f"{x}.mv({vector})", f"{x}.matmul({second})"))
    if x.rank == 3:
        return f"{x}.bmm({draw.ones([sizes[0], sizes[2], width])})"
    return f"{x}.matmul({x})"


TABLE: Final[tuple[Maker, ...]] = (
    cumulative,
    einsum,
    einsum,
    gather,
    greatest_along,
    index_select,
    one_hot,
    place_of,
    product,
    sort,
    statistic,
    statistic,
    topk,
    two_results,
)
