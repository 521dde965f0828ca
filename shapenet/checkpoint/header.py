"""The header of a safetensors file: which arrays it holds and where, read with all that it claims checked.

A file is eight bytes, the length of the header; the header, a JSON object from the names of arrays to their dtype,
shape and place, padded by blanks; and the bytes of the arrays, one after the other without a gap.

Source: https://github.com/huggingface/safetensors, "Format". Its own readers let through keys that come twice, names
that are paths, shapes that numpy cannot make, and bytes that are no bools.
"""

from __future__ import annotations

import itertools
import math
import os
import re
import stat
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, Final, TypeGuard

import numpy as np

from shapenet.backend import Array
from shapenet.checkpoint import strict_json
from shapenet.checkpoint.problems import MalformedError, named, shown

METADATA: Final = "__metadata__"
LONGEST: Final = 2**24
"""Bytes of the longest header that is read or written; that is room for a hundred thousand arrays."""

_PREFIX: Final = 8
_ALIGNMENT: Final = 8
_MOST_DIMS: Final = 64  # numpy's limit
_FIELDS: Final = ("data_offsets", "dtype", "shape")
_DTYPES: Final[dict[str, np.dtype[Any]]] = {
    "F64": np.dtype("<f8"),
    "F32": np.dtype("<f4"),
    "F16": np.dtype("<f2"),
    "I64": np.dtype("<i8"),
    "I32": np.dtype("<i4"),
    "I16": np.dtype("<i2"),
    "I8": np.dtype("i1"),
    "U64": np.dtype("<u8"),
    "U32": np.dtype("<u4"),
    "U16": np.dtype("<u2"),
    "U8": np.dtype("u1"),
    "BOOL": np.dtype("?"),
}
_CODES: Final = {dtype.name: code for code, dtype in _DTYPES.items()}
_PLACES: Final = re.compile(
    r"^([/\\]|[A-Za-z]:[/\\])|(^|[/\\])\.{1,2}([/\\]|$)|(^|[./\\])__\w*__([./\\]|$)|[\x00-\x1f\x7f]"
)
_HALF: Final = re.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True)
class Entry:
    """One array of a file: what it is, and at which byte of the file it starts."""

    dtype: np.dtype[Any]
    shape: tuple[int, ...]
    start: int

    @property
    def nbytes(self) -> int:
        """How many bytes it takes."""
        return math.prod(self.shape) * self.dtype.itemsize


@dataclass(frozen=True)
class Header:
    """What a file holds: its arrays by name, and words about them."""

    entries: dict[str, Entry]
    metadata: dict[str, str]


def read_header(file: BinaryIO) -> Header:
    """The header of *file*, which is read from its start.

    Raises:
        MalformedError: it is none, or does not tell the bytes that follow; nothing of its size was allocated.
    """
    status = os.fstat(file.fileno())
    if not stat.S_ISREG(status.st_mode):
        raise MalformedError("it is a pipe or a device, expected a file")
    size = status.st_size
    prefix = file.read(_PREFIX)
    if len(prefix) < _PREFIX:
        raise MalformedError(f"it has {len(prefix)} bytes, expected the length of a header in the first {_PREFIX}")
    length = int.from_bytes(prefix, "little")
    if length > min(size - _PREFIX, LONGEST):
        raise MalformedError(f"its header has {length} bytes, expected at most {min(size - _PREFIX, LONGEST)}")
    text = file.read(length)
    if not text.startswith(b"{"):
        raise MalformedError(f"its header begins with {text[:8]!r}, expected a JSON object")
    content = strict_json.read("its header", text)
    metadata = content.pop(METADATA, {})
    if not isinstance(metadata, dict) or not all(map(is_text, itertools.chain(*metadata.items()))):
        raise MalformedError(f"{METADATA} is {shown(metadata)}, expected texts by name")
    start = _PREFIX + length
    entries = {name: _entry(name, value, start) for name, value in content.items()}
    _check_gapless(entries, start, size)
    return Header(entries, metadata)


