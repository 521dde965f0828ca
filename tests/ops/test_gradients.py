"""Every operation's vector-Jacobian product against differences of the operation itself, in float64."""

from __future__ import annotations

import inspect
import math
import pkgutil
from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any

import numpy as np
import pytest

from shapenet import ops
from shapenet.backend import Array
from shapenet.kernels import windows
from shapenet.kernels.conv import ConvConfig
from shapenet.kernels.plan import Plans
from shapenet.ops import (
    activation,
    arranging,
    attention,
    bilinear,
    bounds,
    conv,
    cosine_embedding,
    dropping,
    einsum,
    elementwise,
    embedding,
    folding,
    functions,
    fused,
    loss,
    matmul,
    normalisation,
    padding,
    picking,
    pointwise_loss,
    pool,
    recurrent,
    reduction,
    resizing,
    shaping,
    softmax,
    statistics,
)
from shapenet.testing import check_vjp
from tests.windows import output_size

Made = tuple[Callable[..., Any], list[Array], dict[str, Any]]


class Draw:
    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)

    def normal(self, *shape: int) -> Array:
        return np.asarray(self.rng.standard_normal(shape))

    def positive(self, *shape: int) -> Array:
        return np.asarray(self.rng.uniform(0.5, 2, shape))

    def distinct(self, *shape: int) -> Array:
        """No two elements near each other, so that a maximum stays one under small steps."""
        count = int(np.prod(shape))
        return np.asarray(self.rng.permutation(count).reshape(shape) / 4 - count / 8 + 0.1)

    def sizes(self, *names: str) -> list[int]:
        return [int(size) for size in self.rng.integers(1, 5, len(names))]


def binary(op: Callable[..., Any], positive: bool = False) -> list[Callable[[Draw], Made]]:
    shapes = [((3, 4), (3, 4)), ((3, 4), (4,)), ((2, 1, 4), (3, 1)), ((), (2, 3)), ((1,), ()), ((), ())]
    return [
        lambda d, a=a, b=b: (op, [(d.positive if positive else d.normal)(*a), d.positive(*b)], {})  # type: ignore[misc]
        for a, b in shapes
    ]


def unary(op: Callable[..., Any], positive: bool = False) -> list[Callable[[Draw], Made]]:
    return [
        lambda d, shape=shape: (op, [d.positive(*shape) if positive else d.normal(*shape)], {})  # type: ignore[misc]
        for shape in [(3, 4), (), (2, 1, 3)]
    ]


def reducing(op: Callable[..., Any]) -> list[Callable[[Draw], Made]]:
    options = [(None, False), (None, True), ((0,), False), ((-1, 0), True), ((1,), True), ((0, 1, 2), False)]
    return [
        lambda d, dim=dim, keep=keep: (op, [d.distinct(2, 3, 4)], {"dim": dim, "keepdim": keep})  # type: ignore[misc]
        for dim, keep in options
    ]


def side(d: Draw, size: int, count: int) -> resizing.Side:
    first = np.sort(d.rng.integers(0, size, count))
    return resizing.Side(count, first, np.minimum(first + 1, size - 1), np.asarray(d.rng.uniform(0, 1, count)))


def reduced(
    op: Callable[..., Any], inputs: Callable[[Draw], list[Array]], options: dict[str, Any] | None = None
) -> list[Callable[[Draw], Made]]:
    reductions = ["mean", "sum", "none", *(["batchmean"] if op is pointwise_loss.kl_div else [])]
    return [
        lambda d, reduction=reduction: (op, inputs(d), {**(options or {}), "reduction": reduction})  # type: ignore[misc]
        for reduction in reductions
    ]


def of_labels(d: Draw, op: Callable[..., Any], reduction: str, **options: Any) -> Made:
    labels, factors = d.rng.integers(0, 3, (4, 2)), d.positive(4, 2)
    options |= {"labels": labels, "factors": factors, "reduction": reduction, "total": float(factors.sum())}
    return op, [d.normal(4, 3, 2)], options


