"""Linear and bilinear maps: weighted sums."""

from __future__ import annotations

from shapenet import rules
from shapenet.functional.checks import check_floating
from shapenet.functional.conv import shape_of
from shapenet.ops import bilinear as ops
from shapenet.ops import matmul as matrix
from shapenet.tensors import AnyTensor, apply


def linear(x: AnyTensor, weight: AnyTensor, bias: AnyTensor | None = None) -> AnyTensor:
    """``x @ weight.T + bias``: ``[*, in], [out, in], [out] -> [*, out]``.

    Raises:
        ShapeError: the last dimension of *x* is not that of *weight*, or *bias* does not fit.
        ValueError: *x* is not floating.
    """
    rules.Linear.of_weight(weight.data.shape).with_bias(shape_of(bias)).output(x.data.shape)
    check_floating("linear", x)
    return apply(matrix.linear, *((x, weight) if bias is None else (x, weight, bias)))


def bilinear(input1: AnyTensor, input2: AnyTensor, weight: AnyTensor, bias: AnyTensor | None = None) -> AnyTensor:
    """``input1 @ weight[o] @ input2 + bias[o]`` for each o: ``[*, in1], [*, in2], [out, in1, in2], [out] -> [*, out]``.

    Raises:
        ShapeError: the shapes do not fit.
        ValueError: a tensor is not floating.
    """
    rule = rules.Bilinear.of_weight(weight.data.shape).with_bias(shape_of(bias))
    rule.output(input1.data.shape, input2.data.shape)
    tensors = [input1, input2, weight] if bias is None else [input1, input2, weight, bias]
    check_floating("bilinear", *tensors)
    return apply(ops.bilinear, *tensors)
