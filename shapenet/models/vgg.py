"""VGG-11, -13 and -16, also with batch normalisation."""

from __future__ import annotations

from typing import ClassVar, Generic

from shapenet.dims import B, H, W
from shapenet.models.sizes import Classes, default
from shapenet.models.starting import fan_out_convolutions, narrow_linears
from shapenet.nn import (
    AdaptiveAvgPool2d,
    BatchNorm2d,
    Conv2d,
    Dropout,
    Flatten,
    Linear,
    MaxPool2d,
    Module,
    ReLU,
    Sequential,
)
from shapenet.tensors import Tensor

Convolutions = tuple[int, int, int, int, int]

CHANNELS = (64, 128, 256, 512, 512)
"""Of each stage: table 1 of the paper."""


class Features(Sequential[*tuple[Module, ...]]):
    """``[N, 3, H, W] -> [N, 512, H//32, W//32]``: five stages of 3x3 convolutions, each halved by a maximum."""

    def __init__(self, convolutions: Convolutions, batch_norm: bool) -> None:
        layers: list[Module] = []
        before = 3
        for channels, count in zip(CHANNELS, convolutions, strict=True):
            for _ in range(count):
                norm = [BatchNorm2d(channels)] if batch_norm else []
                layers += [Conv2d(before, channels, 3, padding=1), *norm, ReLU()]
                before = channels
            layers.append(MaxPool2d(2))
        super().__init__(*layers)

    def __call__(self, x: Tensor[B, 3, H, W]) -> Tensor[B, 512, "H//32", "W//32"]:
        return super().__call__(x)


class VGG(Module, Generic[Classes]):
    """``[N, 3, H, W] -> [N, num_classes]``: convolutions, their means over 7x7 windows, three linear layers.

    In training, *dropout* is the probability that an output of the first two linear layers is dropped.

    Source: Simonyan and Zisserman, "Very deep convolutional networks for large-scale image recognition" (2015),
    section 2.1 and table 1; with ``_bn``, each convolution is normalised as in Ioffe and Szegedy (2015).

    Raises:
        ShapeError: *num_classes* is no int of at least 1.
        ValueError: *dropout* is no probability.
    """

    convolutions: ClassVar[Convolutions]
    """Of each stage."""
    batch_norm: ClassVar[bool] = False
    """Whether each convolution is normalised over the batch."""

    def __init__(self, num_classes: Classes = default(1000), dropout: float = 0.5) -> None:
        self.features = Features(self.convolutions, self.batch_norm)
        self.avgpool = AdaptiveAvgPool2d(7)
        self.flatten = Flatten()
        self.classifier = Sequential(
            Linear(512 * 7 * 7, 4096),
            ReLU(),
            Dropout(dropout),
            Linear(4096, 4096),
            ReLU(),
            Dropout(dropout),
            Linear(4096, num_classes),
        )
        self.apply(fan_out_convolutions)
        self.apply(narrow_linears)

    def __call__(self, image: Tensor[B, 3, H, W]) -> Tensor[B, Classes]:
        return self.classifier(self.flatten(self.avgpool(self.features(image))))


class VGG11(VGG[Classes], Generic[Classes]):
    """Configuration A of the paper.

    Raises:
        ShapeError: *num_classes* is no int of at least 1.
        ValueError: *dropout* is no probability.
    """

    convolutions = (1, 1, 2, 2, 2)


class VGG13(VGG[Classes], Generic[Classes]):
    """Configuration B of the paper.

    Raises:
        ShapeError: *num_classes* is no int of at least 1.
        ValueError: *dropout* is no probability.
    """

    convolutions = (2, 2, 2, 2, 2)


class VGG16(VGG[Classes], Generic[Classes]):
    """Configuration D of the paper.

    Raises:
        ShapeError: *num_classes* is no int of at least 1.
        ValueError: *dropout* is no probability.
    """

    convolutions = (2, 2, 3, 3, 3)


class VGG11BN(VGG[Classes], Generic[Classes]):
    """Configuration A of the paper, each convolution normalised over the batch.

    Raises:
        ShapeError: *num_classes* is no int of at least 1.
        ValueError: *dropout* is no probability.
    """

    convolutions = (1, 1, 2, 2, 2)
    batch_norm = True


class VGG13BN(VGG[Classes], Generic[Classes]):
    """Configuration B of the paper, each convolution normalised over the batch.

    Raises:
        ShapeError: *num_classes* is no int of at least 1.
        ValueError: *dropout* is no probability.
    """

    convolutions = (2, 2, 2, 2, 2)
    batch_norm = True


class VGG16BN(VGG[Classes], Generic[Classes]):
    """Configuration D of the paper, each convolution normalised over the batch.

    Raises:
        ShapeError: *num_classes* is no int of at least 1.
        ValueError: *dropout* is no probability.
    """

    convolutions = (2, 2, 3, 3, 3)
    batch_norm = True


vgg11, vgg13, vgg16 = VGG11, VGG13, VGG16
vgg11_bn, vgg13_bn, vgg16_bn = VGG11BN, VGG13BN, VGG16BN
