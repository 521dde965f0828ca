"""Losses of predictions that are judged by labels: of scores for classes, and of pairs of vectors.

The *reduction* is ``"mean"``, ``"sum"`` or ``"none"``. As torch's deprecated arguments ``size_average`` and ``reduce``
are not here, what stands behind them there is given by name.
"""

from __future__ import annotations

from typing import Any, cast

import numpy as np

from shapenet import rules
from shapenet.backend import Array, filled, same_device
from shapenet.dims import Shape
from shapenet.functional.checks import check_elements, check_floating, check_number, checked_weight
from shapenet.functional.labels import Labels, check_ignore_index, check_total, checked_labels
from shapenet.ops import loss, shaping
from shapenet.ops.cosine_embedding import cosine_embedding
from shapenet.tensors import AnyTensor, apply, as_one

# --- classes ---


@as_one
def cross_entropy(
    input: AnyTensor,
    target: AnyTensor,
    weight: AnyTensor | None = None,
    *,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> AnyTensor:
    """``-log_softmax(input)[label]`` for logits ``[N, C, ...]`` and labels ``[N, ...]``, or ``[C]`` and ``[]``.

    The target may also be a probability for each class, of the shape of the logits: then it is the sum over classes of
    ``-target * log_softmax(input)``; whether they add up to 1 is not checked. *weight* ``[C]`` holds a factor for each
    class; a mean over labels is weighted by it. Labels that are *ignore_index* do not count. By *label_smoothing* the
    targets are moved from one class towards ``1/C`` for each.

    Source: label smoothing is from Szegedy et al., "Rethinking the Inception architecture" (2016), section 7.

    Raises:
        ShapeError: the reduction is unknown, or the shapes do not fit.
        ValueError: the logits, probabilities or weights are not floating, the labels no integers or out of range, an
            option is out of range, or there is no label to take the mean of.
    """
    rule, subject = rules.CrossEntropyLoss(reduction), "cross_entropy"
    shape = rule.output(input.data.shape, target.data.shape)
    check_smoothing(subject, label_smoothing)
    check_ignore_index(subject, ignore_index)
    check_floating(subject, input)
    factors = checked_weight(subject, rule, "weight", weight, input)
    same_device(input.data, target.data)
    x = _as_batch(input)
    if target.ndim == input.ndim:
        check_floating(subject, target)
        if ignore_index >= 0:
            raise ValueError(f"{subject} expects no ignore_index for probabilities, got {ignore_index}")
        return _shaped(_of_probabilities(rule, x, _as_batch(target), factors, label_smoothing), shape)
    labels = checked_labels(subject, _labels_as_batch(target, x), x.data.shape[1], ignore_index, factors, x.dtype)
    return _shaped(_of_labels(rule, x, labels, factors, label_smoothing), shape)


@as_one
def nll_loss(
    input: AnyTensor,
    target: AnyTensor,
    weight: AnyTensor | None = None,
    *,
    ignore_index: int = -100,
    reduction: str = "mean",
) -> AnyTensor:
    """``-input[label]`` for log-probabilities ``[N, C, ...]`` and labels ``[N, ...]``, or ``[C]`` and ``[]``.

    *weight* and *ignore_index* are those of ``cross_entropy``.

    Raises:
        ShapeError: the reduction is unknown, or the shapes do not fit.
        ValueError: the log-probabilities or weights are not floating, the labels no integers or out of range, or there
            is no label to take the mean of.
    """
    rule, subject = rules.NLLLoss(reduction), "nll_loss"
    shape = rule.output(input.data.shape, target.data.shape)
    check_ignore_index(subject, ignore_index)
    check_floating(subject, input)
    factors = checked_weight(subject, rule, "weight", weight, input)
    same_device(input.data, target.data)
    x = _as_batch(input)
    labels = checked_labels(subject, _labels_as_batch(target, x), x.data.shape[1], ignore_index, factors, x.dtype)
    total = _check_mean(rule, subject, target.numel(), labels.total)
    options: dict[str, Any] = {"labels": labels.labels, "factors": labels.factors, "total": total}
    return _shaped(apply(loss.nll, x, reduction=reduction, **options), shape)


def check_smoothing(subject: str, label_smoothing: float) -> None:
    """Check that *label_smoothing* is a part of 1.

    Raises:
        ValueError: it is not.
    """
    check_number(subject, "label_smoothing", label_smoothing, "from 0 to 1", lambda part: 0 <= part <= 1)


# --- pairs ---


def cosine_embedding_loss(
    input1: AnyTensor, input2: AnyTensor, target: AnyTensor, margin: float = 0.0, *, reduction: str = "mean"
) -> AnyTensor:
    """``1 - cos(input1, input2)`` where the target is 1, ``max(cos(input1, input2) - margin, 0)`` where it is -1.

    For vectors ``[N, D], [N, D]`` and targets ``[N]``, or all without N.

    Raises:
        ShapeError: the reduction is unknown, or the shapes do not fit.
        ValueError: the vectors are not floating, a target is neither 1 nor -1, there is no pair to take the mean of, or
            *margin* is no number from -1 to 1.
    """
    rule, subject = rules.CosineEmbeddingLoss(reduction), "cosine_embedding_loss"
    shape = rule.output(input1.data.shape, input2.data.shape, target.data.shape)
    check_margin(subject, margin)
    check_floating(subject, input1, input2)
    same_device(input1.data, input2.data, target.data)
    sides = target.data.reshape(-1)
    if not isinstance(sides, np.ndarray):  # nobody waits for the device: other targets make the loss NaN
        sides = np.where(np.absolute(sides) == 1, sides, np.nan).astype(input1.dtype)
    elif not bool((np.absolute(sides) == 1).all()):
        raise ValueError(f"{subject} expects targets of 1 or -1, got {np.unique(target.data).tolist()}")
    check_elements(subject, rule, target.numel())
    options: dict[str, Any] = {"target": sides, "margin": margin, "reduction": reduction}
    return _shaped(apply(cosine_embedding, _as_batch(input1), _as_batch(input2), **options), shape)


def check_margin(subject: str, margin: float) -> None:
    """Check that *margin* is a cosine.

    Raises:
        ValueError: it is not.
    """
    check_number(subject, "margin", margin, "from -1 to 1", lambda number: -1 <= number <= 1)


# --- what they share ---


def _of_probabilities(
    rule: rules.LossRule, x: AnyTensor, target: AnyTensor, factors: Array | None, smoothing: float
) -> AnyTensor:
    count = x.numel() // max(x.data.shape[1], 1)
    _check_mean(rule, "cross_entropy", count, count)
    options: dict[str, Any] = {"weight": _row(x, factors), "smoothing": smoothing, "total": count}
    return apply(loss.soft_cross_entropy, x, target, reduction=rule.reduction, **options)


def _of_labels(
    rule: rules.LossRule, x: AnyTensor, labels: Labels, factors: Array | None, smoothing: float
) -> AnyTensor:
    total, smooth = _check_mean(rule, "cross_entropy", labels.labels.size, labels.total), None
    if smoothing > 0:
        smooth = _row(x, factors) * (smoothing / x.data.shape[1])
        smooth = smooth if labels.kept is None else smooth * labels.kept[:, None]
    certain = labels.factors * (1 - smoothing)
    options: dict[str, Any] = {"labels": labels.labels, "factors": certain, "smooth": smooth, "total": total}
    return apply(loss.cross_entropy, x, reduction=rule.reduction, **options)


def _row(x: AnyTensor, factors: Array | None) -> Array:
    """The weights of the classes, so that they broadcast to the scores."""
    row = (1, x.data.shape[1], *(1,) * (x.ndim - 2))
    return filled(row, 1, x.dtype, x.data) if factors is None else factors.reshape(row)


def _labels_as_batch(target: AnyTensor, x: AnyTensor) -> Array:
    """``[]`` as ``[1]``."""
    return target.data.reshape(x.data.shape[:1] + x.data.shape[2:])


def _check_mean(rule: rules.LossRule, subject: str, count: int, total: Any) -> Any:
    if rule.reduction == "mean":
        check_total(subject, count, total)
    return total


def _as_batch(tensor: AnyTensor) -> AnyTensor:
    """``[C]`` as ``[1, C]``."""
    return tensor if tensor.ndim > 1 else apply(shaping.reshape, tensor, sizes=(1, tensor.numel()))


def _shaped(losses: AnyTensor, shape: Shape) -> AnyTensor:
    sizes = cast("tuple[int, ...]", shape)
    return losses if losses.data.shape == sizes else apply(shaping.reshape, losses, sizes=sizes)
