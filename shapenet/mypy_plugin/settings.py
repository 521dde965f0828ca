"""The plugin's options: ``[tool.shapenet]`` in ``pyproject.toml``, ``[shapenet]`` in ``mypy.ini`` or ``setup.cfg``.

They stand in the file from which mypy takes its own.
"""

from __future__ import annotations

import configparser
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from mypy.errors import CompileError


@dataclass(frozen=True)
class Settings:
    """The options."""

    strict_shapes: bool = False
    """Whether it is an error where a size becomes unknown."""


def read(config_file: str | None) -> Settings:
    """The options in mypy's configuration file.

    Raises:
        CompileError: there is an option that does not exist, or a value that is not right.
    """
    if not config_file:
        return Settings()
    section, given = _section(Path(config_file))
    names = [field.name for field in fields(Settings)]
    for name, value in given.items():
        if name not in names:
            raise _refused(config_file, f"[{section}] expects option to be {' or '.join(names)}, got {name!r}")
        if not isinstance(value, bool):
            raise _refused(config_file, f"[{section}] expects {name} to be true or false, got {value!r}")
    return Settings(**given)


def _section(file: Path) -> tuple[str, Mapping[str, Any]]:
    if file.suffix.lower() == ".toml":
        return "tool.shapenet", tomllib.loads(file.read_text(encoding="utf-8")).get("tool", {}).get("shapenet", {})
    parser = configparser.RawConfigParser()
    parser.read(file)
    values = parser.items("shapenet") if parser.has_section("shapenet") else []
    words = configparser.RawConfigParser.BOOLEAN_STATES
    return "shapenet", {name: words.get(value.lower(), value) for name, value in values}


def _refused(file: str, problem: str) -> CompileError:
    return CompileError([f"{file}: error: {problem}"], use_stdout=True)
