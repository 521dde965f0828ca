"""The pictures of the documentation are as they would be drawn now, and each page's are there."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from tests.documents import PAGES
from tests.figures import DRAWINGS, FOLDER


@pytest.mark.parametrize("name", DRAWINGS)
def test_the_picture_is_up_to_date(name: str) -> None:
    drawn = str(DRAWINGS[name]())
    ElementTree.fromstring(drawn)
    assert (FOLDER / f"{name}.svg").read_text() == drawn, "python -m tests.figures draws it anew"


def test_all_pictures_are_shown() -> None:
    shown = {name for page in PAGES for name in re.findall(r"\(images/(\w+)\.svg\)", page.read_text())}
    assert shown == set(DRAWINGS) == {path.stem for path in FOLDER.glob("*.svg")}
