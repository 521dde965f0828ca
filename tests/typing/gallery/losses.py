"""Losses"""

from shapenet import IntTensor, Tensor
from shapenet import functional as F
from shapenet.dims import B, C, H, N, W


def equal_shapes(x: Tensor[B, 10], y: Tensor[B, 1]) -> None:
    """Predictions and targets are compared one by one; they are not broadcast, because that mostly hides a mistake."""
    #: error: MSELoss expects two equal shapes, got [B, 10] and [B, 1]: dimension 1 is 10 against 1 [shape]
    F.mse_loss(x, y)
    F.mse_loss(x.sum(1), y.reshape(-1))  # right


def labels(scores: Tensor[B, 10, H, W], y: IntTensor[B, H]) -> None:
    """Labels have the shape of the scores without the classes, dimension 1; probabilities have the scores' shape."""
    #: error: CrossEntropyLoss expects labels [B, H, W] or probabilities [B, 10, H, W] for logits [B, 10, H, W], got [B, H] [shape]
    F.cross_entropy(scores, y)


def no_scores(score: Tensor[()], y: IntTensor[()]) -> None:
    """Scores have a dimension for the classes."""
    #: error: CrossEntropyLoss expects logits [C] or [N, C, ...], got [] [shape]
    F.cross_entropy(score, y)


def class_weights(scores: Tensor[B, C], y: IntTensor[B], weights: Tensor[B]) -> None:
    """There is a weight for each class."""
    #: error: CrossEntropyLoss expects weight [C] for logits [B, C], got [B] [shape]
    F.cross_entropy(scores, y, weight=weights)


def element_weights(x: Tensor[B, 10], weights: Tensor[B]) -> None:
    """Weights are broadcast to the elements, but must not make them more. Weights of the examples have a
    dimension of size 1."""
    #: error: BCEWithLogitsLoss expects pos_weight to broadcast to [B, 10], got [B] [shape]
    F.binary_cross_entropy_with_logits(x, x, pos_weight=weights)
    F.binary_cross_entropy_with_logits(x, x, pos_weight=weights.reshape(-1, 1))  # right


def vectors(x: Tensor[B, 8, H], y: Tensor[B]) -> None:
    """The angle is taken between vectors, one pair or a batch of pairs."""
    #: error: CosineEmbeddingLoss expects vectors [D] or [N, D] that are not empty, got [B, 8, H] [shape]
    F.cosine_embedding_loss(x, x, y)


def pairs(x: Tensor[B, 8], y: Tensor[B, 1]) -> None:
    """There is a label for each pair of vectors."""
    #: error: CosineEmbeddingLoss expects labels [B] for [B, 8], got [B, 1] [shape]
    F.cosine_embedding_loss(x, x, y)
    F.cosine_embedding_loss(x, x, y.reshape(-1))  # right
