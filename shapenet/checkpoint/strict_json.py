"""JSON as the standard has it: no key twice, no NaN, no number that Python cannot hold."""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

from shapenet.checkpoint.problems import MalformedError, named, shown


def read(what: str, text: bytes | str) -> Any:
    """What *text* says; *what* it is, is for messages.

    Raises:
        MalformedError: it is no such JSON.
    """
    try:
        decoded = text.decode() if isinstance(text, bytes) else text
        return json.loads(decoded, object_pairs_hook=_once, parse_float=_finite, parse_constant=_refused)
    except MalformedError as error:
        raise MalformedError(f"{what} {error}") from None
    except RecursionError:
        raise MalformedError(f"{what} is nested too deeply") from None
    except ValueError as error:
        raise MalformedError(f"{what} is no JSON: {error}") from error


def written(value: Any) -> str:
    """*value* in JSON, in short."""
    return json.dumps(value, allow_nan=False, separators=(",", ":"))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise MalformedError(f"has the key {named(twice)} twice")
    return found


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise MalformedError(f"has the number {shown(text)}, which is too large")
    return number


def _refused(text: str) -> NoReturn:
    raise MalformedError(f"has {text}, which is no JSON")
