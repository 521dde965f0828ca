"""``check_contract``: a model keeps what the annotation of its ``__call__`` says, at any size that it admits."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from shapenet.nn import Module
from shapenet.testing.companions import check_batch
from shapenet.testing.knobs import Bounds
from shapenet.testing.parts import Case, Range
from shapenet.testing.plan import Plan
from shapenet.testing.records import tell
from shapenet.testing.running import Asks, Runner
from shapenet.testing.search import Search
from shapenet.testing.wording import told


class ContractBroken(AssertionError):  # noqa: N818  (it is what a test finds, not what goes wrong in it)
    """A model that does not keep its contract; the text has the smallest sizes that were found."""


def check_contract(
    model: Module,
    *,
    values: Mapping[str, Range] | None = None,
    arguments: Mapping[str, Any] | None = None,
    examples: Sequence[Case] = (),
    finite: bool = False,
    gradients: bool = False,
    independent: str = "",
    max_examples: int | None = None,
    derandomize: bool | None = None,
    **bounds: Bounds,
) -> None:
    """Check that *model* keeps the contract of its ``__call__``: it takes what the annotation says, and returns it.

    Hypothesis draws sizes for the names in the annotations of the arguments, and shrinks those that fail. A copy of the
    model is called, in the mode that it is in. Dimensions of the class have the sizes that the model was built with.
    Not drawn are sizes at which the annotation makes a size of an argument or the result less than 1, as ``H//2`` does
    for 1; left out are those that a fact of ``__call__`` excludes (``assert_divisible``). Any other that the model
    refuses breaks the contract, unless *bounds* exclude it.

    Args:
        model: a module.
        values: between which numbers elements are, the second excluded, by argument: ``{"tokens": (0, 1000)}``. A
            number may be a formula of dimensions: ``(0, "N")``. Every ``IntTensor`` needs them; else elements are
            normally distributed.
        arguments: values of arguments that are not to be drawn.
        examples: sizes to be tried first, ``[{"H": 9}]``; what is left out is as small as it can be.
        finite: whether all elements of the result must be finite.
        gradients: whether the result must give a gradient to each parameter.
        independent: the name of a dimension, along which results may not depend on each other in evaluation: ``"B"``.
        max_examples: how many sizes are drawn; as the Hypothesis profile says if not given.
        derandomize: whether to draw the same sizes in each run; as the Hypothesis profile says if not given.
        bounds: sizes of dimensions, by name: ``H=32``, ``H=(8, 64)``, both included, or ``H=multiple_of(2)``; from 1
            to 16 if not given. ``Batch=some_dims(1, 2)`` says how many dimensions ``*Batch`` is; any other bounds are
            those of each of them.

    Raises:
        ContractBroken: it does not keep it.
        ModuleNotFoundError: Hypothesis is not installed.
        TypeError: *model* is no module with a ``__call__``.
        ValueError: an option is not as it is described here, or no sizes fit.
    """
    __tracebackhide__ = True
    start = time.perf_counter()
    plan = Plan(model, values or {}, arguments or {}, bounds)
    if independent:
        check_batch(plan, independent)
    search = Search(plan, Runner(model, plan, Asks(finite, gradients, independent)))
    broken = search.run(examples, {"max_examples": max_examples, "derandomize": derandomize})
    tell(search.record(time.perf_counter() - start))
    if broken is not None:
        raise ContractBroken(told(plan, broken.call, broken.failure)) from broken.failure.cause
