"""Losses: what they refuse before they begin, extreme inputs, and their state."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest

import shapenet
from shapenet import ShapeError, nn
from shapenet import functional as F
from shapenet.tensors import AnyTensor, Tensor


def refuses(text: str, call: Callable[[], Any]) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(text)}$"):
        call()


@pytest.mark.parametrize("name", ["cross_entropy", "nll_loss"])
@pytest.mark.parametrize(
    ("labels", "options", "text"),
    [
        ([0, 3], {}, "labels from 0 to 2, got 0 to 3"),
        ([-1, 1], {}, "labels from 0 to 2, got -1 to 1"),
        ([-100, 3], {}, "labels from 0 to 2, got 3 to 3"),
        ([-100, -100], {"ignore_index": -1}, "labels from 0 to 2, got -100 to -100"),
        ([-1, 2**40], {"ignore_index": -1, "reduction": "sum"}, f"labels from 0 to 2, got {2**40} to {2**40}"),
        ([0.0, 1.0], {}, "integer labels, got dtype float32"),
        ([True, False], {}, "integer labels, got dtype bool"),
        ([5, 5], {"ignore_index": 5}, "a label that is not ignored, and of a weight other than 0, got none"),
        ([0, 1], {"weight": shapenet.tensor([0.0, 0.0, 1.0])}, "a label that is not ignored, and of a weight other"),
        ([0, 1], {"weight": shapenet.tensor([1, 1, 1])}, "weight to be floating, got dtype int64"),
        ([0, 1], {"weight": shapenet.ones(3, requires_grad=True)}, "weight to require no gradient"),
        ([0, 1], {"ignore_index": 1.0}, "ignore_index to be an int, got 1.0"),
    ],
)
def test_labels_are_checked(name: str, labels: list[Any], options: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match=f"^{name} expects {text}"):
        getattr(F, name)(shapenet.zeros(2, 3), shapenet.tensor(labels), **options)


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int32, np.uint64])
def test_labels_of_any_integer_dtype(dtype: Any) -> None:
    x = shapenet.randn(3, 200)
    labels = np.array([0, 100, 7], dtype)
    got = F.cross_entropy(x, Tensor(labels), reduction="none").numpy()
    np.testing.assert_array_equal(got, F.cross_entropy(x, Tensor(labels.astype(np.int64)), reduction="none").numpy())


def test_labels_that_are_ignored_count_nothing() -> None:
    """Not even where their class is impossible."""
    x = shapenet.tensor([[-np.inf, 0.0, 0.0], [0.0, 0.0, -np.inf]], requires_grad=True)
    loss = F.cross_entropy(x, shapenet.tensor([-100, 0]))
    loss.backward()
    assert loss.item() == pytest.approx(math.log(2))
    assert x.grad is not None
    np.testing.assert_allclose(x.grad.numpy(), [[0.0, 0, 0], [-0.5, 0.5, 0]])
    none = F.nll_loss(shapenet.tensor([[-np.inf, 0.0]]), shapenet.tensor([-100]), reduction="none")
    assert none.tolist() == [0]


def test_options_are_checked() -> None:
    x, y = shapenet.zeros(2, 3), shapenet.zeros(2, 3)
    labels = shapenet.zeros(2, dtype=np.int64)
    cases: list[tuple[str, Callable[..., Any], str, list[Any], str]] = [
        ("cross_entropy", nn.CrossEntropyLoss, "label_smoothing", [-0.1, 1.1, True, "1"], "a number from 0 to 1"),
        ("cross_entropy", nn.CrossEntropyLoss, "ignore_index", [1.5, True, None], "an int"),
        ("smooth_l1_loss", nn.SmoothL1Loss, "beta", [-1, math.nan, math.inf, False], "a number of at least 0"),
        ("huber_loss", nn.HuberLoss, "delta", [0, -1.0, math.nan, math.inf], "a number above 0"),
        ("kl_div", nn.KLDivLoss, "log_target", [1, None], "a bool"),
        ("cosine_embedding_loss", nn.CosineEmbeddingLoss, "margin", [1.5, -2, math.nan], "a number from -1 to 1"),
    ]
    for name, layer, option, wrong, text in cases:
        targets: tuple[AnyTensor, ...] = {"cross_entropy": (labels,), "cosine_embedding_loss": (y, labels)}.get(
            name, (y,)
        )
        call = partial(getattr(F, name), x, *targets)
        for function in (layer, call):
            with pytest.raises(ShapeError, match=r' expects reduction to be "mean", "sum".*, got \'avg\'$'):
                function(reduction="avg")
        for value in wrong:
            refuses(f"{layer.__name__} expects {option} to be {text}, got {value!r}", partial(layer, **{option: value}))
            refuses(f"{name} expects {option} to be {text}, got {value!r}", partial(call, **{option: value}))


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (
            lambda x: F.cross_entropy(x, x, ignore_index=0),
            "cross_entropy expects no ignore_index for probabilities, got 0",
        ),
        (
            lambda x: F.cross_entropy(x, x.to(np.int64)),
            "cross_entropy expects floating tensors, got dtype int64",
        ),
        (
            lambda x: F.binary_cross_entropy(x + 0.5, x),
            "binary_cross_entropy expects probabilities from 0 to 1, got 1.5 to 1.5",
        ),
        (
            lambda x: F.binary_cross_entropy(x * math.nan, x),
            "binary_cross_entropy expects probabilities from 0 to 1, got nan to nan",
        ),
        (
            lambda x: F.cosine_embedding_loss(x, x, shapenet.tensor([1, 0])),
            "cosine_embedding_loss expects targets of 1 or -1, got [0, 1]",
        ),
        (
            lambda x: F.mse_loss(x[:0], x[:0]),
            'mse_loss expects at least one element for reduction="mean", got none',
        ),
        (
            lambda x: F.kl_div(x[:0], x[:0], reduction="batchmean"),
            'kl_div expects at least one element for reduction="batchmean", got none',
        ),
        (lambda x: F.cross_entropy(x[:0], x[:0]), "cross_entropy expects at least one label, got none"),
        (
            lambda x: F.cross_entropy(x[:0], shapenet.zeros(0, dtype=np.int64)),
            "cross_entropy expects at least one label, got none",
        ),
        (
            lambda x: F.cross_entropy(x, shapenet.tensor([0, 1]), shapenet.ones(2)),
            "CrossEntropyLoss expects weight [3] for logits [2, 3], got [2]",
        ),
        (
            lambda x: F.binary_cross_entropy_with_logits(x, x, pos_weight=shapenet.ones(2)),
            "BCEWithLogitsLoss expects pos_weight to broadcast to [2, 3], got [2]",
        ),
        (
            lambda x: F.binary_cross_entropy_with_logits(x, x, shapenet.ones(3, dtype=np.int64)),
            "binary_cross_entropy_with_logits expects weight to be floating, got dtype int64",
        ),
        (
            lambda x: F.l1_loss(x, x.reshape(3, 2)),
            "L1Loss expects two equal shapes, got [2, 3] and [3, 2]: dimension 0 is 2 against 3",
        ),
        (lambda x: nn.BCELoss(x.to(np.int64)), "BCELoss expects weight to be floating, got dtype int64"),
        (
            lambda x: nn.BCEWithLogitsLoss(pos_weight=x.requires_grad_()),
            "BCEWithLogitsLoss expects pos_weight to require no gradient, for it would get none",
        ),
    ],
)
def test_inputs_are_checked(call: Callable[[AnyTensor], Any], text: str) -> None:
    refuses(text, lambda: call(shapenet.ones(2, 3)))


@pytest.mark.parametrize("reduction", ["sum", "none"])
def test_no_elements(reduction: str) -> None:
    x, labels = shapenet.zeros(0, 3, requires_grad=True), shapenet.zeros(0, dtype=np.int64)
    for loss, shape in [
        (F.cross_entropy(x, labels, reduction=reduction), (0,)),
        (F.cross_entropy(x, x.detach(), reduction=reduction), (0,)),
        (F.nll_loss(x, labels, reduction=reduction), (0,)),
        (F.huber_loss(x, x.detach(), reduction=reduction), (0, 3)),
        (F.binary_cross_entropy(x, x.detach(), reduction=reduction), (0, 3)),
        (F.cosine_embedding_loss(x, x.detach(), labels, reduction=reduction), (0,)),
    ]:
        assert loss.shape == (shape if reduction == "none" else ())
        x.grad = None
        loss.sum().backward()
        assert x.grad is not None
        assert x.grad.shape == (0, 3)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    "call",
    [
        lambda x, y, labels: F.cross_entropy(x, labels),
        lambda x, y, labels: F.cross_entropy(x, labels, label_smoothing=0.2),
        lambda x, y, labels: F.cross_entropy(x, y, label_smoothing=0.2),
        lambda x, y, labels: F.nll_loss(x.log_softmax(1), labels),
        lambda x, y, labels: F.binary_cross_entropy_with_logits(x, y),
        lambda x, y, labels: F.binary_cross_entropy_with_logits(x, y, pos_weight=shapenet.ones(3) * 5),
        lambda x, y, labels: F.kl_div(x.log_softmax(1), y),
        lambda x, y, labels: F.kl_div(y, x.log_softmax(1), log_target=True),
        lambda x, y, labels: F.l1_loss(x, y),
        lambda x, y, labels: F.huber_loss(x, y, delta=3),
        lambda x, y, labels: F.smooth_l1_loss(x, y, beta=0.5),
        lambda x, y, labels: F.cosine_embedding_loss(x, y, 2 * labels - 1),
    ],
)
def test_finite_at_1e30(call: Callable[[Any, Any, Any], AnyTensor], dtype: Any) -> None:
    for row in [[1e30, -1e30, 0.0], [-1e30, -1e30, -1e30], [1e30, 1e30, 1e30], [0.0, 0.0, -1e30]]:
        for target in [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.2, 0.3, 0.5]]:
            x = shapenet.tensor(np.array([row, row], dtype), requires_grad=True)
            loss = call(x, shapenet.tensor(np.array([target, target], dtype)), shapenet.tensor([0, 1]))
            loss.backward()
            assert np.isfinite(loss.item())
            assert x.grad is not None
            assert np.isfinite(x.grad.numpy()).all()


def test_small_losses_keep_their_digits() -> None:
    x = shapenet.tensor([-40.0, 40.0])
    got = F.binary_cross_entropy_with_logits(x, shapenet.tensor([0.0, 1.0]), reduction="none").numpy()
    np.testing.assert_allclose(got, math.exp(-40), rtol=1e-6)


def test_a_weight_is_state() -> None:
    layer = nn.CrossEntropyLoss(shapenet.tensor([1.0, 2.0, 3.0]))
    assert list(layer.state_dict()) == ["weight"]
    assert not list(layer.parameters())
    layer.load_state_dict({"weight": np.array([3.0, 1.0, 1.0], np.float32)})
    x, labels = shapenet.randn(4, 3), shapenet.tensor([0, 1, 2, 0])
    assert layer(x, labels).item() == F.cross_entropy(x, labels, shapenet.tensor([3.0, 1.0, 1.0])).item()
    assert list(nn.BCEWithLogitsLoss(pos_weight=shapenet.ones(3)).state_dict()) == ["pos_weight"]
    assert not nn.NLLLoss().state_dict()


def test_spelling() -> None:
    assert repr(nn.KLDivLoss(reduction="batchmean")) == 'KLDivLoss["batchmean"]'
    assert repr(nn.MSELoss()) == "MSELoss"


def test_images_in_any_memory_order() -> None:
    """In more than one piece of the kernels."""
    rng = np.random.default_rng(0)
    plain = rng.standard_normal((2, 5, 120, 130))
    labels = shapenet.tensor(rng.integers(0, 5, (2, 120, 130)))
    turned = np.ascontiguousarray(plain.transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2)
    first: AnyTensor = Tensor(plain, requires_grad=True)
    last: AnyTensor = Tensor(turned, requires_grad=True)
    losses = [F.cross_entropy(x, labels, label_smoothing=0.1) for x in (first, last)]
    assert losses[0].item() == pytest.approx(losses[1].item(), rel=1e-12)
    for x, loss in zip((first, last), losses, strict=True):
        loss.backward()
        assert x.grad is not None
    assert first.grad is not None
    assert last.grad is not None
    np.testing.assert_allclose(first.grad.numpy(), last.grad.numpy(), rtol=1e-9, atol=1e-15)
