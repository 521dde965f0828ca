"""Amounts that depend on sizes: multiply-adds, bytes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from shapenet.dims import Dim, Expr, product
from shapenet.summaries.sizes import at


@dataclass(frozen=True)
class Amount:
    """A sum of products of sizes, kept apart: ``9408*B*(H//2)*(W//2)`` reads better than what it multiplies out to."""

    products: tuple[tuple[Dim, ...], ...] = ()

    def __add__(self, other: Amount) -> Amount:
        return Amount(self.products + other.products)

    def at(self, values: Mapping[str, int]) -> Amount:
        """It, with *values* for names."""
        return Amount(tuple(tuple(at(factor, values) for factor in factors) for factors in self.products))

    @property
    def known(self) -> int | None:
        """The number, if it depends on no size."""
        if all(isinstance(factor, int) for factors in self.products for factor in factors):
            return int(sum(product(factors) for factors in self.products))  # type: ignore[arg-type]  # all ints
        return None

    def count(self, values: Mapping[str, int]) -> int | None:
        """The number for sizes; None if they do not say it."""
        return self.at(values).known

    def __str__(self) -> str:
        if self.known is not None:
            return f"{self.known:,}"
        alike: dict[tuple[str, ...], int] = {}
        for factors in self.products:
            number, others = _sorted_out(factors)
            alike[others] = alike.get(others, 0) + number
        return " + ".join(
            "*".join([f"{number:,}", *others] if number != 1 or not others else others)
            for others, number in alike.items()
        )


def _sorted_out(factors: Iterable[Dim]) -> tuple[int, tuple[str, ...]]:
    """The numbers multiplied, and the others; a power for those that stand there several times."""
    number, others = 1, dict[str, int]()
    for factor in factors:
        if isinstance(factor, int):
            number *= factor
        else:
            text = str(factor)
            text = text if text.isidentifier() or not isinstance(factor, Expr) else f"({text})"
            others[text] = others.get(text, 0) + 1
    ordered = sorted(others.items(), key=lambda other: (other[0].startswith("("), other[0]))
    return number, tuple(text if power == 1 else f"{text}**{power}" for text, power in ordered)
