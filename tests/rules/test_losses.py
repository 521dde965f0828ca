"""Rules of losses: which shapes belong together, and what is left of them."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from shapenet import rules
from shapenet.dims import UNKNOWN, Pack, Shape, parse
from shapenet.errors import ShapeError
from shapenet.rules.losses import common

BATCH = Pack("Batch")
ELEMENTS = [
    rules.MSELoss,
    rules.L1Loss,
    rules.SmoothL1Loss,
    rules.HuberLoss,
    rules.KLDivLoss,
    rules.BCELoss,
    rules.BCEWithLogitsLoss,
]


def shape(*parts: str | int | Pack | None) -> Shape:
    return tuple(UNKNOWN if part is None else parse(part) if isinstance(part, str) else part for part in parts)


@pytest.mark.parametrize("rule", ELEMENTS)
def test_of_elements(rule: type[rules.ElementLoss]) -> None:
    for reduction in ("mean", "sum"):
        assert rule(reduction).output(shape("B", 10), shape("B", None)) == ()
        assert rule(reduction).output(shape(BATCH), shape("B", 3)) == ()
    assert rule("none").output(shape("B", None), shape("B", 3)) == shape("B", 3)
    assert rule("none").output(shape(BATCH, 10), shape(BATCH, 10)) == shape(BATCH, 10)
    assert rule("none").output(shape(Pack()), shape("B", 3)) == shape("B", 3)
    assert rule("none").output(shape("B", 3), shape(Pack())) == shape("B", 3)
    assert rule(UNKNOWN).output(shape(3), shape(3)) == (Pack(),)
    text = f'^{rule.__name__}\\["none"\\] expects two equal shapes, got'
    for x, y in [
        (shape(3), shape(3, 1)),
        (shape(3), shape(4)),
        ((), shape(1)),
        (shape("B"), shape("N")),
        (shape(BATCH, 3), shape(BATCH, 4)),
    ]:
        with pytest.raises(ShapeError, match=text):
            rule("none").output(x, y)


@pytest.mark.parametrize("rule", [rules.CrossEntropyLoss, rules.NLLLoss])
def test_of_classes(rule: type[rules.ClassLoss]) -> None:
    each = rule("none")
    cases: list[tuple[tuple[str | int | Pack, ...], tuple[str | int | Pack, ...]]] = [
        ((5,), ()),
        (("B", 10), ("B",)),
        (("B", 10, "H", "W"), ("B", "H", "W")),
        (("B", 10, BATCH), ("B", BATCH)),
        ((2, 3, 4), (2, 4)),
    ]
    for x, labels in cases:
        assert each.output(shape(*x), shape(*labels)) == shape(*labels)
        assert rule().output(shape(*x), shape(*labels)) == ()
    assert rule().output(shape(BATCH), shape("B")) == ()
    assert each.output(shape(BATCH, 10), shape("B")) == (Pack(),)
    assert each.output(shape("B", "C"), shape(Pack())) == shape("B")


def test_probabilities() -> None:
    assert rules.CrossEntropyLoss("none").output(shape("B", 10, "H"), shape("B", None, "H")) == shape("B", "H")
    assert rules.CrossEntropyLoss("none").output(shape(10), shape(10)) == ()
    with pytest.raises(ShapeError):
        rules.NLLLoss().output(shape("B", 10), shape("B", 10))


def test_pairs() -> None:
    rule = rules.CosineEmbeddingLoss
    assert rule().output(shape("B", 8), shape("B", 8), shape("B")) == ()
    assert rule("none").output(shape("B", 8), shape(None, 8), shape(None)) == shape("B")
    assert rule("none").output(shape(8), shape(8), ()) == ()
    assert rule("none").output(shape(BATCH, 8), shape(BATCH, 8), shape("B")) == shape("B")


@pytest.mark.parametrize(
    ("rule", "inputs", "text"),
    [
        (rules.CrossEntropyLoss(), [()], "CrossEntropyLoss expects logits [C] or [N, C, ...], got []"),
        (rules.CrossEntropyLoss(), [(5, 3), (4,)], "CrossEntropyLoss expects labels [5] for logits [5, 3], got [4]"),
        (
            rules.CrossEntropyLoss("sum"),
            [(5, 3), (5, 4)],
            'CrossEntropyLoss["sum"] expects probabilities [5, 3] for logits [5, 3], got [5, 4]',
        ),
        (
            rules.CrossEntropyLoss(),
            [(5, 3), ()],
            "CrossEntropyLoss expects labels [5] or probabilities [5, 3] for logits [5, 3], got []",
        ),
        (rules.NLLLoss(), [(5, 3), ()], "NLLLoss expects labels [5] for log-probabilities [5, 3], got []"),
        (rules.NLLLoss(), [(5, 3), (5, 3)], "NLLLoss expects labels [5] for log-probabilities [5, 3], got [5, 3]"),
        (rules.NLLLoss(), [(3,), (3,)], "NLLLoss expects labels [] for log-probabilities [3], got [3]"),
        (
            rules.CosineEmbeddingLoss(),
            [(5, 3), (5, 3), (4,)],
            "CosineEmbeddingLoss expects labels [5] for [5, 3], got [4]",
        ),
        (
            rules.CosineEmbeddingLoss(),
            [(5, 3), (5, 1), (5,)],
            "CosineEmbeddingLoss expects two equal shapes, got [5, 3] and [5, 1]: dimension 1 is 3 against 1",
        ),
        (
            rules.CosineEmbeddingLoss(),
            [(5, 0), (5, 0), (5,)],
            "CosineEmbeddingLoss expects vectors [D] or [N, D] that are not empty, got [5, 0]",
        ),
    ],
)
def test_refusals(rule: rules.LossRule, inputs: list[Shape], text: str) -> None:
    output: Callable[..., Shape] = rule.output
    with pytest.raises(ShapeError, match=f"^{re.escape(text)}$"):
        output(*inputs)


@pytest.mark.parametrize("wrong", ["batchmean", "avg", None, True, 3])
def test_reductions(wrong: str) -> None:
    with pytest.raises(ShapeError) as caught:
        rules.MSELoss(wrong)
    assert str(caught.value) == f'MSELoss expects reduction to be "mean", "sum" or "none", got {wrong!r}'
    assert rules.KLDivLoss("batchmean").output((3, 2), (3, 2)) == ()
    assert str(rules.MSELoss()) == "MSELoss"
    assert str(rules.MSELoss("sum")) == 'MSELoss["sum"]'


def test_weights() -> None:
    entropy, binary = rules.CrossEntropyLoss(), rules.BCEWithLogitsLoss()
    entropy.check_weight("weight", shape("B", 10, "H"), shape(10))
    entropy.check_weight("weight", shape(10), shape(None))
    entropy.check_weight("weight", shape(BATCH), shape(7))
    for weight in [(), (10,), (1, 10), ("B", 10), ("B", 1), (None, 10)]:
        binary.check_weight("pos_weight", shape("B", 10), shape(*weight))
    binary.check_weight("weight", shape(BATCH), shape("B", 3))
    with pytest.raises(ShapeError, match=r"^CrossEntropyLoss expects weight \[3\] for logits \[5, 3\], got \[5\]$"):
        entropy.check_weight("weight", (5, 3), (5,))
    for wrong in [(5,), (2, 5, 3), (4, 1)]:
        with pytest.raises(ShapeError, match=r"^BCEWithLogitsLoss expects pos_weight to broadcast to \[5, 3\], got \["):
            binary.check_weight("pos_weight", (5, 3), wrong)
    with pytest.raises(ShapeError):
        binary.check_weight("weight", (5, 1), (5, 3))


def test_common() -> None:
    assert common(shape("B", None), shape(None, 3)) == shape("B", 3)
    assert common(shape("B", Pack(), None), shape(None, BATCH, 3)) == shape("B", BATCH, 3)
    assert common(shape("B", 2), shape("B", 3)) is None
    assert common((), (1,)) is None
