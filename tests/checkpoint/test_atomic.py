"""Files are there as a whole or not at all, whatever happens to those who write them."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import shapenet
from shapenet import checkpoint
from shapenet.checkpoint import atomic

KILLS = 50

KILLED = f"""
import os, random, signal, sys, time
import numpy as np
from shapenet import checkpoint, nn

path, model = sys.argv[1], nn.Linear(300, 300)

def save(step):
    for parameter in model.parameters():
        parameter.data[...] = step
    checkpoint.save(path, model=model, step=step)

def save_until_killed(step, told):
    while True:
        step += 1
        save(step)
        os.write(told, step.to_bytes(4))

def last_told(pipe, last):
    while chunk := os.read(pipe, 4096):
        last = int.from_bytes(chunk[-4:])
    return last

save(0)
last = killed_in_the_middle = 0
for _ in range({KILLS}):
    pipe, told = os.pipe()
    saver = os.fork()
    if not saver:
        save_until_killed(last, told)
    os.close(told)
    os.read(pipe, 4)  # it is at work
    time.sleep(random.uniform(0, 0.005))
    os.kill(saver, signal.SIGKILL)
    os.waitpid(saver, 0)
    told_last = last_told(pipe, last + 1)
    os.close(pipe)
    left = os.listdir(os.path.dirname(path))
    killed_in_the_middle += len(left) == 2
    assert len(left) <= 2, left
    found = checkpoint.load(path, model=model).step
    assert found in (told_last, told_last + 1), (found, told_last)
    assert all((parameter.data == found).all() for parameter in model.parameters())
    last = found
save(last + 1)
assert os.listdir(os.path.dirname(path)) == [os.path.basename(path)]
print(killed_in_the_middle)
"""


def test_a_kill_leaves_the_old_file_or_the_new_one(tmp_path: Path) -> None:
    command = [sys.executable, "-c", KILLED, str(tmp_path / "run.safetensors")]
    one_thread = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=one_thread)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 0  # some kills came while it wrote


def failing(error: Exception) -> Any:
    def fail(*_: object) -> None:
        raise error

    return fail


@pytest.mark.parametrize("function", ["fsync", "replace"])
def test_an_error_leaves_the_old_file_and_nothing_else(
    function: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "state.safetensors"
    checkpoint.save_state({"x": np.arange(3)}, path)
    before = path.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(os, function, failing(OSError(errno.ENOSPC, "No space left on device")))
        with pytest.raises(OSError, match=f"No space left on device: '{path}'$"):
            checkpoint.save_state({"x": np.arange(4)}, path)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["state.safetensors"]


def test_an_interruption_in_the_middle_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "state.safetensors"
    path.write_bytes(b"old")

    def interrupted() -> None:
        with atomic.replacing(path) as file:
            file.write(b"new")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["state.safetensors"]


def test_places_that_cannot_be_written_to(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    for path, kind in (
        (tmp_path / "none" / "x", FileNotFoundError),
        (tmp_path / "file" / "x", NotADirectoryError),
        (tmp_path / "folder", IsADirectoryError),
        (tmp_path / "pipe", OSError),
    ):
        with pytest.raises(kind):
            checkpoint.save_state({"x": np.arange(3)}, path)
    assert sorted(os.listdir(tmp_path)) == ["file", "folder", "pipe"]
    assert (tmp_path / "pipe").is_fifo()


def test_a_link_leads_to_the_file(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("folder/state")
    for count in (3, 4):
        checkpoint.save_state({"x": np.arange(count)}, tmp_path / "link")
        assert (tmp_path / "link").is_symlink()
        assert len(checkpoint.load_state(tmp_path / "folder" / "state")["x"]) == count


def test_two_savers_do_not_disturb_each_other(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    (tmp_path / ".shapenet-0123456789abcdef.tmp").write_bytes(b"of a saver that was killed")
    (tmp_path / ".shapenet-mine.tmp").write_bytes(b"of somebody else")
    with atomic.replacing(one) as file:
        checkpoint.save_state({"x": np.arange(3)}, other)
        file.write(b"new")
    assert one.read_bytes() == b"new"
    assert sorted(os.listdir(tmp_path)) == [".shapenet-mine.tmp", "one", "other"]


def test_a_file_has_the_rights_that_new_files_have(tmp_path: Path) -> None:
    checkpoint.save_state({"x": shapenet.ones(2)}, tmp_path / "state")
    (tmp_path / "other").touch()
    assert (tmp_path / "state").stat().st_mode == (tmp_path / "other").stat().st_mode
