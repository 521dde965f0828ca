"""Steps that take sizes from tensors, and steps that use them."""

from __future__ import annotations

from typing import Final

from tests.fuzz.draw import Draw, Made, Maker, Unfit


def unpacked(draw: Draw) -> Made:
    x = draw.tensor(1, 2, 3, 4)
    names = tuple(draw.name("n") for _ in range(draw.off(x.rank)))
    if not names:
        raise Unfit
    return Made(names, f"{', '.join(names)}{',' if len(names) == 1 else ''} = {x}.shape")


def one_size(draw: Draw) -> Made:
    x = draw.tensor(1, 2, 3, 4)
    name = draw.name("n")
    return Made((name,), f"{name} = {x}.shape[{draw.dim(x)}]")


def computed(draw: Draw) -> Made:
    x = draw.tensor(1, 2, 3, 4)
    name, size = draw.name("n"), f"{x}.shape[{draw.dim(x)}]"
    texts = (f"{size} * 2", f"{size} + 1", f"2 * {size} - 1", f"{size} // 2", f"{size} % 3", f"({size} + 1) // 2")
    return Made((name,), f"{name} = {draw.choice(texts)}")


def used(draw: Draw) -> str:
    """A size with a name of its own, or arithmetic with it, in a call."""
    names = [name for name, value in draw.values.items() if type(value) is int and 0 < value < 30]
    if not names:
        raise Unfit
    name = draw.choice(names)
    text = draw.choice((name, f"{name} * 2", f"{name} + 3", f"({name} + 1) // 2"))
    return draw.choice((f"ones({text}, 2)", f"zeros({text})", f"ones(2, {name}).reshape({name}, -1)", f"eye({text})"))


TABLE: Final[tuple[Maker, ...]] = (computed, one_size, unpacked, used)
