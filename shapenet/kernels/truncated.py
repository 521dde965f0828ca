"""Draws from a standard normal distribution between two bounds, by rejection."""

from __future__ import annotations

import math

import numpy as np

from shapenet.backend import Array


def truncated_normal(generator: np.random.Generator, low: float, high: float, count: int) -> Array:
    """So many numbers from *low* to *high*, which may be infinite, and as far out as they like.

    Source: Robert, "Simulation of truncated normal variables" (1995), sections 2.1 and 2.2.
    """
    if high < 0:
        return -truncated_normal(generator, -high, -low, count)
    result, done = np.empty(count), 0
    while done < count:
        drawn = _proposed(generator, low, high, 2 * (count - done) + 16)[: count - done]
        result[done : done + len(drawn)] = drawn
        done += len(drawn)
    return result


def _proposed(generator: np.random.Generator, low: float, high: float, count: int) -> Array:
    """Those of so many proposals that are accepted, for a *high* of at least 0."""
    if low <= 0 and high - low > math.sqrt(2 * math.pi):
        drawn = generator.standard_normal(count)
        return drawn[(drawn >= low) & (drawn <= high)]
    nearest = max(low, 0.0)  # where the density is greatest
    rate = (nearest + math.sqrt(nearest * nearest + 4)) / 2  # of the exponential distribution nearest to the tail
    if low <= 0 or high - low <= math.exp(nearest * (nearest - rate) / 2 + 0.5) / rate:
        drawn = generator.uniform(low, high, count)
        return drawn[generator.random(count) <= np.exp((nearest - drawn) * (nearest + drawn) / 2)]
    drawn = low + generator.exponential(1 / rate, count)
    accepted = generator.random(count) <= np.exp(-np.square(drawn - rate) / 2)
    return drawn[accepted & (drawn <= high)]
