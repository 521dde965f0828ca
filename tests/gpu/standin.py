"""What stands in for cupy where there is no GPU: arrays in main memory that are as particular as cupy's.

They answer numpy's functions where cupy has that function with such arguments, refuse numpy's arrays where cupy does,
and count how often a program would have waited for the device. Kernels are compiled by the C++ compiler. What
``empty`` makes is full of NaNs (-1 in integers), and a kernel that writes beyond it is found out.
"""

from __future__ import annotations

import inspect
import time
import types
import weakref
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any, Final

import cupy as real
import numpy as np

from shapenet.backend import Array
from tests.gpu.cublas import HANDLE, strided_batched
from tests.gpu.host import Function, Module
from tests.gpu.rehearsal import VIEWS, Rehearsal, mirrored

GUARD: Final = 256
"""Bytes around what ``empty`` makes."""

ATTRIBUTES: Final = frozenset({"shape", "dtype", "ndim", "size", "itemsize", "nbytes", "strides", "flags"})
WAITING: Final = frozenset({"item", "tolist", "tobytes", "get"})
SHAPES: Final = frozenset({"result_type", "shape", "ndim", "size"})
SIZED_BY_VALUES: Final = (np.nonzero, np.flatnonzero, np.argwhere, np.unique)


class Log:
    """What happened: how often the program would have waited for the device, and which kernels were launched."""

    def __init__(self) -> None:
        self.waits: list[str] = []
        self.launched: list[str] = []
        self.multiplied: list[int] = []  # the compute types of cuBLAS
        self.computed: list[str] = []  # what cupy would have launched kernels of its own for
        self.scattered: list[str] = []  # and those whose neighbouring threads would write far apart
        self._guarded: list[weakref.ref[Array]] = []

    def empty(self, shape: Any, dtype: Any = float) -> Array:
        """An array with poison in it and around it."""
        sizes, kind = ((shape,) if isinstance(shape, int) else tuple(shape)), np.dtype(dtype)
        nbytes = int(np.prod(sizes, dtype=np.int64)) * kind.itemsize
        buffer = np.full(nbytes + 2 * GUARD, 255, np.uint8)
        self._guarded.append(weakref.ref(buffer))
        return np.ndarray(sizes, kind, buffer, GUARD)

    def check(self) -> None:
        """Find out whether something was written beside the arrays."""
        alive = [(reference, buffer) for reference in self._guarded if (buffer := reference()) is not None]
        self._guarded = [reference for reference, _ in alive]
        for _, buffer in alive:
            edges = np.concatenate((buffer[:GUARD], buffer[-GUARD:]))
            assert (edges == 255).all(), f"{self.launched[-1:]} or a product writes beyond an array"


class Pointer:
    """The address of an array."""

    def __init__(self, ptr: int) -> None:
        self.ptr = ptr


class Device:
    """The only device."""

    def __init__(self, device: int = 0) -> None:
        assert device == 0
        self.id = 0

    def __enter__(self) -> Device:
        return self

    def __exit__(self, *_: object) -> None:
        pass


class Event:
    """A moment."""

    def record(self) -> None:
        self.time = time.perf_counter()

    def synchronize(self) -> None:
        pass


def elapsed(start: Event, end: Event) -> float:
    """Milliseconds between two moments."""
    return (end.time - start.time) * 1e3


