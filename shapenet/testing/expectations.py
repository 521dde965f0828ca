"""What comments of a file say that mypy says, and what mypy says.

``# E: text`` is an error, ``# R: type`` what ``reveal_type`` shows, ``# N: text`` any other note. A comment stands at
the end of the line that mypy names, or on lines of its own before that; one may say several: ``# E: one  # E: two``.

    x = pool(x)  # E: MaxPool2d[2] expects 3 or 4 dimensions, got 2: [B, 10]
    reveal_type(x)  # R: Tensor[B, 16, H//2]
"""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_COMMENT: Final = re.compile(r"#\s*([ERN]):\s*(.*?)\s*(?=$|#\s*[ERN]:)")
_MESSAGE: Final = re.compile(r"(?P<file>.+?):(?P<line>\d+): (?P<kind>error|note): (?P<text>.*)")
_REVEALED: Final = re.compile(r'Revealed type is "(.*)"')
_CODE: Final = re.compile(r" \[[a-z-]+\]$")
_SIZE: Final = re.compile(r"Size\[Literal\['(.*?)'\][^\]]*\]")
_LITERAL: Final = re.compile(r"Literal\[([^\[\]]*)\]")
_PREFIX: Final = re.compile(r"\b(?:[A-Za-z_]\w*\.)+(?=[A-Za-z_])")
_OMITTED: Final = "..."
_TRIVIA: Final = (tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)


@dataclass(frozen=True, order=True)
class Saying:
    """A message for a line: its *kind* is E for an error, R for a revealed type, N for another note."""

    line: int
    kind: str
    text: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.text}"


def wanted(source: str) -> list[Saying]:
    """What the comments of a file say.

    Raises:
        ValueError: it is no Python.
    """
    found: list[Saying] = []
    waiting: list[tuple[str, str]] = []
    code = 0  # the last line with code on it
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            line = token.start[0]
            if token.type == tokenize.COMMENT:
                said = [(kind, _plain(kind, text)) for kind, text in _COMMENT.findall(token.string)]
                if line == code:
                    found += [Saying(line, kind, text) for kind, text in said]
                else:
                    waiting += said
            elif token.type not in _TRIVIA:
                found += [Saying(line, kind, text) for kind, text in waiting]
                waiting.clear()
                code = token.end[0]
    except (tokenize.TokenError, SyntaxError) as error:
        raise ValueError(str(error)) from None
    return sorted(found)


def said(lines: Sequence[str], file: Path) -> list[Saying]:
    """What mypy says of *file* in *lines*."""
    return sorted(_said(lines, file.resolve()))


def differences(wanted: Sequence[Saying], said: Sequence[Saying]) -> Iterator[str]:
    """What is wanted and not said, and what is said and not wanted, but for notes; one a line.

    A wanted error may leave out the code at its end, and end with ``...`` for what follows.
    """
    rest = list(said)
    missing = []
    for one in wanted:
        match = next((other for other in rest if _fits(one, other)), None)
        if match is None:
            missing.append(one)
        else:
            rest.remove(match)
    rest = [one for one in rest if one.kind != "N"]
    for line in sorted({one.line for one in (*missing, *rest)}):
        yield from (f"{line}: expected  {one}" for one in missing if one.line == line)
        yield from (f"{line}: got       {one}" for one in rest if one.line == line)


def _said(lines: Sequence[str], file: Path) -> Iterator[Saying]:
    for line in lines:
        match = _MESSAGE.fullmatch(line)
        if match is None or Path(match["file"]).resolve() != file:
            continue
        revealed = _REVEALED.fullmatch(match["text"])
        if revealed is not None:
            yield Saying(int(match["line"]), "R", _plain("R", revealed[1]))
        else:
            kind = "E" if match["kind"] == "error" else "N"
            yield Saying(int(match["line"]), kind, _plain(kind, match["text"]))


def _plain(kind: str, text: str) -> str:
    """*text* as it is compared: of a type, sizes as they are written, and no modules."""
    text = " ".join(text.split())
    if kind != "R":
        return text
    return re.sub(r"\s*,\s*", ", ", _LITERAL.sub(r"\1", _SIZE.sub(r"\1", _PREFIX.sub("", text))))


def _fits(wanted: Saying, said: Saying) -> bool:
    if (wanted.line, wanted.kind) != (said.line, said.kind):
        return False
    if wanted.text.endswith(_OMITTED) and said.text.startswith(wanted.text.removesuffix(_OMITTED).rstrip()):
        return True
    return wanted.text in (said.text, _CODE.sub("", said.text))
