"""Programs run in an interpreter of their own, in which some modules cannot be imported."""

from __future__ import annotations

import os
import subprocess
import sys

_REFUSE = """
import importlib.abc, sys

class Refusing(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name == {name!r}:
            raise {error}

sys.meta_path.insert(0, Refusing())
"""

MISSING = 'ModuleNotFoundError(f"No module named {name!r}", name=name)'
"""What Python raises for a module that is not installed."""


def run(code: str, *, refused: str = "", error: str = MISSING, **environment: str) -> str:
    """What *code* prints, where importing the module *refused* raises *error*."""
    start = _REFUSE.format(name=refused, error=error) if refused else ""
    command = [sys.executable, "-W", "error", "-c", start + code]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | environment)
    assert done.returncode == 0, done.stderr
    return done.stdout