def convolution(d: Draw, *, bias: bool) -> Made:
    groups, per_group, filters, height, width = d.sizes("groups", "per_group", "filters", "height", "width")
    config = ConvConfig(
        (min(height, 3), min(width, 2)),
        stride=(int(d.rng.integers(1, 3)), int(d.rng.integers(1, 4))),
        padding=(int(d.rng.integers(0, 3)), int(d.rng.integers(0, 2))),
        dilation=(int(d.rng.integers(1, 3)), 1),
        groups=groups,
    )
    x = d.normal(3, groups * per_group, height + 4, width + 3)
    weight = d.normal(groups * filters, per_group, *config.kernel_size)
    arrays = [x, weight, d.normal(groups * filters)] if bias else [x, weight]
    output = output_size(config, *x.shape[2:])
    return conv.conv2d, arrays, {"config": config, "output": output, "plans": Plans()}


def transposed(d: Draw, *, bias: bool) -> Made:
    groups, per_group, filters, height, width = d.sizes("groups", "per_group", "filters", "height", "width")
    stride = int(d.rng.integers(1, 3)), int(d.rng.integers(1, 4))
    config = ConvConfig((3, 2), stride, (int(d.rng.integers(0, 2)), 0), (int(d.rng.integers(1, 3)), 1), groups)
    x = d.normal(3, groups * per_group, height + 1, width)
    # The greatest output of which the convolution gives x again: in the first dimension, padded by stride - 1.
    rows, columns = (
        (s - 1) * t - 2 * p + e * (k - 1) + 1
        for s, t, p, e, k in zip(x.shape[2:], stride, config.padding, config.dilation, config.kernel_size, strict=True)
    )
    arrays = [x, d.normal(groups * per_group, filters, 3, 2), d.normal(groups * filters)]
    options = {"config": config, "output": (rows + stride[0] - 1, columns), "plans": Plans()}
    return conv.conv_transpose2d, arrays[: 3 if bias else 2], options


def sliding(d: Draw, dilation: int) -> tuple[ConvConfig, tuple[int, int]]:
    """A window on an image of 7 x 6, and the size of its output; the last windows may reach beyond the padding."""
    padding = int(d.rng.integers(0, 2)), int(d.rng.integers(0, 2))
    config = ConvConfig((3, 2), (int(d.rng.integers(1, 4)), 2), padding, (1, dilation))
    rows, columns = output_size(config, 7, 6)
    return config, (rows + int((rows * config.stride[0] < 7 + padding[0]) * d.rng.integers(0, 2)), columns)


def adaptive(d: Draw) -> windows.Windows:
    return windows.adaptive((7, 6), (int(d.rng.integers(1, 9)), int(d.rng.integers(1, 7))))


def pooling(d: Draw) -> Made:
    config, output = sliding(d, int(d.rng.integers(1, 3)))
    return pool.max_pool2d, [d.distinct(2, 3, 7, 6)], {"windows": windows.sliding(config, (7, 6), output)}


def averaging(d: Draw) -> Made:
    config, output = sliding(d, 1)
    divisor = [3, d.rng.uniform(1, 9, output)][int(d.rng.integers(0, 2))]
    options = {"windows": windows.sliding(config, (7, 6), output), "divisor": divisor}
    return pool.avg_pool2d, [d.normal(2, 3, 7, 6)], options


def padded() -> list[Callable[[Draw], Made]]:
    options: list[dict[str, Any]] = [
        {"amounts": (2, 1), "mode": "constant", "value": 3.0},
        {"amounts": (-2, 1, 0, 3, -1, -1), "mode": "constant", "value": 0.5},
        {"amounts": (), "mode": "constant", "value": 1.0},
        *(
            {"amounts": amounts, "mode": mode, "value": 0.0}
            for mode in ("reflect", "replicate", "circular")
            for amounts in [(3, 2), (0, 1, 2, 2), (1, 0, 0, 2, 2, 1)]
        ),
    ]
    return [lambda d, chosen=chosen: (padding.pad, [d.normal(3, 3, 4)], chosen) for chosen in options]  # type: ignore[misc]


def columns(d: Draw, *, back: bool) -> Made:
    config, count = sliding(d, int(d.rng.integers(1, 3)))
    if back:
        x = d.normal(2, 3 * math.prod(config.kernel_size), math.prod(count))
        return folding.fold, [x], {"config": config, "image": (7, 6), "windows": count}
    return folding.unfold, [d.normal(2, 3, 7, 6)], {"config": config, "windows": count}


AFFINE: list[tuple[str, ...]] = [(), ("weight",), ("bias",), ("weight", "bias")]


