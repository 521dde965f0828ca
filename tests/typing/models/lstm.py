"""Two layers of LSTM cells, step by step over a sequence, and the label of the whole.

Hochreiter and Schmidhuber, "Long short-term memory" (1997); layers on one another as in Graves, "Generating sequences with
recurrent neural networks" (2013), section 2.
"""

from __future__ import annotations

from typing import Generic, assert_type

import shapenet
from shapenet import Tensor, nn
from shapenet.dims import B, C, H, K, N


class Tagger(nn.Module, Generic[C, H, K]):
    """Features of each step to the scores of K labels."""

    def __init__(self, features: C, hidden: H, labels: K) -> None:
        self.hidden = hidden
        self.lower = nn.LSTMCell(features, hidden)
        self.upper = nn.LSTMCell(hidden, hidden)
        self.dropout = nn.Dropout(0.1)
        self.mix = nn.Linear(2 * hidden, hidden)
        self.scores = nn.Linear(hidden, labels)

    def __call__(self, x: Tensor[N, B, C]) -> Tensor[B, K]:
        steps, batch, _ = x.shape
        start = shapenet.zeros(batch, self.hidden)
        assert_type(start, Tensor[B, H])
        low = high = start, start
        total = start
        for time in range(steps):
            now = x[time]
            assert_type(now, Tensor[B, C])
            low = self.lower(now, low)
            assert_type(low[0], Tensor[B, H])
            assert_type(low[1], Tensor[B, H])
            high = self.upper(self.dropout(low[0]), high)
            assert_type(high[0], Tensor[B, H])
            total = total + high[0]
            assert_type(total, Tensor[B, H])
        both = shapenet.cat([high[0], total / steps], 1)
        assert_type(both, Tensor[B, "2*H"])
        mixed = self.mix(both).tanh()
        assert_type(mixed, Tensor[B, H])
        return self.scores(mixed)


def example() -> Tensor[3, 5]:
    return Tagger(7, 16, 5)(shapenet.randn(6, 3, 7))
