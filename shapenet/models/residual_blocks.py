"""What ResNets are made of: blocks that add to their input, and stages of them."""

from __future__ import annotations

from typing import Generic, Literal

from shapenet.dims import B, H, W
from shapenet.models.sizes import In, Out, Step, default
from shapenet.nn import BatchNorm2d, Conv2d, Module, Sequential
from shapenet.tensors import AnyTensor, Tensor


def downsample(
    in_channels: In, out_channels: Out, stride: Step
) -> Sequential[Conv2d[In, Out, Literal[1], Step], BatchNorm2d[Out]] | None:
    """A 1x1 convolution with the stride, normalised; None where neither channels nor stride change the shape."""
    if stride == 1 and in_channels == out_channels:
        return None
    return Sequential(Conv2d(in_channels, out_channels, 1, stride, bias=False), BatchNorm2d(out_channels))


class BasicBlock(Module, Generic[In, Out, Step]):
    """Two 3x3 convolutions, of which the first has the stride, and the input added to what they make of it.

    Where channels or stride change the input, a 1x1 convolution brings it to the new shape: ``downsample``.

    Source: He et al., "Deep residual learning for image recognition" (2016), figure 5 left; shortcuts of option B.
    """

    def __init__(self, in_channels: In, out_channels: Out, stride: Step = default(1)) -> None:
        self.conv1 = Conv2d(in_channels, out_channels, 3, stride, 1, bias=False)
        self.bn1 = BatchNorm2d(out_channels)
        self.conv2 = Conv2d(out_channels, out_channels, 3, 1, 1, bias=False)
        self.bn2 = BatchNorm2d(out_channels)
        self.downsample = downsample(in_channels, out_channels, stride)

    def __call__(self, x: Tensor[B, In, H, W]) -> Tensor[B, Out, "(H-1)//Step + 1", "(W-1)//Step + 1"]:
        kept: AnyTensor = x if self.downsample is None else self.downsample(x)
        y = self.bn1(self.conv1(x)).relu()
        z = self.bn2(self.conv2(y))
        return (z + kept).relu()


class Bottleneck(Module, Generic[In, Out, Step]):
    """A 1x1 convolution to a fourth of *out_channels*, a 3x3 one with the stride, a 1x1 one back; the input added.

    Where channels or stride change the input, a 1x1 convolution brings it to the new shape: ``downsample``. The stride
    is in the second convolution, as in torchvision; the paper has it in the first.

    Source: He et al., "Deep residual learning for image recognition" (2016), figure 5 right; shortcuts of option B.
    """

    def __init__(self, in_channels: In, out_channels: Out, stride: Step = default(1)) -> None:
        self.conv1 = Conv2d(in_channels, out_channels // 4, 1, bias=False)
        self.bn1 = BatchNorm2d(out_channels // 4)
        self.conv2 = Conv2d(out_channels // 4, out_channels // 4, 3, stride, 1, bias=False)
        self.bn2 = BatchNorm2d(out_channels // 4)
        self.conv3 = Conv2d(out_channels // 4, out_channels, 1, bias=False)
        self.bn3 = BatchNorm2d(out_channels)
        self.downsample = downsample(in_channels, out_channels, stride)

    def __call__(self, x: Tensor[B, In, H, W]) -> Tensor[B, Out, "(H-1)//Step + 1", "(W-1)//Step + 1"]:
        kept: AnyTensor = x if self.downsample is None else self.downsample(x)
        y = self.bn1(self.conv1(x)).relu()
        z = self.bn2(self.conv2(y)).relu()
        return (self.bn3(self.conv3(z)) + kept).relu()


class Stage(Module, Generic[In, Out, Step]):
    """Blocks one after the other, bottlenecks or basic ones: the first has the stride and changes the channels."""

    def __init__(
        self, bottlenecks: bool, blocks: int, in_channels: In, out_channels: Out, stride: Step = default(1)
    ) -> None:
        first: BasicBlock[In, Out, Step] | Bottleneck[In, Out, Step]
        others: list[BasicBlock[Out, Out]] | list[Bottleneck[Out, Out]]
        if bottlenecks:
            first = Bottleneck(in_channels, out_channels, stride)
            others = [Bottleneck(out_channels, out_channels) for _ in range(1, blocks)]
        else:
            first = BasicBlock(in_channels, out_channels, stride)
            others = [BasicBlock(out_channels, out_channels) for _ in range(1, blocks)]
        self._blocks = first, others
        for number, block in enumerate((first, *others)):
            setattr(self, str(number), block)

    def __call__(self, x: Tensor[B, In, H, W]) -> Tensor[B, Out, "(H-1)//Step + 1", "(W-1)//Step + 1"]:
        first, others = self._blocks
        y = first(x)
        for block in others:
            y = block(y)
        return y
