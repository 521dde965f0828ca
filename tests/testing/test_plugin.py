"""The pytest plugin, in runs of pytest of its own."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tests.children import run

pytest_plugins = ["pytester"]

PLUGIN = "shapenet.testing.pytest_plugin"
MODEL = """
import pytest
from shapenet import Module, Tensor, nn
from shapenet.dims import B, N

class Wide(Module):
    def __init__(self) -> None:
        self.layer = nn.Linear(3, 4)
        self.spare = nn.Linear(3, 4)

    def __call__(self, x: Tensor[B, 3]) -> Tensor[B, 4]:
        return self.layer(x)

class Short(Module):
    def __call__(self, x: Tensor[B, N]) -> Tensor[B, N]:
        return x[:5]
"""


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """An empty project. The plugin is named, as it may be installed or not."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    for name in ("PYTEST_ADDOPTS", "CI", "BUILD_NUMBER"):  # they make pytest print more, or less
        monkeypatch.delenv(name, raising=False)
    pytester.plugins = [PLUGIN]
    return pytester


def ran(project: pytest.Pytester, *options: str) -> pytest.RunResult:
    return project.runpytest_subprocess("--strict-markers", "--strict-config", "-W", "error", *options)


def test_marked_tests(project: pytest.Pytester) -> None:
    project.makepyfile(
        MODEL
        + """
@pytest.fixture
def model():
    return Wide()

@pytest.mark.shape_contract(B=(2, 5), finite=True)
@pytest.mark.parametrize("mode", [True, False])
def test_wide(model, mode):
    return model.train(mode)

@pytest.mark.shape_contract
def test_short():
    return Short()

@pytest.mark.shape_contract
class TestClass:
    def test_none(self):
        assert self

@pytest.mark.shape_contract((2, 5))
def test_by_place():
    return Wide()

def test_unmarked():
    pass
"""
    )
    done = ran(project, "-p", "no:cacheprovider")
    done.assert_outcomes(passed=3, failed=3)
    text = done.stdout.str()
    assert (
        "_ test_short _\n"
        "Short breaks its contract at B = 6, N = 1\n"
        "  given     x: Tensor[B, N] = float32[6, 1]\n"
        "  expected  Tensor[B, N] = [6, 1]\n"
        "  got       ContractError: Short declares its result as [B, N], got [5, 1]: dimension 0 is 5, expected B = 6\n"
        "  again     examples=[{'B': 6, 'N': 1}]\n"
        "_"
    ) in re.sub("_+", "_", text)
    assert "TypeError: check_contract expects model to be a Module that defines __call__, got None" in text
    assert "shape_contract expects options by name, such as H=(8, 64), got ((2, 5),)" in text


def test_the_report(project: pytest.Pytester) -> None:
    project.makepyfile(
        MODEL
        + """
from shapenet.testing import check_contract

@pytest.mark.shape_contract(B=(2, 3), max_examples=12)
def test_wide():
    return Wide()

def test_both():
    check_contract(Wide(), B=7, max_examples=3)
    check_contract(Short(), examples=[{"N": 9}], B=4, N=2, max_examples=5)
"""
    )
    lines = ran(project, "--shapenet-report").stdout.lines
    start = next(place for place, line in enumerate(lines) if re.fullmatch("=+ shapenet =+", line))
    table = [re.sub(r"  +", "|", re.sub(r"\b\d+\.\d\b", "T", line)) for line in lines[start + 1 :]]
    assert table[:4] == [
        "contract|model|calls|seconds|dimensions|never called",
        "test_the_report.py::test_both|Wide|3|T|B 7|spare",
        "test_the_report.py::test_both|Short|6|T|B 4, N 2-9|-",
        "test_the_report.py::test_wide|Wide|12|T|B 2-3|spare",
    ]
    assert table[5] == "3 contracts in 21 calls; 0 type tests, 0 places where a size becomes unknown"
    assert "shapenet =" not in ran(project).stdout.str()


def test_it_costs_nothing_where_it_is_not_used(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import sys

        def test_modules():
            heavy = {"numpy", "hypothesis", "mypy", "jaxtyping", "shapenet.nn", "shapenet.testing.typed_items"}
            assert not heavy & sys.modules.keys()
            assert "shapenet.testing.pytest_plugin" in sys.modules
        """
    )
    ran(project).assert_outcomes(passed=1)


def test_files_that_are_type_tests(project: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those whose path matches, and with one answer for all if mypy cannot work: here, it is as good as missing."""
    folder = project.mkdir("hidden") / "mypy"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "__main__.py").write_text("print('mypy is broken'); raise SystemExit(2)")
    monkeypatch.setenv("PYTHONPATH", f"{folder.parent}:{':'.join(sys.path)}")
    project.makeini("[pytest]\ntestpaths = tests\nshapenet_typed_files = tests/typed/*.py other/*\n")
    for name in ("tests/typed/a.py", "tests/typed/deep/b.py", "tests/test_c.py", "tests/typed/d.txt"):
        file = project.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("")
    done = ran(project)
    done.assert_outcomes(failed=2)
    text = done.stdout.str()
    assert text.count("mypy could not do its work:\nmypy is broken\n") == 2
    assert "FAILED tests/typed/a.py::types - Failed: mypy could not do its work:" in text
    assert "FAILED tests/typed/deep/b.py::types" in text


def test_without_hypothesis(project: pytest.Pytester) -> None:
    file = project.makepyfile(f"{MODEL}\n@pytest.mark.shape_contract\ndef test_wide():\n    return Wide()\n")
    text = run(inside(file), refused="hypothesis")
    assert "check_contract needs hypothesis, which is not installed: pip install 'shapenet[testing]'" in text
    assert "1 failed" in text


def test_without_mypy(project: pytest.Pytester) -> None:
    project.makeini("[pytest]\nshapenet_typed_files = typed.py\n")
    file = project.makepyfile(typed="")
    missing = "from shapenet import mypy_running; mypy_running.is_installed = lambda: False\n"
    text = run(missing + inside(file))
    assert "a type test cannot run: it needs mypy, which is not installed: pip install 'shapenet[mypy]'" in text
    assert "1 failed" in text


def inside(file: Path) -> str:
    """A program that runs pytest on *file*."""
    return f"import pytest; pytest.main(['-p', {PLUGIN!r}, '-p', 'no:cacheprovider', '-q', {str(file)!r}])"