def image(d: Draw, *shape: int) -> Array:
    """In any order in memory."""
    order = d.rng.permutation(len(shape))
    return d.normal(*(shape[axis] for axis in order)).transpose(np.argsort(order))


def attending(d: Draw, batches: tuple[tuple[int, ...], ...], *, scale: float = 0.7) -> Made:
    """Queries, keys, and perhaps a mask, with batches that broadcast."""
    query, key, *masks = batches
    arrays = [d.normal(*query, 3, 4), d.normal(*key, 5, 4), *(d.normal(*mask, 3, 5) for mask in masks)]
    return attention.attention_weights, arrays, {"scale": scale}


def attentions() -> list[Callable[[Draw], Made]]:
    batches: list[tuple[tuple[int, ...], ...]] = [((), ()), ((2, 3), (2, 3)), ((2, 1), (3,)), ((), (), ())]
    batches += [((2, 3), (2, 3), ()), ((2, 3), (2, 3), (2, 1)), ((1, 3), (2, 1), (1,)), ((), (), (2,))]
    return [lambda d, batch=batch: attending(d, batch) for batch in batches]  # type: ignore[misc]


def partly_masked(d: Draw) -> Made:
    mask = np.where(d.rng.random((2, 3, 5)) < 0.4, -np.inf, 0.0)
    mask[0, 1] = -np.inf
    op = attention.attention_weights

    def masked(query: Array, key: Array, **options: Any) -> Any:
        output, vjp = op(query, key, mask, **options)
        return output, lambda grad, needs: vjp(grad, (*needs, False))[:2]

    return masked, [d.normal(2, 3, 4), d.normal(2, 5, 4)], {"scale": 0.5}


def recurrence(d: Draw, cell: str, layers: int, directions: int, *, bias: bool, dropped: bool = False) -> Made:
    gates, states = {"tanh": 1, "relu": 1, "gru": 3, "lstm": 4}[cell], 2 if cell == "lstm" else 1
    length, count, features, hidden = d.sizes("length", "count", "features", "hidden")
    arrays = [d.normal(length, count, features)]
    arrays += [d.normal(layers * directions, count, hidden) for _ in range(states)]
    for place in range(layers * directions):
        inputs = features if place < directions else directions * hidden
        rows = gates * hidden
        arrays += [d.normal(rows, inputs), d.normal(rows, hidden), *([d.normal(rows), d.normal(rows)] if bias else [])]
    shape = (length, count, directions * hidden)
    masks = [2.0 * (d.rng.random(shape) < 0.5) for _ in range(layers - 1)] if dropped else []
    return recurrent.recurrent, arrays, {"stack": recurrent.Stack(cell, states, layers, directions, bias, masks)}


def recurrences() -> list[Callable[[Draw], Made]]:
    stacks = [(1, 1, True, False), (1, 2, True, False), (2, 1, False, False), (3, 2, True, True)]
    return [
        lambda d, cell=cell, n=n, k=k, bias=bias, dropped=dropped: recurrence(  # type: ignore[misc]
            d, cell, n, k, bias=bias, dropped=dropped
        )
        for cell in ("tanh", "relu", "gru", "lstm")
        for n, k, bias, dropped in stacks
    ]


def batch_norm(d: Draw, *, given: tuple[str, ...], frozen: bool) -> Made:
    def op(x: Array, *rest: Array) -> Any:
        mean, variance = (np.full(3, 0.3), np.full(3, 1.7)) if frozen else normalisation.moments(x)
        affine = dict(zip(given, rest, strict=True))
        return normalisation.batch_norm(x, **affine, mean=mean, variance=variance, eps=1e-5, frozen=frozen)

    x = image(d, 4, 3, 2, 5) if d.rng.random() < 0.6 else d.normal(9, 3)
    return op, [x, *(d.normal(3) for _ in given)], {}


def group_norm(d: Draw, *, given: tuple[str, ...], groups: int) -> Made:
    def op(x: Array, *rest: Array) -> Any:
        mean, variance = normalisation.group_moments(x, groups)
        affine = dict(zip(given, rest, strict=True))
        return normalisation.group_norm(x, **affine, mean=mean, variance=variance, eps=1e-3)

    x = image(d, 2, 6, 2, 5) if d.rng.random() < 0.8 or groups == 6 else d.normal(4, 6)
    return op, [x, *(d.normal(6) for _ in given)], {}


