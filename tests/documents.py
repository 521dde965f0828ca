"""What the documents show, taken from them: programs, commands and what these print.

A ```` ```python ```` block is a program. With ``title="net.py"`` it is a file of that name, and further blocks of the
page with the same title are its next lines. mypy checks each program, and it is run, unless a ```` ```console ````
block shows that by itself: ``$ mypy net.py`` and ``$ python net.py`` say what is printed, where ``...`` stands for
anything. A block under ``<!-- needs torch: why -->`` is run only with what it needs (``make parity``), one under
``<!-- not run: why -->`` nowhere.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
RUN = ("python", "pytest", "sed")
"""Commands that are run, in the folder of the page's programs."""
MANUAL = ("pip", "make", "git", "cd", "printf", "nvidia-smi", "ssh")
"""Commands that set up a machine: they are shown, but not run."""

_FENCE = re.compile(
    r"^(?:<!-- (?P<mark>not run|needs \w+): [^>]+ -->\n\n?)?"
    r"```(?P<language>python|console)(?: title=\"(?P<title>[\w.]+)\")?\n(?P<text>.*?)^```$",
    flags=re.DOTALL | re.MULTILINE,
)


@dataclass
class Program:
    """A file that a page shows, whole or piece by piece."""

    name: str
    source: str
    needs: str | None = None


@dataclass(frozen=True)
class Command:
    """A line behind a ``$``, and the lines that it prints."""

    line: str
    output: tuple[str, ...]

    @property
    def words(self) -> list[str]:
        """The command without its comment."""
        return shlex.split(self.line, comments=True)


@dataclass
class Page:
    """A document: what there is to do, in order, each program where its last piece stands."""

    path: Path
    steps: list[Program | Command] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Where it lies, from the root."""
        return str(self.path.relative_to(ROOT))

    @property
    def programs(self) -> list[Program]:
        """What mypy checks: all but what needs another library."""
        return [step for step in self.steps if isinstance(step, Program) and step.needs is None]

    def commands(self, *words: str) -> list[Command]:
        """The commands that begin with these words."""
        return [step for step in self.steps if isinstance(step, Command) and tuple(step.words[: len(words)]) == words]


def fences(path: Path) -> tuple[int, int]:
    """How many programs and commands a page has, and how many of these are read."""
    text = path.read_text()
    return len(re.findall(r"^ *```(?:python|console)\b", text, re.MULTILINE)), len(_FENCE.findall(text))


def read(path: Path) -> Page:
    """The page that lies there."""
    page = Page(path)
    for match in _FENCE.finditer(path.read_text()):
        if match["mark"] == "not run":
            continue
        if match["language"] == "console":
            page.steps.extend(_commands(match["text"]))
        else:
            needs = match["mark"].removeprefix("needs ") if match["mark"] else None
            _add(page, match["title"], match["text"], needs)
    return page


def _add(page: Page, title: str | None, source: str, needs: str | None) -> None:
    before = [step for step in page.steps if isinstance(step, Program) and step.name == title]
    if before:  # its next lines
        page.steps.remove(before[0])
        source = before[0].source + source
    name = title or f"{page.path.stem.lower()}_{len(page.steps)}.py"
    page.steps.append(Program(name, source, needs))


def _commands(text: str) -> Iterator[Command]:
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        line, *output = part.rstrip("\n").split("\n")
        yield Command(line, tuple(output))


def matches(shown: tuple[str, ...], said: list[str]) -> bool:
    """Whether that was said, where ``...`` is anything, over lines as well."""
    pattern = ".*".join(re.escape(part) for part in "\n".join(shown).split("..."))
    return re.fullmatch(pattern, "\n".join(said), flags=re.DOTALL) is not None
