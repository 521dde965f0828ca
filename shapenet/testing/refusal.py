"""``assert_shape_error``: a wrong use is refused, and in these words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from shapenet.errors import ShapeError


@contextmanager
def assert_shape_error(expected: str | re.Pattern[str]) -> Iterator[None]:
    """Assert that what is inside is refused with a ``ShapeError``.

    Args:
        expected: a part of its text, or a compiled pattern that is found in it.

    Raises:
        AssertionError: nothing was raised, something else was, or the text is another. It says which.
    """
    __tracebackhide__ = True
    if not isinstance(expected, str | re.Pattern):
        raise TypeError(f"assert_shape_error expects a text or a compiled pattern, got {expected!r}")
    wanted = f'a ShapeError with "{expected}"' if isinstance(expected, str) else f"a ShapeError like {expected.pattern}"
    try:
        yield
    except ShapeError as error:
        text = str(error)
        if not (expected in text if isinstance(expected, str) else expected.search(text)):
            raise AssertionError(f"expected {wanted}\ngot      {type(error).__name__}: {text}") from error
    except Exception as error:
        raise AssertionError(f"expected {wanted}\ngot      {type(error).__name__}: {error}") from error
    else:
        raise AssertionError(f"expected {wanted}\nbut nothing was raised")
