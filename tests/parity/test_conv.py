"""conv2d and max_pool2d against torch, over the full grid of their options."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from shapenet import functional as F
from shapenet.backend import Array
from shapenet.tensors import AnyTensor, Tensor

torch = pytest.importorskip("torch")

Pair = tuple[int, int]
TOLERANCE = {np.float64: 1e-10, np.float32: 1e-5}
STRIDES: list[int | Pair] = [1, 2, (2, 1)]
PADDINGS: list[int | Pair] = [0, 1, (1, 2)]
DILATIONS: list[int | Pair] = [1, 2, (2, 1)]
KERNELS: list[Pair] = [(1, 1), (3, 3), (3, 2)]
GROUPS = [1, 2, 4]  # 4 of 4 channels is depthwise


def close(ours: Array, theirs: Any, dtype: Any) -> None:
    wanted = theirs.detach().numpy()
    assert ours.shape == wanted.shape
    assert ours.dtype == wanted.dtype == dtype
    scale = max(float(np.abs(wanted).max(initial=0)), 1.0)
    assert float(np.abs(ours - wanted).max(initial=0)) <= TOLERANCE[dtype] * scale


def agree(ours: Any, theirs: Any, arrays: list[Array], rng: np.random.Generator) -> None:
    """The same output, and the same gradients for a random weight of the output."""
    dtype = arrays[0].dtype.type
    tensors: list[AnyTensor] = [Tensor(array, requires_grad=True) for array in arrays]
    torches = [torch.tensor(array, requires_grad=True) for array in arrays]
    got, wanted = ours(*tensors), theirs(*torches)
    close(got.detach().numpy(), wanted, dtype)
    weight = rng.standard_normal(got.shape).astype(dtype)
    got.backward(Tensor(weight))
    wanted.backward(torch.tensor(weight))
    for tensor, reference in zip(tensors, torches, strict=True):
        assert tensor.grad is not None
        close(tensor.grad.numpy(), reference.grad, dtype)


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("kernel", KERNELS, ids=str)
@pytest.mark.parametrize("groups", GROUPS)
def test_conv2d(dtype: Any, kernel: Pair, groups: int) -> None:
    rng = np.random.default_rng(0)
    for stride, padding, dilation, bias in itertools.product(STRIDES, PADDINGS, DILATIONS, (True, False)):
        options = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
        shapes = [(3, 4, 9, 8), (8, 4 // groups, *kernel), (8,)][: 3 if bias else 2]
        arrays: list[Array] = [rng.standard_normal(shape).astype(dtype) for shape in shapes]

        def ours(x: Any, w: Any, b: Any = None, options: Any = options) -> Any:
            return F.conv2d(x, w, b, **options)

        def theirs(x: Any, w: Any, b: Any = None, options: Any = options) -> Any:
            return torch.nn.functional.conv2d(x, w, b, **options)

        agree(ours, theirs, arrays, rng)


def test_max_pool2d_of_nan() -> None:
    rng = np.random.default_rng(0)
    x: Array = rng.standard_normal((2, 3, 9, 8))
    x[rng.random(x.shape) < 0.2] = np.nan
    tensor: AnyTensor = Tensor(x, requires_grad=True)
    reference = torch.tensor(x, requires_grad=True)
    got, wanted = F.max_pool2d(tensor, 3, 2, 1), torch.nn.functional.max_pool2d(reference, 3, 2, 1)
    np.testing.assert_array_equal(got.detach().numpy(), wanted.detach().numpy())
    got.sum().backward()
    wanted.sum().backward()
    assert tensor.grad is not None
    np.testing.assert_array_equal(tensor.grad.numpy(), reference.grad.numpy())


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("kernel", KERNELS, ids=str)
@pytest.mark.parametrize("groups", GROUPS)
def test_conv_transpose2d(dtype: Any, kernel: Pair, groups: int) -> None:
    rng = np.random.default_rng(groups)
    for stride, padding, dilation, more in itertools.product(STRIDES, PADDINGS, DILATIONS, (0, 1)):
        options = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
        options["output_padding"] = more if 1 not in (stride, dilation) and (2, 1) not in (stride, dilation) else 0
        shapes = [(3, 4, 6, 7), (4, 8 // groups, *kernel), (8,)][: 2 + more]
        arrays: list[Array] = [rng.standard_normal(shape).astype(dtype) for shape in shapes]

        def ours(x: Any, w: Any, b: Any = None, options: Any = options) -> Any:
            return F.conv_transpose2d(x, w, b, **options)

        def theirs(x: Any, w: Any, b: Any = None, options: Any = options) -> Any:
            return torch.nn.functional.conv_transpose2d(x, w, b, **options)

        agree(ours, theirs, arrays, rng)


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("kernel", [(2, 2), (3, 2), (3, 3)], ids=str)
def test_max_pool2d(dtype: Any, kernel: Pair) -> None:
    rng = np.random.default_rng(0)
    for stride, padding, dilation in itertools.product([None, *STRIDES], [0, 1, (1, 0)], DILATIONS):
        options = {"stride": stride, "padding": padding, "dilation": dilation}
        # Small integers make ties, which must go to the same element.
        arrays: list[Array] = [rng.integers(0, 4, (2, 3, 9, 8)).astype(dtype)]

        def ours(x: Any, options: Any = options) -> Any:
            return F.max_pool2d(x, kernel, **options)

        def theirs(x: Any, options: Any = options) -> Any:
            return torch.nn.functional.max_pool2d(x, kernel, **options)

        agree(ours, theirs, arrays, rng)


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("kernel", [(2, 2), (3, 2), (3, 3)], ids=str)
def test_avg_pool2d(dtype: Any, kernel: Pair) -> None:
    rng = np.random.default_rng(KERNELS.index(kernel) if kernel in KERNELS else 9)
    for stride, padding, count, divisor in itertools.product(
        [None, *STRIDES], [0, 1, (1, 0)], (True, False), (None, 3, -2)
    ):
        options = {"stride": stride, "padding": padding, "count_include_pad": count, "divisor_override": divisor}
        arrays: list[Array] = [rng.standard_normal((2, 3, 9, 8)).astype(dtype)]

        def ours(x: Any, options: Any = options) -> Any:
            return F.avg_pool2d(x, kernel, **options)

        def theirs(x: Any, options: Any = options) -> Any:
            return torch.nn.functional.avg_pool2d(x, kernel, **options)

        agree(ours, theirs, arrays, rng)
