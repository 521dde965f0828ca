"""Where the windows of a pool meet an image: slices, for one side after the other.

All windows are moved at once: for each position inside them, a slice of the output and the slice of the image that it
sees there. Sliding windows need one pair of slices a position; adaptive ones, whose sizes differ, a few.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from shapenet.backend import Array
from shapenet.kernels.conv import ConvConfig, IntPair, overlap

Span = tuple[slice, slice]
"""Places of the output along one side, and the elements that they see at one position of their windows."""


@dataclass(frozen=True)
class Windows:
    """The windows of an image, one for each element of the output; sizes are (height, width).

    The spans of a side are in the order of the positions in a window. What lies outside the image is in none.
    """

    image: IntPair
    output: IntPair
    rows: Sequence[Span]
    columns: Sequence[Span]

    def along(self, axis: int) -> Sequence[Span]:
        """The spans of the rows for axis 2 of ``[N, C, H, W]``, of the columns for axis 3."""
        return self.rows if axis == 2 else self.columns

    def tile(self, axis: int) -> bool:
        """Whether along that axis all windows are whole, and each element of the image is in just one."""
        return self._tiled[axis - 2]

    def taps(self) -> Iterator[tuple[tuple[slice, slice], tuple[slice, slice]]]:
        """Outputs and elements as (rows, columns), in the order of the positions in a window, row by row."""
        for (top, seen), (left, there) in itertools.product(self.rows, self.columns):
            yield (top, left), (seen, there)

    @functools.cached_property
    def counts(self) -> Array:
        """How many elements of the image each window holds, ``[Y, X]``."""
        rows, columns = (
            _times(size, [outputs for outputs, _ in spans])
            for size, spans in zip(self.output, (self.rows, self.columns), strict=True)
        )
        return np.outer(rows, columns)

    @functools.cached_property
    def _tiled(self) -> tuple[bool, bool]:
        rows, columns = (
            all(outputs == slice(0, count) for outputs, _ in spans)
            and bool((_times(size, [elements for _, elements in spans]) == 1).all())
            for size, count, spans in zip(self.image, self.output, (self.rows, self.columns), strict=True)
        )
        return rows, columns


def _times(size: int, places: Sequence[slice]) -> Array:
    """How often each of *size* places is among *places*."""
    times = np.zeros(size, np.int64)
    for part in places:
        times[part] += 1
    return times


@functools.lru_cache(maxsize=256)
def sliding(config: ConvConfig, image: IntPair, output: IntPair) -> Windows:
    """One window that is moved in steps, as in a convolution."""
    rows, columns = (
        [overlap(config, side, position, image[side], output[side]) for position in range(config.kernel_size[side])]
        for side in (0, 1)
    )
    return Windows(image, output, rows, columns)


@functools.lru_cache(maxsize=256)
def padded(config: ConvConfig, image: IntPair, output: IntPair) -> Windows:
    """The sliding windows of an image of which the padding is a part, at its end as at its start."""
    height, width = (size + 2 * padding for size, padding in zip(image, config.padding, strict=True))
    return sliding(replace(config, padding=(0, 0)), (height, width), output)


@functools.lru_cache(maxsize=256)
def adaptive(image: IntPair, output: IntPair) -> Windows:
    """Windows that share the image: of a side, number i of n is from ``i*size//n`` to ``ceil((i+1)*size/n)``."""
    rows, columns = (list(_shared(size, count)) for size, count in zip(image, output, strict=True))
    return Windows(image, output, rows, columns)


def _shared(size: int, count: int) -> Iterator[Span]:
    starts = [i * size // count for i in range(count)]
    ends = [-(-(i + 1) * size // count) for i in range(count)]
    longest = max(end - start for start, end in zip(starts, ends, strict=True))
    for position in range(longest):
        yield from _runs([(i, starts[i] + position) for i in range(count) if starts[i] + position < ends[i]])


def _runs(pairs: Sequence[tuple[int, int]]) -> Iterator[Span]:
    """The pairs of an output and an element, those that follow each other in equal steps joined."""
    first = 0
    while first < len(pairs):
        last = first
        while last + 1 < len(pairs) and _step(pairs, last) == _step(pairs, first) and _step(pairs, first)[1] > 0:
            last += 1
        step = _step(pairs, first) if last > first else (1, 1)
        yield _slice(pairs[first][0], pairs[last][0], step[0]), _slice(pairs[first][1], pairs[last][1], step[1])
        first = last + 1


def _step(pairs: Sequence[tuple[int, int]], i: int) -> tuple[int, int]:
    (output, element), (next_output, next_element) = pairs[i : i + 2]
    return next_output - output, next_element - element


def _slice(first: int, last: int, step: int) -> slice:
    return slice(first, last + 1, None if step == 1 else step)
