"""Devices, without one: what is said when a GPU is asked for and there is none."""

from __future__ import annotations

import importlib.util
import sys
import threading

import numpy as np
import pytest

import shapenet
from shapenet import DeviceError, nn
from shapenet.backend import check_device, default_generator, manual_seed, own_generator, to_device


def has_gpu() -> bool:
    if importlib.util.find_spec("cupy") is None:
        return False
    import cupy

    return cupy.is_available()


def test_the_cpu() -> None:
    array = np.ones(3)
    assert check_device("cpu") == "cpu"
    assert to_device(array, "cpu") is array
    assert nn.Linear(2, 2).to("cpu").weight.device == "cpu"


@pytest.mark.parametrize("device", ["gpu", "cuda:", "cuda:x", "cuda:-1", ""])
def test_unknown_devices(device: str) -> None:
    with pytest.raises(DeviceError, match=f"^device must be .* got '{device}'$"):
        shapenet.zeros(2, device=device)


def test_without_cupy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cupy", None)
    with pytest.raises(DeviceError, match=r"^CUDA devices need cupy: pip install 'shapenet\[cuda\]'$"):
        shapenet.zeros(2).to("cuda:0")
    layer = nn.Linear(2, 2)
    with pytest.raises(DeviceError, match="need cupy"):
        layer.to("cuda")
    assert layer.weight.device == "cpu"


@pytest.mark.skipif(importlib.util.find_spec("cupy") is None, reason="cupy is not installed")
@pytest.mark.skipif(has_gpu(), reason="there is a GPU")
def test_without_a_gpu() -> None:
    with pytest.raises(DeviceError, match=r"^cupy finds no CUDA device: check that `nvidia-smi` shows"):
        shapenet.zeros(2, device="cuda:0")


@pytest.mark.gpu
@pytest.mark.skipif(not has_gpu(), reason="no CUDA device")
def test_there_and_back() -> None:
    x = shapenet.ones(2, 3, device="cuda:0")
    assert x.device == "cuda:0"
    assert (x + x).to("cpu").tolist() == [[2.0] * 3] * 2
    with pytest.raises(DeviceError, match="one device, got cpu and cuda:0"):
        x + shapenet.ones(3)


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
