"""Equations of einsum and products of matrices, with sizes that are known, named and unknown."""

from __future__ import annotations

import re

import pytest

from shapenet import rules
from shapenet.dims import Pack
from shapenet.errors import ShapeError
from shapenet.rules import Undetermined
from tests.rules.test_shapes import shape

BATCH = Pack("Batch")


def test_equations() -> None:
    assert rules.equation("bij, bjk -> bik") == (("bij", "bjk"), "bik")
    assert rules.equation("ji") == (("ji",), "ij")
    assert rules.equation("b...i,i") == (("b...i", "i"), "...b")
    assert rules.equation("aB") == (("aB",), "Ba")
    assert rules.equation("ii->") == (("ii",), "")
    assert rules.equation("") == (("",), "")
    assert rules.equation("...ij,...j->...i").without_ellipsis([4, 2]) == (("abij", "bj"), "abi")
    assert rules.equation("a...,b->...").without_ellipsis([2, 1]) == (("ac", "b"), "c")


def test_einsum() -> None:
    assert rules.einsum("bij,bjk->bik", [shape("B", "M", "K"), shape("B", "K", 3)]) == shape("B", "M", 3)
    assert rules.einsum("ij,jk", [shape("M", "2*K"), shape("K*2", "N")]) == shape("M", "N")
    assert rules.einsum("ij->", [shape("M", "N")]) == ()
    assert rules.einsum("ii->i", [shape(None, "N")]) == shape("N")
    assert rules.einsum("ij,jk->jik", [shape("M", None), shape(7, None)]) == shape(7, "M", None)
    assert rules.einsum("ij,ij->ij", [shape(1, "N"), shape("M", "N")]) == shape("M", "N")
    assert rules.einsum("...ij,jk->...ik", [shape(BATCH, "M", 3), shape(3, "N")]) == shape(BATCH, "M", "N")
    assert rules.einsum("...i,...i->...", [shape(BATCH, 3), shape(BATCH, 3)]) == shape(BATCH)
    assert rules.einsum("b...i,...->i...b", [shape("B", 5, "H", 3), shape("H")]) == shape(3, 5, "H", "B")
    assert rules.einsum("i...->...", [shape("N", BATCH)]) == shape(BATCH)


def test_einsum_of_what_is_hidden() -> None:
    assert rules.einsum("ij->ji", [shape(BATCH, 3)]) == shape(3, None)
    assert rules.einsum("ijk->kji", [shape("H", BATCH, 3)]) == shape(3, None, "H")
    assert rules.einsum("ij,jk->ik", [shape("H", BATCH), shape(4, "W")]) == shape("H", "W")
    assert rules.einsum("i...->i", [shape(BATCH, 3)]) == shape(None)
    assert rules.einsum("i...->i...", [shape(BATCH, 3)]) == shape(None, Pack())
    assert rules.einsum("...ij->i...", [shape(5, BATCH, 3)]) == shape(None, Pack())
    assert rules.einsum("...i,...i", [shape(BATCH, 3), shape(4, 3)]) == shape(Pack())
    with pytest.raises(ShapeError, match=re.escape('"i->" has "i" for 1 dimension, got [*Batch, 2, 3]')):
        rules.einsum("i->", [shape(BATCH, 2, 3)])


@pytest.mark.parametrize(
    ("text", "sizes", "problem"),
    [
        (
            "bij,bjk->bik",
            [(2, 3, 4), (2, 5, 6)],
            '"bij,bjk->bik": j is 4 in tensor 0 [2, 3, 4] and 5 in tensor 1 [2, 5, 6]',
        ),
        ("ij,ij,ij", [(1, 2), (3, 2), (4, 2)], '"ij,ij,ij": i is 3 in tensor 1 [3, 2] and 4 in tensor 2 [4, 2]'),
        ("ii->i", [(3, 1)], '"ii->i": i is 3 and 1 in [3, 1]'),
        ("ij->ik", [(2, 3)], '"ij->ik" has k in the result, but in no tensor'),
        ("ij->ii", [(2, 3)], '"ij->ii" has i in the result more than once'),
        ("ij,jk", [(2, 3)], '"ij,jk" is for 2 tensors, got 1'),
        ("ij->i", [(2, 3, 4)], '"ij->i" has "ij" for 2 dimensions, got [2, 3, 4]'),
        ("ij...->i", [(2,)], '"ij...->i" has "ij..." for at least 2 dimensions, got [2]'),
        ("i1->i", [(2, 3)], 'expects an equation such as "bij,bjk->bik" or "...i,i->...", got "i1->i"'),
        ("...i...", [(2, 3)], 'expects an equation such as "bij,bjk->bik" or "...i,i->...", got "...i..."'),
        ("i->i->i", [(2,)], 'expects an equation such as "bij,bjk->bik" or "...i,i->...", got "i->i->i"'),
        (
            "...i,...i",
            [(2, 3), (4, 3)],
            '"...i,...i" cannot broadcast [2] with [4]: dimension -1 is 2 against 4, and neither is 1',
        ),
    ],
)
def test_einsum_that_does_not_fit(text: str, sizes: list[tuple[int, ...]], problem: str) -> None:
    with pytest.raises(ShapeError, match=re.escape(f"einsum {problem}") + "$"):
        rules.einsum(text, sizes)


def test_letters_for_too_many_dimensions() -> None:
    assert len(rules.equation("i...->...").without_ellipsis([52]).output) == 51
    with pytest.raises(ShapeError, match=r"^einsum expects at most 52 different dimensions, got 53$"):
        rules.equation("i...->...").without_ellipsis([53])


def test_symbols_that_do_not_fit() -> None:
    with pytest.raises(ShapeError, match=re.escape('"ij,jk": j is K in tensor 0 [M, K] and N in tensor 1 [N, 3]')):
        rules.einsum("ij,jk", [shape("M", "K"), shape("N", 3)])


def test_products() -> None:
    assert rules.product(shape("M", "K"), shape("K", 3), "mm") == shape("M", 3)
    assert rules.product(shape("B", "M", None), shape(None, "K", 3), "bmm") == shape("B", "M", 3)
    assert rules.product(shape("M", "K"), shape("K"), "mv") == shape("M")
    assert rules.product(shape("K"), shape(None), "dot") == ()
    assert rules.product(shape("M"), shape("K"), "outer") == shape("M", "K")
    with pytest.raises(Undetermined):
        rules.product(shape(BATCH, "K"), shape("K", 3), "mm")


@pytest.mark.parametrize(
    ("subject", "a", "b", "problem"),
    [
        ("mm", (2, 3), (3,), "expects tensors of 2 and 2 dimensions, got [2, 3] and [3]"),
        ("dot", (2, 3), (3,), "expects tensors of 1 and 1 dimension, got [2, 3] and [3]"),
        (
            "bmm",
            (1, 2, 3),
            (4, 3, 2),
            "expects as many matrices in both tensors, got [1, 2, 3] and [4, 3, 2]: dimension 0 is 1 against 4",
        ),
        (
            "mv",
            (2, 3),
            (4,),
            "cannot multiply [2, 3] @ [4]: dimension -1 of the first is 3, dimension -1 of the second is 4",
        ),
    ],
)
def test_products_that_do_not_fit(subject: str, a: tuple[int, ...], b: tuple[int, ...], problem: str) -> None:
    with pytest.raises(ShapeError, match=re.escape(f"{subject} {problem}") + "$"):
        rules.product(a, b, subject)
