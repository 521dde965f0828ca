"""``shapenet check``: what it prints, how it exits, and the configuration that it takes."""

from __future__ import annotations

import importlib.util
import tomllib
from configparser import RawConfigParser
from pathlib import Path

import pytest

from shapenet import mypy_configuration
from shapenet.__main__ import main

GOOD = """\
import shapenet
from shapenet import Tensor, nn
from shapenet.dims import B


def f(x: Tensor[B, 3]) -> Tensor[B, 4]:
    return nn.Linear(3, 4)(x)
"""
OPEN = """

def g(n: int) -> None:
    y = shapenet.zeros(n, 3)
    f(y)
    shapenet.zeros(2, 3).sum(1)
"""
WRONG = """

def h(x: Tensor[B, 5]) -> None:
    f(x)
"""
ERROR = 'error: f() argument "x" expects [B, 3], got [B, 5]: dimension 1 is 5, expected 3  [shape]'
GAP = "zeros: dimension 0 of [?, 3] is unknown: n is an int of unknown value"


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def folder(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the command runs; nothing above it, and no home, has a configuration."""
    here = tmp_path / "project"
    (here / ".git").mkdir(parents=True)
    monkeypatch.chdir(here)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.setenv("MYPY_CACHE_DIR", str(cache))
    return here


def test_a_program_without_fault(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (folder / "a.py").write_text(GOOD + OPEN)
    assert main(["check", "a.py"]) == 0
    assert capfd.readouterr().out == "Success: no issues found in 1 source file\n"
    assert sorted(path.name for path in folder.iterdir()) == [".git", "a.py"]


def test_errors(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (folder / "a.py").write_text(GOOD + OPEN + WRONG)
    assert main(["check", "a.py"]) == 1
    lines = capfd.readouterr().out.splitlines()
    assert lines == [f"a.py:17: {ERROR}", "Found 1 error in 1 file (checked 1 source file)"]


def test_the_report(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (folder / "a.py").write_text(GOOD + OPEN)
    (folder / "b.py").write_text(GOOD + OPEN.replace("y = ", "").replace("f(y)", "nn.Linear(n, 3)"))
    (folder / "c.py").write_text(GOOD)
    assert main(["check", "--report", "a.py", "b.py", "c.py"]) == 0
    assert capfd.readouterr().out.splitlines() == [
        "a.py",
        f"  11  {GAP}",
        "",
        "b.py",
        f"  11  {GAP}",
        "  12  Linear: in_features is an int of unknown value",
        "",
        "3 places where a size becomes unknown; 10 calls tracked",
    ]


def test_a_report_with_errors(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (folder / "a.py").write_text(GOOD + OPEN + WRONG)
    assert main(["check", "a.py", "--report"]) == 1
    assert capfd.readouterr().out.splitlines() == [
        f"a.py:17: {ERROR}",
        "",
        "a.py",
        f"  11  {GAP}",
        "",
        "1 place where a size becomes unknown; 4 calls tracked",
    ]


def test_a_report_of_strict_shapes(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Unknown sizes are errors if the user's configuration makes them so."""
    (folder / "a.py").write_text(GOOD + OPEN)
    (folder / "pyproject.toml").write_text("[tool.mypy]\nstrict = true\n[tool.shapenet]\nstrict_shapes = true\n")
    assert main(["check", "a.py"]) == 1
    assert f"a.py:11: error: {GAP}  [shape-unknown]" in capfd.readouterr().out
    assert main(["check", "a.py", "--report"]) == 1
    assert capfd.readouterr().out.endswith("1 place where a size becomes unknown; 4 calls tracked\n")


def test_the_options_of_the_user_hold(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Those of a TOML file, with another code, an override and texts that want quoting."""
    (folder / "a.py").write_text(
        f"import nowhere\n{GOOD}\ndef k(x): ...\n\ndef truth(net: nn.Identity) -> None:\n    if net: ...\n{WRONG}"
    )
    (folder / "pyproject.toml").write_text(
        "[tool.mypy]\n"
        "disallow_untyped_defs = true\n"
        'enable_error_code = ["truthy-bool"]\n'
        "exclude = ['^\"quoted\"\\\\.py$']\n"
        "[[tool.mypy.overrides]]\n"
        'module = ["nowhere.*"]\n'
        "ignore_missing_imports = true\n"
    )
    for option in ([], ["--report"]):
        assert main(["check", "a.py", *option]) == 1
        lines = capfd.readouterr().out.splitlines()
        assert [line.rpartition("[")[2] for line in lines if "error: " in line] == [
            "no-untyped-def]",
            "truthy-bool]",
            "shape]",
        ]


def test_other_plugins_hold(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """One that is a file beside the configuration, which is not here but above; and a path from there."""
    (folder / "own.py").write_text(
        "from mypy.plugin import Plugin\n\n"
        "class Own(Plugin):\n"
        "    def get_function_hook(self, fullname):\n"
        "        return self.say if fullname == 'lib.hello' else None\n"
        "    def say(self, context):\n"
        "        context.api.fail('hello', context.context)\n"
        "        return context.default_return_type\n\n"
        "def entry(version):\n    return Own\n"
    )
    (folder / "stubs").mkdir()
    (folder / "stubs" / "lib.pyi").write_text("def hello() -> None: ...\n")
    (folder / "mypy.ini").write_text("[mypy]\nplugins =\n  ./own.py:entry\nmypy_path = $MYPY_CONFIG_FILE_DIR/stubs\n")
    (folder / "inner").mkdir()
    (folder / "inner" / "a.py").write_text(f"import lib\n{GOOD}\nlib.hello()\n{WRONG}")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder / "inner")
        assert main(["check", "a.py"]) == 1
    said = [line.partition("error: ")[2] for line in capfd.readouterr().out.splitlines()[:-1]]
    assert said == ["hello  [misc]", ERROR.removeprefix("error: ")]


def test_what_mypy_cannot_do(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (folder / "a.py").write_text("def f(:\n")
    for option in ([], ["--report"]):
        assert main(["check", "a.py", *option]) == 2
        assert "a.py:1: error: " in capfd.readouterr().out
    assert main(["check", "nowhere.py", "--report"]) == 2
    assert "nowhere.py" in "".join(capfd.readouterr())


def test_a_configuration_that_cannot_be_read(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (folder / "pyproject.toml").write_text("[tool.mypy\n")
    assert main(["check", "a.py"]) == 2
    assert capfd.readouterr().err.startswith(f"shapenet check: {folder / 'pyproject.toml'}: ")


def test_without_mypy(folder: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert main(["check", "a.py"]) == 2
    wanted = "shapenet check: it needs mypy, which is not installed: pip install 'shapenet[mypy]'\n"
    assert capfd.readouterr().err == wanted


def test_where_the_configuration_is(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As mypy looks for it: in its order, only up to the root of the repository, shared files only with a section."""
    above, home = folder.parent, folder.parent / ".mypy.ini"
    (above / "mypy.ini").write_text("[mypy]\nstrict = True\n")
    assert mypy_configuration.find().file is None
    home.write_text("[mypy]\n")
    assert mypy_configuration.find().file == home
    (folder / "setup.cfg").write_text("[mypy]\n")
    (folder / "pyproject.toml").write_text("[tool.other]\n")
    assert mypy_configuration.find().file == folder / "setup.cfg"
    (folder / "pyproject.toml").write_text("[tool.mypy]\n")
    assert mypy_configuration.find().file == folder / "pyproject.toml"
    (folder / ".mypy.ini").write_text("")
    assert mypy_configuration.find().file == folder / ".mypy.ini"
    (folder / "inner").mkdir()
    monkeypatch.chdir(folder / "inner")
    assert mypy_configuration.find().file == folder / ".mypy.ini"


def test_adding_the_plugin_to_toml(folder: Path) -> None:
    (folder / "pyproject.toml").write_text(
        '[tool.mypy]\nplugins = "numpy.typing.mypy_plugin"\nstrict = true\npython_version = "3.11"\n'
        "[[tool.mypy.overrides]]\nmodule = 'a.*'\nignore_errors = true\n[tool.shapenet]\nstrict_shapes = false\n"
    )
    text, name = mypy_configuration.find().with_plugin()
    assert name == "pyproject.toml"
    tools = tomllib.loads((folder / "pyproject.toml").read_text())["tool"]
    tools["mypy"]["plugins"] = ["numpy.typing.mypy_plugin", "shapenet.mypy_plugin"]
    assert tomllib.loads(text)["tool"] == tools


def test_adding_the_plugin_to_ini(folder: Path) -> None:
    (folder / "setup.cfg").write_text("[metadata]\nname = x\n[mypy]\nstrict = True\n[mypy-a.*]\nignore_errors = True\n")
    text, name = mypy_configuration.find().with_plugin()
    assert name == "mypy.ini"
    parser = RawConfigParser()
    parser.read_string(text)
    assert {section: dict(parser.items(section)) for section in parser.sections()} == {
        "mypy": {"strict": "True", "plugins": "shapenet.mypy_plugin"},
        "mypy-a.*": {"ignore_errors": "True"},
    }
