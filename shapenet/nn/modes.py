"""Training or evaluation, for a while."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from shapenet.nn.module import Module


@contextmanager
def evaluating(model: Module) -> Iterator[None]:
    """Inside, *model* is in evaluation; then each part of it is what it was before."""
    before = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        yield
    finally:
        for module, training in before:
            module.training = training