def dropout(d: Draw, shape: tuple[int, ...], p: float) -> Made:
    """The same elements are dropped each time."""
    seed = int(d.rng.integers(2**32))

    def op(x: Array) -> Any:
        return dropping.dropout(x, shape=shape, p=p, generator=np.random.default_rng(seed))

    return op, [d.normal(3, 4, 2, 5)], {}


def last_norm(d: Draw, name: str, given: tuple[str, ...]) -> Made:
    sizes = (4, 3) if d.rng.random() < 0.5 else (3,)

    def op(x: Array, *rest: Array) -> Any:
        return getattr(normalisation, name)(x, **dict(zip(given, rest, strict=True)), sizes=sizes, eps=1e-3)

    return op, [image(d, 2, 5, 4, 3), *(d.normal(*sizes) for _ in given)], {}


def conv_batch_norm(d: Draw, *, given: tuple[str, ...], frozen: bool) -> Made:
    op, (x, weight), options = convolution(d, bias=False)
    del op
    channels = len(weight)
    statistics = (d.normal(channels), d.positive(channels)) if frozen else None

    def fused_op(x: Array, weight: Array, *rest: Array) -> Any:
        affine: dict[str, Any] = dict(zip(given, rest, strict=True))
        return fused.conv_batch_norm(
            x, weight, **affine, **options, eps=1e-2, frozen=statistics, tell=lambda *told: None
        )

    return fused_op, [x, weight, *(d.normal(channels) for _ in given)], {}


def products() -> list[Callable[[Draw], Made]]:
    shapes = [
        ((3, 4), (4, 2)),
        ((4,), (4,)),
        ((3, 4), (4,)),
        ((4,), (4, 2)),
        ((5, 1, 3, 4), (2, 4, 2)),
        ((2, 3, 4), (4,)),
    ]
    shapes.append(((4,), (2, 4, 3)))
    return [lambda d, a=a, b=b: (matmul.matmul, [d.normal(*a), d.normal(*b)], {}) for a, b in shapes]  # type: ignore[misc]


def indexing() -> list[Callable[[Draw], Made]]:
    keys: list[Any] = [
        0,
        [1, 1],
        (0, 1, 2),
        (slice(1, None), None, -1),
        (..., slice(None, None, -2)),
        (np.array([0, 2, 0]),),
        (slice(None), np.array([[1, 1], [0, 2]]), 0),
        (np.array([0, 1]), slice(None), np.array([1, 1])),
        ([2, 2, 0], ..., np.int64(1)),
        (np.arange(9).reshape(3, 3) % 2 == 0,),
    ]
    return [lambda d, key=key: (shaping.index, [d.normal(3, 3, 4)], {"key": key}) for key in keys]  # type: ignore[misc]


def equations() -> list[Callable[[Draw], Made]]:
    cases: list[tuple[str, str, list[tuple[int, ...]]]] = [
        ("bij,bjk", "bik", [(2, 3, 4), (2, 4, 2)]),
        ("ij,jk,kl", "li", [(2, 3), (3, 4), (4, 2)]),
        ("iij,jkk", "ki", [(2, 2, 3), (3, 4, 4)]),
        ("ii", "", [(3, 3)]),
        ("ij,ij", "j", [(1, 3), (2, 3)]),
        ("ij,i", "", [(2, 1), (2,)]),
        (",i", "i", [(), (3,)]),
        ("ij,k", "ik", [(2, 3), (4,)]),
        ("iji", "ij", [(1, 3, 1)]),
    ]
    return [
        lambda d, made=made: (  # type: ignore[misc]
            einsum.einsum,
            [d.normal(*shape) for shape in made[2]],
            {"inputs": tuple(made[0].split(",")), "output": made[1]},
        )
        for made in cases
    ]


