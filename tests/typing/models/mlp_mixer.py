"""MLP-Mixer, as in Tolstikhin et al., "MLP-Mixer: an all-MLP architecture for vision" (2021), figure 1.

Images are 32x32, in patches of 4x4. How wide the tokens and the hidden layers are is left open.
"""

from __future__ import annotations

from typing import Generic, assert_type

from typing_extensions import TypeVar

import shapenet
from shapenet import Tensor, nn
from shapenet.dims import B, Batch, C, M, N

D = TypeVar("D", bound=int)
"""The hidden size across tokens; K across channels."""
E = TypeVar("E", bound=int)


class Perceptron(nn.Module, Generic[N, M]):
    """Two linear layers, back to the size of the input."""

    def __init__(self, size: N, hidden: M) -> None:
        self.fc1 = nn.Linear(size, hidden)
        self.fc2 = nn.Linear(hidden, size)
        self.gelu = nn.GELU()

    def __call__(self, x: Tensor[*Batch, N]) -> Tensor[*Batch, N]:
        hidden = self.gelu(self.fc1(x))
        assert_type(hidden, Tensor[*Batch, M])
        return self.fc2(hidden)


class Block(nn.Module, Generic[N, C, D, E]):
    """Mixes the tokens of each channel, then the channels of each token."""

    def __init__(self, tokens: N, channels: C, hidden_tokens: D, hidden_channels: E) -> None:
        self.norm1 = nn.LayerNorm(channels)
        self.mix_tokens = Perceptron(tokens, hidden_tokens)
        self.norm2 = nn.LayerNorm(channels)
        self.mix_channels = Perceptron(channels, hidden_channels)

    def __call__(self, x: Tensor[B, N, C]) -> Tensor[B, N, C]:
        turned = self.norm1(x).transpose(1, 2)
        assert_type(turned, Tensor[B, C, N])
        mixed = self.mix_tokens(turned)
        assert_type(mixed, Tensor[B, C, N])
        y = x + mixed.transpose(1, 2)
        assert_type(y, Tensor[B, N, C])
        z = self.mix_channels(self.norm2(y))
        assert_type(z, Tensor[B, N, C])
        return y + z


class MLPMixer(nn.Module, Generic[C]):
    def __init__(self, channels: C) -> None:
        self.patches = nn.Conv2d(3, channels, 4, stride=4)
        self.blocks = nn.Repeat(lambda: Block(64, channels, 32, 4 * channels), 4)
        self.norm = nn.LayerNorm(channels)
        self.head = nn.Linear(channels, 10)

    def __call__(self, image: Tensor[B, 3, 32, 32]) -> Tensor[B, 10]:
        patches = self.patches(image)
        assert_type(patches, Tensor[B, C, 8, 8])
        tokens = patches.flatten(2).transpose(1, 2)
        assert_type(tokens, Tensor[B, 64, C])
        mixed = self.blocks(tokens)
        assert_type(mixed, Tensor[B, 64, C])
        mean = self.norm(mixed).mean(1)
        assert_type(mean, Tensor[B, C])
        return self.head(mean)


def example() -> Tensor[2, 10]:
    return MLPMixer(16)(shapenet.randn(2, 3, 32, 32))
