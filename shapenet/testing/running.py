"""One call of a model with drawn arguments, and what is asked of its result."""

from __future__ import annotations

import contextvars
import copy
import itertools
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

import shapenet
from shapenet import rules
from shapenet.annotations import tensors_in
from shapenet.backend import Array, own_generator, to_numpy
from shapenet.contracts import checked
from shapenet.dims import assert_divisible, assert_equal
from shapenet.errors import ContractError, ShapeError
from shapenet.methods.numbers import is_floating
from shapenet.nn import Module
from shapenet.nn.modes import evaluating
from shapenet.tensors import AnyTensor
from shapenet.testing.companions import difference, first_elements, with_others
from shapenet.testing.parts import SEED, NotAdmitted
from shapenet.testing.plan import Call, Plan
from shapenet.testing.tracing import Trace

_FACTS: Final = frozenset({assert_divisible.__code__, assert_equal.__code__})
_OWN: Final = Path(shapenet.__file__).parent


@dataclass(frozen=True)
class Asks:
    """What is asked beside the shapes."""

    finite: bool = False
    gradients: bool = False
    independent: str = ""


@dataclass(frozen=True)
class Failure:
    """How a call broke the contract."""

    got: str
    layer: str = ""
    """The innermost layer that was running, by path."""
    place: str = ""
    """The line of the user's that was running."""
    refused: bool = False
    """Whether the model did not accept its input."""
    cause: Exception | None = None


class Runner:
    """Calls a copy of a model, so that nothing of the model changes."""

    def __init__(self, model: Module, plan: Plan, asks: Asks) -> None:
        self._plan = plan
        self._asks = asks
        self._model = copy.deepcopy(model)
        self._trace = Trace(self._model)
        self._buffers = [(buffer, buffer.data.copy()) for buffer in self._model.buffers()]

    @property
    def uncalled(self) -> tuple[str, ...]:
        """The paths of layers that no call has reached."""
        return self._trace.uncalled

    def run(self, call: Call) -> Failure | None:
        """Call the model; None if it keeps its contract.

        Raises:
            NotAdmitted: a fact that the model asserts does not hold for these sizes.
        """
        # In a context of its own, the random numbers that a model draws are those of the case.
        return contextvars.copy_context().run(self._run, call)

    def _run(self, call: Call) -> Failure | None:
        own_generator(np.random.default_rng(call.case[SEED]))
        self._model.zero_grad()
        for buffer, before in self._buffers:
            buffer.data[...] = before
        self._trace.begin()
        try:
            with checked():
                result = self._model(*call.bound.args, **call.bound.kwargs)
        except Exception as error:
            if self._is_fact(error):
                raise NotAdmitted(str(error)) from None
            return self._broken(error)
        results = {path: tensor for path, _, tensor in tensors_in(rules.RESULT, self._plan.result, result)}
        return self._not_finite(results) or self._without_gradient(results) or self._mixed(call)

    def _is_fact(self, error: Exception) -> bool:
        """Whether it is an assertion of the model's own ``__call__`` on its sizes, on which mypy relies as well."""
        codes = [frame.f_code for frame, _ in traceback.walk_tb(error.__traceback__)]
        own = getattr(self._plan.contract.call, "__code__", None)
        asserted = any(caller is own and called in _FACTS for caller, called in itertools.pairwise(codes))
        return isinstance(error, ShapeError) and asserted

    def _broken(self, error: Exception) -> Failure:
        first = str(error).partition("\n")[0]
        result = isinstance(error, ContractError) and "declares its result" in first and not self._trace.layer
        place = "" if isinstance(error, ContractError) else _place(error)
        return Failure(f"{type(error).__name__}: {first}", self._trace.layer, place, not result, error)

    def _not_finite(self, results: Mapping[str, AnyTensor]) -> Failure | None:
        for path, tensor in results.items() if self._asks.finite else ():
            wrong = ~np.isfinite(to_numpy(tensor.data))
            if wrong.any():
                return Failure(f"{_said(path)} has {int(wrong.sum())} of {wrong.size} elements that are not finite")
        return None

    def _without_gradient(self, results: Mapping[str, AnyTensor]) -> Failure | None:
        if not self._asks.gradients:
            return None
        sums = [tensor.sum() for tensor in results.values() if is_floating(tensor) and tensor.requires_grad]
        if sums:
            total = sums[0]
            for other in sums[1:]:
                total = total + other
            try:
                total.backward()
            except Exception as error:
                return self._broken(error)
        wanted = [(path, given) for path, given in self._model.named_parameters() if given.requires_grad]
        missing = [path for path, parameter in wanted if parameter.grad is None]
        return Failure(f"no gradient reaches {', '.join(missing)}") if missing else None

    def _mixed(self, call: Call) -> Failure | None:
        """Whether the first of the batch depends on the others."""
        batch = self._asks.independent
        if not batch or call.sizes[batch] < 2:
            return None
        try:
            with evaluating(self._model), checked():
                kept, others = (self._firsts(each) for each in (call, with_others(self._plan, call, batch)))
        except Exception as error:
            return self._broken(error)
        for path, first in kept.items():
            distance = difference(first, others[path])
            if distance is not None:
                return Failure(f"the first along {batch} in {_said(path)} changes by {distance:.2g} with the others")
        return None

    def _firsts(self, call: Call) -> Mapping[str, Array]:
        self._trace.begin()
        result = self._model(*call.bound.args, **call.bound.kwargs)
        return first_elements(self._plan, self._asks.independent, result)


def _said(path: str) -> str:
    return f"the result{path.removeprefix(rules.RESULT)}"


def _place(error: Exception) -> str:
    """The innermost line of the traceback that is not the library's."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if not Path(frame.filename).is_relative_to(_OWN)]
    return f"{Path(own[-1].filename).name}:{own[-1].lineno}: {own[-1].line}" if own else ""
