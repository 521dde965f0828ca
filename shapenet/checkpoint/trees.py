"""States as JSON and arrays: what JSON cannot say is an object with one key that begins with ``$``."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np

from shapenet.backend import Array
from shapenet.checkpoint.problems import MalformedError, named, shown
from shapenet.tensors import Tensor

_DEEPEST: Final = 50
_UNUSUAL: Final = re.compile(r"[^A-Za-z0-9.]+")
_FLOATS: Final = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}

Json = Any


def pack(value: object, name: str, arrays: dict[str, Array], depth: int = 0) -> Json:
    """*value*, called *name*, as JSON; its arrays are added to *arrays*, and what stands for them has their names.

    Raises:
        TypeError: there is something in it that a file cannot hold.
        ValueError: it is nested too deeply, or holds itself.
    """
    if depth > _DEEPEST:
        raise ValueError(f"a checkpoint expects states of at most {_DEEPEST} levels, got more in {name}")
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else {"$float": str(float(value))}
    if isinstance(value, Tensor):
        return _added(value.data, name, arrays)
    if hasattr(value, "__array_function__"):
        return _added(value, name, arrays)  # type: ignore[arg-type]  # an array of numpy or cupy
    if isinstance(value, list | tuple):
        items = [pack(item, f"{name}.{i}", arrays, depth + 1) for i, item in enumerate(value)]
        return items if isinstance(value, list) else {"$tuple": items}
    if isinstance(value, Mapping):
        pairs = [(key, pack(item, f"{name}.{key}", arrays, depth + 1)) for key, item in value.items()]
        if all(isinstance(key, str) and not key.startswith("$") for key, _ in pairs):
            return dict(pairs)
        return {"$items": [[_key(key, name), item] for key, item in pairs]}
    raise TypeError(
        f"a checkpoint expects numbers, texts, lists, dicts and arrays, got {type(value).__name__} for {name}"
    )


def unpack(name: str, packed: Json, fetch: Callable[[str], Any], depth: int = 0) -> Any:
    """What was packed, called *name*; *fetch* gives the arrays by name.

    Raises:
        MalformedError: nothing is packed so.
    """
    if depth > 2 * _DEEPEST:
        raise MalformedError(f"{named(name)} is nested too deeply")
    if isinstance(packed, list):
        return [unpack(f"{name}.{i}", item, fetch, depth + 1) for i, item in enumerate(packed)]
    if not isinstance(packed, dict):
        return packed
    if not any(key.startswith("$") for key in packed):
        return {key: unpack(f"{name}.{key}", item, fetch, depth + 1) for key, item in packed.items()}
    tag, content = next(iter(packed.items()))
    if len(packed) == 1 and tag == "$float" and isinstance(content, str) and content in _FLOATS:
        return _FLOATS[content]
    if len(packed) == 1 and tag == "$array" and isinstance(content, str):
        return fetch(content)
    if len(packed) == 1 and tag == "$tuple" and isinstance(content, list):
        return tuple(unpack(name, content, fetch, depth + 1))
    if len(packed) == 1 and tag == "$items" and isinstance(content, list):
        return _items(name, content, fetch, depth)
    raise MalformedError(f"{named(name)} is {shown(packed)}, expected $float, $array, $tuple or $items")


def _added(array: Array, name: str, arrays: dict[str, Array]) -> Json:
    plain = _UNUSUAL.sub("_", name)
    free = plain if plain not in arrays else f"{plain}#{len(arrays)}"
    arrays[free] = array
    return {"$array": free}


def _key(key: object, name: str) -> str | int:
    if isinstance(key, bool) or not isinstance(key, str | int):
        raise TypeError(f"a checkpoint expects keys to be texts or ints, got {key!r} in {name}")
    return key


def _items(name: str, pairs: list[Json], fetch: Callable[[str], Any], depth: int) -> dict[str | int, Any]:
    found: dict[str | int, Any] = {}
    for pair in pairs:
        key = pair[0] if isinstance(pair, list) and len(pair) == 2 else None
        if isinstance(key, bool) or not isinstance(key, str | int) or key in found:
            raise MalformedError(f"{named(name)} has {shown(pair)}, expected a key that is new, and its value")
        found[key] = unpack(f"{name}.{key}", pair[1], fetch, depth + 1)
    return found
