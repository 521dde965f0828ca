"""``Embedding``: a table of vectors, looked up by number."""

from __future__ import annotations

from typing import Generic

import numpy as np

from shapenet import functional, rules
from shapenet.backend import default_generator
from shapenet.dims import Batch
from shapenet.functional.embedding import check_padding
from shapenet.nn.module import Module
from shapenet.nn.parameter import Parameter
from shapenet.nn.sizes import REQUIRED, Rows, Width
from shapenet.tensors import IntTensor, Tensor


class Embedding(Module, Generic[Rows, Width]):
    """Integers to the rows of a table: ``[*] -> [*, embedding_dim]``.

    The weight ``[num_embeddings, embedding_dim]`` starts normal, of mean 0 and variance 1; its row *padding_idx*, which
    may be counted from the end, with zeros, and it takes no gradient.

    Raises:
        ShapeError: a size is no int of at least 1.
        ValueError: *padding_idx* is not the number of a row.
    """

    def __init__(
        self,
        num_embeddings: Rows | int = REQUIRED,
        embedding_dim: Width | int = REQUIRED,
        padding_idx: int | None = None,
    ) -> None:
        self.rule = rules.Embedding(num_embeddings, embedding_dim)
        self.padding_idx = check_padding("Embedding", padding_idx, num_embeddings)
        start = default_generator().standard_normal((num_embeddings, embedding_dim), np.float32)
        if self.padding_idx is not None:
            start[self.padding_idx] = 0
        self.weight: Parameter[Rows, Width] = Parameter(start)

    def __call__(self, x: IntTensor[*Batch]) -> Tensor[*Batch, Width]:
        return functional.embedding(x, self.weight, self.padding_idx)
