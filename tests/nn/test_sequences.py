"""Embeddings, attention and recurrent layers: what is not a matter of shapes, nor of agreement with torch."""

from __future__ import annotations

import copy
import math
from typing import Any
from typing import Literal as L

import numpy as np
import pytest

import shapenet
from shapenet import AnyTensor, ShapeError, nn
from shapenet import functional as F
from shapenet.errors import ContractError
from shapenet.kernels import bilinear, table

RECURRENT: list[Any] = [nn.RNN, nn.GRU, nn.LSTM]
CELLS: list[Any] = [nn.RNNCell, nn.GRUCell, nn.LSTMCell]


# --- Embedding and Bilinear ---


def test_gradients_of_repeated_rows_add_up() -> None:
    layer, tokens = nn.Embedding(7, 3, padding_idx=-2), shapenet.tensor([[1, 5, 1], [0, 1, 5]])
    assert not layer.weight.data[5].any()
    (layer(tokens) * shapenet.tensor([1.0, 2.0, 3.0])).sum().backward()
    assert layer.weight.grad is not None
    counts = np.array([1, 3, 0, 0, 0, 0, 0])  # the padding takes none
    np.testing.assert_array_equal(layer.weight.grad.numpy(), np.outer(counts, [1, 2, 3]))


@pytest.mark.parametrize("wrong", [[0, 4], [-1, 0]])
def test_rows_out_of_range_are_refused(wrong: list[int]) -> None:
    layer = nn.Embedding(4, 3)
    with pytest.raises(ValueError, match=r"^embedding expects indices from 0 to 3, got -?\d to \d$"):
        layer(shapenet.tensor(wrong))
    with pytest.raises(ValueError, match=r"^Embedding\[4, 3\] expects x to be an integer tensor, got a floating one$"):
        layer(shapenet.tensor([1.0]))  # type: ignore[shape]


@pytest.mark.parametrize("wrong", [4, -5, True, "0"])
def test_padding_out_of_range_is_refused(wrong: Any) -> None:
    text = rf"expects padding_idx to be None or an int from -4 to 3, got {wrong!r}$"
    with pytest.raises(ValueError, match=rf"^Embedding {text}"):
        nn.Embedding(4, 3, wrong)
    with pytest.raises(ValueError, match=rf"^embedding {text}"):
        F.embedding(shapenet.tensor([0]), shapenet.zeros(4, 3), wrong)


def test_no_rows_are_looked_up() -> None:
    layer = nn.Embedding(4, 3)
    y = layer(shapenet.zeros(0, 2, dtype=np.int64))
    assert y.shape == (0, 2, 3)
    y.sum().backward()
    assert layer.weight.grad is not None
    assert not layer.weight.grad.numpy().any()


def test_many_rows() -> None:
    """Enough for several threads."""
    rng = np.random.default_rng()
    rows, values = rng.integers(0, 1000, 20000), rng.standard_normal((20000, 33))
    wanted = np.zeros((1000, 33))
    np.add.at(wanted, rows, values)
    np.testing.assert_allclose(table.add_up(values, rows, 1000), wanted, atol=1e-12)
    np.testing.assert_array_equal(table.look_up(wanted, rows), wanted[rows])


def test_products_come_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng()
    x, y, weight, grad = (rng.standard_normal(shape) for shape in ((7, 3), (7, 4), (5, 3, 4), (7, 5)))
    whole = bilinear.bilinear(x, y, weight), bilinear.weight_gradient(x, y, grad)
    back = bilinear.input_gradient(y, weight, grad)
    monkeypatch.setattr(bilinear, "PRODUCTS", 25)
    np.testing.assert_allclose(whole[0], np.einsum("mi,oij,mj->mo", x, weight, y))
    np.testing.assert_allclose(bilinear.bilinear(x, y, weight), whole[0])
    np.testing.assert_allclose(bilinear.weight_gradient(x, y, grad), whole[1])
    np.testing.assert_allclose(bilinear.input_gradient(y, weight, grad), back)


