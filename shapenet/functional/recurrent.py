"""Recurrent networks, as their layers compute them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from shapenet.backend import Array, beside, default_generator
from shapenet.functional.checks import check_floating
from shapenet.kernels.dropping import kept
from shapenet.ops.recurrent import Stack
from shapenet.ops.recurrent import recurrent as op
from shapenet.tensors import AnyTensor, Tensor, apply, as_one


@as_one
def recurrent(
    x: AnyTensor, state: Sequence[AnyTensor] | None, weights: Sequence[AnyTensor], stack: Stack, dropout: float = 0.0
) -> tuple[AnyTensor, tuple[AnyTensor, ...]]:
    """The outputs ``[T, N, D*H]``, and the parts of the final state ``[layers*D, N, H]``, for *x* ``[T, N, I]``.

    The shapes are checked already. The state starts with 0 unless given; the outputs of each layer but the last are
    dropped with probability *dropout*.

    Raises:
        ValueError: a tensor is not floating.
        DeviceError: the tensors are on different devices.
    """
    hidden = weights[1].data.shape[1]
    shapes = stack.parts(x.data, hidden)
    start = [_zeros(shape, x) for shape in shapes[1:]] if state is None else list(state)
    check_floating(stack.cell, x, *start)
    if dropout and stack.layers > 1:
        with beside(x.data):
            masks = [kept(shapes[0], dropout, x.data, default_generator()) for _ in range(stack.layers - 1)]
        stack = replace(stack, masks=masks)
    packed = apply(op, x, *start, *weights, stack=stack)
    parts, first = [], 0
    for shape in shapes:
        last = first + math.prod(shape)
        parts.append(packed[first:last].reshape(shape))
        first = last
    return parts[0], tuple(parts[1:])


def _zeros(shape: tuple[int, ...], like: AnyTensor) -> AnyTensor:
    zeros: Array = np.zeros(shape, like.dtype, like=like.data)
    return Tensor(zeros)
