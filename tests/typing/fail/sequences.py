"""Embeddings, attention and recurrent layers that cannot be, and inputs that do not fit. Each function has one defect."""

import shapenet
from shapenet import BoolTensor, IntTensor, Tensor, nn
from shapenet import functional as F
from shapenet.dims import B, K, N

#: error: Embedding expects num_embeddings to be an int, at least 1, got 0 [shape]
nn.Embedding(0, 3)
#: error: Bilinear needs out_features, as an argument or in its type [shape]
nn.Bilinear(3, 4)
#: error: MultiheadAttention expects embed_dim to be a multiple of num_heads = 4, got 10 [shape]
nn.MultiheadAttention(10, 4)
#: error: Argument "batch_first" to "MultiheadAttention" has incompatible type "int"; expected "bool" [arg-type]
nn.MultiheadAttention(10, 2, batch_first=1)
#: error: LSTM expects num_layers to be an int, at least 1, got 0 [shape]
nn.LSTM(10, 20, 0)
#: error: Argument 4 to "RNN" has incompatible type "bool"; expected "str" [arg-type]
nn.RNN(10, 20, 1, True)


def table(tokens: IntTensor[B], weight: Tensor[B, 3, 4]) -> None:
    #: error: Embedding expects a weight [num_embeddings, embedding_dim], got [B, 3, 4] [shape]
    F.embedding(tokens, weight)


def bilinear_batches(x: Tensor[B, 3], y: Tensor[N, 4]) -> None:
    #: error: Bilinear[3, 4, 5] expects inputs that differ in the last dimension alone, got [B, 3] and [N, 4] [shape]
    nn.Bilinear(3, 4, 5)(x, y)


def bilinear_sizes(x: Tensor[B, 3], y: Tensor[B, 5]) -> None:
    #: error: Bilinear[3, 4, 5] expects last dimension 4 of the second input, got [B, 5] [shape]
    nn.Bilinear(3, 4, 5)(x, y)


def softmax(x: Tensor[B, 3]) -> None:
    #: error: softmax got dimension 2, but [B, 3] has 2 dimensions [shape]
    x.softmax(2)


def keys(q: Tensor[B, N, 16], k: Tensor[B, K, 8]) -> None:
    #: error: scaled_dot_product_attention expects query and key with one size in dimension -1, got [B, N, 16] and [B, K, 8] [shape]
    F.scaled_dot_product_attention(q, k, k)


def values(q: Tensor[B, N, 16], v: Tensor[B, N, 16], k: Tensor[B, K, 16]) -> None:
    #: error: scaled_dot_product_attention expects key and value with one size in dimension -2, got [B, K, 16] and [B, N, 16] [shape]
    F.scaled_dot_product_attention(q, k, v)


def mask(q: Tensor[B, 3, 16], k: Tensor[B, 4, 16], attn_mask: BoolTensor[3, 3]) -> None:
    #: error: scaled_dot_product_attention expects attn_mask that broadcasts to [B, 3, 4], got [3, 3] [shape]
    F.scaled_dot_product_attention(q, k, k, attn_mask)


def heads(x: Tensor[N, B, 32]) -> None:
    #: error: MultiheadAttention[64, 8] expects last dimension 64 of query, got [N, B, 32] [shape]
    nn.MultiheadAttention(64, 8)(x, x, x)


def heads_with_a_mask(x: Tensor[5, 2, 64], attn_mask: BoolTensor[2, 5, 5]) -> None:
    #: error: MultiheadAttention[64, 8] expects attn_mask [16, 5, 5], got [2, 5, 5] [shape]
    nn.MultiheadAttention(64, 8)(x, x, x, attn_mask=attn_mask)


def heads_with_padding(x: Tensor[5, 2, 64], key_padding_mask: BoolTensor[5, 2]) -> None:
    #: error: MultiheadAttention[64, 8] expects key_padding_mask [2, 5], got [5, 2] [shape]
    nn.MultiheadAttention(64, 8)(x, x, x, key_padding_mask)


def inputs(x: Tensor[N, B, 8]) -> None:
    #: error: LSTM[10, 20] expects last dimension 10, got 8 in [N, B, 8] [shape]
    nn.LSTM(10, 20)(x)


