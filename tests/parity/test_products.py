"""Products of tensors against torch: values and gradients, for random sizes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import shapenet
from shapenet.backend import Array
from tests.parity.test_conv import agree

torch = pytest.importorskip("torch")

EQUATIONS = (
    *("bij,bjk->bik", "ij,jk", "ii", "ii->i", "iij,jkk->ik", "...ij,...jk->...ik", "...ij->ij", "i...->...i", ",ij"),
    *(
        "i,i,i->",
        "bhqd,bhkd->bhqk",
        "bhqk,bhkd->bqhd",
        "iJ",
        "ij,jk,kl->il",
        "a,b->b",
        "ij,ij->i",
        "...,...",
        "ij->...i",
    ),
    *("bn,anm,bm->ba", "ij,i->j...", "iii->i", "", "i->"),
)


@pytest.mark.parametrize("equation", EQUATIONS)
def test_einsum(equation: str) -> None:
    rng = np.random.default_rng()
    for _ in range(5):
        sizes = {letter: int(rng.integers(1, 5)) for letter in equation if letter.isalpha()}
        hidden = [int(size) for size in rng.integers(1, 4, 3)]
        arrays: list[Array] = []
        for term in equation.partition("->")[0].split(","):
            dots = hidden[int(rng.integers(0, 4)) :]
            dots = [1 if rng.random() < 0.3 else size for size in dots]
            parts = [[sizes[letter]] for letter in term.replace("...", "")]
            if "..." in term:
                parts.insert(term.index("."), dots)
            shape = [size for part in parts for size in part]
            arrays.append(np.asarray(rng.standard_normal(shape)))
        agree(lambda *x: shapenet.einsum(equation, *x), lambda *x: torch.einsum(equation, *x), arrays, rng)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("name", ["mm", "bmm", "mv", "dot", "outer", "matmul"])
def test_products(name: str, seed: int) -> None:
    rng = np.random.default_rng()
    b, m, k, n = (int(size) for size in rng.integers(1, 5, 4))
    shapes: dict[str, list[tuple[int, ...]]] = {
        "mm": [(m, k), (k, n)],
        "bmm": [(b, m, k), (b, k, n)],
        "mv": [(m, k), (k,)],
        "dot": [(k,), (k,)],
        "outer": [(m,), (n,)],
        "matmul": [(b, 1, m, k), (2, k, n)] if seed % 2 else [(b, m, k), (k,)],
    }
    arrays = [np.asarray(rng.standard_normal(shape)) for shape in shapes[name]]

    def theirs(x: Any, y: Any) -> Any:
        return getattr(torch, name)(x, y)

    agree(lambda x, y: getattr(x, name)(y), theirs, arrays, rng)
    agree(lambda x, y: getattr(shapenet, name)(x, y), theirs, arrays, rng)
