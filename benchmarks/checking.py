"""What mypy takes for one new file, where it knows the library already: a typed ResNet-50, and long ``Sequential``s.

Times are seconds of processor time, the least of several runs.
"""

from __future__ import annotations

import itertools
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks.timing import child_seconds

ROOT = Path(__file__).parent.parent
RESNET = ROOT / "tests" / "typing" / "models" / "resnet50.py"
LENGTHS = (10, 100, 1000)
ROUNDS = 5
_HEAD = """
from shapenet import Tensor, nn
from shapenet.dims import B, H, W
"""


class Checker:
    """Mypy with or without the plugin, with a cache of its own."""

    def __init__(self, folder: Path, *, plugin: bool) -> None:
        self.folder = folder / ("with" if plugin else "without")
        self.folder.mkdir()
        self.config = self.folder / "mypy.ini"
        self.config.write_text("[mypy]\nstrict = True\n" + "plugins = shapenet.mypy_plugin\n" * plugin)
        self.number = itertools.count()

    def output(self, source: str) -> str:
        """What mypy says of a file that it has never seen."""
        file = self.folder / "checked.py"
        # Of another length each time: mypy takes a file of one size and one second for the same.
        file.write_text(f"{source}\n{'#' * next(self.number)}\n")
        command = [sys.executable, "-m", "mypy", "--config-file", str(self.config)]
        command += ["--cache-dir", str(self.folder / "cache"), str(file)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode not in (0, 1):
            raise RuntimeError(f"mypy exits with {done.returncode}: {done.stdout}{done.stderr}")
        return done.stdout


def least(source: str, *checkers: Checker) -> list[float]:
    """The time of each, in turn."""
    for checker in checkers:
        checker.output(source)  # now the cache has what it imports
    rounds = [[child_seconds(partial(checker.output, source)) for checker in checkers] for _ in range(ROUNDS)]
    return [min(times) for times in zip(*rounds, strict=True)]


def sequential(length: int) -> str:
    """A program that builds and applies that many layers."""
    kinds = ("nn.Conv2d(16, 16, 3, padding=1)", "nn.BatchNorm2d(16)", "nn.ReLU()", "nn.MaxPool2d(3, 1, 1)")
    layers = "".join(f"    {kinds[place % len(kinds)]},\n" for place in range(length))
    last = "\n\ndef apply(x: Tensor[B, 16, H, W]) -> Tensor[B, 16, H, W]:\n    return net(x)\n"
    return f"{_HEAD}\nnet = nn.Sequential(\n{layers})\n{last}"


def lines(folder: Path) -> Iterator[str]:
    """The report."""
    proving, ignoring = Checker(folder, plugin=True), Checker(folder, plugin=False)
    source = RESNET.read_text()
    with_plugin, without = least(source, proving, ignoring)
    bar = 1.5 * without + 1
    yield f"typed ResNet-50:   {with_plugin:.2f} s with, {without:.2f} s without, ratio {with_plugin / without:.2f}"
    yield f"                   (bar: below 1.5 times that and 1 s, {bar:.2f} s)"
    (empty,) = least(_HEAD, proving)
    each = {}
    for length in LENGTHS:
        (taken,) = least(sequential(length), proving)
        each[length] = (taken - empty) / length
        yield f"Sequential of {length:>4}: {taken:.2f} s, {each[length] * 1e3:.2f} ms a layer"
    growth = each[LENGTHS[-1]] / each[LENGTHS[-2]]
    yield f"a layer of {LENGTHS[-1]} takes {growth:.2f} times one of {LENGTHS[-2]} (linear: 1)"


def main() -> None:
    """Print what was measured."""
    with tempfile.TemporaryDirectory() as temporary:
        for line in lines(Path(temporary)):
            print(line, flush=True)


if __name__ == "__main__":
    main()
