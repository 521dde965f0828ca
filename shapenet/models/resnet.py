"""ResNet-18, -34 and -50."""

from __future__ import annotations

from typing import Generic, Literal

from shapenet.dims import B, H, W
from shapenet.models.residual_blocks import Stage
from shapenet.models.sizes import Classes, Width, default
from shapenet.models.starting import fan_out_convolutions
from shapenet.nn import AdaptiveAvgPool2d, BatchNorm2d, Conv2d, Linear, MaxPool2d, Module
from shapenet.tensors import Tensor


class ResNet(Module, Generic[Width, Classes]):
    """``[N, 3, H, W] -> [N, num_classes]``: a stem, four stages of residual blocks, the mean, a linear layer.

    The first stage has *width* channels, and each other twice those of the one before, at half its height and width.

    Source: He et al., "Deep residual learning for image recognition" (2016), section 3.3 and table 1.

    Raises:
        ShapeError: *num_classes* is no int of at least 1.
    """

    def __init__(
        self,
        bottlenecks: bool,
        blocks: tuple[int, int, int, int],
        width: Width,
        num_classes: Classes = default(1000),
    ) -> None:
        self.conv1 = Conv2d(3, 64, 7, 2, 3, bias=False)
        self.bn1 = BatchNorm2d(64)
        self.maxpool = MaxPool2d(3, 2, 1)
        self.layer1 = Stage(bottlenecks, blocks[0], 64, width)
        self.layer2 = Stage(bottlenecks, blocks[1], width, 2 * width, 2)
        self.layer3 = Stage(bottlenecks, blocks[2], 2 * width, 4 * width, 2)
        self.layer4 = Stage(bottlenecks, blocks[3], 4 * width, 8 * width, 2)
        self.avgpool = AdaptiveAvgPool2d(1)
        self.fc = Linear(8 * width, num_classes)
        self.apply(fan_out_convolutions)

    def __call__(self, image: Tensor[B, 3, H, W]) -> Tensor[B, Classes]:
        x = self.maxpool(self.bn1(self.conv1(image)).relu())
        y = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(self.avgpool(y).flatten(1))


class ResNet18(ResNet[Literal[64], Classes], Generic[Classes]):
    """ResNet with 2, 2, 2 and 2 basic blocks.

    Raises:
        ShapeError: *num_classes* is no int of at least 1.
    """

    def __init__(self, num_classes: Classes = default(1000)) -> None:
        super().__init__(False, (2, 2, 2, 2), 64, num_classes)


class ResNet34(ResNet[Literal[64], Classes], Generic[Classes]):
    """ResNet with 3, 4, 6 and 3 basic blocks.

    Raises:
        ShapeError: *num_classes* is no int of at least 1.
    """

    def __init__(self, num_classes: Classes = default(1000)) -> None:
        super().__init__(False, (3, 4, 6, 3), 64, num_classes)


class ResNet50(ResNet[Literal[256], Classes], Generic[Classes]):
    """ResNet with 3, 4, 6 and 3 bottlenecks.

    Raises:
        ShapeError: *num_classes* is no int of at least 1.
    """

    def __init__(self, num_classes: Classes = default(1000)) -> None:
        super().__init__(True, (3, 4, 6, 3), 256, num_classes)


resnet18, resnet34, resnet50 = ResNet18, ResNet34, ResNet50
