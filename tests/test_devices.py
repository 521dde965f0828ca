"""Tensors and modules on devices, and what crosses between libraries. What needs a GPU is skipped without one."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import shapenet
from shapenet import AnyTensor, DeviceError, Module, Parameter, Tensor, data, nn, optim
from shapenet import functional as F

GPU = pytest.param(
    "cuda:0",
    marks=[pytest.mark.gpu, pytest.mark.skipif(not shapenet.cuda.is_available(), reason="no CUDA device")],
)
DEVICES = ["cpu", GPU]
CUDA = [GPU]

Makes = Callable[..., AnyTensor]

MAKERS: list[Makes] = [
    lambda **there: shapenet.tensor([1.0, 2.0], **there),
    lambda **there: shapenet.zeros(2, 3, **there),
    lambda **there: shapenet.ones(2, 3, dtype=np.int64, **there),
    lambda **there: shapenet.full((2,), 7, **there),
    lambda **there: shapenet.full((2,), 1.5, requires_grad=True, **there),
    lambda **there: shapenet.arange(5, **there),
    lambda **there: shapenet.linspace(0, 1, 5, **there),
    lambda **there: shapenet.eye(3, 4, **there),
    lambda **there: shapenet.rand(3, **there),
    lambda **there: shapenet.randn(3, generator=np.random.default_rng(5), **there),
]

LIKES: list[Callable[..., AnyTensor]] = [
    shapenet.zeros_like,
    shapenet.ones_like,
    lambda x, **there: shapenet.full_like(x, 3, **there),
    shapenet.rand_like,
    shapenet.randn_like,
]


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("make", MAKERS)
def test_each_is_made_on_its_device(make: Makes, device: str) -> None:
    """The numbers do not depend on the device; random ones neither, for they are drawn in main memory."""
    shapenet.manual_seed(3)
    here = make()
    shapenet.manual_seed(3)
    there = make(device=device)
    assert (there.device, there.dtype, there.requires_grad) == (device, here.dtype, here.requires_grad)
    np.testing.assert_array_equal(there.detach().numpy(), here.detach().numpy())


@pytest.mark.parametrize("device", DEVICES)
def test_memory_that_nobody_wrote(device: str) -> None:
    x = shapenet.empty(2, 3, device=device)
    assert (x.device, x.shape) == (device, (2, 3))


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("make", LIKES)
def test_likes_stay_on_the_device_of_their_model(make: Callable[..., AnyTensor], device: str) -> None:
    model = shapenet.ones(2, 3, device=device)
    assert make(model).device == device
    assert make(model, device="cpu").device == "cpu"
    assert make(shapenet.ones(2), device=device).device == device


@pytest.mark.parametrize("device", DEVICES)
def test_there_and_back(device: str) -> None:
    x = shapenet.randn(3, 4).requires_grad_()
    y = (x.to(device) * 2).cpu()
    assert y.device == "cpu"
    y.sum().backward()
    assert x.grad is not None
    assert (x.grad.device, x.grad.tolist()) == ("cpu", [[2.0] * 4] * 3)
    np.testing.assert_array_equal(y.detach().numpy(), 2 * x.detach().numpy())
    flipped = x.detach().flip(0).to(device).to("cpu")
    np.testing.assert_array_equal(flipped.numpy(), x.detach().numpy()[::-1])


@pytest.mark.parametrize("device", DEVICES)
def test_modules_move_whole(device: str) -> None:
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2))
    model(shapenet.randn(2, 1, 5, 5)).sum().backward()
    before = {path: tensor.numpy().copy() for path, tensor in model.state_dict().items()}
    assert model.to(device) is model
    assert {tensor.device for tensor in model.state_dict().values()} == {device}
    assert {x.grad.device for x in model.parameters() if x.grad is not None} == {device}
    assert model(shapenet.randn(2, 1, 5, 5, device=device)).device == device
    model.cpu().load_state_dict(before)
    for path, tensor in model.state_dict().items():
        assert tensor.device == "cpu"
        np.testing.assert_array_equal(tensor.numpy(), before[path])


@pytest.mark.gpu
@pytest.mark.parametrize("device", CUDA)
def test_names_of_the_first_device(device: str) -> None:
    x = shapenet.zeros(2)
    assert {y.device for y in (x.cuda(), x.cuda(0), x.to("cuda"), x.cuda(device))} == {device}
    assert {y.weight.device for y in (nn.Linear(1, 1).cuda(), nn.Linear(1, 1).cuda(0))} == {device}
    with shapenet.cuda.device(0):
        assert shapenet.cuda.current_device() == 0
    assert shapenet.cuda.get_device_name(device)
    assert shapenet.cuda.device_count() >= 1
    assert repr(x.cuda()) == 'tensor([0., 0.], device="cuda:0")'


@pytest.mark.gpu
@pytest.mark.parametrize("device", CUDA)
def test_memory_is_given_back(device: str) -> None:
    shapenet.cuda.empty_cache()
    allocated, reserved = shapenet.cuda.memory_allocated(), shapenet.cuda.memory_reserved()
    x = shapenet.zeros(2**24, device=device)
    assert shapenet.cuda.memory_allocated(device) >= allocated + 2**26
    x = x.cpu()
    assert shapenet.cuda.memory_allocated() == allocated
    assert shapenet.cuda.memory_reserved() >= reserved + 2**26  # kept for the next array
    shapenet.cuda.empty_cache()
    assert shapenet.cuda.memory_reserved() <= reserved
    layer = nn.Linear(4096, 4096).to(device)
    assert shapenet.cuda.memory_reserved() >= reserved + 2**26
    layer.to("cpu")
    assert shapenet.cuda.memory_reserved() <= reserved
    shapenet.cuda.synchronize()


# --- two devices in one operation ---


X, POSITIVE = np.ones((4, 4), np.float32), np.full((4, 4), 0.5, np.float32)
LABELS, IMAGES = np.arange(4), np.ones((2, 4, 6, 6), np.float32)
Two = Callable[[AnyTensor, AnyTensor], object]


def _layers() -> dict[str, tuple[Module, Any]]:
    """Layers that have something on their device, and what to call them with."""
    sequence = np.ones((5, 2, 4), np.float32)
    return {
        "Linear": (nn.Linear(4, 3), X),
        "Conv1d": (nn.Conv1d(2, 3, 3), sequence),
        "Conv2d": (nn.Conv2d(4, 4, 3), IMAGES),
        "ConvTranspose2d": (nn.ConvTranspose2d(4, 4, 3), IMAGES),
        "FusedConvBN": (nn.FusedConvBN(4, 4, 3), IMAGES),
        "BatchNorm2d": (nn.BatchNorm2d(4), IMAGES),
        "BatchNorm2d with statistics alone": (nn.BatchNorm2d(4, affine=False), IMAGES),
        "BatchNorm2d in evaluation": (nn.BatchNorm2d(4, affine=False).eval(), IMAGES),
        "InstanceNorm2d": (nn.InstanceNorm2d(4, track_running_stats=True), IMAGES),
        "GroupNorm": (nn.GroupNorm(2, 4), IMAGES),
        "LayerNorm": (nn.LayerNorm(4), X),
        "RMSNorm": (nn.RMSNorm(4), X),
        "RNN": (nn.RNN(4, 3), sequence),
        "LSTM": (nn.LSTM(4, 3), sequence),
        "GRU": (nn.GRU(4, 3), sequence),
        "TransformerEncoderLayer": (nn.TransformerEncoderLayer(4, 2), sequence),
        "Embedding": (nn.Embedding(5, 3), LABELS),
        "DFL": (nn.DFL(4), np.ones((2, 16, 4), np.float32)),
        "Sequential": (nn.Sequential(nn.ReLU(), nn.Linear(4, 4)), X),
    }


OPERATIONS: dict[str, Two] = {
    **{
        name: getattr(operator, name)
        for name in ("add", "sub", "mul", "truediv", "pow", "matmul", "eq", "ne", "lt", "le", "gt", "ge")
    },
    **{
        name: lambda x, y, name=name: getattr(operator, name)(x > 0, y > 0)  # type: ignore[misc]
        for name in ("and_", "or_", "xor")
    },
    "maximum": shapenet.maximum,
    "minimum": shapenet.minimum,
    "clamp": lambda x, y: x.clamp(min=y),
    "mm": shapenet.mm,
    "bmm": lambda x, y: shapenet.bmm(x.unsqueeze(0), y.unsqueeze(0)),
    "mv": lambda x, y: shapenet.mv(x, y[0]),
    "dot": lambda x, y: shapenet.dot(x[0], y[0]),
    "outer": lambda x, y: shapenet.outer(x[0], y[0]),
    "einsum": lambda x, y: shapenet.einsum("ij,jk->ik", x, y),
    "gather": lambda x, y: x.gather(0, y.to(np.int64)),
    "take_along_dim": lambda x, y: x.take_along_dim(y.to(np.int64), 0),
    "index_select": lambda x, y: x.index_select(0, y[0].to(np.int64)),
    "scatter, index": lambda x, y: x.scatter(0, y.to(np.int64), 1.0),
    "scatter, source": lambda x, y: x.scatter(0, x.to(np.int64), y),
    "scatter_add": lambda x, y: x.scatter_add(0, x.to(np.int64), y),
    "cat": lambda x, y: shapenet.cat([x, y]),
    "stack": lambda x, y: shapenet.stack([x, y]),
    "where, condition": lambda x, y: shapenet.where(x > 0, y, y),
    "where, choices": lambda x, y: shapenet.where(x > 0, x, y),
    "where, a number": lambda x, y: shapenet.where(x > 0, 1.0, y),
    "masked_fill": lambda x, y: x.masked_fill(y > 0, 0),
    "index": lambda x, y: x[y[0].to(np.int64)],
    "backward": lambda x, y: (x.requires_grad_() * 2).backward(y),
    "embedding": lambda x, y: F.embedding(x[0].to(np.int64), y),
    "attention": lambda x, y: F.scaled_dot_product_attention(x, y, x),
    "attention, mask": lambda x, y: F.scaled_dot_product_attention(x, x, x, y),
    "bilinear": lambda x, y: F.bilinear(x, y, shapenet.ones(2, 4, 4, device=x.device)),
    "batch_norm": lambda x, y: F.batch_norm(x, y[0], y[0]),
    "mse_loss": F.mse_loss,
    "l1_loss": F.l1_loss,
    "smooth_l1_loss": F.smooth_l1_loss,
    "huber_loss": F.huber_loss,
    "kl_div": F.kl_div,
    "binary_cross_entropy": F.binary_cross_entropy,
    "binary_cross_entropy, weight": lambda x, y: F.binary_cross_entropy(x, x, y),
    "binary_cross_entropy_with_logits": F.binary_cross_entropy_with_logits,
    "pos_weight": lambda x, y: F.binary_cross_entropy_with_logits(x, x, pos_weight=y),
    "cross_entropy": lambda x, y: F.cross_entropy(x, y[0].to(np.int64)),
    "cross_entropy, probabilities": F.cross_entropy,
    "cross_entropy, weight": lambda x, y: F.cross_entropy(x, x, y[0]),
    "nll_loss": lambda x, y: F.nll_loss(x, y[0].to(np.int64)),
    "cosine_embedding_loss": lambda x, y: F.cosine_embedding_loss(x, y, shapenet.ones(4, device=x.device)),
    "cosine_embedding_loss, target": lambda x, y: F.cosine_embedding_loss(x, x, y[0] * 0 + 1),
    "clip_grad_norm_": lambda x, y: nn.utils.clip_grad_norm_([_graded(x), _graded(y)], 1.0),
}


def _graded(x: AnyTensor) -> AnyTensor:
    parameter: Parameter[*tuple[Any, ...]] = Parameter(x.data)
    parameter.grad = x
    return parameter


@pytest.mark.parametrize("device", CUDA)
@pytest.mark.parametrize("name", OPERATIONS)
def test_two_devices_in_one_operation(name: str, device: str) -> None:
    def pair() -> list[AnyTensor]:
        return [Tensor(POSITIVE.copy()), Tensor(POSITIVE.copy()).to(device)]

    for operands in (pair(), pair()[::-1]):
        with pytest.raises(DeviceError, match=f"^tensors must be on one device, got cpu and {device}$"):
            OPERATIONS[name](*operands)


@pytest.mark.parametrize("device", CUDA)
@pytest.mark.parametrize("name", _layers())
def test_a_layer_on_another_device_than_its_input(name: str, device: str) -> None:
    layer, x = _layers()[name]
    with pytest.raises(DeviceError, match=f"got cpu and {device}"):
        layer(shapenet.from_numpy(x).to(device))
    layer.to(device)
    with pytest.raises(DeviceError, match=f"got cpu and {device}"):
        layer(shapenet.from_numpy(x))


# --- training ---


@pytest.mark.parametrize("device", CUDA)
@pytest.mark.parametrize("pin_memory", [False, True])
def test_batches_arrive_as_they_were(device: str, pin_memory: bool) -> None:
    """Page-locked memory is not used again before it was copied."""
    rows = shapenet.randn(64, 20_000)
    loader = data.DataLoader(data.TensorDataset(rows), 4, pin_memory=pin_memory)
    arrived = [batch.to(device) for (batch,) in loader]
    np.testing.assert_array_equal(shapenet.cat(arrived).numpy(), rows.numpy())


@pytest.mark.parametrize("device", DEVICES)
def test_a_seed_drops_the_same_elements_each_time(device: str) -> None:
    x = shapenet.ones(300, device=device)
    shapenet.manual_seed(8)
    first, other = F.dropout(x, 0.5).numpy(), F.dropout(x, 0.5).numpy()
    shapenet.manual_seed(8)
    np.testing.assert_array_equal(F.dropout(x, 0.5).numpy(), first)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("device", DEVICES)
def test_training(device: str) -> None:
    shapenet.manual_seed(1)
    model = nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Linear(8, 1)).to(device)
    x = shapenet.randn(32, 4).to(device)
    y = x.sum(1, keepdim=True)
    optimizer = optim.Adam(model.parameters(), lr=0.05)
    losses = []
    for _ in range(60):
        loss = F.mse_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.2 * losses[0]


# --- DLPack ---


@pytest.mark.parametrize("dtype", ["float32", "float64", "float16", "int64", "int32", "uint8", "bool"])
@pytest.mark.parametrize("device", DEVICES)
def test_dlpack_shares_memory(dtype: str, device: str) -> None:
    x = shapenet.ones(2, 3, dtype=dtype, device=device)
    y = shapenet.from_dlpack(x)
    assert (y.device, y.dtype, y.shape, y.requires_grad) == (device, np.dtype(dtype), (2, 3), False)
    y.data[0, 1] = 0
    np.testing.assert_array_equal(x.numpy(), [[1, 0, 1], [1, 1, 1]])
    assert x.__dlpack_device__() == ((1, 0) if device == "cpu" else (2, 0))


def test_numpy_takes_tensors_and_gives_arrays() -> None:
    x = shapenet.randn(3, 4)
    array = np.from_dlpack(x)
    assert np.shares_memory(array, x.data)
    y = shapenet.from_dlpack(array.T)
    assert np.shares_memory(y.data, x.data)
    np.testing.assert_array_equal(y.numpy(), x.numpy().T)
    assert not np.shares_memory(np.from_dlpack(x, copy=True), x.data)


def test_read_only_memory_stays_so() -> None:
    array = np.arange(3.0)
    array.flags.writeable = False
    x = shapenet.from_dlpack(array)
    assert np.shares_memory(x.data, array)
    with pytest.raises(ValueError, match="read-only"):
        x.data[0] = 1
    assert not np.from_dlpack(shapenet.ones(1).broadcast_to((3,))).flags.writeable


def test_flipped_tensors_are_copied() -> None:
    x = shapenet.arange(6).reshape(2, 3).flip(1)
    array = np.from_dlpack(x)
    assert min(array.strides) > 0
    np.testing.assert_array_equal(array, x.numpy())
    with pytest.raises(BufferError, match=r"^from_dlpack\(\) of a flipped tensor needs a copy, and copy is False$"):
        np.from_dlpack(x, copy=False)


def test_tensors_with_gradients_are_not_given_away() -> None:
    x = shapenet.ones(2, requires_grad=True)
    with pytest.raises(BufferError, match=r"^from_dlpack\(\) of a tensor that requires a gradient: use detach\(\)$"):
        np.from_dlpack(x)
    assert np.shares_memory(np.from_dlpack(x.detach()), x.data)


def test_what_from_dlpack_refuses() -> None:
    for wrong in ([1.0], 3, None):
        told = rf"^from_dlpack expects an array of a library with DLPack, got {type(wrong).__name__} without"
        with pytest.raises(TypeError, match=told):
            shapenet.from_dlpack(wrong)
    with pytest.raises(TypeError, match=r"^from_dlpack expects real numbers, got dtype complex128$"):
        shapenet.from_dlpack(np.zeros(2, complex))
