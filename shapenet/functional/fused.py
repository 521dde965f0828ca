"""Layers that follow each other, computed at once."""

from __future__ import annotations

import math

from shapenet import rules
from shapenet.backend import Array
from shapenet.functional.checks import check_devices, check_floating
from shapenet.functional.conv import Job
from shapenet.functional.normalisation import Running, check_batch, update_running
from shapenet.kernels.plan import Plans
from shapenet.ops import fused
from shapenet.ops import padding as padding_ops
from shapenet.tensors import AnyTensor, apply, as_one


@as_one
def conv_batch_norm(
    x: AnyTensor,
    weight: AnyTensor,
    affine: tuple[AnyTensor, ...],
    running: Running | None,
    *,
    rule: rules.FusedConvBN,
    plans: Plans,
    by_batch: bool,
    momentum: float | Array,
    eps: float,
) -> AnyTensor:
    """A convolution, and batch normalisation of its output, with their options checked already.

    *affine* is a weight and a bias of each channel, or nothing.

    Raises:
        ShapeError: the shapes do not fit, or there is one value per channel in training.
        ValueError: *x* is not floating.
        DeviceError: the tensors are on different devices.
    """
    job = Job.of(rule, x.data.shape)
    check_floating("conv_batch_norm", x)
    check_devices(x, weight, *affine, *(running or ()))
    count = job.maps[0] * math.prod(job.maps[2:])
    if by_batch:
        check_batch("conv_batch_norm", count, job.maps)
    if rule.padding_mode != "zeros":
        x = apply(padding_ops.pad, x, amounts=rule.around, mode=rule.padding_mode, value=0.0)
    told: list[tuple[Array, Array]] = []
    y = apply(
        fused.conv_batch_norm,
        x,
        weight,
        *affine,
        config=job.config,
        output=(job.maps[2], job.maps[3]),
        plans=plans,
        eps=eps,
        frozen=None if by_batch or running is None else (running[0].data, running[1].data),
        tell=lambda mean, variance: told.append((mean, variance)),
    )
    for mean, variance in told:
        update_running(running, momentum, mean, variance, count)
    return y
