"""Plain states: files that other readers take, and theirs."""

from __future__ import annotations

import json
import math
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors import numpy as reference

import shapenet
from shapenet import CheckpointError, checkpoint, nn
from shapenet.backend import Array

DTYPES = ("f8", "f4", "f2", "i8", "i4", "i2", "i1", "u8", "u4", "u2", "u1", "?")


def random_arrays() -> dict[str, Array]:
    """Arrays of every dtype and of many shapes."""
    random = np.random.default_rng()
    shapes = [(), (0,), (1,), (3, 4), (2, 0, 5), (2, 3, 4)]
    pairs = [(dtype, shape) for dtype in DTYPES for shape in shapes]
    return {
        f"{dtype}.{number}": np.array(random.standard_normal(shape) * 50).astype("i4").astype(dtype)
        for number, (dtype, shape) in enumerate(pairs)
    }


def assert_same(one: dict[str, Array], other: dict[str, Array]) -> None:
    assert sorted(one) == sorted(other)
    for name, array in one.items():
        assert other[name].dtype == array.dtype, name
        np.testing.assert_array_equal(other[name], array, err_msg=name, strict=True)


def test_other_readers_take_our_files(tmp_path: Path) -> None:
    arrays = random_arrays()
    checkpoint.save_state(arrays, tmp_path / "state.safetensors", metadata={"by": "ä test"})
    assert_same(reference.load_file(tmp_path / "state.safetensors"), arrays)
    assert checkpoint.load_metadata(tmp_path / "state.safetensors") == {"by": "ä test"}


def test_files_of_other_writers_are_read(tmp_path: Path) -> None:
    arrays = random_arrays()
    reference.save_file(arrays, tmp_path / "state.safetensors", {"by": "another"})
    assert_same(checkpoint.load_state(tmp_path / "state.safetensors"), arrays)
    assert checkpoint.load_metadata(tmp_path / "state.safetensors") == {"by": "another"}


def test_views_are_written_as_they_look(tmp_path: Path) -> None:
    base = np.random.default_rng().standard_normal((4, 6, 5)).astype(np.float32)
    arrays = {
        "transposed": base.T,
        "strided": base[::2, 1::3],
        "flipped": base[::-1],
        "column": base[0, ::-2, 0],
        "broadcast": np.broadcast_to(base[0], (3, 6, 5)),
        "fortran": np.asfortranarray(base),
        "swapped": base.astype(">f4"),
        "a": base[1, 2, 3],
    }
    checkpoint.save_state(arrays, tmp_path / "state.safetensors")
    for found in (reference.load_file, checkpoint.load_state):
        for name, array in found(tmp_path / "state.safetensors").items():
            np.testing.assert_array_equal(array, arrays[name], err_msg=name)


def test_each_array_is_aligned(tmp_path: Path) -> None:
    path = tmp_path / "state.safetensors"
    checkpoint.save_state(random_arrays(), path)
    content = path.read_bytes()
    length = int.from_bytes(content[:8], "little")
    for name, entry in json.loads(content[8 : 8 + length]).items():
        assert (8 + length + entry["data_offsets"][0]) % np.dtype(name.split(".")[0]).itemsize == 0, name


def test_the_state_of_a_model(tmp_path: Path) -> None:
    one, other = nn.BatchNorm1d(3), nn.BatchNorm1d(3)
    one(shapenet.randn(5, 3))
    checkpoint.save_state(one.state_dict(), tmp_path / "state.safetensors")
    other.load_state_dict(checkpoint.load_state(tmp_path / "state.safetensors"))
    for name, tensor in one.state_dict().items():
        np.testing.assert_array_equal(tensor.data, other.state_dict()[name].data)


