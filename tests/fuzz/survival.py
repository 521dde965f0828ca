"""Whether mypy and the plugin live through damaged programs; those that they do not live through are found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.fuzz.revealed import BrokenRunError, check
from tests.static import mypy


@dataclass(frozen=True)
class Casualty:
    """A program in which mypy or the plugin failed."""

    file: Path
    output: str

    def __str__(self) -> str:
        lines = [line for line in self.output.splitlines() if "INTERNAL ERROR" in line or "plugin failed" in line]
        return f"--- {self.file}\n" + "\n".join(lines or self.output.splitlines()[-20:])


def casualties(texts: Sequence[str], folder: Path, *options: str) -> list[Casualty]:
    """Those of *texts*, written to *folder*, in which something failed.

    mypy also ends early, as it should, at a few defects such as ``await`` outside of a function; these are passed over.
    """
    files = [folder / f"damaged_{number}.py" for number in range(len(texts))]
    for file, text in zip(files, texts, strict=True):
        file.write_text(text)
    return _search(files, options)


def _search(files: Sequence[Path], options: Sequence[str]) -> list[Casualty]:
    try:
        check(mypy(files, *options))
    except (BrokenRunError, AssertionError) as error:
        if len(files) > 1:
            middle = len(files) // 2
            return [*_search(files[:middle], options), *_search(files[middle:], options)]
        ended = not isinstance(error, BrokenRunError) and "Traceback" not in str(error)
        return [] if ended and "INTERNAL ERROR" not in str(error) else [Casualty(files[0], str(error))]
    return []
