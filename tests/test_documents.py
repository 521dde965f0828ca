"""What the README and the pages of the documentation show is what happens."""

from __future__ import annotations

import fcntl
import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.conftest import Caches
from tests.documents import MANUAL, PAGES, ROOT, RUN, Command, Page, Program, fences, matches, read
from tests.static import CONFIG, mypy
from tests.typing.test_gaps import ASK, COUNT

DOCUMENTS = [page for page in map(read, PAGES) if page.steps]
REVEALING = (
    "import builtins, runpy, sys, typing; builtins.reveal_type = typing.reveal_type; runpy.run_path(sys.argv[1])"
)
Said = Mapping[str, list[str]]


@pytest.fixture(scope="session")
def said(tmp_path_factory: pytest.TempPathFactory, caches: Caches) -> Said:
    """What mypy says of each program of each page, by its name; it is asked once."""
    session = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        session = session.parent  # of all workers
    answers = session / "documents.json"
    with (session / "documents.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # until it is closed
        if not answers.exists():
            answers.write_text(json.dumps(asked(session / "documents", caches())))
    found: dict[str, list[str]] = json.loads(answers.read_text())
    return found


def asked(folder: Path, cache: Path) -> dict[str, list[str]]:
    folder.mkdir()
    programs = [program for page in DOCUMENTS for program in page.programs]
    for program in programs:
        (folder / program.name).write_text(program.source)
    output = mypy([folder / program.name for program in programs], "--cache-dir", str(cache)).replace(f"{folder}/", "")
    lines = output.splitlines()
    return {program.name: [line for line in lines if line.startswith(f"{program.name}:")] for program in programs}


@pytest.mark.parametrize("path", sorted(ROOT.glob("*.md")), ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    """Those of other pages are checked where the site is made."""
    links = re.findall(r"\]\((?!https:)([^)#]+)", path.read_text())
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_names_are_told_apart() -> None:
    """mypy sees the programs of all pages in one run."""
    names = [program.name for page in DOCUMENTS for program in page.programs]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_all_blocks_are_read(path: Path) -> None:
    there, known = fences(path)
    assert known == there


def test_commands_are_known() -> None:
    """Each is either run here or meant for a person."""
    commands = [(page.name, step) for page in DOCUMENTS for step in page.steps if isinstance(step, Command)]
    known = ("mypy", *RUN, *MANUAL)
    assert [(page, command.line) for page, command in commands if command.words[0] not in known] == []


@pytest.mark.parametrize("page", DOCUMENTS, ids=lambda page: page.name)
def test_what_the_checker_says(page: Page, said: Said) -> None:
    shown = {command.words[1]: command.output for command in page.commands("mypy")}
    for program in page.programs:
        revealed = [line for line in said[program.name] if "note: Revealed type is" in line]
        others = [line for line in said[program.name] if line not in revealed]
        wanted = re.findall(r"reveal_type\(.*\)  # (.*)", program.source)
        assert [plain(line) for line in revealed] == wanted
        assert matches(shown.get(program.name, ()), [*others, *summary(others, shown.get(program.name, ()))])


def plain(line: str) -> str:
    """The type that is revealed, as the pages write it."""
    line = re.sub(r"shapenet\.dims\.Size\[Literal\['(.*?)'\].*?\]", r"\1", line)
    line = re.sub(r"shapenet\.tensors\.|Literal\[(\d+)\]", r"\1", line)
    return line.partition('"')[2].rpartition('"')[0]


def summary(lines: list[str], shown: tuple[str, ...]) -> list[str]:
    """The last line of mypy, if the page shows it."""
    if not any(line.startswith(("Found ", "Success: ")) for line in shown):
        return []
    errors = sum(": error: " in line for line in lines)
    if not errors:
        return ["Success: no issues found in 1 source file"]
    return [f"Found {errors} error{'s' * (errors > 1)} in 1 file (checked 1 source file)"]


@pytest.mark.parametrize("page", DOCUMENTS, ids=lambda page: page.name)
def test_what_happens(page: Page, said: Said, tmp_path: Path, caches: Caches, monkeypatch: pytest.MonkeyPatch) -> None:
    """All that the page shows, in order and in one folder."""
    if page.commands("python", "-m", "shapenet", "check"):
        (tmp_path / "mypy.ini").write_text(CONFIG.read_text())
        monkeypatch.setenv("MYPY_CACHE_DIR", str(caches(*ASK, *COUNT)))
    shown = {command.words[1] for command in page.commands("python")}
    for program in page.programs:
        (tmp_path / program.name).write_text(program.source)
    for step in page.steps:
        if isinstance(step, Program):
            wrong = any(": error: " in line for line in said.get(step.name, ()))
            if step.needs is None and step.name not in shown and not wrong:
                run(step, tmp_path)
        elif step.words[0] in RUN:
            command(step, tmp_path)


def run(program: Program, folder: Path) -> None:
    revealing = ["-c", REVEALING] if "reveal_type(" in program.source else []
    done = subprocess.run(
        [sys.executable, *revealing, program.name], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def command(step: Command, folder: Path) -> None:
    """Run it; of a traceback, a page shows the error at its end."""
    programs = {"python": [sys.executable], "pytest": [sys.executable, "-m", "pytest"]}
    words = [*programs.get(step.words[0], step.words[:1]), *step.words[1:]]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
    _, traceback, after = done.stderr.rpartition("Traceback (most recent call last):\n")
    raised = re.search(r"^[\w.]+: .*", after, flags=re.DOTALL | re.MULTILINE) if traceback else None
    said = [*done.stdout.splitlines(), *(raised[0].splitlines() if raised else ())]
    assert matches(step.output or ("...",), said), done.stdout + done.stderr
    assert bool(traceback) == any("Error: " in line for line in step.output), done.stderr
    assert step.output or done.returncode == 0, done.stderr
