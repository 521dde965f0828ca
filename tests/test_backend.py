"""Devices, without one: what is said when a GPU is asked for and there is none."""

from __future__ import annotations

import ast
import importlib.util
import inspect
import threading
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType
from typing import Any, NamedTuple

import numpy as np
import pytest

import shapenet
from shapenet import DeviceError, nn
from shapenet.backend import check_device, default_generator, manual_seed, own_generator, to_device
from tests.children import MISSING, run

GPU = shapenet.cuda.is_available()
NEEDS_GPU = pytest.mark.skipif(not GPU, reason="no CUDA device")
NEEDS_CUPY = pytest.mark.skipif(importlib.util.find_spec("cupy") is None, reason="cupy is not installed")


def has_driver() -> bool:
    if importlib.util.find_spec("cupy") is None:
        return False
    from cupy.cuda import runtime

    return runtime.driverGetVersion() > 0


ASKING = """
import numpy as np
import shapenet
from shapenet import data, nn

def asked(ask):
    try:
        ask()
    except shapenet.DeviceError as error:
        print(error)
    else:
        print("nothing was said")

layer, tensor = nn.Linear(2, 2), shapenet.zeros(2)
before = layer.weight.data
for ask in (
    lambda: shapenet.zeros(2, device="cuda:0"),
    lambda: shapenet.tensor([1.0], device="cuda"),
    lambda: shapenet.rand_like(tensor, device="cuda"),
    lambda: tensor.to("cuda:0"),
    lambda: tensor.cuda(),
    lambda: tensor.cuda(0),
    lambda: layer.to("cuda"),
    lambda: layer.cuda(0),
    lambda: shapenet.cuda.synchronize(),
    lambda: shapenet.cuda.get_device_name(0),
    lambda: shapenet.cuda.current_device(),
    lambda: shapenet.cuda.device(0).__enter__(),
    lambda: data.DataLoader(data.TensorDataset(tensor), pin_memory=True),
):
    asked(ask)
assert layer.weight.data is before and layer.weight.device == "cpu"
assert not shapenet.cuda.is_available() and shapenet.cuda.device_count() == 0
assert shapenet.cuda.memory_allocated() == shapenet.cuda.memory_reserved() == 0
shapenet.cuda.empty_cache()
"""


def sentences(refused: str = "", error: str = MISSING, **environment: str) -> set[str]:
    """What is said, wherever a GPU is asked for."""
    told = run(ASKING, refused=refused, error=error, **environment).splitlines()
    assert len(told) == 13
    loader = "DataLoader expects pin_memory to be False without a CUDA device, got True: "
    assert told[-1].startswith(loader)
    return {line.removeprefix(loader) for line in told}


def test_the_cpu() -> None:
    array = np.ones(3)
    assert check_device("cpu") == "cpu"
    assert to_device(array, "cpu") is array
    assert nn.Linear(2, 2).to("cpu").weight.device == "cpu"


@pytest.mark.parametrize("device", ["gpu", "cuda:", "cuda:x", "cuda:-1", "", 0, None])
def test_unknown_devices(device: Any) -> None:
    with pytest.raises(DeviceError, match=f"^device must be .* got {device!r}$"):
        shapenet.zeros(2, device=device)


def test_without_cupy() -> None:
    assert sentences(refused="cupy") == {"CUDA devices need cupy: pip install 'shapenet[cuda]'"}


def test_with_a_cupy_that_cannot_be_imported() -> None:
    broken = """ImportError("\\n====\\nlibcudart.so.12: cannot open shared object file\\n====")"""
    assert sentences(refused="cupy", error=broken) == {
        "CUDA devices need cupy, whose import fails (libcudart.so.12: cannot open shared object file):"
        " pip install --force-reinstall 'shapenet[cuda]'"
    }


@NEEDS_CUPY
def test_with_a_cupy_that_lacks_a_module() -> None:
    (told,) = sentences(refused="cupy_backends")
    assert told == (
        "CUDA devices need cupy, whose import fails (ModuleNotFoundError: No module named 'cupy_backends'):"
        " pip install --force-reinstall 'shapenet[cuda]'"
    )


@NEEDS_CUPY
@pytest.mark.skipif(has_driver(), reason="there is a driver")
def test_without_a_driver() -> None:
    (told,) = sentences()
    assert told == (
        "CUDA devices need the NVIDIA driver, and there is none: install it, until `nvidia-smi` shows the GPU"
    )


@pytest.mark.gpu
@NEEDS_GPU
def test_with_hidden_devices() -> None:
    (told,) = sentences(CUDA_VISIBLE_DEVICES="")
    assert told == (
        "CUDA finds no device (cudaErrorNoDevice): check that `nvidia-smi` shows the GPU,"
        " and mend CUDA_VISIBLE_DEVICES, which is ''"
    )


