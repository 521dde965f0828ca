"""Comments beside what mypy says, without mypy."""

from __future__ import annotations

from pathlib import Path

import pytest

from shapenet.testing.expectations import Saying, differences, said, wanted

SOURCE = '''\
"""A text with # E: no comment in it."""
x = 1  # E: first  # E: second [shape]
# R: Tensor[B, 3]
# N: hint

y = f(  # R: int
    x,  # E: inside
)
z = "# E: no"  # N: told
if x:
    # E: deep
    w = 1  # not one, E: this
'''


def test_where_comments_belong() -> None:
    assert wanted(SOURCE) == [
        Saying(2, "E", "first"),
        Saying(2, "E", "second [shape]"),
        Saying(6, "N", "hint"),
        Saying(6, "R", "Tensor[B, 3]"),
        Saying(6, "R", "int"),
        Saying(7, "E", "inside"),
        Saying(9, "N", "told"),
        Saying(12, "E", "deep"),
    ]
    for source in ("x = '''", "if x:\n    y\n  z\n"):
        with pytest.raises(ValueError):  # noqa: PT011  (its text is Python's)
            wanted(source)


@pytest.mark.parametrize(
    ("revealed", "plain"),
    [
        (
            "shapenet.tensors.Tensor[B, Literal[8], shapenet.dims.Size[Literal['(H - 1)//2'], H]]",
            "Tensor[B, 8, (H - 1)//2]",
        ),
        ("shapenet.dims.Size[Literal['B*C'], B, C]", "B*C"),
        (
            "shapenet.nn.conv2d.Conv2d[Literal[3], Any, tuple[Literal[1], Literal[2]], Literal['zeros']]",
            "Conv2d[3, Any, tuple[1, 2], 'zeros']",
        ),
        ("tuple[a.b.Block[Literal[16]], builtins.float] | None", "tuple[Block[16], float] | None"),
    ],
)
def test_types_in_our_words(revealed: str, plain: str, tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    lines = [f'{file}:3: note: Revealed type is "{revealed}"', f"{tmp_path / 'b.py'}:3: error: other", "Found 1 error"]
    assert said(lines, file) == [Saying(3, "R", plain)]
    assert list(differences(wanted(f"\n\nx  # R: {plain.replace(', ', ',')}"), said(lines, file))) == []


def test_what_fits() -> None:
    says = [Saying(1, "E", "Linear expects 3, got 4 [shape]"), Saying(2, "N", "a hint")]
    for text in (says[0].text, "Linear expects 3, got 4", "Linear expects ...", "..."):
        assert list(differences([Saying(1, "E", text)], says)) == []
    for text in ("Linear expects 3", "expects 3, got 4", "Linear expects 3, got 4 [other]"):
        assert list(differences([Saying(1, "E", text)], says)) == [
            f"1: expected  E: {text}",
            "1: got       E: Linear expects 3, got 4 [shape]",
        ]


def test_each_is_said_as_often_as_it_is_wanted() -> None:
    error = Saying(4, "E", "same")
    assert list(differences([error, error], [error])) == ["4: expected  E: same"]
    assert list(differences([error], [error, error])) == ["4: got       E: same"]
    assert list(differences([Saying(5, "E", "same")], [error])) == ["4: got       E: same", "5: expected  E: same"]
    assert list(differences([Saying(4, "N", "same")], [error])) == ["4: expected  N: same", "4: got       E: same"]
