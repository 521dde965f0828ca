"""Normalisation: to mean 0 and variance 1, over a batch, over channels of each item, or over the last dimensions."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from shapenet import rules
from shapenet.backend import Array, StandIn
from shapenet.dims import UNKNOWN, Dim
from shapenet.errors import ShapeError
from shapenet.functional.checks import check_devices, check_floating
from shapenet.kernels import normalisation as kernel
from shapenet.ops import Result, normalisation
from shapenet.tensors import AnyTensor, apply, as_one

Maybe = AnyTensor | None
Running = tuple[AnyTensor, AnyTensor]
"""A running mean and a running variance."""


def batch_norm(
    x: AnyTensor,
    running_mean: AnyTensor | None,
    running_var: AnyTensor | None,
    weight: AnyTensor | None = None,
    bias: AnyTensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> AnyTensor:
    """Each channel of ``[N, C, *]`` shifted and scaled to mean 0 and variance 1, then by *weight* and *bias*.

    In training the statistics are those of the batch, and the running ones, if there are any, move towards them by
    *momentum* (the variance without bias); otherwise the running ones are used.

    Source: Ioffe and Szegedy, "Batch normalization" (2015), algorithms 1 and 2.

    Raises:
        ShapeError: the shapes do not fit, or *x* has one value per channel in training.
        ValueError: *x* is not floating, an option is out of range, or there are no running statistics to use.
        DeviceError: the tensors are on different devices.
    """
    check_momentum("batch_norm", momentum)
    return batch_normed(x, running_mean, running_var, weight, bias, training, momentum, eps)


def batch_normed(
    x: AnyTensor,
    running_mean: Maybe,
    running_var: Maybe,
    weight: Maybe,
    bias: Maybe,
    training: bool,
    momentum: float | Array,
    eps: float,
) -> AnyTensor:
    """``batch_norm`` with its *momentum* checked already; it may be an array without dimensions, on the device."""
    name = "batch_norm"
    check_eps(name, eps)
    running = _running(name, running_mean, running_var, needed=not training)
    sizes = rules.BatchNorm(_channels(x, running_mean)).output(x.data.shape)
    check_floating(name, x)
    check_channels(name, sizes[1], weight=weight, bias=bias, running_mean=running_mean, running_var=running_var)
    check_devices(x, weight, bias, running_mean, running_var)
    if not training:
        return frozen(x, running, weight, bias, eps)
    count = x.numel() // x.data.shape[1]
    check_batch(name, count, x.data.shape)
    mean, variance = _moments(normalisation.moments, x)
    op = normalisation.batch_norm
    y = _apply(op, x, weight, bias, mean=mean, variance=variance, eps=eps, frozen=False)
    update_running(running, momentum, mean, variance, count)
    return y


def instance_norm(
    x: AnyTensor,
    running_mean: AnyTensor | None = None,
    running_var: AnyTensor | None = None,
    weight: AnyTensor | None = None,
    bias: AnyTensor | None = None,
    use_input_stats: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> AnyTensor:
    """Each channel of each item of ``[N, C, L, *]`` shifted and scaled as ``batch_norm`` does those of a batch.

    With *use_input_stats* the running statistics, if there are any, move towards the mean over the batch; otherwise
    they are used.

    Source: Ulyanov, Vedaldi, Lempitsky, "Instance normalization" (2016), equation 4.

    Raises:
        ShapeError: the shapes do not fit, or there is one value per channel to take statistics of.
        ValueError: *x* is not floating, an option is out of range, or there are no running statistics to use.
        DeviceError: the tensors are on different devices.
    """
    name = "instance_norm"
    check_eps(name, eps)
    check_momentum(name, momentum)
    running = _running(name, running_mean, running_var, needed=not use_input_stats)
    shape = x.data.shape
    sizes = rules.InstanceNorm(_channels(x, running_mean)).output(shape)
    check_floating(name, x)
    check_channels(name, sizes[1], weight=weight, bias=bias, running_mean=running_mean, running_var=running_var)
    check_devices(x, weight, bias, running_mean, running_var)
    if not use_input_stats:
        return frozen(x, running, weight, bias, eps)
    count = math.prod(shape[2:])
    check_batch(name, count, x.data.shape)
    y, mean, variance = by_groups(x, shape[1], weight, bias, eps)
    if running is not None and len(mean):
        update_running(running, momentum, mean.mean(axis=0), variance.mean(axis=0), count)
    return y


def group_norm(
    x: AnyTensor,
    num_groups: int,
    weight: AnyTensor | None = None,
    bias: AnyTensor | None = None,
    eps: float = 1e-5,
) -> AnyTensor:
    """Groups of neighbouring channels of each item of ``[N, C, *]`` brought to mean 0 and variance 1.

    Each channel is then scaled and shifted by *weight* and *bias*, ``[C]``.

    Source: Wu and He, "Group normalization" (2018), equations 1, 2 and 7.

    Raises:
        ShapeError: *num_groups* does not divide the channels, or the shapes do not fit.
        ValueError: *x* is not floating, or *eps* is out of range.
    """
    check_eps("group_norm", eps)
    return group_normed(x, rules.GroupNorm(num_groups, _channels(x, None)), weight, bias, eps)


def group_normed(x: AnyTensor, rule: rules.GroupNorm, weight: Maybe, bias: Maybe, eps: float) -> AnyTensor:
    """``group_norm`` with its options checked already."""
    channels = rule.output(x.data.shape)[1]
    check_floating("group_norm", x)
    check_channels("group_norm", channels, weight=weight, bias=bias)
    return by_groups(x, int(rule.num_groups), weight, bias, eps)[0]  # type: ignore[arg-type]  # ints here


def layer_norm(
    x: AnyTensor,
    normalized_shape: int | tuple[int, ...],
    weight: AnyTensor | None = None,
    bias: AnyTensor | None = None,
    eps: float = 1e-5,
) -> AnyTensor:
    """The last dimensions, ``[*normalized_shape]``, brought to mean 0 and variance 1, then by *weight* and *bias*.

    Source: Ba, Kiros, Hinton, "Layer normalization" (2016), equation 4.

    Raises:
        ShapeError: *normalized_shape* is no size, or the shapes do not fit.
        ValueError: *x* is not floating, or *eps* is out of range.
    """
    check_eps("layer_norm", eps)
    return layer_normed(x, rules.LayerNorm(normalized_shape), weight, bias, eps)


@as_one
def layer_normed(x: AnyTensor, rule: rules.LayerNorm, weight: Maybe, bias: Maybe, eps: float) -> AnyTensor:
    """``layer_norm`` with its options checked already."""
    rule.output(x.data.shape)
    check_floating("layer_norm", x)
    check_sizes("layer_norm", rule.last, weight=weight, bias=bias)
    return _apply(normalisation.layer_norm, x, weight, bias, sizes=rule.last, eps=eps)


def rms_norm(
    x: AnyTensor, normalized_shape: int | tuple[int, ...], weight: AnyTensor | None = None, eps: float | None = None
) -> AnyTensor:
    """The last dimensions, ``[*normalized_shape]``, brought to a mean square of 1, then scaled by *weight*.

    Without an *eps* it is that of the dtype of *x*: the distance of 1 to the next number.

    Source: Zhang and Sennrich, "Root mean square layer normalization" (2019), equation 4.

    Raises:
        ShapeError: *normalized_shape* is no size, or the shapes do not fit.
        ValueError: *x* is not floating, or *eps* is out of range.
    """
    if eps is not None:
        check_eps("rms_norm", eps)
    return rms_normed(x, rules.RMSNorm(normalized_shape), weight, eps)


@as_one
def rms_normed(x: AnyTensor, rule: rules.RMSNorm, weight: Maybe, eps: float | None) -> AnyTensor:
    """``rms_norm`` with its options checked already."""
    rule.output(x.data.shape)
    check_floating("rms_norm", x)
    check_sizes("rms_norm", rule.last, weight=weight)
    some = float(np.finfo(x.dtype).eps) if eps is None else eps
    return _apply(normalisation.rms_norm, x, weight, None, sizes=rule.last, eps=some)


# --- what is checked ---


def check_eps(subject: str, eps: float) -> None:
    """Check that *eps* is a number above 0.

    Raises:
        ValueError: it is not.
    """
    if isinstance(eps, bool) or not isinstance(eps, int | float | np.floating) or not 0 < eps < math.inf:
        raise ValueError(f"{subject} expects eps to be a number above 0, got {eps!r}")


def check_momentum(subject: str, momentum: float) -> None:
    """Check that *momentum* is a number from 0 to 1.

    Raises:
        ValueError: it is not.
    """
    number = isinstance(momentum, int | float | np.floating) and not isinstance(momentum, bool)
    if not number or not 0 <= momentum <= 1:
        raise ValueError(f"{subject} expects momentum to be a number from 0 to 1, got {momentum!r}")


def check_channels(subject: str, channels: object, **tensors: AnyTensor | None) -> None:
    """Check that all *tensors* that are given are ``[channels]``.

    Raises:
        ShapeError: one is not; the text names it.
    """
    check_sizes(subject, (channels,), **tensors)


def check_sizes(subject: str, sizes: tuple[object, ...], **tensors: AnyTensor | None) -> None:
    """Check that all *tensors* that are given have these *sizes*.

    Raises:
        ShapeError: one has not; the text names it.
    """
    for name, tensor in tensors.items():
        if tensor is not None and tensor.data.shape != sizes:
            problem = f"expects {name} to be {rules.show(sizes)}, got {rules.show(tensor.data.shape)}"
            raise ShapeError(subject, problem)


def check_batch(subject: str, count: int, shape: tuple[int, ...]) -> None:
    """Check that there is more than one value, *count*, of each channel.

    Raises:
        ShapeError: there is not.
    """
    if count < 2:
        problem = f"expects more than 1 value per channel in training, got {rules.show(shape)}"
        raise ShapeError(subject, problem)


def _running(subject: str, mean: Maybe, variance: Maybe, *, needed: bool) -> Running | None:
    if (mean is None) != (variance is None):
        raise ValueError(f"{subject} expects both running_mean and running_var, or neither")
    if mean is None or variance is None:
        if needed:
            raise ValueError(f"{subject} expects running_mean and running_var where it takes none of the input")
        return None
    check_floating(subject, mean, variance)
    return mean, variance


# --- what is done ---


def update_running(running: Running | None, momentum: float | Array, mean: Array, variance: Array, count: int) -> None:
    """Move the running mean and variance, if there are any, towards those of *count* values by *momentum*."""
    if running is not None and not isinstance(mean, StandIn):
        before = running[0].data, running[1].data
        moved = kernel.moved_moments(before, (mean, variance), momentum, count / (count - 1))
        for tensor, now in zip(running, moved, strict=True):
            tensor.data = now


def _moments(function: Callable[..., tuple[Array, Array]], x: AnyTensor, *options: int) -> tuple[Array, Array]:
    """The mean and the variance, of elements if there are any."""
    return (x.data, x.data) if isinstance(x.data, StandIn) else function(x.data, *options)


@as_one
def frozen(x: AnyTensor, running: Running | None, weight: Maybe, bias: Maybe, eps: float) -> AnyTensor:
    """*x* normalised by the running statistics, which are there."""
    assert running is not None
    mean, variance = (tensor.data for tensor in running)
    op = normalisation.batch_norm
    return _apply(op, x, weight, bias, mean=mean, variance=variance, eps=eps, frozen=True)


@as_one
def by_groups(x: AnyTensor, groups: int, weight: Maybe, bias: Maybe, eps: float) -> tuple[AnyTensor, Array, Array]:
    """*x* normalised by the mean and the variance of each group of channels of each item, and those."""
    mean, variance = _moments(normalisation.group_moments, x, groups)
    return _apply(normalisation.group_norm, x, weight, bias, mean=mean, variance=variance, eps=eps), mean, variance


def _channels(x: AnyTensor, running: AnyTensor | None) -> Dim:
    """The number of channels, as the running statistics say, else *x*; unknown if it has none: then it is refused."""
    model = x.data.shape[1:2] if running is None else running.data.shape[:1]
    return model[0] if model else UNKNOWN


def _apply(op: Callable[..., Result], x: AnyTensor, weight: Maybe, bias: Maybe, **options: Any) -> AnyTensor:
    """Apply *op* to *x* and those of *weight* and *bias* that are given."""
    given = {name: tensor for name, tensor in (("weight", weight), ("bias", bias)) if tensor is not None}

    @functools.wraps(op)
    def named(array: Array, *affine: Array, **rest: Any) -> Result:
        return op(array, **dict(zip(given, affine, strict=True)), **rest)

    return apply(named, x, *given.values(), **options)
