"""Losses: from predictions and targets to one number, or with the reduction ``"none"`` to one for each of them.

As torch's deprecated arguments ``size_average`` and ``reduce`` are not here, what stands behind them there is given by
name.
"""

from __future__ import annotations

from typing import Any, Generic

from shapenet import functional, rules
from shapenet.functional import element_losses, losses
from shapenet.functional.checks import check_constant
from shapenet.functional.labels import check_ignore_index
from shapenet.nn.module import Module
from shapenet.nn.parameter import Buffer
from shapenet.nn.sizes import Reduction, default
from shapenet.tensors import AnyTensor, Shape, Tensor

Weight = Buffer[*tuple[Any, ...]] | None


class CrossEntropyLoss(Module, Generic[Reduction]):
    """``-log_softmax(logits)[label]``: ``[N, C, ...], [N, ...] -> []``, or both without N.

    The target may also be probabilities, of the shape of the logits. *weight* ``[C]``, *ignore_index* and
    *label_smoothing* are those of ``functional.cross_entropy``. Without a reduction the result is ``[N, ...]``.

    Raises:
        ShapeError: the reduction is unknown.
        ValueError: the weight is not floating or requires a gradient, or another option is out of range.
    """

    rule: rules.CrossEntropyLoss

    def __init__(
        self,
        weight: AnyTensor | None = None,
        *,
        ignore_index: int = -100,
        reduction: Reduction = default("mean"),
        label_smoothing: float = 0.0,
    ) -> None:
        self.rule = rules.CrossEntropyLoss(reduction)
        check_ignore_index("CrossEntropyLoss", ignore_index)
        losses.check_smoothing("CrossEntropyLoss", label_smoothing)
        self.weight = _kept("CrossEntropyLoss", "weight", weight)
        self.ignore_index = ignore_index
        self.reduction = reduction
        self.label_smoothing = label_smoothing

    def __call__(self, input: AnyTensor, target: AnyTensor) -> AnyTensor:
        return functional.cross_entropy(
            input,
            target,
            self.weight,
            ignore_index=self.ignore_index,
            reduction=self.reduction,
            label_smoothing=self.label_smoothing,
        )


class NLLLoss(Module, Generic[Reduction]):
    """``-log_probabilities[label]``: ``[N, C, ...], [N, ...] -> []``, or both without N.

    *weight* ``[C]`` and *ignore_index* are those of ``functional.cross_entropy``. Without a reduction the result is
    ``[N, ...]``.

    Raises:
        ShapeError: the reduction is unknown.
        ValueError: the weight is not floating or requires a gradient, or *ignore_index* is no int.
    """

    rule: rules.NLLLoss

    def __init__(
        self, weight: AnyTensor | None = None, *, ignore_index: int = -100, reduction: Reduction = default("mean")
    ) -> None:
        self.rule = rules.NLLLoss(reduction)
        check_ignore_index("NLLLoss", ignore_index)
        self.weight = _kept("NLLLoss", "weight", weight)
        self.ignore_index = ignore_index
        self.reduction = reduction

    def __call__(self, input: AnyTensor, target: AnyTensor) -> AnyTensor:
        return functional.nll_loss(input, target, self.weight, ignore_index=self.ignore_index, reduction=self.reduction)


class MSELoss(Module, Generic[Reduction]):
    """``(input - target)**2``: two tensors of one shape to one number; without a reduction, to that shape.

    Raises:
        ShapeError: the reduction is unknown.
    """

    rule: rules.MSELoss

    def __init__(self, *, reduction: Reduction = default("mean")) -> None:
        self.rule = rules.MSELoss(reduction)
        self.reduction = reduction

    def __call__(self, input: Tensor[*Shape], target: Tensor[*Shape]) -> AnyTensor:
        return functional.mse_loss(input, target, reduction=self.reduction)


class L1Loss(Module, Generic[Reduction]):
    """``|input - target|``: two tensors of one shape to one number; without a reduction, to that shape.

    Raises:
        ShapeError: the reduction is unknown.
    """

    rule: rules.L1Loss

    def __init__(self, *, reduction: Reduction = default("mean")) -> None:
        self.rule = rules.L1Loss(reduction)
        self.reduction = reduction

    def __call__(self, input: Tensor[*Shape], target: Tensor[*Shape]) -> AnyTensor:
        return functional.l1_loss(input, target, reduction=self.reduction)


class SmoothL1Loss(Module, Generic[Reduction]):
    """``d**2 / (2*beta)`` where ``|d| < beta``, else ``|d| - beta/2``; two tensors of one shape to one number.

    *d* is ``input - target``. Without a reduction the result has their shape.

    Source: Girshick, "Fast R-CNN" (2015), equation 3, for a *beta* of 1.

    Raises:
        ShapeError: the reduction is unknown.
        ValueError: *beta* is negative.
    """

    rule: rules.SmoothL1Loss

    def __init__(self, *, reduction: Reduction = default("mean"), beta: float = 1.0) -> None:
        self.rule = rules.SmoothL1Loss(reduction)
        element_losses.check_beta("SmoothL1Loss", beta)
        self.reduction = reduction
        self.beta = beta

    def __call__(self, input: Tensor[*Shape], target: Tensor[*Shape]) -> AnyTensor:
        return functional.smooth_l1_loss(input, target, reduction=self.reduction, beta=self.beta)


