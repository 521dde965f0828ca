"""Products: dtypes, refusals, and sums of products against loops over their letters."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable

import numpy as np
import pytest

import shapenet
from shapenet import AnyTensor, ShapeError
from shapenet.backend import Array


def by_loops(inputs: tuple[str, ...], output: str, arrays: list[Array]) -> Array:
    """The definition: each letter runs through its size, which is 1 in a tensor that is broadcast."""
    sizes = {letter: 1 for term in inputs for letter in term}
    for term, array in zip(inputs, arrays, strict=True):
        sizes |= {letter: size for letter, size in zip(term, array.shape, strict=True) if size != 1}
    result = np.zeros([sizes[letter] for letter in output])
    for values in itertools.product(*(range(size) for size in sizes.values())):
        at = dict(zip(sizes, values, strict=True))
        factors = (
            array[tuple(at[letter] % size for letter, size in zip(term, array.shape, strict=True))]
            for term, array in zip(inputs, arrays, strict=True)
        )
        result[tuple(at[letter] for letter in output)] += math.prod(factors)
    return result


def test_einsum_is_its_definition() -> None:
    rng = np.random.default_rng()
    for _ in range(60):
        sizes = {letter: int(rng.integers(1, 4)) for letter in "abcd"}
        inputs = tuple("".join(rng.choice(list("abcd"), rng.integers(0, 4))) for _ in range(rng.integers(1, 4)))
        letters = sorted(set("".join(inputs)))
        output = "".join(rng.permutation(letters)[: rng.integers(0, len(letters) + 1)])
        arrays = [
            np.asarray(
                rng.standard_normal(
                    [1 if len(set(term)) == len(term) and rng.random() < 0.1 else sizes[letter] for letter in term]
                )
            )
            for term in inputs
        ]
        got = shapenet.einsum(f"{','.join(inputs)}->{output}", *map(shapenet.from_numpy, arrays))
        np.testing.assert_allclose(got.numpy(), by_loops(inputs, output, arrays), atol=1e-12)


def test_dtypes() -> None:
    i, x = shapenet.arange(3), shapenet.ones(3)
    assert shapenet.einsum("i,i", i, i).dtype == np.int64
    assert shapenet.einsum("i,i", i, x).dtype == np.float32
    assert i.dot(x).dtype == np.float32
    assert i.outer(i).dtype == np.int64
    assert i.outer(x).dtype == np.float32


@pytest.mark.parametrize(
    ("call", "problem"),
    [
        (
            lambda x: shapenet.einsum("ij,jk", x, x),
            'einsum "ij,jk": j is 3 in tensor 0 [2, 3] and 2 in tensor 1 [2, 3]',
        ),
        (lambda x: x.bmm(x), "bmm expects tensors of 3 and 3 dimensions, got [2, 3] and [2, 3]"),
        (lambda x: x.mm(x), "mm cannot multiply [2, 3] @ [2, 3]"),
        (lambda x: shapenet.dot(x, x), "dot expects tensors of 1 and 1 dimension, got [2, 3] and [2, 3]"),
        (lambda x: x.outer(x[0]), "outer expects tensors of 1 and 1 dimension, got [2, 3] and [3]"),
        (lambda x: x.matmul(x), "matmul cannot multiply [2, 3] @ [2, 3]"),
    ],
)
def test_what_does_not_fit(call: Callable[[AnyTensor], AnyTensor], problem: str) -> None:
    with pytest.raises(ShapeError, match=re.escape(problem)):
        call(shapenet.ones(2, 3))


def test_what_is_no_tensor() -> None:
    with pytest.raises(TypeError, match="einsum expects tensors, got list"):
        shapenet.einsum("i", [1, 2])  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="einsum expects equation to be text, got 3"):
        shapenet.einsum(3, shapenet.ones(2))  # type: ignore[arg-type]


def test_no_gradient_of_integers() -> None:
    x = shapenet.ones(3).requires_grad_()
    shapenet.einsum("i,i->i", x, shapenet.arange(3)).sum().backward()
    assert x.grad is not None
    np.testing.assert_array_equal(x.grad.numpy(), [0, 1, 2])
