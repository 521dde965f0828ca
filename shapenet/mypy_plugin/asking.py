"""Asks a rule for the result of a call: what the handlers of ``methods``, ``functions`` and ``creation`` share."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

from mypy.plugin import FunctionContext, MethodContext
from mypy.types import Type

from shapenet import rules
from shapenet.dims import Shape
from shapenet.errors import ShapeError
from shapenet.mypy_plugin.calls import declared_result
from shapenet.mypy_plugin.lens import Lookup
from shapenet.mypy_plugin.reading import Call
from shapenet.mypy_plugin.report import fail

Handler = Callable[[Call], Shape | Type | None]
"""The shape of the result, which is of the receiver's kind, or its type; None to leave mypy's own answer."""


def _ask(context: FunctionContext | MethodContext, handler: Handler, lookup: Lookup) -> Type:
    call = Call(context, lookup)
    try:
        answer = handler(call)
    except ShapeError as error:
        fail(context, str(error))
        answer = None
    except rules.Undetermined:
        answer = None
    if answer is None:
        return declared_result(context, lookup)
    return answer if isinstance(answer, Type) else call.lens.tensor(answer, call.kind)


def ask(handler: Handler, lookup: Lookup) -> Callable[[Any], Type]:
    """The hook that asks *handler*."""
    return lambda context: _ask(context, handler, lookup)


def made(call: Call, shape: Shape, *kinds: rules.Kind) -> Type:
    """A tensor of that shape, computed of tensors of these *kinds*."""
    return call.lens.tensor(shape, rules.joined(*kinds))


def known_int(value: object) -> int:
    """*value* if it is an int.

    Raises:
        Undetermined: it is not.
    """
    if not isinstance(value, int):
        raise rules.Undetermined
    return value


def for_any(value: object, count: int, rule: Callable[[int], Shape]) -> Shape:
    """The answer of *rule* for *value*; if nobody knows that, what is sure for each of the *count* values it may have.

    Raises:
        ShapeError: *value* does not fit.
        Undetermined: nothing is sure.
    """
    if isinstance(value, int):
        return rule(value)
    answers: list[Shape] = []
    for candidate in range(count):
        with contextlib.suppress(ShapeError):
            answers.append(rule(candidate))
    return rules.in_common(answers)
