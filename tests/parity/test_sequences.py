"""Embeddings, attention and recurrent layers against torch in float64, for random configurations drawn in each run."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

import shapenet
from shapenet import AnyTensor, Module, nn
from shapenet import functional as F
from shapenet.backend import Array

torch = pytest.importorskip("torch")

EACH = 40
TOLERANCE = 1e-9

Both = tuple[Any, Any]
"""The same thing of ours and of torch's."""


class Draw:
    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)

    def sizes(self, count: Any) -> list[int]:
        return [int(size) for size in self.rng.integers(1, 6, count)]

    def flag(self, probability: float = 0.5) -> bool:
        return bool(self.rng.random() < probability)

    def tensor(self, *shape: int) -> Both:
        """A leaf in both, whose gradients are compared."""
        values = np.asarray(self.rng.standard_normal(shape))
        return shapenet.from_numpy(values.copy()).requires_grad_(), torch.tensor(values, requires_grad=True)

    def array(self, values: Array) -> Both:
        return shapenet.from_numpy(values), torch.tensor(values)


def close(ours: AnyTensor | None, theirs: Any) -> None:
    assert (ours is None) == (theirs is None)
    if ours is not None:
        np.testing.assert_allclose(
            ours.detach().numpy(), theirs.detach().numpy(), rtol=TOLERANCE, atol=TOLERANCE, strict=True
        )


def layers(name: str, *sizes: Any, **options: Any) -> tuple[Any, Any]:
    """A layer of both, with torch's state loaded by name."""
    ours, theirs = getattr(nn, name)(*sizes, **options), getattr(torch.nn, name)(*sizes, **options).double()
    for tensor in ours.parameters():
        tensor.data = tensor.data.astype(np.float64)
    state = theirs.state_dict()
    assert list(ours.state_dict()) == list(state)
    ours.load_state_dict({path: value.numpy() for path, value in state.items()})
    return ours, theirs


def compare(results: Sequence[Both], leaves: Sequence[Both], modules: tuple[Module, Any] | None = None) -> None:
    """Values, and the gradients of a sum in which each result has its own part."""
    total, reference = shapenet.zeros((), dtype=np.float64), torch.zeros((), dtype=torch.float64)
    for place, (ours, theirs) in enumerate(results):
        close(ours, theirs)
        if ours is not None:
            total, reference = total + (ours * ours * (place + 1)).sum(), reference + (theirs**2 * (place + 1)).sum()
    total.backward()
    reference.backward()
    for ours, theirs in leaves:
        close(ours.grad, theirs.grad)
    if modules is not None:
        for ours, theirs in zip(modules[0].parameters(), modules[1].parameters(), strict=True):
            close(ours.grad, theirs.grad)


def recurrent(draw: Draw) -> None:
    name = str(draw.rng.choice(["RNN", "GRU", "LSTM"]))
    length, count, features, hidden, depth = draw.sizes(5)
    first, both, alone = draw.flag(), draw.flag(), draw.flag(0.2)
    options: dict[str, Any] = {"bias": draw.flag(0.7), "batch_first": first, "bidirectional": both}
    if name == "RNN":
        options["nonlinearity"] = str(draw.rng.choice(["tanh", "relu"]))
    modules = layers(name, features, hidden, depth, **options)
    shape = (length, features) if alone else (count, length, features) if first else (length, count, features)
    state = ((1 + both) * depth, hidden) if alone else ((1 + both) * depth, count, hidden)
    x, start = draw.tensor(*shape), [draw.tensor(*state) for _ in range(2 if name == "LSTM" else 1)]
    given = draw.flag(0.7)
    outputs = [called(module, x[i], [part[i] for part in start] if given else []) for i, module in enumerate(modules)]
    flat = [(y, final) if isinstance(final, tuple) else (y, (final,)) for y, final in outputs]
    results = [(flat[0][0], flat[1][0]), *zip(flat[0][1], flat[1][1], strict=True)]
    compare(results, [x, *(start if given else [])], modules)


def called(module: Any, x: Any, state: Sequence[Any]) -> Any:
    if not state:
        return module(x)
    return module(x, state[0] if len(state) == 1 else tuple(state))


def cell(draw: Draw) -> None:
    name = str(draw.rng.choice(["RNNCell", "GRUCell", "LSTMCell"]))
    count, features, hidden = draw.sizes(3)
    options: dict[str, Any] = {"nonlinearity": str(draw.rng.choice(["tanh", "relu"]))} if name == "RNNCell" else {}
    modules = layers(name, features, hidden, draw.flag(), **options)
    alone, given = draw.flag(0.3), draw.flag(0.7)
    x = draw.tensor(*((features,) if alone else (count, features)))
    start = [draw.tensor(*((hidden,) if alone else (count, hidden))) for _ in range(2 if name == "LSTMCell" else 1)]
    outputs = [called(module, x[i], [part[i] for part in start] if given else []) for i, module in enumerate(modules)]
    results = list(zip(*outputs, strict=True)) if name == "LSTMCell" else [(outputs[0], outputs[1])]
    compare(results, [x, *(start if given else [])], modules)


