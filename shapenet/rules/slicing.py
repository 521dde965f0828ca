"""The length of a slice: ``H - 1`` of the sizes ``H`` for ``x[1:]``.

Sizes that names stand for are taken to be above 0, as they are in ``splitting``. So nobody knows what ``x[2:]`` is of
``H``: of 1, it is 0.
"""

from __future__ import annotations

from shapenet.dims import UNKNOWN, Dim, Unknown, least


def sliced(size: Dim, part: slice) -> Dim:
    """How many of *size* elements *part* takes; its bounds are sizes, or None."""
    bounds: tuple[Dim | None, ...] = (part.start, part.stop, part.step)
    if isinstance(size, int) and all(isinstance(bound, int | None) for bound in bounds):
        return len(range(*part.indices(size)))
    start, stop, step = bounds
    stride = 1 if step is None else step
    if not isinstance(stride, int):
        return UNKNOWN
    if stride < 0:
        return _steps(size, -stride) if start is None and stop is None else UNKNOWN
    begin, end = _place(0 if start is None else start, size), size if stop is None else _place(stop, size)
    length = end - begin
    if _is_least(0, -length):
        return 0
    return _steps(length, stride) if _is_least(0, length) else UNKNOWN


def _place(bound: Dim, size: Dim) -> Dim:
    """Where a bound lies among *size* elements: what is negative counts from their end, what lies beyond is there."""
    if isinstance(bound, Unknown) or isinstance(size, Unknown):
        return 0 if bound == 0 else UNKNOWN
    if _is_least(1, -bound):
        bound = bound + size
        if _is_least(0, -bound):
            return 0
    elif _is_least(0, bound - size):
        return size
    return bound if _is_least(0, bound) and _is_least(0, size - bound) else UNKNOWN


def _steps(length: Dim, stride: int) -> Dim:
    return (length + stride - 1) // stride


def _is_least(limit: int, dim: Dim) -> bool:
    bound = least(dim)
    return bound is not None and bound >= limit
