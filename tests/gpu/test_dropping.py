"""Elements dropped on a device: the generator's known answers, the share that is kept, and gradients; nobody waits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import shapenet
from shapenet import functional as F
from shapenet import nn
from shapenet.backend import Array, default_generator, to_numpy
from shapenet.kernels.cuda import dropping, module
from tests.gpu.conftest import Gpu

ANSWERS = """
extern "C" __global__ void answers(unsigned* words, const unsigned* keys, int count) {
    EACH(i, count) philox(words + 4 * i, keys[2 * i], keys[2 * i + 1]);
}
"""

KNOWN = [
    ("00000000 00000000 00000000 00000000", "00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1"),
]
"""Counters, keys and what comes out, from the file ``kat_vectors`` of Random123, the library of the paper's authors."""


def words(column: int) -> Array:
    return np.array([[int(word, 16) for word in row[column].split()] for row in KNOWN], np.uint32)


def test_known_answers(gpu: Gpu) -> None:
    import cupy

    options = module.options(np.dtype(np.float32), np.dtype(np.int32))
    kernel: Any = cupy.RawModule(code=module.text("dropping") + ANSWERS, options=options).get_function("answers")
    given = gpu.to(words(0))
    kernel((1,), (32,), (given, gpu.to(words(1)), np.int32(len(KNOWN))))
    np.testing.assert_array_equal(gpu.back(given), words(2))


def plain(counter: int, key: int) -> list[int]:
    """Philox-4x32-10 in whole numbers, as the paper writes it."""
    (l0, r0), (l1, r1) = (counter & 0xFFFFFFFF, counter >> 32), (0, 0)
    k0, k1 = key & 0xFFFFFFFF, key >> 32
    for _ in range(10):
        first, second = l0 * 0xD2511F53, l1 * 0xCD9E8D57
        l0, r0, l1, r1 = second >> 32 ^ r0 ^ k0, second & 0xFFFFFFFF, first >> 32 ^ r1 ^ k1, first & 0xFFFFFFFF
        k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return [l0, r0, l1, r1]


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.float16])
def test_which_elements_are_kept(gpu: Gpu, dtype: type) -> None:
    """Each has a word of its own, for whatever size: by the numbers of counter and word."""
    key, p = int.from_bytes(np.random.default_rng().bytes(8), "little"), 0.3
    drawn = np.array([plain(counter, key) for counter in range(2 * dropping.LANES)], np.uint64)
    flat = drawn.reshape(2, dropping.LANES, 4).swapaxes(1, 2).reshape(-1) / 2**32
    like = gpu.to(np.zeros(1, dtype))
    for size in (1, 300, 1024, 1500):
        mask = gpu.back(dropping.kept((size,), p, like, key))
        assert mask.dtype == dtype
        np.testing.assert_allclose(mask, (flat[:size] >= p) / (1 - p), rtol=1e-3 if dtype == np.float16 else 1e-6)
    assert gpu.back(dropping.kept((0, 3), p, like, key)).shape == (0, 3)


@pytest.mark.parametrize("p", [0.1, 0.5, 0.9])
def test_the_share_that_is_kept(gpu: Gpu, p: float) -> None:
    shapenet.manual_seed(11)
    y = gpu.back(F.dropout(shapenet.ones(300, 400).to(gpu.name), p).data)
    assert set(np.unique(y)) == {np.float32(0), np.float32(1 / (1 - p))}
    assert abs((y == 0).mean() - p) < 5 * (p * (1 - p) / y.size) ** 0.5
    assert abs((y[:, 1:] * y[:, :-1]).mean() - 1) < 0.1  # neighbours know nothing of each other


def test_nothing_and_everything_is_dropped(gpu: Gpu) -> None:
    x = shapenet.randn(5, 700).to(gpu.name)
    assert not gpu.back(F.dropout(x, 1.0).data).any()
    np.testing.assert_array_equal(gpu.back(F.dropout(x, 1e-12).data), gpu.back(x.data))


