"""``Generator`` and ``Discriminator`` of images of 64x64, which learn against each other."""

from __future__ import annotations

from typing import Generic

from shapenet import nn
from shapenet.dims import B, C, K
from shapenet.nn import init
from shapenet.nn.sizes import REQUIRED
from shapenet.tensors import Tensor


class Generator(nn.Module, Generic[K, C]):
    """``[N, latent, 1, 1] -> [N, channels, 64, 64]``: noise to images with values from -1 to 1.

    Source: Radford, Metz, Chintala, "Unsupervised representation learning with deep convolutional generative
    adversarial networks" (2016), figure 1, for *width* 128; section 4 for the initial weights.

    Raises:
        ShapeError: a size is no int of at least 1.
    """

    def __init__(self, latent: K = REQUIRED, channels: C = REQUIRED, width: int = 64) -> None:
        self.layers = nn.Sequential(
            nn.ConvTranspose2d(latent, 8 * width, 4, bias=False),
            nn.BatchNorm2d(8 * width),
            nn.ReLU(),
            nn.ConvTranspose2d(8 * width, 4 * width, 4, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(4 * width),
            nn.ReLU(),
            nn.ConvTranspose2d(4 * width, 2 * width, 4, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(2 * width),
            nn.ReLU(),
            nn.ConvTranspose2d(2 * width, width, 4, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.ConvTranspose2d(width, channels, 4, stride=2, padding=1, bias=False),
            nn.Tanh(),
        )
        _start(self)

    def __call__(self, x: Tensor[B, K, 1, 1]) -> Tensor[B, C, 64, 64]:
        return self.layers(x)


class Discriminator(nn.Module, Generic[C]):
    """``[N, channels, 64, 64] -> [N, 1, 1, 1]``: images to scores, high ones for real images.

    The scores are those before the paper's sigmoid, for ``BCEWithLogitsLoss``.

    Source: Radford, Metz, Chintala, "Unsupervised representation learning with deep convolutional generative
    adversarial networks" (2016), section 3.

    Raises:
        ShapeError: a size is no int of at least 1.
    """

    def __init__(self, channels: C = REQUIRED, width: int = 64) -> None:
        self.layers = nn.Sequential(
            nn.Conv2d(channels, width, 4, stride=2, padding=1, bias=False),
            nn.LeakyReLU(0.2),
            nn.Conv2d(width, 2 * width, 4, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(2 * width),
            nn.LeakyReLU(0.2),
            nn.Conv2d(2 * width, 4 * width, 4, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(4 * width),
            nn.LeakyReLU(0.2),
            nn.Conv2d(4 * width, 8 * width, 4, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(8 * width),
            nn.LeakyReLU(0.2),
            nn.Conv2d(8 * width, 1, 4, bias=False),
        )
        _start(self)

    def __call__(self, x: Tensor[B, C, 64, 64]) -> Tensor[B, 1, 1, 1]:
        return self.layers(x)


def _start(model: nn.Module) -> None:
    """Normal weights of standard deviation 0.02; those of batch normalisation stay at 1."""
    for module in model.modules():
        if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
            init.normal_(module.weight, 0.0, 0.02)
