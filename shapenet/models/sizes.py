"""The sizes that the types of the models carry."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypeVar

from shapenet.nn.sizes import In, Out, default

Classes = TypeVar("Classes", bound=int, default=Literal[1000])
"""The number of classes; ImageNet's unless said otherwise."""
Digits = TypeVar("Digits", bound=int, default=Literal[10])
"""The number of classes of a network for digits."""
Step = TypeVar("Step", bound=int, default=Literal[1])
"""A stride, the same in both directions."""
Width = TypeVar("Width", bound=int)
"""The channels of a network's first stage."""

__all__ = ["Classes", "Digits", "In", "Out", "Step", "Width", "default"]
