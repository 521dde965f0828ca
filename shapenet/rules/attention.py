"""Rules of attention: queries, keys and values, their masks, and the weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from shapenet.dims import Dim, Pack, Shape, same
from shapenet.errors import ShapeError
from shapenet.rules.base import Flag, Given, LayerRule, Maybe, Several
from shapenet.rules.kinds import BOOL, FLOAT
from shapenet.rules.shapes import Undetermined, agree, broadcast, ranked, show

DOT_PRODUCT: Final = "scaled_dot_product_attention"


def scaled_dot_product_attention(query: Shape, key: Shape, value: Shape, attn_mask: Shape | None = None) -> Shape:
    """``[*, L, E], [*, S, E], [*, S, V], [*, L, S] -> [*, L, V]``; the batches broadcast, and the mask to the scores.

    Raises:
        ShapeError: they do not fit.
    """
    for name, shape in (("query", query), ("key", key), ("value", value)):
        if any(isinstance(dim, Pack) for dim in shape[-2:]):
            raise Undetermined
        if len(shape) < 2:
            raise ShapeError(DOT_PRODUCT, f"expects {name} of at least 2 dimensions, got {show(shape)}")
    _expect_same(DOT_PRODUCT, query, key, -1)
    _expect_same(DOT_PRODUCT, key, value, -2, ("key", "value"))
    batch = broadcast(broadcast(query[:-2], key[:-2], DOT_PRODUCT), value[:-2], DOT_PRODUCT)
    if attn_mask is not None:
        scores = (*batch, query[-2], key[-2])
        _expect_mask(DOT_PRODUCT, "attn_mask", attn_mask, scores)
    return *batch, query[-2], value[-1]


@dataclass(frozen=True)
class MultiheadAttention(LayerRule):
    """``[L, N, E], [S, N, E], [S, N, E] -> [L, N, E]`` and weights ``[N, L, S]``; with *batch_first* N comes first."""

    embed_dim: Dim
    num_heads: Dim
    batch_first: Flag = False

    takes = MappingProxyType({"attn_mask": (BOOL, FLOAT), "key_padding_mask": (BOOL, FLOAT)})

    def __post_init__(self) -> None:
        self._int("embed_dim", 1)
        self._int("num_heads", 1)
        self._flag("batch_first")
        rest = self.embed_dim % self.num_heads
        if isinstance(rest, int) and rest != 0:
            problem = f"expects embed_dim to be a multiple of num_heads = {self.num_heads}, got {self.embed_dim}"
            raise ShapeError(self.name, problem)

    def output(self, x: Shape, key: Shape | None = None, value: Shape | None = None) -> Shape:
        self._sides(x, x if key is None else key, x if value is None else value)
        return x

    def weights(self, query: Shape, key: Shape, average: bool = True) -> Shape:
        """The shape of the attention weights, those of all heads together or of each.

        Raises:
            ShapeError: the inputs do not fit.
        """
        batch, targets, sources = self._sides(query, key, key)
        return (*batch, *(() if average else (self.num_heads,)), targets, sources)

    def masks(self, query: Shape, key: Shape, key_padding_mask: Shape | None, attn_mask: Shape | None) -> None:
        """Check the masks: *key_padding_mask* ``[N, S]``, *attn_mask* ``[L, S]`` or ``[N*num_heads, L, S]``.

        Raises:
            ShapeError: one does not fit.
        """
        batch, targets, sources = self._sides(query, key, key)
        if key_padding_mask is not None:
            self._expect_shape("key_padding_mask", key_padding_mask, (*batch, sources))
        if attn_mask is not None and len(attn_mask) == 3:
            heads = self.num_heads * batch[0] if batch else self.num_heads
            self._expect_shape("attn_mask", attn_mask, (heads, targets, sources))
        elif attn_mask is not None:
            self._expect_shape("attn_mask", attn_mask, (targets, sources))

    def accept(self, arguments: Mapping[str, Given]) -> Given:
        query, key, value = (arguments[name] for name in ("query", "key", "value"))
        if not isinstance(query, tuple) or not isinstance(key, tuple) or not isinstance(value, tuple):
            raise Undetermined
        shape = self.output(query, key, value)
        padding, mask = arguments.get("key_padding_mask"), arguments.get("attn_mask")
        self.masks(
            query, key, padding if isinstance(padding, tuple) else None, mask if isinstance(mask, tuple) else None
        )
        wanted, average = arguments.get("need_weights", True), arguments.get("average_attn_weights", True)
        if wanted is False:
            return Several((shape, None))
        weights: Shape = self.weights(query, key, average) if isinstance(average, bool) else (Pack(),)
        return Several((shape, weights if wanted is True else Maybe(weights)))

    def _sides(self, query: Shape, key: Shape, value: Shape) -> tuple[tuple[Dim, ...], Dim, Dim]:
        """The batch, if there is one, and the lengths of query and key."""
        for name, shape in (("query", query), ("key", key), ("value", value)):
            known = ranked(shape)
            if len(known) not in (2, 3) or len(known) != len(query):
                layouts = "[N, L, E] or [L, E]" if self.batch_first is True else "[L, N, E] or [L, E]"
                raise ShapeError(str(self), f"expects {name} {layouts}, all three alike, got {show(shape)}")
            if not same(known[-1], self.embed_dim):
                problem = f"expects last dimension {self.embed_dim} of {name}, got {show(shape)}"
                raise ShapeError(str(self), problem)
        if not agree(key[:-1], value[:-1]):
            problem = f"expects key and value of one length and batch, got {show(key)} and {show(value)}"
            raise ShapeError(str(self), problem)
        targets, sources = ranked(query), ranked(key)
        if len(targets) == 2:
            return (), targets[0], sources[0]
        if not isinstance(self.batch_first, bool):
            raise Undetermined
        length, batch = (1, 0) if self.batch_first else (0, 1)
        if not same(targets[batch], sources[batch]):
            problem = f"expects query and key of one batch, got {show(query)} and {show(key)}"
            raise ShapeError(str(self), problem)
        return (targets[batch],), targets[length], sources[length]

    def _expect_shape(self, name: str, actual: Shape, wanted: Shape) -> None:
        if not agree(actual, wanted):
            raise ShapeError(str(self), f"expects {name} {show(wanted)}, got {show(actual)}")


def _expect_same(
    subject: str, first: Shape, second: Shape, place: int, names: tuple[str, str] = ("query", "key")
) -> None:
    if not same(first[place], second[place]):
        problem = f"expects {names[0]} and {names[1]} with one size in dimension {place}, got "
        raise ShapeError(subject, f"{problem}{show(first)} and {show(second)}")


def _expect_mask(subject: str, name: str, mask: Shape, scores: Shape) -> None:
    try:
        fits = agree(broadcast(scores, mask, subject), scores)
    except ShapeError:
        fits = False
    if not fits:
        raise ShapeError(subject, f"expects {name} that broadcasts to {show(scores)}, got {show(mask)}")
