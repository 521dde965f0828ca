"""MobileNetV2."""

from __future__ import annotations

from typing import Generic

from shapenet.dims import B, H, W
from shapenet.models.sizes import Classes, In, Out, Step, default
from shapenet.models.starting import fan_out_convolutions, narrow_linears
from shapenet.nn import AdaptiveAvgPool2d, BatchNorm2d, Conv2d, Dropout, Flatten, Linear, Module, ReLU6, Sequential
from shapenet.tensors import AnyTensor, Tensor


class InvertedResidual(Module, Generic[In, Out, Step]):
    """Channels widened *expand_ratio* times, filtered each by itself, and narrowed again without an activation.

    The input is added where neither stride nor channels change it.

    Source: Sandler et al., "MobileNetV2: inverted residuals and linear bottlenecks" (2018), table 1.
    """

    def __init__(self, in_channels: In, out_channels: Out, stride: Step = default(1), expand_ratio: int = 6) -> None:
        wide = in_channels * expand_ratio
        widening = Sequential(Conv2d(in_channels, wide, 1, bias=False), BatchNorm2d(wide), ReLU6())
        depthwise = Conv2d(wide, wide, 3, stride, 1, groups=wide, bias=False)
        filtering = Sequential(depthwise, BatchNorm2d(wide), ReLU6())
        self.conv = Sequential(
            *([] if expand_ratio == 1 else [widening]),
            filtering,
            Conv2d(wide, out_channels, 1, bias=False),
            BatchNorm2d(out_channels),
        )
        self._adds = stride == 1 and in_channels == out_channels

    def __call__(self, x: Tensor[B, In, H, W]) -> Tensor[B, Out, "(H-1)//Step + 1", "(W-1)//Step + 1"]:
        y: AnyTensor = self.conv(x)
        return x + y if self._adds else y


class MobileNetV2(Module, Generic[Classes]):
    """``[N, 3, H, W] -> [N, num_classes]``: inverted residuals, the mean, a linear layer; of the paper's width 1.

    In training, *dropout* is the probability that an input of the linear layer is dropped.

    Source: Sandler et al., "MobileNetV2: inverted residuals and linear bottlenecks" (2018), table 2.

    Raises:
        ShapeError: *num_classes* is no int of at least 1.
        ValueError: *dropout* is no probability.
    """

    def __init__(self, num_classes: Classes = default(1000), dropout: float = 0.2) -> None:
        self.features = Sequential(
            Sequential(Conv2d(3, 32, 3, 2, 1, bias=False), BatchNorm2d(32), ReLU6()),
            InvertedResidual(32, 16, expand_ratio=1),
            InvertedResidual(16, 24, 2),
            InvertedResidual(24, 24),
            InvertedResidual(24, 32, 2),
            InvertedResidual(32, 32),
            InvertedResidual(32, 32),
            InvertedResidual(32, 64, 2),
            InvertedResidual(64, 64),
            InvertedResidual(64, 64),
            InvertedResidual(64, 64),
            InvertedResidual(64, 96),
            InvertedResidual(96, 96),
            InvertedResidual(96, 96),
            InvertedResidual(96, 160, 2),
            InvertedResidual(160, 160),
            InvertedResidual(160, 160),
            InvertedResidual(160, 320),
            Sequential(Conv2d(320, 1280, 1, bias=False), BatchNorm2d(1280), ReLU6()),
        )
        self.avgpool = AdaptiveAvgPool2d(1)
        self.flatten = Flatten()
        self.classifier = Sequential(Dropout(dropout), Linear(1280, num_classes))
        self.apply(fan_out_convolutions)
        self.apply(narrow_linears)

    def __call__(self, image: Tensor[B, 3, H, W]) -> Tensor[B, Classes]:
        return self.classifier(self.flatten(self.avgpool(self.features(image))))


mobilenet_v2 = MobileNetV2
