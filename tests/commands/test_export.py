"""``python -m shapenet export``."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest

import shapenet
from shapenet.__main__ import main
from shapenet.checkpoint import save, save_state
from shapenet.models import LeNet5
from shapenet.onnx import load
from shapenet.onnx.checking import shapes_in
from tests.children import run


def test_weights_of_a_state_and_of_a_checkpoint(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = LeNet5(3).eval()
    weights, output = tmp_path / "weights.safetensors", tmp_path / "model.onnx"
    images = shapenet.randn(2, 1, 28, 28)
    for checkpoint in (False, True):
        if checkpoint:
            save(weights, model=model)
        else:
            save_state(model.state_dict(), weights)
        arguments = ["export", "shapenet.models:LeNet5(3)", "--weights", str(weights), "--output", str(output)]
        assert main(arguments) == 0
        assert capsys.readouterr().out == f"wrote {output}\n"
        with shapenet.no_grad():
            np.testing.assert_allclose(load(output)(images).numpy(), model(images).numpy(), rtol=1e-4, atol=1e-5)


def test_shapes_and_fixed_sizes(tmp_path: Path) -> None:
    output = tmp_path / "model.onnx"
    model = "shapenet.nn:Bilinear(3, 4, 5)"
    assert main(["export", model, "--shape", "2,3", "--shape", "2,4", "--output", str(output)]) == 0
    assert shapes_in(onnx.load(output))["input2"] == ("Batch_0", 4)
    pool = ["export", "shapenet.nn:AdaptiveMaxPool2d(3)", "--shape", "1,2,9,6", "--output", str(output)]
    assert main([*pool, "--fixed", "H", "--fixed", "W"]) == 0
    assert shapes_in(onnx.load(output))["x"] == ("B", "C", 9, 6)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["shapenet.models:resnet18"],
            "ResNet18[1000] expects an example, or a shape, for image of shape [B, 3, H, W]",
        ),
        (["shapenet.nn:Unfold(2)", "--shape", "1,2,4,4"], "Unfold[2]: unfolded has no operation in ONNX"),
        (["shapenet.nn:Linear(3, 4)", "--shape", "2,5"], "Linear[3, 4] expects last dimension 3, got 5 in [2, 5]"),
        (["shapenet.models:LeNet5", "--weights", "none.safetensors"], "No such file"),
        (["shapenet.models:LeNet5", "--fixed", "W"], "export expects fixed to name sizes, B, got 'W'"),
        (["shapenet.models:Nothing"], "has no Nothing"),
    ],
)
def test_errors_of_users(
    arguments: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["export", *arguments, "--output", "model.onnx"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("shapenet export: ")
    assert said in line
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("shape", ["", "a", "1,,2", "0,3", "2,-1"])
def test_wrong_shapes(shape: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["export", "shapenet.nn:ReLU", "--output", "model.onnx", f"--shape={shape}"])
    assert stopped.value.code == 2
    assert f"argument --shape: expected sizes such as 1,3,224,224, got {shape!r}" in capsys.readouterr().err


def test_without_onnx() -> None:
    code = "from shapenet.__main__ import main\nimport sys\nsys.stderr = sys.stdout\n"
    code += "print(main(['export', 'shapenet.nn:ReLU', '--shape', '2', '--output', 'model.onnx']))"
    said = run(code, refused="onnx")
    assert said == "shapenet export: shapenet.onnx needs onnx: pip install 'shapenet[onnx]'\n2\n"
