"""Plain states in a file: arrays by name, as any reader of safetensors takes them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from shapenet.backend import Array, as_array
from shapenet.checkpoint import files
from shapenet.checkpoint.header import is_text, read_header
from shapenet.checkpoint.problems import PathLike, reporting
from shapenet.tensors import AnyTensor, Tensor


def save_state(
    state: Mapping[str, AnyTensor | Array], path: PathLike, metadata: Mapping[str, str] | None = None
) -> None:
    """Write *state*, such as ``model.state_dict()``, to a safetensors file; an old one is replaced at once.

    Arrays of any shape, order and device; *metadata* are texts by name. Other libraries read the file, and
    ``load_state`` reads theirs.

    Raises:
        ValueError: a name is a path or special, or the metadata are not texts; nothing was written.
        TypeError: *state* are no tensors and arrays by name, or one has a dtype that the file cannot hold, such as
            complex64; nothing was written.
        OSError: the file cannot be written; an old one is still there.
    """
    if not isinstance(state, Mapping):
        raise TypeError(f"save_state expects state to be tensors and arrays by name, got {type(state).__name__}")
    files.write(path, {name: _array(name, value) for name, value in state.items()}, _texts(metadata or {}))


def _array(name: object, value: AnyTensor | Array) -> Array:
    if isinstance(value, Tensor):
        return value.data
    if isinstance(value, np.generic) or hasattr(value, "__array_function__"):  # an array of numpy or cupy
        return as_array(value)
    raise TypeError(
        f"save_state expects state to be tensors and arrays by name, got {type(value).__name__} for {name!r}"
    )


def _texts(metadata: Mapping[str, str]) -> dict[str, str]:
    if not isinstance(metadata, Mapping):
        raise ValueError(f"save_state expects metadata to be texts by name, got {metadata!r}")
    for name, text in metadata.items():
        if not (is_text(name) and is_text(text)):
            raise ValueError(f"save_state expects metadata to be texts by name, got {name!r}: {text!r}")
    return dict(metadata)


def load_state(path: PathLike) -> dict[str, Array]:
    """The arrays of a safetensors file by name, in main memory: ``model.load_state_dict(load_state(path))``.

    Raises:
        CheckpointError: it is no such file, or has elements that numpy lacks, such as bfloat16.
        OSError: it cannot be read.
    """
    with reporting(path), Path(path).open("rb") as file:
        header = read_header(file)
        return {name: files.read(file, name, entry) for name, entry in header.entries.items()}


def load_metadata(path: PathLike) -> dict[str, str]:
    """The metadata of a safetensors file, texts by name; its arrays are not read.

    Raises:
        CheckpointError: it is no such file.
        OSError: it cannot be read.
    """
    with reporting(path), Path(path).open("rb") as file:
        return read_header(file).metadata
