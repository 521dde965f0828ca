"""The table of layers in the documents: complete, and as it would be made now."""

from __future__ import annotations

import json
from pathlib import Path

from tests.catalogue import COUNTS, DOCUMENT, SECTIONS, document, layers


def test_all_layers_have_an_example() -> None:
    assert sorted(example.name for section in SECTIONS.values() for example in section) == layers()


def test_the_document_is_up_to_date(cache: Path) -> None:
    assert DOCUMENT.read_text() == document(json.loads(COUNTS.read_text()), cache)


def test_every_layer_was_compared_with_torch() -> None:
    counts = json.loads(COUNTS.read_text())
    assert [name for name in layers() if not counts.get(name)] == []