TABLE: dict[str, list[Callable[[Draw], Made]]] = {
    "add": binary(elementwise.add),
    "subtract": binary(elementwise.subtract),
    "multiply": binary(elementwise.multiply),
    "divide": binary(elementwise.divide),
    "power": binary(elementwise.power, positive=True),
    "where": [
        lambda d, a=a, b=b: (  # type: ignore[misc]
            elementwise.where,
            [d.normal(*a), d.normal(*b)],
            {"condition": d.rng.random((2, 1, 4)) < 0.5},
        )
        for a, b in [((2, 3, 4), (2, 3, 4)), ((), (4,)), ((3, 1), (2, 1, 1)), ((2, 1, 4), ())]
    ],
    "floor_divide": [lambda d: (elementwise.floor_divide, [np.array([1.5, -2.5]), np.array([[1.1], [0.8]])], {})],
    "remainder": binary(elementwise.remainder),
    "maximum": binary(bounds.maximum),
    "minimum": binary(bounds.minimum),
    "clamp": [
        lambda d, sides=sides: (  # type: ignore[misc]
            bounds.clamp,
            [d.normal(3, 4), *([d.normal(4)] if sides[0] else []), *([d.normal(3, 1)] if sides[1] else [])],
            {"low": sides[0], "high": sides[1]},
        )
        for sides in [(True, False), (False, True), (True, True)]
    ],
    "sin": unary(functions.sin),
    "cos": unary(functions.cos),
    "tan": [lambda d: (functions.tan, [d.rng.uniform(-1, 1, (3, 4))], {})],
    "erf": unary(functions.erf),
    "log1p": unary(functions.log1p, positive=True),
    "expm1": unary(functions.expm1),
    "log2": unary(functions.log2, positive=True),
    "log10": unary(functions.log10, positive=True),
    "reciprocal": unary(functions.reciprocal, positive=True),
    "rsqrt": unary(functions.rsqrt, positive=True),
    "square": unary(functions.square),
    "stepped": [
        lambda d, function=function: (functions.stepped, [d.distinct(3, 4)], {"function": function})  # type: ignore[misc]
        for function in (np.floor, np.sign, np.trunc)
    ],
    "negative": unary(elementwise.negative),
    "exp": unary(elementwise.exp),
    "log": unary(elementwise.log, positive=True),
    "sqrt": unary(elementwise.sqrt, positive=True),
    "absolute": unary(elementwise.absolute),
    "relu": unary(activation.relu),
    "sigmoid": unary(activation.sigmoid),
    "tanh": unary(activation.tanh),
    "leaky_relu": unary(partial(activation.leaky_relu, negative_slope=0.3)),
    "elu": unary(partial(activation.elu, alpha=1.5)),
    "gelu": unary(activation.gelu),
    "gelu_tanh": unary(activation.gelu_tanh),
    "silu": unary(activation.silu),
    "softplus": unary(partial(activation.softplus, beta=2, threshold=1)),
    "hardswish": unary(activation.hardswish),
    "mish": unary(activation.mish),
    "relu6": unary(activation.relu6),
    "bias_activation": [
        lambda d, shape=shape, axis=axis, function=function, options=options: (  # type: ignore[misc]
            activation.bias_activation,
            [image(d, *shape), d.normal(shape[axis])],
            {"axis": axis, "function": function, **options},
        )
        for shape, axis in [((3, 4), -1), ((4,), -1), ((2, 4, 3), -2), ((2, 3, 2, 4), -3), ((3, 2, 4), -3)]
        for function, options in [
            (activation.relu, {}),
            (activation.gelu, {}),
            (activation.softplus, {"threshold": 1.0, "beta": 2.0}),
        ]
    ],
    "interpolate": [
        lambda d: (resizing.interpolate, [d.normal(2, 3, 4, 5)], {"rows": side(d, 4, 7), "columns": side(d, 5, 3)}),
        lambda d: (resizing.interpolate, [d.normal(1, 1, 1, 2)], {"rows": side(d, 1, 2), "columns": side(d, 2, 2)}),
    ],
    "matmul": products(),
    "einsum": equations(),
    "linear": [
        lambda d: (matmul.linear, [d.normal(3, 4), d.normal(2, 4)], {}),
        lambda d: (matmul.linear, [d.normal(3, 2, 4), d.normal(2, 4), d.normal(2)], {}),
        lambda d: (matmul.linear, [d.normal(4), d.normal(2, 4), d.normal(2)], {}),
    ],
    "sum": reducing(reduction.sum),
    "mean": reducing(reduction.mean),
    "amax": reducing(reduction.amax),
    "amin": reducing(reduction.amin),
    "scatter": [
        lambda d, add=add: (  # type: ignore[misc]
            picking.scatter,
            [d.normal(3, 4), d.normal(3, 6)],
            {
                "places": d.rng.integers(0, 4, (2, 5)) if add else np.argsort(d.normal(2, 4), 1)[:, :3],
                "dim": 1,
                "add": add,
            },
        )
        for add in (False, True)
    ],
    "var": reducing(partial(statistics.var, correction=1)) + reducing(partial(statistics.var, correction=0.5)),
    "std": reducing(partial(statistics.std, correction=1)) + reducing(partial(statistics.std, correction=0)),
    "logsumexp": reducing(statistics.logsumexp),
    "norm": [
        make for p in (1, 2, 3, 1.5, 0.5, math.inf, -math.inf, 0) for make in reducing(partial(statistics.norm, p=p))
    ],
    "prod": [
        lambda d, dim=dim, keep=keep, zeros=zeros: (  # type: ignore[misc]
            statistics.prod,
            [np.where(d.rng.random((2, 3, 4)) < zeros, 0, d.normal(2, 3, 4))],
            {"dim": dim, "keepdim": keep},
        )
        for dim, keep, zeros in [(None, False, 0), (1, False, 0.3), (-1, True, 0), (0, False, 0.5), (None, True, 0.05)]
    ],
    "cumsum": [lambda d, dim=dim: (statistics.cumsum, [d.normal(2, 3, 4)], {"dim": dim}) for dim in (0, 1, -1)],  # type: ignore[misc]
    "cumprod": [
        lambda d, dim=dim, zeros=zeros: (  # type: ignore[misc]
            statistics.cumprod,
            [np.where(d.rng.random((2, 3, 4)) < zeros, 0, d.normal(2, 3, 4))],
            {"dim": dim},
        )
        for dim, zeros in [(0, 0), (1, 0), (-1, 0), (-1, 0.3), (1, 0.5)]
    ],
    "gather": [
        lambda d, shape=shape, dim=dim, repeated=repeated: (  # type: ignore[misc]
            picking.gather,
            [d.normal(3, 4, 1)],
            {
                "places": d.rng.integers(0, (3, 4, 1)[dim], shape) if repeated else np.argsort(d.normal(*shape), dim),
                "dim": dim,
                "repeated": repeated,
            },
        )
        for shape, dim, repeated in [
            ((2, 6, 1), 1, True),
            ((5, 2, 1), 0, True),
            ((3, 4, 7), -1, True),
            ((3, 2, 5), 0, True),
            ((3, 4, 1), 1, False),
            ((3, 4, 1), 0, False),
        ]
    ],
    "reshape": [lambda d: (shaping.reshape, [d.normal(2, 6)], {"sizes": (3, 4)})],
    "permute": [lambda d: (shaping.permute, [d.normal(2, 3, 4)], {"dims": (2, 0, -2)})],
    "index": indexing(),
    "cat": [
        lambda d: (shaping.cat, [d.normal(2, 3, 4), d.normal(2, 1, 4), d.normal(2, 2, 4)], {"dim": 1}),
        lambda d: (shaping.cat, [d.normal(2, 3), d.normal(2, 0), d.normal(2, 1)], {"dim": -1}),
        lambda d: (shaping.cat, [d.normal(3)], {"dim": 0}),
    ],
    "stack": [
        lambda d, dim=dim: (shaping.stack, [d.normal(2, 3) for _ in range(3)], {"dim": dim})  # type: ignore[misc]
        for dim in (0, 1, -1, -3)
    ],
    "expand": [
        lambda d: (arranging.expand, [d.normal(2, 1, 3)], {"sizes": (4, 2, 5, 3)}),
        lambda d: (arranging.expand, [d.normal(1)], {"sizes": (0,)}),
        lambda d: (arranging.expand, [d.normal()], {"sizes": ()}),
    ],
    "tile": [
        lambda d: (arranging.tile, [d.normal(2, 3)], {"counts": (3, 1, 2)}),
        lambda d: (arranging.tile, [d.normal(2, 3)], {"counts": (2, 0)}),
        lambda d: (arranging.tile, [d.normal()], {"counts": ()}),
    ],
    "repeat_interleave": [
        lambda d, dim=dim, count=count: (arranging.repeat_interleave, [d.normal(2, 3)], {"dim": dim, "repeats": count})  # type: ignore[misc]
        for dim in (0, -1)
        for count in (0, 1, 3)
    ],
    "flip": [
        lambda d, dims=dims: (arranging.flip, [d.normal(2, 3, 4)], {"dims": dims})  # type: ignore[misc]
        for dims in ((), (1,), (0, -1))
    ],
    "roll": [
        lambda d: (arranging.roll, [d.normal(2, 3, 4)], {"shifts": (1, -6, 2), "dims": (1, -1, 1)}),
        lambda d: (arranging.roll, [d.normal(5)], {"shifts": (2,), "dims": (0,)}),
    ],
    **{
        name: [
            lambda d, op=op, offset=offset: (op, [d.normal(2, 3, 4)], {"diagonal": offset})  # type: ignore[misc]
            for offset in (-1, 0, 2, 9)
        ]
        for name, op in (("tril", arranging.tril), ("triu", arranging.triu))
    },
    "diagonal": [
        lambda d, offset=offset, dims=dims: (  # type: ignore[misc]
            arranging.diagonal,
            [d.normal(3, 4, 2)],
            {"offset": offset, "dim1": dims[0], "dim2": dims[1]},
        )
        for offset in (-1, 0, 2, 9)
        for dims in ((0, 1), (-1, 0))
    ],
    "diagonal_matrix": [
        lambda d, offset=offset: (arranging.diagonal_matrix, [d.normal(3)], {"offset": offset})  # type: ignore[misc]
        for offset in (-2, 0, 1)
    ],
    "conv2d": [lambda d: convolution(d, bias=True), lambda d: convolution(d, bias=False)] * 5,
    "conv_transpose2d": [lambda d: transposed(d, bias=True), lambda d: transposed(d, bias=False)] * 5,
    "pad": padded(),
    "max_pool2d": [
        *[pooling] * 5,
        *[lambda d: (pool.max_pool2d, [d.distinct(2, 3, 7, 6)], {"windows": adaptive(d)})] * 3,
    ],
    "avg_pool2d": [
        *[averaging] * 5,
        *[lambda d: (pool.avg_pool2d, [d.normal(2, 3, 7, 6)], {"windows": adaptive(d), "divisor": 2})] * 3,
    ],
    "unfold": [lambda d: columns(d, back=False)] * 3,
    "fold": [lambda d: columns(d, back=True)] * 3,
    "batch_norm": [
        lambda d, given=given, frozen=frozen: batch_norm(d, given=given, frozen=frozen)  # type: ignore[misc]
        for given in AFFINE
        for frozen in (True, False)
    ],
    "group_norm": [
        lambda d, given=given, groups=groups: group_norm(d, given=given, groups=groups)  # type: ignore[misc]
        for given in AFFINE
        for groups in (1, 2, 6)
    ],
    "layer_norm": [lambda d, given=given: last_norm(d, "layer_norm", given) for given in AFFINE],  # type: ignore[misc]
    "rms_norm": [lambda d, given=given: last_norm(d, "rms_norm", given) for given in AFFINE[:2]],  # type: ignore[misc]
    "conv_batch_norm": [
        lambda d, given=given, frozen=frozen: conv_batch_norm(d, given=given, frozen=frozen)  # type: ignore[misc]
        for given in ((), ("gain",), ("bias",), ("gain", "bias"))
        for frozen in (True, False)
    ],
    "softmax": [lambda d, dim=dim: (softmax.softmax, [d.normal(3, 4, 2)], {"dim": dim}) for dim in (0, 1, -1)],  # type: ignore[misc]
    "attention_weights": [*attentions(), partly_masked],
    "embedding": [
        lambda d: (embedding.embedding, [d.normal(4, 3)], {"indices": np.array([[0, 3], [3, 1]]), "padding_idx": None}),
        lambda d: (embedding.embedding, [d.normal(4, 3)], {"indices": np.array(2), "padding_idx": None}),
        lambda d: (embedding.embedding, [d.normal(4, 3)], {"indices": np.zeros((0, 2), int), "padding_idx": None}),
    ],
    "bilinear": [
        lambda d: (bilinear.bilinear, [d.normal(2, 5, 3), d.normal(2, 5, 4), d.normal(2, 3, 4)], {}),
        lambda d: (bilinear.bilinear, [d.normal(3), d.normal(4), d.normal(2, 3, 4), d.normal(2)], {}),
    ],
    "dropout": [
        lambda d, shape=shape, p=p: dropout(d, shape, p)  # type: ignore[misc]
        for shape in ((3, 4, 2, 5), (3, 4, 1, 1))
        for p in (0.3, 1.0)
    ],
    "recurrent": recurrences(),
    "log_softmax": [lambda d: (softmax.log_softmax, [d.normal(3, 4, 2)], {"dim": 1})],
    "cross_entropy": [
        lambda d, reduction=reduction, smooth=smooth: of_labels(d, loss.cross_entropy, reduction, smooth=smooth)  # type: ignore[misc]
        for reduction in ("mean", "sum", "none")
        for smooth in (None, np.array([0.1, 0.2, 0.4])[None, :, None])
    ],
    "nll": [lambda d, reduction=reduction: of_labels(d, loss.nll, reduction) for reduction in ("mean", "sum", "none")],  # type: ignore[misc]
    "soft_cross_entropy": reduced(
        loss.soft_cross_entropy,
        lambda d: [d.normal(4, 3, 2), d.positive(4, 3, 2)],
        {"weight": np.array([0.3, 1, 2])[None, :, None], "smoothing": 0.2, "total": 8},
    ),
    "mse": reduced(pointwise_loss.mse, lambda d: [d.normal(3, 4), d.normal(3, 4)]),
    "l1": reduced(pointwise_loss.l1, lambda d: [d.distinct(3, 4), d.positive(3, 4) / 100]),
    "huber": reduced(
        pointwise_loss.huber, lambda d: [d.distinct(3, 4), d.positive(3, 4) / 100], {"delta": 0.8, "scale": 1.5}
    ),
    "kl_div": [
        *reduced(pointwise_loss.kl_div, lambda d: [d.normal(3, 4), d.positive(3, 4)], {"log_target": False}),
        *reduced(pointwise_loss.kl_div, lambda d: [d.normal(3, 4), d.normal(3, 4)], {"log_target": True}),
        *reduced(pointwise_loss.kl_div, lambda d: [d.normal(), d.positive()], {"log_target": False}),
    ],
    "binary_cross_entropy": reduced(
        pointwise_loss.binary_cross_entropy,
        lambda d: [d.positive(3, 4) / 2.5, d.positive(3, 4) / 2],
        {"weight": np.array([0.2, 1, 2, 3])},
    ),
    "binary_cross_entropy_with_logits": reduced(
        pointwise_loss.binary_cross_entropy_with_logits,
        lambda d: [d.distinct(3, 4), d.positive(3, 4) / 2],
        {"weight": np.array([[0.2], [1], [2]]), "pos_weight": np.array(1.7)},
    ),
    "cosine_embedding": reduced(
        cosine_embedding.cosine_embedding,
        lambda d: [d.normal(4, 3), d.normal(4, 3)],
        {"target": np.array([1, -1, 1, -1]), "margin": -0.999},
    ),
}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", TABLE)
def test_gradient(name: str, seed: int) -> None:
    for place, make in enumerate(TABLE[name]):
        draw = Draw(100 * seed + place)
        op, arrays, options = make(draw)
        check_vjp(op, *arrays, rng=draw.rng, **options)


