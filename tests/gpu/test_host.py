"""The host that kernels are tried on: that it finds what would go wrong on a device."""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from shapenet.kernels.cuda.launch import _argument
from shapenet.kernels.cuda.optimizer import TABLE
from tests.gpu.conftest import Gpu, has_gpu
from tests.gpu.rehearsal import Rehearsal
from tests.gpu.standin import standin

SOURCE = """
extern "C" __global__ void turn(float* x, int count) {
    __shared__ float kept[64];
    kept[threadIdx.x] = x[threadIdx.x];
    __syncthreads();
    x[threadIdx.x] = kept[blockDim.x - 1 - threadIdx.x] + __shfl_xor_sync(0xffffffffu, count, 1);
}
extern "C" __global__ void stuck(float* x) { if (threadIdx.x > 3) __syncthreads(); *x = 1; }
extern "C" __global__ void beyond(float* x, int count) { x[count] = 1; }
"""


@pytest.fixture
def launch() -> Any:
    cupy, _ = standin()
    loaded = cupy.RawModule(code=SOURCE, options=())
    array = np.zeros(64, np.float32, like=cupy.array(0))
    return lambda name, *args, blocks=(1,), threads=(64,): loaded.get_function(name)(blocks, threads, (array, *args))


def test_threads_meet() -> None:
    cupy, _ = standin()
    array = cupy.array(np.arange(64, dtype=np.float32))
    loaded = cupy.RawModule(code=SOURCE, options=())
    for _ in range(3):
        loaded.get_function("turn")((1,), (64,), (array, np.int32(0)))
    np.testing.assert_array_equal(cupy.asnumpy(array), np.arange(64)[::-1])


def test_what_would_hang(launch: Any) -> None:
    with pytest.raises(AssertionError, match="a thread ended while others wait for it"):
        launch("stuck")


def test_what_writes_beyond() -> None:
    cupy, _ = standin()
    array = np.empty(64, np.float32, like=cupy.array(0))
    function = cupy.RawModule(code=SOURCE, options=()).get_function("beyond")
    function((1,), (1,), (array, np.int32(63)))
    for place in (64, -1):
        with pytest.raises(AssertionError, match=r"beyond.*writes beyond an array"):
            function((1,), (1,), (np.empty(64, np.float32, like=array), np.int32(place)))


@pytest.mark.parametrize("args", [(np.int64(0),), (np.float32(0),), (), (np.int32(0), np.int32(0)), (np.zeros(1),)])
def test_arguments_of_other_types(launch: Any, args: tuple[Any, ...]) -> None:
    with pytest.raises(AssertionError, match=r"an argument of kind|number of arguments"):
        launch("turn", *args)


def test_arrays_of_other_types() -> None:
    cupy, _ = standin()
    loaded = cupy.RawModule(code=SOURCE, options=())
    with pytest.raises(AssertionError, match="kind pf8 was given for one of kind pf4"):
        loaded.get_function("turn")((1,), (64,), (cupy.array(np.zeros(64)), np.int32(0)))


def test_launches_without_blocks(launch: Any) -> None:
    with pytest.raises(AssertionError, match="at least one block"):
        launch("beyond", np.int32(0), blocks=(0,))
    with pytest.raises(AssertionError, match="at most 1024 threads"):
        launch("beyond", np.int32(0), threads=(2048,))


def test_the_stand_in_is_as_particular_as_cupy(gpu: Gpu) -> None:
    x = gpu.to(np.arange(3.0))
    with pytest.raises(TypeError):
        x + np.arange(3.0)
    with pytest.raises(TypeError):
        np.stack([x, np.arange(3.0)])
    with pytest.raises(TypeError):
        np.asarray(x)
    if gpu.log is not None:
        gpu.log.waits.clear()
        assert float((x + 1).sum()) == 6
        assert (x * 2).tolist() == [0, 2, 4]
        assert gpu.log.waits == ["float", "tolist"]


ARGUMENTS = [np.int32(1), np.int64(1), np.float32(1), np.float64(1), np.uintp(0), np.zeros((), TABLE)]


@pytest.mark.skipif(has_gpu(), reason="there is a GPU, which would be given these")
def test_cupy_takes_such_arguments() -> None:
    """It looks at them before it launches anything, which fails here."""
    functions: Any = import_module("cupy.cuda.function")
    runtime: Any = import_module("cupy_backends.cuda.api.runtime")
    function = functions.Function.__new__(functions.Function)
    struct = _argument((1, 2, 3), np.dtype(np.float32), np.dtype(np.int64))
    for value in [*ARGUMENTS, struct]:
        with pytest.raises(runtime.CUDARuntimeError):
            function.linear_launch(1, (value,), 0, 128, SimpleNamespace(ptr=1))
    for value in (object(), np.zeros(3)):
        with pytest.raises(TypeError):
            function.linear_launch(1, (value,), 0, 128, SimpleNamespace(ptr=1))


def test_calls_that_cupy_refuses() -> None:
    cupy, _ = standin()
    x = cupy.array(np.arange(6.0).reshape(2, 3))
    with pytest.raises(TypeError, match="device"):
        np.ones(3, like=x)  # numpy hands cupy an argument that it does not know
    with pytest.raises(AssertionError, match="no setflags"):
        x.setflags()
    assert cupy.matmul(x, x.T).tolist() == (x @ x.T).tolist() == [[5, 14], [14, 50]]
    with pytest.raises(AssertionError, match="knows nothing of set_float32_matmul_precision"):
        x.astype(np.float32) @ x.astype(np.float32).T


@pytest.mark.skipif(has_gpu(), reason="there is a GPU, and nothing is rehearsed")
def test_views_that_would_be_copies() -> None:
    runtime: Any = import_module("cupy_backends.cuda.api.runtime")
    x = np.zeros((2, 3))

    def needs_a_device() -> None:
        raise runtime.CUDARuntimeError(35)

    Rehearsal()("add", needs_a_device, x + 1, x)
    Rehearsal()("reshape", needs_a_device, x.copy(), x)
    with pytest.raises(AssertionError, match="cupy copies where numpy's reshape gives a view"):
        Rehearsal()("reshape", needs_a_device, x.reshape(6), x)
