"""Models that are named on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from shapenet.commands import loading
from shapenet.commands.command import CommandError
from shapenet.models import ResNet18
from shapenet.nn import Conv2d

MODULE = "made_for_a_test_of_loading"
SOURCE = """\
from shapenet import nn

class Outer:
    layer = nn.Linear

ready = nn.ReLU()
number = 3

def none():
    return None
"""


@pytest.fixture
def _module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / f"{MODULE}.py").write_text(SOURCE)
    monkeypatch.syspath_prepend(str(tmp_path))


@pytest.mark.usefixtures("_module")
def test_what_is_found() -> None:
    made = loading.model("shapenet.nn:Conv2d(3, 8, kernel_size=(3, 5))")
    assert isinstance(made, Conv2d)
    assert made.spelled.startswith("Conv2d[3, 8, (3, 5)")
    assert isinstance(loading.model("shapenet.models:resnet18(10)"), ResNet18)
    assert loading.model(f"{MODULE}:Outer.layer(2, 3)").spelled == "Linear[2, 3]"
    assert loading.model(f"{MODULE}:ready") is loading.model(f"{MODULE}:ready")


@pytest.mark.usefixtures("_module")
@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("shapenet.models", "expected a model as pkg.module:name, got 'shapenet.models'"),
        (":Net", "expected a model as pkg.module:name, got ':Net'"),
        ("./models.py:Net", "expected a model as pkg.module:name, got './models.py:Net'"),
        (".models:Net", "expected a model as pkg.module:name, got '.models:Net'"),
        ("shapenet.nn:Linear(**{'a': 1})", "expected pkg.module:name(literals, option=literal), got"),
        ("nowhere.at_all:Net", "there is no module nowhere"),
        ("shapenet.models:Nothing", "shapenet.models has no Nothing"),
        ("shapenet.nn:Linear(2, width)", "expected pkg.module:name(literals, option=literal), got"),
        ("shapenet.nn:Linear(2,", "expected pkg.module:name(literals, option=literal), got"),
        ("shapenet.nn:Linear(2)", "cannot make shapenet.nn:Linear(2): "),
        ("shapenet.nn:Linear(2, -1)", "cannot make shapenet.nn:Linear(2, -1): ShapeError: Linear expects out_features"),
        (f"{MODULE}:number", "expected a model, or what makes one, got int"),
        (f"{MODULE}:none", "expected a model, got NoneType"),
        (f"{MODULE}:ready()", "it is a model already, and takes no arguments here"),
    ],
)
def test_what_is_refused(spec: str, said: str) -> None:
    with pytest.raises(CommandError) as error:
        loading.model(spec)
    assert said in str(error.value)
    assert "\n" not in str(error.value)
