"""``Residual``: what a body adds to its input."""

from __future__ import annotations

from typing import Any, Generic

from typing_extensions import TypeVar

from shapenet import rules
from shapenet.nn.identity import Identity
from shapenet.nn.module import Module
from shapenet.tensors import AnyTensor

Body = TypeVar("Body", bound=Module)
Shortcut = TypeVar("Shortcut", bound=Module, default=Identity)


class Residual(Module, Generic[Body, Shortcut]):
    """``shortcut(x) + body(x)``, which must be of one shape; without a shortcut, ``x + body(x)``.

    Source: He et al., "Deep residual learning for image recognition" (2016), equations 1 and 2.

    Raises:
        TypeError: a part is no ``Module``.
    """

    def __init__(self, body: Body, shortcut: Shortcut | None = None) -> None:
        for name, part in (("body", body), ("shortcut", shortcut)):
            if not isinstance(part, Module) and (name == "body" or part is not None):
                raise TypeError(f"Residual expects {name} to be a module, got {part!r}")
        self.body = body
        self.shortcut: Any = Identity() if shortcut is None else shortcut

    def __call__(self, x: AnyTensor) -> AnyTensor:
        added: AnyTensor = self.body(x)
        kept: AnyTensor = self.shortcut(x)
        rules.residual(kept.data.shape, added.data.shape)
        return kept + added
