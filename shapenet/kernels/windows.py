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

from shapenet.backend import Array, device_of
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

    @property
    def steps(self) -> IntPair:
        """The steps between neighbouring elements of a window."""
        return self._tables[0]

    def tables_on(self, like: Array) -> tuple[Array, ...]:
        """For rows, for columns: the first element of each window and how many it has, ``[Y, 2]`` and ``[X, 2]``.

        Then for both the first window that may see each element, and the end of those, ``[H, 2]`` and ``[W, 2]``. All
        are int32, on the device of *like*, where they are copied to once.
        """
        key = (type(like), device_of(like))
        if key not in self._copies:
            self._copies[key] = tuple(np.asarray(table, like=like) for table in self._tables[1])
        return self._copies[key]

    @functools.cached_property
    def _copies(self) -> dict[tuple[type, str], tuple[Array, ...]]:
        return {}

    @functools.cached_property
    def _tables(self) -> tuple[IntPair, tuple[Array, ...]]:
        (row_step, *rows), (column_step, *columns) = (
            _table(spans, count, size)
            for spans, count, size in zip((self.rows, self.columns), self.output, self.image, strict=True)
        )
        return (row_step, column_step), (rows[0], columns[0], rows[1], columns[1])

    @functools.cached_property
    def _tiled(self) -> tuple[bool, bool]:
        rows, columns = (
            all(outputs == slice(0, count) for outputs, _ in spans)
            and bool((_times(size, [elements for _, elements in spans]) == 1).all())
            for size, count, spans in zip(self.image, self.output, (self.rows, self.columns), strict=True)
        )
        return rows, columns


def _table(spans: Sequence[Span], count: int, size: int) -> tuple[int, Array, Array]:
    """The step inside the windows of a side, their elements, and the windows of each element."""
    windows, seen = np.zeros((count, 2), np.int32), np.zeros((size, 2), np.int32)
    step = 1
    for outputs, elements in spans:
        for output, element in zip(range(count)[outputs], range(size)[elements], strict=True):
            first, number = (int(part) for part in windows[output])
            if number:
                step = (element - first) // number
            windows[output] = (first if number else element), number + 1
            low, end = seen[element]
            seen[element] = (min(low, output), max(end, output + 1)) if end else (output, output + 1)
    return step, windows, seen


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
