"""What is sorted and found along a dimension, and elements picked by their places."""

from __future__ import annotations

from typing import cast, overload

import numpy as np

from shapenet import rules
from shapenet.methods.checks import check_int, check_places
from shapenet.methods.numbers import check_kind
from shapenet.tensors import AnyIntTensor, AnyTensor, Found, Scalar, Shape, Tensor


@overload
def max(x: AnyTensor) -> Tensor[()]: ...
@overload
def max(x: AnyTensor, dim: int, keepdim: bool = False) -> Found[AnyTensor, AnyIntTensor]: ...
def max(x: AnyTensor, dim: int | None = None, keepdim: bool = False) -> Tensor[()] | Found[AnyTensor, AnyIntTensor]:
    """The greatest element of *x*; along *dim*, each maximum and its first place.

    Raises:
        ShapeError: there is no such dimension, or no element along it.
    """
    return x.max() if dim is None else x.max(dim, keepdim)


@overload
def min(x: AnyTensor) -> Tensor[()]: ...
@overload
def min(x: AnyTensor, dim: int, keepdim: bool = False) -> Found[AnyTensor, AnyIntTensor]: ...
def min(x: AnyTensor, dim: int | None = None, keepdim: bool = False) -> Tensor[()] | Found[AnyTensor, AnyIntTensor]:
    """The smallest element of *x*; along *dim*, each minimum and its first place.

    Raises:
        ShapeError: there is no such dimension, or no element along it.
    """
    return x.min() if dim is None else x.min(dim, keepdim)


def argmax(x: AnyTensor, dim: int | None = None, keepdim: bool = False) -> AnyIntTensor:
    """The place of the first maximum along *dim*, or in the flattened tensor.

    Raises:
        ShapeError: there is no such dimension, or no element along it.
    """
    return x.argmax(dim, keepdim)


def argmin(x: AnyTensor, dim: int | None = None, keepdim: bool = False) -> AnyIntTensor:
    """The place of the first minimum along *dim*, or in the flattened tensor.

    Raises:
        ShapeError: there is no such dimension, or no element along it.
    """
    return x.argmin(dim, keepdim)


def sort(
    x: Tensor[*Shape], dim: int = -1, descending: bool = False, stable: bool = False
) -> Found[Tensor[*Shape], AnyIntTensor]:
    """The elements in order along *dim*, and the places where they were; NaN counts as the greatest.

    Raises:
        ShapeError: there is no such dimension.
        ValueError: a flag is no bool.
    """
    return x.sort(dim, descending, stable)


def argsort(x: AnyTensor, dim: int = -1, descending: bool = False, stable: bool = False) -> AnyIntTensor:
    """The places of the elements in order along *dim*.

    Raises:
        ShapeError: there is no such dimension.
        ValueError: a flag is no bool.
    """
    return x.argsort(dim, descending, stable)


def topk(
    x: AnyTensor,
    k: int,
    dim: int = -1,
    largest: bool = True,
    sorted: bool = True,
) -> Found[AnyTensor, AnyIntTensor]:
    """The *k* greatest elements along *dim*, or the smallest, from the most extreme on, and their places.

    Raises:
        ShapeError: there is no such dimension, or it has less than *k* elements.
        ValueError: *k* is no int, or a flag no bool.
    """
    return x.topk(k, dim, largest, sorted)


def gather(x: AnyTensor, dim: int, index: AnyTensor) -> AnyTensor:
    """The elements at the places *index* along *dim*: ``out[i, j] = x[index[i, j], j]`` for ``dim=0``.

    Raises:
        ShapeError: there is no such dimension, *index* holds no integers, or does not fit.
        ValueError: a place lies outside.
    """
    return x.gather(dim, index)


def index_select(x: AnyTensor, dim: int, index: AnyTensor) -> AnyTensor:
    """The parts of *x* at the places *index*, a vector, along *dim*.

    Raises:
        ShapeError: there is no such dimension, *index* holds no integers, or is no vector.
        ValueError: a place lies outside.
    """
    return x.index_select(dim, index)


def take_along_dim(x: AnyTensor, indices: AnyTensor, dim: int) -> AnyTensor:
    """The elements at the places *indices* along *dim*; the other dimensions broadcast.

    Raises:
        ShapeError: there is no such dimension, *indices* holds no integers, or does not broadcast.
        ValueError: a place lies outside.
    """
    return x.take_along_dim(indices, dim)


def scatter(x: Tensor[*Shape], dim: int, index: AnyTensor, src: AnyTensor | Scalar) -> Tensor[*Shape]:
    """The elements of *x*, with those of *src*, or a number, put at the places *index* along *dim*.

    Raises:
        ShapeError: there is no such dimension, *index* holds no integers, or does not fit.
        ValueError: a place lies outside, or *src* is of another dtype.
    """
    return x.scatter(dim, index, src)


def scatter_add(x: Tensor[*Shape], dim: int, index: AnyTensor, src: AnyTensor) -> Tensor[*Shape]:
    """The elements of *x*, with those of *src* added at the places *index* along *dim*.

    Raises:
        ShapeError: there is no such dimension, *index* holds no integers, or does not fit.
        ValueError: a place lies outside, or *src* is of another dtype.
    """
    return x.scatter_add(dim, index, src)


def one_hot(labels: AnyTensor, num_classes: int = -1) -> AnyIntTensor:
    """Rows of zeros with a one at the label: ``[*, ] -> [*, num_classes]``; of -1 classes, one more than the greatest.

    Raises:
        ShapeError: *labels* holds no integers, or there is no class.
        ValueError: *num_classes* is no int, or a label lies outside.
    """
    check_int("one_hot", "num_classes", num_classes)
    check_kind("one_hot", "labels", labels, rules.INT)
    places = labels.data
    if num_classes == -1:
        if not places.size:
            raise ValueError("one_hot expects num_classes to be given for labels of no element, got -1")
        num_classes = int(places.max()) + 1
    rules.one_hot(places.shape, num_classes)
    check_places("one_hot", "labels", places, num_classes)
    made = places[..., None] == np.arange(num_classes, like=places)
    return cast("AnyIntTensor", Tensor(made.astype(np.int64)))
