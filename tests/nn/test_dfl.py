"""The distributions of detectors."""

from __future__ import annotations

import numpy as np

import shapenet
from shapenet import nn
from shapenet.backend import Array
from shapenet.ops import Needs, Result
from shapenet.optim import SGD
from shapenet.testing import check_vjp


def test_the_mean_of_each_side() -> None:
    x = shapenet.randn(2, 4 * 5, 7)
    weights = np.exp(x.numpy().reshape(2, 4, 5, 7))
    wanted = (weights / weights.sum(2, keepdims=True) * np.arange(5.0)[:, None]).sum(2)
    np.testing.assert_allclose(nn.DFL(5)(x).numpy(), wanted, rtol=1e-5, atol=1e-6)


def test_a_certain_distribution_is_its_number() -> None:
    scores = np.full((1, 64, 1), -1e4, np.float32)
    scores[0, [3, 16 + 0, 32 + 15, 48 + 7], 0] = 0
    np.testing.assert_array_equal(nn.DFL()(shapenet.from_numpy(scores)).numpy()[0, :, 0], [3, 0, 15, 7])


def test_gradient() -> None:
    layer = nn.DFL(6).double()

    def op(x: Array) -> Result:
        leaf = shapenet.from_numpy(x).requires_grad_()
        y = layer(leaf)

        def vjp(grad: Array, needs: Needs) -> tuple[Array | None, ...]:
            leaf.grad = None
            y.backward(shapenet.from_numpy(grad), retain_graph=True)
            assert leaf.grad is not None
            return (leaf.grad.data if needs[0] else None,)

        return y.detach().numpy(), vjp

    rng = np.random.default_rng()
    check_vjp(op, rng.standard_normal((2, 24, 5)), rng=rng)


def test_the_weight_is_not_trained() -> None:
    layer = nn.DFL(4)
    assert list(layer.state_dict()) == ["conv.weight"]
    x = shapenet.randn(2, 16, 3, requires_grad=True)
    optimizer = SGD([*layer.parameters()], lr=1.0)
    layer(x).sum().backward()
    optimizer.step()
    np.testing.assert_array_equal(layer.conv.weight.detach().numpy()[0, :, 0, 0], [0, 1, 2, 3])
    assert x.grad is not None
    assert x.grad.numpy().any()