def attention(draw: Draw) -> None:
    targets, sources, size, out = draw.sizes(4)
    batch = tuple(draw.sizes(draw.rng.integers(0, 3)))
    parts = [tuple(1 if draw.flag(0.3) else count for count in batch) for _ in range(3)]
    query, key = draw.tensor(*parts[0], targets, size), draw.tensor(*parts[1], sources, size)
    value = draw.tensor(*parts[2], sources, out)
    leaves = [query, key, value]
    options: dict[str, Any] = {"scale": 0.37} if draw.flag(0.3) else {}
    mask: Both = (None, None)
    kind = draw.rng.integers(0, 4)
    if kind == 1:
        options["is_causal"] = True
    elif kind == 2:  # of which a whole row may be masked; in torch it may not have a batch that the values alone have
        together = np.broadcast_shapes(*parts[:2])
        mask = draw.array(draw.rng.random((*together, targets, sources)) < 0.6)
    elif kind == 3:
        mask = draw.tensor(*np.broadcast_shapes(*parts[:2])[1:], targets, sources)
        leaves.append(mask)
    ours = F.scaled_dot_product_attention(query[0], key[0], value[0], mask[0], **options)
    theirs = torch.nn.functional.scaled_dot_product_attention(query[1], key[1], value[1], mask[1], **options)
    compare([(ours, theirs)], leaves)


def heads(draw: Draw) -> None:
    targets, sources, count, number, width = draw.sizes(5)
    first, alone = draw.flag(), draw.flag(0.2)
    modules = layers("MultiheadAttention", number * width, number, bias=draw.flag(), batch_first=first)

    def side(length: int) -> tuple[int, ...]:
        size = number * width
        return (length, size) if alone else (count, length, size) if first else (length, count, size)

    query = draw.tensor(*side(targets))
    own = draw.flag(0.3)
    sources = targets if own else sources
    key, value = (query, query) if own else (draw.tensor(*side(sources)), draw.tensor(*side(sources)))
    options: tuple[dict[str, Any], dict[str, Any]] = ({}, {})
    leaves = [query, key, value]
    floating = draw.flag()  # torch wants both masks of one kind

    def mask(name: str, *shape: int) -> None:
        taken = draw.rng.random(shape) < 0.3
        taken[..., 0] = False  # a query without keys is nan in torch
        both = draw.tensor(*shape) if floating else draw.array(taken)
        options[0][name], options[1][name] = both
        if floating and name == "attn_mask":
            leaves.append(both)

    if draw.flag():
        mask("attn_mask", *(() if draw.flag() else (number if alone else number * count,)), targets, sources)
    if draw.flag():
        mask("key_padding_mask", *(() if alone else (count,)), sources)
        if floating:
            options[1]["key_padding_mask"] = options[1]["key_padding_mask"].detach()
    more = {"need_weights": draw.flag(0.7), "average_attn_weights": draw.flag()}
    results = [module(query[i], key[i], value[i], **options[i], **more) for i, module in enumerate(modules)]
    compare(list(zip(*results, strict=True)), leaves, modules)


def encoder(draw: Draw) -> None:
    length, count, number, width, inner = draw.sizes(5)
    first, alone, size = draw.flag(), draw.flag(0.2), number * width
    options: dict[str, Any] = {"dropout": 0.0, "batch_first": first, "norm_first": draw.flag(), "bias": draw.flag(0.7)}
    options |= {"activation": str(draw.rng.choice(["relu", "gelu"])), "layer_norm_eps": 10.0 ** -draw.sizes(1)[0]}
    modules = layers("TransformerEncoderLayer", size, number, inner, **options)
    x = draw.tensor(*((length, size) if alone else (count, length, size) if first else (length, count, size)))
    leaves, masks = [x], tuple[dict[str, Any], dict[str, Any]](({}, {}))
    floating = draw.flag()
    if draw.flag(0.7):
        shape = (*(() if draw.flag() else (number if alone else number * count,)), length, length)
        taken = np.logical_and(draw.rng.random(shape) < 0.3, ~np.eye(length, dtype=bool))
        both = draw.tensor(*shape) if floating else draw.array(taken)
        leaves += [both] if floating else []
        if draw.flag(0.3):  # in torch the mask itself must say it
            later = np.triu(np.ones((length, length), bool), 1)
            masks[0]["is_causal"] = True
            torches = both[1] + torch.tensor(np.where(later, -np.inf, 0)) if floating else both[1] | torch.tensor(later)
            both = both[0], torches
        masks[0]["src_mask"], masks[1]["src_mask"] = both
    elif draw.flag(0.7):
        taken = draw.rng.random(() if alone else (count,))[..., None] * length / 2 < np.arange(length)
        taken[..., 0] = False
        masks[0]["src_key_padding_mask"], masks[1]["src_key_padding_mask"] = draw.array(taken)
    results = [module(x[i], **masks[i]) for i, module in enumerate(modules)]
    compare([(results[0], results[1])], leaves, modules)


