"""Losses of what does not belong together. Each function has one defect."""

from shapenet import BoolTensor, IntTensor, Tensor, nn
from shapenet import functional as F
from shapenet.dims import B, C, H, N, W

#: error: MSELoss expects reduction to be "mean", "sum" or "none", got 'average' [shape]
nn.MSELoss(reduction="average")
#: error: L1Loss expects reduction to be "mean", "sum" or "none", got 'batchmean' [shape]
nn.L1Loss(reduction="batchmean")
#: error: Argument "reduction" to "CrossEntropyLoss" has incompatible type "int"; expected "str" [arg-type]
nn.CrossEntropyLoss(reduction=1)


def word(x: Tensor[B, 3]) -> None:
    #: error: KLDivLoss expects reduction to be "mean", "sum", "none" or "batchmean", got 'avg' [shape]
    F.kl_div(x, x, reduction="avg")


def images(x: Tensor[B, 10, H, W], labels: IntTensor[B, H]) -> None:
    #: error: CrossEntropyLoss expects labels [B, H, W] or probabilities [B, 10, H, W] for logits [B, 10, H, W], got [B, H] [shape]
    nn.CrossEntropyLoss()(x, labels)


def maps(x: Tensor[B, 10, H, W], labels: IntTensor[B, W, H]) -> None:
    #: error: CrossEntropyLoss["sum"] expects labels [B, H, W] for logits [B, 10, H, W], got [B, W, H] [shape]
    nn.CrossEntropyLoss(reduction="sum")(x, labels)


def probabilities(x: Tensor[B, 10], y: Tensor[B, 9]) -> None:
    #: error: CrossEntropyLoss expects probabilities [B, 10] for logits [B, 10], got [B, 9] [shape]
    F.cross_entropy(x, y)


def no_probabilities(x: Tensor[B, 10], y: Tensor[B, 10]) -> None:
    #: error: NLLLoss expects labels [B] for log-probabilities [B, 10], got [B, 10] [shape]
    nn.NLLLoss()(x, y)


def class_weights(x: Tensor[B, C], y: IntTensor[B], w: Tensor[B]) -> None:
    #: error: CrossEntropyLoss expects weight [C] for logits [B, C], got [B] [shape]
    F.cross_entropy(x, y, w)


def weights(x: Tensor[B, 10], w: Tensor[B]) -> None:
    #: error: BCEWithLogitsLoss expects pos_weight to broadcast to [B, 10], got [B] [shape]
    F.binary_cross_entropy_with_logits(x, x, pos_weight=w)


def elements(x: Tensor[B, 10], y: Tensor[B]) -> None:
    #: error: HuberLoss expects two equal shapes, got [B, 10] and [B]: 2 dimensions against 1 [shape]
    F.huber_loss(x, y)


def layer(x: Tensor[B, 10], y: Tensor[B, 1]) -> None:
    #: error: BCEWithLogitsLoss expects two equal shapes, got [B, 10] and [B, 1]: dimension 1 is 10 against 1 [shape]
    nn.BCEWithLogitsLoss()(x, y)


def divergence(x: Tensor[B, 10], y: Tensor[N, 10]) -> None:
    #: error: KLDivLoss["batchmean"] expects two equal shapes, got [B, 10] and [N, 10]: dimension 0 is B against N [shape]
    nn.KLDivLoss(reduction="batchmean")(x, y)


def pairs(x: Tensor[B, 8], y: Tensor[B, 7], t: Tensor[B]) -> None:
    #: error: CosineEmbeddingLoss expects two equal shapes, got [B, 8] and [B, 7]: dimension 1 is 8 against 7 [shape]
    nn.CosineEmbeddingLoss()(x, y, t)


def labels_of_pairs(x: Tensor[B, 8], t: Tensor[B, 1]) -> None:
    #: error: CosineEmbeddingLoss expects labels [B] for [B, 8], got [B, 1] [shape]
    F.cosine_embedding_loss(x, x, t)


def unreduced(x: Tensor[B, 10], y: IntTensor[B]) -> Tensor[()]:
    #: error: unreduced() declares its result as 0 dimensions [], got 1: [B] [shape]
    return nn.CrossEntropyLoss(reduction="none")(x, y)


def images_of_pairs(x: Tensor[B, 8, H], t: Tensor[B]) -> None:
    #: error: CosineEmbeddingLoss expects vectors [D] or [N, D] that are not empty, got [B, 8, H] [shape]
    F.cosine_embedding_loss(x, x, t)
