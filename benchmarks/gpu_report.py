"""What was measured on a GPU, as a part of ``docs/gpu.md``."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

BEGIN: Final = "<!-- measured: written by make gpu -->"
END: Final = "<!-- end of what was measured -->"

Row = tuple[str, ...]


@dataclass(frozen=True)
class Section:
    """A table: its title, its columns, its rows, and what they amount to."""

    title: str
    columns: Row = ()
    rows: Sequence[Row] = field(default_factory=list)
    verdict: str = ""

    def __str__(self) -> str:
        lines = [f"### {self.title}", ""]
        if self.columns:
            lines += [_line(self.columns), _line(("---",) * len(self.columns)), *map(_line, self.rows)]
        return "\n".join([*lines, "", *([self.verdict, ""] if self.verdict else [])])


def facts() -> dict[str, str]:
    """When, where and with what is measured."""
    import cupy

    runtime: Any = cupy.cuda.runtime
    name = runtime.getDeviceProperties(0)["name"]
    packages = {"python": platform.python_version()}
    packages |= {package: _version(package) for package in ("shapenet", "numpy", "torch")}
    packages["cupy"] = cupy.__version__
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "device": name.decode() if isinstance(name, bytes) else str(name),
        "CUDA": f"driver {runtime.driverGetVersion()}, runtime {runtime.runtimeGetVersion()}",
        "versions": ", ".join(f"{package} {number}" for package, number in packages.items()),
    }


def written(document: str, known: Mapping[str, str], sections: Sequence[Section]) -> str:
    """*document* with its measured part replaced.

    Raises:
        ValueError: it has no such part.
    """
    if document.count(BEGIN) != 1 or document.count(END) != 1:
        raise ValueError(f"the document must have one line {BEGIN!r} and one line {END!r}")
    before, after = document.split(BEGIN, maxsplit=1)[0], document.split(END)[1]
    head = "\n".join(f"- {name}: {fact}" for name, fact in known.items())
    return "\n".join([f"{before}{BEGIN}", "", head, "", *map(str, sections), f"{END}{after}"])


def _line(cells: Row) -> str:
    return f"| {' | '.join(cells)} |"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
