"""Work shared among threads: every item once, failures raised, BLAS held back and let go, forks survived."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from shapenet.kernels import parallel

LONG = 1.0  # seconds of work: worth waking every thread


@pytest.fixture(params=[1, 2, 5], ids="{} threads".format)
def threads(request: pytest.FixtureRequest) -> Iterator[int]:
    before = parallel.get_num_threads()
    parallel.set_num_threads(request.param)
    yield request.param
    parallel.set_num_threads(before)


@pytest.mark.parametrize("count", [0, 1, 2, 7, 100])
def test_every_item_comes_once_and_in_order(threads: int, count: int) -> None:
    seen: list[tuple[int, int, int]] = []
    parallel.run(lambda thread, start, stop: seen.append((thread, start, stop)), count, LONG)
    seen.sort()
    assert [thread for thread, _, _ in seen] == list(range(max(1, min(threads, count))))
    assert [item for _, start, stop in seen for item in range(start, stop)] == list(range(count))


def test_short_work_wakes_nobody(threads: int) -> None:
    seen: list[int] = []
    parallel.run(lambda *_: seen.append(threading.get_ident()), 100, 1e-6)
    assert seen == [threading.get_ident()]


def test_a_failure_is_raised_when_all_have_ended(threads: int) -> None:
    ended: list[int] = []

    def work(thread: int, start: int, stop: int) -> None:
        if start == 0:
            raise KeyError("mine")
        ended.append(thread)

    with pytest.raises(KeyError, match="mine"):
        parallel.run(work, 10, LONG)
    assert sorted(ended) == list(range(1, threads))
    test_every_item_comes_once_and_in_order(threads, 10)  # the threads still serve


def test_work_inside_work_is_not_divided_again(threads: int) -> None:
    inner: list[tuple[int, int]] = []
    parallel.run(lambda *_: parallel.run(lambda _, i, j: inner.append((i, j)), 4, LONG), threads, LONG)
    assert inner == [(0, 4)] * threads or threads == 1


def test_callers_do_not_disturb_each_other(threads: int) -> None:
    def total(number: int) -> int:
        sums = [0] * threads

        def work(thread: int, start: int, stop: int) -> None:
            sums[thread] = sum(range(start, stop))

        for _ in range(50):
            parallel.run(work, number, LONG)
        return sum(sums)

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(total, [100, 200, 300, 400])) == [4950, 19900, 44850, 79800]


def blas_threads() -> list[int]:
    return [library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"]


def test_blas_is_held_to_one_thread(threads: int) -> None:
    before, inside = blas_threads(), []
    assert before
    parallel.run(lambda *_: inside.append(blas_threads()), threads, LONG)
    assert inside == [[1] * len(before)] * threads
    assert blas_threads() == before


LATE = """
import sys
from threadpoolctl import threadpool_info
from shapenet.kernels import parallel

def threads():
    return {one["filepath"]: one["num_threads"] for one in threadpool_info() if one["user_api"] == "blas"}

def inside():
    found = {}
    parallel.run(lambda *_: found.update(threads()), 1, 0.0)
    return found

assert set(inside().values()) == {1}
before = threads()
import scipy.linalg
assert len(threads()) > len(before), "scipy brings no BLAS of its own"
after = threads()
assert set(inside().values()) == {1}, inside()
assert threads() == after
"""


def test_blas_that_is_loaded_late_is_held_too() -> None:
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "2"}
    done = subprocess.run(
        [sys.executable, "-c", LATE], capture_output=True, text=True, check=False, timeout=120, env=environment
    )
    assert done.returncode == 0, done.stderr


def test_error_states_reach_all_threads(threads: int) -> None:
    zeros = np.zeros(threads)
    with np.errstate(divide="raise"), pytest.raises(FloatingPointError):
        parallel.run(lambda _, start, stop: np.divide(1, zeros[start:stop]), threads, LONG)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ((700, 300), (300, 200)),
        ((20, 900), (900, 1500)),
        ((4, 300, 300), (300, 200)),
        ((3, 1, 300, 200), (5, 200, 100)),
        ((7,), (7,)),
        ((2, 3), (3,)),
        ((0, 3), (3, 4)),
    ],
)
def test_matrix_products(threads: int, a: tuple[int, ...], b: tuple[int, ...]) -> None:
    rng = np.random.default_rng(0)
    x, y = (rng.standard_normal(shape) for shape in (a, b))
    expected = x @ y
    np.testing.assert_allclose(parallel.matmul(x, y), expected, rtol=0, atol=1e-11)
    if x.ndim > 1 and y.ndim > 1:
        turned = np.ascontiguousarray(x.swapaxes(-1, -2)).swapaxes(-1, -2)
        np.testing.assert_allclose(parallel.matmul(turned, y), expected, rtol=0, atol=1e-11)


def _child(answers: multiprocessing.SimpleQueue[float]) -> None:
    answers.put(float(parallel.matmul(np.ones((900, 900)), np.ones((900, 900))).sum()))


@pytest.mark.skipif(not hasattr(sys, "getswitchinterval") or sys.platform == "win32", reason="no fork here")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_forked_process_has_threads_of_its_own(threads: int) -> None:
    parallel.matmul(np.ones((900, 900)), np.ones((900, 900)))
    context = multiprocessing.get_context("fork")
    answers = context.SimpleQueue()
    child = context.Process(target=_child, args=(answers,))
    child.start()
    assert answers.get() == 900**3
    child.join(10)


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"SHAPENET_NUM_THREADS": "3", "OMP_NUM_THREADS": "5"}, "3"),
        ({"OMP_NUM_THREADS": "5,2"}, "5"),
        ({"OMP_NUM_THREADS": "many"}, str(parallel.usable_cores())),
        ({}, str(parallel.usable_cores())),
    ],
)
def test_the_environment_says_how_many(environment: dict[str, str], expected: str) -> None:
    code = "import shapenet; print(shapenet.get_num_threads())"
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == expected


@pytest.mark.parametrize("number", [0, -1, 1.5, True, "2"])
def test_a_wrong_number(number: object) -> None:
    with pytest.raises(ValueError, match="set_num_threads expects an int, at least 1, got"):
        parallel.set_num_threads(number)  # type: ignore[arg-type]
