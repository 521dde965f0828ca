"""The rule of the blocks of a transformer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from shapenet.dims import Dim, Shape
from shapenet.errors import ShapeError
from shapenet.rules.base import Flag, Given, LayerRule
from shapenet.rules.kinds import BOOL, FLOAT
from shapenet.rules.shapes import Undetermined, agree, ranked, show


@dataclass(frozen=True)
class TransformerEncoderLayer(LayerRule):
    """``[L, N, d_model] -> [L, N, d_model]``; with *batch_first* N comes first, and it may be missing."""

    d_model: Dim
    nhead: Dim
    dim_feedforward: Dim = 2048
    batch_first: Flag = False

    takes = MappingProxyType({"src_mask": (BOOL, FLOAT), "src_key_padding_mask": (BOOL, FLOAT)})

    def __post_init__(self) -> None:
        self._int("d_model", 1)
        self._int("nhead", 1)
        self._int("dim_feedforward", 1)
        self._flag("batch_first")
        rest = self.d_model % self.nhead
        if isinstance(rest, int) and rest != 0:
            raise ShapeError(self.name, f"expects d_model to be a multiple of nhead = {self.nhead}, got {self.d_model}")

    def output(self, x: Shape) -> Shape:
        if len(ranked(x)) not in (2, 3):
            batched = "[N, L, d_model]" if self.batch_first is True else "[L, N, d_model]"
            raise ShapeError(str(self), f"expects {batched} or [L, d_model], got {show(x)}")
        self._expect_last(x, self.d_model)
        return x

    def masks(self, src: Shape, src_mask: Shape | None, src_key_padding_mask: Shape | None) -> None:
        """Check the masks: *src_mask* ``[L, L]`` or ``[N*nhead, L, L]``, *src_key_padding_mask* ``[N, L]``.

        Raises:
            ShapeError: one does not fit.
            Undetermined: nobody knows which dimension is the batch.
        """
        if src_mask is None and src_key_padding_mask is None:
            return
        known = ranked(src)
        if len(known) == 3 and not isinstance(self.batch_first, bool):
            raise Undetermined
        length = known[1 if len(known) == 3 and self.batch_first else 0]
        batch = () if len(known) == 2 else (known[0 if self.batch_first else 1],)
        if src_mask is not None:
            heads: Shape = (self.nhead * batch[0] if batch else self.nhead,) if len(src_mask) == 3 else ()
            self._expect_mask("src_mask", src_mask, (*heads, length, length))
        if src_key_padding_mask is not None:
            self._expect_mask("src_key_padding_mask", src_key_padding_mask, (*batch, length))

    def accept(self, arguments: Mapping[str, Given]) -> Given:
        src = arguments["src"]
        if not isinstance(src, tuple):
            raise Undetermined
        masks = (arguments.get("src_mask"), arguments.get("src_key_padding_mask"))
        shape = self.output(src)
        self.masks(src, *(mask if isinstance(mask, tuple) else None for mask in masks))
        return shape

    def _expect_mask(self, name: str, actual: Shape, wanted: Shape) -> None:
        if not agree(actual, wanted):
            raise ShapeError(str(self), f"expects {name} {show(wanted)}, got {show(actual)}")
