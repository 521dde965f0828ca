"""How fast im2col is beside the matrix product that it leads to: the copies should cost little."""

from __future__ import annotations

import numpy as np

from benchmarks.timing import interleaved
from shapenet.kernels import parallel
from shapenet.kernels.conv import ConvConfig
from shapenet.kernels.convolution import Geometry
from shapenet.kernels.im2col import Im2col

BATCH = 8
LAYERS = [(64, 64, 56, 1), (64, 128, 56, 2), (128, 128, 28, 1), (128, 256, 28, 2), (256, 256, 14, 1), (256, 512, 14, 2)]
"""Channels in and out, image size and stride of 3x3 convolutions of ResNet-18."""


def share(channels: int, features: int, size: int, stride: int) -> float:
    """The seconds of the product alone over those of the convolution."""
    out = -(-size // stride)
    config = ConvConfig((3, 3), (stride, stride), (1, 1))
    geometry = Geometry(config, BATCH, (size, size), channels, (out, out), features)
    algorithm = Im2col(geometry, parallel.get_num_threads(), 2**26)
    rng = np.random.default_rng(0)
    x = rng.standard_normal((BATCH, size, size, channels), np.float32)
    weight = rng.standard_normal((3, 3, channels, features), np.float32)
    windows = rng.standard_normal((geometry.rows, geometry.window), np.float32)
    result, product = algorithm.new_output(x), np.empty((geometry.rows, features), np.float32)
    filters = weight.reshape(-1, features)
    whole, alone = interleaved(
        lambda: algorithm.forward(x, weight, result), lambda: parallel.matmul(windows, filters, product), rounds=50
    )
    return alone / whole


def main() -> None:
    print("3x3 convolutions by im2col, in shares of the speed of their matrix product alone (all windows given):")
    for layer in [*LAYERS, (512, 512, 7, 1)]:
        channels, features, size, stride = layer
        name = f"{channels} -> {features} channels, {size}x{size}, stride {stride}"
        print(f"  {name:<38} {share(*layer):.0%}")


if __name__ == "__main__":
    main()
