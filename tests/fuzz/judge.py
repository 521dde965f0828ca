"""Static against actual: where the two disagree, and how much is not known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from shapenet.dims import Expr, Pack, Unknown, evaluate
from shapenet.errors import DimError
from tests.fuzz.actual import Binding, Outcome, Refused, Value, outcomes
from tests.fuzz.generate import bindings, larger_bindings
from tests.fuzz.program import Array, Program
from tests.fuzz.revealed import Said, Type

RUNS: Final = 5
"""How often a program that does not know its sizes is run, with sizes drawn anew."""
_MORE_RUNS: Final = 100
"""How often it is run again, where it was refused each time: it may need a multiple of 5."""


@dataclass(frozen=True)
class Disagreement:
    """A step of which mypy says one thing, and that does another."""

    program: Program
    kind: str
    static: str
    actual: str

    def __str__(self) -> str:
        return f"--- {self.kind}\n{self.program}\n# static: {self.static}\n# actual: {self.actual}\n"


@dataclass
class Verdict:
    """What came out, over all programs."""

    steps: Counter[str] = field(default_factory=Counter)
    """How each step was judged."""
    unknown: Counter[str] = field(default_factory=Counter)
    """The steps that made a size unknown where all were known before."""
    unproven: Counter[str] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)
    """Programs in which a size became unknown, or that mypy refuses without the code [shape]."""
    disagreements: list[Disagreement] = field(default_factory=list)

    def __str__(self) -> str:
        lines = [f"{count:7d}  {kind}" for kind, count in self.steps.most_common()]
        for title, counts in (("sizes became unknown in", self.unknown), ("could not be proven in", self.unproven)):
            lines += ["", f"{title}:"]
            lines += [f"{n:7d} of {self.seen[kind]:5d}  {kind}" for kind, n in counts.most_common()]
        return "\n".join(lines)


def judge(programs: Sequence[Program], said: Iterable[list[Said]]) -> Verdict:
    """Compare what is *said* of the *programs* with what they do."""
    verdict = Verdict()
    for program, steps in zip(programs, said, strict=True):
        for number, result in enumerate(_judged(program, steps, verdict)):
            verdict.steps[result.partition(":")[0]] += 1
            verdict.seen[program.steps[number].maker] += 1
    return verdict


def _judged(program: Program, said: list[Said], verdict: Verdict) -> Iterator[str]:
    """How each step is judged, up to where the program ends."""
    runs, actual = _runs(program)
    known, parted = program.known, False
    for number, step in enumerate(said):
        reached = [(binding, run[number]) for binding, run in zip(runs, actual, strict=True) if len(run) > number]
        if not reached:
            return
        maker = program.steps[number].maker
        if step.errors:
            # What the other steps do is left out: along another way they may be refused before this one.
            binding_of, ways = _runs(program.sliced(number))
            reached = [(binding, way[-1]) for binding, way in zip(binding_of, ways, strict=True)]
        refused = [outcome for _, outcome in reached if isinstance(outcome, Refused)]
        if step.errors:
            yield (result := _of_errors(step, refused, len(reached), program.symbolic, parted))
            if result == "unproven":
                verdict.unproven[maker] += 1
            shown = _disagreement(program, number, result, step, reached)
            if ":" in result:
                verdict.disagreements.append(shown)
            elif "not as" in result or result == "unproven":
                verdict.examples.append(str(shown))
            return
        parted = parted or any(len(choices) > 1 for choices in step.types)
        if step.unknown and known:
            known = False
            verdict.unknown[maker] += 1
            verdict.examples.append(str(_disagreement(program, number, "unknown", step, reached)))
        if len(refused) == len(reached) and len(reached) == len(runs) and not _runs_elsewhere(program, number):
            result = _of_refusal(refused[0], known)
            if ":" in result:
                verdict.disagreements.append(_disagreement(program, number, result, step, reached))
            yield result
            return
        wrong = [
            f"{name} is {value}"
            for binding, outcome in reached
            if not isinstance(outcome, Refused)
            for (name, value), choices in zip(outcome.items(), step.types, strict=True)
            if not any(fits(typ, value, binding) for typ in choices)
        ]
        if wrong:
            verdict.disagreements.append(_disagreement(program, number, "wrong shape:", step, reached))
            yield "wrong shape:"
            return
        if refused:
            yield "refused in some runs only"
            if len(refused) == len(reached):
                return
        else:
            yield "same shape" if known else "same, as far as known"


def _runs(program: Program) -> tuple[list[Binding], list[list[Outcome]]]:
    """The program run with several sizes, if it does not know them, and along both ways, if it parts."""
    flags = (
        {program.flag, not program.flag} if any(step.maker == "holders.choice" for step in program.steps) else {True}
    )
    ways = [
        (binding, replace(program, flag=flag))
        for binding in bindings(program, RUNS if program.symbolic else 1)
        for flag in flags
    ]
    return [binding for binding, _ in ways], [list(outcomes(way, binding)) for binding, way in ways]


def _runs_elsewhere(program: Program, number: int) -> bool:
    """Whether a program that does not know its sizes can take that step for others than those tried before."""
    more = larger_bindings(program, _MORE_RUNS) if program.symbolic else []
    for binding in more:
        run = list(outcomes(program, binding))
        if len(run) > number and not isinstance(run[number], Refused):
            return True
    return False


def _of_errors(step: Said, refused: list[Refused], count: int, symbolic: bool, parted: bool) -> str:
    if len(set(step.errors)) < len(step.errors):
        return "one defect, two errors:"
    if len(refused) == count:
        coded = all(error.endswith("[shape]") for error in step.errors)
        return "refused by both" if coded else "refused by both, not as a [shape]"
    if refused:
        return "refused by mypy, and in some runs"
    if parted:  # mypy tries each shape of ``x`` with each of ``x`` itself
        return "refused by mypy, where two shapes meet"
    return "unproven" if symbolic else "false alarm:"


def _of_refusal(refused: Refused, known: bool) -> str:
    if not refused.about_shapes:
        return "refused for its values or dtypes"
    return "missed:" if known else "missed where something was unknown"


def fits(typ: Type, value: Value, binding: Binding) -> bool:
    """Whether *value* can be of type *typ*."""
    if typ is None or isinstance(typ, Unknown):
        return True
    if isinstance(typ, int | Expr):
        return isinstance(value, int) and _is(typ, value, binding)
    if not isinstance(value, Array) or typ.kind not in ("", value.kind):
        return False
    dims, sizes = typ.shape, value.shape
    packs = [place for place, dim in enumerate(dims) if isinstance(dim, Pack)]
    if packs:
        before, after = dims[: packs[0]], dims[packs[0] + 1 :]
        if len(sizes) < len(before) + len(after):
            return False
        sizes, dims = (*sizes[: len(before)], *sizes[len(sizes) - len(after) :]), (*before, *after)
    return len(dims) == len(sizes) and all(_is(dim, size, binding) for dim, size in zip(dims, sizes, strict=True))


def _is(dim: object, size: object, binding: Binding) -> bool:
    if isinstance(dim, Unknown):
        return True
    assert isinstance(dim, int | Expr)
    try:
        return evaluate(dim, binding) == size
    except DimError:
        return False


def _disagreement(
    program: Program, number: int, kind: str, step: Said, reached: list[tuple[Binding, Outcome]]
) -> Disagreement:
    types = "; ".join(" | ".join(map(str, choices)) for choices in step.types)
    actual = "; ".join(
        f"{_told(outcome)}{f' for {dict(binding)}' if program.symbolic else ''}" for binding, outcome in reached[:3]
    )
    return Disagreement(program.sliced(number), kind, "; ".join(step.errors) or types, actual)


def _told(outcome: Outcome) -> str:
    if isinstance(outcome, Refused):
        return str(outcome)
    return ", ".join(f"{name} is {value}" for name, value in outcome.items())
