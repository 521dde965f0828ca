"""A summary as a table, in plain text or in Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from shapenet.summaries.report import Row, Summary, show

HEADINGS = ("layer", "type", "input -> output", "parameters", "multiply-adds", "buffer bytes", "algorithm")
_NUMBERS = (3, 4, 5)


def cells(row: Row) -> tuple[str, ...]:
    """A row, as the table shows it."""
    return (
        row.path or "(model)",
        row.type,
        row.shapes,
        f"{row.parameters:,}" + (" (shared)" if row.repeated else ""),
        str(row.multiply_adds),
        str(row.buffer_bytes),
        row.algorithm,
    )


def notes(summary: Summary) -> Iterator[tuple[str, str]]:
    """What is said of the whole model: pairs of a word and a text."""
    where = ", ".join(f"{name}={size}" for name, size in summary.example.items())
    place = f" for {where}" if where else ""
    yield "parameters", f"{summary.parameters:,}, {as_bytes(summary.parameter_bytes)}"
    if summary.state_bytes:
        yield "state", f"{as_bytes(summary.state_bytes)} of buffers that are kept, such as running means"
    yield "multiply-adds", f"{as_count(summary.multiply_adds.count(summary.example))}{place}"
    outputs, scratch = as_bytes(summary.buffer_bytes.count(summary.example)), as_bytes(summary.scratch_bytes)
    yield "buffers", f"{outputs} of outputs, and {scratch} of shared scratch memory{place}"
    if summary.assumptions:
        yield "holds where", ", ".join(summary.assumptions)
    for name, size in summary.fixed.items():
        yield "only for", f"{name}={size}: what the model computes of {name} cannot be followed"


def text(summary: Summary) -> str:
    """The table in plain text."""
    table = [HEADINGS, *map(cells, summary.rows)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines = [f"{summary.name}: {show(summary.inputs)} -> {show(summary.outputs)}", ""]
    for number, line in enumerate(table):
        aligned = (
            word.rjust(width) if place in _NUMBERS else word.ljust(width)
            for place, (word, width) in enumerate(zip(line, widths, strict=True))
        )
        lines.append("  ".join(aligned).rstrip())
        if number == 0:
            lines.append("  ".join("-" * width for width in widths))
    told = list(notes(summary))
    width = max(len(word) for word, _ in told)
    return "\n".join([*lines, "", *(f"{word:<{width}}  {said}" for word, said in told)])


def markdown(summary: Summary) -> str:
    """The table in Markdown."""
    lines = [f"### {_escaped(summary.name)}", "", f"`{show(summary.inputs)} -> {show(summary.outputs)}`", ""]
    lines += [_line(HEADINGS), _line(["---:" if place in _NUMBERS else "---" for place in range(len(HEADINGS))])]
    for row in summary.rows:
        first, kind, shapes, *rest = cells(row)
        lines.append(_line([_escaped(first), f"`{kind}`", f"`{shapes}`", *map(_escaped, rest)]))
    return "\n".join([*lines, "", *(f"- {word}: {_escaped(said)}" for word, said in notes(summary))])


def as_count(number: int | None) -> str:
    """A large number: ``1,814,073,344 (1.81 G)``."""
    if number is None:
        return "unknown"
    return f"{number:,}" + (f" ({short(number)})" if number >= 1000 else "")


def short(number: float) -> str:
    """``1.81 G``."""
    for factor, letter in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")):
        if number >= factor:
            return f"{number / factor:.3g} {letter}"
    return f"{number:g}"


def as_bytes(number: int | None) -> str:
    """``44.6 MiB``."""
    if number is None:
        return "unknown"
    for factor, unit in ((2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB")):
        if number >= factor:
            return f"{number / factor:.1f} {unit}"
    return f"{number} B"


def _line(words: list[str] | tuple[str, ...]) -> str:
    return f"| {' | '.join(words)} |"


def _escaped(said: str) -> str:
    for character in "\\|*_<":
        said = said.replace(character, f"\\{character}")
    return said
