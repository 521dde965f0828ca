"""A convolutional autoencoder of digits: 28x28 pixels to a code of a few numbers, and back.

In the way of Masci et al., "Stacked convolutional auto-encoders for hierarchical feature extraction" (2011), with strides
instead of maxima. How many numbers the code has is left open.
"""

from __future__ import annotations

from typing import Generic, assert_type

import shapenet
from shapenet import Tensor, nn
from shapenet.dims import B, K


class Encoder(nn.Module, Generic[K]):
    def __init__(self, code: K) -> None:
        self.conv1 = nn.Conv2d(1, 16, 3, stride=2, padding=1)
        self.conv2 = nn.Conv2d(16, 32, 3, stride=2, padding=1)
        self.conv3 = nn.Conv2d(32, 64, 3, stride=2, padding=1)
        self.flat = nn.Flatten()
        self.code = nn.Linear(64 * 4 * 4, code)

    def __call__(self, image: Tensor[B, 1, 28, 28]) -> Tensor[B, K]:
        x14 = self.conv1(image).relu()
        assert_type(x14, Tensor[B, 16, 14, 14])
        x7 = self.conv2(x14).relu()
        assert_type(x7, Tensor[B, 32, 7, 7])
        x4 = self.conv3(x7).relu()
        assert_type(x4, Tensor[B, 64, 4, 4])
        flat = self.flat(x4)
        assert_type(flat, Tensor[B, 1024])
        return self.code(flat)


class Decoder(nn.Module, Generic[K]):
    def __init__(self, code: K) -> None:
        self.spread = nn.Linear(code, 64 * 4 * 4)
        self.fold = nn.Unflatten(1, (64, 4, 4))
        self.conv3 = nn.ConvTranspose2d(64, 32, 3, stride=2, padding=1)
        self.conv2 = nn.ConvTranspose2d(32, 16, 3, stride=2, padding=1, output_padding=1)
        self.conv1 = nn.ConvTranspose2d(16, 1, 3, stride=2, padding=1, output_padding=1)

    def __call__(self, code: Tensor[B, K]) -> Tensor[B, 1, 28, 28]:
        x4 = self.fold(self.spread(code).relu())
        assert_type(x4, Tensor[B, 64, 4, 4])
        x7 = self.conv3(x4).relu()
        assert_type(x7, Tensor[B, 32, 7, 7])
        x14 = self.conv2(x7).relu()
        assert_type(x14, Tensor[B, 16, 14, 14])
        image = self.conv1(x14)
        assert_type(image, Tensor[B, 1, 28, 28])
        return image.sigmoid()


class Autoencoder(nn.Module, Generic[K]):
    """What the code keeps of an image."""

    def __init__(self, code: K) -> None:
        self.encoder = Encoder(code)
        self.decoder = Decoder(code)

    def __call__(self, image: Tensor[B, 1, 28, 28]) -> Tensor[B, 1, 28, 28]:
        code = self.encoder(image)
        assert_type(code, Tensor[B, K])
        kept = self.decoder(code)
        assert_type(kept, Tensor[B, 1, 28, 28])
        return kept


def example() -> Tensor[4, 1, 28, 28]:
    return Autoencoder(10)(shapenet.rand(4, 1, 28, 28))
