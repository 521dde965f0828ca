"""Types of losses: the reduction is a part of them."""

from typing import Literal as L

from shapenet import AnyTensor, BoolTensor, IntTensor, Tensor, nn
from shapenet import functional as F
from shapenet.dims import B, Batch, C, H, N, W

#: note: Revealed type is "MSELoss[Literal['mean']]"
reveal_type(nn.MSELoss())
#: note: Revealed type is "CrossEntropyLoss[Literal['none']]"
reveal_type(nn.CrossEntropyLoss(reduction="none"))
#: note: Revealed type is "HuberLoss[Literal['sum']]"
reveal_type(nn.HuberLoss("sum", 0.5))
#: note: Revealed type is "KLDivLoss[Literal['batchmean']]"
reveal_type(nn.KLDivLoss[L["batchmean"]]())


def annotated(loss: nn.L1Loss["none"], word: str, x: Tensor[B, 3]) -> None:
    #: note: Revealed type is "L1Loss[Literal['none']]"
    reveal_type(loss)
    #: note: Revealed type is "Tensor[B, Literal[3]]"
    reveal_type(loss(x, x))
    #: note: Revealed type is "L1Loss[Any]"
    reveal_type(nn.L1Loss(reduction=word))
    #: note: Revealed type is "Tensor[*tuple[Any, ...]]"
    reveal_type(nn.L1Loss(reduction=word)(x, x))
    #: note: Revealed type is "Tensor[*tuple[Any, ...]]"
    reveal_type(F.l1_loss(x, x, reduction=word))


def elements(x: Tensor[B, 10, H], y: AnyTensor, z: Tensor[*Batch, 10], w: Tensor[H]) -> None:
    #: note: Revealed type is "Tensor[()]"
    reveal_type(nn.MSELoss()(x, x))
    #: note: Revealed type is "Tensor[()]"
    reveal_type(nn.MSELoss()(x, y))
    #: note: Revealed type is "Tensor[B, Literal[10], H]"
    reveal_type(nn.MSELoss(reduction="none")(x, x))
    #: note: Revealed type is "Tensor[B, Literal[10], H]"
    reveal_type(nn.MSELoss(reduction="none")(y, x))
    #: note: Revealed type is "Tensor[*Batch, Literal[10]]"
    reveal_type(nn.MSELoss(reduction="none")(z, z))
    #: note: Revealed type is "Tensor[B, Literal[10], H]"
    reveal_type(nn.SmoothL1Loss(reduction="none", beta=0.5)(x, x))
    #: note: Revealed type is "Tensor[B, Literal[10], H]"
    reveal_type(nn.HuberLoss(reduction="none", delta=0.5)(x, x))
    #: note: Revealed type is "Tensor[()]"
    reveal_type(nn.KLDivLoss(reduction="batchmean")(x, x))
    #: note: Revealed type is "Tensor[B, Literal[10], H]"
    reveal_type(nn.BCELoss(w, reduction="none")(x, x))
    #: note: Revealed type is "Tensor[()]"
    reveal_type(nn.BCEWithLogitsLoss(pos_weight=w)(x, x))
    #: note: Revealed type is "Tensor[B, Literal[10], H]"
    reveal_type(F.mse_loss(x, x, reduction="none"))
    #: note: Revealed type is "Tensor[()]"
    reveal_type(F.smooth_l1_loss(x, x))
    #: note: Revealed type is "Tensor[B, Literal[10], H]"
    reveal_type(F.huber_loss(x, x, "none"))
    #: note: Revealed type is "Tensor[()]"
    reveal_type(F.kl_div(x, x, reduction="batchmean"))
    #: note: Revealed type is "Tensor[B, Literal[10], H]"
    reveal_type(F.binary_cross_entropy(x, x, w, reduction="none"))
    #: note: Revealed type is "Tensor[()]"
    reveal_type(F.binary_cross_entropy_with_logits(x, x, pos_weight=w))


def classes(
    x: Tensor[B, 10], t: IntTensor[B], maps: Tensor[B, C, H, W], places: IntTensor[B, H, W], one: Tensor[10]
) -> None:
    #: note: Revealed type is "Tensor[()]"
    reveal_type(nn.CrossEntropyLoss()(x, t))
    #: note: Revealed type is "Tensor[B]"
    reveal_type(nn.CrossEntropyLoss(reduction="none")(x, t))
    #: note: Revealed type is "Tensor[B, H, W]"
    reveal_type(nn.CrossEntropyLoss(reduction="none")(maps, places))
    #: note: Revealed type is "Tensor[B, H, W]"
    reveal_type(nn.CrossEntropyLoss(reduction="none")(maps, maps))
    #: note: Revealed type is "Tensor[()]"
    reveal_type(nn.CrossEntropyLoss(one, reduction="none")(one, one))
    #: note: Revealed type is "Tensor[B, H, W]"
    reveal_type(nn.NLLLoss(reduction="none")(maps, places))
    #: note: Revealed type is "Tensor[B]"
    reveal_type(F.cross_entropy(x, t, one, reduction="none", label_smoothing=0.1))
    #: note: Revealed type is "Tensor[B]"
    reveal_type(F.nll_loss(x, t, reduction="none"))


def pairs(x: Tensor[B, 8], y: Tensor[N], t: Tensor[B], s: Tensor[()]) -> None:
    #: note: Revealed type is "Tensor[()]"
    reveal_type(nn.CosineEmbeddingLoss()(x, x, t))
    #: note: Revealed type is "Tensor[B]"
    reveal_type(nn.CosineEmbeddingLoss(0.5, reduction="none")(x, x, t))
    #: note: Revealed type is "Tensor[B]"
    reveal_type(F.cosine_embedding_loss(x, x, t, reduction="none"))
    #: note: Revealed type is "Tensor[()]"
    reveal_type(F.cosine_embedding_loss(y, y, s, reduction="none"))
