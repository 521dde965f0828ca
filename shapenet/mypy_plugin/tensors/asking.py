"""Asks a rule for the result of a call: what the handlers of ``methods``, ``functions`` and ``creation`` share."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

from mypy.typeops import make_simplified_union
from mypy.types import Type

from shapenet import rules
from shapenet.dims import Shape
from shapenet.errors import ShapeError
from shapenet.mypy_plugin.calls.matching import CallContext, choices, declared_result
from shapenet.mypy_plugin.report import fail
from shapenet.mypy_plugin.tensors.reading import Call
from shapenet.mypy_plugin.types.lens import Lookup

Handler = Callable[[Call], Shape | Type | None]
"""The shape of the result, which is of the receiver's kind, or its type; None to leave mypy's own answer."""


def _ask(context: CallContext, handler: Handler, lookup: Lookup) -> Type:
    results: list[Type] = []
    problems: list[str] = []
    for choice in _choices(context):
        call = Call(choice, lookup)
        answer: Shape | Type | None = None
        try:
            answer = handler(call)
        except ShapeError as error:
            problems.append(str(error))
        except rules.Undetermined:
            pass
        if answer is None:
            answer = declared_result(context, lookup)
        results.append(answer if isinstance(answer, Type) else call.lens.tensor(answer, call.kind))
    for problem in problems[:1]:  # one defect, one error
        fail(context, problem)
    return make_simplified_union(results)


def _choices(context: CallContext) -> Iterator[CallContext]:
    """The call with each of the types that its arguments may have, where some are unions."""
    for choice in choices([actual for actuals in context.arg_types for actual in actuals]):
        types = iter(choice)
        yield context._replace(arg_types=[[next(types) for _ in actuals] for actuals in context.arg_types])


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
