"""Files that are there as a whole or not at all.

What is written goes to a file of its own in the same folder, then to the disk, and then takes the place of the old file
at once. A saver that is killed leaves its file behind, which the next one removes: it is locked as long as its saver
lives, and the system unlocks it whatever ends that.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

try:
    import fcntl
except ImportError:  # Windows, where an open file cannot be removed anyhow
    fcntl = None  # type: ignore[assignment]

_UNFINISHED: Final = re.compile(r"\.shapenet-[0-9a-f]{16}\.tmp")


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file to write to, which takes the place of *path* at the end; after an exception it is gone, *path* as before.

    Of a link it takes the place of what that leads to, as opening it would.

    Raises:
        OSError: it cannot be written, or *path* is no file, such as a folder or a device.
    """
    path = Path(os.path.realpath(path))
    if path.exists() and not path.is_file():
        number = errno.EISDIR if path.is_dir() else errno.EINVAL
        raise OSError(number, "expected a file, or nothing", os.fspath(path))
    _remove_unfinished(path.parent)
    unfinished, file = _made(path.parent)
    try:
        with file:
            yield file
            file.flush()
            os.fsync(file.fileno())
            if fcntl is not None:  # while it is locked
                os.replace(unfinished, path)
        if fcntl is None:
            os.replace(unfinished, path)
    except BaseException as error:
        unfinished.unlink(missing_ok=True)
        if isinstance(error, OSError) and error.errno is not None and error.filename in (None, os.fspath(unfinished)):
            error.filename = os.fspath(path)  # of a full disk, the system does not say what it was to hold
        raise
    _sync(path.parent)


def _made(folder: Path) -> tuple[Path, BinaryIO]:
    """A new file, locked."""
    while True:
        path = folder / f".shapenet-{secrets.token_hex(8)}.tmp"
        file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666), "wb")
        with suppress(OSError):  # file systems without locks
            if fcntl is not None:
                fcntl.flock(file, fcntl.LOCK_EX)
        if os.fstat(file.fileno()).st_nlink:
            return path, file
        file.close()  # another saver found it before it was locked


def _remove_unfinished(folder: Path) -> None:
    """Remove what killed savers left in *folder*; what cannot be locked belongs to one that lives."""
    for found in folder.iterdir():
        if not _UNFINISHED.fullmatch(found.name):
            continue
        with suppress(OSError), found.open("rb") as file:
            if fcntl is not None:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            found.unlink()


def _sync(folder: Path) -> None:
    """Have the disk know the new name; where folders cannot be opened, the system does so by itself."""
    with suppress(OSError):
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)
