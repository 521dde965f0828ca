"""What tests of windows share."""

from __future__ import annotations

from shapenet.kernels.conv import ConvConfig, IntPair


def output_size(config: ConvConfig, height: int, width: int) -> IntPair:
    """The output for an image of that size with as much padding at its end as at its start; written out anew here."""
    sizes = []
    for side, size in enumerate((height, width)):
        span = config.dilation[side] * (config.kernel_size[side] - 1) + 1
        sizes.append((size + 2 * config.padding[side] - span) // config.stride[side] + 1)
    return sizes[0], sizes[1]
