"""Normalisation against torch: configurations drawn anew in each run; values, gradients and running statistics."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import shapenet
from shapenet import Module, nn
from shapenet import functional as F
from shapenet.backend import Array
from tests.parity.test_nn import as_float64
from tests.parity.test_random import Case, Draw, check_many, in_any_order, reference

torch = pytest.importorskip("torch")

EACH = 40
TF = torch.nn.functional
TN = torch.nn


def spatial(draw: Draw, least: int, most: int) -> tuple[int, ...]:
    return tuple(draw.number(2, 12) for _ in range(draw.number(least, most)))


def flag(draw: Draw) -> bool:
    return bool(draw.rng.random() < 0.5)


def pointed(draw: Draw, weight: tuple[int, ...]) -> tuple[list[tuple[int, ...]], Callable[..., dict[str, Any]]]:
    """The shapes of a weight and a bias, of one of them, or of neither; and their names."""
    names = [name for name in ("weight", "bias") if flag(draw)]
    return [weight] * len(names), lambda rest: dict(zip(names, rest, strict=True))


def batch_norm(draw: Draw) -> Case:
    x = (draw.number(2, 6), draw.number(1, 40), *spatial(draw, 0, 2))
    shapes, named = pointed(draw, x[1:2])
    mean, variance = draw.rng.standard_normal(x[1]), draw.rng.uniform(0.5, 2, x[1])
    training, eps = flag(draw), 10.0 ** -draw.number(2, 6)

    def applied(function: Callable[..., Any], make: Callable[[Array], Any]) -> Callable[..., Any]:
        return lambda x, *rest: function(
            x, make(mean.copy()), make(variance.copy()), **named(rest), training=training, eps=eps
        )

    return Case(applied(F.batch_norm, shapenet.from_numpy), applied(TF.batch_norm, torch.tensor), [x, *shapes])


def instance_norm(draw: Draw) -> Case:
    x = (draw.number(1, 6), draw.number(1, 40), *spatial(draw, 1, 2))
    shapes, named = pointed(draw, x[1:2])
    eps = 10.0 ** -draw.number(2, 6)
    return Case(
        lambda x, *rest: F.instance_norm(x, **named(rest), eps=eps),
        lambda x, *rest: TF.instance_norm(x, **named(rest), eps=eps),
        [x, *shapes],
        single=2e-5,
    )


def group_norm(draw: Draw) -> Case:
    groups, size = draw.number(1, 6), draw.number(2, 6)
    x = (draw.number(1, 6), groups * size, *spatial(draw, 0, 3))
    eps, shapes = 10.0 ** -draw.number(2, 4), [x[1:2]] * (2 * flag(draw))  # torch fails with one of them
    return Case(
        lambda x, weight=None, bias=None: F.group_norm(x, groups, weight, bias, eps),
        lambda x, weight=None, bias=None: TF.group_norm(x, groups, weight, bias, eps),
        [x, *shapes],
        single=1e-4,  # two values may be close together
    )


def layer_norm(draw: Draw) -> Case:
    x = (*spatial(draw, 0, 2), *(draw.number(2, 30) for _ in range(draw.number(1, 2))))
    last = x[-draw.number(1, len(x)) :]
    shapes, named = pointed(draw, last)
    eps = 10.0 ** -draw.number(2, 4)
    return Case(
        lambda x, *rest: F.layer_norm(x, last, **named(rest), eps=eps),
        lambda x, *rest: TF.layer_norm(x, last, **named(rest), eps=eps),
        [x, *shapes],
        single=1e-4,
    )


def rms_norm(draw: Draw) -> Case:
    x = (*spatial(draw, 0, 2), *(draw.number(2, 30) for _ in range(draw.number(1, 2))))
    last = x[-draw.number(1, len(x)) :]
    eps = 10.0 ** -draw.number(2, 4)
    return Case(
        lambda x, weight=None: F.rms_norm(x, last, weight, eps),
        lambda x, weight=None: TF.rms_norm(x, last, weight, eps),
        [x, last][: draw.number(1, 2)],
        single=1e-4,
    )


@pytest.mark.parametrize("make", [batch_norm, instance_norm, group_norm, layer_norm, rms_norm])
def test_random_configurations(make: Callable[[Draw], Case]) -> None:
    check_many(make, EACH)


# --- layers, with their state ---


Both = tuple[Any, Any, tuple[int, ...]]
"""Our layer, torch's, and the shape of an input."""


def options(draw: Draw) -> dict[str, Any]:
    momentum = None if draw.rng.random() < 0.3 else float(draw.rng.uniform())
    return {"eps": 1e-3, "momentum": momentum, "affine": flag(draw), "track_running_stats": draw.rng.random() < 0.7}


def batch_norm1d(draw: Draw) -> Both:
    chosen, channels = options(draw), draw.number(1, 20)
    x = (draw.number(2, 6), channels, *spatial(draw, 0, 1))
    return nn.BatchNorm1d(channels, **chosen), TN.BatchNorm1d(channels, **chosen), x


def batch_norm2d(draw: Draw) -> Both:
    chosen, channels = options(draw), draw.number(1, 20)
    x = (draw.number(1, 6), channels, *spatial(draw, 2, 2))
    return nn.BatchNorm2d(channels, **chosen), TN.BatchNorm2d(channels, **chosen), x


