"""Callbacks that hold gradients within bounds."""

from __future__ import annotations

from shapenet.nn.utils import clip_grad_norm_, clip_grad_value_
from shapenet.training.run import Callback, Run


class ClipGradNorm(Callback):
    """Before each step scales all gradients, so that their norm is at most *max_norm*; see ``nn.utils``.

    Raises:
        ValueError: *max_norm* is no number of at least 0, or *norm_type* none above 0.
    """

    def __init__(self, max_norm: float, norm_type: float = 2.0) -> None:
        clip_grad_norm_([], max_norm, norm_type)  # which checks both
        self.max_norm = max_norm
        self.norm_type = norm_type

    def on_gradients(self, run: Run) -> None:
        """Scale them."""
        clip_grad_norm_(run.model.parameters(), self.max_norm, self.norm_type)


class ClipGradValue(Callback):
    """Before each step brings each element of all gradients to between ``-clip_value`` and ``clip_value``.

    Raises:
        ValueError: *clip_value* is no number of at least 0.
    """

    def __init__(self, clip_value: float) -> None:
        clip_grad_value_([], clip_value)  # which checks it
        self.clip_value = clip_value

    def on_gradients(self, run: Run) -> None:
        """Bring them there."""
        clip_grad_value_(run.model.parameters(), self.clip_value)
