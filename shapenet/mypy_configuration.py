"""mypy's configuration as mypy would find it, and with shapenet's plugin in it."""

from __future__ import annotations

import configparser
import io
import json
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

PLUGIN: Final = "shapenet.mypy_plugin"
_OWN: Final = ("mypy.ini", ".mypy.ini")
_SHARED: Final = ("pyproject.toml", "setup.cfg")
"""Files of others: mypy reads them only if they have a section for it."""
_FOLDER: Final = "$MYPY_CONFIG_FILE_DIR"


@dataclass(frozen=True)
class Configuration:
    """A configuration file: mypy's own section, all sections that concern mypy or shapenet, and where it was read.

    Of a TOML file the sections are the tables under ``tool``.
    """

    file: Path | None
    mypy: Mapping[str, Any]
    sections: Mapping[str, Mapping[str, Any]]

    @property
    def plugins(self) -> list[str]:
        """The plugins, as mypy takes them from the file."""
        return _listed(self.mypy.get("plugins"))

    @property
    def has_plugin(self) -> bool:
        """Whether shapenet's is among them."""
        return any(plugin.partition(":")[0] == PLUGIN for plugin in self.plugins)

    @property
    def gaps_are_errors(self) -> bool:
        """Whether it is an error where a size becomes unknown."""
        strict = str(self.sections.get("shapenet", {}).get("strict_shapes", False)).lower()
        return strict in ("1", "yes", "true", "on") or "shape-unknown" in _listed(self.mypy.get("enable_error_code"))

    def with_plugin(self) -> tuple[str, str]:
        """The text of the file with shapenet's plugin, for another place; and the name that it must have there."""
        folder = Path() if self.file is None else self.file.parent
        plugins = [*(_moved(plugin, folder) for plugin in self.plugins), PLUGIN]
        is_toml = self.file is not None and self.file.suffix.lower() == ".toml"
        sections = {**self.sections, "mypy": {**self.mypy, "plugins": plugins if is_toml else ", ".join(plugins)}}
        text = _toml(sections) if is_toml else _ini(sections)
        return text.replace(_FOLDER, str(folder.absolute())), "pyproject.toml" if is_toml else "mypy.ini"


def find() -> Configuration:
    """The configuration that mypy would use here; if there is none, one that lets variables change their shape.

    Raises:
        ValueError: a file cannot be read; the text says which.
    """
    for file in _candidates():
        if file.is_file():
            found = _read(file)
            if file.name not in _SHARED or found.mypy or "mypy" in found.sections:
                return found
    return Configuration(None, {"allow_redefinition": "true"}, {})


def _candidates() -> Iterator[Path]:
    """Where mypy looks: from here up to the root of the repository, then where the user keeps settings."""
    for folder in (Path.cwd(), *Path.cwd().parents):
        yield from (folder / name for name in (*_OWN, *_SHARED))
        if any((folder / repository).exists() for repository in (".git", ".hg")):
            break
    home = os.environ.get("XDG_CONFIG_HOME")
    if home:
        yield Path(home) / "mypy" / "config"
    yield from (Path.home() / ".config" / "mypy" / "config", Path.home() / ".mypy.ini")


def _read(file: Path) -> Configuration:
    try:
        if file.suffix.lower() == ".toml":
            tools = tomllib.loads(file.read_text(encoding="utf-8")).get("tool", {})
            sections = {name: tools[name] for name in ("mypy", "shapenet") if name in tools}
        else:
            parser = configparser.RawConfigParser()
            parser.read(file)
            sections = {
                name: dict(parser.items(name))
                for name in parser.sections()
                if name in ("mypy", "shapenet") or name.startswith("mypy-")
            }
    except (tomllib.TOMLDecodeError, configparser.Error) as error:
        raise ValueError(f"{file}: {error}") from None
    return Configuration(file, sections.get("mypy", {}), sections)


def _listed(value: object) -> list[str]:
    words = value if isinstance(value, list) else re.split(r"[,\n]", value) if isinstance(value, str) else []
    return [str(word).strip() for word in words if str(word).strip()]


def _moved(plugin: str, folder: Path) -> str:
    """A plugin that is a file is named from where the configuration is."""
    file, colon, function = plugin.rpartition(":") if ".py:" in plugin else (plugin, "", "")
    return f"{(folder / file).absolute()}{colon}{function}" if file.endswith(".py") else plugin


def _ini(sections: Mapping[str, Mapping[str, Any]]) -> str:
    parser = configparser.RawConfigParser()
    parser.read_dict(sections)
    text = io.StringIO()
    parser.write(text)
    return text.getvalue()


def _toml(sections: Mapping[str, Mapping[str, Any]]) -> str:
    """Tables of texts, numbers, flags and lists of them, all that mypy knows; JSON spells those as TOML does."""
    lines: list[str] = []
    for name, table in sections.items():
        lines += [f"[tool.{name}]", *_pairs(table)]
        for override in table.get("overrides", []):
            lines += [f"[[tool.{name}.overrides]]", *_pairs(override)]
    return "\n".join(lines) + "\n"


def _pairs(table: Mapping[str, Any]) -> Iterator[str]:
    for key, value in table.items():
        if key != "overrides":
            yield f"{json.dumps(key)} = {json.dumps(value, ensure_ascii=False)}"
