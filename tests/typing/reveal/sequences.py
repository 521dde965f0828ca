"""Types of embeddings, attention and recurrent layers."""

from typing import Any
from typing import Literal as L

import shapenet
from shapenet import BoolTensor, IntTensor, Tensor, nn
from shapenet import functional as F
from shapenet.dims import B, Batch, C, H, K, N

#: note: Revealed type is "Embedding[Literal[1000], Literal[64]]"
reveal_type(nn.Embedding(1000, 64))
#: note: Revealed type is "Embedding[Literal[1000], Literal[64]]"
reveal_type(nn.Embedding[L[1000], L[64]](padding_idx=0))
#: note: Revealed type is "Bilinear[Literal[3], Literal[4], Literal[5]]"
reveal_type(nn.Bilinear(3, 4, 5, bias=False))
#: note: Revealed type is "MultiheadAttention[Literal[64], Literal[8], Literal[False]]"
reveal_type(nn.MultiheadAttention(64, 8))
#: note: Revealed type is "MultiheadAttention[Literal[64], Literal[8], Literal[True]]"
reveal_type(nn.MultiheadAttention(64, 8, 0.1, False, batch_first=True))
#: note: Revealed type is "LSTM[Literal[10], Literal[20], Literal[2], Literal[False], Literal[True]]"
reveal_type(nn.LSTM(10, 20, 2, bidirectional=True))
#: note: Revealed type is "GRU[Literal[10], Literal[20], Literal[1], Literal[True], Literal[False]]"
reveal_type(nn.GRU(10, 20, batch_first=True, dropout=0.5))
#: note: Revealed type is "RNN[Literal[10], Literal[20], Literal[3], Literal[False], Literal[True]]"
reveal_type(nn.RNN[L[10], L[20], L[3], L[False], L[True]]())
#: note: Revealed type is "LSTMCell[Literal[10], Literal[20]]"
reveal_type(nn.LSTMCell(10, 20))


def embedded(tokens: IntTensor[B, 12], some: IntTensor[*Batch], width: int) -> None:
    #: note: Revealed type is "Tensor[B, Literal[12], Literal[64]]"
    reveal_type(nn.Embedding(1000, 64)(tokens))
    #: note: Revealed type is "Tensor[*Batch, Literal[64]]"
    reveal_type(nn.Embedding(1000, 64)(some))
    #: note: Revealed type is "Tensor[B, Literal[12], Any]"
    reveal_type(nn.Embedding(1000, width)(tokens))


def embedded_by_function(tokens: IntTensor[B, 12], table: Tensor[1000, H]) -> None:
    #: note: Revealed type is "Tensor[B, Literal[12], H]"
    reveal_type(F.embedding(tokens, table))


def paired(x: Tensor[B, 3], y: Tensor[B, 4], weight: Tensor[5, 3, 4]) -> None:
    #: note: Revealed type is "Tensor[B, Literal[5]]"
    reveal_type(nn.Bilinear(3, 4, 5)(x, y))
    #: note: Revealed type is "Tensor[B, Literal[5]]"
    reveal_type(F.bilinear(x, y, weight))


def normalised(x: Tensor[B, C]) -> None:
    #: note: Revealed type is "Tensor[B, C]"
    reveal_type(x.softmax(-1))
    #: note: Revealed type is "Tensor[B, C]"
    reveal_type(F.softmax(x, 0))


def attending(q: Tensor[B, 8, N, 16], k: Tensor[B, 8, K, 16], v: Tensor[8, K, 32]) -> None:
    #: note: Revealed type is "Tensor[B, Literal[8], N, Literal[32]]"
    reveal_type(F.scaled_dot_product_attention(q, k, v))
    #: note: Revealed type is "Tensor[B, Literal[8], N, Literal[32]]"
    reveal_type(F.scaled_dot_product_attention(q, k, v, is_causal=True))


def heads(attention: nn.MultiheadAttention[64, 8], q: Tensor[N, B, 64], k: Tensor[K, B, 64], flag: bool) -> None:
    #: note: Revealed type is "tuple[Tensor[N, B, Literal[64]], Tensor[B, N, K]]"
    reveal_type(attention(q, k, k))
    #: note: Revealed type is "tuple[Tensor[N, B, Literal[64]], Tensor[B, Literal[8], N, K]]"
    reveal_type(attention(q, k, k, average_attn_weights=False))
    #: note: Revealed type is "tuple[Tensor[N, B, Literal[64]], None]"
    reveal_type(attention(q, k, k, need_weights=False))
    #: note: Revealed type is "tuple[Tensor[N, B, Literal[64]], Tensor[B, N, K] | None]"
    reveal_type(attention(q, k, k, need_weights=flag))


def heads_of_one(attention: nn.MultiheadAttention[64, 8, True], x: Tensor[N, 64], y: Tensor[B, N, 64]) -> None:
    #: note: Revealed type is "tuple[Tensor[N, Literal[64]], Tensor[N, N]]"
    reveal_type(attention(x, x, x))
    #: note: Revealed type is "tuple[Tensor[B, N, Literal[64]], Tensor[B, N, N]]"
    reveal_type(attention(y, y, y))