class HuberLoss(Module, Generic[Reduction]):
    """``d**2 / 2`` where ``|d| < delta``, else ``delta * (|d| - delta/2)``; two tensors of one shape to one number.

    *d* is ``input - target``. Without a reduction the result has their shape.

    Source: Huber, "Robust estimation of a location parameter" (1964), section 4.

    Raises:
        ShapeError: the reduction is unknown.
        ValueError: *delta* is not above 0.
    """

    rule: rules.HuberLoss

    def __init__(self, reduction: Reduction = default("mean"), delta: float = 1.0) -> None:
        self.rule = rules.HuberLoss(reduction)
        element_losses.check_delta("HuberLoss", delta)
        self.reduction = reduction
        self.delta = delta

    def __call__(self, input: Tensor[*Shape], target: Tensor[*Shape]) -> AnyTensor:
        return functional.huber_loss(input, target, self.reduction, self.delta)


class KLDivLoss(Module, Generic[Reduction]):
    """``target * (log(target) - input)`` for log-probabilities *input*: two tensors of one shape to one number.

    The target may be logarithms, too. The reduction ``"batchmean"`` divides the sum by the size of the batch. Without a
    reduction the result has the shape of the input.

    Source: Kullback and Leibler, "On information and sufficiency" (1951), equation 2.4.

    Raises:
        ShapeError: the reduction is unknown.
        ValueError: *log_target* is no bool.
    """

    rule: rules.KLDivLoss

    def __init__(self, *, reduction: Reduction = default("mean"), log_target: bool = False) -> None:
        self.rule = rules.KLDivLoss(reduction)
        element_losses.check_log_target("KLDivLoss", log_target)
        self.reduction = reduction
        self.log_target = log_target

    def __call__(self, input: Tensor[*Shape], target: Tensor[*Shape]) -> AnyTensor:
        return functional.kl_div(input, target, reduction=self.reduction, log_target=self.log_target)


class BCELoss(Module, Generic[Reduction]):
    """``-(target*log(input) + (1-target)*log(1-input))``: probabilities of one shape to one number.

    The weight is a factor that broadcasts to the input. Without a reduction the result has the shape of the input.

    Raises:
        ShapeError: the reduction is unknown.
        ValueError: the weight is not floating, or requires a gradient.
    """

    rule: rules.BCELoss

    def __init__(self, weight: AnyTensor | None = None, *, reduction: Reduction = default("mean")) -> None:
        self.rule = rules.BCELoss(reduction)
        self.weight = _kept("BCELoss", "weight", weight)
        self.reduction = reduction

    def __call__(self, input: Tensor[*Shape], target: Tensor[*Shape]) -> AnyTensor:
        return functional.binary_cross_entropy(input, target, self.weight, reduction=self.reduction)


class BCEWithLogitsLoss(Module, Generic[Reduction]):
    """``-(pos_weight*target*log(p) + (1-target)*log(1-p))`` for ``p = sigmoid(input)``: logits and probabilities.

    The weights are factors that broadcast to the input. Without a reduction the result has the shape of the input.

    Raises:
        ShapeError: the reduction is unknown.
        ValueError: a weight is not floating, or requires a gradient.
    """

    rule: rules.BCEWithLogitsLoss

    def __init__(
        self,
        weight: AnyTensor | None = None,
        *,
        reduction: Reduction = default("mean"),
        pos_weight: AnyTensor | None = None,
    ) -> None:
        self.rule = rules.BCEWithLogitsLoss(reduction)
        self.weight = _kept("BCEWithLogitsLoss", "weight", weight)
        self.pos_weight = _kept("BCEWithLogitsLoss", "pos_weight", pos_weight)
        self.reduction = reduction

    def __call__(self, input: Tensor[*Shape], target: Tensor[*Shape]) -> AnyTensor:
        return functional.binary_cross_entropy_with_logits(
            input, target, self.weight, reduction=self.reduction, pos_weight=self.pos_weight
        )


class CosineEmbeddingLoss(Module, Generic[Reduction]):
    """``1 - cos`` of two vectors where the target is 1, ``max(cos - margin, 0)`` where it is -1.

    ``[N, D], [N, D], [N] -> []``, or all without N. Without a reduction the result has the shape of the target.

    Raises:
        ShapeError: the reduction is unknown.
        ValueError: *margin* is no number from -1 to 1.
    """

    rule: rules.CosineEmbeddingLoss

    def __init__(self, margin: float = 0.0, *, reduction: Reduction = default("mean")) -> None:
        self.rule = rules.CosineEmbeddingLoss(reduction)
        losses.check_margin("CosineEmbeddingLoss", margin)
        self.margin = margin
        self.reduction = reduction

    def __call__(self, input1: Tensor[*Shape], input2: Tensor[*Shape], target: AnyTensor) -> AnyTensor:
        return functional.cosine_embedding_loss(input1, input2, target, self.margin, reduction=self.reduction)


def _kept(subject: str, name: str, weight: AnyTensor | None) -> Weight:
    """The weight as a part of the layer's state."""
    if weight is None:
        return None
    check_constant(subject, name, weight)
    return Buffer(weight.data)