def standin() -> tuple[types.ModuleType, Log]:
    """A module to take cupy's place, and its log."""
    log, rehearse = Log(), Rehearsal()

    class Host(np.lib.mixins.NDArrayOperatorsMixin):
        """An array that is no ``numpy.ndarray``."""

        def __init__(self, array: Array) -> None:
            self._array = array

        @property
        def data(self) -> Pointer:
            return Pointer(self._array.ctypes.data)

        @property
        def device(self) -> Device:
            return Device()

        @property
        def T(self) -> Any:  # noqa: N802
            return wrapped(self._array.T)

        def __getattr__(self, name: str) -> Any:
            if name.startswith("__"):
                raise AttributeError(name)
            if name in ATTRIBUTES:
                return getattr(self._array, name)
            assert hasattr(real.ndarray, name), f"cupy's arrays have no {name}"
            found = getattr(self._array, name)

            def method(*args: Any, **kwargs: Any) -> Any:
                if name in WAITING:
                    log.waits.append(name)
                    return found(*args, **kwargs)
                result = found(*unwrapped(args), **unwrapped(kwargs))
                real_args, real_kwargs = mirror(args), mirror(kwargs)
                theirs = getattr(mirrored(self._array), name)
                if name not in VIEWS and result is not self._array:
                    log.computed.append(name)
                rehearse(name, lambda: theirs(*real_args, **real_kwargs), result, self._array)
                return wrapped(result)

            return method

        def __getitem__(self, index: Any) -> Any:
            if any(isinstance(part, Host) and part.dtype == np.bool_ for part in np_tuple(index)):
                log.waits.append("a mask, whose size only the device knows")
            return wrapped(self._array[unwrapped(index)])

        def __setitem__(self, index: Any, value: Any) -> None:
            log.computed.append("setitem")
            self._array[unwrapped(index)] = unwrapped(value)

        def __len__(self) -> int:
            return len(self._array)

        def __iter__(self) -> Iterator[Any]:
            return (self[i] for i in range(len(self)))

        def __bool__(self) -> bool:
            log.waits.append("bool")
            return bool(self._array)

        def __float__(self) -> float:
            log.waits.append("float")
            return float(self._array)

        def __int__(self) -> int:
            log.waits.append("int")
            return int(self._array)

        def __index__(self) -> int:
            log.waits.append("index")
            return int(self._array)

        def __array__(self, *_: Any, **__: Any) -> Array:
            raise TypeError("Implicit conversion to a NumPy array is not allowed.")

        def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
            theirs = getattr(real, ufunc.__name__, None)
            assert callable(theirs), f"cupy has no {ufunc.__name__}"
            assert method == "__call__" or hasattr(theirs, method), f"cupy's {ufunc.__name__} has no {method}"
            told = "np.matmul knows nothing of set_float32_matmul_precision"
            assert ufunc is not np.matmul or inputs[0].dtype != np.float32, told
            real_inputs, real_kwargs = mirror(inputs), mirror(kwargs)
            rehearse(ufunc.__name__, lambda: getattr(ufunc, method)(*real_inputs, **real_kwargs), None)
            log.computed.append(ufunc.__name__)
            if any(isinstance(x, Host) and _turned(x._array) for x in kwargs.get("out", inputs[:1])):
                log.scattered.append(ufunc.__name__)
            with np.errstate(all="ignore"):  # a device warns of nothing
                return wrapped(getattr(ufunc, method)(*unwrapped(inputs), **unwrapped(kwargs)))

        def __array_function__(
            self, function: Callable[..., Any], _: object, args: tuple[Any, ...], kwargs: dict[str, Any]
        ) -> Any:
            theirs: Any = real
            for part in [*function.__module__.split(".")[1:], function.__name__]:
                theirs = getattr(theirs, part)  # raises where cupy has none
            if inspect.isfunction(theirs):
                inspect.signature(theirs).bind(*args, **kwargs)
            if function in SIZED_BY_VALUES or (function is np.where and len(args) == 1):
                log.waits.append(function.__name__)
            real_args, real_kwargs = mirror(args), mirror(kwargs)
            if function is np.empty:
                return Host(log.empty(*args, **kwargs))
            if function in (np.asarray, np.array):
                return Host(np.array(*(x._array if isinstance(x, Host) else x for x in args), **kwargs))
            if function is np.empty_like:
                model = np.empty_like(*unwrapped(args), **unwrapped(kwargs))
                model.view(np.uint8 if model.dtype.kind == "b" else model.dtype)[...] = _poison(model.dtype)
                return Host(model)
            result = function(*unwrapped(args), **unwrapped(kwargs))
            if function.__name__ not in VIEWS | SHAPES:
                log.computed.append(function.__name__)
            rehearse(function.__name__, lambda: theirs(*real_args, **real_kwargs), result, *unwrapped(args))
            return wrapped(result)

    def wrapped(value: Any) -> Any:
        if isinstance(value, np.ndarray | np.generic):
            return Host(np.asarray(value))
        if isinstance(value, tuple | list):
            return type(value)(*map(wrapped, value)) if hasattr(value, "_fields") else type(value)(map(wrapped, value))
        return value

    def unwrapped(value: Any) -> Any:
        if isinstance(value, Host):
            return value._array
        if isinstance(value, np.ndarray):
            raise TypeError("Unsupported type <class 'numpy.ndarray'>")
        if isinstance(value, tuple | list):
            return type(value)(map(unwrapped, value))
        if isinstance(value, dict):
            return {name: unwrapped(part) for name, part in value.items()}
        return value

    def mirror(value: Any) -> Any:
        if isinstance(value, Host):
            return mirrored(value._array)
        if isinstance(value, tuple | list):
            return type(value)(map(mirror, value))
        if isinstance(value, dict):
            return {name: mirror(part) for name, part in value.items()}
        return value

    class RawModule(Module):
        def get_function(self, name: str) -> Any:
            function: Function = super().get_function(name)

            def launched(*args: Any) -> None:
                log.launched.append(name)
                function(*args)
                log.check()

            return launched

    def asnumpy(array: Any, **_: Any) -> Array:
        log.waits.append("asnumpy")
        return np.array(array._array) if isinstance(array, Host) else np.asarray(array)

    def array(value: Any, *args: Any, **kwargs: Any) -> Host:
        return Host(np.array(value._array if isinstance(value, Host) else value, *args, **kwargs))

    def matmul(a: Any, b: Any, out: Any = None) -> Any:
        result = np.matmul(unwrapped(a), unwrapped(b), out=unwrapped(out))
        real_a, real_b, real_out = mirror((a, b, out))
        rehearse("matmul", lambda: real.matmul(real_a, real_b, out=real_out), result)
        return wrapped(result) if out is None else out

    def set_compute_type(dtype: Any, number: int) -> None:
        linalg.__dict__["now"] = number

    def multiply(*args: Any) -> None:
        log.multiplied.append(strided_batched(*args))
        log.check()

    module, linalg = types.ModuleType("cupy"), types.ModuleType("cupy._core._routines_linalg")
    vars(linalg).update({name: number for number, name in enumerate(_compute_types())})
    vars(linalg).update({"set_compute_type": set_compute_type, "now": None})
    runtime = types.SimpleNamespace(
        getDeviceCount=lambda: 1,
        getDevice=lambda: 0,
        getDeviceProperties=lambda _: {"name": b"no device"},
        driverGetVersion=lambda: 0,
        runtimeGetVersion=lambda: 0,
    )
    pinned_memory = types.SimpleNamespace(is_memory_pinned=lambda _: False)
    cuda = types.SimpleNamespace(
        Device=Device, runtime=runtime, Event=Event, get_elapsed_time=elapsed, pinned_memory=pinned_memory
    )
    vars(cuda)["device"] = types.SimpleNamespace(get_cublas_handle=lambda: HANDLE)
    vars(cuda)["cublas"] = types.SimpleNamespace(gemmStridedBatchedEx=multiply)
    core = types.SimpleNamespace(_routines_linalg=linalg)
    pool = types.SimpleNamespace(free_all_blocks=lambda: None)
    vars(module)["get_default_memory_pool"] = lambda: pool
    names = {
        "ndarray": Host,
        "empty": lambda shape, dtype=float: Host(log.empty(shape, dtype)),
        "RawModule": RawModule,
        "asnumpy": asnumpy,
        "array": array,
        "asarray": array,
        "matmul": matmul,
    }
    vars(module).update(
        {**names, "is_available": lambda: True, "__version__": real.__version__, "cuda": cuda, "_core": core}
    )
    return module, log


def np_tuple(index: Any) -> tuple[Any, ...]:
    """An index as a tuple."""
    return index if isinstance(index, tuple) else (index,)


def _turned(x: Array) -> bool:
    """Whether *x* has no gaps, but has its axes in another order than they lie in memory."""
    turned = x.transpose(sorted(range(x.ndim), key=lambda axis: -x.strides[axis]))
    return not x.flags.c_contiguous and turned.flags.c_contiguous


def _compute_types() -> list[str]:
    linalg: Any = import_module("cupy._core._routines_linalg")
    assert callable(linalg.set_compute_type)
    return [name for name in dir(linalg) if name.startswith("COMPUTE_TYPE_")]


def _poison(dtype: np.dtype[Any]) -> Any:
    return np.nan if dtype.kind in "fc" else np.array(255, np.uint8) if dtype.kind == "b" else -1
