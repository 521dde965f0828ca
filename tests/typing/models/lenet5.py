"""LeNet-5, as in LeCun et al., "Gradient-based learning applied to document recognition" (1998), figure 2.

Images are 32x32; the layers are called as in the paper: C1, S2, C3, S4, C5, F6.
"""

from __future__ import annotations

from typing import assert_type

import shapenet
from shapenet import Tensor, nn
from shapenet.dims import B


class LeNet5(nn.Module):
    def __init__(self) -> None:
        self.c1 = nn.Conv2d(1, 6, 5)
        self.c3 = nn.Conv2d(6, 16, 5)
        self.c5 = nn.Conv2d(16, 120, 5)
        self.halve = nn.AvgPool2d(2)
        self.f6 = nn.Linear(120, 84)
        self.scores = nn.Linear(84, 10)

    def __call__(self, image: Tensor[B, 1, 32, 32]) -> Tensor[B, 10]:
        c1 = self.c1(image).tanh()
        assert_type(c1, Tensor[B, 6, 28, 28])
        s2 = self.halve(c1)
        assert_type(s2, Tensor[B, 6, 14, 14])
        c3 = self.c3(s2).tanh()
        assert_type(c3, Tensor[B, 16, 10, 10])
        s4 = self.halve(c3)
        assert_type(s4, Tensor[B, 16, 5, 5])
        c5 = self.c5(s4).tanh()
        assert_type(c5, Tensor[B, 120, 1, 1])
        features = c5.flatten(1)
        assert_type(features, Tensor[B, 120])
        f6 = self.f6(features).tanh()
        assert_type(f6, Tensor[B, 84])
        scores = self.scores(f6)
        assert_type(scores, Tensor[B, 10])
        return scores


def example() -> Tensor[2, 10]:
    return LeNet5()(shapenet.randn(2, 1, 32, 32))
