"""DLPack, to torch and from it."""

from __future__ import annotations

import numpy as np
import pytest

import shapenet

torch = pytest.importorskip("torch")

DTYPES = ["float32", "float64", "float16", "int64", "int32", "int16", "int8", "uint8", "bool"]


@pytest.mark.parametrize("dtype", DTYPES)
def test_to_torch(dtype: str) -> None:
    x = shapenet.ones(2, 3, dtype=dtype)
    theirs = torch.from_dlpack(x)
    assert str(theirs.dtype) == f"torch.{dtype}"
    theirs[0, 1] = 0
    np.testing.assert_array_equal(x.numpy(), [[1, 0, 1], [1, 1, 1]])
    np.testing.assert_array_equal(torch.from_dlpack(x.transpose(0, 1)).numpy(), x.numpy().T)


@pytest.mark.parametrize("dtype", DTYPES)
def test_from_torch(dtype: str) -> None:
    theirs = torch.ones(2, 3, dtype=getattr(torch, dtype))
    x = shapenet.from_dlpack(theirs.T)
    assert (x.device, x.dtype, x.shape) == ("cpu", np.dtype(dtype), (3, 2))
    x.data[0, 1] = 0
    assert theirs.tolist() == [[1, 1, 1], [0, 1, 1]]


def test_a_flipped_tensor_arrives_as_a_copy() -> None:
    """Torch ends the whole program where steps are negative."""
    x = shapenet.arange(6).reshape(2, 3).flip(0, 1)
    assert torch.from_dlpack(x).tolist() == x.tolist()


def test_without_elements_and_without_dimensions() -> None:
    assert torch.from_dlpack(shapenet.zeros(0, 3)).shape == (0, 3)
    assert shapenet.from_dlpack(torch.tensor(3.0)).item() == 3.0
    assert torch.from_dlpack(shapenet.tensor(3.0)).item() == 3.0


def test_refusals() -> None:
    with pytest.raises(BufferError, match="require gradient"):
        shapenet.from_dlpack(torch.ones(2, requires_grad=True))
    with pytest.raises(BufferError, match="requires a gradient"):
        torch.from_dlpack(shapenet.ones(2, requires_grad=True))
    with pytest.raises(TypeError, match=r"^from_dlpack expects elements of a dtype that numpy has, got dtype torch.bf"):
        shapenet.from_dlpack(torch.ones(2, dtype=torch.bfloat16))
    with pytest.raises(TypeError, match=r"^from_dlpack expects real numbers, got dtype complex64$"):
        shapenet.from_dlpack(torch.ones(2, dtype=torch.complex64))
