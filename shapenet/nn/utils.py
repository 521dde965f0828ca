"""Gradients held within bounds, between ``backward`` and the step."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable

import numpy as np

from shapenet.backend import Array, as_array, same_device
from shapenet.kernels import memory
from shapenet.kernels.elementwise import in_pieces
from shapenet.methods.numbers import real
from shapenet.tensors import AnyTensor, Tensor


def clip_grad_norm_(
    parameters: AnyTensor | Iterable[AnyTensor],
    max_norm: float,
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
) -> Tensor[()]:
    """Scale all gradients, in place, so that their norm, as that of one vector, is at most *max_norm*.

    Returns the norm there was before: ``[]``. *norm_type* is the power, or ``float("inf")`` for the largest magnitude.
    Parameters without a gradient count as nothing. The factor is ``min(1, max_norm/(norm + 1e-6))``, as in torch.

    Source: Pascanu et al., "On the difficulty of training recurrent neural networks" (2013), algorithm 1.

    Raises:
        DeviceError: the gradients are not on one device.
        RuntimeError: the norm is infinite or NaN, and *error_if_nonfinite*; nothing was changed.
        TypeError: something is no tensor.
        ValueError: *max_norm* is no number of at least 0, or *norm_type* none above 0.
    """
    largest, power = real(max_norm), real(norm_type)
    if largest is None or not largest >= 0:
        raise ValueError(f"clip_grad_norm_ expects max_norm to be a number, at least 0, got {max_norm!r}")
    if power is None or not power > 0:
        raise ValueError(f"clip_grad_norm_ expects norm_type to be a number above 0, got {norm_type!r}")
    gradients = _gradients("clip_grad_norm_", parameters)
    if not gradients:
        return Tensor(np.zeros((), np.float32))
    total = _norm_of_norms([_norm(gradient, power) for gradient in gradients], power)
    if not (error_if_nonfinite or isinstance(total, np.ndarray)):
        shared = np.minimum(largest / (total + 1e-6), 1)  # stays on the device, as torch's
        for gradient in gradients:
            np.multiply(gradient, shared.astype(gradient.dtype, copy=False), out=gradient)
        return Tensor(total)
    norm = float(total)  # waits for the device, once
    if error_if_nonfinite and not math.isfinite(norm):
        raise RuntimeError(f"clip_grad_norm_ expects the norm of the gradients to be finite, got {norm}")
    factor = largest / (norm + 1e-6)
    if not factor >= 1:  # NaN goes into the gradients, as in torch
        for gradient in gradients:
            in_pieces(functools.partial(_scale, factor), gradient, step=0)
    return Tensor(total)


def clip_grad_value_(parameters: AnyTensor | Iterable[AnyTensor], clip_value: float) -> None:
    """Bring each element of all gradients, in place, to between ``-clip_value`` and ``clip_value``.

    Raises:
        TypeError: something is no tensor.
        ValueError: *clip_value* is no number of at least 0.
    """
    bound = real(clip_value)
    if bound is None or not bound >= 0:
        raise ValueError(f"clip_grad_value_ expects clip_value to be a number, at least 0, got {clip_value!r}")
    for gradient in _gradients("clip_grad_value_", parameters):
        in_pieces(lambda part: np.clip(part, -bound, bound, out=part), gradient, step=0)


def _gradients(owner: str, parameters: AnyTensor | Iterable[AnyTensor]) -> list[Array]:
    """The arrays of all gradients, of one device."""
    given = [parameters] if isinstance(parameters, Tensor) else list(parameters)
    for tensor in given:
        if not isinstance(tensor, Tensor):
            raise TypeError(f"{owner} expects tensors, got {type(tensor).__name__}")
    gradients = {id(tensor): tensor.grad.data for tensor in given if tensor.grad is not None}
    same_device(*gradients.values())
    return list(gradients.values())


def _scale(factor: float, part: Array) -> None:
    with np.errstate(invalid="ignore"):  # infinite gradients are scaled by 0
        np.multiply(part, factor, out=part)


def _norm(x: Array, power: float) -> Array:
    """``sum(abs(x)**power)**(1/power)`` as an array without dimensions, on the device of *x*."""
    flat = x.transpose(memory.memory_order(x)).reshape(-1)
    if not flat.size:
        return np.zeros((), x.dtype, like=x)
    if power == math.inf:
        return as_array(np.maximum(np.max(flat), -np.min(flat)))
    if power == 2:
        return as_array(np.sqrt(np.dot(flat, flat)))
    magnitudes = np.abs(flat, out=memory.empty_like(flat))
    if power != 1:
        np.power(magnitudes, power, out=magnitudes)
    return as_array(np.sum(magnitudes) ** (1 / power))


def _norm_of_norms(norms: list[Array], power: float) -> Array:
    return _norm(np.stack([norm.astype(np.result_type(*norms)) for norm in norms]), power)
