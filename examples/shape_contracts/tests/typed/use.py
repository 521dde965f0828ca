"""What mypy says of uses of the models, in comments; pytest compares."""

from pictures import Captions, Classifier, Thumbnail

import shapenet
from shapenet import Tensor
from shapenet.dims import B, H, W


def use(x: Tensor[B, 3, H, W], grey: Tensor[B, 1, 28, 28]) -> None:
    reveal_type(Classifier()(x))  # R: Tensor[B, 10]
    reveal_type(Thumbnail()(x))  # R: Tensor[B, 3, H//2, W//2]
    # E: Classifier argument "x" expects [B, 3, H, W], got [B, 1, 28, 28]: dimension 1 is 1, expected 3
    Classifier()(grey)
    Captions()(x)  # E: ...


def unknown(width: int) -> None:
    Classifier()(shapenet.zeros(1, 3, 32, width))
