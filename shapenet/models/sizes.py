"""The sizes that the types of the models carry, and one that they do not."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypeVar

from shapenet.errors import ShapeError
from shapenet.nn.sizes import In, Out, default

Classes = TypeVar("Classes", bound=int, default=Literal[1000])
"""The number of classes; ImageNet's unless said otherwise."""
Digits = TypeVar("Digits", bound=int, default=Literal[10])
"""The number of classes of a network for digits."""
Step = TypeVar("Step", bound=int, default=Literal[1])
"""A stride, the same in both directions."""
Width = TypeVar("Width", bound=int)
"""The channels of a network's first stage."""

__all__ = ["Classes", "Digits", "In", "Out", "Step", "Width", "check_depth", "default"]


def check_depth(subject: str, depth: int) -> None:
    """Check that *depth*, the number of a model's blocks or levels, is an int of at least 1.

    Raises:
        ShapeError: it is not.
    """
    if isinstance(depth, bool) or not isinstance(depth, int) or depth < 1:
        raise ShapeError(subject, f"expects depth to be an int, at least 1, got {depth!r}")
