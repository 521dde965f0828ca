"""What the README and the guides show is what happens."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.static import mypy

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
GUIDES = "".join(path.read_text() for path in sorted((ROOT / "docs").glob("*.md")))
PROGRAMS = re.findall(r"```python\n(.*?)```", README + GUIDES, flags=re.DOTALL)
CONSOLES = re.findall(r"```console\n(.*?)```", README, flags=re.DOTALL)


def written(folder: Path, program: str) -> Path:
    path = folder / "net.py"
    path.write_text(program)
    return path


def test_the_caught_error(tmp_path: Path, cache: Path) -> None:
    path = written(tmp_path, PROGRAMS[0])
    _, static, _, running = CONSOLES[0].splitlines()
    said = mypy([path], "--cache-dir", str(cache))
    assert said == f"{tmp_path}/{static}\n"
    done = subprocess.run([sys.executable, path], capture_output=True, text=True, check=False)
    assert done.stderr.splitlines()[-1] == running


@pytest.mark.parametrize("program", PROGRAMS[1:])
def test_the_other_programs(program: str, tmp_path: Path, cache: Path) -> None:
    path = written(tmp_path, program)
    said = mypy([path], "--cache-dir", str(cache)).splitlines()
    wanted = re.findall(r"reveal_type\(.*\)  # (.*)", program)
    said = [re.sub(r"shapenet\.dims\.Size\[Literal\['(.*?)'\].*?\]", r"\1", line) for line in said]
    plain = [re.sub(r"shapenet\.tensors\.|Literal\[(\d+)\]", r"\1", line) for line in said]
    assert [re.findall(r'"(.*)"', line)[0] for line in plain] == wanted
    code = f"from typing import reveal_type\n{program}"
    subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
