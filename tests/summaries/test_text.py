"""The table in plain text and in Markdown."""

from __future__ import annotations

import pytest

import shapenet
from shapenet import Module, Tensor, nn
from shapenet.dims import B, H, W, parse
from shapenet.summaries import Amount
from shapenet.summaries.text import as_bytes, as_count, short

TEXT = """\
Net: [B, 1, 8, 8] -> [B, 10]

layer  type                   input -> output               parameters  multiply-adds  buffer bytes  algorithm
-----  ---------------------  ----------------------------  ----------  -------------  ------------  ---------
conv   Conv2d[1, 4, 3, 1, 1]  [B, 1, 8, 8] -> [B, 4, 8, 8]          40        2,304*B       1,024*B  im2col
norm   BatchNorm2d[4]         [B, 4, 8, 8] -> [B, 4, 8, 8]           8              0       1,024*B
pool   MaxPool2d[2]           [B, 4, 8, 8] -> [B, 4, 4, 4]           0              0         256*B
head   Linear[64, 10]         [B, 64] -> [B, 10]                   650          640*B          40*B
spare  Linear[2, 3]           not called                             9              0             0

parameters     707, 2.8 KiB
state          40 B of buffers that are kept, such as running means
multiply-adds  2,944 (2.94 k) for B=1
buffers        2.3 KiB of outputs, and {} of shared scratch memory for B=1"""
MARKDOWN = """\
### Net

`[8, 1, 8, 8] -> [8, 10]`

| layer | type | input -> output | parameters | multiply-adds | buffer bytes | algorithm |
| --- | --- | --- | ---: | ---: | ---: | --- |
| conv | `Conv2d[1, 4, 3, 1, 1]` | `[8, 1, 8, 8] -> [8, 4, 8, 8]` | 40 | 18,432 | 8,192 | im2col |
"""


class Net(Module):
    def __init__(self) -> None:
        self.conv = nn.Conv2d(1, 4, 3, padding=1)
        self.conv.algorithm = "im2col"
        self.norm = nn.BatchNorm2d(4)
        self.pool = nn.MaxPool2d(2)
        self.head = nn.Linear(64, 10)
        self.spare = nn.Linear(2, 3)

    def __call__(self, x: Tensor[B, 1, 8, 8]) -> Tensor[B, 10]:
        return self.head(self.pool(self.norm(self.conv(x))).flatten(1))


def test_text() -> None:
    net = Net()
    assert str(shapenet.summary(net)) == TEXT.format(as_bytes(net.conv.plan(1, 1, 8, 8).scratch))


def test_markdown() -> None:
    lines = shapenet.summary(Net(), sizes={"B": 8}).markdown().splitlines()
    wanted = MARKDOWN.splitlines()
    assert lines[: len(wanted)] == wanted
    assert all(line.count("|") == 8 for line in lines if line.startswith("|"))


def test_names_in_markdown() -> None:
    model = nn.Sequential()
    model.add_module("a|b_c*", nn.Linear(2, 2))
    model._layers = tuple(model.children())
    assert "| a\\|b\\_c\\* |" in shapenet.summary(model).markdown()


def test_the_model_itself_is_a_row() -> None:
    (row,) = shapenet.summary(nn.Conv2d(3, 4, 3)).rows
    assert row.path == ""
    assert row.shapes == "[B, 3, H, W] -> [B, 4, H - 2, W - 2]"
    assert "(model)" in str(shapenet.summary(nn.Conv2d(3, 4, 3)))


def test_several_dimensions() -> None:
    class Paired(Module):
        def __call__(self, x: Tensor[B, 3, H, W], y: Tensor[B, 3, "2*H", W]) -> Tensor[B, 3, H, W]:
            return x.relu()

    assert str(shapenet.summary(Paired())).startswith("Paired: [B, 3, H, W], [B, 3, 2*H, W] -> [B, 3, H, W]")


@pytest.mark.parametrize(
    ("products", "text", "number"),
    [
        ([], "0", 0),
        ([(2, 3), (4,)], "10", 10),
        ([("B", 3, "H//2", 5, "B")], "15*B**2*(H//2)", 15 * 4 * 4),
        ([("B",), ("B", 2)], "3*B", 6),
        ([("B",), ("H", 2), (4,)], "B + 2*H + 4", 2 + 18 + 4),
    ],
)
def test_amounts(products: list[tuple[int | str, ...]], text: str, number: int) -> None:
    amount = Amount(tuple(tuple(part if isinstance(part, int) else size(part) for part in one) for one in products))
    assert str(amount) == text
    assert amount.count({"B": 2, "H": 9}) == number
    assert str(amount + Amount(((5,),))) != text
    assert Amount(((size("Q"),),)).count({"B": 2}) is None


def size(text: str) -> int:
    return parse(text)  # type: ignore[return-value]  # the sizes of amounts


def test_numbers() -> None:
    assert [short(number) for number in (7, 1200, 11_689_512, 4.09e9, 2e12)] == [
        "7",
        "1.2 k",
        "11.7 M",
        "4.09 G",
        "2 T",
    ]
    assert [as_bytes(number) for number in (None, 3, 2048, 5 * 2**20, 2**31)] == [
        "unknown",
        "3 B",
        "2.0 KiB",
        "5.0 MiB",
        "2.0 GiB",
    ]
    assert [as_count(number) for number in (None, 10, 1234)] == ["unknown", "10", "1,234 (1.23 k)"]
