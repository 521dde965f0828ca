"""Every loss against torch in float64: values and gradients, over random shapes and options, drawn anew in each run."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from shapenet import functional as F
from shapenet import nn
from shapenet.backend import Array
from shapenet.tensors import AnyTensor, Tensor

torch = pytest.importorskip("torch")

EACH = 60
TF = torch.nn.functional


class Draw:
    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)

    def flag(self) -> bool:
        return bool(self.rng.random() < 0.5)

    def number(self, low: int, high: int) -> int:
        return int(self.rng.integers(low, high + 1))

    def shape(self, least: int = 0) -> tuple[int, ...]:
        return tuple(self.number(1, 5) for _ in range(self.number(least, 4)))

    def normal(self, *shape: int, scale: float = 3) -> Array:
        """It may lie in memory in any order."""
        order = self.rng.permutation(len(shape))
        made = np.asarray(self.rng.standard_normal([shape[axis] for axis in order]) * scale)
        return np.asarray(made.transpose(np.argsort(order)))

    def uniform(self, *shape: int, low: float = 0.0, high: float = 1.0) -> Array:
        return np.asarray(self.rng.uniform(low, high, shape))

    def reduction(self, *more: str) -> str:
        return str(self.rng.choice(["mean", "sum", "none", *more]))

    def broadcast(self, shape: tuple[int, ...]) -> Array:
        """A weight that broadcasts to *shape*."""
        kept = shape[self.number(0, len(shape)) :]
        return self.uniform(*(1 if self.rng.random() < 0.3 else size for size in kept), low=0.1, high=2)


@dataclass
class Case:
    """The same call of both: names of the function and of the layer, tensors, options, and what is a tensor in them."""

    function: str
    layer: str
    inputs: list[Array]
    options: dict[str, Any]
    labels: list[Array] = field(default_factory=list)
    weights: dict[str, Array] = field(default_factory=dict)


def difference(function: str, layer: str, option: str = "") -> Callable[[Draw], Case]:
    def make(draw: Draw) -> Case:
        options: dict[str, Any] = {"reduction": draw.reduction()}
        if option:
            options[option] = float(draw.rng.choice([0.3, 1.0, 2.5] + [0.0] * (option == "beta")))
        shape = draw.shape()
        return Case(function, layer, [draw.normal(*shape), draw.normal(*shape)], options)

    return make


def kl_div(draw: Draw) -> Case:
    log, shape = draw.flag(), draw.shape(1)
    options = {"reduction": draw.reduction("batchmean"), "log_target": log}
    target = draw.normal(*shape) if log else draw.uniform(*shape, low=0.01)
    return Case("kl_div", "KLDivLoss", [draw.normal(*shape), target], options)


def bce(draw: Draw) -> Case:
    shape = draw.shape()
    weights = {"weight": draw.broadcast(shape)} if draw.flag() else {}
    inputs = [draw.uniform(*shape, low=0.001, high=0.999), draw.uniform(*shape)]
    return Case("binary_cross_entropy", "BCELoss", inputs, {"reduction": draw.reduction()}, weights=weights)


def bce_with_logits(draw: Draw) -> Case:
    shape = draw.shape()
    weights = {name: draw.broadcast(shape) for name in ("weight", "pos_weight") if draw.flag()}
    inputs = [draw.normal(*shape, scale=10), draw.uniform(*shape)]
    options = {"reduction": draw.reduction()}
    return Case("binary_cross_entropy_with_logits", "BCEWithLogitsLoss", inputs, options, weights=weights)


def scores(draw: Draw) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The shapes of scores and of labels."""
    classes, rest = draw.number(1, 6), draw.shape()
    return (classes, *rest) if not rest else (rest[0], classes, *rest[1:]), rest


def labels_of(draw: Draw, classes: int, shape: tuple[int, ...], options: dict[str, Any]) -> Array:
    """One at least is not ignored, and all have some integer dtype."""
    labels = draw.rng.integers(0, classes, shape)
    if draw.flag() and labels.size > 1:
        options["ignore_index"] = int(draw.rng.choice([-100, -1, 0, 255]))
        ignored = draw.rng.random(shape) < 0.3
        ignored.reshape(-1)[0] = False
        labels = np.where(ignored, options["ignore_index"], labels)
        labels.reshape(-1)[0] = classes - 1
        if (labels == options["ignore_index"]).all():
            del options["ignore_index"]
            labels = np.zeros_like(labels)
    return np.asarray(labels)


def cross_entropy(draw: Draw) -> Case:
    x, shape = scores(draw)
    classes = x[min(1, len(x) - 1)]
    options: dict[str, Any] = {"reduction": draw.reduction()}
    if draw.flag():
        options["label_smoothing"] = float(draw.rng.choice([0.1, 0.5, 1.0]))
    labels = labels_of(draw, classes, shape, options)
    weights = {"weight": draw.uniform(classes, low=0.1, high=2)} if draw.flag() else {}
    return Case("cross_entropy", "CrossEntropyLoss", [draw.normal(*x)], options, [labels], weights)


