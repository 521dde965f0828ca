"""The pytest plugin: contracts of models and type tests among other tests, and a report of both.

It is loaded in every run of pytest wherever shapenet is installed. So it imports nothing before there is a need.
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from _pytest.terminal import TerminalReporter


_MARKER: Final = (
    "shape_contract(**options): the test returns a model, which is checked against the annotation of its __call__ "
    "at random sizes; the options are those of shapenet.testing.check_contract"
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """The report, and which files are type tests."""
    group = parser.getgroup("shapenet")
    group.addoption(
        "--shapenet-report", action="store_true", help="say which sizes the contracts saw, and where sizes are unknown"
    )
    parser.addini(
        "shapenet_typed_files",
        "files that mypy checks, and compares with the comments in them: patterns, from the root folder",
        type="args",
        default=[],
    )


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line("markers", _MARKER)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A type test, if the file is one."""
    patterns = parent.config.getini("shapenet_typed_files")
    root = parent.config.rootpath
    if not patterns or file_path.suffix != ".py" or not file_path.is_relative_to(root):
        return None
    path = file_path.relative_to(root).as_posix()
    if not any(fnmatchcase(path, pattern) for pattern in patterns):
        return None
    from shapenet.testing.typed_items import TypedFile

    return TypedFile.from_parent(parent, path=file_path)


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> object | None:
    """Run a test that is marked: what it returns is the model."""
    marker = pyfuncitem.get_closest_marker("shape_contract")
    if marker is None:
        return None
    from shapenet.testing.marked import run

    run(pyfuncitem, marker)
    return True


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[Any]:
    """Note the contracts that a test checks, if the report wants them."""
    if not item.config.getoption("shapenet_report"):
        return (yield)
    from shapenet.testing.records import listening
    from shapenet.testing.report import noted

    with listening(lambda record: item.user_properties.append(noted(record))):
        return (yield)


def pytest_terminal_summary(terminalreporter: TerminalReporter, config: pytest.Config) -> None:
    """Print the report."""
    if not config.getoption("shapenet_report"):
        return
    from shapenet.testing.report import lines

    terminalreporter.write_sep("=", "shapenet")
    for line in lines(terminalreporter.stats):
        terminalreporter.write_line(line)
