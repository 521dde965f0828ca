"""Plain states in a file: arrays by name, as any reader of safetensors takes them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from shapenet.backend import Array, as_array
from shapenet.checkpoint import files
from shapenet.checkpoint.header import read_header
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
        TypeError: an array has a dtype that the file cannot hold, such as complex64; nothing was written.
        OSError: the file cannot be written; an old one is still there.
    """
    given = dict(metadata or {})
    for name, text in given.items():
        if not isinstance(name, str) or not isinstance(text, str):
            raise ValueError(f"save_state expects metadata to be texts by name, got {name!r}: {text!r}")
    arrays = {name: value.data if isinstance(value, Tensor) else as_array(value) for name, value in state.items()}
    files.write(path, arrays, given)


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
