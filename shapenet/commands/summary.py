"""``python -m shapenet summary``: what a model's layers make of which shape, and what they take."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from shapenet.commands import loading
from shapenet.commands.command import Command, CommandError
from shapenet.errors import SummaryError
from shapenet.summaries import Summary, summary

_FORMATS: Final = ("text", "markdown", "html")
_SUFFIXES: Final = {".md": "markdown", ".html": "html", ".htm": "html"}


def _run(given: argparse.Namespace) -> int:
    model = loading.model(given.model)
    shapes = [_shape(text) for text in given.input]
    sizes = dict(_size(text) for text in given.size)
    try:
        told = summary(model, *shapes, sizes=sizes)
        if given.batch is not None:
            told = summary(model, *shapes, sizes={**sizes, **_batch(told, given.batch)})
    except SummaryError as error:
        raise CommandError(str(error)) from None
    _write(_formatted(told, given.format or _format_of(given.output)), given.output)
    return 0


def _formatted(told: Summary, form: str) -> str:
    return {"text": told.__str__, "markdown": told.markdown, "html": told.html}[form]()


def _format_of(output: str | None) -> str:
    return "text" if output is None else _SUFFIXES.get(Path(output).suffix.lower(), "text")


def _write(text: str, output: str | None) -> None:
    if output is None:
        print(text)
        return
    try:
        Path(output).write_text(text if text.endswith("\n") else f"{text}\n", encoding="utf-8")
    except OSError as error:
        raise CommandError(f"cannot write {output}: {error.strerror}") from None


def _shape(text: str) -> list[int | str]:
    """``B,3,224,224``."""
    return [int(part) if part.strip().isdigit() else part.strip() for part in text.strip("[]").split(",")]


def _size(text: str) -> tuple[str, int]:
    """``H=224``."""
    name, equals, number = text.partition("=")
    if not (name and equals and number.isdigit()):
        raise CommandError(f"expected --size NAME=NUMBER, got {text!r}")
    return name, int(number)


def _batch(told: Summary, size: int) -> dict[str, int]:
    """The size of the first dimension, by its name."""
    firsts: Sequence[str] = [str(shape[0]) for shape in told.inputs if shape]
    names = [first for first in firsts if first in told.example]
    if not names:
        raise CommandError(f"--batch is for a model whose first dimension has a name, here it is {', '.join(firsts)}")
    return dict.fromkeys(names, size)


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", help=loading.MODEL_HELP)
    parser.add_argument("--format", choices=_FORMATS, help="else as the name of the file says, or text")
    parser.add_argument("--output", metavar="FILE", help="write it there, rather than to the screen")
    parser.add_argument("--batch", type=int, metavar="N", help="the size of the first dimension")
    parser.add_argument(
        "--size",
        action="append",
        default=[],
        metavar="NAME=N",
        help="the size that a name in the shapes stands for: --size H=224 --size W=224",
    )
    parser.add_argument(
        "--input",
        action="append",
        default=[],
        metavar="SHAPE",
        help="the shape of an input, where the annotations do not say it: --input B,3,224,224",
    )


COMMAND: Final = Command(
    name="summary",
    help="each layer's shapes, parameters, multiply-adds and buffers",
    description="Prints what each layer of a model makes of which shape, without running it, and what it takes. As "
    "HTML it is a page that draws the data flow and needs no network.",
    add_arguments=_add_arguments,
    run=_run,
)
