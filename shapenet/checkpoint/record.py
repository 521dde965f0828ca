"""What a checkpoint says beside its weights: written as JSON into the metadata of its file, read with all checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, BinaryIO, Final

from shapenet.backend import Array
from shapenet.checkpoint import files, strict_json, trees
from shapenet.checkpoint.header import Entry, Header
from shapenet.checkpoint.problems import MalformedError, named, shown

MODEL: Final = "model."
"""What the names of the model's arrays begin with in the file."""

_KEY: Final = "shapenet"
_VERSION: Final = 1
_FIELDS: Final = {"version": int, "epoch": int, "step": int, "metrics": dict, "extra": object, "parts": dict}
_PARTS: Final = ("generator", "loader", "optimizer", "schedule")


@dataclass(frozen=True)
class Part:
    """The state of a part of the program, such as its optimizer, and the name of its class."""

    kind: str
    state: Any


@dataclass(frozen=True)
class Record:
    """All that a checkpoint has beside the weights."""

    epoch: int
    step: int
    metrics: dict[str, float]
    extra: Any
    parts: dict[str, Part] = field(default_factory=dict)


def written(record: Record, arrays: dict[str, Array]) -> dict[str, str]:
    """The metadata that tell the *record*; its arrays are added to *arrays*.

    Raises:
        TypeError: there is something in it that a file cannot hold.
        ValueError: it is nested too deeply.
    """
    content = {
        "version": _VERSION,
        "epoch": record.epoch,
        "step": record.step,
        "metrics": trees.pack(record.metrics, "metrics", arrays),
        "extra": trees.pack(record.extra, "extra", arrays),
        "parts": {
            name: {"kind": part.kind, "state": trees.pack(part.state, name, arrays)}
            for name, part in record.parts.items()
        },
    }
    return {_KEY: strict_json.written(content)}


def read(file: BinaryIO, header: Header, content: dict[str, Any], wanted: frozenset[str]) -> Record:
    """The record whose JSON is *content*; arrays of parts, or of ``extra``, are read from the file if that is *wanted*.

    Raises:
        MalformedError: it is no record, or there are arrays that neither it nor the model has.
    """
    unused = {name: entry for name, entry in header.entries.items() if not name.startswith(MODEL)}

    def unpacked(name: str, packed: trees.Json) -> Any:
        fetch = partial(_fetched, file, unused) if name in wanted else partial(_described, unused)
        return trees.unpack(name, packed, fetch)

    parts = {}
    for name, part in content["parts"].items():
        if name not in _PARTS:
            raise MalformedError(f"it has a state of {named(name)}, expected {', '.join(_PARTS)}")
        if not isinstance(part, dict) or set(part) != {"kind", "state"} or not isinstance(part["kind"], str):
            raise MalformedError(f"part {named(name)} is {shown(part)}, expected kind and state")
        parts[name] = Part(part["kind"], unpacked(name, part["state"]))
    extra, metrics = unpacked("extra", content["extra"]), unpacked("metrics", content["metrics"])
    if not isinstance(metrics, dict) or not all(_is_metric(*item) for item in metrics.items()):
        raise MalformedError(f"metrics are {shown(metrics)}, expected numbers by name")
    if unused:
        raise MalformedError(f"{named(min(unused))} is unexpected, expected arrays of the model and the states alone")
    return Record(content["epoch"], content["step"], metrics, extra, parts)


def content_of(header: Header) -> dict[str, Any]:
    """The JSON of the record in a file with that *header*.

    Raises:
        MalformedError: there is none, or it is of another version, or lacks something.
    """
    text = header.metadata.get(_KEY)
    if text is None:
        raise MalformedError(f"its metadata lack {_KEY!r}, expected a checkpoint; load_state reads plain weights")
    content = strict_json.read(f"metadata {_KEY!r}", text)
    if not isinstance(content, dict) or type(content.get("version")) is not int:
        raise MalformedError(f"metadata {_KEY!r} are {shown(content)}, expected an object with a version")
    if content["version"] != _VERSION:
        raise MalformedError(f"version is {shown(content['version'])}, expected {_VERSION}; another shapenet wrote it")
    if set(content) != set(_FIELDS):
        raise MalformedError(f"metadata {_KEY!r} have {shown(sorted(content))}, expected {', '.join(_FIELDS)}")
    for name, kind in _FIELDS.items():
        if kind is int and not _is_count(content[name]):
            raise MalformedError(f"{name} is {shown(content[name])}, expected an int, at least 0")
        if not isinstance(content[name], kind):
            raise MalformedError(f"{name} is {shown(content[name])}, expected an object")
    return content


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_metric(name: object, value: object) -> bool:
    return isinstance(name, str) and isinstance(value, float)


def _described(unused: dict[str, Entry], name: str) -> Entry:
    entry = unused.pop(name, None)
    if entry is None:
        raise MalformedError(f"{named(name)} is missing, or used twice, expected an array for a state")
    return entry


def _fetched(file: BinaryIO, unused: dict[str, Entry], name: str) -> Array:
    return files.read(file, name, _described(unused, name))


def weights(header: Header) -> Mapping[str, Entry]:
    """The arrays of the model, by their names in it."""
    return {name[len(MODEL) :]: entry for name, entry in header.entries.items() if name.startswith(MODEL)}