def instance_norm2d(draw: Draw) -> Both:
    chosen, channels = options(draw) | {"momentum": float(draw.rng.uniform())}, draw.number(1, 20)
    x = (*((draw.number(1, 6),) if flag(draw) else ()), channels, *spatial(draw, 2, 2))
    return nn.InstanceNorm2d(channels, **chosen), TN.InstanceNorm2d(channels, **chosen), x


def group_norm_layer(draw: Draw) -> Both:
    groups, size, affine = draw.number(1, 5), draw.number(2, 5), flag(draw)
    x = (draw.number(1, 6), groups * size, *spatial(draw, 0, 3))
    sizes = groups, groups * size, 1e-3, affine
    return nn.GroupNorm(*sizes), TN.GroupNorm(*sizes), x


def layer_norm_layer(draw: Draw) -> Both:
    x = (*spatial(draw, 0, 2), draw.number(2, 30))
    last: Any = x[-1] if flag(draw) else x[-draw.number(1, len(x)) :]
    sizes = last, 1e-3, flag(draw), flag(draw)
    return nn.LayerNorm(*sizes), TN.LayerNorm(*sizes), x


def rms_norm_layer(draw: Draw) -> Both:
    x = (*spatial(draw, 0, 2), draw.number(2, 30))
    last: Any = x[-1] if flag(draw) else x[-draw.number(1, len(x)) :]
    sizes = last, (None if flag(draw) else 1e-3), flag(draw)
    return nn.RMSNorm(*sizes), TN.RMSNorm(*sizes), x


def fused_conv_bn(draw: Draw) -> Both:
    groups = draw.number(1, 3)
    channels, filters, kernel = groups * draw.number(1, 6), groups * draw.number(1, 9), draw.number(1, 3)
    window = draw.window(2) | {"groups": groups, "padding_mode": ["zeros", "reflect"][draw.number(0, 1)]}
    momentum = None if flag(draw) else 0.3
    pair = TN.Sequential()
    pair.add_module("conv", TN.Conv2d(channels, filters, kernel, **window, bias=False))
    pair.add_module("bn", TN.BatchNorm2d(filters, 1e-3, momentum))
    ours = nn.FusedConvBN(channels, filters, kernel, **window, eps=1e-3, momentum=momentum)
    return ours, pair, (draw.number(2, 5), channels, draw.number(6, 12), draw.number(6, 12))


def check_layer(ours: Module, theirs: Any, shape: tuple[int, ...], draw: Draw) -> None:
    as_float64(ours)
    theirs.double()
    state = {
        name: draw.rng.uniform(0.5, 1.5, tuple(tensor.shape)) if tensor.is_floating_point() else tensor.numpy()
        for name, tensor in theirs.state_dict().items()
    }
    assert list(ours.state_dict()) == list(state)
    ours.load_state_dict(state)
    theirs.load_state_dict({name: torch.tensor(values) for name, values in state.items()})
    for training in (True, True, False, True):
        ours.train(training)
        theirs.train(training)
        values = in_any_order(draw, shape)
        x, y = shapenet.from_numpy(values), reference(values).requires_grad_()
        x.requires_grad = True
        got, wanted = ours(x), theirs(y)
        weight = in_any_order(draw, tuple(wanted.shape))
        got.backward(shapenet.from_numpy(weight))
        wanted.backward(reference(weight))
        assert x.grad is not None
        pairs = [(got.detach(), wanted), (x.grad, y.grad)]
        pairs += [(p.grad, q.grad) for p, q in zip(ours.parameters(), theirs.parameters(), strict=True)]
        pairs += [(tensor, theirs.state_dict()[name]) for name, tensor in ours.state_dict().items()]
        for mine, other in pairs:
            expected = other.detach().numpy()
            scale = max(1.0, float(np.abs(expected).max(initial=0)))
            np.testing.assert_allclose(mine.numpy() / scale, expected / scale, rtol=0, atol=1e-9)


@pytest.mark.parametrize(
    "make",
    [
        batch_norm1d,
        batch_norm2d,
        instance_norm2d,
        group_norm_layer,
        layer_norm_layer,
        rms_norm_layer,
        fused_conv_bn,
    ],
)
def test_layers(make: Callable[[Draw], Both]) -> None:
    for seed in (secrets.randbits(32) for _ in range(EACH)):
        draw = Draw(seed)
        try:
            check_layer(*make(draw), draw)
        except Exception as failure:
            failure.add_note(f"seed {seed}")
            raise


def test_fused_equals_the_pair_of_layers() -> None:
    """To the last bit but for the order of sums, in float32, in both modes."""
    shapenet.manual_seed(secrets.randbits(32))
    fused = nn.FusedConvBN(5, 20, 3, 2, 1)
    conv, bn = nn.Conv2d(5, 20, 3, 2, 1, bias=False), nn.BatchNorm2d(20)
    conv.load_state_dict(fused.conv.state_dict())
    for training in (True, False, True):
        values = shapenet.randn(4, 5, 13, 12).numpy()
        results = []
        for layer in (fused, nn.Sequential(conv, bn)):
            x = shapenet.tensor(values, requires_grad=True)
            y = layer.train(training)(x)
            (y * y).sum().backward()
            gradients = [tensor.grad for tensor in (x, *layer.parameters())]
            results.append([y.detach(), *gradients, *(tensor for _, tensor in layer.named_buffers())])
        for mine, other in zip(*results, strict=True):
            np.testing.assert_allclose(mine.numpy(), other.numpy(), rtol=1e-5, atol=1e-5)
