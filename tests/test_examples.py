"""The example learns, and its wrong line is caught before and while it runs."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tests.static import mypy

DIGITS = Path(__file__).parent.parent / "examples" / "digits.py"
WRONG = "layer 1 (Linear[2048, 64]) expects last dimension 2048, got 512 from layer 0 (Flatten)"


def test_digits_are_learnt(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, DIGITS], cwd=tmp_path, capture_output=True, text=True, check=True)
    last = done.stdout.splitlines()[-1]
    match = re.match(r"held-out accuracy (0\.\d+) after \d+\.\d s of training; learning curve in digits\.png$", last)
    assert match is not None
    assert float(match[1]) >= 0.975
    assert (tmp_path / "digits.png").stat().st_size > 10_000


def test_the_wrong_line_is_caught(tmp_path: Path) -> None:
    source = DIGITS.read_text().splitlines()
    place = next(number for number, line in enumerate(source) if "# nn.Linear(32 * 8 * 8, 64)" in line)
    source[place] = source[place].replace("# nn", "nn", 1)
    source[place - 1] = source[place - 1].replace("nn", "# nn", 1)
    wrong = tmp_path / "digits.py"
    wrong.write_text("\n".join(source))
    said = mypy([wrong], "--cache-dir", str(tmp_path / "cache"), "--ignore-missing-imports")
    assert f"error: {WRONG}  [shape]" in said
    done = subprocess.run([sys.executable, wrong], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stderr.splitlines()[-1] == f"shapenet.errors.ShapeError: {WRONG}"
