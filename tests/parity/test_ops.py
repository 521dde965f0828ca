"""Operations on tensors against torch: outputs and gradients."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from shapenet import functional as F
from shapenet.backend import Array
from tests.parity.test_conv import TOLERANCE, agree

torch = pytest.importorskip("torch")

Shapes = list[tuple[int, ...]]
Case = tuple[Shapes, Callable[..., Any], Callable[..., Any] | None]
TF = torch.nn.functional

LABELS = np.array([0, 2, 1, 1])

CASES: dict[str, Case] = {
    "add": ([(3, 4), (4,)], lambda x, y: x + y, None),
    "subtract": ([(2, 1, 4), (3, 1)], lambda x, y: x - y, None),
    "multiply": ([(3, 4), ()], lambda x, y: x * y, None),
    "divide": ([(3, 4), (3, 1)], lambda x, y: x / y, None),
    "power": ([(3, 4), (4,)], lambda x, y: x**y, None),
    "power of a number": ([(3, 4)], lambda x: x**2 + 2**x + x**0, None),
    "reflected": ([(3, 4)], lambda x: (1 - x) * (2 / x), None),
    "exp log sqrt": ([(3, 4)], lambda x: x.exp().log() * x.sqrt(), None),
    "activations": ([(3, 4)], lambda x: (x - 1).relu() + x.sigmoid() * x.tanh() + (1 - x).abs(), None),
    "power at zero": ([(3, 4)], lambda x: (x * 0) ** 2 + (x * 0) ** 1 + (x * 0) ** 0, None),
    "sigmoid far out": ([(3, 4)], lambda x: (x * -40).sigmoid().log() + (x * 10).sigmoid(), None),
    "matmul": ([(5, 1, 3, 4), (2, 4, 2)], lambda x, y: x @ y, None),
    "vector products": ([(4,), (2, 4, 3)], lambda x, y: x @ y, None),
    "sum": ([(2, 3, 4)], lambda x: x.sum((0, -1)), None),
    "mean": ([(2, 3, 4)], lambda x: x.mean(1, keepdim=True), None),
    "amax": ([(2, 3, 4)], lambda x: x.amax((0, 2)), None),
    "max": ([(2, 3, 4)], lambda x: x.max(), None),
    "shapes": ([(2, 3, 4)], lambda x: x.permute(2, 0, 1).reshape(8, -1).transpose(0, 1).flatten(), None),
    "selections": ([(4, 3, 5)], lambda x: x[1:, None, ..., ::2], None),
    "log_softmax": ([(2, 3, 4)], lambda x: x.log_softmax(1), None),
    "F.log_softmax": ([(2, 3, 4)], lambda x: F.log_softmax(x, -2), lambda x: TF.log_softmax(x, -2)),
    "linear": (
        [(2, 3, 4), (5, 4), (5,)],
        lambda x, w, b: F.linear(x, w, b),
        lambda x, w, b: TF.linear(x, w, b),
    ),
    "cross_entropy": (
        [(4, 3)],
        lambda x: F.cross_entropy(x, _labels()),
        lambda x: TF.cross_entropy(x, torch.tensor(LABELS)),
    ),
    "mse_loss": ([(4, 3), (4, 3)], lambda x, y: F.mse_loss(x, y), lambda x, y: TF.mse_loss(x, y)),
}


def _labels() -> Any:
    import shapenet

    return shapenet.from_numpy(LABELS)


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("name", CASES)
def test_operation(name: str, dtype: Any) -> None:
    shapes, ours, theirs = CASES[name]
    rng = np.random.default_rng(0)
    for _ in range(5):
        arrays: list[Array] = [rng.uniform(0.5, 2, shape).astype(dtype) for shape in shapes]
        agree(ours, theirs or ours, [np.asarray(array) for array in arrays], rng)


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("affine", [True, False])
def test_batch_norm(training: bool, affine: bool) -> None:
    import shapenet

    rng = np.random.default_rng(0)
    statistics = [rng.standard_normal(3), rng.uniform(0.5, 2, 3)]
    own = [shapenet.from_numpy(array.copy()) for array in statistics]
    other = [torch.tensor(array.copy()) for array in statistics]
    arrays: list[Array] = [rng.standard_normal((4, 3, 5, 2)) * 3 + 1]
    arrays += [np.asarray(rng.standard_normal(3)) for _ in range(2 if affine else 0)]

    def ours(x: Any, weight: Any = None, bias: Any = None) -> Any:
        return F.batch_norm(x, own[0], own[1], weight, bias, training=training)

    def theirs(x: Any, weight: Any = None, bias: Any = None) -> Any:
        return TF.batch_norm(x, other[0], other[1], weight, bias, training=training)

    agree(ours, theirs, arrays, rng)
    for mine, reference in zip(own, other, strict=True):
        np.testing.assert_allclose(mine.numpy(), reference.numpy(), rtol=1e-10)
