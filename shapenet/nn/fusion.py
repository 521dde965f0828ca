"""Convolutions that do the work of the batch normalisation behind them, for inference."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple, TypeVar

import numpy as np

from shapenet.nn.batch_norm2d import BatchNorm2d
from shapenet.nn.checks import checked_model
from shapenet.nn.conv2d import Conv2d
from shapenet.nn.fused_conv_bn import FusedConvBN
from shapenet.nn.identity import Identity
from shapenet.nn.module import Module
from shapenet.nn.parameter import Parameter
from shapenet.nn.sequential import Sequential

_NAME = "fuse_conv_bn"

M = TypeVar("M", bound=Module)

AnyConv = Conv2d[Any, Any, Any, Any, Any, Any, Any, Any]
AnyNorm = BatchNorm2d[Any]


def fuse_conv_bn(model: M, pairs: Sequence[tuple[str, str]] = ()) -> M:
    """A copy of *model* in evaluation mode, in which each convolution does the work of the batch norm behind it.

    These are each ``Conv2d`` that a ``BatchNorm2d`` follows in a ``Sequential``, and the *pairs*, by dotted path, such
    as ``[("conv1", "bn1")]``: of these only the program can know that nothing comes between them. The convolution gets
    a bias, in place of the batch norm is an ``Identity``, so that all others keep their paths. Each ``FusedConvBN``
    becomes one ``Conv2d``. *model* stays as it is.

    Source: Jacob et al., "Quantization and training of neural networks for efficient integer-arithmetic-only
    inference" (2018), section 3.2, equation 14.

    Raises:
        TypeError: *model* is no module, or a ``FusedConvBN`` itself.
        ValueError: a path of *pairs* leads to no such layer, channels differ, a layer is part of two pairs or used in
            several places, or a batch norm has no running statistics.
    """
    checked_model(_NAME, model)
    if isinstance(model, FusedConvBN):
        raise TypeError(f"{_NAME} expects model to be what holds the layers, got {model.spelled}")
    found = list(_found(model, pairs))
    _check_alone(model, found)
    for pair in found:
        pair.check()
    fused = copy.deepcopy(model).eval()
    places = dict(fused.named_modules())
    for pair in found:
        _fuse(places[pair.first], places[pair.second])
    for pair in found:
        _put(places, pair.second, Identity().eval())
    for path, module in places.items():
        if type(module) is FusedConvBN:
            _put(places, path, module.conv)
    return fused


class _Pair(NamedTuple):
    """A convolution and a batch norm, each with its path."""

    first: str
    second: str
    conv: AnyConv
    norm: AnyNorm

    def check(self) -> None:
        if self.conv.rule.out_channels != self.norm.rule.num_features:
            channels = f"{self.conv.rule.out_channels} and {self.norm.rule.num_features}"
            raise ValueError(f"{_NAME} expects {self.first} and {self.second} to have equal channels, got {channels}")
        if self.norm.running_mean is None:
            raise ValueError(f"{_NAME} expects {self.second} to have running statistics, got none")


def _found(model: Module, pairs: Sequence[tuple[str, str]]) -> Iterator[_Pair]:
    places = dict(model.named_modules())
    seen: set[tuple[int, int]] = set()
    named = [*map(_two, pairs), *_in_sequentials(places)]
    named += [(f"{path}.conv", f"{path}.bn") for path, module in places.items() if type(module) is FusedConvBN]
    for first, second in named:
        conv, norm = _layer(places, first, Conv2d), _layer(places, second, BatchNorm2d)
        if (id(conv), id(norm)) not in seen:  # a Sequential may be in two places itself
            seen.add((id(conv), id(norm)))
            yield _Pair(first, second, conv, norm)


def _two(pair: tuple[str, str]) -> tuple[str, str]:
    if not isinstance(pair, tuple | list) or len(pair) != 2:
        raise ValueError(f"{_NAME} expects pairs to be of two paths each, got {pair!r}")
    return pair[0], pair[1]


def _in_sequentials(places: dict[str, Module]) -> Iterator[tuple[str, str]]:
    for path, module in places.items():
        if isinstance(module, Sequential):
            start = f"{path}." if path else ""
            for position, (one, other) in enumerate(pairwise(module)):
                # A class derived from one of them may do something else.
                if type(one) is Conv2d and type(other) is BatchNorm2d:
                    yield f"{start}{position}", f"{start}{position + 1}"


L = TypeVar("L", bound=Module)


def _layer(places: dict[str, Module], path: str, kind: type[L]) -> L:
    layer = places.get(path)
    if type(layer) is not kind:
        got = "no module" if layer is None else layer.spelled
        raise ValueError(f"{_NAME} expects {path!r} to be the path of a {kind.__name__}, got {got}")
    assert isinstance(layer, kind)
    return layer


def _check_alone(model: Module, found: list[_Pair]) -> None:
    """Each layer is part of one pair, and of one module: elsewhere it would be the fused one, too."""
    used: set[int] = set()
    parents = {id(module): module for _, module in model.named_modules()}.values()
    children = [id(child) for parent in parents for _, child in parent.named_children()]
    for pair in found:
        for path, layer in ((pair.first, pair.conv), (pair.second, pair.norm)):
            if id(layer) in used:
                raise ValueError(f"{_NAME} expects {path} to be part of one pair, got two")
            if children.count(id(layer)) > 1:
                raise ValueError(f"{_NAME} expects {path} to be used in one place, got {children.count(id(layer))}")
            used.add(id(layer))


def _fuse(conv: Module, norm: Module) -> None:
    """Let *conv* do the work of *norm*; computed in float64."""
    assert isinstance(conv, Conv2d)
    assert isinstance(norm, BatchNorm2d)
    assert norm.running_mean is not None
    assert norm.running_var is not None
    weight, mean = conv.weight.data, norm.running_mean.data.astype(np.float64)
    factor = 1 / np.sqrt(norm.running_var.data.astype(np.float64) + norm.eps)
    factor = factor if norm.weight is None else factor * norm.weight.data
    shift = -mean * factor if conv.bias is None else (conv.bias.data - mean) * factor
    shift = shift if norm.bias is None else shift + norm.bias.data
    # New ones: the old ones may be shared with other layers.
    conv.weight = Parameter(
        (weight * factor[:, None, None, None]).astype(weight.dtype), requires_grad=conv.weight.requires_grad
    )
    conv.bias = Parameter(shift.astype(weight.dtype), requires_grad=conv.weight.requires_grad)


def _put(places: dict[str, Module], path: str, layer: Module) -> None:
    parent, _, name = path.rpartition(".")
    place = places[parent]
    if isinstance(place, Sequential):
        place.replace(int(name), layer)
    else:
        setattr(place, name, layer)
