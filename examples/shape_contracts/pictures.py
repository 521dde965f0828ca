"""A small classifier of pictures, what makes its pictures smaller, and what reads their captions."""

from __future__ import annotations

import shapenet
from shapenet import IntTensor, Module, Tensor, nn
from shapenet.dims import B, C, H, N, W


class Classifier(Module):
    """Scores for ten classes, for pictures of any size from 4x4 on."""

    def __init__(self) -> None:
        self.features = nn.Sequential(
            nn.Conv2d(3, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(8, 16, 2)
        )
        self.head = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, 10))

    def __call__(self, x: Tensor[B, 3, H, W]) -> Tensor[B, 10]:
        return self.head(self.features(x))


class Captions(Module):
    """A vector for each word of a caption."""

    def __init__(self) -> None:
        self.words = nn.Embedding(1000, 16)
        self.mix = nn.Linear(16, 32)

    def __call__(self, words: IntTensor[B, N]) -> Tensor[B, N, 32]:
        return self.mix(self.words(words)).relu()


class Thumbnail(Module):
    """Half as high and half as wide: and wrong for odd sizes, as numpy's slices round up."""

    def __call__(self, x: Tensor[B, C, H, W]) -> Tensor[B, C, "H//2", "W//2"]:
        return shapenet.from_numpy(x.numpy()[:, :, ::2, ::2])
