"""The tape: which operation made a tensor, and how gradients flow back through it.

Reverse-mode differentiation, first order. Each differentiable operation leaves a ``Node`` that holds its
vector-Jacobian product and points to the nodes of its inputs; ``backward`` visits them from the newest to the oldest.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from contextlib import ContextDecorator
from typing import Protocol

import numpy as np

from shapenet.backend import Array, beside
from shapenet.errors import GradientError
from shapenet.kernels.elementwise import elementwise
from shapenet.ops import VJP


class Leaf(Protocol):
    """What collects gradients at the end of the tape."""

    def accumulate_grad(self, gradient: Array) -> None:
        """Add *gradient* to the one held."""


class Node:
    """One operation on the tape."""

    __slots__ = ("inputs", "order", "vjp")

    _counter = itertools.count()

    def __init__(self, vjp: VJP, inputs: tuple[Node | Leaf | None, ...]) -> None:
        self.vjp: VJP | None = vjp
        self.inputs = inputs  # None where no gradient is wanted
        self.order = next(Node._counter)


class _Mode(threading.local):
    recording = True


_mode = _Mode()


def is_grad_enabled() -> bool:
    """Whether operations of this thread are recorded."""
    return _mode.recording


class no_grad(ContextDecorator):  # noqa: N801  (torch's name)
    """Inside, nothing is recorded in this thread. A context manager and a decorator.

    Examples:
        >>> with no_grad():
        ...     y = model(x)
    """

    def __init__(self) -> None:
        self._before: list[bool] = []

    def __enter__(self) -> None:
        self._before.append(_mode.recording)
        _mode.recording = False

    def __exit__(self, *exception: object) -> None:
        _mode.recording = self._before.pop()


def backward(root: Node, gradient: Array, *, retain_graph: bool = False) -> None:
    """Send *gradient*, that of *root*'s output, to every leaf it depends on.

    Raises:
        GradientError: a part of the tape was used by an earlier ``backward`` and is gone.
    """
    nodes = sorted(_reachable(root), key=lambda node: node.order, reverse=True)
    if any(node.vjp is None for node in nodes):
        raise GradientError("an earlier backward() used this graph up; give it retain_graph=True")
    gradients: dict[Node, Array] = {root: gradient}
    for node in nodes:
        arrived = gradients.pop(node, None)
        if arrived is not None:  # an operation may have passed nothing on to it
            with beside(arrived):
                _send(arrived, node, gradients)
        if not retain_graph:
            node.vjp = None  # lets go of the saved arrays


def _send(arrived: Array, node: Node, gradients: dict[Node, Array]) -> None:
    """Send what *arrived* at *node* on to its inputs: leaves keep it, for nodes it is added up in *gradients*."""
    assert node.vjp is not None
    needs = tuple(target is not None for target in node.inputs)
    for target, part in zip(node.inputs, node.vjp(arrived, needs), strict=True):
        if target is None or part is None:
            continue
        if isinstance(target, Node):
            gradients[target] = elementwise(np.add, gradients[target], part) if target in gradients else part
        else:
            target.accumulate_grad(part)


def _reachable(root: Node) -> Iterator[Node]:
    seen = {root}
    pending = [root]
    while pending:
        node = pending.pop()
        yield node
        for parent in node.inputs:
            if isinstance(parent, Node) and parent not in seen:
                seen.add(parent)
                pending.append(parent)
