"""Running an operation on tensors, and recording it on the tape."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from shapenet.autograd import Leaf, Node, is_grad_enabled
from shapenet.backend import Array, same_device
from shapenet.ops import Needs, Result

if TYPE_CHECKING:
    from shapenet.methods.core import AnyCore
    from shapenet.tensors import AnyTensor


def apply(op: Callable[..., Result], *tensors: AnyCore, **options: Any) -> AnyTensor:
    """Run *op* on the arrays of *tensors*, and record it if one of them requires a gradient.

    Raises:
        DeviceError: the tensors are on different devices.
    """
    if len(tensors) > 1:
        same_device(*(tensor.data for tensor in tensors))
    data, vjp = op(*(tensor.data for tensor in tensors), **options)
    result = tensors[0]._like(data)
    # Integers have no gradient: x.to(np.int64) leaves the tape.
    if is_grad_enabled() and any(tensor.requires_grad for tensor in tensors) and result.dtype.kind == "f":
        result.requires_grad = True
        result._node = Node(vjp, tuple(map(_source, tensors)))
    return result


def gate(
    tensors: Sequence[AnyTensor], function: Callable[[list[Array | None]], Sequence[Array | None]]
) -> list[AnyTensor]:
    """The same tensors. In the backward pass *function* is given all their gradients, and returns those that go on.

    It is called once, when none will arrive any more; a gradient is None where none arrived. If no tensor requires a
    gradient it is never called.
    """
    if not is_grad_enabled() or not any(tensor.requires_grad for tensor in tensors):
        return list(tensors)
    arrived: list[Array | None] = [None] * len(tensors)
    nothing = np.zeros(())

    def release(_: Array, needs: Needs) -> tuple[Array | None, ...]:
        gradients = list(arrived)
        arrived[:] = [None] * len(arrived)
        return tuple(function(gradients))

    # Nodes are visited from the newest to the oldest: this one after all those below.
    barrier = Node(release, tuple(map(_source, tensors)))

    def through(place: int, tensor: AnyTensor) -> AnyTensor:
        def keep(gradient: Array, needs: Needs) -> tuple[Array | None, ...]:
            arrived[place] = gradient
            return (nothing,)

        result = tensor._like(tensor.data)
        result.requires_grad = True
        result._node = Node(keep, (barrier,))
        return result

    return [through(place, tensor) if tensor.requires_grad else tensor for place, tensor in enumerate(tensors)]


def _source(tensor: AnyCore) -> Node | Leaf | None:
    if not tensor.requires_grad:
        return None
    return tensor if tensor._node is None else tensor._node
