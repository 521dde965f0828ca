"""Every operation on a device: the same numbers as on the CPU, the same gradients, and nobody waits."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from shapenet.backend import Array
from tests.gpu.conftest import Gpu
from tests.ops.test_gradients import TABLE, Draw

HOST = {"divisor", "rows", "columns"}
"""Options that are sizes, whatever they are written as."""

HIDDEN = {"batch_norm", "conv_batch_norm", "attention_weights", "recurrent", "dropout"}
"""Operations whose examples hide arrays from the test; their layers are tried in ``test_layers``. Those dropped at
random are others on a device: see ``test_dropping``."""


WAITING = {"index"}
"""Operations that may ask the device how large their result is: by a mask."""


def moved(value: Any, gpu: Gpu, dtype: type) -> Any:
    """*value* with its arrays on the device, and those that are floating in *dtype*."""
    if isinstance(value, np.ndarray):
        return gpu.to(cast(value, dtype))
    if isinstance(value, tuple | list):
        return rebuilt(value, [moved(part, gpu, dtype) for part in value])
    return value


def cast(value: Any, dtype: type) -> Any:
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return value.astype(dtype)
    if isinstance(value, tuple | list):
        return rebuilt(value, [cast(part, dtype) for part in value])
    return value


def rebuilt(model: Any, parts: list[Any]) -> Any:
    """A tuple or a list like *model*, whose parts may have names."""
    return type(model)(*parts) if hasattr(model, "_fields") else type(model)(parts)


def results(output: Array, vjp: Any, grad: Array, count: int) -> list[Array | None]:
    return [output, *vjp(grad, (True,) * count)]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", [name for name in TABLE if name not in HIDDEN])
def test_operations(gpu: Gpu, name: str, dtype: type) -> None:
    rng, bound = np.random.default_rng(), 5e-4 if dtype == np.float32 else 1e-9
    for place, make in enumerate(TABLE[name]):
        op, arrays, options = make(Draw(place))
        given = [cast(array, dtype) for array in arrays]
        output, vjp = op(*given, **{key: cast(value, dtype) for key, value in options.items()})
        grad = np.asarray(rng.standard_normal(output.shape), output.dtype)
        expected = results(output, vjp, grad, len(arrays))
        own = [gpu.to(array) for array in given]
        own_options = {key: value if key in HOST else moved(value, gpu, dtype) for key, value in options.items()}
        own_grad, before = gpu.to(grad), gpu.waits()
        output, vjp = op(*own, **own_options)
        got = results(output, vjp, own_grad, len(arrays))
        assert gpu.waits() == before or name in WAITING
        for there, here in zip(got, expected, strict=True):
            assert (there is None) == (here is None)
            if there is not None and here is not None:
                assert (there.dtype, there.shape) == (here.dtype, here.shape)
                scale = max(1.0, float(np.abs(here).max(initial=0)))
                np.testing.assert_allclose(gpu.back(there), here, rtol=bound, atol=bound * scale)
