"""The col buffer: kept, reused, never handed out, safe in threads, in itself, and under exceptions."""

from __future__ import annotations

import copy
import pickle
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import shapenet
from shapenet import nn
from shapenet.backend import Array, device_of
from shapenet.kernels.workspace import Workspace

LIKE = np.empty(0, np.float32)


def test_is_kept_and_grows_to_the_largest() -> None:
    workspace = Workspace()
    with workspace.borrow((4, 5), LIKE) as first:
        assert first.shape == (4, 5)
        assert first.dtype == np.float32
        assert workspace.nbytes == 0
    assert workspace.nbytes == 80
    with workspace.borrow((2, 3), LIKE) as smaller:
        assert np.shares_memory(smaller, first)
    assert workspace.nbytes == 80
    with workspace.borrow((10,), np.empty(0, np.float64)) as other:
        assert other.dtype == np.float64
        assert np.shares_memory(other, first)
    with workspace.borrow((100,), LIKE):
        pass
    assert workspace.nbytes == 400


def test_inside_itself_and_under_an_exception() -> None:
    workspace = Workspace()

    def fail() -> None:
        with workspace.borrow((8,), LIKE) as outer, workspace.borrow((4,), LIKE) as inner:
            assert not np.shares_memory(outer, inner)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert workspace.nbytes == 32  # the larger of the two


def test_copies_start_empty() -> None:
    workspace = Workspace()
    with workspace.borrow((8,), LIKE):
        pass
    assert copy.deepcopy(workspace).nbytes == pickle.loads(pickle.dumps(workspace)).nbytes == 0


def test_two_threads_never_share() -> None:
    workspace = Workspace()
    barrier = threading.Barrier(4)

    def work(number: int) -> bool:
        barrier.wait()
        for size in range(1, 200):
            with workspace.borrow((size,), LIKE) as buffer:
                buffer[...] = number
                if not (buffer == number).all():
                    return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(work, range(4)))


def test_two_threads_that_return_keep_the_larger(monkeypatch: pytest.MonkeyPatch) -> None:
    """While one thread decides which buffer to keep, another returns the largest."""
    workspace = Workspace()
    small, large = workspace.borrow((100,), LIKE), workspace.borrow((1000,), LIKE)
    small.__enter__()
    large.__enter__()
    with workspace.borrow((50,), LIKE):
        pass
    other = threading.Thread(target=large.__exit__, args=(None, None, None))

    def interrupted(array: Array) -> str:
        if other.ident is None:
            other.start()
            other.join(0.1)
        return device_of(array)

    monkeypatch.setattr("shapenet.kernels.workspace.device_of", interrupted)
    small.__exit__(None, None, None)
    other.join()
    assert workspace.nbytes == 4000


def test_a_layer_over_shapes_threads_and_twice() -> None:
    shapenet.manual_seed(0)
    layer = nn.Conv2d(3, 4, 3, padding=1)
    inputs = [shapenet.randn(n, 3, 6 + n, 5) for n in (1, 4, 2, 3)]
    expected = [layer(x).detach().numpy().copy() for x in inputs]
    with ThreadPoolExecutor(4) as pool:
        for _ in range(20):
            for got, wanted in zip(pool.map(lambda x: layer(x).detach().numpy(), inputs), expected, strict=True):
                np.testing.assert_array_equal(got, wanted)
    first, second = layer(inputs[1]), layer(inputs[1] * 2)  # the second call must not change the first result
    np.testing.assert_array_equal(first.detach().numpy(), expected[1])
    assert not np.shares_memory(first.detach().numpy(), second.detach().numpy())
