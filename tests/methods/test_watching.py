"""Who watches is told each operation, once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

import shapenet
from shapenet import functional as F
from shapenet.functional import conv
from shapenet.methods.watching import as_one, watched
from shapenet.ops import elementwise, shaping


def told(run: Callable[[], object]) -> list[tuple[Callable[..., Any], tuple[Any, ...], Mapping[str, Any], Any]]:
    seen = []
    with watched(lambda *call: seen.append(call)):
        run()
    return seen


def test_operations_with_their_options() -> None:
    x = shapenet.randn(2, 3)
    first, second = told(lambda: (x * 2).reshape(6))
    assert first[0] is elementwise.multiply
    assert first[1][0] is x
    assert (second[0], second[2]) == (shaping.reshape, {"sizes": (6,)})
    assert second[1] == (first[3],)


def test_what_is_seen_as_one() -> None:
    x, weight = shapenet.randn(2, 3, 8), shapenet.randn(4, 3, 3)
    (call,) = told(lambda: F.conv1d(x, weight))
    assert call[0] is conv.convolve
    assert call[3].shape == (2, 4, 6)


def test_nobody_watches_any_more() -> None:
    @as_one
    def failing() -> None:
        raise KeyError

    seen: list[object] = []
    x = shapenet.ones(2)
    with watched(lambda *call: seen.append(call)):
        with pytest.raises(KeyError):
            failing()
        with watched(None):
            x + 1
        assert seen == []
        x + 1
    x + 1
    assert len(seen) == 1
