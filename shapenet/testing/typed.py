"""``check_types``: mypy says of a file what the comments in it say."""

from __future__ import annotations

import ast
import os
import subprocess
import tokenize
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from shapenet import mypy_configuration, mypy_running
from shapenet.testing.expectations import Saying, differences, said, wanted


@dataclass(frozen=True)
class Verdict:
    """Of one file: how mypy differs from the comments, how much they say, and where sizes become unknown."""

    differences: tuple[str, ...]
    wanted: tuple[Saying, ...]
    unknown: tuple[str, ...]


def check_types(*files: str | Path) -> None:
    """Check that mypy, with shapenet's plugin, says of *files* what the comments in them say, and nothing else.

    ``# E: text`` is an error, which may leave out the code at its end, and end with ``...`` for the rest of it;
    ``# R: Tensor[B, 16, H//2]`` is what ``reveal_type`` shows; ``# N: text`` is another note, of which not all need be
    said. They stand at the end of the line that mypy names, or on lines of their own before it.

    mypy's configuration is the one it would find here. It runs once for all files.

    Raises:
        AssertionError: it says something else; the text has each line.
        FileNotFoundError: there is no such file.
        RuntimeError: mypy is not installed, or could not do its work.
        ValueError: no file is named.
    """
    __tracebackhide__ = True
    if not files:
        raise ValueError("check_types expects files, got none")
    paths = [Path(file) for file in files]
    broken = [told(path, verdict) for path, verdict in verdicts(paths).items() if verdict.differences]
    if broken:
        raise AssertionError("\n".join(broken))


def told(file: Path, verdict: Verdict) -> str:
    """What differs, for a person."""
    return "\n".join(["mypy does not say what the comments say", *(f"  {file}:{line}" for line in verdict.differences)])


def verdicts(files: Sequence[Path], cache: Path | None = None) -> Mapping[Path, Verdict]:
    """What one run of mypy says of *files*; what it knows is kept in the folder *cache*, if the user names none.

    Raises:
        FileNotFoundError: there is no such file.
        RuntimeError: mypy is not installed, or could not do its work.
    """
    if not mypy_running.is_installed():
        raise RuntimeError(f"a type test cannot run: {mypy_running.MISSING}")
    unread = {file: _unread(error) for file in files if (error := _syntax_error(file)) is not None}
    sources = {file: _text(file) for file in files if file not in unread}
    return {**unread, **(_asked(sources, cache) if sources else {})}


def _text(file: Path) -> str:
    with tokenize.open(file) as text:  # in whatever encoding it says that it has
        return text.read()


def _asked(sources: Mapping[Path, str], cache: Path | None) -> Mapping[Path, Verdict]:
    """What one run of mypy says of files of Python."""
    try:
        configuration = mypy_configuration.find()
    except ValueError as error:
        raise RuntimeError(f"a type test cannot run: {error}") from None
    named = "MYPY_CACHE_DIR" in os.environ or "cache_dir" in configuration.mypy
    options = [] if cache is None or named else [f"--cache-dir={cache}"]
    done = mypy_running.ask([str(file) for file in sources], configuration, *options, stderr=subprocess.STDOUT)
    if done.returncode not in (0, 1):
        raise RuntimeError(f"mypy could not do its work:\n{done.stdout.rstrip()}")
    lines = done.stdout.splitlines()
    return {file: _verdict(file, source, lines, configuration.gaps_are_errors) for file, source in sources.items()}


def _syntax_error(file: Path) -> SyntaxError | None:
    try:
        ast.parse(_text(file))
    except SyntaxError as error:
        return error
    except UnicodeDecodeError as error:
        return SyntaxError(str(error))
    return None


def _unread(error: SyntaxError) -> Verdict:
    """Of a file that is no Python: mypy would say nothing of any other, either."""
    said = Saying(error.lineno or 1, "E", f"{error.msg} [syntax]")
    return Verdict(tuple(differences([], [said])), (), ())


def _verdict(file: Path, source: str, lines: Sequence[str], gaps_are_errors: bool) -> Verdict:
    sorted_out = mypy_running.sorted_out(lines)
    expected = wanted(source)
    answers = said(lines if gaps_are_errors else sorted_out.others, file)
    return Verdict(tuple(differences(expected, answers)), tuple(expected), tuple(_unknown(file, sorted_out.gaps)))


def _unknown(file: Path, gaps: Sequence[mypy_running.Gap]) -> Iterator[str]:
    for gap in gaps:
        if Path(gap.file).resolve() == file.resolve():
            yield f"{gap.line}: {gap.text}"
