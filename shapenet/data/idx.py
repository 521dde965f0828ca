"""``read_idx``: arrays in the IDX format, that of MNIST and its family.

Source: Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits", section "File formats": two bytes 0,
a byte for the type of the elements, a byte for the number of dimensions, each size as four bytes, then the elements;
all numbers with the greatest byte first.
"""

from __future__ import annotations

import gzip
import math
import os
import zlib
from pathlib import Path
from typing import IO, Any, Final

import numpy as np

from shapenet.backend import Array

_TYPES: Final = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
_GZIP: Final = b"\x1f\x8b"
_MOST_DEFLATED: Final = 1032  # bytes that one byte of the format deflate can stand for, at most
_CHUNK: Final = 2**20
_DIMENSIONS: Final = 64  # numpy has no more


def read_idx(path: str | os.PathLike[str]) -> Array:
    """The array of an IDX file, plain or compressed with gzip, in this machine's byte order.

    The memory of the array is asked for when the sizes in the header are known to fit the file: of a plain file by its
    length; of a compressed one, whose length says little, memory grows with the elements that are there.

    Raises:
        ValueError: the file is no IDX file, its elements are fewer or more than the sizes say, or it is damaged.
        OSError: the file cannot be read.
    """
    path = Path(path)
    with path.open("rb") as file:
        length = path.stat().st_size
        compressed = file.read(2) == _GZIP
        file.seek(0)
        if not compressed:
            return _read(path, file, length)
        try:
            with gzip.GzipFile(fileobj=file) as content:
                return _read(path, content, None, at_most=_MOST_DEFLATED * length)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise _wrong(path, f"damaged or truncated gzip data ({error})") from error


def _read(path: Path, file: IO[bytes] | gzip.GzipFile, length: int | None, at_most: int = 0) -> Array:
    dtype, sizes = _header(path, file)
    expected = math.prod(sizes) * dtype.itemsize
    start = 4 + 4 * len(sizes)
    shown = f"elements of {dtype.name} in {list(sizes)}"
    if math.prod(max(size, 1) for size in sizes) * dtype.itemsize > np.iinfo(np.intp).max:
        raise _wrong(path, f"sizes too large for any array: {list(sizes)}")
    if length is not None and length - start != expected:
        kind = "truncated data" if length - start < expected else "trailing bytes"
        raise _wrong(path, f"{kind}: {length - start} bytes for {shown}, which need {expected}")
    if length is None and expected > at_most:
        raise _wrong(path, f"sizes too large for the file: {shown} need {expected} bytes, it has at most {at_most}")
    content = _elements(file, expected)
    if len(content) < expected:
        raise _wrong(path, f"truncated data: {len(content)} bytes for {shown}, which need {expected}")
    if file.read(1):
        raise _wrong(path, f"trailing bytes after {shown}")
    array = np.frombuffer(content, dtype).reshape(sizes)
    return array.astype(dtype.newbyteorder("="), copy=False)


def _header(path: Path, file: IO[bytes] | gzip.GzipFile) -> tuple[np.dtype[Any], tuple[int, ...]]:
    magic = file.read(4)
    if len(magic) < 4 or magic[:2] != b"\0\0" or magic[2] not in _TYPES:
        raise _wrong(path, f"the magic number {magic.hex(' ') or 'of an empty file'}")
    dimensions = magic[3]
    if dimensions > _DIMENSIONS:
        raise _wrong(path, f"{dimensions} dimensions, more than {_DIMENSIONS}")
    listed = file.read(4 * dimensions)
    if len(listed) < 4 * dimensions:
        raise _wrong(path, f"truncated data: {len(listed)} bytes for {dimensions} sizes")
    return np.dtype(_TYPES[magic[2]]), tuple(np.frombuffer(listed, ">u4").tolist())


def _elements(file: IO[bytes] | gzip.GzipFile, expected: int) -> bytearray:
    content = bytearray()
    while len(content) < expected:
        chunk = file.read(min(_CHUNK, expected - len(content)))
        if not chunk:
            break
        content += chunk
    return content


def _wrong(path: Path, problem: str) -> ValueError:
    return ValueError(f"read_idx expects {path} to be an IDX file, got {problem}")