def header_of(arrays: Mapping[str, Array], metadata: Mapping[str, str]) -> tuple[bytes, list[str]]:
    """The first bytes of a file of *arrays*, up to where they are, and their names in the order they follow in.

    Raises:
        ValueError: a name or the metadata cannot be written, or there is too much of it.
        TypeError: an array has a dtype that a file cannot have.
    """
    # The widest first: so each is aligned.
    order = sorted(arrays, key=lambda name: -arrays[name].dtype.itemsize)
    content: dict[str, Any] = {METADATA: dict(metadata)} if metadata else {}
    end = 0
    for name in order:
        array = arrays[name]
        start, end = end, end + array.nbytes
        content[name] = {"dtype": _code(name, array), "shape": list(array.shape), "data_offsets": [start, end]}
    text = strict_json.written(content).encode()
    text += b" " * (-len(text) % _ALIGNMENT)
    if len(text) > LONGEST:
        raise ValueError(f"a checkpoint expects names, metadata and states of at most {LONGEST} bytes, got {len(text)}")
    return len(text).to_bytes(_PREFIX, "little") + text, order


def is_text(value: object) -> TypeGuard[str]:
    """Whether *value* is a text that can be written in UTF-8: half of a surrogate pair cannot."""
    return isinstance(value, str) and not _HALF.search(value)


def problem_of_name(name: object) -> str | None:
    """Why *name* is none of an array: it is no text, empty, or a path or an attribute of Python's that is special."""
    if not is_text(name) or not name:
        return "no text that names an array"
    return "a path, or special" if name == METADATA or _PLACES.search(name) else None


def _code(name: str, array: Array) -> str:
    problem = problem_of_name(name)
    if problem is not None:
        raise ValueError(f"a checkpoint expects plain names, got {name!r}, which is {problem}")
    code = _CODES.get(array.dtype.name)
    if code is None:
        raise TypeError(f"a checkpoint expects dtypes {', '.join(_CODES)}, got {array.dtype} for {name!r}")
    return code


def _entry(name: str, given: object, data: int) -> Entry:
    problem = problem_of_name(name)
    if problem is not None:
        raise MalformedError(f"the key {named(name)} is {problem}, expected a plain name")
    if not isinstance(given, dict) or sorted(given) != list(_FIELDS):
        raise MalformedError(f"{named(name)} is {shown(given)}, expected {', '.join(_FIELDS)}")
    code, shape, offsets = given["dtype"], given["shape"], given["data_offsets"]
    dtype = _DTYPES.get(code) if isinstance(code, str) else None
    if dtype is None:
        raise MalformedError(f"{named(name)} has dtype {shown(code)}, which numpy lacks, expected {', '.join(_DTYPES)}")
    if not _are_sizes(shape) or len(shape) > _MOST_DIMS or math.prod(shape) * dtype.itemsize > sys.maxsize:
        raise MalformedError(f"{named(name)} has shape {shown(shape)}, expected at most {_MOST_DIMS} sizes")
    # Even an array without elements must not have a shape that numpy cannot count.
    if math.prod(size for size in shape if size) * dtype.itemsize > sys.maxsize:
        raise MalformedError(f"{named(name)} has shape {shown(shape)}, which is too large")
    if not _are_sizes(offsets) or len(offsets) != 2:
        raise MalformedError(f"{named(name)} has data_offsets {shown(offsets)}, expected two ints, at least 0")
    begin, end = offsets
    entry = Entry(dtype, tuple(shape), data + begin)
    if end - begin != entry.nbytes:
        raise MalformedError(
            f"{named(name)} has {end - begin} bytes, expected {entry.nbytes} for {code} of shape {shown(shape)}"
        )
    return entry


def _are_sizes(value: object) -> TypeGuard[list[int]]:
    return isinstance(value, list) and all(type(item) is int and item >= 0 for item in value)


def _check_gapless(entries: Mapping[str, Entry], start: int, size: int) -> None:
    placed = sorted(entries, key=lambda name: (entries[name].start, entries[name].nbytes))
    ends = [start, *(entries[name].start + entries[name].nbytes for name in placed)]
    for name, expected in zip(placed, itertools.islice(ends, len(placed)), strict=True):
        if entries[name].start != expected:
            raise MalformedError(f"{named(name)} begins at byte {entries[name].start}, expected {expected}")
    if ends[-1] != size:
        raise MalformedError(f"it has {size} bytes, expected {ends[-1]}")
