"""``assert_shape_error``: what passes, and what it says of what does not."""

from __future__ import annotations

import re

import pytest

import shapenet
from shapenet import nn
from shapenet.testing import assert_shape_error

REFUSAL = "Linear[3, 4] expects last dimension 3, got 5 in [2, 5]"


def wrong() -> None:
    nn.Linear(3, 4)(shapenet.zeros(2, 5))  # type: ignore[shape]


def test_what_is_refused_in_these_words() -> None:
    with assert_shape_error("expects last dimension 3, got 5"):
        wrong()
    with assert_shape_error(re.compile(r"^Linear\[3, 4\] expects .* got \d")):
        wrong()


def test_what_is_refused_in_other_words() -> None:
    with pytest.raises(AssertionError) as caught, assert_shape_error("got 6"):
        wrong()
    assert str(caught.value) == f'expected a ShapeError with "got 6"\ngot      ShapeError: {REFUSAL}'
    with (
        pytest.raises(AssertionError, match=r"expected a ShapeError like \^got"),
        assert_shape_error(re.compile("^got")),
    ):
        wrong()


def test_what_is_not_refused() -> None:
    with pytest.raises(AssertionError) as caught, assert_shape_error("got 5"):
        pass
    assert str(caught.value) == 'expected a ShapeError with "got 5"\nbut nothing was raised'


def test_another_error() -> None:
    with pytest.raises(AssertionError) as caught, assert_shape_error("got 5"):
        raise KeyError("x")
    assert str(caught.value) == "expected a ShapeError with \"got 5\"\ngot      KeyError: 'x'"
    assert isinstance(caught.value.__cause__, KeyError)
    with pytest.raises(KeyboardInterrupt), assert_shape_error("got 5"):
        raise KeyboardInterrupt


def test_what_is_no_text() -> None:
    wanted = r"assert_shape_error expects a text or a compiled pattern, got 5"
    with pytest.raises(TypeError, match=wanted), assert_shape_error(5):  # type: ignore[arg-type]
        pass
