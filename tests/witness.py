"""Which lines of the rules and of the plugin speak when mypy checks files: ``python -m tests.witness CACHE FILES``.

mypy runs in this process, with ``ShapeError`` and the plugin's ``fail`` watched. Printed is one JSON list ``[file,
line, text]`` for each message made: where, and what it says.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import FrameType
from typing import Any

from mypy import api

import shapenet
from shapenet.errors import ShapeError
from shapenet.mypy_plugin import report
from tests.static import CONFIG

PACKAGE = Path(shapenet.__file__).parent


def main(cache: str, files: list[str]) -> None:
    """Check *files*, which the *cache* of mypy does not have, and print what was said where."""
    seen: set[tuple[str, int, str]] = set()

    def note(frame: FrameType, text: str) -> None:
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(PACKAGE):
            seen.add((str(path.relative_to(PACKAGE)), frame.f_lineno, text))

    make, fail = ShapeError.__init__, report.fail

    def made(self: ShapeError, subject: str, problem: str, detail: str = "") -> None:
        note(sys._getframe(1), f"{subject} {problem}")
        make(self, subject, problem, detail)

    def failed(context: Any, message: str, where: Any = None) -> None:
        note(sys._getframe(1), message)
        fail(context, message, where)

    ShapeError.__init__ = made  # type: ignore[method-assign]
    for name, module in list(sys.modules.items()):
        if name.startswith("shapenet.mypy_plugin.") and vars(module).get("fail") is fail:
            vars(module)["fail"] = failed
    api.run(["--config-file", str(CONFIG), "--cache-dir", cache, *files])
    for place in sorted(seen):
        print(json.dumps(place))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
