"""States of generators: they continue the draws, and wrong ones are told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from shapenet import generators

KINDS = (np.random.PCG64, np.random.PCG64DXSM, np.random.MT19937, np.random.Philox, np.random.SFC64)


@pytest.mark.parametrize("kind", KINDS)
def test_the_draws_continue(kind: Callable[[], Any]) -> None:
    one, other = np.random.Generator(kind()), np.random.Generator(kind())
    one.integers(9, size=3, dtype=np.uint32)
    state = generators.state_of(one)
    drawn = one.random(1000)
    assert generators.problem_of(other, state) is None
    generators.restore(other, state)
    np.testing.assert_array_equal(other.random(1000), drawn)
    assert generators.problem_of(one, state) is None
    generators.restore(one, state)  # that nothing of it was changed by the draws
    np.testing.assert_array_equal(one.random(1000), drawn)


def test_states_that_numpy_would_take_are_refused() -> None:
    mersenne = np.random.Generator(np.random.MT19937())
    for pos in (-1, 625, 10**9, 3.0, True, "3"):
        state = generators.state_of(mersenne)
        state["state"]["pos"] = pos
        assert generators.problem_of(mersenne, state) == f"pos is {pos!r}, expected an int, at least 0 and below 625"
    state = generators.state_of(mersenne)
    state["state"]["key"] = state["state"]["key"][:5]
    assert str(generators.problem_of(mersenne, state)).endswith("expected 624 numbers of uint32")


@pytest.mark.parametrize("kind", KINDS[1:])
def test_another_kind_is_told(kind: Callable[[], Any]) -> None:
    other = generators.state_of(np.random.Generator(kind()))
    assert generators.problem_of(np.random.default_rng(), other) is not None
