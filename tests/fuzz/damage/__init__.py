"""Half-typed code: valid programs with something broken in their syntax trees. mypy must come to its end."""

from __future__ import annotations

import ast
import random
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from tests.fuzz.damage import definitions, expressions
from tests.fuzz.damage.tree import Damage
from tests.fuzz.generate import programs
from tests.fuzz.program import file_of

__all__ = ["damaged", "sources"]

_TESTS: Final = Path(__file__).parents[2] / "typing"
_KINDS: Final = (*expressions.TABLE, *definitions.TABLE)


def damaged(texts: Sequence[str], seed: int, count: int) -> Iterator[str]:
    """So many programs, each one of *texts* with some damages, about one to ten lines; all can be parsed."""
    for number in range(count):
        rng = random.Random(f"{seed}/{number}")
        damage = Damage(rng.choice(texts), rng)
        text = ast.unparse(damage.tree)
        for _ in range(rng.randint(1, 3 + text.count("\n") // 10)):
            rng.choice(_KINDS)(damage)
            after = ast.unparse(ast.fix_missing_locations(damage.tree))
            if _is_valid(after):
                text = after
            else:
                damage.tree = ast.parse(text)
        yield f"{text}\n"


def _is_valid(text: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # such as "'list' object is not callable"
            compile(text, "damaged", "exec")
    except (SyntaxError, ValueError, RecursionError):
        return False
    return True


def sources(seed: int) -> list[str]:
    """Programs to damage: the typing tests, and as many files of a few random programs."""
    tests = [file.read_text() for file in sorted(_TESTS.glob("*/*.py"))]
    made = list(programs(seed, 5 * len(tests)))
    return [*tests, *(file_of(made[start : start + 5])[0] for start in range(0, len(made), 5))]
