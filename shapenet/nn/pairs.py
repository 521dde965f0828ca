"""A layer and the activation behind it, as a pair: the bias is added in the pass of the activation.

A layer adds its bias in a pass over all that it computed, and the activation behind it makes another. In a pair the
layer is run without its bias, and then the activation of the sum, in one pass. Values, gradients, checks and errors are
those of the two layers. So it is done only where nobody could see what lies between them: neither has hooks, and nobody
is told of single operations, as the export and the summary are.

It is done on a GPU alone. On the CPU, in pieces that fit the cache, it was no faster: forward and backward took 1.00 to
1.01 times as long, both of a 3x3 convolution with ReLU (64 channels, 56x56, batch 8) and of a ``Linear`` with GELU (512
to 2048, 256 rows). There most of the time is spent in the products, and in the function itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import pairwise
from typing import Any, Final, NamedTuple

import numpy as np

from shapenet import functional
from shapenet.backend import Array
from shapenet.contracts import called
from shapenet.functional.conv import convolve
from shapenet.kernels.cuda import launch
from shapenet.methods.watching import followed, watching
from shapenet.nn import activation
from shapenet.nn.conv1d import Conv1d
from shapenet.nn.conv2d import Conv2d
from shapenet.nn.linear import Linear
from shapenet.nn.module import Module
from shapenet.ops.activation import bias_activation
from shapenet.tensors import AnyTensor, apply

Step = Callable[[AnyTensor], AnyTensor]


class _Bias(NamedTuple):
    """What a layer did not add, and along which axis it is to be."""

    tensor: AnyTensor
    axis: int


def _linear(layer: Linear[Any, Any], x: AnyTensor) -> AnyTensor:
    return functional.linear(x, layer.weight)


def _convolved(layer: Conv2d[Any, Any, Any, Any, Any, Any, Any, Any], x: AnyTensor) -> AnyTensor:
    return convolve(x, layer.weight, None, layer.rule, layer.plans)


# A class derived from one of these may do something else.
_LAYERS: Final[Mapping[type[Module], tuple[int, Callable[..., AnyTensor]]]] = {
    Linear: (-1, _linear),
    Conv1d: (-2, _convolved),
    Conv2d: (-3, _convolved),
}
"""Where each has its features, and what it computes before the bias is added."""

_ACTIVATIONS: Final[frozenset[type[Module]]] = frozenset({
    activation.ReLU, activation.ReLU6, activation.LeakyReLU, activation.ELU, activation.GELU, activation.SiLU,
    activation.Sigmoid, activation.Tanh, activation.Softplus, activation.Hardswish, activation.Mish,
})  # fmt: skip


def steps(layers: Iterable[Module], x: AnyTensor) -> Iterable[Step]:
    """What is to be called for each of *layers*, the first of them with *x*: itself, or its part of a pair."""
    return layers if isinstance(x.data, np.ndarray) else _paired(layers)


def _paired(layers: Iterable[Module]) -> Iterator[Step]:
    bias = None
    for layer, following in pairwise((*layers, None)):
        assert layer is not None
        if bias is not None:
            yield partial(_activated, layer, bias)
            bias = None
            continue
        if following is not None and type(following) in _ACTIVATIONS and following._hooks is None:
            bias = _held_back(layer)
        yield layer if bias is None else partial(_without_bias, layer)


def activated(layer: Module, function: Step, x: AnyTensor) -> AnyTensor:
    """``function(layer(x))``, where *function* is an activation."""
    bias = _held_back(layer)
    return function(layer(x)) if bias is None else _activated(function, bias, _without_bias(layer, x))


def _held_back(layer: Module) -> _Bias | None:
    """The bias of *layer*, if it may be added later."""
    if type(layer) not in _LAYERS or layer._hooks is not None:
        return None
    if watching.watch is not None or watching.follower is not None:
        return None
    held: Any = layer
    weight, bias = held.weight, held.bias
    # A bias that does not fit is left to the layer, which says so.
    if bias is None or bias.data.shape != weight.data.shape[:1] or not launch.takes(weight.data, bias.data):
        return None
    return _Bias(bias, _LAYERS[type(layer)][0])


def _without_bias(layer: Module, x: AnyTensor) -> AnyTensor:
    result: AnyTensor = called(layer, _LAYERS[type(layer)][1], x)
    return result


def _activated(function: Step, bias: _Bias, x: AnyTensor) -> AnyTensor:
    """*function* of ``x + bias``: it is asked which operation it is, with its checks and options, and not run."""
    told: list[tuple[Callable[..., Any], Mapping[str, Any]]] = []

    def follower(op: Callable[..., Any], arrays: Any, options: Mapping[str, Any]) -> Array:
        told.append((op, options))
        first: Array = arrays[0]
        return first

    with followed(follower):
        function(x)
    ((op, options),) = told
    return apply(bias_activation, x, bias.tensor, axis=bias.axis, function=op, **options)
