"""Losses of each element of two tensors of one shape.

The *reduction* is ``"mean"``, ``"sum"`` or ``"none"``. As torch's deprecated arguments ``size_average`` and ``reduce``
are not here, what stands behind them there is given by name.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from shapenet import rules
from shapenet.backend import Array, filled
from shapenet.functional.checks import check_elements, check_floating, check_number, checked_weight
from shapenet.ops import pointwise_loss
from shapenet.tensors import AnyTensor, apply

# --- differences ---


def mse_loss(input: AnyTensor, target: AnyTensor, *, reduction: str = "mean") -> AnyTensor:
    """``(input - target)**2``, for two tensors of one shape.

    Raises:
        ShapeError: the reduction is unknown, or the shapes differ.
        ValueError: one of them is not floating, or there is no element to take the mean of.
    """
    return _of_elements(rules.MSELoss(reduction), "mse_loss", pointwise_loss.mse, input, target)


def l1_loss(input: AnyTensor, target: AnyTensor, *, reduction: str = "mean") -> AnyTensor:
    """``|input - target|``, for two tensors of one shape.

    Raises:
        ShapeError: the reduction is unknown, or the shapes differ.
        ValueError: one of them is not floating, or there is no element to take the mean of.
    """
    return _of_elements(rules.L1Loss(reduction), "l1_loss", pointwise_loss.l1, input, target)


def smooth_l1_loss(input: AnyTensor, target: AnyTensor, *, reduction: str = "mean", beta: float = 1.0) -> AnyTensor:
    """``d**2 / (2*beta)`` where ``|d| < beta`` for ``d = input - target``, else ``|d| - beta/2``.

    Source: Girshick, "Fast R-CNN" (2015), equation 3, for a *beta* of 1.

    Raises:
        ShapeError: the reduction is unknown, or the shapes differ.
        ValueError: one of them is not floating, there is no element to take the mean of, or *beta* is negative.
    """
    check_beta("smooth_l1_loss", beta)
    rule = rules.SmoothL1Loss(reduction)
    if beta == 0:
        return _of_elements(rule, "smooth_l1_loss", pointwise_loss.l1, input, target)
    return _of_elements(rule, "smooth_l1_loss", pointwise_loss.huber, input, target, delta=beta, scale=1 / beta)


def huber_loss(input: AnyTensor, target: AnyTensor, reduction: str = "mean", delta: float = 1.0) -> AnyTensor:
    """``d**2 / 2`` where ``|d| < delta`` for ``d = input - target``, else ``delta * (|d| - delta/2)``.

    Source: Huber, "Robust estimation of a location parameter" (1964), section 4.

    Raises:
        ShapeError: the reduction is unknown, or the shapes differ.
        ValueError: one of them is not floating, there is no element to take the mean of, or *delta* is not above 0.
    """
    check_delta("huber_loss", delta)
    rule = rules.HuberLoss(reduction)
    return _of_elements(rule, "huber_loss", pointwise_loss.huber, input, target, delta=delta, scale=1.0)


def check_beta(subject: str, beta: float) -> None:
    """Check that *beta* is not negative.

    Raises:
        ValueError: it is.
    """
    check_number(subject, "beta", beta, "of at least 0", lambda number: number >= 0)


def check_delta(subject: str, delta: float) -> None:
    """Check that *delta* is above 0.

    Raises:
        ValueError: it is not.
    """
    check_number(subject, "delta", delta, "above 0", lambda number: number > 0)


# --- probabilities ---


def kl_div(input: AnyTensor, target: AnyTensor, *, reduction: str = "mean", log_target: bool = False) -> AnyTensor:
    """``target * (log(target) - input)`` for log-probabilities *input*; the target may be logarithms, too.

    Where the target is 0, so is the loss. The *reduction* may also be ``"batchmean"``: the sum over the size of the
    batch, which is the divergence's own mean.

    Source: Kullback and Leibler, "On information and sufficiency" (1951), equation 2.4.

    Raises:
        ShapeError: the reduction is unknown, or the shapes differ.
        ValueError: one of them is not floating, there is no element to take the mean of, or *log_target* is no bool.
    """
    check_log_target("kl_div", log_target)
    return _of_elements(
        rules.KLDivLoss(reduction), "kl_div", pointwise_loss.kl_div, input, target, log_target=log_target
    )


def check_log_target(subject: str, log_target: bool) -> None:
    """Check that *log_target* is a bool.

    Raises:
        ValueError: it is not.
    """
    if not isinstance(log_target, bool):
        raise ValueError(f"{subject} expects log_target to be a bool, got {log_target!r}")


def binary_cross_entropy(
    input: AnyTensor, target: AnyTensor, weight: AnyTensor | None = None, *, reduction: str = "mean"
) -> AnyTensor:
    """``-(target*log(input) + (1-target)*log(1-input))``, for probabilities of one shape.

    No logarithm is below -100. The weight is a factor that broadcasts to the input.

    Raises:
        ShapeError: the reduction is unknown, or the shapes do not fit.
        ValueError: a tensor is not floating, the input no probability, or there is no element to take the mean of.
    """
    rule, subject = rules.BCELoss(reduction), "binary_cross_entropy"
    rule.output(input.data.shape, target.data.shape)
    factors = checked_weight(subject, rule, "weight", weight, input)
    check_floating(subject, input, target)
    if input.numel() and isinstance(input.data, np.ndarray):  # on a GPU the logarithm says so: it is NaN
        lowest, highest = float(input.data.min()), float(input.data.max())
        if not (lowest >= 0 and highest <= 1):
            raise ValueError(f"{subject} expects probabilities from 0 to 1, got {lowest} to {highest}")
    op = pointwise_loss.binary_cross_entropy
    return _of_elements(rule, subject, op, input, target, weight=_or_one(factors, input))


def binary_cross_entropy_with_logits(
    input: AnyTensor,
    target: AnyTensor,
    weight: AnyTensor | None = None,
    *,
    reduction: str = "mean",
    pos_weight: AnyTensor | None = None,
) -> AnyTensor:
    """``-(pos_weight*target*log(p) + (1-target)*log(1-p))`` for logits *input* and ``p = sigmoid(input)``.

    It is finite for any finite logit. The weights are factors that broadcast to the input.

    Raises:
        ShapeError: the reduction is unknown, or the shapes do not fit.
        ValueError: a tensor is not floating, or there is no element to take the mean of.
    """
    rule, subject = rules.BCEWithLogitsLoss(reduction), "binary_cross_entropy_with_logits"
    rule.output(input.data.shape, target.data.shape)
    options = {
        name: _or_one(checked_weight(subject, rule, name, given, input), input)
        for name, given in (("weight", weight), ("pos_weight", pos_weight))
    }
    return _of_elements(rule, subject, pointwise_loss.binary_cross_entropy_with_logits, input, target, **options)


# --- what they share ---


def _of_elements(
    rule: rules.LossRule, subject: str, op: Any, input: AnyTensor, target: AnyTensor, **options: Any
) -> AnyTensor:
    ask: Any = rule.output  # of two tensors
    ask(input.data.shape, target.data.shape)
    check_floating(subject, input, target)
    check_elements(subject, rule, input.numel())
    return apply(op, input, target, reduction=rule.reduction, **options)


def _or_one(weight: Array | None, input: AnyTensor) -> Array:
    return filled((), 1, input.dtype, input.data) if weight is None else weight
