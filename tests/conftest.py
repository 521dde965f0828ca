"""What mypy knows of the library is found once in a session, by one worker, and copied by each test that needs it."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.static import CONFIG, LIBRARY, mypy

Caches = Callable[..., Path]


@pytest.fixture(scope="session")
def caches(tmp_path_factory: pytest.TempPathFactory) -> Caches:
    """Makes caches in which mypy, run with those options and that configuration, finds the library and numpy."""
    session = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        session = session.parent  # of all workers

    def make(*options: str, config: Path = CONFIG) -> Path:
        key = hashlib.sha256(repr((config.suffix, config.read_text(), options)).encode()).hexdigest()[:16]
        known = session / f"library-{key}"
        with (session / f"{known.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # until it is closed
            if not known.exists():
                filled = session / f"{known.name}.new"
                said = mypy([LIBRARY], "--cache-dir", str(filled), "--config-file", str(config), *options)
                assert "error:" not in said, said
                filled.rename(known)
        folder = tmp_path_factory.mktemp("cache")
        shutil.copytree(known, folder, dirs_exist_ok=True)
        return folder

    return make


@pytest.fixture
def cache(caches: Caches) -> Path:
    """A cache for runs as ``tests.static.mypy`` makes them by itself."""
    return caches()