@pytest.mark.gpu
@NEEDS_GPU
def test_a_number_too_high() -> None:
    with pytest.raises(DeviceError, match=r"^device cuda:99 does not exist: this machine has .*, cuda:0"):
        shapenet.zeros(2, device="cuda:99")


@NEEDS_CUPY
def test_a_missing_library() -> None:
    """What is said where cupy does not find it, as where it was installed without ``[ctk]``."""
    why = 'Failure finding "libcublas.so.12"'
    told = run(
        "from shapenet.prerequisites import parts\nprint(*(part.problem for part in parts()), sep='\\n')",
        refused="cupy_backends.cuda.libs.cublas",
        error=f"ImportError({why!r} + ': No such file: libcublas.so.12')",
    ).splitlines()
    assert told[-1] == f"cupy cannot load the library cublas ({why}): pip install 'shapenet[cuda]' brings it"


@pytest.mark.parametrize("device", ["cpu", "", "gpu", "cuda-0"])
def test_only_cuda_is_cuda(device: str) -> None:
    for ask in (shapenet.zeros(2).cuda, nn.Linear(2, 2).cuda, shapenet.cuda.synchronize):
        with pytest.raises(DeviceError, match=rf"^device must be .*\"cuda:<number>\".*, got '{device}'$"):
            ask(device)


def test_neither_a_device_nor_a_dtype() -> None:
    with pytest.raises(TypeError, match=r"^to expects a device or a dtype, got 'gpu'$"):
        shapenet.zeros(2).to("gpu")
    with pytest.raises(TypeError, match=r"^Linear\.to expects a device or a floating dtype, got 'gpu'$"):
        nn.Linear(2, 2).to("gpu")


TRAINING = """
import sys
import shapenet
from shapenet import nn, optim
from shapenet import functional as F

model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.ReLU(), nn.Flatten(), nn.Dropout(0.1), nn.Linear(32, 3))
optimizer = optim.Adam(model.parameters())
for _ in range(2):
    loss = F.cross_entropy(model(shapenet.randn(4, 1, 6, 6, device="cpu")), shapenet.tensor([0, 1, 2, 0]))
    loss.backward()
    optimizer.step()
model.to("cpu").cpu()
loss.cpu().item()
print("cupy" in sys.modules)
"""


def test_training_on_the_cpu_imports_no_cupy() -> None:
    assert run(TRAINING) == "False\n"
    assert run(TRAINING, refused="cupy") == "False\n"


# --- what numpy hands to cupy ---


class Called(NamedTuple):
    """A call of one of numpy's functions in our source: its name, its keywords, and where it is."""

    name: str
    keywords: frozenset[str]
    where: str


def calls_of_numpy() -> Iterator[Called]:
    root = Path(shapenet.__path__[0])
    for file in sorted(root.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and ast.unparse(node.func.value) == "np"
            ):
                keywords = frozenset(keyword.arg for keyword in node.keywords if keyword.arg)
                yield Called(node.func.attr, keywords, f"{file.relative_to(root)}:{node.lineno}")


def test_arrays_are_made_as_cupy_takes_it() -> None:
    """Numpy hands ``np.ones(like=x)`` and its like on with an argument that cupy refuses; ``filled`` is there."""
    made = [call for call in calls_of_numpy() if "like" in call.keywords]
    assert made
    taken = {"array", "asarray", "arange", "empty", "zeros"}
    assert [call for call in made if call.name not in taken] == []


@NEEDS_CUPY
def test_cupy_has_what_operations_call() -> None:
    """Each function of numpy that may be given a cupy array, with its keywords: else it would fail there alone."""
    import cupy

    def known(name: str) -> bool | frozenset[str]:
        """The names of the parameters, where a function tells them all; else whether there is one."""
        function = getattr(cupy, name, None)
        if not isinstance(function, FunctionType):
            return function is not None
        parameters = inspect.signature(function).parameters.values()
        if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters):
            return True
        return frozenset(parameter.name for parameter in parameters) | {"like"}

    here = ("functional/", "kernels/", "methods/", "ops/", "optim/")
    on_the_host = {"array2string", "errstate", "take"}  # told to numpy alone
    calls = [call for call in calls_of_numpy() if call.where.startswith(here) and call.name not in on_the_host]
    assert len(calls) > 100
    lacking = []
    for call in calls:
        names = known(call.name)
        if not (names if isinstance(names, bool) else call.keywords <= names):
            lacking.append(call)
    assert lacking == []


def test_a_thread_may_have_a_generator_of_its_own() -> None:
    drawn: list[object] = []

    def work() -> None:
        own_generator(np.random.default_rng(3))
        drawn.append(shapenet.rand(2).tolist())
        drawn.append(manual_seed(4) is default_generator())

    generator = shapenet.manual_seed(1)
    before = generator.bit_generator.state
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert drawn == [np.random.default_rng(3).random(2, np.float32).tolist(), True]
    assert default_generator() is generator
    assert generator.bit_generator.state == before
