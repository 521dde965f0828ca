"""Type tests as pytest collects and runs them: one a file, with one run of mypy for all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from shapenet.testing.typed import Verdict, told, verdicts

TYPED: Final = "shapenet_types"
"""The user property that a type test leaves for the report."""

_Verdicts = Mapping[Path, Verdict] | Exception
_KEY: Final = pytest.StashKey[_Verdicts]()


class TypedFile(pytest.File):
    """A file with comments that say what mypy says."""

    def collect(self) -> Iterator[pytest.Item]:
        """Its one test."""
        yield TypedItem.from_parent(self, name="types")


class TypedItem(pytest.Item):
    """The test that mypy says it."""

    def runtest(self) -> None:
        """Fail if it does not; mypy runs for the first such test, of all that were chosen."""
        found = self.session.stash.get(_KEY, None)
        if found is None:
            found = self.session.stash[_KEY] = _asked(self.session)
        if isinstance(found, Exception):
            pytest.fail(str(found), pytrace=False)
        verdict = found[self.path]
        counts = {kind: sum(saying.kind == kind for saying in verdict.wanted) for kind in "ERN"}
        self.user_properties.append((TYPED, {**counts, "unknown": len(verdict.unknown)}))
        if verdict.differences:
            pytest.fail(told(self._shown, verdict), pytrace=False)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where it is, and what it is called."""
        return self.path, None, self.name

    @property
    def _shown(self) -> Path:
        root = self.config.rootpath
        return self.path.relative_to(root) if self.path.is_relative_to(root) else self.path


def _asked(session: pytest.Session) -> _Verdicts:
    files = list(dict.fromkeys(item.path for item in session.items if isinstance(item, TypedItem)))
    cache: Any = getattr(session.config, "cache", None)  # without pytest's own plugin for it there is none
    try:
        return verdicts(files, None if cache is None else cache.mkdir("shapenet-mypy"))
    except (RuntimeError, ValueError, OSError) as error:
        return error
