"""What functions that take a model check of it."""

from __future__ import annotations

from shapenet.nn.module import Module


def checked_model(owner: str, model: object) -> Module:
    """*model*, if it is one.

    Raises:
        TypeError: it is not.
    """
    if not isinstance(model, Module):
        raise TypeError(f"{owner} expects model to be a Module, got {type(model).__name__}")
    return model
