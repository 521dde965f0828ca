"""Products of matrices on a device, wherever they lie, against those of numpy."""

from __future__ import annotations

import re
import sys
from typing import Any

import numpy as np
import pytest

import shapenet
from shapenet.backend import Array
from shapenet.kernels.cuda import cublas, products
from tests.gpu.conftest import Gpu


class Draws:
    """Arrays of random sizes that lie anyhow."""

    def __init__(self, gpu: Gpu, dtype: type) -> None:
        self.gpu, self.dtype, self.rng = gpu, dtype, np.random.default_rng()

    def sizes(self, count: int) -> tuple[int, ...]:
        return tuple(self.rng.integers(1, 6, count).tolist())

    def array(self, *shape: int) -> tuple[Array, Array]:
        """Numbers, and the same on the device: with axes in any order, as a part of more, or backwards."""
        order = self.rng.permutation(len(shape)).tolist() if self.rng.random() < 0.8 else list(range(len(shape)))
        more = self.rng.integers(0, 3, len(shape)).tolist() if self.rng.random() < 0.5 else [0] * len(shape)
        whole: Array = self.rng.standard_normal([shape[axis] + more[axis] for axis in order]).astype(self.dtype)
        back = np.argsort(order).tolist()
        some = tuple(slice(start, start + size) for start, size in zip(more, shape, strict=True))
        turned = tuple(slice(None, None, -1 if self.rng.random() < 0.1 else 1) for _ in shape)
        return whole.transpose(back)[some][turned], self.gpu.to(whole).transpose(back)[some][turned]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_products_of_any_arrays(gpu: Gpu, dtype: type) -> None:
    draws, bound = Draws(gpu, dtype), 1e-5 if dtype == np.float32 else 1e-12
    for _ in range(150):
        batch, (m, k, n) = draws.sizes(int(draws.rng.integers(0, 3))), draws.sizes(3)
        own = [batch, batch]
        if draws.rng.random() < 0.3:
            own[draws.rng.integers(0, 2)] = draws.rng.choice([0, 1]) * (1,) * len(batch)
        (a, a_there), (b, b_there) = draws.array(*own[0], m, k), draws.array(*own[1], k, n)
        expected = a.astype(np.float64) @ b.astype(np.float64)
        np.testing.assert_allclose(gpu.back(products.matmul(a_there, b_there)), expected, rtol=bound, atol=bound)
        before, out = draws.array(*expected.shape)
        products.matmul(a_there, b_there, out=out, add=True)
        np.testing.assert_allclose(gpu.back(out), expected + before, rtol=bound, atol=bound)
        out[...] = np.nan
        assert products.matmul(a_there, b_there, out=out) is out
        np.testing.assert_allclose(gpu.back(out), expected, rtol=bound, atol=bound)


def test_nothing_is_written_beside_the_result(gpu: Gpu) -> None:
    a, b = (gpu.to(np.ones(shape, np.float32)) for shape in [(2, 5, 3), (2, 3, 4)])
    for order in [(0, 1, 2), (1, 0, 2), (0, 2, 1), (2, 1, 0)]:
        whole = gpu.poisoned((6, 6, 6))
        out = whole.transpose(order)[1:3, :5, 1:5]
        products.matmul(a, b, out=out)
        assert (gpu.back(out) == 3).all()
        assert np.isfinite(gpu.back(whole)).sum() == out.size


@pytest.mark.parametrize("shape", [(0, 3, 4), (2, 0, 4), (2, 3, 0)])
def test_empty_products(gpu: Gpu, shape: tuple[int, int, int]) -> None:
    batch, m, k = shape
    out = gpu.poisoned((batch, m, 5))
    products.matmul(gpu.poisoned(shape), gpu.poisoned((batch, k, 5)), out=out)
    assert (gpu.back(out) == 0).all()


def test_other_products_are_left_to_cupy(gpu: Gpu) -> None:
    x = gpu.to(np.arange(6.0).reshape(2, 3))
    np.testing.assert_array_equal(gpu.back(products.matmul(x, x[0])), [5, 14])
    whole = gpu.to(np.arange(6).reshape(2, 3))
    np.testing.assert_array_equal(gpu.back(products.matmul(whole, whole.T)), [[5, 14], [14, 50]])
    if gpu.log is not None:
        assert not gpu.log.multiplied


def test_matrices_that_do_not_meet(gpu: Gpu) -> None:
    x = gpu.to(np.ones((2, 3), np.float32))
    wanted = re.escape("matmul expects as many rows of b as a has columns, got (2, 3) and (2, 3)")
    with pytest.raises(ValueError, match=wanted):
        products.matmul(x, x)


def test_precision(gpu: Gpu, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of single products, of batches, and of those that cupy makes by itself."""
    monkeypatch.setattr(products._settings, "precision", "highest")  # which it sets
    x = shapenet.from_numpy(np.random.default_rng().standard_normal((2, 3, 3), np.float32)).to(gpu.name)
    for precision, name in (("high", "TF32"), ("medium", "BF16"), ("highest", "DEFAULT")):
        shapenet.set_float32_matmul_precision(precision)
        assert shapenet.get_float32_matmul_precision() == precision
        for part in (x, x[0]):
            out, own = (part @ part).data, gpu.back(part.data)
            np.testing.assert_allclose(gpu.back(out), own @ own, rtol=0.1, atol=0.1)
            if gpu.log is not None:
                assert gpu.log.multiplied[-1] == cublas.COMPUTE_TYPES[precision]
        if gpu.log is not None:
            linalg: Any = sys.modules["cupy._core._routines_linalg"]
            assert linalg.now == getattr(linalg, f"COMPUTE_TYPE_{name}")


def test_unknown_precision() -> None:
    wanted = "^set_float32_matmul_precision expects precision to be one of 'highest', 'high', 'medium', got 'low'$"
    with pytest.raises(ValueError, match=wanted):
        shapenet.set_float32_matmul_precision("low")
    assert products.get_float32_matmul_precision() == "highest"
