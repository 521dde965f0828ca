"""What ``tests/test_devices.py`` asks of a GPU, asked of what stands in for it, too."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import shapenet
from shapenet import AnyTensor, DeviceError, Tensor
from tests import test_devices as asked
from tests.gpu.conftest import Gpu


@pytest.mark.parametrize("make", asked.MAKERS)
def test_each_is_made_on_its_device(gpu: Gpu, make: Callable[..., AnyTensor]) -> None:
    shapenet.manual_seed(3)
    here = make()
    shapenet.manual_seed(3)
    before = gpu.waits()
    there = make(device=gpu.name)
    assert (gpu.waits(), there.device, there.dtype) == (before, gpu.name, here.dtype)
    np.testing.assert_array_equal(gpu.back(there.detach().data), here.detach().data)


@pytest.mark.parametrize("make", asked.LIKES)
def test_likes_stay_on_the_device_of_their_model(gpu: Gpu, make: Callable[..., AnyTensor]) -> None:
    model = shapenet.ones(2, 3, device=gpu.name)
    assert make(model).device == gpu.name
    assert make(model, device="cpu").device == "cpu"


@pytest.mark.parametrize("name", asked.OPERATIONS)
def test_two_devices_in_one_operation(gpu: Gpu, name: str) -> None:
    def pair() -> list[AnyTensor]:
        return [Tensor(asked.POSITIVE.copy()), Tensor(asked.POSITIVE.copy()).to(gpu.name)]

    for operands in (pair(), pair()[::-1]):
        with pytest.raises(DeviceError, match=f"^tensors must be on one device, got cpu and {gpu.name}$"):
            asked.OPERATIONS[name](*operands)
