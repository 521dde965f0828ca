"""The models keep their contracts, and refuse what they should."""

from __future__ import annotations

import pytest
from pictures import Captions, Classifier

import shapenet
from shapenet.testing import assert_shape_error, check_contract, multiple_of


@pytest.fixture
def classifier() -> Classifier:
    return Classifier()


@pytest.mark.shape_contract(H=(4, 24), W=multiple_of(4), gradients=True, finite=True, independent="B")
def test_classifier(classifier: Classifier) -> Classifier:
    return classifier


def test_captions() -> None:
    check_contract(Captions(), values={"words": (0, 1000)}, N=(1, 8), examples=[{"B": 3, "N": 7}])


def test_grey_pictures_are_refused(classifier: Classifier) -> None:
    with assert_shape_error("expects [B, 3, H, W], got [2, 1, 8, 8]: dimension 1 is 1, expected 3"):
        classifier(shapenet.zeros(2, 1, 8, 8))  # type: ignore[shape]
