"""The same elements in another shape or order, selections of them, and tensors joined into one."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np

from shapenet.backend import Array
from shapenet.kernels import memory
from shapenet.ops import Result
from shapenet.ops.results import result


def reshape(x: Array, *, sizes: tuple[int, ...]) -> Result:
    """The elements in a new shape."""
    shape = x.shape
    return result(np.reshape(x, sizes), lambda grad: np.reshape(grad, shape))


def permute(x: Array, *, dims: tuple[int, ...]) -> Result:
    """The dimensions in another order."""
    inverse = np.argsort([dim % x.ndim for dim in dims]).tolist()
    return result(np.transpose(x, dims), lambda grad: np.transpose(grad, inverse))


def index(x: Array, *, key: Any) -> Result:
    """``x[key]`` for whatever numpy takes as a key; gradients of one element add up."""
    shape = x.shape
    parts = key if isinstance(key, tuple) else (key,)
    # Such a key names no element twice, and add.at is slow.
    basic = all(part is None or part is Ellipsis or isinstance(part, int | np.integer | slice) for part in parts)

    def gradient(grad: Array) -> Array:
        x_grad = np.zeros(shape, grad.dtype, like=grad)
        if basic:
            x_grad[key] = grad
        else:
            np.add.at(x_grad, key, grad)
        return x_grad

    return result(x[key], gradient)


def cat(*arrays: Array, dim: int) -> Result:
    """The arrays one after the other along *dim*."""
    first = arrays[0]
    place = dim % first.ndim
    ends = list(itertools.accumulate(array.shape[place] for array in arrays))
    out = memory.empty((*first.shape[:place], ends[-1], *first.shape[place + 1 :]), first.dtype, like=first)
    np.concatenate(arrays, axis=place, out=out)

    def part(start: int, end: int) -> Callable[[Array], Array]:
        key = (*(slice(None),) * place, slice(start, end))
        return lambda grad: grad[key]

    return result(out, *itertools.starmap(part, itertools.pairwise([0, *ends])))


def stack(*arrays: Array, dim: int) -> Result:
    """The arrays side by side along the new dimension *dim*."""
    first = arrays[0]
    place = dim % (first.ndim + 1)
    out = memory.empty((*first.shape[:place], len(arrays), *first.shape[place:]), first.dtype, like=first)
    np.stack(arrays, axis=place, out=out)

    def part(number: int) -> Callable[[Array], Array]:
        key: tuple[Any, ...] = (*(slice(None),) * place, number)
        return lambda grad: grad[key]

    return result(out, *map(part, range(len(arrays))))
