"""How commands end when what they write goes nowhere."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SAYS = """
import sys
from shapenet.commands.command import Command

def say(given):
    print("said " * 10_000, file=sys.{stream})
    return 0

raise SystemExit(Command("say", "", "", lambda parser: None, say).execute(None))
"""
FULL = Path("/dev/full")


def run(stream: str, stdout: int, stderr: int) -> subprocess.CompletedProcess[str]:
    code = SAYS.format(stream=stream)
    return subprocess.run([sys.executable, "-c", code], stdout=stdout, stderr=stderr, text=True, check=False)


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_nobody_reads_any_more(stream: str) -> None:
    read, write = os.pipe()
    os.close(read)
    streams = (write, subprocess.PIPE) if stream == "stdout" else (subprocess.PIPE, write)
    done = run(stream, *streams)
    os.close(write)
    assert done.returncode == 141
    assert not done.stdout
    assert not done.stderr


@pytest.mark.skipif(not FULL.exists(), reason="no device that is always full")
def test_a_full_disk_below_the_output() -> None:
    with FULL.open("w") as full:
        done = run("stdout", full.fileno(), subprocess.PIPE)
    assert done.returncode == 2
    assert done.stderr == "shapenet say: [Errno 28] No space left on device\n"
