"""LeNet-5, for handwritten digits."""

from __future__ import annotations

from typing import Generic

from shapenet.dims import B
from shapenet.models.sizes import Digits, default
from shapenet.nn import AvgPool2d, Conv2d, Linear, Module
from shapenet.tensors import Tensor


class LeNet5(Module, Generic[Digits]):
    """``[N, 1, 28, 28] -> [N, num_classes]``: two convolutions, each averaged by halves, and three linear layers.

    The paper's images are MNIST's within a border, of 32x32 in all: here the padding of ``conv1`` adds that border.
    Activations are its tanh. As usual today, each map sees all maps of the layer before, averages have no
    coefficients, and the last layer is linear. Parameters are called as in PyTorch's tutorial: ``conv1``, ``conv2``,
    ``fc1``, ``fc2``, ``fc3``.

    Source: LeCun et al., "Gradient-based learning applied to document recognition" (1998), section II.B.

    Raises:
        ShapeError: *num_classes* is no int of at least 1.
    """

    def __init__(self, num_classes: Digits = default(10)) -> None:
        self.conv1 = Conv2d(1, 6, 5, padding=2)
        self.conv2 = Conv2d(6, 16, 5)
        self.pool = AvgPool2d(2)
        self.fc1 = Linear(16 * 5 * 5, 120)
        self.fc2 = Linear(120, 84)
        self.fc3 = Linear(84, num_classes)

    def __call__(self, image: Tensor[B, 1, 28, 28]) -> Tensor[B, Digits]:
        x = self.pool(self.conv1(image).tanh())
        y = self.pool(self.conv2(x).tanh())
        return self.fc3(self.fc2(self.fc1(y.flatten(1)).tanh()).tanh())
