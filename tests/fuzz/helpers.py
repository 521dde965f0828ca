"""Functions that generated programs call. In each, what does not fit its annotations raises, as mypy says."""

from __future__ import annotations

from collections.abc import Mapping

from shapenet import AnyTensor, IntTensor, ShapeError, Tensor, cat, nn, ones, zeros
from shapenet import functional as F
from shapenet.dims import B, Batch, C, H, M, N, evaluate, parse


def fits(x: AnyTensor, shape: str, binding: Mapping[str, int]) -> None:
    """Check what an annotation says, which Python does not.

    Raises:
        ShapeError: *x* has another shape than ``"B, 2*H"``.
    """
    sizes = tuple(evaluate(parse(dim), binding) for dim in shape.split(", ") if dim)
    if x.shape != sizes:
        raise ShapeError("fits", f"expects shape {sizes}, got {x.shape}")


def widened(x: Tensor[B, C], c: C) -> Tensor[B, "2*C"]:
    """A size beside its tensor."""
    b, _ = x.shape
    return cat([x, x], 1) + zeros(b, 2 * c)


def grid(n: N, m: M) -> Tensor[N, "N*M + 1"]:
    """Sizes alone."""
    return ones(n, n * m + 1)


def halved(x: Tensor[*Batch, N]) -> Tensor[*Batch, "N//2"]:
    """After any dimensions."""
    return x[..., : x.shape[-1] // 2]


def parted(x: Tensor[B, "2*N"]) -> tuple[Tensor[B, N], Tensor[B, N]]:
    """A formula that is solved."""
    b, n = x.shape
    parts = x.reshape(b, 2, n // 2)
    return parts[:, 0], parts[:, 1]


def turned(x: Tensor[B, C], y: Tensor[C, H]) -> tuple[Tensor[C, B], Tensor[B, H]]:
    """Two results."""
    b, c = x.shape
    d, _ = y.shape
    fits(y[:, 0], "C", {"C": c})
    return x.reshape(b, d).T, x @ y


def projected(x: Tensor[B, C], layer: nn.Linear[C, N]) -> Tensor[B, N]:
    """A layer beside its tensor."""
    b, c = x.shape
    return layer(x.reshape(b, c))


def scored(x: Tensor[B, C], labels: IntTensor[B]) -> Tensor[()]:
    """Integers."""
    b, c = x.shape
    return F.cross_entropy(x.reshape(b, c), labels.reshape(b) * 0)


def block(c: C, n: N) -> nn.Sequential[nn.Linear[C, N], nn.ReLU, nn.Linear[N, C]]:
    """Layers that are returned."""
    return nn.Sequential(nn.Linear(c, n), nn.ReLU(), nn.Linear(n, c))