LAID: list[Callable[[Any], Any]] = [
    lambda x: x,
    lambda x: x.permute(0, 3, 1, 2),
    lambda x: x[:, ::2],
    lambda x: x[1, 1, 1, 1],
]


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.float16])
@pytest.mark.parametrize("drop", [F.dropout, F.dropout2d])
@pytest.mark.parametrize("number", range(len(LAID)))
def test_gradients_are_dropped_alike(gpu: Gpu, number: int, drop: Callable[..., Any], dtype: type) -> None:
    x = shapenet.randn(3, 6, 5, 4).to(dtype).to(gpu.name).requires_grad_()
    given = LAID[number](x)
    if given.ndim != 4 and drop is F.dropout2d:
        return
    before = gpu.waits()
    y = drop(given, 0.4)
    seed = shapenet.randn(*y.shape[::-1]).to(dtype).to(gpu.name).permute(*reversed(range(y.ndim)))
    y.backward(seed)
    assert gpu.waits() == before
    assert x.grad is not None
    mask = gpu.back(y.data) / gpu.back(given.data)
    bound = 1e-2 if dtype == np.float16 else 1e-5
    np.testing.assert_allclose(gpu.back(LAID[number](x.grad).data), mask * gpu.back(seed.data), rtol=bound)
    if drop is F.dropout2d:
        np.testing.assert_allclose(mask, np.broadcast_to(mask[:, :, :1, :1], mask.shape), rtol=bound)
    assert gpu.launched("drop")


def dropped_by(layer: Any, x: Any, gpu: Gpu) -> list[Array]:
    """What comes out, and all gradients."""
    before = gpu.waits()
    source = x.detach().requires_grad_()
    out = layer(source)
    out = out[0] if isinstance(out, tuple) else out
    layer.zero_grad()
    (out * out).sum().backward()
    assert gpu.waits() == before
    return [to_numpy(part.data) for part in (out.detach(), source.grad, *(p.grad for p in layer.parameters()))]


LAYERS: dict[str, tuple[Callable[[], Any], tuple[int, ...]]] = {
    "Dropout": (lambda: nn.Dropout(0.3), (7, 9)),
    "Dropout2d": (lambda: nn.Dropout2d(0.3), (2, 30, 3, 4)),
    "TransformerEncoderLayer": (lambda: nn.TransformerEncoderLayer(8, 2, 12, dropout=0.3), (5, 2, 8)),
    "LSTM": (lambda: nn.LSTM(4, 5, num_layers=3, dropout=0.4), (6, 2, 4)),
    "GRU": (lambda: nn.GRU(4, 5, num_layers=2, dropout=0.4, bidirectional=True), (6, 2, 4)),
}


@pytest.mark.parametrize("name", LAYERS)
def test_one_seed_gives_the_same_bits(gpu: Gpu, name: str) -> None:
    """The state of all is that of the host's generator, which draws 64 bits a call; nobody waits."""
    make, shape = LAYERS[name]
    layer, x = make().to(gpu.name), shapenet.randn(*shape).to(gpu.name)
    default_generator().random()  # what was drawn before does not matter
    state = default_generator().bit_generator.state
    first, other = dropped_by(layer, x, gpu), dropped_by(layer, x, gpu)
    default_generator().bit_generator.state = state
    for expected, got in zip(first, dropped_by(layer, x, gpu), strict=True):
        np.testing.assert_array_equal(got, expected)
    assert not np.array_equal(first[0], other[0])
    assert gpu.launched("drop")


def test_a_call_draws_as_much_for_each_size(gpu: Gpu) -> None:
    states = []
    for size in (3, 4000):
        generator = shapenet.manual_seed(4)
        F.dropout(shapenet.ones(size).to(gpu.name), 0.5)
        states.append(generator.random())
    assert states[0] == states[1]
    before = gpu.waits()
    F.dropout(shapenet.ones(9).to(gpu.name), 0.5)
    assert gpu.waits() == before