def test_bilinear_of_integers_is_refused() -> None:
    with pytest.raises(
        ValueError, match=r"^Bilinear\[3, 4, 5\] expects input1 to be a floating tensor, got an integer one$"
    ):
        nn.Bilinear(3, 4, 5)(shapenet.zeros(3, dtype=np.int64), shapenet.zeros(4))  # type: ignore[shape]


# --- softmax and attention ---


def test_softmax_is_stable() -> None:
    x = shapenet.tensor([[1e30, 1e30, -1e30], [-math.inf, 3.0, -math.inf]])
    np.testing.assert_array_equal(x.softmax(-1).numpy(), [[0.5, 0.5, 0], [0, 1, 0]])
    assert np.isnan(shapenet.full((2,), -math.inf).softmax(0).numpy()).all()


@pytest.mark.parametrize("dim", [0, 1, 2])
def test_softmax_of_large_tensors(dim: int) -> None:
    x = shapenet.randn(70, 60, 50, requires_grad=True)
    y = x.permute(2, 0, 1).softmax((dim + 1) % 3).permute(1, 2, 0)
    np.testing.assert_allclose(y.detach().numpy(), np.exp(x.log_softmax(dim).detach().numpy()), rtol=1e-4)
    y.sum().backward()
    assert x.grad is not None
    np.testing.assert_allclose(x.grad.numpy(), 0, atol=1e-5)


def test_attention_in_parts_is_attention() -> None:
    """Batches of several sizes of cache, with masks that some of them share."""
    q, k, v = shapenet.randn(9, 4, 70, 8), shapenet.randn(9, 1, 60, 8), shapenet.randn(9, 4, 60, 5)
    mask = shapenet.randn(9, 1, 1, 60)
    y = F.scaled_dot_product_attention(q, k, v, mask, scale=0.3)
    for i, j in ((0, 0), (3, 1), (8, 3)):
        one = F.scaled_dot_product_attention(q[i, j], k[i, 0], v[i, j], mask[i, 0], scale=0.3)
        np.testing.assert_allclose(y[i, j].numpy(), one.numpy(), atol=1e-5)


def test_what_is_masked_gets_no_gradient() -> None:
    q, k, v = (shapenet.randn(3, 4, requires_grad=True) for _ in range(3))
    mask = shapenet.tensor([[True, False, True], [False, False, False], [True, False, True]])
    y = F.scaled_dot_product_attention(q, k, v, mask)
    assert not y.detach().numpy()[1].any()
    y.sum().backward()
    assert q.grad is not None
    assert k.grad is not None
    assert v.grad is not None
    assert not q.grad.numpy()[1].any()
    assert not k.grad.numpy()[1].any()
    assert not v.grad.numpy()[1].any()
    assert np.isfinite(k.grad.numpy()).all()


def test_dropped_weights() -> None:
    shapenet.manual_seed(0)
    ones = shapenet.ones(200, 300, 1)
    y = F.scaled_dot_product_attention(ones, ones, ones, dropout_p=0.5).numpy()
    assert abs(y.mean() - 1) < 0.02
    assert y.std() > 0.03
    assert not F.scaled_dot_product_attention(ones, ones, ones, dropout_p=1.0).numpy().any()


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"dropout_p": 1.5}, "expects dropout_p to be a probability from 0 to 1, got 1.5"),
        ({"is_causal": True, "attn_mask": shapenet.zeros(3, 3)}, "expects attn_mask to be None where is_causal is set"),
        ({"attn_mask": shapenet.zeros(3, 3, dtype=np.int64)}, "expects attn_mask to be bool or floating, got dtype"),
    ],
)
def test_attention_refuses(options: dict[str, Any], text: str) -> None:
    x = shapenet.randn(3, 4)
    with pytest.raises(ValueError, match=f"^scaled_dot_product_attention {text}"):
        F.scaled_dot_product_attention(x, x, x, **options)
    with pytest.raises(ValueError, match="expects floating tensors, got dtype int64"):
        F.scaled_dot_product_attention(x, x, shapenet.zeros(3, 4, dtype=np.int64))


