"""How sums, means, extremes, products of matrices and the softmax are read."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, Final

from shapenet import functional
from shapenet.functional.products import einsum
from shapenet.onnx.operators.node import Node, Reader, Readers, Run, ints, plain
from shapenet.tensors import AnyTensor, Tensor


def _reduced(function: Callable[..., Any]) -> Reader:
    def read(node: Node) -> Run:
        keep, nothing = bool(node.take("keepdims", 1)), bool(node.take("noop_with_empty_axes", 0))

        def run(x: AnyTensor, axes: AnyTensor | None = None) -> Any:
            dims = () if axes is None else tuple(ints(axes))
            if not dims and nothing:
                return x
            return function(x, dims or tuple(range(x.ndim)), keep)

        return run

    return read


def _product(x: AnyTensor, dims: tuple[int, ...], keep: bool) -> AnyTensor:
    for dim in sorted((dim % x.ndim for dim in dims), reverse=True):
        x = x.prod(dim, keep)
    return x


def _placed(function: Callable[..., Any]) -> Reader:
    def read(node: Node) -> Run:
        axis, keep = node.take("axis", 0), bool(node.take("keepdims", 1))
        node.expect("select_last_index", 0)
        return lambda x: function(x, axis, keep)

    return read


def _along(function: Callable[..., Any]) -> Reader:
    def read(node: Node) -> Run:
        axis = node.take("axis", -1)
        return lambda x: function(x, axis)

    return read


def _cumsum(node: Node) -> Run:
    node.expect("exclusive", 0)
    node.expect("reverse", 0)
    return lambda x, axis: x.cumsum(ints(axis)[0])


def _gemm(node: Node) -> Run:
    turned, other = bool(node.take("transA", 0)), bool(node.take("transB", 0))
    alpha, beta = float(node.take("alpha", 1.0)), float(node.take("beta", 1.0))

    def run(a: AnyTensor, b: AnyTensor, c: AnyTensor | None = None) -> AnyTensor:
        left = a.T if turned else a
        if alpha == beta == 1 and other and (c is None or c.data.shape == b.data.shape[:1]):
            return functional.linear(left, b, c)
        product: AnyTensor = (left @ (b.T if other else b)) * alpha
        return product if c is None else product + c * beta

    return run


def _einsum(node: Node) -> Run:
    equation = node.take("equation", "")
    return lambda *tensors: einsum(equation, *tensors)


REDUCING: Final[Readers] = {
    "ReduceSum": _reduced(Tensor.sum),
    "ReduceMean": _reduced(Tensor.mean),
    "ReduceMax": _reduced(Tensor.amax),
    "ReduceMin": _reduced(Tensor.amin),
    "ReduceProd": _reduced(_product),
    "ReduceL1": _reduced(lambda x, dims, keep: x.norm(1, dims, keep)),
    "ReduceL2": _reduced(lambda x, dims, keep: x.norm(2, dims, keep)),
    "ReduceLogSumExp": _reduced(Tensor.logsumexp),
    "ArgMax": _placed(Tensor.argmax),
    "ArgMin": _placed(Tensor.argmin),
    "CumSum": _cumsum,
    "Softmax": _along(functional.softmax),
    "LogSoftmax": _along(functional.log_softmax),
    "MatMul": plain(operator.matmul),
    "Gemm": _gemm,
    "Einsum": _einsum,
}
