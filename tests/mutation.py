"""How many mistakes are found before a program runs: ``python -m tests.mutation [lenet5 ...]``.

Each typed port in ``typing/models`` is changed in one hyperparameter at a time. Each mutant is type-checked, and run.
One that fails when it runs should be refused by mypy; one that runs should not. The exceptions are listed, with the
reason.
"""

from __future__ import annotations

import re
import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.mutants import Mutant, mutants
from tests.static import messages, mypy
from tests.typing.ports import FILES, load, run

_EVEN: Final = "the annotation speaks of all sizes; this holds for even ones only, and the example has no other"
_WIDE: Final = "the annotation speaks of all channels; in the example, as many come in as go through"
_DIVISOR: Final = (
    "nobody knows of symbols whether heads + 1 divides width: facts that are not known to be wrong are allowed"
)
_NAMED: Final = "the factory's annotation names its layers with their sizes"
_SMALL: Final = (
    "no size is left of the example's image; of larger ones there is, and the checker knows the factor 32 only"
)

EXCEPTIONS: Final[Mapping[str, Mapping[str, str]]] = {
    "dcgan": {r"^refused: Smaller\.__init__: .*: 4 -> 3$": _EVEN},
    "densenet121": {
        r"^refused: Transition\.__init__: .*: channels // 2 -> \(channels \+ 1\) // 2$": _EVEN,
        r"^missed: DenseNet121\.__init__: Sequential: layer 3 twice": _SMALL,
        r"^missed: DenseNet121\.__init__: nn\.Conv2d.*: (7 -> 14|stride=2 -> [34]|without padding)$": _SMALL,
        r"^missed: DenseNet121\.__init__: nn\.MaxPool2d.*: (3 -> 6|2 -> [34]|padding=1 -> 0|without padding)$": _SMALL,
    },
    "mobilenet_v2": {r"^missed: MobileNetV2\.__init__: nn\.Conv2d\(320, 1280, .*: 1 -> 2$": _SMALL},
    "gpt": {r"^missed: (GPT|Block)\.__init__: (Attention|Block)\(width, heads\): heads -> heads \+ 1$": _DIVISOR},
    "resnet18": {r"^refused: Half\.__init__: .* stride=2, .*: (3 -> 4|1 -> 2)$": _EVEN},
    "resnet50": {
        r"^refused: FirstBottleneck\.__init__: Sequential: (layer 0 twice|without layer 0)": _WIDE,
        r"^refused: HalvingBottleneck\.__init__: .*: (3 -> 4|1 -> 2)$": _EVEN,
    },
    "vgg11": {r"^refused: Two\.__init__: .*: 3 -> 2$": _EVEN, r"^refused: one: ": _NAMED},
}
"""For each port: a pattern of kind and difference, and why mypy refuses what runs, or does not refuse what fails."""


@dataclass(frozen=True)
class Verdict:
    """What mypy says of a mutant, and what happens when it runs; None where nothing does."""

    port: str
    difference: str
    error: str | None
    crash: str | None

    @property
    def excused(self) -> str | None:
        """Why the two may differ."""
        patterns = EXCEPTIONS.get(self.port, {})
        return next((reason for pattern, reason in patterns.items() if self.fits(pattern)), None)

    def fits(self, pattern: str) -> bool:
        """Whether it is one of these exceptions."""
        return re.search(pattern, f"{self.kind}: {self.difference}") is not None

    @property
    def kind(self) -> str:
        """``caught``, ``missed``, ``refused`` or ``harmless``."""
        if self.crash is not None:
            return "missed" if self.error is None else "caught"
        return "harmless" if self.error is None else "refused"


def judge(made: Sequence[tuple[str, Mutant]], folder: Path, cache: Path) -> list[Verdict]:
    """Type-check all of the mutants, each with its port's name, in one run of mypy, and run each."""
    folder.mkdir()
    files = [folder / f"{port}_{number:03}.py" for number, (port, _) in enumerate(made)]
    for file, (_, mutant) in zip(files, made, strict=True):
        file.write_text(mutant.source)
    errors: dict[str, str] = {}
    for message in messages(mypy(files, "--cache-dir", str(cache))):
        if message.text.startswith("error:"):
            errors.setdefault(Path(message.file).name, message.text)
    return [
        Verdict(port, mutant.difference, errors.get(file.name), _crash(file))
        for file, (port, mutant) in zip(files, made, strict=True)
    ]


def _crash(file: Path) -> str | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of overflows in networks that nobody would train
        try:
            run(load(file))
        except Exception as error:  # whatever it is, the user would have it
            return f"{type(error).__name__}: {error}"
    return None


def table(verdicts: Sequence[Verdict]) -> str:
    """For each port, how many mutants fail and how many run, and how many of either mypy refuses."""
    rows = [
        "| model | mutants | fail when run | of these caught by mypy | run | of these refused by mypy |",
        "| --- " * 6 + "|",
    ]
    ports = list(dict.fromkeys(verdict.port for verdict in verdicts))
    counts = {port: Counter(verdict.kind for verdict in verdicts if verdict.port == port) for port in ports}
    counts["all"] = Counter(verdict.kind for verdict in verdicts)
    for port, kinds in counts.items():
        fail, works = kinds["caught"] + kinds["missed"], kinds["harmless"] + kinds["refused"]
        rows.append(f"| {port} | {fail + works} | {fail} | {kinds['caught']} | {works} | {kinds['refused']} |")
    return "\n".join(rows)


def main(ports: Sequence[str]) -> int:
    """Judge the mutants of *ports*, or of all; print the table, and what is not as it should be."""
    verdicts: list[Verdict] = []
    with tempfile.TemporaryDirectory() as name:
        for file in FILES:
            if not ports or file.stem in ports:
                made = [(file.stem, mutant) for mutant in mutants(file.read_text())]
                verdicts += judge(made, Path(name, file.stem), Path(name, "cache"))
    print(table(verdicts))
    differing = [verdict for verdict in verdicts if verdict.kind in ("missed", "refused")]
    for verdict in differing:
        print(f"\n{verdict.kind}: {verdict.port}: {verdict.difference}")
        print(f"    {verdict.crash or verdict.error}\n    {verdict.excused or 'NOT EXPECTED'}")
    stale = [
        f"{port}: {pattern}"
        for port, patterns in EXCEPTIONS.items()
        for pattern in patterns
        if (not ports or port in ports)
        and not any(verdict.port == port and verdict.fits(pattern) for verdict in differing)
    ]
    for exception in stale:
        print(f"\nno longer an exception: {exception}")
    return 1 if stale or any(verdict.excused is None for verdict in differing) else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
