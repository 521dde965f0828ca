"""Hooks: called around each call of a module, and able to change what passes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import shapenet
from shapenet import ContractError, Module, Tensor, nn
from shapenet.dims import B
from shapenet.nn.hooks import Gradients
from shapenet.tensors import AnyTensor


class Sum(Module):
    """Two inputs and a keyword."""

    def __call__(self, x: Tensor[B, 3], y: Tensor[B, 3], *, scale: float = 1.0) -> Tensor[B, 3]:
        return (x + y * 2) * scale


class Louder(Sum):
    """Calls what it inherits."""

    def __call__(self, x: Tensor[B, 3], y: Tensor[B, 3], *, scale: float = 1.0) -> Tensor[B, 3]:
        return super().__call__(x, y, scale=scale) * 2


def inputs() -> tuple[Tensor[2, 3], Tensor[2, 3]]:
    return shapenet.randn(2, 3, requires_grad=True), shapenet.randn(2, 3, requires_grad=True)


def test_forward_hooks_see_the_call() -> None:
    seen: list[Any] = []
    model, (x, y) = Louder(), inputs()
    model.register_forward_pre_hook(lambda module, args: seen.append(("before", module, len(args))))
    model.register_forward_hook(lambda module, args, out: seen.append(("after", module, out.shape)))
    model(x, y)
    assert seen == [("before", model, 2), ("after", model, (2, 3))]  # once, not for what is inherited


def test_forward_hooks_change_the_call() -> None:
    model, (x, y) = Sum(), inputs()
    model.register_forward_pre_hook(lambda module, args, kwargs: (args, {"scale": 3.0}), with_kwargs=True)
    model.register_forward_hook(lambda module, args, kwargs, out: out + kwargs["scale"], with_kwargs=True)
    np.testing.assert_allclose(model(x, y).detach(), (x.detach().numpy() + 2 * y.detach().numpy()) * 3 + 3, rtol=1e-5)
    single = nn.ReLU()
    single.register_forward_pre_hook(lambda module, args: -args[0])
    np.testing.assert_array_equal(single(x).detach(), np.maximum(-x.detach().numpy(), 0))


def test_the_annotation_holds_for_what_hooks_return() -> None:
    model, (x, y) = Sum(), inputs()
    with (
        model.register_forward_hook(lambda module, args, out: out.sum()),
        pytest.raises(ContractError, match="Sum"),
    ):
        model(x, y)
    with model.register_forward_pre_hook(lambda module, args: (args[0],)), pytest.raises(TypeError):
        model(x, y)
    assert model(x, y).shape == (2, 3)


def test_backward_hooks_see_all_gradients() -> None:
    seen: list[tuple[Gradients, Gradients]] = []
    model, (x, y) = Sum(), inputs()
    handle = model.register_full_backward_hook(lambda module, before, after: seen.append((before, after)))
    model(x, y).sum().backward()
    ((first, second), (out,)) = seen[0]
    for gradient, value in ((first, 1), (second, 2), (out, 1)):
        assert gradient is not None
        np.testing.assert_array_equal(gradient, np.full((2, 3), value))
    model(x.detach(), y).sum().backward()
    assert seen[1][0][0] is None
    handle.remove()
    handle.remove()
    model(x, y).sum().backward()
    assert len(seen) == 2


def test_backward_hooks_change_the_gradient() -> None:
    def double(module: Module, before: Gradients, after: Gradients) -> Gradients:
        return tuple(None if gradient is None else gradient * 2 for gradient in before)

    model, (x, y) = Sum(), inputs()
    model.register_full_backward_hook(double)
    model(x, y).sum().backward()
    np.testing.assert_array_equal(x.grad, np.full((2, 3), 2))
    np.testing.assert_array_equal(y.grad, np.full((2, 3), 4))
    model.register_full_backward_hook(lambda module, before, after: before[:1])
    with pytest.raises(ValueError, match=r"^a backward hook of Sum must return 2 gradients, got 1$"):
        model(x, y).sum().backward()


def test_backward_hooks_without_input_gradients() -> None:
    seen: list[Any] = []
    layer = nn.Linear(3, 2)
    layer.register_full_backward_hook(lambda module, before, after: seen.append((before, after[0].shape)))
    layer(shapenet.randn(4, 3)).sum().backward()
    assert seen == [((None,), (4, 2))]
    with shapenet.no_grad():
        layer(shapenet.randn(4, 3))
    assert len(seen) == 1


def test_backward_hooks_and_several_outputs() -> None:
    class Two(Module):
        def __call__(self, x: Tensor[B, 3]) -> tuple[Tensor[B, 3], Tensor[B, 3]]:
            return x * 2, x * 3

    seen: list[Any] = []
    model, (x, _) = Two(), inputs()
    model.register_full_backward_hook(lambda module, before, after: seen.append((before, after)))
    first, _ = model(x)
    first.sum().backward()
    (((arrived,), (one, other)),) = seen
    np.testing.assert_array_equal(arrived, np.full((2, 3), 2))
    np.testing.assert_array_equal(one, np.ones((2, 3)))
    assert other is None


def test_a_used_layer_twice() -> None:
    seen: list[AnyTensor] = []
    layer, (x, _) = nn.ReLU(), inputs()
    layer.register_full_backward_hook(lambda module, before, after: seen.append(after[0]))
    (layer(layer(x)) * 5).sum().backward(retain_graph=False)
    assert len(seen) == 2
    assert all((gradient.numpy() <= 5).all() for gradient in seen)
