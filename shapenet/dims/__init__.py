"""Dimensions: their names for annotations, and the algebra that mypy and the running program share."""

from shapenet.dims.algebra import (
    UNKNOWN,
    Dim,
    Expr,
    Pack,
    Shape,
    Unknown,
    evaluate,
    names,
    product,
    same,
    substitute,
    symbol,
)
from shapenet.dims.names import B, Batch, C, H, K, M, N, Size, W
from shapenet.dims.text import combine, parse

__all__ = [
    "UNKNOWN",
    "B",
    "Batch",
    "C",
    "Dim",
    "Expr",
    "H",
    "K",
    "M",
    "N",
    "Pack",
    "Shape",
    "Size",
    "Unknown",
    "W",
    "combine",
    "evaluate",
    "names",
    "parse",
    "product",
    "same",
    "substitute",
    "symbol",
]