def image(x: Tensor[B, 3, 8, 10]) -> None:
    #: error: GRU[10, 20] expects [T, N, input_size] or [T, input_size], got [B, 3, 8, 10] [shape]
    nn.GRU(10, 20)(x)


def no_step(x: Tensor[0, B, 10]) -> None:
    #: error: GRU[10, 20] expects at least one step, got [0, B, 10] [shape]
    nn.GRU(10, 20)(x)


def state(x: Tensor[N, B, 10], h: Tensor[1, B, 20]) -> None:
    #: error: GRU[10, 20, 2] expects hx [2, B, 20], got [1, B, 20] [shape]
    nn.GRU(10, 20, 2)(x, h)


def cell(x: Tensor[N, B, 10], h: Tensor[1, B, 20], c: Tensor[1, B, 10]) -> None:
    #: error: LSTM[10, 20] expects hx[1] [1, B, 20], got [1, B, 10] [shape]
    nn.LSTM(10, 20)(x, (h, c))


def state_of_another_kind(x: Tensor[N, B, 10], h: Tensor[1, B, 20]) -> None:
    #: error: Argument 2 to "__call__" of "LSTM" has incompatible type "Tensor[Literal[1], B, Literal[20]]"; expected "tuple[Tensor[*tuple[Any, ...]], Tensor[*tuple[Any, ...]]] | None" [arg-type]
    nn.LSTM(10, 20)(x, h)


def one_step(x: Tensor[B, 10], h: Tensor[N, 20]) -> None:
    #: error: RNNCell[10, 20] expects hx [B, 20], got [N, 20] [shape]
    nn.RNNCell(10, 20)(x, h)


def results(x: Tensor[N, B, 10]) -> Tensor[N, B, 21]:
    outputs, _ = nn.GRU(10, 20)(x)
    #: error: Incompatible return value type (got "Tensor[N, B, Literal[20]]", expected "Tensor[N, B, Literal[21]]") [return-value]
    return outputs


def chosen(x: Tensor[B, 3], condition: BoolTensor[B, 3], y: Tensor[4]) -> None:
    #: error: where cannot broadcast [B, 3] with [4]: dimension -1 is 3 against 4, and neither is 1 [shape]
    shapenet.where(condition, x, y)


def filled(x: Tensor[B, 3], mask: BoolTensor[2]) -> None:
    #: error: masked_fill cannot broadcast [2] with [B, 3]: dimension -1 is 2 against 3, and neither is 1 [shape]
    x.masked_fill(mask, 0)


#: error: TransformerEncoderLayer expects d_model to be a multiple of nhead = 4, got 10 [shape]
nn.TransformerEncoderLayer(10, 4)
#: error: TransformerEncoderLayer expects dim_feedforward to be an int, at least 1, got 0 [shape]
nn.TransformerEncoderLayer(8, 4, 0)
#: error: DFL expects c to be an int, at least 1, got 0 [shape]
nn.DFL(0)
#: error: Softmax needs dim, as an argument or in its type [shape]
nn.Softmax()


def encoder(x: Tensor[N, B, 32]) -> None:
    #: error: TransformerEncoderLayer[64, 8] expects last dimension 64, got 32 in [N, B, 32] [shape]
    nn.TransformerEncoderLayer(64, 8)(x)


def encoder_with_padding(x: Tensor[5, 2, 64], padding: Tensor[5, 2]) -> None:
    #: error: TransformerEncoderLayer[64, 8] expects src_key_padding_mask [2, 5], got [5, 2] [shape]
    nn.TransformerEncoderLayer(64, 8)(x, src_key_padding_mask=padding)


def softmax_layer(x: Tensor[B, 3]) -> None:
    #: error: Softmax[2] got dimension 2, but [B, 3] has 2 dimensions [shape]
    nn.Softmax(2)(x)


def sides(x: Tensor[B, 64, N]) -> None:
    #: error: DFL[8] expects 4*8 = 32 channels in dimension 1, got 64 in [B, 64, N] [shape]
    nn.DFL(8)(x)
