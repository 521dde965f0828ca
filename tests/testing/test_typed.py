"""``check_types``: which files it asks mypy of, and what it says of the answers; mypy is played by a stand-in."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from shapenet import mypy_running
from shapenet.mypy_configuration import Configuration
from shapenet.testing import check_types
from shapenet.testing.typed import verdicts

GAP = "zeros: dimension 0 of [?, 3] is unknown: n is an int of unknown value"


class Mypy:
    """Says what it is told to, and notes what it is asked."""

    def __init__(self, said: str = "", code: int = 1) -> None:
        self.said = said
        self.code = code
        self.asked: list[tuple[Sequence[str], tuple[str, ...]]] = []

    def __call__(
        self, files: Sequence[str], configuration: Configuration, *options: str, stderr: int | None = None
    ) -> subprocess.CompletedProcess[str]:
        self.asked.append((files, options))
        return subprocess.CompletedProcess([], self.code, self.said)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.delenv("MYPY_CACHE_DIR", raising=False)
    (tmp_path / "a.py").write_text("x  # E: wrong ...\ny\n")
    (tmp_path / "b.py").write_text("reveal_type(z)  # R: Tensor[B, 3]\n")
    return tmp_path


def says(monkeypatch: pytest.MonkeyPatch, text: str, code: int = 1) -> Mypy:
    mypy = Mypy(text, code)
    monkeypatch.setattr(mypy_running, "ask", mypy)
    return mypy


def test_all_files_are_asked_of_at_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    revealed = 'b.py:1: note: Revealed type is "shapenet.tensors.Tensor[B, Literal[3]]"'
    mypy = says(monkeypatch, f"a.py:1: error: wrong thing  [shape]\n{revealed}\nc.py:1: error: of another file\n")
    check_types("a.py", folder / "b.py")
    assert mypy.asked == [(["a.py", str(folder / "b.py")], ())]


def test_what_differs(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    says(monkeypatch, "a.py:2: error: wrong thing  [shape]\n")
    with pytest.raises(AssertionError) as caught:
        check_types("a.py", "b.py")
    assert str(caught.value) == (
        "mypy does not say what the comments say\n"
        "  a.py:1: expected  E: wrong ...\n"
        "  a.py:2: got       E: wrong thing [shape]\n"
        "mypy does not say what the comments say\n"
        "  b.py:1: expected  R: Tensor[B, 3]"
    )


def test_a_file_that_is_no_python_is_wrong_alone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = folder / "broken.py"
    broken.write_text("x = 1\ndef f(:\n    pass  # E: what\n")
    mypy = says(monkeypatch, "a.py:1: error: wrong\n")
    found = verdicts([folder / "a.py", broken])
    assert found[folder / "a.py"].differences == ()
    (difference,) = found[broken].differences
    assert difference.startswith("2: got       E: ")
    assert difference.endswith("[syntax]")
    assert mypy.asked == [([str(folder / "a.py")], ())]
    assert list(verdicts([broken])) == [broken]
    assert len(mypy.asked) == 1


def test_files_in_any_encoding(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    says(monkeypatch, "mark.py:2: error: schön\nlatin.py:3: error: schön\nwrong.py:1: error: no\n")
    (folder / "mark.py").write_bytes("x = 1\r\ny  # E: schön\r\n".encode("utf-8-sig"))
    (folder / "latin.py").write_bytes("# -*- coding: latin-1 -*-\n\ny  # E: schön\n".encode("latin-1"))
    check_types("mark.py", "latin.py")
    for place, said in ((0, "invalid or missing encoding declaration"), (3, "'utf-8' codec can't decode byte 0xf6")):
        (folder / "wrong.py").write_bytes(("\n" * place + "x  # E: schön\n").encode("latin-1"))
        with pytest.raises(AssertionError, match=rf"wrong\.py:1: got       E: {said} .*\[syntax\]$"):
            check_types("mark.py", "wrong.py")


def test_no_files() -> None:
    with pytest.raises(ValueError, match="check_types expects files, got none"):
        check_types()


def test_unknown_sizes_are_errors_if_the_user_says_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = folder / "a.py"
    mypy = says(monkeypatch, f"a.py:1: error: wrong\na.py:2: error: {GAP}  [shape-unknown]\n")
    verdict = verdicts([file])[file]
    assert (verdict.differences, verdict.unknown) == ((), (f"2: {GAP}",))
    (folder / "mypy.ini").write_text("[mypy]\n[shapenet]\nstrict_shapes = true\n")
    assert verdicts([file], folder / "kept")[file].differences == (f"2: got       E: {GAP} [shape-unknown]",)
    assert mypy.asked[-1][1] == (f"--cache-dir={folder / 'kept'}",)
    (folder / "mypy.ini").write_text("[mypy]\ncache_dir = mine\n")
    verdicts([file], folder / "kept")
    assert not mypy.asked[-1][1]


def test_what_cannot_be_checked(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    says(monkeypatch, "a.py:1: error: invalid syntax\n", code=2)
    with pytest.raises(RuntimeError, match=r"^mypy could not do its work:\na.py:1: error: invalid syntax$"):
        check_types("a.py")
    with pytest.raises(FileNotFoundError, match=r"nowhere\.py"):
        check_types("nowhere.py")
    (folder / "pyproject.toml").write_text("[tool.mypy\n")
    with pytest.raises(RuntimeError, match=r"^a type test cannot run: .*pyproject\.toml: "):
        check_types("a.py")
    monkeypatch.setattr(mypy_running, "is_installed", lambda: False)
    with pytest.raises(
        RuntimeError, match=r"cannot run: it needs mypy, which is not installed: pip install 'shapenet\[my"
    ):
        check_types("a.py")