def sequences(x: Tensor[N, B, 10], y: Tensor[N, 10], z: Tensor[*Batch, 10], h: Tensor[4, B, 20]) -> None:
    #: note: Revealed type is "tuple[Tensor[N, B, Literal[40]], tuple[Tensor[Literal[4], B, Literal[20]], Tensor[Literal[4], B, Literal[20]]]]"
    reveal_type(nn.LSTM(10, 20, 2, bidirectional=True)(x))
    #: note: Revealed type is "tuple[Tensor[N, B, Literal[40]], tuple[Tensor[Literal[4], B, Literal[20]], Tensor[Literal[4], B, Literal[20]]]]"
    reveal_type(nn.LSTM(10, 20, 2, bidirectional=True)(x, (h, h)))
    #: note: Revealed type is "tuple[Tensor[N, B, Literal[20]], Tensor[Literal[4], B, Literal[20]]]"
    reveal_type(nn.GRU(10, 20, 4)(x, h))
    #: note: Revealed type is "tuple[Tensor[N, Literal[20]], Tensor[Literal[1], Literal[20]]]"
    reveal_type(nn.GRU(10, 20)(y))
    #: note: Revealed type is "tuple[Tensor[*tuple[Any, ...], Any], Tensor[*tuple[Any, ...]]]"
    reveal_type(nn.RNN(10, 20)(z))


def unknown_layout(x: Tensor[N, B, 10], first: bool, both: bool) -> None:
    #: note: Revealed type is "tuple[Tensor[N, B, Literal[20]], Tensor[Literal[1], Any, Literal[20]]]"
    reveal_type(nn.GRU(10, 20, batch_first=first)(x))
    #: note: Revealed type is "tuple[Tensor[N, B, Any], Tensor[Any, B, Literal[20]]]"
    reveal_type(nn.GRU(10, 20, bidirectional=both)(x))


def unknown_state(x: Tensor[N, B, 10], h: Tensor[1, B, 20] | None, any_state: Any) -> None:
    #: note: Revealed type is "tuple[Tensor[N, B, Literal[20]], Tensor[Literal[1], B, Literal[20]]]"
    reveal_type(nn.GRU(10, 20)(x, h))
    #: note: Revealed type is "tuple[Tensor[N, B, Literal[20]], tuple[Tensor[Literal[1], B, Literal[20]], Tensor[Literal[1], B, Literal[20]]]]"
    reveal_type(nn.LSTM(10, 20)(x, any_state))


def steps(x: Tensor[B, 10], h: Tensor[B, 20]) -> None:
    #: note: Revealed type is "tuple[Tensor[B, Literal[20]], Tensor[B, Literal[20]]]"
    reveal_type(nn.LSTMCell(10, 20)(x, (h, h)))
    #: note: Revealed type is "Tensor[B, Literal[20]]"
    reveal_type(nn.GRUCell(10, 20)(x))


def chosen(x: Tensor[B, C], mask: BoolTensor[N, B, C], column: Tensor[B, 1]) -> None:
    #: note: Revealed type is "Tensor[N, B, C]"
    reveal_type(x.masked_fill(mask, 0))
    #: note: Revealed type is "Tensor[B, C]"
    reveal_type(x.where(column > 0, 1.0))
    #: note: Revealed type is "Tensor[N, B, C]"
    reveal_type(shapenet.where(mask, column, x))
    #: note: Revealed type is "IntTensor[B, Literal[1]]"
    reveal_type(shapenet.where(column > 0, 1, 0))


#: note: Revealed type is "TransformerEncoderLayer[Literal[64], Literal[8], Literal[2048], Literal[False]]"
reveal_type(nn.TransformerEncoderLayer(64, 8))
#: note: Revealed type is "TransformerEncoderLayer[Literal[64], Literal[8], Literal[128], Literal[True]]"
reveal_type(nn.TransformerEncoderLayer(64, 8, 128, 0.0, "gelu", batch_first=True))
#: note: Revealed type is "Softmax[Literal[-1]]"
reveal_type(nn.Softmax(-1))
#: note: Revealed type is "LogSoftmax[Literal[1]]"
reveal_type(nn.LogSoftmax[L[1]]())
#: note: Revealed type is "DFL[Literal[16]]"
reveal_type(nn.DFL())


def encoded(
    layer: nn.TransformerEncoderLayer[64, 8], x: Tensor[N, B, 64], mask: BoolTensor[N, N], batch: Tensor[*Batch, C]
) -> None:
    #: note: Revealed type is "Tensor[N, B, Literal[64]]"
    reveal_type(layer(x, mask))
    #: note: Revealed type is "Tensor[N, B, Literal[64]]"
    reveal_type(layer(x, is_causal=True))
    #: note: Revealed type is "Tensor[*Batch, C]"
    reveal_type(nn.Softmax(-1)(batch))
    #: note: Revealed type is "Tensor[N, B, Literal[64]]"
    reveal_type(nn.Sequential(layer, nn.LogSoftmax(0))(x))


def sides_of_boxes(x: Tensor[B, 64, N]) -> None:
    #: note: Revealed type is "Tensor[B, Literal[4], N]"
    reveal_type(nn.DFL()(x))
