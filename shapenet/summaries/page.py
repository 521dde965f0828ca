"""A summary as one HTML page, which needs nothing else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import escape
from importlib.resources import files
from typing import Final

from shapenet import rules
from shapenet.summaries.figure import FAMILIES, family_of, figure
from shapenet.summaries.report import Drawn, Row, Summary, show
from shapenet.summaries.sizes import at
from shapenet.summaries.text import as_bytes, notes, short

_HEADINGS: Final = (
    ("#", "number"),
    ("layer", "text"),
    ("type", "text"),
    ("input → output", "text"),
    ("parameters", "number"),
    ("multiply-adds", "number"),
    ("buffer bytes", "number"),
    ("algorithm", "text"),
)
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"
"""Nothing is loaded from anywhere."""


def page(summary: Summary) -> str:
    """The page."""
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<link rel="icon" href="data:,">
<title>{escape(summary.name)}</title>
<style>
{_file("page.css")}</style>
</head>
<body>
<main>
{_body(summary)}
</main>
<script type="application/json" id="data">{_data(summary)}</script>
<script>
{_file("page.js")}</script>
</body>
</html>
"""


def _body(summary: Summary) -> str:
    return f"""<header>
<h1>{escape(summary.name)}</h1>
<p class="shapes"><code>{escape(show(summary.inputs))}</code> → <code>{escape(show(summary.outputs))}</code></p>
</header>
{_cards(summary)}
<section aria-labelledby="flow-title">
<h2 id="flow-title">Data flow</h2>
<p class="hint">Height: the image, or the length of the sequence. Width: channels. Lines above: what skips layers.</p>
<div class="scroll">
{figure(summary)}
</div>
{_legend(summary)}
<div id="detail" aria-live="polite"><p class="faint">Point at a block, or go through them with the arrow keys.</p></div>
</section>
<section aria-labelledby="table-title">
<h2 id="table-title">Layers</h2>
{_table(summary)}
</section>
{_notes(summary)}"""


def _file(name: str) -> str:
    return files("shapenet.summaries").joinpath(name).read_text(encoding="utf-8")


def _cards(summary: Summary) -> str:
    example = summary.example
    where = ", ".join(f"{name}={size}" for name, size in example.items())
    work, held = summary.multiply_adds.count(example), summary.buffer_bytes.count(example)
    cards = [
        ("parameters", short(summary.parameters), as_bytes(summary.parameter_bytes)),
        ("multiply-adds", "?" if work is None else short(work), where),
        ("outputs of all layers", as_bytes(held), where),
        ("layers", str(sum(row.called for row in summary.rows)), "calls, as in the table"),
    ]
    items = (
        f"<div><dt>{name}</dt><dd>{escape(value)}</dd><dd class='faint'>{escape(extra)}</dd></div>"
        for name, value, extra in cards
    )
    return f'<dl class="cards">{"".join(items)}</dl>'


def _legend(summary: Summary) -> str:
    there = {family_of(block) for block in summary.blocks}
    items = (f'<li><i class="{name}"></i>{told}</li>' for name, (told, _) in FAMILIES.items() if name in there)
    return f'<ul class="legend">{"".join(items)}</ul>'


def _notes(summary: Summary) -> str:
    items = (f"<dt>{escape(word)}</dt><dd>{escape(said)}</dd>" for word, said in notes(summary))
    return f'<dl class="notes">{"".join(items)}</dl>'


def _table(summary: Summary) -> str:
    heads = "".join(
        f'<th scope="col" class="{kind}"{" aria-sort=ascending" if name == "#" else ""}>'
        f'<button type="button">{escape(name)}</button></th>'
        for name, kind in _HEADINGS
    )
    block_of = {block.row: place for place, block in enumerate(summary.blocks) if block.row is not None}
    rows = "\n".join(_row(summary, row, number, block_of.get(number)) for number, row in enumerate(summary.rows))
    return f'<div class="scroll"><table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table></div>'


def _row(summary: Summary, row: Row, number: int, block: int | None) -> str:
    work, held = row.multiply_adds.count(summary.example), row.buffer_bytes.count(summary.example)
    all_work = summary.multiply_adds.count(summary.example) or 1
    all_held = summary.buffer_bytes.count(summary.example) or 1
    shared = " <small>shared</small>" if row.repeated else ""
    cells = [
        f'<td class="number faint" data-v="{number}">{number + 1}</td>',
        f'<th scope="row">{escape(row.path or "(model)")}</th>',
        f"<td><code>{escape(row.type)}</code></td>",
        f"<td><code>{escape(row.shapes.replace('->', '→'))}</code></td>",
        _amount(row.parameters, f"{row.parameters:,}", shared, row.parameters / max(summary.parameters, 1)),
        _amount(work, str(row.multiply_adds), "", (work or 0) / all_work),
        _amount(held, str(row.buffer_bytes), "", (held or 0) / all_held),
        f"<td>{escape(row.algorithm)}</td>",
    ]
    place = "" if block is None else f' data-i="{block}"'
    return f"<tr{place}>{''.join(cells)}</tr>"


def _amount(number: int | None, told: str, extra: str, share: float) -> str:
    value = -1 if number is None else number
    style = f' style="--s:{share:.3f}"' if share >= 0.001 else ""
    return f'<td class="number"{style} data-v="{value}">{escape(told)}{extra}</td>'


def _data(summary: Summary) -> str:
    """What the script shows of each block; nothing in it can end the element that it stands in."""
    told = [_told(summary, block) for block in summary.blocks]
    start = {"title": "input", "facts": [["shape", show(summary.inputs)], *_sized(summary, summary.inputs)]}
    return json.dumps([start, *told], separators=(",", ":")).replace("<", "\\u003c")


def _told(summary: Summary, block: Drawn) -> dict[str, object]:
    row = None if block.row is None else summary.rows[block.row]
    return {"title": block.path, "type": block.type, "facts": [*_facts(summary, block, row)]}


def _facts(summary: Summary, block: Drawn, row: Row | None) -> Iterator[list[str]]:
    if row is None:
        yield ["output", rules.show(block.shape)]
        yield from _sized(summary, (block.shape,))
        return
    yield ["input", show(row.inputs)]
    yield ["output", show(row.outputs)]
    yield from _sized(summary, row.outputs)
    if row.parameters or row.repeated:
        yield ["parameters", f"{row.parameters:,}" + (" (others are shared)" if row.repeated else "")]
    work, held = row.multiply_adds.count(summary.example), row.buffer_bytes.count(summary.example)
    if work:
        yield ["multiply-adds", f"{work:,}" if row.multiply_adds.known else f"{row.multiply_adds} = {work:,}"]
    if held:
        yield ["buffer", as_bytes(held)]
    if row.algorithm:
        scratch = f", {as_bytes(row.scratch_bytes)} of scratch" if row.scratch_bytes else ""
        yield ["algorithm", f"{row.algorithm}{scratch}"]


def _sized(summary: Summary, shapes: tuple[tuple[object, ...], ...]) -> Iterator[list[str]]:
    """The shapes in numbers, where they have names."""
    sized = [tuple(at(dim, summary.example) for dim in shape) for shape in shapes]  # type: ignore[arg-type]
    if sized != list(shapes):
        yield ["for " + ", ".join(f"{name}={size}" for name, size in summary.example.items()), show(sized)]
