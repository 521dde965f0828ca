"""Counts what is compared with torch: ``--count`` prints how often each item was made, and fails if one never was.

With ``--write-count`` the numbers are kept for the table of layers in the documents.
"""

from __future__ import annotations

import functools
import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

import shapenet.functional as F
from shapenet import nn, optim
from shapenet.nn import init
from tests.catalogue import CONTAINERS, COUNTS, layers

made: Counter[str] = Counter()


def items() -> list[str]:
    """Everything that is to be compared: layers, functions, optimizers and schedules, and initial values."""
    trained = [name for name in optim.__all__ if name not in ("Optimizer", "LRScheduler", "lr_scheduler")]
    starts = [f"init.{name}" for name in vars(init) if name.endswith("_") and not name.startswith("_")]
    return [*layers(), *(f"F.{name}" for name in F.__all__), *trained, *starts]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--count", action="store_true", help="count what is compared with torch")
    parser.addoption("--write-count", action="store_true", help="and keep the numbers")


def pytest_configure(config: pytest.Config) -> None:
    if not _counting(config):
        return
    for name in (*layers(), *CONTAINERS):
        _count_objects(getattr(nn, name))
    for name in optim.__all__:
        if isinstance(getattr(optim, name), type):
            _count_objects(getattr(optim, name))
    for name in F.__all__:
        setattr(F, name, _counted(f"F.{name}", getattr(F, name)))
    for name in [name for name in vars(init) if name.endswith("_") and not name.startswith("_")]:
        setattr(init, name, _counted(f"init.{name}", getattr(init, name)))


def _counting(config: pytest.Config) -> bool:
    return bool(config.getoption("--count") or config.getoption("--write-count"))


def _counted(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def counted(*args: Any, **kwargs: Any) -> Any:
        made[name] += 1
        return function(*args, **kwargs)

    return counted


def _count_objects(kind: type) -> None:
    start: Any = kind.__init__  # type: ignore[misc]

    @functools.wraps(start)
    def counted(self: Any, *args: Any, **kwargs: Any) -> None:
        if type(self) is kind:
            made[kind.__name__] += 1
        start(self, *args, **kwargs)

    setattr(kind, "__init__", counted)  # noqa: B010


def pytest_sessionfinish(session: pytest.Session) -> None:
    workeroutput = getattr(session.config, "workeroutput", None)
    if workeroutput is not None:
        workeroutput["made"] = dict(made)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    made.update(getattr(node, "workeroutput", {}).get("made", {}))


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    if not _counting(config) or not terminalreporter.stats.get("passed"):
        return
    names = items()
    terminalreporter.section("compared with torch")
    for start in range(0, len(names), 6):
        terminalreporter.line("   ".join(f"{name} {made[name]}" for name in names[start : start + 6]))
    if config.getoption("--write-count"):
        COUNTS.write_text(json.dumps({name: made[name] for name in sorted(names)}, indent=1) + "\n")
    never = [name for name in names if not made[name]]
    if never:
        terminalreporter.line(f"never compared: {', '.join(never)}")
        terminalreporter._session.exitstatus = pytest.ExitCode.TESTS_FAILED