def soft_cross_entropy(draw: Draw) -> Case:
    x, _ = scores(draw)
    classes = x[min(1, len(x) - 1)]
    options = {"reduction": draw.reduction(), "label_smoothing": float(draw.rng.choice([0, 0.2, 1]))}
    weights = {"weight": draw.uniform(classes, low=0.1, high=2)} if draw.flag() else {}
    return Case("cross_entropy", "CrossEntropyLoss", [draw.normal(*x), draw.uniform(*x)], options, weights=weights)


def nll_loss(draw: Draw) -> Case:
    x, shape = scores(draw)
    classes = x[min(1, len(x) - 1)]
    options: dict[str, Any] = {"reduction": draw.reduction()}
    labels = labels_of(draw, classes, shape, options)
    weights = {"weight": draw.uniform(classes, low=0.1, high=2)} if draw.flag() else {}
    return Case("nll_loss", "NLLLoss", [draw.normal(*x)], options, [labels], weights)


def cosine_embedding(draw: Draw) -> Case:
    batch = (draw.number(1, 6),) if draw.flag() else ()
    x = (*batch, draw.number(2, 7))
    scale = float(draw.rng.choice([1e-4, 1, 1e5]))
    inputs = [draw.normal(*x, scale=scale), draw.normal(*x)]
    target = np.asarray(draw.rng.choice([-1, 1], batch))
    options = {"margin": float(draw.rng.choice([0, 0.4, -0.5])), "reduction": draw.reduction()}
    kind = np.float64 if draw.flag() else np.int64
    return Case("cosine_embedding_loss", "CosineEmbeddingLoss", inputs, options, [target.astype(kind)])


CASES: list[Callable[[Draw], Case]] = [
    difference("mse_loss", "MSELoss"),
    difference("l1_loss", "L1Loss"),
    difference("smooth_l1_loss", "SmoothL1Loss", "beta"),
    difference("huber_loss", "HuberLoss", "delta"),
    kl_div,
    bce,
    bce_with_logits,
    cross_entropy,
    soft_cross_entropy,
    nll_loss,
    cosine_embedding,
]


def reference(array: Array) -> Any:
    return torch.tensor(np.array(array, order="C"))


def close(got: Array, wanted: Any, tolerance: float = 1e-10) -> None:
    expected = wanted.detach().numpy()
    assert got.shape == expected.shape
    assert got.dtype == np.float64
    scale = max(float(np.abs(expected).max(initial=0)), 1.0)
    np.testing.assert_allclose(got / scale, expected / scale, rtol=0, atol=tolerance)


def check(case: Case, draw: Draw) -> None:
    for ours, theirs, keywords in [
        (getattr(F, case.function), getattr(TF, case.function), True),
        (getattr(nn, case.layer), getattr(torch.nn, case.layer), False),
    ]:
        own: dict[str, Any] = case.options | {name: Tensor(array) for name, array in case.weights.items()}
        other = case.options | {name: reference(array) for name, array in case.weights.items()}
        tensors: list[AnyTensor] = [Tensor(array, requires_grad=True) for array in case.inputs]
        references = [reference(array).requires_grad_() for array in case.inputs]
        labels: list[AnyTensor] = [Tensor(array) for array in case.labels]
        known = [reference(array) for array in case.labels]
        if keywords:
            got, wanted = ours(*tensors, *labels, **own), theirs(*references, *known, **other)
        else:
            layer, module = ours(**own), theirs(**other)
            assert list(layer.state_dict()) == list(module.state_dict())
            got, wanted = layer(*tensors, *labels), module(*references, *known)
        close(got.detach().numpy(), wanted)
        weight = draw.normal(*got.shape, scale=1)
        got.backward(Tensor(weight))
        wanted.backward(reference(weight))
        for tensor, its in zip(tensors, references, strict=True):
            assert tensor.grad is not None
            close(tensor.grad.numpy(), its.grad)


@pytest.mark.filterwarnings("ignore:reduction:UserWarning")  # torch's advice on kl_div
@pytest.mark.parametrize("make", CASES)
def test_random_losses(make: Callable[[Draw], Case]) -> None:
    for seed in (secrets.randbits(32) for _ in range(EACH)):
        draw = Draw(seed)
        try:
            check(make(draw), draw)
        except Exception as failure:
            failure.add_note(f"seed {seed}")
            raise


def test_orthogonal_vectors_have_the_gradient_of_torch() -> None:
    """At a margin of exactly their cosine."""
    case = Case(
        "cosine_embedding_loss",
        "CosineEmbeddingLoss",
        [np.array([1.0, 0.0, 2.0]), np.array([0.0, 3.0, 0.0])],
        {},
        [np.asarray(-1)],
    )
    check(case, Draw(0))


def test_probabilities_of_0_and_1() -> None:
    x, y = np.array([0.0, 1.0, 0.0, 1.0]), np.array([0.0, 0.0, 1.0, 1.0])
    ours: AnyTensor = Tensor(x, requires_grad=True)
    theirs = reference(x).requires_grad_()
    got, wanted = F.binary_cross_entropy(ours, Tensor(y)), TF.binary_cross_entropy(theirs, reference(y))
    got.backward()
    wanted.backward()
    close(got.detach().numpy(), wanted)
    assert ours.grad is not None
    close(ours.grad.numpy(), theirs.grad, 1e-8)  # torch's least divisor is 1e-12 in float32
