"""Recurrent layers and attention"""

from shapenet import Tensor, nn
from shapenet import functional as F
from shapenet.dims import B, K, N


def recurrent(x: Tensor[B, 3, 8, 10]) -> None:
    """A sequence is one, or a batch of them in dimension 1; with `batch_first=True` in dimension 0."""
    #: error: GRU[10, 20] expects [T, N, input_size] or [T, input_size], got [B, 3, 8, 10] [shape]
    nn.GRU(10, 20)(x)


def cell(x: Tensor[N, B, 10]) -> None:
    """A cell takes one step. Loop over the steps, or take the layer without "Cell"."""
    #: error: GRUCell[10, 20] expects [N, input_size] or [input_size], got [N, B, 10] [shape]
    nn.GRUCell(10, 20)(x)


def no_step(x: Tensor[0, B, 10]) -> None:
    """The last state of no step is unknown."""
    #: error: GRU[10, 20] expects at least one step, got [0, B, 10] [shape]
    nn.GRU(10, 20)(x)


def state(x: Tensor[N, B, 10], h: Tensor[1, B, 20]) -> None:
    """The state has an entry for each layer and each direction, then the batch, then `hidden_size`; the batch comes second even
    with `batch_first`."""
    #: error: GRU[10, 20, 2] expects hx [2, B, 20], got [1, B, 20] [shape]
    nn.GRU(10, 20, num_layers=2)(x, h)


def bilinear(x: Tensor[B, 3], y: Tensor[B, 5]) -> None:
    """The message says which input has the wrong last dimension."""
    #: error: Bilinear[3, 4, 5] expects last dimension 4 of the second input, got [B, 5] [shape]
    nn.Bilinear(3, 4, 5)(x, y)
    nn.Bilinear(3, 5, 5)(x, y)  # right


def bilinear_batches(x: Tensor[B, 3], y: Tensor[N, 4]) -> None:
    """Both inputs are of one batch."""
    #: error: Bilinear[3, 4, 5] expects inputs that differ in the last dimension alone, got [B, 3] and [N, 4] [shape]
    nn.Bilinear(3, 4, 5)(x, y)


def attention(q: Tensor[B, N, 16], k: Tensor[B, K, 8], v: Tensor[B, K, 16]) -> None:
    """Queries and keys are multiplied along their last dimension; there is a value for each key."""
    #: error: scaled_dot_product_attention expects query and key with one size in dimension -1, got [B, N, 16] and [B, K, 8] [shape]
    F.scaled_dot_product_attention(q, k, v)


def attention_of_vectors(q: Tensor[16]) -> None:
    """Each has a dimension for the steps and one for the features."""
    #: error: scaled_dot_product_attention expects query of at least 2 dimensions, got [16] [shape]
    F.scaled_dot_product_attention(q, q, q)


def attention_mask(q: Tensor[B, 3, 16], k: Tensor[B, 4, 16], mask: Tensor[3, 3]) -> None:
    """The mask has an element for each query and key."""
    #: error: scaled_dot_product_attention expects attn_mask that broadcasts to [B, 3, 4], got [3, 3] [shape]
    F.scaled_dot_product_attention(q, k, k, attn_mask=mask)


def heads(x: Tensor[N, B, 32]) -> None:
    """The layer was made for another size of embedding."""
    #: error: MultiheadAttention[64, 8] expects last dimension 64 of query, got [N, B, 32] [shape]
    nn.MultiheadAttention(64, 8)(x, x, x)
    nn.MultiheadAttention(32, 8)(x, x, x)  # right


def heads_of_images(x: Tensor[N, B, 8, 64]) -> None:
    """A sequence is one, or a batch of them; query, key and value alike."""
    #: error: MultiheadAttention[64, 8] expects query [L, N, E] or [L, E], all three alike, got [N, B, 8, 64] [shape]
    nn.MultiheadAttention(64, 8)(x, x, x)


def keys_and_values(q: Tensor[N, B, 64], k: Tensor[5, B, 64], v: Tensor[6, B, 64]) -> None:
    """There is a value for each key."""
    #: error: MultiheadAttention[64, 8] expects key and value of one length and batch, got [5, B, 64] and [6, B, 64] [shape]
    nn.MultiheadAttention(64, 8)(q, k, v)


def queries_and_keys(q: Tensor[N, 2, 64], k: Tensor[N, 3, 64]) -> None:
    """Query and key are of one batch. Perhaps the batch comes first."""
    #: error: MultiheadAttention[64, 8] expects query and key of one batch, got [N, 2, 64] and [N, 3, 64] [shape]
    nn.MultiheadAttention(64, 8)(q, k, k)
    nn.MultiheadAttention(64, 8, batch_first=True)(q, k, k)  # right


def masks(x: Tensor[5, 2, 64], mask: Tensor[2, 5, 5], padding: Tensor[5, 2]) -> None:
    """The mask is [L, S], or has an entry for each example and head; the batch of `key_padding_mask` comes first."""
    #: error: MultiheadAttention[64, 8] expects attn_mask [16, 5, 5], got [2, 5, 5] [shape]
    nn.MultiheadAttention(64, 8)(x, x, x, attn_mask=mask)
    #: error: MultiheadAttention[64, 8] expects key_padding_mask [2, 5], got [5, 2] [shape]
    nn.MultiheadAttention(64, 8)(x, x, x, key_padding_mask=padding)


def encoder(x: Tensor[N, B, 8, 64]) -> None:
    """A sequence is one, or a batch of them."""
    #: error: TransformerEncoderLayer[64, 8] expects [L, N, d_model] or [L, d_model], got [N, B, 8, 64] [shape]
    nn.TransformerEncoderLayer(64, 8)(x)


def encoder_masks(x: Tensor[5, 2, 64], padding: Tensor[5, 2]) -> None:
    """The batch of the mask comes first."""
    #: error: TransformerEncoderLayer[64, 8] expects src_key_padding_mask [2, 5], got [5, 2] [shape]
    nn.TransformerEncoderLayer(64, 8)(x, src_key_padding_mask=padding)
    nn.TransformerEncoderLayer(64, 8)(x, src_key_padding_mask=padding.transpose(0, 1))  # right
