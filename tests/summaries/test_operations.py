"""The table of operations: complete, and asked where no random program goes."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from typing import Any

import pytest

import shapenet
from shapenet import AnyTensor, IntTensor, Module, SummaryError, Tensor, ops
from shapenet import functional as F
from shapenet.dims import B, H, N, W
from shapenet.summaries.operations import _SHAPES

REFUSED = {"cosine_embedding", "result"}
"""A loss that looks at its targets, and what makes the results of operations."""


def test_every_operation_is_there() -> None:
    found = {
        function
        for module in pkgutil.iter_modules(ops.__path__, f"{ops.__name__}.")
        for name, function in inspect.getmembers(importlib.import_module(module.name), inspect.isfunction)
        if function.__module__ == module.name and not name.startswith("_")
        if function.__annotations__.get("return") == "Result"
    }
    assert len(found) > 80
    assert {function.__name__ for function in found - set(_SHAPES)} == REFUSED


class Judged(Module):
    def __call__(self, x: Tensor[B, N], labels: IntTensor[B]) -> AnyTensor:
        return F.cross_entropy(F.dropout(x), labels, label_smoothing=0.1, reduction="none")


class Meant(Module):
    def __call__(self, x: Tensor[B, N], labels: IntTensor[B]) -> AnyTensor:
        return F.nll_loss(x.log_softmax(1), labels)


class Resized(Module):
    def __call__(self, x: Tensor[B, 3, H, W]) -> AnyTensor:
        y, places = F.max_pool2d(x, 2, return_indices=True)
        return F.interpolate(y, scale_factor=2) + F.interpolate(y.where(places > 3, 0.0), scale_factor=(2, 2))


class Ordered(Module):
    def __call__(self, x: Tensor[B, N]) -> AnyTensor:
        values, places = x.sort(1, descending=True)
        best, _ = values.topk(2)
        made = shapenet.eye(x.shape[1]) * shapenet.zeros(x.shape[1]) + shapenet.arange(x.shape[1])
        return (best[:, 1:] + places + x[:, ::-1]) @ made


class Contracted(Module):
    def __call__(self, x: Tensor[B, N, 4], y: Tensor[B, 4, H]) -> AnyTensor:
        return shapenet.einsum("bnk,bkh->bh", x, y)


@pytest.mark.parametrize(
    ("model", "outputs", "work"),
    [
        (Judged(), ("B",), 0),
        (Meant(), (), 0),
        (Resized(), ("B", "3", "2*(H//2)", "2*(W//2)"), 0),
        (Ordered(), ("B", "N"), 2 * 3 * 3),
        (Contracted(), ("B", "H"), 2 * 3 * 4 * 5),
    ],
)
def test_followed(model: Module, outputs: tuple[str, ...], work: int) -> None:
    said = shapenet.summary(model)
    assert not said.fixed
    assert tuple(map(str, said.outputs[0])) == outputs
    assert said.multiply_adds.count({"B": 2, "N": 3, "H": 5, "W": 7}) == work


class Opposed(Module):
    def __call__(self, x: Tensor[B, 3], y: Tensor[B, 3], target: Tensor[B]) -> AnyTensor:
        return F.cosine_embedding_loss(x, y, target)


class Threefold(Module):
    def __call__(self, x: Tensor[B, N]) -> AnyTensor:
        return shapenet.einsum("bn,bn,bn->b", x, x, x)


@pytest.mark.parametrize(
    ("model", "said"),
    [(Opposed(), "not their elements"), (Threefold(), "einsum of more than two tensors")],
)
def test_refused(model: Any, said: str) -> None:
    with pytest.raises(SummaryError, match=said):
        shapenet.summary(model)
