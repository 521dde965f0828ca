"""Normalisation: of each channel over a batch, of groups of channels of each image, of the last dimensions.

Where an operation is given the moments of its own input, the gradient flows through them too. Of large arrays only the
input is saved (or its copy in the memory order that is computed in); what is kept of a channel or a row is in float64,
and what a mean loses in the dtype of the input is made up for in the shift, so that a large mean drowns nothing.
"""

from __future__ import annotations

import math

import numpy as np

from shapenet.backend import Array
from shapenet.kernels import group_normalisation as group_kernel
from shapenet.kernels import memory
from shapenet.kernels import normalisation as kernel
from shapenet.kernels import row_normalisation as row_kernel
from shapenet.kernels.convolution import contiguous
from shapenet.kernels.elementwise import ordered_as
from shapenet.ops import Needs, Result


def moments(x: Array) -> tuple[Array, Array]:
    """The mean and the (biased) variance of each channel of ``[N, C, *]``, ``[C]``, in float64."""
    return kernel.moments(rows_of(x))


def group_moments(x: Array, groups: int) -> tuple[Array, Array]:
    """The mean and the (biased) variance of each group of channels of each item, ``[N, groups]``, in float64."""
    return group_kernel.group_moments(_planes(x), groups)


def batch_norm(
    x: Array,
    weight: Array | None = None,
    bias: Array | None = None,
    *,
    mean: Array,
    variance: Array,
    eps: float,
    frozen: bool,
) -> Result:
    """``(x - mean) / sqrt(variance + eps) * weight + bias``, for ``[N, C, *]`` and ``[C]``; it lies channels last.

    The array inputs are *x* and, where they are given, *weight* and *bias*. If not *frozen*, *mean* and *variance* are
    the ``moments`` of *x*, and the gradient flows through them too.

    Source: Ioffe and Szegedy, "Batch normalization" (2015), algorithm 1; the gradient: section 3.
    """
    rows, channel = rows_of(x), Channel(x.dtype, mean, variance, eps, weight, bias)
    out = memory.empty(rows.shape, _dtype(x, weight, bias), rows)
    channel.normalise(rows, out, frozen=frozen)
    shape, dtype = (*x.shape[:1], *x.shape[2:], x.shape[1]), x.dtype

    def vjp(grad: Array, needs: Needs) -> tuple[Array | None, ...]:
        x_grad = memory.empty(rows.shape, dtype, rows) if needs[0] else None
        rest = channel.gradients(rows_of(grad), rows, x_grad, needs[1:], frozen=frozen)
        return None if x_grad is None else np.moveaxis(x_grad.reshape(shape), -1, 1), *rest

    return np.moveaxis(out.reshape(shape), -1, 1), vjp


class Channel:
    """What batch normalisation knows of each channel, and what it does with rows ``[R, C]`` of them."""

    def __init__(
        self,
        dtype: np.dtype[np.generic],
        mean: Array,
        variance: Array,
        eps: float,
        weight: Array | None,
        bias: Array | None,
    ) -> None:
        self.dtype, self.eps, self.weight, self.bias = dtype, eps, weight, bias
        self.moments = mean, variance
        self.mean = self.factor = np.empty(0)  # known once rows are normalised

    def normalise(self, rows: Array, out: Array, *, frozen: bool) -> None:
        """Write the normalised *rows* into *out*, which may be the same."""
        if frozen:  # one pass less
            self.factor, shift = kernel.running_factors(*self.moments, self.eps, self.weight, self.bias, out.dtype)
            kernel.normalise(rows, None, self.factor, shift, out)
            return
        mean, variance = self._groups
        known = group_kernel.factors(_one_image(rows), out, mean, variance, self.eps, self.weight, self.bias)
        (self.mean,), (self.factor,), (shift,) = known
        kernel.normalise(rows, self.mean, self.factor, shift, out)

    def gradients(
        self, grads: Array, rows: Array, out: Array | None, needs: Needs, *, frozen: bool
    ) -> tuple[Array | None, ...]:
        """The gradients of weight and bias, where they are given and wanted; that of *rows* is written into *out*.

        *out* may be *rows*.
        """
        if frozen:
            bias_grad = weight_grad = np.empty(0)
            if any(needs):
                bias_grad, weight_grad = self._frozen_sums(grads, rows)
            if out is not None:
                kernel.normalise(grads, None, self.factor.astype(out.dtype, copy=False), None, out)
        else:
            bias_grad, centred = kernel.gradient_sums(grads, rows, self.mean)
            sums, (mean, variance) = (bias_grad[None], centred[None]), self._groups
            known = group_kernel.slopes(_one_image(rows), mean, variance, self.eps, self.weight, *sums)
            (weight_grad,), (slope,), (offset,) = known
            if out is not None:
                factor = self.factor.astype(rows.dtype, copy=False)
                kernel.input_gradient(grads, rows, self.mean, factor, slope, offset, out)
        return _affine_gradients(needs, (self.weight, weight_grad), (self.bias, bias_grad))

    @property
    def _groups(self) -> tuple[Array, Array]:
        """The moments of the batch as those of one image, whose groups are its channels."""
        mean, variance = self.moments
        return mean[None], variance[None]

    def _frozen_sums(self, grads: Array, rows: Array) -> tuple[Array, Array]:
        """The gradients of the bias and of the weight."""
        mean, variance = (part.astype(np.float64, copy=False) for part in self.moments)
        rounded = mean.astype(self.dtype)
        plain, centred = kernel.gradient_sums(grads, rows, rounded)
        return plain, (centred - (mean - rounded) * plain) / np.sqrt(variance + self.eps)


