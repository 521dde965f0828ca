"""Files of safetensors: those that torch wrote are loaded here by name, and those of here by torch."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import shapenet
from shapenet import ShapeError, nn
from shapenet.backend import Array

torch = pytest.importorskip("torch")
files = pytest.importorskip("safetensors.torch")
arrays = pytest.importorskip("safetensors.numpy")

Call = Callable[[Any, Any], Any]


def plain(module: Any, x: Any) -> Any:
    return module(x)


def first(module: Any, x: Any) -> Any:
    return module(x)[0]


def attended(module: Any, x: Any) -> Any:
    return module(x, x, x)[0]


def normal(*shape: int) -> Array:
    return np.random.default_rng().standard_normal(shape).astype(np.float32)


LAYERS: dict[str, tuple[Callable[[Any], Any], Array, Call]] = {
    "Conv2d": (lambda n: n.Conv2d(4, 6, (3, 2), stride=2, padding=1, groups=2), normal(2, 4, 9, 8), plain),
    "BatchNorm2d": (lambda n: n.BatchNorm2d(5), normal(3, 5, 4, 4), plain),
    "Linear": (lambda n: n.Linear(7, 3), normal(5, 7), plain),
    "Embedding": (lambda n: n.Embedding(11, 4, padding_idx=2), np.array([[0, 2, 10], [5, 2, 7]]), plain),
    "LSTM": (lambda n: n.LSTM(4, 5, 2, bidirectional=True), normal(6, 2, 4), first),
    "MultiheadAttention": (lambda n: n.MultiheadAttention(8, 2), normal(5, 3, 8), attended),
    "TransformerEncoderLayer": (lambda n: n.TransformerEncoderLayer(8, 2, 12), normal(5, 3, 8), plain),
    "Sequential": (
        lambda n: n.Sequential(n.Conv2d(3, 4, 3), n.BatchNorm2d(4), n.ReLU(), n.Flatten(), n.Linear(16, 2)),
        normal(3, 3, 4, 4),
        plain,
    ),
}


@pytest.mark.parametrize("name", LAYERS)
def test_outputs_are_equal(name: str, tmp_path: Path) -> None:
    make, x, call = LAYERS[name]
    theirs, ours = make(torch.nn), make(nn)
    if "Norm" in name or name == "Sequential":
        call(theirs, torch.tensor(x))  # moves the running statistics away from where ours start
    path = tmp_path / "state.safetensors"
    files.save_file(theirs.state_dict(), path)
    before = call(ours.eval(), shapenet.from_numpy(x)).detach().numpy()
    keys = ours.load_state_dict(arrays.load_file(path))
    assert (keys.missing_keys, keys.unexpected_keys) == ([], [])
    reference = call(theirs.eval(), torch.tensor(x)).detach().numpy()
    assert not np.allclose(before, reference, atol=1e-3)
    np.testing.assert_allclose(call(ours, shapenet.from_numpy(x)).detach().numpy(), reference, rtol=1e-4, atol=1e-5)


def test_a_file_of_another_model_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "state.safetensors"
    files.save_file(torch.nn.Linear(3, 4).state_dict(), path)
    layer = nn.Linear(3, 5)
    before = layer.weight.data.copy()
    with pytest.raises(ShapeError, match=r"weight is \[4, 3\], expected \[5, 3\]; bias is \[4\], expected \[5\]"):
        layer.load_state_dict(arrays.load_file(path))
    np.testing.assert_array_equal(layer.weight.data, before)


def test_torch_loads_what_is_written_here(tmp_path: Path) -> None:
    path = tmp_path / "state.safetensors"
    for make, x, call in LAYERS.values():
        ours, theirs = make(nn), make(torch.nn)
        shapenet.checkpoint.save_state(ours.state_dict(), path, {"format": "pt"})
        theirs.load_state_dict(files.load_file(path))
        reference = call(theirs.eval(), torch.tensor(x)).detach().numpy()
        found = call(ours.eval(), shapenet.from_numpy(x)).detach().numpy()
        np.testing.assert_allclose(found, reference, rtol=1e-4, atol=1e-5)


def test_bfloat16_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "state.safetensors"
    files.save_file({"weight": torch.zeros(3, dtype=torch.bfloat16)}, path)
    with pytest.raises(shapenet.CheckpointError, match="'weight' has dtype 'BF16', which numpy lacks"):
        shapenet.checkpoint.load_state(path)
