"""Memory that is kept: used again once nobody refers to it, never before."""

from __future__ import annotations

import gc
import tracemalloc
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import shapenet
from shapenet import functional, nn
from shapenet.backend import Array
from shapenet.kernels import memory
from shapenet.kernels.memory import SMALL, Pool

SHAPE = (100, 1000)


def address(x: Array) -> int:
    return int(x.ctypes.data)


def test_a_buffer_is_used_again() -> None:
    pool = Pool()
    first = pool.empty(SHAPE, np.float32)
    place = address(first)
    assert place % 64 == 0
    assert first.flags.c_contiguous
    second = pool.empty(SHAPE, np.float32)
    assert not np.shares_memory(first, second)
    del first
    third = pool.empty((1000, 50), np.float64)  # other shape and dtype, same size
    assert address(third) == place


@pytest.mark.parametrize(
    "view",
    [
        lambda x: x.T,
        lambda x: x[10:20, ::2],
        lambda x: x.reshape(-1).view(np.int32)[5:],
        lambda x: memoryview(x),
        lambda x: np.lib.stride_tricks.as_strided(x, (3, 3)),
        lambda x: np.broadcast_to(x[None], (4, *SHAPE)),
    ],
)
def test_any_view_keeps_it(view: object) -> None:
    pool = Pool()
    x = pool.empty(SHAPE, np.float32)
    place = address(x)
    kept = view(x)  # type: ignore[operator]
    del x
    other = pool.empty(SHAPE, np.float32)
    assert address(other) != place
    del kept
    assert address(pool.empty(SHAPE, np.float32)) == place


def test_free_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "SPARE", 2**20)
    pool = Pool()
    for size in range(50, 90):
        pool.empty((size, 2**12), np.float32)
    used, free = pool.nbytes
    assert used == 0
    assert free <= 2**20 + 90 * 2**14 * 1.25
    held = [pool.empty((64, 2**12), np.float32) for _ in range(8)]
    del held
    assert pool.nbytes[1] >= 8 * 2**20  # as much as was in use may stay
    pool.release()
    assert pool.nbytes == (0, 0)


def test_small_arrays_are_left_to_malloc() -> None:
    pool = Pool()
    pool.empty((SMALL // 4 - 1,), np.float32)
    assert pool.nbytes == (0, 0)
    assert pool.empty((0, 5), np.float32).shape == (0, 5)


def test_threads_never_share() -> None:
    pool = Pool()

    def work(number: int) -> bool:
        for _ in range(200):
            x = pool.empty(SHAPE, np.int32)
            x[...] = number
            if not (x == number).all():
                return False
        return True

    with ThreadPoolExecutor(4) as threads:
        assert all(threads.map(work, range(4)))
    assert sum(pool.nbytes) <= 5 * 2**20


def test_memory_order_is_that_of_the_model() -> None:
    like = np.empty((2, 3, 4, 5), np.float32).transpose(0, 3, 1, 2)
    x = memory.empty_in_order((7, 8, 9, 6), like)
    assert x.shape == (7, 8, 9, 6)
    assert x.transpose(0, 2, 3, 1).flags.c_contiguous


def net() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(3, 32, 3, padding=1), nn.BatchNorm2d(32), nn.ReLU(), nn.Conv2d(32, 32, 3, padding=1), nn.ReLU()
    )


def test_a_step_in_steady_state_allocates_nothing_large() -> None:
    model, x = net(), shapenet.randn(16, 3, 32, 32)
    optimizer = shapenet.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)

    def step() -> None:
        optimizer.zero_grad()
        (model(x) ** 2).mean().backward()
        optimizer.step()

    for _ in range(3):
        step()
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        step()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak - before < 2**20  # an activation alone is 2 MiB


def test_results_stay_when_the_tape_has_let_go() -> None:
    model, x = net(), shapenet.randn(16, 3, 32, 32)
    first = model(x)
    kept, values = first.detach().numpy(), first.detach().numpy().copy()
    first.sum().backward()
    gradient = model[0].weight.grad.numpy().copy()  # type: ignore[index]
    del first
    for _ in range(3):
        functional.relu(model(x)).sum().backward()
    np.testing.assert_array_equal(kept, values)
    assert np.isfinite(gradient).all()


def test_memory_plan_is_near_what_a_step_takes() -> None:
    model = net()
    plan = model.memory_plan(32, 3, 32, 32)
    activation = 32 * 32 * 32 * 32 * 4
    assert plan.parameters == sum(tensor.data.nbytes for tensor in model.state_dict().values())
    # The inputs of the batch norm and of the second convolution, and the output of the last ReLU.
    assert plan.saved == pytest.approx(3 * activation, rel=0.02)
    assert plan.peak >= plan.saved + activation
    assert plan.total == plan.parameters + plan.peak + plan.scratch
    assert "scratch" in str(plan)
    assert model.memory_plan(64, 3, 32, 32).saved == pytest.approx(2 * plan.saved, rel=0.02)
    assert all(parameter.grad is None for parameter in model.parameters())
    assert float(model.state_dict()["1.running_mean"].numpy().sum()) == 0  # the model itself was not run


def test_memory_plan_refuses_what_does_not_fit() -> None:
    with pytest.raises(shapenet.ShapeError, match="expects 3 channels in dimension 1, got 4"):
        net().memory_plan(32, 4, 32, 32)
