"""A digest of everything the plugin's answers depend on, for mypy to know when its cache is out of date."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final


def _digest() -> str:
    package = Path(__file__).parent.parent
    sources = [source for part in ("dims", "rules", "mypy_plugin") for source in package.glob(f"{part}/**/*.py")]
    digest = hashlib.sha256()
    for source in sorted([*sources, package / "errors.py"]):
        digest.update(source.read_bytes())
    return digest.hexdigest()[:16]


FINGERPRINT: Final = _digest()