def embedding(draw: Draw) -> None:
    rows, width = draw.sizes(2)
    padding = int(draw.rng.integers(-rows, rows)) if draw.flag() else None
    modules = layers("Embedding", rows, width, padding)
    tokens = draw.array(draw.rng.integers(0, rows, draw.sizes(draw.rng.integers(0, 4))))
    compare([(modules[0](tokens[0]), modules[1](tokens[1]))], [], modules)


def bilinear(draw: Draw) -> None:
    first, second, out = draw.sizes(3)
    modules = layers("Bilinear", first, second, out, draw.flag())
    batch = draw.sizes(draw.rng.integers(0, 3))
    x, y = draw.tensor(*batch, first), draw.tensor(*batch, second)
    compare([(modules[0](x[0], y[0]), modules[1](x[1], y[1]))], [x, y], modules)


def softmax(draw: Draw) -> None:
    x, dim = draw.tensor(*draw.sizes(3)), int(draw.rng.integers(-3, 3))
    compare([(F.softmax(x[0], dim), torch.softmax(x[1], dim))], [x])
    for name in ("Softmax", "LogSoftmax"):
        x, (ours, theirs) = draw.tensor(*draw.sizes(3)), layers(name, dim)
        compare([(ours(x[0]), theirs(x[1]))], [x])


def selection(draw: Draw) -> None:
    shape = draw.sizes(3)
    x, y = (draw.tensor(*(1 if draw.flag(0.3) else size for size in shape[draw.rng.integers(0, 3) :])) for _ in "xy")
    condition = draw.array(draw.rng.random(shape) < 0.5)
    number = float(draw.rng.standard_normal())
    results = [
        (
            module.where(condition[i], x[i], y[i]),
            module.where(condition[i], number, y[i]),
            x[i].where(condition[i], number),
        )
        for i, module in enumerate((shapenet, torch))
    ]
    filled = [y[i].masked_fill(condition[i], -1e9).softmax(-1) for i in range(2)]
    compare([*zip(*results, strict=True), (filled[0], filled[1])], [x, y])


def joining(draw: Draw) -> None:
    sizes, place, rank = draw.sizes(3), int(draw.rng.integers(0, 3)), 3
    parts = [draw.tensor(*(*sizes[:place], *draw.sizes(1), *sizes[place + 1 :])) for _ in range(draw.sizes(1)[0])]
    dim = place - rank * draw.flag()
    results = [module.cat([part[i] for part in parts], dim) for i, module in enumerate((shapenet, torch))]
    compare([(results[0], results[1])], parts)


@pytest.mark.parametrize(
    "check", [recurrent, cell, attention, heads, encoder, embedding, bilinear, softmax, selection, joining]
)
def test_random(check: Callable[[Draw], None]) -> None:
    for _ in range(EACH):
        seed = secrets.randbits(32)
        try:
            check(Draw(seed))
        except BaseException as error:
            error.add_note(f"seed {seed}")
            raise


@pytest.mark.parametrize("name", ["RNN", "GRU", "LSTM"])
def test_single_precision_over_many_steps(name: str) -> None:
    ours, theirs = getattr(nn, name)(16, 32, 2), getattr(torch.nn, name)(16, 32, 2)
    ours.load_state_dict({path: value.numpy() for path, value in theirs.state_dict().items()})
    x = np.random.default_rng().standard_normal((200, 4, 16)).astype(np.float32)
    y, reference = ours(shapenet.from_numpy(x))[0], theirs(torch.tensor(x))[0]
    assert y.dtype == np.float32
    np.testing.assert_allclose(y.detach().numpy(), reference.detach().numpy(), atol=2e-5)
    y.sum().backward()
    reference.sum().backward()
    for mine, other in zip(ours.parameters(), theirs.parameters(), strict=True):
        assert mine.grad is not None
        scale = other.grad.abs().max().item()
        np.testing.assert_allclose(mine.grad.numpy() / scale, other.grad.numpy() / scale, atol=5e-5)
