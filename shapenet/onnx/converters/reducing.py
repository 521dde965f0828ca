"""How sums, means, extremes, products of matrices and the softmax are written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from shapenet.methods import ordering
from shapenet.onnx.step import Convert, Converter, Step, Table
from shapenet.onnx.writer import NEEDS_SIZES, refuse
from shapenet.ops import attention, bilinear, einsum, matmul, reduction, softmax, statistics


def _reduced(op: str) -> Convert:
    def convert(step: Step) -> None:
        dims = step.option("dim")
        dims = (dims,) if isinstance(dims, int) else dims
        axes = [] if dims is None else [step.writer.ints(*dims)]
        step.give(step.emit(op, [*step.names(), *axes], keepdims=int(step.option("keepdim"))))

    return convert


def _norm(step: Step) -> None:
    op = {1.0: "ReduceL1", 2.0: "ReduceL2"}.get(step.option("p"))
    if op is None:
        refuse("is exported for p of 1 and 2 alone")
    _reduced(op)(step)


def _var(step: Step, root: bool = False) -> None:
    """The mean of the squared distances, times what makes of the number of elements that less the correction."""
    dims, w, (x,) = step.option("dim"), step.writer, step.names()
    axes = range(len(step.shape(step.x))) if dims is None else dims
    counts = [int(np.prod([shape[axis] for axis in axes])) for shape in step.shapes(step.x)]
    if len(set(counts)) > 1:
        refuse(NEEDS_SIZES)
    places = w.ints(*axes)
    away = step.emit("Sub", [x, step.emit("ReduceMean", [x, places], keepdims=1)])
    keep = int(step.option("keepdim"))
    mean = step.emit("ReduceMean", [step.emit("Mul", [away, away]), places], keepdims=keep)
    factor = counts[0] / (counts[0] - step.option("correction"))
    mean = step.emit("Mul", [mean, w.scalar(factor, step.dtype(step.x))])
    step.give(step.emit("Sqrt", [mean]) if root else mean)


def _along(op: str) -> Convert:
    return lambda step: step.give(step.emit(op, step.names(), axis=step.option("dim")))


def _cumsum(step: Step) -> None:
    (x,) = step.names()
    if step.dtype(step.x) != step.dtype(step.result):
        x = step.writer.cast(x, step.dtype(step.result))
    step.give(step.emit("CumSum", [x, step.writer.scalar(step.option("dim"), np.int64)]))


def _place_of(step: Step) -> None:
    name, _, x, dim, keepdim = step.args
    (found,) = step.names(x)
    if dim is None:
        if keepdim:
            refuse("is exported with keepdim along a dimension alone")
        found = step.emit("Reshape", [found, step.writer.ints(-1)])
    op = "ArgMax" if name == "argmax" else "ArgMin"
    step.give(step.emit(op, [found], axis=0 if dim is None else dim, keepdims=int(keepdim)))


def _linear(step: Step) -> None:
    x, weight, *bias = step.names()
    if len(step.shape(step.x)) == 2:
        step.give(step.emit("Gemm", [x, weight, *bias], transB=1))
        return
    product = step.emit("MatMul", [x, step.emit("Transpose", [weight], perm=[1, 0])])
    step.give(step.emit("Add", [product, *bias]) if bias else product)


def _bilinear(step: Step) -> None:
    x, y, weight, *bias = step.names()
    batch = "abcdefgh"[: len(step.shape(step.x)) - 1]
    if len(batch) != len(step.shape(step.x)) - 1:
        refuse("is exported for at most 9 dimensions")
    product = step.emit("Einsum", [x, weight, y], equation=f"{batch}i,oij,{batch}j->{batch}o")
    step.give(step.emit("Add", [product, *bias]) if bias else product)


def _einsum(step: Step) -> None:
    equation = f"{','.join(step.option('inputs'))}->{step.option('output')}"
    step.give(step.emit("Einsum", step.names(), equation=equation))


def _attention(step: Step) -> None:
    """The softmax of the scaled scores; as in ONNX, a row of which all is masked is NaN."""
    query, key, *mask = step.names()
    rank = len(step.shape(step.ref(1)))
    turned = step.emit("Transpose", [key], perm=[*range(rank - 2), rank - 1, rank - 2])
    scaled = step.emit("Mul", [query, step.writer.scalar(step.option("scale"), step.dtype(step.x))])
    scores = step.emit("MatMul", [scaled, turned])
    scores = step.emit("Add", [scores, *mask]) if mask else scores
    step.give(step.emit("Softmax", [scores], axis=-1))


_REDUCTIONS: Final[dict[Callable[..., Any], str]] = {
    reduction.sum: "ReduceSum",
    reduction.mean: "ReduceMean",
    reduction.amax: "ReduceMax",
    reduction.amin: "ReduceMin",
    statistics.prod: "ReduceProd",
    statistics.logsumexp: "ReduceLogSumExp",
}

REDUCING: Final[Table] = {
    **{function: Converter(_reduced(op)) for function, op in _REDUCTIONS.items()},
    statistics.norm: Converter(_norm),
    statistics.var: Converter(_var),
    statistics.std: Converter(lambda step: _var(step, root=True)),
    statistics.cumsum: Converter(_cumsum),
    ordering.place_of: Converter(_place_of),
    softmax.softmax: Converter(_along("Softmax")),
    softmax.log_softmax: Converter(_along("LogSoftmax")),
    matmul.matmul: Converter(lambda step: step.give(step.emit("MatMul", step.names()))),
    matmul.linear: Converter(_linear),
    bilinear.bilinear: Converter(_bilinear),
    einsum.einsum: Converter(_einsum),
    attention.attention_weights: Converter(_attention),
}