def test_heads_drop_weights_in_training_alone() -> None:
    shapenet.manual_seed(0)
    layer, x = nn.MultiheadAttention(8, 2, dropout=0.5), shapenet.randn(6, 3, 8)
    _, weights = layer(x, x, x, average_attn_weights=False)
    assert (weights.detach().numpy() == 0).any()
    _, weights = layer.eval()(x, x, x, average_attn_weights=False)
    np.testing.assert_allclose(weights.detach().numpy().sum(-1), 1, rtol=1e-5)


def test_heads_do_not_share_a_contract() -> None:
    """The same layer with and without weights, masks and a batch."""
    layer, x = nn.MultiheadAttention(8, 2), shapenet.randn(6, 3, 8)
    for _ in range(2):
        assert layer(x, x, x)[1].shape == (3, 6, 6)
        assert layer(x, x, x, need_weights=False)[1] is None
        assert layer(x, x, x, average_attn_weights=False)[1].shape == (3, 2, 6, 6)
        assert layer(x[:, 0], x[:, 0], x[:, 0])[1].shape == (6, 6)
    with pytest.raises(ShapeError, match=r"\[8, 2\] expects key_padding_mask \[3, 6\], got \[6, 3\]$"):
        layer(x, x, x, shapenet.zeros(6, 3))  # type: ignore[shape]
    with pytest.raises(
        ValueError, match=r"expects attn_mask to be a boolean or a floating tensor, got an integer one$"
    ):
        layer(x, x, x, attn_mask=shapenet.zeros(6, 6, dtype=np.int64))  # type: ignore[shape]
    with pytest.raises(ContractError, match='"need_weights" expects bool, got int 1'):
        layer(x, x, x, need_weights=1)  # type: ignore[call-overload]


# --- recurrent layers ---


# --- TransformerEncoderLayer ---


def test_no_place_sees_a_later_one() -> None:
    shapenet.manual_seed(0)
    layer = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True).eval()
    x = shapenet.randn(3, 5, 8, requires_grad=True)
    padding = shapenet.tensor([[False] * 5, [False] * 4 + [True], [False] * 5])
    y = layer(x, src_key_padding_mask=padding, is_causal=True)
    y[:, 2].sum().backward()
    assert x.grad is not None
    assert not x.grad.numpy()[:, 3:].any()
    assert x.grad.numpy()[:, :3].all()
    mask = shapenet.from_numpy(np.triu(np.ones((5, 5), bool), 1))
    np.testing.assert_array_equal(layer(x, mask, padding).detach().numpy(), y.detach().numpy())


