"""Tables of vectors, looked up by number."""

from __future__ import annotations

import numpy as np

from shapenet import rules
from shapenet.backend import same_device
from shapenet.ops import embedding as ops
from shapenet.rules.base import as_int
from shapenet.tensors import AnyTensor, apply


def embedding(x: AnyTensor, weight: AnyTensor, padding_idx: int | None = None) -> AnyTensor:
    """The rows of *weight* whose numbers *x* holds: ``[*], [num_embeddings, embedding_dim] -> [*, embedding_dim]``.

    The gradients of a row that comes several times add up; the row *padding_idx* takes none.

    Raises:
        ShapeError: *weight* is no matrix.
        ValueError: the indices are no integers, or one of them, or *padding_idx*, is not the number of a row.
        DeviceError: both are on different devices.
    """
    rule = rules.Embedding.of_weight(weight.data.shape)
    padding = check_padding("embedding", padding_idx, rule.num_embeddings)
    rule.output(x.data.shape)
    same_device(x.data, weight.data)
    check_indices("embedding", x, len(weight))
    return apply(ops.embedding, weight, indices=x.data, padding_idx=padding)


def check_padding(subject: str, padding_idx: object, rows: object) -> int | None:
    """*padding_idx*, counted from the start.

    Raises:
        ValueError: it is neither None nor the number of a row.
    """
    number, count = as_int(padding_idx), as_int(rows)
    assert count is not None
    if padding_idx is not None and (number is None or not -count <= number < count):
        raise ValueError(
            f"{subject} expects padding_idx to be None or an int from {-count} to {count - 1}, got {padding_idx!r}"
        )
    return None if number is None else number % count


def check_indices(subject: str, x: AnyTensor, rows: int) -> None:
    """Check that *x* holds numbers of *rows* rows.

    On a GPU, whose answer the program would have to wait for, a number out of range has a row of NaN instead.

    Raises:
        ValueError: it does not.
    """
    if not np.issubdtype(x.dtype, np.integer):
        raise ValueError(f"{subject} expects integer indices, got dtype {x.dtype}")
    if x.numel() == 0 or not isinstance(x.data, np.ndarray):
        return
    # An index out of range wraps silently on a GPU, and a negative one everywhere.
    lowest, highest = int(x.data.min()), int(x.data.max())
    if lowest < 0 or highest >= rows:
        raise ValueError(f"{subject} expects indices from 0 to {rows - 1}, got {lowest} to {highest}")
