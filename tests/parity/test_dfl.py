"""The distributions of detectors against the layer as detectors in PyTorch write it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import shapenet
from shapenet import nn

torch = pytest.importorskip("torch")


class Reference(torch.nn.Module):  # type: ignore[misc, name-defined]
    def __init__(self, c: int) -> None:
        super().__init__()
        self.c = c
        self.conv = torch.nn.Conv2d(c, 1, 1, bias=False).double()
        self.conv.weight.data[:] = torch.arange(c, dtype=torch.float64).view(1, c, 1, 1)

    def forward(self, x: Any) -> Any:
        count, _, anchors = x.shape
        return self.conv(x.view(count, 4, self.c, anchors).transpose(2, 1).softmax(1)).view(count, 4, anchors)


@pytest.mark.parametrize("c", [1, 2, 5, 16])
def test_dfl(c: int) -> None:
    data = np.random.default_rng().normal(0, 3, (2, 4 * c, 7))
    weights = np.random.default_rng().normal(size=(2, 4, 7))
    x: Any = shapenet.from_numpy(data.copy()).requires_grad_()
    tx = torch.tensor(data, requires_grad=True)
    layer: Any = nn.DFL(c)
    y, ty = layer.double()(x), Reference(c)(tx)
    (y * shapenet.from_numpy(weights)).sum().backward()
    (ty * torch.tensor(weights)).sum().backward()
    np.testing.assert_allclose(y.detach(), ty.detach(), rtol=1e-12)
    np.testing.assert_allclose(x.grad, tx.grad, rtol=1e-9, atol=1e-12)
    assert list(layer.state_dict()) == list(Reference(c).state_dict())
