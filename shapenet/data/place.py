"""Where a ``DataLoader`` is: the states of its generators, and how much of a pass is over."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

import numpy as np

from shapenet import generators
from shapenet.backend import default_generator
from shapenet.data.dataset import Dataset, IterableDataset
from shapenet.data.sampler import Sampler
from shapenet.data.transforms import Compose, Mixup, Transform

Batch = TypeVar("Batch")
Generators = Mapping[str, np.random.Generator]

_HOLDERS: Final = (Dataset, IterableDataset, Sampler, Transform, Compose, Mixup)
_FIELDS: Final = {"generators", "pass"}
_FIELDS_OF_PASS: Final = {"batches", "generators", "default"}


@dataclass
class Progress:
    """How far a pass is: the states of the generators when it began, and the number of batches since then."""

    start: dict[str, Any]
    batches: int = 0
    over: bool = False


class Pass(Iterator[Batch], Generic[Batch]):
    """One pass, which counts its batches."""

    def __init__(self, batches: Iterator[Batch], progress: Progress) -> None:
        self._batches = batches
        self._progress = progress

    def __next__(self) -> Batch:
        try:
            batch = next(self._batches)
        except StopIteration:
            self._progress.over = True
            raise
        self._progress.batches += 1
        return batch


class Place:
    """Where a loader is whose generators are in *parts*: those that there are at the time count."""

    def __init__(self, **parts: object) -> None:
        self._parts = parts
        self._progress: Progress | None = None
        self._resumed: Progress | None = None

    def begun(self, begin: Callable[[int], Iterator[Batch]]) -> Iterator[Batch]:
        """The pass that *begin* makes, which is told how many batches to leave out; it may be the rest of one."""
        if self._resumed is None:
            progress = Progress(self._moment())
            batches = begin(0)
        else:
            progress, now = self._resumed, self._moment()
            self._return_to(progress.start)
            try:
                batches = begin(progress.batches)
            finally:
                self._return_to(now)
        self._progress, self._resumed = progress, None
        return Pass(batches, progress)

    def state(self) -> dict[str, Any]:
        """What ``load`` takes."""
        progress = self._resumed or self._progress
        going = None if progress is None or progress.over else {"batches": progress.batches, **progress.start}
        return {"generators": _states(self._own), "pass": going}

    def problem_of(self, state: object) -> str | None:
        """Why *state* is none of a loader with such generators."""
        if not isinstance(state, Mapping) or set(state) != _FIELDS:
            return f"expected generators and pass, got {_listed(state)}"
        going = state["pass"]
        if going is None:
            return _problem_of_states(self._own, state["generators"])
        if not isinstance(going, Mapping) or set(going) != _FIELDS_OF_PASS:
            return f"pass has {_listed(going)}, expected {_listed(_FIELDS_OF_PASS)}"
        batches = going["batches"]
        if isinstance(batches, bool) or not isinstance(batches, int) or not 0 <= batches <= sys.maxsize:
            return f"batches is {batches!r}, expected an int, at least 0"
        problem = generators.problem_of(default_generator(), going["default"])
        if problem is not None:
            return f"of the default generator, {problem}"
        problems = (_problem_of_states(self._own, states["generators"]) for states in (state, going))
        return next((problem for problem in problems if problem is not None), None)

    def load(self, state: Mapping[str, Any]) -> None:
        """Continue from *state*, which has no problem, with the next pass."""
        going = state["pass"]
        self._progress = self._resumed = None
        if going is not None:
            start = {"generators": dict(going["generators"]), "default": going["default"]}
            self._resumed = Progress(start, going["batches"])
        _restore(self._own, state["generators"])

    @property
    def _own(self) -> dict[str, np.random.Generator]:
        """The generators in datasets, samplers and transforms, by attribute path; each object once."""
        seen: set[int] = set()
        return {path: found for name, part in self._parts.items() for path, found in _found(name, part, seen)}

    def _moment(self) -> dict[str, Any]:
        return {"generators": _states(self._own), "default": generators.state_of(default_generator())}

    def _return_to(self, moment: Mapping[str, Any]) -> None:
        generators.restore(default_generator(), moment["default"])
        _restore(self._own, moment["generators"])


def _found(path: str, value: object, seen: set[int]) -> Iterator[tuple[str, np.random.Generator]]:
    if id(value) in seen:
        return
    parts: Iterable[tuple[object, object]] = ()
    if isinstance(value, np.random.Generator):
        yield path, value
    elif isinstance(value, list | tuple) and value and isinstance(value[0], _HOLDERS):  # others may be long
        parts = enumerate(value)
    elif isinstance(value, _HOLDERS):
        parts = list(vars(value).items())
    seen.add(id(value))
    for name, part in parts:
        yield from _found(f"{path}.{name}", part, seen)


def _states(own: Generators) -> dict[str, Any]:
    return {name: generators.state_of(generator) for name, generator in own.items()}


def _restore(own: Generators, states: Mapping[str, Any]) -> None:
    for name, generator in own.items():
        generators.restore(generator, states[name])


def _problem_of_states(own: Generators, states: object) -> str | None:
    if not isinstance(states, Mapping) or set(states) != set(own):
        return f"it has the generators {_listed(states)}, expected {_listed(own)}"
    for name, generator in own.items():
        problem = generators.problem_of(generator, states[name])
        if problem is not None:
            return f"of the generator {name}, {problem}"
    return None


def _listed(names: object) -> str:
    if not isinstance(names, Mapping | set):
        return repr(names)
    return ", ".join(sorted(map(str, names))) or "nothing"
