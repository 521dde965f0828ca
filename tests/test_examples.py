"""One example learns, and its wrong line is caught before and while it runs; another computes the same by two ways."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import numpy as np

from tests.static import mypy

DIGITS = Path(__file__).parent.parent / "examples" / "digits.py"
POINTWISE = DIGITS.with_name("pointwise.py")
WRONG = "layer 1 (Linear[2048, 64]) expects last dimension 2048, got 512 in [{}, 512] from layer 0 (Flatten)"


def test_digits_are_learnt(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, DIGITS], cwd=tmp_path, capture_output=True, text=True, check=True)
    last = done.stdout.splitlines()[-1]
    match = re.match(r"held-out accuracy (0\.\d+) after \d+\.\d s of training; learning curve in digits\.png$", last)
    assert match is not None
    assert float(match[1]) >= 0.975
    assert (tmp_path / "digits.png").stat().st_size > 10_000


def test_the_wrong_line_is_caught(tmp_path: Path, cache: Path) -> None:
    source = DIGITS.read_text().splitlines()
    place = next(number for number, line in enumerate(source) if "# nn.Linear(32 * 8 * 8, 64)" in line)
    source[place] = source[place].replace("# nn", "nn", 1)
    source[place - 1] = source[place - 1].replace("nn", "# nn", 1)
    wrong = tmp_path / "digits.py"
    wrong.write_text("\n".join(source))
    said = mypy([wrong], "--cache-dir", str(cache))
    assert f"error: {WRONG.format('B')}  [shape]" in said
    done = subprocess.run([sys.executable, wrong], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stderr.splitlines()[-1] == f"shapenet.errors.ShapeError: {WRONG.format(64)}"


def test_sums_over_channels() -> None:
    done = subprocess.run([sys.executable, POINTWISE], capture_output=True, text=True, check=True)
    lines = [(line[:22].strip(), [float(number) for number in line[22:].split()]) for line in done.stdout.splitlines()]
    titles, numbers = zip(*lines, strict=True)
    assert titles == ("1x1 sum by hand", "nn.Conv2d(3, 2, 1)", "distances by hand", "nn.DFL(8)")
    assert [len(row) for row in numbers] == [8] * 4
    np.testing.assert_allclose(numbers[0], numbers[1], atol=2e-4)
    np.testing.assert_allclose(numbers[2], numbers[3], atol=2e-4)
    assert len(set(numbers[0])) == 8
    assert all(0 < number < 7 for number in numbers[2])
