"""Running an operation on tensors, and recording it on the tape."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from shapenet.autograd import Leaf, Node, is_grad_enabled
from shapenet.backend import Array, as_array, beside, same_device
from shapenet.methods.watching import as_one, watching
from shapenet.ops import Needs, Result

if TYPE_CHECKING:
    from shapenet.methods.core import AnyCore
    from shapenet.tensors import AnyTensor


def apply(op: Callable[..., Result], *tensors: AnyCore, **options: Any) -> AnyTensor:
    """Run *op* on the arrays of *tensors*, and record it if one of them requires a gradient.

    Raises:
        DeviceError: the tensors are on different devices.
    """
    arrays = [tensor.data for tensor in tensors]
    if watching.follower is not None:
        return tensors[0]._like(watching.follower(op, arrays, options))
    if len(arrays) > 1:
        same_device(*arrays)
    with beside(arrays[0]):
        data, vjp = op(*arrays, **options)
    result = tensors[0]._like(data)
    # Integers have no gradient: x.to(np.int64) leaves the tape.
    if is_grad_enabled() and any(tensor.requires_grad for tensor in tensors) and data.dtype.kind == "f":
        result.requires_grad = True
        result._node = Node(vjp, tuple(map(_source, tensors)))
    if watching.watch is not None:
        watching.watch(op, tensors, options, result)
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
    behind = _behind(tensors, [tensor.data for tensor in tensors], function)
    return [part if tensor.requires_grad else tensor for tensor, part in zip(tensors, behind, strict=True)]


@as_one
def divided(tensor: AnyCore, keys: Sequence[tuple[int | slice, ...]]) -> list[AnyTensor]:
    """Views of parts of *tensor* that do not overlap. Their gradients go back to it together, as one."""
    arrays = [as_array(tensor.data[key]) for key in keys]
    if not is_grad_enabled() or not tensor.requires_grad:
        return [tensor._like(array) for array in arrays]
    shape = tensor.data.shape

    def joined(gradients: list[Array | None]) -> list[Array | None]:
        first = next(gradient for gradient in gradients if gradient is not None)
        whole = np.zeros(shape, first.dtype, like=first)
        for key, gradient in zip(keys, gradients, strict=True):
            if gradient is not None:
                whole[key] = gradient
        return [whole]

    return _behind([tensor], arrays, joined)


def _behind(
    sources: Sequence[AnyCore],
    arrays: Sequence[Array],
    function: Callable[[list[Array | None]], Sequence[Array | None]],
) -> list[AnyTensor]:
    """Tensors of *arrays*, which were made of *sources*; *function* makes the gradients of these of all of theirs."""
    arrived: list[Array | None] = [None] * len(arrays)
    nothing = np.zeros(())

    def release(_: Array, needs: Needs) -> tuple[Array | None, ...]:
        gradients = list(arrived)
        arrived[:] = [None] * len(arrived)
        return tuple(function(gradients))

    # Nodes are visited from the newest to the oldest: this one after all those below.
    barrier = Node(release, tuple(map(_source, sources)))

    def through(place: int, array: Array) -> AnyTensor:
        def keep(gradient: Array, needs: Needs) -> tuple[Array | None, ...]:
            arrived[place] = gradient
            return (nothing,)

        result = sources[0]._like(array)
        result.requires_grad = True
        result._node = Node(keep, (barrier,))
        return result

    return [through(place, array) for place, array in enumerate(arrays)]


def _source(tensor: AnyCore) -> Node | Leaf | None:
    if not tensor.requires_grad:
        return None
    return tensor if tensor._node is None else tensor._node