def test_an_encoder_drops_in_training_alone() -> None:
    shapenet.manual_seed(0)
    layer, x = nn.TransformerEncoderLayer(8, 2, 16, dropout=0.4), shapenet.randn(5, 3, 8)
    first, second = layer(x).detach().numpy(), layer(x).detach().numpy()
    assert (first != second).any()
    layer.eval()
    np.testing.assert_array_equal(layer(x).detach().numpy(), layer(x).detach().numpy())


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"activation": "tanh"}, 'TransformerEncoderLayer expects activation to be "relu" or "gelu", got \'tanh\''),
        ({"dropout": 2}, "TransformerEncoderLayer expects dropout to be a probability from 0 to 1, got 2"),
        ({"layer_norm_eps": 0}, "TransformerEncoderLayer expects layer_norm_eps to be a number above 0, got 0"),
        ({"norm_first": 1}, "TransformerEncoderLayer expects norm_first to be a bool, got 1"),
        ({"bias": None}, "TransformerEncoderLayer expects bias to be a bool, got None"),
    ],
)
def test_an_encoder_refuses(options: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011  (the text follows)
        nn.TransformerEncoderLayer(8, 2, **options)
    assert str(caught.value) == text


def test_an_encoder_refuses_masks_of_integers() -> None:
    layer, x = nn.TransformerEncoderLayer(8, 2), shapenet.randn(3, 8)
    with pytest.raises(ValueError, match=r"expects src_mask to be a boolean or a floating tensor, got an integer one$"):
        layer(x, shapenet.zeros(3, 3, dtype=np.int64))  # type: ignore[shape]
    with pytest.raises(ShapeError, match=r"expects src_mask \[3, 3\], got \[3, 4\]"):
        layer(x, shapenet.from_numpy(np.zeros((3, 4))))


# --- recurrent layers ---


@pytest.mark.parametrize("kind", RECURRENT)
def test_a_layer_is_its_cell_step_by_step(kind: Any) -> None:
    layer, cell = kind(3, 4, batch_first=True), CELLS[RECURRENT.index(kind)](3, 4)
    cell.load_state_dict({name.removesuffix("_l0"): value for name, value in layer.state_dict().items()})
    x = shapenet.randn(5, 6, 3)
    y, final = layer(x)
    state: Any = None
    for step in range(6):
        state = cell(x[:, step]) if state is None else cell(x[:, step], state)
        output = state[0] if kind is nn.LSTM else state
        np.testing.assert_allclose(y[:, step].detach().numpy(), output.detach().numpy(), atol=1e-6)
    for ours, one in zip(final, state, strict=True) if kind is nn.LSTM else [(final, state)]:
        np.testing.assert_allclose(ours[0].detach().numpy(), one.detach().numpy(), atol=1e-6)


@pytest.mark.parametrize("kind", RECURRENT)
def test_large_batches_are_shared_among_threads(kind: Any) -> None:
    layer = kind(30, 64, 2, bidirectional=True)
    x = shapenet.randn(11, 150, 30, requires_grad=True)
    y, _ = layer(x)
    (y * y).sum().backward()
    part = x.detach()[:, 140:150].requires_grad_()
    z, _ = layer(part)
    (z * z).sum().backward()
    assert x.grad is not None
    assert part.grad is not None
    np.testing.assert_allclose(y.detach().numpy()[:, 140:], z.detach().numpy(), atol=1e-5)
    np.testing.assert_allclose(x.grad.numpy()[:, 140:], part.grad.numpy(), atol=1e-4)


@pytest.mark.parametrize("kind", RECURRENT)
def test_dropout_between_layers(kind: Any) -> None:
    x = shapenet.randn(5, 3, 4)
    layer = kind(4, 6, 2, dropout=0.5)
    assert not np.array_equal(layer(x)[0].detach().numpy(), layer(x)[0].detach().numpy())
    layer.eval()
    np.testing.assert_array_equal(layer(x)[0].detach().numpy(), layer(x)[0].detach().numpy())
    single = kind(4, 6, dropout=0.5)
    np.testing.assert_array_equal(single(x)[0].detach().numpy(), single(x)[0].detach().numpy())


def test_all_dropped_is_a_layer_without_input() -> None:
    layer = nn.GRU(4, 6, 2, dropout=1.0)
    x, other = shapenet.randn(5, 3, 4), shapenet.randn(5, 3, 4)
    np.testing.assert_array_equal(layer(x)[0].detach().numpy(), layer(other)[0].detach().numpy())


@pytest.mark.parametrize("kind", RECURRENT)
def test_backward_twice(kind: Any) -> None:
    layer, x = kind(3, 4, 2, bidirectional=True), shapenet.randn(5, 2, 3, requires_grad=True)
    y = layer(x)[0].sum()
    y.backward(retain_graph=True)
    assert x.grad is not None
    once = x.grad.numpy().copy()
    y.backward()
    np.testing.assert_allclose(x.grad.numpy(), 2 * once, rtol=1e-6)


@pytest.mark.parametrize("kind", [*RECURRENT, *CELLS])
def test_initial_values_and_names(kind: Any) -> None:
    layer = kind(30, 25)
    assert repr(layer) == f"{kind.__name__}[30, 25]"
    values = np.concatenate([tensor.data.reshape(-1) for tensor in layer.parameters()])
    assert 0.19 < np.abs(values).max() <= 0.2
    assert abs(values.std() - 0.2 / math.sqrt(3)) < 0.01
    assert "bias_ih" not in "".join(kind(3, 4, bias=False).state_dict())
    assert copy.deepcopy(layer).spelled == layer.spelled


def test_layers_from_their_types() -> None:
    layer = nn.LSTM[L[3], L[4], L[2], L[True], L[True]]()
    outputs, (h, c) = layer(shapenet.zeros(5, 7, 3))
    assert (outputs.shape, h.shape, c.shape) == ((5, 7, 8), (4, 5, 4), (4, 5, 4))
    assert repr(layer) == "LSTM[3, 4, 2, True, True]"
    assert nn.Embedding[L[5], L[2]]()(shapenet.tensor([4])).shape == (1, 2)


def state_tests() -> list[tuple[Any, Any, type[Exception], str]]:
    x, h = shapenet.zeros(5, 2, 3), shapenet.zeros(1, 2, 4)
    return [
        (nn.GRU(3, 4), (x, h[0]), ShapeError, r"^GRU\[3, 4\] expects hx \[1, 2, 4\], got \[2, 4\]$"),
        (nn.LSTM(3, 4), (x, (h, h[:, 0])), ShapeError, r"^LSTM\[3, 4\] expects hx\[1\] \[1, 2, 4\], got \[1, 4\]$"),
        (nn.LSTM(3, 4), (x, h), ContractError, '^LSTM.* argument "hx" expects'),
        (nn.LSTMCell(3, 4), (x[0], (h[0], h)), ShapeError, r"^LSTMCell\[3, 4\] expects hx\[1\] \[2, 4\]"),
        (nn.GRU(3, 4), (x, h.to(np.int64)), ValueError, "floating tensors?, got"),
        (nn.GRU(3, 4), (x.to(np.int64),), ValueError, "floating tensors?, got"),
    ]


@pytest.mark.parametrize(("layer", "arguments", "kind", "text"), state_tests())
def test_states_that_do_not_fit(layer: Any, arguments: Any, kind: type[Exception], text: str) -> None:
    with pytest.raises(kind, match=text):
        layer(*arguments)
    if kind is ShapeError:
        with shapenet.unchecked(), pytest.raises(kind, match=text):
            layer(*arguments)


def test_options_that_are_refused() -> None:
    with pytest.raises(ValueError, match=r'^RNN expects nonlinearity to be "tanh" or "relu", got .elu.$'):
        nn.RNN(3, 4, nonlinearity="elu")
    with pytest.raises(ValueError, match=r"^LSTM expects dropout to be a probability from 0 to 1, got -0\.1$"):
        nn.LSTM(3, 4, dropout=-0.1)
    with pytest.raises(ShapeError, match=r"^GRU expects bidirectional to be a bool, got 1$"):
        nn.GRU(3, 4, bidirectional=1)  # type: ignore[arg-type]


def test_final_states_alone_carry_gradients() -> None:
    layer, x = nn.LSTM(3, 4), shapenet.randn(5, 2, 3)
    h: AnyTensor = shapenet.zeros(1, 2, 4).requires_grad_()
    _, (_, c) = layer(x, (h, h.detach()))
    c.sum().backward()
    assert h.grad is not None
    assert h.grad.numpy().any()
    assert layer.weight_ih_l0.grad is not None


@pytest.mark.parametrize("kind", [nn.RNN, nn.GRU, nn.LSTM])
def test_precisions_mix(kind: Any) -> None:
    """As in a product of both, the greater one is that of the result; each gradient has that of its tensor."""
    layer, x = kind(3, 4, 2), shapenet.randn(5, 2, 3, dtype=np.float64, requires_grad=True)
    y, _ = layer(x)
    assert y.dtype == np.float64
    y.sum().backward()
    assert x.grad is not None
    assert x.grad.dtype == np.float64
    assert all(tensor.grad.dtype == np.float32 for tensor in layer.parameters())
    np.testing.assert_allclose(layer(x.detach().to(np.float32))[0].detach().numpy(), y.detach().numpy(), atol=1e-5)
