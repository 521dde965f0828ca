"""The rule of the layer that looks rows up in a table."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from shapenet.dims import Dim, Shape
from shapenet.errors import ShapeError
from shapenet.rules.base import LayerRule
from shapenet.rules.kinds import INT
from shapenet.rules.shapes import ranked, show


@dataclass(frozen=True)
class Embedding(LayerRule):
    """``[*] -> [*, embedding_dim]``, for indices below *num_embeddings*."""

    num_embeddings: Dim
    embedding_dim: Dim

    takes = MappingProxyType({"x": (INT,)})

    def __post_init__(self) -> None:
        self._int("num_embeddings", 1)
        self._int("embedding_dim", 1)

    @classmethod
    def of_weight(cls, weight: Shape) -> Embedding:
        """The rule for a table of the shape *weight*.

        Raises:
            ShapeError: it is not ``[num_embeddings, embedding_dim]``.
        """
        known = ranked(weight)
        if len(known) != 2:
            problem = f"expects a weight [num_embeddings, embedding_dim], got {show(weight)}"
            raise ShapeError(cls.__name__, problem)
        return cls(known[0], known[1])

    def output(self, x: Shape) -> Shape:
        return (*x, self.embedding_dim)
