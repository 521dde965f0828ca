"""Where the weighted sum over channels happens in a convolution by 1x1, by hand and by layer.

Such a convolution looks at one place at a time: filter k multiplies the place's channels by its weights and adds them
up, ``y[n, k, i, j] = sum over c of weight[k, c] * x[n, c, i, j]``. Detectors use one whose weights are 0, 1, 2, ... to
take the mean of a distribution over distances: ``nn.DFL``.
"""

from __future__ import annotations

import numpy as np

import shapenet
from shapenet import Tensor, nn
from shapenet.dims import B, H, N, W

BINS = 8


def by_hand(x: Tensor[B, 3, H, W], weight: Tensor[2, 3]) -> Tensor[B, 2, H, W]:
    """Each filter's sum over the channels; nothing is summed over places."""
    weighted = weight[:, :, None, None] * x[:, None]  # [B, 2, 3, H, W]: every filter, every channel, every place
    return weighted.sum(2)  # the sum over channels


def distances_by_hand(scores: Tensor[B, 32, N]) -> Tensor[B, 4, N]:
    """The mean of each of the four distributions over 0 to 7."""
    probabilities = scores.reshape(scores.shape[0], 4, BINS, scores.shape[2]).softmax(2)
    return (probabilities * shapenet.arange(BINS, dtype=np.float32)[:, None]).sum(2)


def show(title: str, values: np.ndarray) -> None:
    """Print the numbers in one line."""
    print(f"{title:<22}", " ".join(f"{value:8.4f}" for value in values.ravel()))


def main() -> None:
    """Print both computations twice."""
    shapenet.manual_seed(0)
    layer, x = nn.Conv2d(3, 2, 1, bias=False), shapenet.randn(1, 3, 2, 2)
    with shapenet.no_grad():
        show("1x1 sum by hand", by_hand(x, layer.weight[:, :, 0, 0]).numpy())
        show("nn.Conv2d(3, 2, 1)", layer(x).numpy())
        scores = shapenet.randn(1, 32, 2)
        show("distances by hand", distances_by_hand(scores).numpy())
        show("nn.DFL(8)", nn.DFL(BINS)(scores).numpy())


if __name__ == "__main__":
    main()
