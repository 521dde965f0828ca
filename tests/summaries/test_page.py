"""The HTML page: well-formed, with nothing from outside, small, and with everything in it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest

import shapenet
from shapenet import Module, models, nn
from shapenet.summaries import Summary
from shapenet.summaries.figure import FAMILIES, extent, family_of

VOID = {"meta", "link"}
DRAWN_ALONE = {"path", "rect", "circle"}


class Reader(HTMLParser):
    """Keeps what it reads; each element must be closed by its own end."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs), f"{tag} has an attribute twice: {attrs}"
        self.found.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in DRAWN_ALONE
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open:
            self.texts.setdefault(self.open[-1], []).append(data)

    def all(self, tag: str, **wanted: str) -> list[dict[str, str | None]]:
        return [
            attrs
            for name, attrs in self.found
            if name == tag and all(value in (attrs.get(key) or "").split() for key, value in wanted.items())
        ]


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert reader.open == []
    return reader


MODELS: list[Callable[[], Module]] = [
    lambda: models.resnet18(10),
    lambda: models.UNet(3, 2, 8, 3),
    lambda: models.GPT(100, 16, 8, 2, 2),
    lambda: models.squeezenet1_1(10),
    lambda: nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2)),
    lambda: nn.Linear(2, 3),
]


@pytest.fixture(params=MODELS)
def said(request: pytest.FixtureRequest) -> Summary:
    model: Module = request.param()
    return shapenet.summary(model)


def test_the_page(said: Summary) -> None:
    page = said.html()
    reader = read(page)
    assert len(page.encode()) < 300_000
    blocks = [int(attrs["data-i"] or "") for _, attrs in reader.found if "block" in (attrs.get("class") or "").split()]
    assert blocks == list(range(-1, len(said.blocks)))
    ids = [attrs["id"] for _, attrs in reader.found if "id" in attrs]
    assert len(set(ids)) == len(ids)
    for _, attrs in reader.found:
        assert set((attrs.get("aria-labelledby") or "").split()) <= set(ids)
    rows = page.split("<tbody>")[1].split("</tbody>")[0]
    assert rows.count("<tr") == len(said.rows)
    told = json.loads("".join(reader.texts["script"]).partition("\n")[0])
    assert len(told) == len(said.blocks) + 1
    assert [one["title"] for one in told[1:]] == [block.path for block in said.blocks]


def test_nothing_comes_from_outside(said: Summary) -> None:
    page = said.html()
    for _, attrs in read(page).found:
        assert not {"src", "srcset", "action", "xlink:href"} & set(attrs)
        assert attrs.get("href") in (None, "data:,")
        assert not [name for name in attrs if name.startswith("on")]
    assert not re.search(r"https?:|//\w+\.\w+/|@import|url\(|fetch\(|XMLHttpRequest|import\(", page)
    assert "default-src 'none'" in page


def test_one_block_takes_the_focus(said: Summary) -> None:
    blocks = read(said.html()).all("g", **{"class": "block"})
    assert [attrs["tabindex"] for attrs in blocks].count("0") == 1
    assert all(attrs["role"] == "button" and attrs["aria-label"] for attrs in blocks)


def test_edges_go_forward(said: Summary) -> None:
    for place, block in enumerate(said.blocks):
        assert all(-1 <= source < place for source in block.sources)
    skips = read(said.html()).all("path", **{"class": "skip"})
    wanted = {(source, place) for place, block in enumerate(said.blocks) for source in block.sources}
    assert {(int(a["data-a"] or ""), int(a["data-b"] or "")) for a in skips} == {
        edge for edge in wanted if edge[1] > edge[0] + 1
    }


def test_resnet_has_its_shortcuts() -> None:
    said = shapenet.summary(models.resnet18(10))
    sums = [block for block in said.blocks if block.type == "add"]
    assert len(sums) == 8
    assert all(len(block.sources) == 2 for block in sums)
    assert sum(block.type.startswith("Conv2d") for block in said.blocks) == 20


def test_names_are_escaped() -> None:
    wicked = '</script><script>alert("&")</script>'
    model = nn.Sequential()
    model.add_module(wicked, type("Wick<ed&", (nn.Linear,), {})(2, 2))
    model._layers = tuple(model.children())
    page = shapenet.summary(model).html()
    reader = read(page)
    assert "alert" not in "".join(re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL))
    assert len(reader.all("script")) == 2
    assert wicked in "".join(reader.texts["th"])
    assert wicked in [one["title"] for one in json.loads("".join(reader.texts["script"]).partition("\n")[0])]


def test_families() -> None:
    said = shapenet.summary(models.GPT(100, 16, 8, 2, 2))
    families = {block.type.partition("[")[0]: family_of(block) for block in said.blocks}
    assert families == {
        "Embedding": "seq",
        "add": "join",
        "Dropout": "other",
        "LayerNorm": "norm",
        "MultiheadAttention": "seq",
        "Linear": "dense",
        "gelu": "act",
    }
    assert set(families.values()) <= set(FAMILIES)


def test_extents() -> None:
    assert extent((2, 64, 16, 4)) == (8, 64)
    assert extent((2, 10, 64)) == (10, 64)
    assert extent((2, 64, 10), "Conv1d[3, 64, 3]") == (10, 64)
    assert extent((2, 7)) == (1, 7)
    assert extent(()) == (1, 1)
