"""Who takes part, and the rounds: each contestant is a process, all of a case are alive together and asked in turn.

While one is asked the others are stopped, by signals: idle threads of OpenBLAS and OpenMP spin for a while before they
sleep, and would take the processors from who is timed.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from types import TracebackType
from typing import Any, Self

from benchmarks.cases import Case
from benchmarks.libraries import CHANNELS_LAST, LOOP, OURS, TORCH, is_installed
from benchmarks.machine import recommended
from benchmarks.results import Measurement, Result, together

ROOT = Path(__file__).parent.parent


class BenchmarkError(Exception):
    """A measurement that cannot be made, or must not be believed."""


@dataclass(frozen=True)
class Contestant:
    """A library, and the environment it runs in."""

    label: str
    library: str
    environment: Mapping[str, str]


@dataclass(frozen=True)
class Effort:
    """How long to measure: for so many seconds each, and in so many rounds at least."""

    seconds: float
    rounds: int

    @property
    def few(self) -> int:
        """The rounds that are enough where they take long."""
        return -(-self.rounds // 3)

    @property
    def long(self) -> float:
        """The seconds of each that are long."""
        return 10 * self.seconds

    def suffices(self, spent: float, rounds: int) -> bool:
        """Whether *spent* seconds of each and so many *rounds* are enough."""
        return spent >= self.seconds and rounds >= (self.few if spent >= self.long else self.rounds)


def contestants(environment: str, given: Mapping[str, str]) -> list[Contestant]:
    """Those that can run here, each with the variables *given*; ours twice where the doctor recommends something."""
    advised = recommended()
    ours = []
    if environment != "plain":
        ours.append(Contestant(OURS, OURS, {**given, **advised}))
    if environment == "plain" or (environment == "both" and advised):
        ours.append(Contestant("plain", OURS, given))
    rivals = [Contestant(name, name, given) for name in (TORCH, CHANNELS_LAST, LOOP) if is_installed(name)]
    return [*ours, *rivals]


class Seat:
    """A contestant at work on a case."""

    def __init__(self, contestant: Contestant, case: Case) -> None:
        self._place = f"{contestant.label} in {case.path}"
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.worker", contestant.library, case.path],
            cwd=ROOT,
            env={**os.environ, **contestant.environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._process.send_signal(signal.SIGKILL if kind else signal.SIGCONT)
        self._process.communicate()  # its input ends, and so does it

    def ask(self, question: str) -> Any:
        """The worker's answer.

        Raises:
            BenchmarkError: it has none; why, it has written itself.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.send_signal(signal.SIGCONT)
        try:
            print(question, file=self._process.stdin, flush=True)
            return json.loads(self._process.stdout.readline())
        except (BrokenPipeError, json.JSONDecodeError) as error:
            raise BenchmarkError(f"{self._place}: no answer to {question}; see above") from error
        finally:
            self._process.send_signal(signal.SIGSTOP)


def compete(case: Case, everyone: Iterable[Contestant], effort: Effort) -> Result:
    """Measure all that take part in *case*: ours, and its rivals.

    Raises:
        BenchmarkError: a process failed, or they do not compute the same.
    """
    taking_part = [one for one in everyone if one.library == OURS or one.library in case.group.rivals]
    heats = [_heat(case, taking_part, effort) for _ in range(case.group.starts)]
    measured = {one.label: together([heat[one.label] for heat in heats]) for one in taking_part}
    return Result(case, measured)


def _heat(case: Case, taking_part: list[Contestant], effort: Effort) -> dict[str, Measurement]:
    with ExitStack() as stack:
        seats = {one.label: stack.enter_context(Seat(one, case)) for one in taking_part}
        expect_agreement(case, {label: seat.ask("facts") for label, seat in seats.items()})
        for seat in seats.values():
            seat.ask("warm_up")
        rounds: list[dict[str, float]] = []
        start = time.perf_counter()
        while not effort.suffices((time.perf_counter() - start) / len(seats), len(rounds)):
            rounds.append({label: seat.ask("round") for label, seat in seats.items()})
        measured = {}
        for one in taking_part:
            seat, times = seats[one.label], [times[one.label] for times in rounds]
            peak = seat.ask("peak")  # before the next question makes it higher
            fresh = seat.ask("fresh") if one.library == OURS else None
            measured[one.label] = Measurement((median(times),), peak, fresh)
    return measured


def expect_agreement(case: Case, facts: Mapping[str, Any]) -> None:
    """Check that all contestants have as many parameters and the same shape of output.

    Raises:
        BenchmarkError: they have not.
    """
    first, *others = facts.values()
    if any(other != first for other in others):
        told = "; ".join(f"{label} has {fact}" for label, fact in facts.items())
        raise BenchmarkError(f"{case.path}: not the same computation: {told}")
