"""``save`` and ``load``: a training run in a file, and continued from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, Final, Protocol, SupportsFloat

from shapenet import generators
from shapenet.backend import default_generator
from shapenet.checkpoint import files, record
from shapenet.checkpoint.header import Entry, read_header
from shapenet.checkpoint.problems import MalformedError, PathLike, named, reporting
from shapenet.checkpoint.record import MODEL, Part, Record
from shapenet.errors import ShapeError
from shapenet.methods.numbers import as_float
from shapenet.nn import Module
from shapenet.nn.checks import checked_model
from shapenet.optim import checks

_GENERATOR: Final = "generator"


class Stateful(Protocol):
    """What has a state: optimizers, schedules, data loaders, and what else a program has of that kind.

    ``load_state_dict`` raises an exception if it is given anything but a state. If there is a ``check_state_dict``, as
    shapenet's own have, that is asked before anything is loaded; what has none is given its old state back.
    """

    def state_dict(self) -> dict[str, Any]:
        """The state: numbers, texts, lists, dicts, tensors and arrays."""

    def load_state_dict(self, state_dict: Any, /) -> object:
        """Continue from a state."""


@dataclass(frozen=True)
class Loaded:
    """What a checkpoint says beside the states that were loaded: as ``save`` was given it."""

    epoch: int
    step: int
    metrics: dict[str, float]
    extra: Any


def save(
    path: PathLike,
    *,
    model: Module,
    optimizer: Stateful | None = None,
    schedule: Stateful | None = None,
    loader: Stateful | None = None,
    epoch: int = 0,
    step: int = 0,
    metrics: Mapping[str, SupportsFloat] | None = None,
    extra: object = None,
) -> None:
    """Write a checkpoint, a safetensors file from which ``load`` continues; an old one at *path* is replaced at once.

    It has the parameters and buffers of *model*, the states of the others and of the default random generator, and
    what is said of the run: *epoch* and *step* as you count them, *metrics*, which may be NaN, and *extra*, made of
    numbers, texts, lists, tuples, dicts and arrays. The arrays of the file are in main memory, whichever device they
    were on. After a kill, or when the power fails, the file is the old one or the new one, as a whole.

    Raises:
        TypeError: *model* is no module, another part has no state, or a state or *extra* has something that a file
            cannot hold; nothing was written.
        ValueError: *epoch* or *step* is no int of at least 0, a metric no number, or a state nested too deeply; nothing
            was written.
        OSError: the file cannot be written; an old one is still there.
    """
    module, parts = checked_model("save", model), _parts("save", optimizer, schedule, loader)
    given = Record(
        checks.integer("save", "epoch", epoch, at_least=0),
        checks.integer("save", "step", step, at_least=0),
        _metrics(metrics or {}),
        extra,
        {name: Part(type(part).__name__, part.state_dict()) for name, part in parts.items()},
    )
    default = default_generator()
    given.parts[_GENERATOR] = Part(type(default.bit_generator).__name__, generators.state_of(default))
    arrays = {MODEL + name: tensor.data for name, tensor in module.state_dict().items()}
    files.write(path, arrays, record.written(given, arrays))


def load(
    path: PathLike,
    *,
    model: Module,
    optimizer: Stateful | None = None,
    schedule: Stateful | None = None,
    loader: Stateful | None = None,
    generator: bool = True,
) -> Loaded:
    """Continue from a checkpoint: what comes next is bit for bit what would have come without a break.

    The states go where *model* and the others are, whichever device they came from. What is not given stays in the
    file; the default random generator is left alone, too, unless *generator* is True.

    Raises:
        CheckpointError: the file is no checkpoint, or does not fit; nothing was changed.
        OSError: the file cannot be read; nothing was changed.
        TypeError: *model* is no module, or another part cannot load a state; nothing was changed.
        ValueError: *generator* is no bool.
    """
    checked_model("load", model)
    checks.flag("load", "generator", generator)
    parts = _parts("load", optimizer, schedule, loader)
    wanted = frozenset([*parts, _GENERATOR, "extra"])
    with reporting(path):
        with Path(path).open("rb") as file:
            header = read_header(file)
            content, entries = record.content_of(header), record.weights(header)
            _check_weights(model, entries)
            found = record.read(file, header, content, wanted)
            for name, part in parts.items():
                _check_kind(name, type(part).__name__, found)
            state = {name: files.read(file, MODEL + name, entry) for name, entry in entries.items()}
        random = _random_state(found)
        _load_all({name: (part, found.parts[name].state) for name, part in parts.items()})
    model.load_state_dict(state)
    if generator:
        generators.restore(default_generator(), random)
    return Loaded(found.epoch, found.step, found.metrics, found.extra)


def described(file: BinaryIO) -> Record:
    """What the checkpoint in *file* says, without its arrays.

    Raises:
        MalformedError: it is none.
    """
    header = read_header(file)
    return record.read(file, header, record.content_of(header), frozenset())


def _parts(
    owner: str, optimizer: Stateful | None, schedule: Stateful | None, loader: Stateful | None
) -> dict[str, Stateful]:
    given = {"optimizer": optimizer, "schedule": schedule, "loader": loader}
    parts = {name: part for name, part in given.items() if part is not None}
    for name, part in parts.items():
        methods = (getattr(part, method, None) for method in ("state_dict", "load_state_dict"))
        if isinstance(part, type) or not all(map(callable, methods)):
            got = f"the class {part.__name__}" if isinstance(part, type) else type(part).__name__
            raise TypeError(f"{owner} expects {name} to have state_dict and load_state_dict, got {got}")
    return parts


def _metrics(metrics: Mapping[str, SupportsFloat]) -> dict[str, float]:
    if not isinstance(metrics, Mapping):
        raise ValueError(f"save expects metrics to be numbers by name, got {metrics!r}")
    return {name: _metric(name, value) for name, value in metrics.items()}


def _metric(name: object, value: SupportsFloat) -> float:
    number = as_float(value)
    if number is None or not isinstance(name, str):
        raise ValueError(f"save expects metrics to be numbers by name, got {value!r} for {name!r}")
    return number


def _check_weights(model: Module, entries: Mapping[str, Entry]) -> None:
    try:
        model.check_state_dict(entries)
    except ShapeError as error:
        raise MalformedError(str(error)) from error
    for name, own in model.state_dict().items():
        if entries[name].dtype.kind != own.data.dtype.kind:
            raise MalformedError(f"{named(MODEL + name)} has dtype {entries[name].dtype}, expected {own.data.dtype}")


def _check_kind(name: str, kind: str, found: Record) -> None:
    if name not in found.parts:
        raise MalformedError(f"{name} is missing, expected the state of {kind}")
    if found.parts[name].kind != kind:
        raise MalformedError(f"{name} is the state of {found.parts[name].kind}, expected that of {kind}")


def _random_state(found: Record) -> Mapping[str, Any]:
    default = default_generator()
    _check_kind(_GENERATOR, type(default.bit_generator).__name__, found)
    state: Mapping[str, Any] = found.parts[_GENERATOR].state
    problem = generators.problem_of(default, state)
    if problem is not None:
        raise MalformedError(f"{_GENERATOR} does not fit: {problem}")
    return state


def _load_all(states: Mapping[str, tuple[Stateful, Any]]) -> None:
    """Load all *states*, or none: first those that tell only then whether one fits, and can be taken back."""
    for name, (part, state) in states.items():
        if hasattr(part, "check_state_dict"):
            _tried(name, part.check_state_dict, state)
    undo: list[Callable[[], object]] = []
    try:
        for name, (part, state) in sorted(states.items(), key=lambda item: hasattr(item[1][0], "check_state_dict")):
            if not hasattr(part, "check_state_dict"):
                undo.append(partial(part.load_state_dict, part.state_dict()))
            _tried(name, part.load_state_dict, state)
    except BaseException:
        for back in reversed(undo):
            back()
        raise


def _tried(name: str, load: Callable[[Any], object], state: Any) -> None:
    try:
        load(state)
    except MemoryError:
        raise
    except Exception as error:
        raise MalformedError(f"{name} does not fit: {error}") from error
