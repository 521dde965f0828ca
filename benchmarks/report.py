"""The results in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from benchmarks.cases import STARTS
from benchmarks.contest import Contestant, Effort
from benchmarks.machine import spelled
from benchmarks.results import Measurement, Table
from benchmarks.worker import ROUND

PLOT = "benchmarks.png"

_HOW = """\
Times are milliseconds, a ratio is a time of shapenet over one of another library: below 1, shapenet is faster.
`shapenet` runs as its doctor recommends for this machine; `plain`, where that makes a difference, without;
`channels_last` is torch with weights and images in that layout.

A case is one program, run by each library in a process of its own. The processes of a case take their rounds in turn,
after a warm-up, and are stopped in between. A round is one step, or as many as take {round:g} s after one that is not
timed; a time is the median over rounds of the median of their steps. There are {effort.rounds} rounds or more, until
each process had {effort.seconds:g} s; {effort.few} are enough where each had {effort.long:g} s. Whole programs are
faster in some processes than in others, all their life, so theirs are started {starts} times, with rounds each time:
a time is then the median over the starts, with the least and the most in brackets."""

_MEMORY = """\
MiB that the process of a case took at most, over those that the library itself takes; in brackets, for shapenet, what
a step in steady state allocates, its output included."""


def report(
    facts: Mapping[str, str],
    everyone: Iterable[Contestant],
    effort: Effort,
    tables: list[Table],
    texts: Mapping[str, str],
    *,
    plotted: bool,
) -> str:
    """Everything in one document; *texts* are what other measurements print, by their title."""
    how = _HOW.format(round=ROUND, effort=effort, starts=STARTS)
    sections = ["# Benchmarks", how]
    told = [*facts.items(), *((f"`{one.label}`", spelled(one.environment)) for one in everyone)]
    sections.append("\n".join(f"- {name}: {text}" for name, text in told))
    if compared := [table for table in tables if table.pairs]:
        sections += ["## In short", _summary(compared)]
    if plotted:
        sections.append(f"![The ratio of each case]({PLOT})")
    for table in tables:
        sections += [f"## {_title(table.group.name)}", table.group.note, _times(table)]
    for title, text in texts.items():
        sections += [f"## {_title(title)}", f"```\n{text.strip()}\n```"]
    if tables:
        sections += ["## Memory", _MEMORY, *(_memory(table) for table in tables)]
    return "\n\n".join(sections) + "\n"


def milliseconds(seconds: float) -> str:
    """Three digits of them."""
    return _digits(seconds * 1e3)


def _summary(tables: list[Table]) -> str:
    def row(table: Table) -> Iterator[str]:
        pair = table.pairs[0]
        worst = table.worst(pair)
        yield from (table.group.name, str(len(table.results)), "/".join(pair), _ratio(table.mean(pair)))
        yield from (_ratio(worst.ratio(pair)), worst.case.name)

    return _table(["group", "cases", "ratio", "geometric mean", "worst", "of"], map(row, tables))


def _times(table: Table) -> str:
    labels, pairs = table.labels, table.pairs
    rows = []
    for result in table.results:
        times = (_time(result.measured[label]) for label in labels)
        rows.append([result.case.name, *times, *(_ratio(result.ratio(pair)) for pair in pairs)])
    if table.grows:
        rows.append(["**slope**", *(f"{table.slope(label):.2f}" for label in labels), *[""] * len(pairs)])
    if pairs:
        no_times = [""] * len(labels)
        rows.append(["**geometric mean**", *no_times, *(_ratio(table.mean(pair)) for pair in pairs)])
        rows.append(["**worst**", *no_times, *(_ratio(table.worst(pair).ratio(pair)) for pair in pairs)])
    return _table(["case", *labels, *map("/".join, pairs)], rows)


def _time(measured: Measurement) -> str:
    time = milliseconds(measured.seconds)
    if len(measured.starts) == 1:
        return time
    return f"{time} ({milliseconds(min(measured.starts))}-{milliseconds(max(measured.starts))})"


def _memory(table: Table) -> str:
    def cell(label: str, peak: int | None, fresh: int | None) -> str:
        told = "?" if peak is None else _mebibytes(peak)
        return told if fresh is None else f"{told} ({_mebibytes(fresh)})"

    rows = (
        [result.case.name, *(cell(label, one.peak, one.fresh) for label, one in result.measured.items())]
        for result in table.results
    )
    return _table([table.group.name, *table.labels], rows)


def _table(head: list[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _title(name: str) -> str:
    return name[0].upper() + name[1:]


def _ratio(ratio: float) -> str:
    return f"{ratio:.2f}" if ratio >= 0.1 else f"1/{1 / ratio:.0f}"


def _mebibytes(size: int) -> str:
    return _digits(size / 2**20)


def _digits(number: float) -> str:
    return f"{number:.3g}" if number < 1000 else f"{number:.0f}"
