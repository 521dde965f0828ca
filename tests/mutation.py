"""How many mistakes are found before a program runs: ``python -m tests.mutation [lenet5 ...]``.

Each typed port in ``typing/models`` is changed in one hyperparameter at a time. Each mutant is type-checked, and run.
One that fails when it runs should be refused by mypy; one that runs should not. The exceptions are listed, with the
reason.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.mutants import Mutant, mutants
from tests.static import messages, mypy
from tests.typing.ports import FILES, load, run

EXCEPTIONS: Final[Mapping[str, Mapping[str, str]]] = {}
"""For each port: a pattern of differences, and why mypy's answer is another than that of the run."""


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
        return next((reason for pattern, reason in patterns.items() if re.search(pattern, self.difference)), None)

    @property
    def kind(self) -> str:
        """``caught``, ``missed``, ``refused`` or ``harmless``."""
        if self.crash is not None:
            return "missed" if self.error is None else "caught"
        return "harmless" if self.error is None else "refused"


def judge(port: str, made: Sequence[Mutant], folder: Path, cache: Path) -> list[Verdict]:
    """Type-check all of the mutants at once, and run each."""
    folder.mkdir()
    files = [folder / f"{port}_{number:03}.py" for number in range(len(made))]
    for file, mutant in zip(files, made, strict=True):
        file.write_text(mutant.source)
    errors: dict[str, str] = {}
    for message in messages(mypy(files, "--cache-dir", str(cache))):
        if message.text.startswith("error:"):
            errors.setdefault(Path(message.file).name, message.text)
    return [
        Verdict(port, mutant.difference, errors.get(file.name), _crash(file))
        for file, mutant in zip(files, made, strict=True)
    ]


def _crash(file: Path) -> str | None:
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
                verdicts += judge(file.stem, mutants(file.read_text()), Path(name, file.stem), Path(name, "cache"))
                print(file.stem, flush=True, file=sys.stderr)
    print(table(verdicts))
    failed = False
    for verdict in verdicts:
        if verdict.kind in ("missed", "refused"):
            failed |= verdict.excused is None
            print(f"\n{verdict.kind}: {verdict.port}: {verdict.difference}")
            print(f"    {verdict.crash or verdict.error}\n    {verdict.excused or 'NOT EXPECTED'}")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