@pytest.mark.parametrize("name", ["", "../x", "/etc/x", "a/../b", "a/.", "C:\\x", "__class__", "a.__dict__", "a\nb"])
def test_names_that_are_paths_or_special_are_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="a checkpoint expects plain names, got "):
        checkpoint.save_state({name: np.zeros(3)}, tmp_path / "state.safetensors")
    assert list(tmp_path.iterdir()) == []
    reference.save_file({name: np.zeros(3)}, tmp_path / "state.safetensors")
    with pytest.raises(CheckpointError, match=r"state.safetensors: the key .* is .*, expected a plain name"):
        checkpoint.load_state(tmp_path / "state.safetensors")


@pytest.mark.parametrize("name", ["layer.0.weight", "block/conv/kernel", "a..b", "_hidden", "ü", "a b", "..x"])
def test_names_of_other_libraries_are_taken(name: str, tmp_path: Path) -> None:
    checkpoint.save_state({name: np.arange(3)}, tmp_path / "state.safetensors")
    assert_same(checkpoint.load_state(tmp_path / "state.safetensors"), {name: np.arange(3)})


def test_elements_that_a_file_cannot_hold(tmp_path: Path) -> None:
    for array in (np.zeros(2, np.complex64), np.array(["a"]), np.array([None]), np.zeros(2, "M8[s]")):
        with pytest.raises(TypeError, match=f"got {array.dtype}".replace("[", r"\[") + " for 'x'"):
            checkpoint.save_state({"x": array}, tmp_path / "state.safetensors")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("state", [nn.Linear(2, 3), "x", [np.zeros(2)], None])
def test_a_state_is_a_mapping(state: Any, tmp_path: Path) -> None:
    with pytest.raises(TypeError, match=r"^save_state expects state to be tensors and arrays by name, got "):
        checkpoint.save_state(state, tmp_path / "x")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("value", [None, 3, [1.0], "text"])
def test_a_state_has_arrays(value: Any, tmp_path: Path) -> None:
    with pytest.raises(TypeError, match=f"^save_state expects .* got {type(value).__name__} for 'a'$"):
        checkpoint.save_state({"a": value}, tmp_path / "x")
    assert list(tmp_path.iterdir()) == []


def test_texts_that_others_could_not_read_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="a checkpoint expects plain names, got "):
        checkpoint.save_state({"\ud800": np.zeros(3)}, tmp_path / "x")
    with pytest.raises(ValueError, match="save_state expects metadata to be texts by name, got 'a': "):
        checkpoint.save_state({}, tmp_path / "x", metadata={"a": "\udfff"})
    assert list(tmp_path.iterdir()) == []


def test_devices_are_no_files() -> None:
    with pytest.raises(CheckpointError, match=f"^{os.devnull}: it is a pipe or a device, expected a file$"):
        checkpoint.load_state(os.devnull)


def test_metadata_are_texts(tmp_path: Path) -> None:
    no_texts: Any = ["a"]
    with pytest.raises(ValueError, match="save_state expects metadata to be texts by name, got "):
        checkpoint.save_state({}, tmp_path / "x", metadata=no_texts)
    with pytest.raises(ValueError, match="save_state expects metadata to be texts by name, got 'a': 1"):
        checkpoint.save_state({}, tmp_path / "x", metadata={"a": 1})  # type: ignore[dict-item]
    with pytest.raises(ValueError, match=r"at most 16777216 bytes, got 1678"):
        checkpoint.save_state({}, tmp_path / "x", metadata={"a": "x" * 16_780_000})
    assert list(tmp_path.iterdir()) == []


def test_floats_are_kept_bit_for_bit(tmp_path: Path) -> None:
    bits = np.random.default_rng().integers(0, 2**32, 1000, np.uint32)
    arrays = {"a": bits.view(np.float32), "b": np.array([math.nan, -0.0, math.inf, 5e-324])}
    checkpoint.save_state(arrays, tmp_path / "state.safetensors")
    found = checkpoint.load_state(tmp_path / "state.safetensors")
    assert found["a"].tobytes() == arrays["a"].tobytes()
    assert found["b"].tobytes() == arrays["b"].tobytes()
