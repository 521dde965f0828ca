"""Rules of embeddings, of attention and of recurrent layers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from shapenet import ShapeError, rules
from shapenet.dims import UNKNOWN, Pack, Shape, symbol
from shapenet.rules import Given, Maybe, Several, Undetermined

B, N, K = map(symbol, "BNK")


def accepted(rule: rules.LayerRule, **arguments: Given) -> Given:
    return rule.accept(arguments)


def test_symbols_pass_through() -> None:
    assert rules.Embedding(10, 3).output((B, Pack("Batch"))) == (B, Pack("Batch"), 3)
    assert rules.Bilinear(3, 4, N).output((B, 3), (B, 4)) == (B, N)
    assert rules.GRU(3, N, 2, True, True).output((B, K, 3)) == (B, K, 2 * N)
    assert rules.GRU(3, N, K, False, True).state((7, B, 3)) == (2 * K, B, N)
    attended = rules.scaled_dot_product_attention((B, 1, N, 4), (8, K, 4), (8, K, 5), (1, K))
    assert attended == (B, 8, N, 5)


def test_what_is_unknown_alone_is_unknown() -> None:
    lstm = rules.LSTM(3, 4, 2, UNKNOWN, UNKNOWN)
    state = (UNKNOWN, UNKNOWN, 4)
    assert accepted(lstm, x=(7, 5, 3)) == Several(((7, 5, UNKNOWN), Several((state, state))))
    attention = rules.MultiheadAttention(UNKNOWN, 4)
    assert accepted(attention, query=(7, 2, 8), key=(5, 2, 8), value=(5, 2, 8)) == Several(((7, 2, 8), (2, 7, 5)))


@pytest.mark.parametrize(
    ("options", "weights"),
    [
        ({}, (2, 7, 5)),
        ({"average_attn_weights": False}, (2, 4, 7, 5)),
        ({"need_weights": False}, None),
        ({"need_weights": UNKNOWN}, Maybe((2, 7, 5))),
        ({"average_attn_weights": UNKNOWN}, (Pack(),)),
        ({"attn_mask": (Pack(),), "key_padding_mask": None}, (2, 7, 5)),
    ],
)
def test_weights_of_attention(options: dict[str, Any], weights: Given) -> None:
    for first in (False, True):
        rule = rules.MultiheadAttention(8, 4, first)
        query: Shape = (2, 7, 8) if first else (7, 2, 8)
        key: Shape = (2, 5, 8) if first else (5, 2, 8)
        assert accepted(rule, query=query, key=key, value=key, **options) == Several((query, weights))


def test_states() -> None:
    state = (2, 5, 4)
    assert accepted(rules.LSTM(3, 4, 2), x=(7, 5, 3), hx=Several((state, state))) == Several(
        ((7, 5, 4), Several((state, state)))
    )
    assert accepted(rules.GRU(3, 4, 2), x=(7, 5, 3), hx=None) == Several(((7, 5, 4), state))
    assert accepted(rules.RNN(3, 4), x=(7, 3)) == Several(((7, 4), (1, 4)))
    assert accepted(rules.LSTMCell(3, 4), x=(3,)) == Several(((4,), (4,)))
    assert accepted(rules.GRUCell(3, 4), x=(B, 3), hx=(B, 4)) == (B, 4)


@pytest.mark.parametrize(
    "ask",
    [
        lambda: rules.GRU(3, 4).output((Pack(), 3)),
        lambda: accepted(rules.GRU(3, 4), x=UNKNOWN),
        lambda: accepted(rules.Linear(3, 4), x=None),
        lambda: accepted(rules.MultiheadAttention(8, 4), query=(7, 2, 8), key=(7, 2, 8), value=UNKNOWN),
        lambda: accepted(rules.MultiheadAttention(8, 4, UNKNOWN), query=(7, 2, 8), key=(7, 2, 8), value=(7, 2, 8)),
        lambda: rules.scaled_dot_product_attention((Pack(), 3), (5, 3), (5, 3)),
    ],
)
def test_nobody_knows(ask: Callable[[], object]) -> None:
    with pytest.raises(Undetermined):
        ask()


@pytest.mark.parametrize(
    ("ask", "text"),
    [
        (lambda: rules.Embedding(3, True), "Embedding expects embedding_dim to be an int, at least 1, got True"),
        (lambda: rules.Bilinear(3, 4, 5).output((2, 3), (4,)), "that differ in the last dimension alone"),
        (lambda: rules.Bilinear(3, 4, 5).output((3,), ()), "expects last dimension 4 of the second input, got []"),
        (lambda: rules.Bilinear.of_weight((3, 4)), "Bilinear expects a weight [out, in1, in2], got [3, 4]"),
        (lambda: rules.Bilinear.of_weight((5, 3, 4)).with_bias((4,)), "Bilinear[3, 4, 5] expects a bias [5], got [4]"),
        (lambda: rules.GRU(3, 4, 1, 1), "GRU expects batch_first to be a bool, got 1"),  # type: ignore[arg-type]
        (lambda: rules.GRU(3, 4, 1, True).output((5, 0, 3)), "expects at least one step, got [5, 0, 3]"),
        (lambda: rules.GRU(3, 4, 1, True).output((3,)), "expects [N, T, input_size] or [T, input_size], got [3]"),
        (lambda: rules.RNNCell(3, 4).output((1, 2, 3)), "expects [N, input_size] or [input_size], got [1, 2, 3]"),
        (
            lambda: accepted(rules.LSTM(3, 4), x=(7, 5, 3), hx=Several(((1, 5, 4), (5, 4)))),
            "LSTM[3, 4] expects hx[1] [1, 5, 4], got [5, 4]",
        ),
        (
            lambda: rules.MultiheadAttention(8, 4).output((7, 2, 8), (5, 8), (5, 8)),
            "expects key [L, N, E] or [L, E], all three alike, got [5, 8]",
        ),
        (
            lambda: rules.MultiheadAttention(8, 4).output((7, 2, 8), (5, 2, 8), (6, 2, 8)),
            "expects key and value of one length and batch, got [5, 2, 8] and [6, 2, 8]",
        ),
        (
            lambda: rules.MultiheadAttention(8, 4).output((7, 2, 8), (5, 3, 8), (5, 3, 8)),
            "expects query and key of one batch, got [7, 2, 8] and [5, 3, 8]",
        ),
        (
            lambda: rules.MultiheadAttention(8, 4).masks((7, 8), (5, 8), None, (8, 7, 5)),
            "expects attn_mask [4, 7, 5], got [8, 7, 5]",
        ),
        (
            lambda: rules.scaled_dot_product_attention((4,), (5, 4), (5, 4)),
            "scaled_dot_product_attention expects query of at least 2 dimensions, got [4]",
        ),
        (
            lambda: rules.scaled_dot_product_attention((3, 4), (5, 4), (5, 4), (2, 3, 5)),
            "expects attn_mask that broadcasts to [3, 5], got [2, 3, 5]",
        ),
        (
            lambda: rules.TransformerEncoderLayer(10, 4),
            "TransformerEncoderLayer expects d_model to be a multiple of nhead = 4, got 10",
        ),
        (
            lambda: rules.TransformerEncoderLayer(8, 4, 0),
            "TransformerEncoderLayer expects dim_feedforward to be an int, at least 1, got 0",
        ),
        (
            lambda: rules.TransformerEncoderLayer(8, 4).output((1, 7, 2, 8)),
            "TransformerEncoderLayer[8, 4] expects [L, N, d_model] or [L, d_model], got [1, 7, 2, 8]",
        ),
        (
            lambda: rules.TransformerEncoderLayer(8, 4, 16, True).masks((2, 7, 8), (4, 7, 7), None),
            "TransformerEncoderLayer[8, 4, 16, True] expects src_mask [8, 7, 7], got [4, 7, 7]",
        ),
        (
            lambda: rules.TransformerEncoderLayer(8, 4).masks((7, 2, 8), None, (7, 2)),
            "TransformerEncoderLayer[8, 4] expects src_key_padding_mask [2, 7], got [7, 2]",
        ),
        (lambda: rules.Softmax(1.5), "Softmax expects dim to be an int, got 1.5"),  # type: ignore[arg-type]
        (lambda: rules.LogSoftmax(-3).output((4, 5)), "LogSoftmax[-3] got dimension -3, but [4, 5] has 2 dimensions"),
        (lambda: rules.DFL(0), "DFL expects c to be an int, at least 1, got 0"),
        (
            lambda: rules.DFL(8).output((2, 64, 9)),
            "DFL[8] expects 4*8 = 32 channels in dimension 1, got 64 in [2, 64, 9]",
        ),
        (lambda: rules.DFL().output((2, 64)), "DFL expects 3 dimensions [N, 4*c, A], got 2: [2, 64]"),
    ],
)
def test_refusals(ask: Callable[[], object], text: str) -> None:
    with pytest.raises(ShapeError) as caught:
        ask()
    assert text in str(caught.value)


def test_shapes_that_stay() -> None:
    layer = rules.TransformerEncoderLayer(8, 4, 16, True)
    assert accepted(layer, src=(B, N, 8), src_mask=(N, N), src_key_padding_mask=(B, N), is_causal=False) == (B, N, 8)
    assert accepted(layer, src=(N, 8), src_mask=(4, N, N)) == (N, 8)
    with pytest.raises(Undetermined):
        accepted(rules.TransformerEncoderLayer(8, 4, 16, UNKNOWN), src=(B, N, 8), src_mask=(N, N))
    assert rules.Softmax(1).output((Pack("Batch"), B)) == (Pack("Batch"), B)
    assert rules.Softmax(UNKNOWN).output((B,)) == (B,)


def test_sides_of_boxes() -> None:
    assert rules.DFL().output((B, 64, N)) == (B, 4, N)
    assert rules.DFL(K).output((B, 4 * K, N)) == (B, 4, N)
