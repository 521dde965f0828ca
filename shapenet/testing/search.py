"""Hypothesis at work on one model: it draws the sizes, and shrinks those at which the model fails."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from shapenet.testing.knobs import Choice, Knob, Pile, Sizes, takes
from shapenet.testing.parts import SEED, Case, NotAdmitted
from shapenet.testing.plan import Call, Plan
from shapenet.testing.records import Record
from shapenet.testing.running import Failure, Runner

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

_MISSING: Final = "check_contract needs hypothesis, which is not installed: pip install 'shapenet[testing]'"
_LARGEST_SEED: Final = 2**32 - 1
_UNSTEADY: Final = "and not each time that it is called with the very same arguments"


class FalsifiedError(AssertionError):
    """A failure on its way through Hypothesis."""

    def __init__(self, call: Call, failure: Failure) -> None:
        super().__init__(failure.got)
        self.call = call
        self.failure = failure


class Search:
    """A search for sizes that *plan* admits, and at which *runner* fails."""

    def __init__(self, plan: Plan, runner: Runner) -> None:
        self._plan = plan
        self._runner = runner
        self._calls = 0
        self._ranges: dict[str, tuple[int, int]] = {}
        self._left_out = ""
        self._failed_at = 0  # the number of the first call that failed

    def run(self, examples: Sequence[Case], options: Mapping[str, Any]) -> FalsifiedError | None:
        """The smallest failure that is found, if any; *options* are settings of Hypothesis, None for those not given.

        Raises:
            ModuleNotFoundError: Hypothesis is not installed.
            ValueError: an example is not of the plan, or no sizes are admitted.
        """
        try:
            import hypothesis  # noqa: F401  (whether there is one)
        except ModuleNotFoundError:
            raise ModuleNotFoundError(_MISSING) from None
        cases = [self._completed(example) for example in examples]
        broken = self._searched(cases, options)
        if broken is not None and self._failed_at == len(cases) + 1 and not self._is_smallest(broken.call):
            # It is one that Hypothesis kept, and does not shrink: the model may have changed since then.
            return self._searched((), options, anew=True) or broken
        return broken

    def _searched(self, cases: Sequence[Case], options: Mapping[str, Any], anew: bool = False) -> FalsifiedError | None:
        """One run of Hypothesis; *anew* without the failures that it kept."""
        from hypothesis import errors, example, given

        failed: list[FalsifiedError] = []
        test: Callable[[], object] = given(_strategy(self._plan.knobs))(self._test(failed))
        for case in reversed(cases):  # as decorators are written
            test = example(case)(test)
        try:
            _settings(options, anew)(test)()
        except FalsifiedError as broken:
            return broken
        except errors.Flaky:
            last = failed[-1]
            return FalsifiedError(last.call, replace(last.failure, got=f"{last.failure.got}, {_UNSTEADY}"))
        except errors.Unsatisfiable:
            drawn = ", ".join(f"{name} from {knob}" for name, knob in self._plan.knobs.items())
            problem = f"finds no sizes that {self._plan.name} admits, with {drawn}: {self._left_out}"
            raise ValueError(f"check_contract {problem}") from None
        return None

    def _is_smallest(self, call: Call) -> bool:
        knobs = {**self._plan.knobs, SEED: Sizes(0)}
        return all(value == _smallest(knobs[name]) for name, value in call.case.items())

    def record(self, seconds: float) -> Record:
        """What was done."""
        return Record(self._plan.name, self._calls, self._ranges, self._runner.uncalled, seconds)

    def _test(self, failed: list[FalsifiedError]) -> Callable[..., None]:
        """What Hypothesis calls; failures are noted in *failed*."""
        from hypothesis import reject

        def check(case: Case) -> None:
            try:
                call = self._plan.call(case)
                failure = self._runner.run(call)
            except NotAdmitted as reason:
                self._left_out = str(reason)
                call, failure = None, None
            if call is None:
                reject()
            self._note(call)
            if failure is not None:
                self._failed_at = self._failed_at or self._calls
                failed.append(FalsifiedError(call, failure))
                raise failed[-1]

        # Hypothesis keeps failures by the text of the function and its signature: so each contract has its own.
        check.__annotations__ = {"case": repr((self._plan.name, self._plan.contract.hints, self._plan.knobs))}
        return check

    def _note(self, call: Call) -> None:
        self._calls += 1
        for name, knob in self._plan.knobs.items():
            if name not in call.case:
                continue
            if isinstance(knob, Sizes):
                size = call.case[name]
                least, most = self._ranges.get(name, (size, size))
                self._ranges[name] = min(least, size), max(most, size)
            elif isinstance(knob, Pile):
                dims = len(call.case[name])
                least, most = self._ranges.get(f"*{name}", (dims, dims))
                self._ranges[f"*{name}"] = min(least, dims), max(most, dims)

    def _completed(self, example: Case) -> Case:
        """*example* with the smallest value of each knob that it leaves out."""
        knobs: Mapping[str, Knob] = {**self._plan.knobs, SEED: Sizes(0, _LARGEST_SEED)}
        for name, value in example.items():
            if name not in knobs:
                wanted = ", ".join(self._plan.knobs) or "nothing"
                raise ValueError(f"check_contract expects examples of {wanted}, which can be chosen, got {name!r}")
            if not takes(knobs[name], value):
                raise ValueError(
                    f"check_contract expects {name} of an example to be {_kind(knobs[name])}, got {value!r}"
                )
        case = {**{name: _smallest(knob) for name, knob in knobs.items()}, **example}
        try:
            self._plan.call(case)
        except NotAdmitted as reason:
            problem = f"expects examples that {self._plan.name} admits, got {dict(example)!r}: {reason}"
            raise ValueError(f"check_contract {problem}") from None
        return case


def _kind(knob: Knob) -> str:
    match knob:
        case Sizes():
            return "a size"
        case Pile():
            return "a tuple of sizes"
        case Choice():
            return str(knob)


def _smallest(knob: Knob) -> Any:
    match knob:
        case Sizes(least=least):
            return least
        case Pile(sizes, least):
            return (sizes.least,) * least
        case Choice(values=(first, *_)):
            return first


def _strategy(knobs: Mapping[str, Knob]) -> SearchStrategy[Case]:
    from hypothesis import strategies as st

    drawn = {**{name: _drawn(knob) for name, knob in knobs.items()}, SEED: st.integers(0, _LARGEST_SEED)}
    # In this order: what comes first is shrunk first, and st.fixed_dictionaries has an order of its own.
    return st.tuples(*drawn.values()).map(lambda values: dict(zip(drawn, values, strict=True)))


def _drawn(knob: Knob) -> SearchStrategy[Any]:
    from hypothesis import strategies as st

    match knob:
        case Sizes(least, most, step):
            return st.integers(least // step, most // step).map(lambda times: times * step)
        case Pile(sizes, least, most):
            return st.lists(_drawn(sizes), min_size=least, max_size=most).map(tuple)
        case Choice(values):
            return st.sampled_from(values)


def _settings(options: Mapping[str, Any], anew: bool) -> Callable[[Callable[[], object]], Callable[[], object]]:
    """Those of the profile, but a model may be slow, and what is left out is no concern of Hypothesis's."""
    from hypothesis import HealthCheck, Phase, settings

    # To explain, it traces each line, at a price.
    left_out = {Phase.explain, Phase.reuse} if anew else {Phase.explain}
    return settings(
        deadline=None,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        phases=[phase for phase in settings().phases if phase not in left_out],
        **{name: value for name, value in options.items() if value is not None},
    )
