"""Draws from a normal distribution between two bounds."""

from __future__ import annotations

import math

import numpy as np
import pytest

from shapenet.kernels.truncated import truncated_normal

SIGMAS = 5  # by chance alone, one test in a million fails


@pytest.mark.parametrize(
    ("low", "high"),
    [(-2, 2), (-0.5, 0.5), (-0.1, 4), (0, 1), (1, 1.5), (2, math.inf), (3, 9), (-math.inf, -1), (-9, -8.9), (20, 40)],
)
def test_truncated_normal(low: float, high: float) -> None:
    """Its distribution function at ten places, against the integral of the density."""
    drawn = truncated_normal(np.random.default_rng(), low, high, 40_000)
    assert low <= drawn.min() <= drawn.max() <= high
    grid = np.linspace(max(low, -12.0), min(high, low + 12 if low > 0 else 12.0), 200_001)
    density = np.exp(-(grid**2 - np.min(grid**2)) / 2)
    total = np.cumsum((density[1:] + density[:-1]) / 2)
    for part in np.arange(0.05, 1, 0.1):
        place = grid[1 + int(np.searchsorted(total, part * total[-1]))]
        assert abs((drawn <= place).mean() - part) < SIGMAS * math.sqrt(part * (1 - part) / drawn.size) + 1e-4
