"""Convolutions against torch in float64: 360 configurations, drawn anew in each run, in two dtypes.

The tolerances are relative to the largest number, or to 1: 1e-10 in float64; in float32 1e-5, and 5e-5 where a
convolution is computed by Winograd's algorithms.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from shapenet import functional as F
from shapenet.backend import Array
from shapenet.functional.conv import convolve
from shapenet.kernels.plan import ALGORITHMS, Plans
from shapenet.rules import Conv2d
from shapenet.tensors import AnyTensor, Tensor

torch = pytest.importorskip("torch")

EACH = 120


@dataclass
class Case:
    """What is computed by both, on arrays of the given shapes."""

    ours: Callable[..., AnyTensor]
    theirs: Callable[..., Any]
    shapes: list[tuple[int, ...]]
    single: float = 1e-5
    """The tolerance in float32."""


class Draw:
    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)

    def number(self, low: int, high: int) -> int:
        return int(self.rng.integers(low, high + 1))

    def extent(self, low: int, high: int) -> Any:
        """An int, or a pair of them."""
        return self.number(low, high) if self.rng.random() < 0.5 else (self.number(low, high), self.number(low, high))

    def window(self, padding: int) -> dict[str, Any]:
        return {"stride": self.extent(1, 3), "padding": self.extent(0, padding), "dilation": self.extent(1, 2)}


def pair(extent: Any) -> tuple[int, int]:
    return extent if isinstance(extent, tuple) else (extent, extent)


def images(draw: Draw) -> int:
    """Enough for every algorithm, at times."""
    return draw.number(16, 18) if draw.rng.random() < 0.2 else draw.number(1, 5)


def filters(draw: Draw) -> tuple[int, int, int, tuple[int, int]]:
    """Groups, channels in and out of a group, and a kernel; some have enough channels for every memory order."""
    groups = draw.number(1, 4) if draw.rng.random() < 0.5 else 1
    most = 20 if groups == 1 else 4
    return groups, draw.number(1, most), draw.number(1, most), pair(draw.extent(1, 4))


def image(draw: Draw, kernel: tuple[int, int], dilation: Any) -> tuple[int, int]:
    height, width = (d * (k - 1) + 1 + draw.number(0, 9) for k, d in zip(kernel, pair(dilation), strict=True))
    return height, width


def convolution(draw: Draw) -> Case:
    groups, channels, features, kernel = filters(draw)
    options = {**draw.window(3), "groups": groups}
    x = (images(draw), groups * channels, *image(draw, kernel, options["dilation"]))
    shapes = [x, (groups * features, channels, *kernel), (groups * features,)][: draw.number(2, 3)]
    return Case(
        lambda x, w, b=None: F.conv2d(x, w, b, **options),
        lambda x, w, b=None: torch.nn.functional.conv2d(x, w, b, **options),
        shapes,
        single=5e-5,  # it may be 3x3
    )


def pinned(draw: Draw) -> Case:
    """A 3x3 convolution of stride 1, by any algorithm that can compute it."""
    channels, features, padding = draw.number(1, 20), draw.number(1, 20), draw.extent(0, 3)
    name = ["winograd2", "winograd4", "im2col", "slices"][draw.number(0, 3)]
    x = (images(draw), channels, draw.number(3, 14), draw.number(3, 14))
    shapes = [x, (features, channels, 3, 3), (features,)][: draw.number(2, 3)]

    def ours(x: AnyTensor, w: AnyTensor, b: AnyTensor | None = None) -> AnyTensor:
        kind = name if x.dtype == np.float32 else "im2col"
        return convolve(x, w, b, Conv2d(channels, features, 3, 1, padding), Plans(kind))

    return Case(
        ours,
        lambda x, w, b=None: torch.nn.functional.conv2d(x, w, b, padding=padding),
        shapes,
        single=max(1e-5, ALGORITHMS[name].error),
    )


def transposed(draw: Draw) -> Case:
    groups, channels, features, kernel = filters(draw)
    options = {**draw.window(1), "groups": groups}
    limits = [max(s, d) - 1 for s, d in zip(pair(options["stride"]), pair(options["dilation"]), strict=True)]
    options["output_padding"] = draw.number(0, limits[0]), draw.number(0, limits[1])
    x = (images(draw), groups * channels, draw.number(3, 8), draw.number(3, 8))
    shapes = [x, (groups * channels, features, *kernel), (groups * features,)][: draw.number(2, 3)]
    return Case(
        lambda x, w, b=None: F.conv_transpose2d(x, w, b, **options),
        lambda x, w, b=None: torch.nn.functional.conv_transpose2d(x, w, b, **options),
        shapes,
        single=5e-5,
    )


def close(ours: Array, theirs: Any, dtype: Any, tolerance: float) -> None:
    wanted = theirs.detach().numpy()
    assert ours.dtype == dtype
    scale = max(float(np.abs(wanted).max(initial=0)), 1.0)  # one sum of many numbers may be near 0 by chance
    np.testing.assert_allclose(ours / scale, wanted / scale, rtol=0, atol=tolerance)


def in_any_order(draw: Draw, shape: tuple[int, ...]) -> Array:
    """As elsewhere in a network, an image may lie in memory in any order."""
    order = draw.rng.permutation(len(shape))
    return np.asarray(draw.rng.standard_normal([shape[axis] for axis in order]).transpose(np.argsort(order)))


def reference(array: Array) -> Any:
    return torch.tensor(np.ascontiguousarray(array), dtype=torch.float64)  # torch refuses some other memory orders


def check(case: Case, draw: Draw) -> None:
    # What both see are numbers of float32, so that only the computation differs.
    arrays = [in_any_order(draw, shape).astype(np.float32) for shape in case.shapes]
    references = [reference(array).requires_grad_() for array in arrays]
    wanted = case.theirs(*references)
    weight = in_any_order(draw, tuple(wanted.shape)).astype(np.float32)
    wanted.backward(reference(weight))
    for dtype, tolerance in ((np.float64, 1e-10), (np.float32, case.single)):
        tensors: list[AnyTensor] = [Tensor(array.astype(dtype), requires_grad=True) for array in arrays]
        got = case.ours(*tensors)
        close(got.detach().numpy(), wanted, dtype, tolerance)
        got.backward(Tensor(weight.astype(dtype)))
        for tensor, other in zip(tensors, references, strict=True):
            assert tensor.grad is not None
            close(tensor.grad.numpy(), other.grad, dtype, tolerance)


def check_many(make: Callable[[Draw], Case], count: int) -> None:
    """Check *count* cases, each of a fresh seed, which a failure tells."""
    for seed in (secrets.randbits(32) for _ in range(count)):
        draw = Draw(seed)
        try:
            check(make(draw), draw)
        except Exception as failure:
            failure.add_note(f"seed {seed}")
            raise


@pytest.mark.parametrize("make", [convolution, pinned, transposed])
def test_random_configurations(make: Callable[[Draw], Case]) -> None:
    check_many(make, EACH)
