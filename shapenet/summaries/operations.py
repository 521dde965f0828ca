"""What each operation makes of shapes, and how many multiply-adds it takes: the same rules, asked with formulas."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType, ModuleType
from typing import Any, Final, cast

import numpy as np

from shapenet import rules
from shapenet.errors import SummaryError
from shapenet.methods import core
from shapenet.ops import (
    activation,
    arranging,
    attention,
    bilinear,
    bounds,
    conv,
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
from shapenet.summaries.outline import Outline, Sizes, broadcast, indexed

Product = tuple[int, ...]
"""Factors: that many multiply-adds."""
Spent = Callable[..., list[Product]]


def made_by(op: Callable[..., Any], arrays: Sequence[Any], options: Mapping[str, Any]) -> Outline:
    """What stands for the result of *op*.

    Raises:
        SummaryError: nobody knows its shape without the elements.
    """
    function, given = _plain(op, options)
    shape = _SHAPES.get(function)
    if shape is None:
        raise SummaryError(f"summary() does not know the shape that {name_of(op)} makes")
    return Outline(shape(*(array.shape for array in arrays), **given), _dtype(function, arrays, given))


def spent_by(op: Callable[..., Any], arrays: Sequence[Any], options: Mapping[str, Any], made: Sizes) -> list[Product]:
    """The multiply-adds of *op*, whose result has the shape *made*: those of products of matrices."""
    function, given = _plain(op, options)
    spent = _SPENT.get(function)
    return [] if spent is None else spent(made, *(array.shape for array in arrays), **given)


def name_of(op: Callable[..., Any]) -> str:
    """The name of an operation."""
    return str(getattr(_plain(op, {})[0], "__name__", op)).strip("_")


def is_view(op: Callable[..., Any]) -> bool:
    """Whether it only gives the elements another place, or another dtype."""
    return _plain(op, {})[0] in _VIEWS


def _plain(op: Any, options: Mapping[str, Any]) -> tuple[Any, Mapping[str, Any]]:
    """The operation without what is wrapped around it, and all its options."""
    while True:
        if hasattr(op, "func"):  # a partial
            op, options = op.func, {**op.keywords, **options}
        elif hasattr(op, "__wrapped__"):
            op = op.__wrapped__
        else:
            return op, options


def _dtype(op: Any, arrays: Sequence[Any], options: Mapping[str, Any]) -> np.dtype[Any]:
    target: Any = options.get("target")
    if target is not None and not isinstance(target, str):
        return target  # type: ignore[no-any-return]  # checked by who asked for it
    return np.result_type(*(array.dtype for array in arrays))


# --- shapes ---


def _first(x: Sizes, *_: Sizes, **__: object) -> Sizes:
    return x


def _common(*shapes: Sizes, **_: object) -> Sizes:
    common: Sizes = ()
    for shape in shapes:
        common = broadcast(common, shape)
    return common


def _chosen(*shapes: Sizes, condition: Any) -> Sizes:
    return _common(*shapes, condition.shape)


def _reduced(x: Sizes, *, dim: Any, keepdim: bool = False, **_: object) -> Sizes:
    return cast("Sizes", rules.reduce(x, dim, keepdim))


def _lossy(x: Sizes, *_: Sizes, reduction: str, **__: object) -> Sizes:
    return x if reduction == "none" else ()


def _of_classes(x: Sizes, *_: Sizes, reduction: str, **__: object) -> Sizes:
    return (x[0], *x[2:]) if reduction == "none" else ()


def _convolved(x: Sizes, weight: Sizes, *_: Sizes, output: Sizes, **__: object) -> Sizes:
    return x[0], weight[0], *output


def _transposed(x: Sizes, weight: Sizes, *_: Sizes, output: Sizes, config: Any, **__: object) -> Sizes:
    return x[0], weight[1] * config.groups, *output


def _pooled(x: Sizes, *, windows: Any, **_: object) -> Sizes:
    return *x[:2], *windows.output


def _unfolded(x: Sizes, *, config: Any, windows: Sizes) -> Sizes:
    return x[0], x[1] * math.prod(config.kernel_size), math.prod(windows)


def _folded(x: Sizes, *, config: Any, image: Sizes, **_: object) -> Sizes:
    return x[0], x[1] // math.prod(config.kernel_size), *image


def _recurrent(x: Sizes, first: Sizes, *_: Sizes, stack: recurrent.Stack) -> Sizes:
    parts = stack.parts(cast("Any", Outline(x, np.float32)), first[2])
    return (sum(math.prod(shape) for shape in parts),)


def _multiplied(x: Sizes, y: Sizes) -> Sizes:
    batch = broadcast(x[:-2], y[:-2]) if len(x) > 1 and len(y) > 1 else (x[:-2] or y[:-2])
    return *batch, *x[-2:-1], *(y[-1:] if len(y) > 1 else ())


def _scored(query: Sizes, key: Sizes, *_: Sizes, **__: object) -> Sizes:
    return *broadcast(query[:-2], key[:-2]), query[-2], key[-2]


def _by_letter(*shapes: Sizes, inputs: tuple[str, ...]) -> dict[str, int]:
    sizes: dict[str, int] = {}
    for term, shape in zip(inputs, shapes, strict=True):
        for letter, size in zip(term, shape, strict=True):
            sizes[letter] = broadcast((sizes.get(letter, 1),), (size,))[0]
    return sizes


def _contracted(*shapes: Sizes, inputs: tuple[str, ...], output: str) -> Sizes:
    sizes = _by_letter(*shapes, inputs=inputs)
    return tuple(sizes[letter] for letter in output)


def _public(*modules: ModuleType) -> list[Any]:
    """The operations that *modules* define."""
    return [
        function
        for module in modules
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
    ]


_SHAPES: Final[Mapping[Any, Callable[..., Any]]] = MappingProxyType(
    {
        **dict.fromkeys(_public(elementwise, activation, functions, bounds), _common),
        **dict.fromkeys(_public(normalisation, softmax), _first),
        **dict.fromkeys(_public(reduction, statistics), _reduced),
        **dict.fromkeys(_public(pointwise_loss), _lossy),
        core.convert: _first,
        elementwise.where: _chosen,
        statistics.cumsum: _first,
        statistics.cumprod: _first,
        shaping.reshape: lambda x, *, sizes: rules.reshape(x, sizes),
        shaping.permute: lambda x, *, dims: tuple(x[dim] for dim in dims),
        shaping.index: lambda x, *, key: indexed(x, key),
        shaping.cat: lambda *shapes, dim: rules.cat(shapes, dim),
        shaping.stack: lambda *shapes, dim: rules.stack(shapes, dim),
        arranging.expand: lambda x, *, sizes: tuple(sizes),
        arranging.tile: lambda x, *, counts: rules.repeat(x, counts),
        arranging.repeat_interleave: lambda x, *, repeats, dim: rules.repeat_interleave(x, repeats, dim),
        arranging.flip: _first,
        arranging.roll: _first,
        arranging.tril: _first,
        arranging.triu: _first,
        arranging.diagonal: lambda x, *, offset, dim1, dim2: rules.diagonal(x, offset, dim1, dim2),
        arranging.diagonal_matrix: lambda x, *, offset: rules.diag(x, offset),
        picking.gather: lambda x, *, places, **_: places.shape,
        picking.scatter: _first,
        dropping.dropout: _first,
        padding.pad: lambda x, *, amounts, mode, **_: rules.pad(x, amounts, mode),
        resizing.interpolate: lambda x, *, rows, columns: (*x[:2], rows.outputs, columns.outputs),
        embedding.embedding: lambda weight, *, indices, **_: (*indices.shape, weight[1]),
        folding.unfold: _unfolded,
        folding.fold: _folded,
        pool.max_pool2d: _pooled,
        pool.avg_pool2d: _pooled,
        conv.conv2d: _convolved,
        conv.conv_transpose2d: _transposed,
        fused.conv_batch_norm: _convolved,
        matmul.matmul: _multiplied,
        matmul.linear: lambda x, weight, *_: (*x[:-1], weight[0]),
        bilinear.bilinear: lambda x, y, weight, *_: (*broadcast(x[:-1], y[:-1]), weight[0]),
        einsum.einsum: _contracted,
        attention.attention_weights: _scored,
        recurrent.recurrent: _recurrent,
        loss.nll: _of_classes,
        loss.cross_entropy: _of_classes,
        loss.soft_cross_entropy: _of_classes,
    }
)
_VIEWS: Final[Sequence[Any]] = (
    shaping.reshape,
    shaping.permute,
    shaping.index,
    arranging.expand,
    core.convert,
)


# --- multiply-adds ---


def _by_filters(made: Sizes, x: Sizes, weight: Sizes, *_: Sizes, **__: object) -> list[Product]:
    return [(math.prod(weight[1:]), *made)]


def _by_transposed(made: Sizes, x: Sizes, weight: Sizes, *_: Sizes, **__: object) -> list[Product]:
    return [(math.prod(weight[1:]), *x)]


def _by_matrix(made: Sizes, x: Sizes, *_: Sizes, **__: object) -> list[Product]:
    return [(x[-1], *made)]


def _by_matrices(made: Sizes, x: Sizes, y: Sizes, *_: Sizes, **__: object) -> list[Product]:
    return [(x[-1], y[-1], *made), (y[-1], *made)]


def _by_sequence(made: Sizes, x: Sizes, *arrays: Sizes, stack: recurrent.Stack) -> list[Product]:
    weights = [shape for shape in arrays[stack.states :] if len(shape) == 2]
    return [(sum(math.prod(shape) for shape in weights), *x[:2])]


def _by_equation(made: Sizes, *shapes: Sizes, inputs: tuple[str, ...], output: str) -> list[Product]:
    if len(shapes) < 2:
        return []
    if len(shapes) > 2:
        raise SummaryError("summary() does not count the multiply-adds of einsum of more than two tensors")
    return [tuple(_by_letter(*shapes, inputs=inputs).values())]


_SPENT: Final[Mapping[Any, Spent]] = MappingProxyType(
    {
        conv.conv2d: _by_filters,
        fused.conv_batch_norm: _by_filters,
        conv.conv_transpose2d: _by_transposed,
        matmul.matmul: _by_matrix,
        matmul.linear: _by_matrix,
        attention.attention_weights: _by_matrix,
        bilinear.bilinear: _by_matrices,
        recurrent.recurrent: _by_sequence,
        einsum.einsum: _by_equation,
    }
)