@pytest.mark.parametrize("name", TABLE)
def test_results_are_arrays(name: str) -> None:
    """Also those without dimensions, for which numpy's functions return scalars."""
    for place, make in enumerate(TABLE[name]):
        op, arrays, options = make(Draw(place))
        output, vjp = op(*arrays, **options)
        gradients = vjp(np.ones_like(output), (True,) * len(arrays))
        assert all(isinstance(array, np.ndarray) for array in (output, *gradients))


def test_every_operation_is_in_the_table() -> None:
    modules = [import_module(f"shapenet.ops.{found.name}") for found in pkgutil.iter_modules(ops.__path__)]
    operations = {
        name
        for module in modules
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
    }
    helpers = {"unbroadcast", "log_probabilities", "moments", "group_moments", "rows_of", "reduced", "result"}
    helpers |= {"kept_shape"}
    assert operations - helpers == set(TABLE)


def test_the_check_finds_wrong_gradients() -> None:
    def wrong(x: Array) -> Any:
        return x * x, lambda grad, needs: (grad * x,)

    def careless(x: Array) -> Any:
        x += 1
        return x * x, lambda grad, needs: (grad * 2 * x,)

    def generous(x: Array) -> Any:
        return x * x, lambda grad, needs: (grad * 2 * x,)

    for op, problem in ((wrong, "claims"), (careless, "input"), (generous, "when none is wanted")):
        with pytest.raises(AssertionError, match=problem):
            check_vjp(op, np.ones(3), rng=np.random.default_rng(0))
