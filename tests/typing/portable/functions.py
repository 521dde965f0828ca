"""Tensors, their methods and operators, and the functions of ``shapenet`` and ``shapenet.functional``."""

from typing import Any
from typing import Literal as L

import numpy as np
from typing_extensions import Unpack

import shapenet
from shapenet import AnyTensor, IntTensor, Tensor
from shapenet import functional as F
from shapenet.dims import B, Batch, C, H, N, W


def normalised(x: Tensor[B, C, H, W]) -> Tensor[B, C, H, W]:
    mean = x.mean((2, 3), keepdim=True)
    centred = x - mean
    return centred / ((centred * centred).mean((2, 3), keepdim=True) + 1e-5).sqrt()


def elementwise(x: Tensor[B, N]) -> Tensor[B, N]:
    y = -x.exp().log().sqrt().abs()
    y = 1 - 2 * y + y**2 / 3
    return y.relu().sigmoid().tanh().softmax(1).log_softmax(dim=1)


def any_batch(x: Tensor[Unpack[Batch], N]) -> Tensor[Unpack[Batch], N]:
    return F.relu(x.relu())


def shapes(x: Tensor[B, L[3], L[8], L[8]]) -> AnyTensor:
    batch, channels, height, width = x.shape
    flat = x.reshape(batch, channels * height * width)
    again = flat.reshape(-1, 3, 8, 8).permute(0, 2, 3, 1).transpose(1, 2)
    part = again[0, ..., None][:, 1:3, ::2]
    rows = part.flatten(1)
    return rows.reshape((8, -1)) @ rows.transpose(0, 1)


def reduced(x: Tensor[B, C]) -> float:
    total: Tensor[()] = x.max()
    count = x.numel() + x.ndim + len(x)
    values = x.sum(1).amax(0) + x.mean() + x.argmax(1)
    best = (x.argmax(1) == x.argmax(1)).to(np.float32).mean()
    return total.item() + count + float(values) + best.item()


def compared(x: Tensor[B, C], y: Tensor[B, C]) -> Tensor[B, C]:
    mask = (x > y) == (x <= 0.5)
    return shapenet.where(mask, x, y).masked_fill(mask, 0.0).where(mask, 1.0)


def made() -> AnyTensor:
    shapenet.manual_seed(0)
    zeros = shapenet.zeros(2, 3)
    ones = shapenet.ones((2, 3), dtype=np.float64)
    drawn = shapenet.randn(2, 3, requires_grad=True) + shapenet.rand(2, 3)
    numbers = shapenet.arange(6).reshape(2, 3) + shapenet.full((2, 3), 1.5)
    given = shapenet.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    shared = shapenet.from_numpy(np.zeros((2, 3)))
    return shapenet.cat([zeros, ones, drawn, numbers, given, shared], 0)


def layers_as_functions(x: Tensor[B, L[3], H, W], weight: Tensor[L[8], L[3], L[3], L[3]]) -> Tensor[B, L[10]]:
    maxima = F.max_pool2d(F.conv2d(x, weight, padding=1).relu(), 2)
    means = F.avg_pool2d(F.gelu(F.dropout(maxima, 0.2)), 2, 2)
    large = F.interpolate(F.adaptive_avg_pool2d(means, (4, 4)), scale_factor=2)
    return F.linear(large.flatten(1), shapenet.randn(10, 8 * 8 * 8))


def losses(scores: Tensor[B, C], labels: IntTensor[B], target: Tensor[B, C]) -> Tensor[()]:
    loss = F.cross_entropy(scores, labels) + F.mse_loss(scores, target)
    loss = loss + F.nll_loss(scores.log_softmax(1), labels) + F.binary_cross_entropy_with_logits(scores, target)
    each = F.cross_entropy(scores, labels, reduction="none")
    return loss + each.mean()


def gradients(x: Tensor[B, N]) -> Tensor[B, N] | None:
    leaf = x.detach().clone().requires_grad_()
    with shapenet.no_grad():
        kept = leaf.to(np.float32).numpy()
    (leaf * shapenet.from_numpy(kept)).sum().backward()
    return leaf.grad


def unknown(x: Any) -> Tensor[B, N]:
    y = x.flatten() + 1
    return elementwise(y)
