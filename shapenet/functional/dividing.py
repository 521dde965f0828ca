"""Tensors taken apart along a dimension: the methods of tensors, as functions."""

from __future__ import annotations

from collections.abc import Sequence

from shapenet.tensors import AnyTensor


def split(x: AnyTensor, split_size_or_sections: int | Sequence[int], dim: int = 0) -> tuple[AnyTensor, ...]:
    """Parts of one size along *dim*, of which the last may be smaller, or of the given sizes.

    Raises:
        ShapeError: there is no such dimension, a size is negative, or they do not add up.
        TypeError: an argument is no int.
    """
    return x.split(split_size_or_sections, dim)


def chunk(x: AnyTensor, chunks: int, dim: int = 0) -> tuple[AnyTensor, ...]:
    """At most *chunks* parts along *dim*, all but the last of one size.

    Raises:
        ShapeError: there is no such dimension, or *chunks* is below 1.
        TypeError: an argument is no int.
    """
    return x.chunk(chunks, dim)


def tensor_split(x: AnyTensor, indices_or_sections: int | Sequence[int], dim: int = 0) -> tuple[AnyTensor, ...]:
    """So many parts along *dim*, of sizes as equal as can be, or those between the given indices.

    Raises:
        ShapeError: there is no such dimension, or the number is below 1.
        TypeError: an argument is no int.
    """
    return x.tensor_split(indices_or_sections, dim)


def unbind(x: AnyTensor, dim: int = 0) -> tuple[AnyTensor, ...]:
    """What lies along *dim*, one by one.

    Raises:
        ShapeError: there is no such dimension.
        TypeError: an argument is no int.
    """
    return x.unbind(dim)


def narrow(x: AnyTensor, dim: int, start: int, length: int) -> AnyTensor:
    """*length* elements along *dim*, from *start* on.

    Raises:
        ShapeError: there is no such dimension, or the elements are not all there.
        TypeError: an argument is no int.
    """
    return x.narrow(dim, start, length)


def select(x: AnyTensor, dim: int, index: int) -> AnyTensor:
    """What has the index *index* along *dim*.

    Raises:
        ShapeError: there is no such dimension, or the index lies outside.
        TypeError: an argument is no int.
    """
    return x.select(dim, index)