def group_norm(
    x: Array, weight: Array | None = None, bias: Array | None = None, *, mean: Array, variance: Array, eps: float
) -> Result:
    """``(x - mean) / sqrt(variance + eps) * weight + bias`` for ``[N, C, *]``, ``[N, groups]`` and ``[C]``.

    The array inputs are *x* and, where they are given, *weight* and *bias*. *mean* and *variance* are the
    ``group_moments`` of *x*, and the gradient flows through them too. The output lies in memory as *x*.

    Source: Wu and He, "Group normalization" (2018), equations 1, 2 and 7. The gradient is that of batch normalisation.
    """
    planes, shape, dtype = _planes(x), x.shape, x.dtype
    out = memory.empty_like(planes, _dtype(x, weight, bias))
    middle, factor, shift = group_kernel.factors(planes, out, mean, variance, eps, weight, bias)
    group_kernel.normalise(planes, middle, factor, shift, out)

    def vjp(grad: Array, needs: Needs) -> tuple[Array | None, ...]:
        grads = ordered_as(planes, _planes(grad))
        plain, weighted = group_kernel.gradient_sums(grads, planes, middle)
        weighted, slope, offset = group_kernel.slopes(planes, mean, variance, eps, weight, plain, weighted)
        x_grad = None
        if needs[0]:
            x_grad = memory.empty_like(planes)
            times = factor.astype(dtype, copy=False)
            group_kernel.input_gradient(grads, planes, middle, times, slope, offset, x_grad)
            x_grad = x_grad.reshape(shape)
        return x_grad, *_affine_gradients(needs[1:], (weight, weighted.sum(axis=0)), (bias, plain.sum(axis=0)))

    return out.reshape(shape), vjp


def layer_norm(
    x: Array, weight: Array | None = None, bias: Array | None = None, *, sizes: tuple[int, ...], eps: float
) -> Result:
    """``(x - mean) / sqrt(variance + eps) * weight + bias``, with the moments of the last dimensions, ``[*sizes]``.

    The array inputs are *x* and, where they are given, *weight* and *bias*. The output is C-contiguous.

    Source: Ba, Kiros, Hinton, "Layer normalization" (2016), equation 4.
    """
    return _last_norm(x, weight, bias, sizes, eps, centred=True)


def rms_norm(x: Array, weight: Array | None = None, *, sizes: tuple[int, ...], eps: float) -> Result:
    """``x / sqrt(mean square + eps) * weight``, with the mean square of the last dimensions, ``[*sizes]``.

    The array inputs are *x* and, where it is given, *weight*. The output is C-contiguous.

    Source: Zhang and Sennrich, "Root mean square layer normalization" (2019), equation 4.
    """
    return _last_norm(x, weight, None, sizes, eps, centred=False)


def _last_norm(
    x: Array, weight: Array | None, bias: Array | None, sizes: tuple[int, ...], eps: float, *, centred: bool
) -> Result:
    shape, dtype = x.shape, x.dtype
    columns = math.prod(sizes)
    count = math.prod(shape[: len(shape) - len(sizes)])
    matrix = contiguous(x).reshape(count, columns)
    flat = [None if part is None else part.reshape(columns) for part in (weight, bias)]
    out = memory.empty(matrix.shape, _dtype(x, weight, bias), matrix)
    mean: Array | None = memory.empty((count,), np.float64, matrix) if centred else None
    scale = row_kernel.normalise(matrix, flat[0], flat[1], eps, out, mean)
    factors, biased = flat[0], bias is not None

    def vjp(grad: Array, needs: Needs) -> tuple[Array | None, ...]:
        grads = contiguous(grad).reshape(count, columns)
        x_grad = memory.empty(matrix.shape, dtype, matrix) if needs[0] else None
        given = [weight] if weight is not None else []
        given += [bias] if bias is not None else []
        wanted = [
            np.empty(columns, part.dtype, like=matrix) if need else None
            for part, need in zip(given, needs[1:], strict=True)
        ]
        weight_grad = wanted[0] if weight is not None else None
        bias_grad = wanted[-1] if biased else None
        if any(needs):
            row_kernel.gradients(grads, matrix, factors, mean, scale, x_grad, (weight_grad, bias_grad))
        first = None if x_grad is None else x_grad.reshape(shape)
        return first, *(None if part is None else part.reshape(sizes) for part in wanted)

    return out.reshape(shape), vjp


def rows_of(x: Array) -> Array:
    """``[N, C, *]`` as ``[R, C]``: the same memory, if it lies channels last."""
    return contiguous(np.moveaxis(x, 1, -1)).reshape(-1 if x.size else 0, x.shape[1])


def _one_image(rows: Array) -> Array:
    """``[R, C]`` as ``[1, C, R]``."""
    return rows.swapaxes(0, 1)[None]


def _planes(x: Array) -> Array:
    """``[N, C, *]`` as ``[N, C, S]``: the same memory, if the places follow each other in equal steps."""
    return x.reshape(*x.shape[:2], math.prod(x.shape[2:]))


def _affine_gradients(needs: Needs, *parts: tuple[Array | None, Array]) -> tuple[Array | None, ...]:
    """The gradients of those inputs that are given: those that are wanted, in their dtype."""
    given = [gradient.astype(array.dtype) for array, gradient in parts if array is not None]
    return tuple(gradient if wanted else None for gradient, wanted in zip(given, needs, strict=True))


def _dtype(x: Array, *parts: Array | None) -> np.dtype[np.generic]:
    return np.result_type(x, *(part for part in parts if part is not None))
