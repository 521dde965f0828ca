"""The report at the end of a test run: which sizes the contracts saw, and what the type tests said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from shapenet.testing.records import Record
from shapenet.testing.typed_items import TYPED

_CONTRACT: Final = "shapenet_contract"


def noted(record: Record) -> tuple[str, object]:
    """A record as a property of a test, which reports carry from one process to another."""
    return _CONTRACT, asdict(record)


def lines(reports: Mapping[str, Sequence[Any]]) -> Iterator[str]:
    """The report, line by line, from what pytest reported of each test."""
    called = [each for some in reports.values() for each in some if getattr(each, "when", "") == "call"]
    properties = [(each.nodeid, name, value) for each in called for name, value in each.user_properties]
    contracts = [(test, value) for test, name, value in sorted(properties, key=_by_test) if name == _CONTRACT]
    typed = [(test, value) for test, name, value in sorted(properties, key=_by_test) if name == TYPED]
    if contracts:
        yield from _table(
            ("contract", "model", "calls", "seconds", "dimensions", "never called"),
            [
                (
                    test,
                    value["model"],
                    str(value["calls"]),
                    f"{value['seconds']:.1f}",
                    _ranges(value["ranges"]),
                    ", ".join(value["uncalled"]) or "-",
                )
                for test, value in contracts
            ],
        )
    if typed:
        yield from _table(
            ("type test", "errors", "types", "unknown sizes"),
            [(test, str(value["E"]), str(value["R"]), str(value["unknown"])) for test, value in typed],
        )
    calls = sum(value["calls"] for _, value in contracts)
    unknown = sum(value["unknown"] for _, value in typed)
    yield (
        f"{_count(len(contracts), 'contract')} in {_count(calls, 'call')}; {_count(len(typed), 'type test')}, "
        f"{_count(unknown, 'place')} where a size becomes unknown"
    )


def _by_test(found: tuple[str, str, Any]) -> str:
    return found[0]


def _ranges(ranges: Mapping[str, Sequence[int]]) -> str:
    return (
        ", ".join(
            f"{name} {least}" if least == most else f"{name} {least}-{most}" for name, (least, most) in ranges.items()
        )
        or "-"
    )


def _table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(titles, *rows, strict=True)]
    for row in (titles, *rows):
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
    yield ""


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
