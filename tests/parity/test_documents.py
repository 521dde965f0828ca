"""What the pages of the documentation show with torch."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.documents import PAGES, Page, Program, read

DOCUMENTS = [page for page in map(read, PAGES) if any(isinstance(step, Program) and step.needs for step in page.steps)]


@pytest.mark.parametrize("page", DOCUMENTS, ids=lambda page: page.name)
def test_what_happens(page: Page, tmp_path: Path) -> None:
    programs = [step for step in page.steps if isinstance(step, Program)]
    for program in programs:
        (tmp_path / program.name).write_text(program.source)
    for program in programs:
        if program.needs:
            done = subprocess.run(
                [sys.executable, program.name], cwd=tmp_path, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, done.stderr
