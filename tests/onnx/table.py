"""The list of layers in ``docs/onnx.md``: ``python -m tests.onnx.table`` writes it anew."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from tests.catalogue import SECTIONS

DOCUMENT: Final = Path(__file__).parents[2] / "docs" / "onnx.md"
UNKNOWN_TO_ONNX: Final = (
    *("Unfold", "MSELoss", "L1Loss", "SmoothL1Loss", "HuberLoss", "BCELoss", "BCEWithLogitsLoss"),
    *("KLDivLoss", "CosineEmbeddingLoss"),
)
"""Layers that ONNX has no operation for."""

_START: Final = "<!-- layers -->\n"
_END: Final = "<!-- end -->\n"


def section() -> str:
    """The list, between its marks."""
    lines = []
    for title, examples in SECTIONS.items():
        known = [f"`{example.name}`" for example in examples if example.name not in UNKNOWN_TO_ONNX]
        lines.append(f"- {title}: {', '.join(known)}")
    unknown = ", ".join(f"`{name}`" for name in UNKNOWN_TO_ONNX)
    return "\n".join([_START, *lines, "", f"ONNX has no operation for {unknown}.", "", _END])


if __name__ == "__main__":
    text = DOCUMENT.read_text()
    DOCUMENT.write_text(re.sub(f"{_START}.*{_END}", lambda _: section(), text, flags=re.DOTALL))
