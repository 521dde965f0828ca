"""Figures have what they are to show, whatever has been drawn before, and leave pyplot alone."""

from __future__ import annotations

import math
import re
import sys
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

import shapenet
from shapenet import ShapeError, nn, viz
from shapenet.training import History
from tests.children import run

plotted = pytest.importorskip("matplotlib")


def points(line: Any) -> Any:
    return np.asarray(line.get_xydata())


def pixels(figure: Any, folder: Path) -> np.ndarray[Any, Any]:
    """The figure as it is saved, [H, W, 4] from 0 to 1."""
    from matplotlib.image import imread

    figure.savefig(folder / "figure.png", dpi=50)
    return np.asarray(imread(folder / "figure.png"))


def pictures(figure: Any) -> list[np.ndarray[Any, Any]]:
    return [np.asarray(axes.images[0].get_array()) for axes in figure.axes if axes.images]


HISTORY = History(
    [
        {"epoch": 1, "loss": 2.0, "accuracy": 0.1, "val_loss": 3.0, "val_accuracy": 0.2, "lr": 1, "seconds": 1},
        {"epoch": 2, "loss": 0.1, "accuracy": 0.8, "val_loss": 0.2, "val_accuracy": 0.7, "lr": 1, "seconds": 1},
    ]
)


def test_learning_curves(tmp_path: Path) -> None:
    figure = viz.learning_curves(HISTORY)
    assert pixels(figure, tmp_path).min() < 0.5
    loss, accuracy = figure.axes
    assert (loss.get_title(loc="left"), accuracy.get_title(loc="left")) == ("loss", "accuracy")
    assert (loss.get_yscale(), accuracy.get_yscale()) == ("log", "linear")
    for axes, names in ((loss, ("loss", "val_loss")), (accuracy, ("accuracy", "val_accuracy"))):
        assert [line.get_label() for line in axes.lines] == ["training", "validation"]
        for line, name in zip(axes.lines, names, strict=True):
            np.testing.assert_array_equal(points(line), [[1, HISTORY[name][0]], [2, HISTORY[name][1]]])


def test_some_learning_curves() -> None:
    (axes,) = viz.learning_curves({"loss": [3.0, 1.0], "lr": [0.1, 0.2]}, ["lr"]).axes
    assert points(axes.lines[0]).tolist() == [[1, 0.1], [2, 0.2]]
    (axes,) = viz.learning_curves({"loss": [3.0]}).axes
    assert axes.lines[0].get_marker() == "o"  # a line of one point cannot be seen
    for history, names in (({"loss": [1.0]}, ["accuracy"]), ({}, None), ({"epoch": [1.0]}, None)):
        with pytest.raises(ValueError, match=r"^learning_curves expects names to be some of"):
            viz.learning_curves(history, names)


def test_confusion_matrix(tmp_path: Path) -> None:
    rng = np.random.default_rng()
    labels, predictions = rng.integers(0, 4, 200), rng.integers(0, 4, 200)
    figure = viz.confusion_matrix(shapenet.from_numpy(predictions), labels.tolist(), ["a", "b", "c", "quite long"])
    axes = figure.axes[0]
    counts = np.array([[np.sum((labels == i) & (predictions == j)) for j in range(4)] for i in range(4)])
    np.testing.assert_allclose(pictures(figure)[0], counts / counts.sum(1, keepdims=True))
    assert [text.get_text() for text in axes.texts] == [str(count) for count in counts.ravel() if count]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["a", "b", "c", "quite long"]
    assert axes.get_title(loc="left") == f"{np.mean(labels == predictions):.2%} of 200 are right"
    pixels(figure, tmp_path)


def test_curves_with_gaps() -> None:
    history: Any = {"epoch": [1, 2, 3, 4], "loss": [float("nan"), 100.0, None, 1.0], "val_loss": [math.inf] * 4}
    (axes,) = viz.learning_curves(history).axes
    np.testing.assert_array_equal(points(axes.lines[0])[:, 1], [math.nan, 100, math.nan, 1])
    assert axes.get_yscale() == "log"


@pytest.mark.parametrize(
    ("history", "error", "said"),
    [
        ([1, 2], TypeError, "learning_curves expects history to be numbers by name, got list"),
        ({"loss": ["low"]}, TypeError, "learning_curves expects loss to be .* got elements of <U3"),
        ({"loss": []}, ValueError, "learning_curves expects loss to be a number for each of 0 epochs, got 0"),
        ({"epoch": [1, 2], "loss": [1.0]}, ValueError, "expects loss to be a number for each of 2 epochs, got 1"),
        ({"epoch": [1, 2], "val_loss": [1.0]}, ValueError, "expects val_loss to be a number for each of 2 epochs"),
    ],
)
def test_what_learning_curves_refuse(history: Any, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        viz.learning_curves(history)


def test_many_and_missing_classes() -> None:
    many = viz.confusion_matrix(np.arange(40), np.arange(40)).axes[0]
    assert not many.texts
    (share,) = pictures(viz.confusion_matrix([0, 2], [0, 0]))[:1]
    assert share.tolist() == [[0.5, 0, 0.5], [0, 0, 0], [0, 0, 0]]


@pytest.mark.parametrize(
    ("predictions", "labels", "names", "said"),
    [
        ([1, 2], [1], None, "expects 1 predictions, as there are labels, got 2"),
        ([1, 2], [1, 1], ["a", "b"], "expects classes from 0 to 1, as there are names, got 2"),
        ([0.5], [1], None, "expects predictions to be numbers of classes in [N], at least 0, got float64 in [1]"),
        ([1], [[1]], None, "expects labels to be numbers of classes in [N], at least 0, got int64 in [1, 1]"),
        ([-1], [1], None, "expects predictions to be numbers of classes in [N], at least 0, got -1"),
        (np.zeros(0, int), np.zeros(0, int), None, "at least 0, got none"),
        ([10**12], [1], None, "confusion_matrix expects at most 1000 classes, got 1000000000001"),
        ([1], [1], ["x"] * 1001, "confusion_matrix expects at most 1000 classes, got 1001"),
    ],
)
def test_what_a_confusion_matrix_refuses(predictions: Any, labels: Any, names: Any, said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        viz.confusion_matrix(predictions, labels, names)


def test_images(tmp_path: Path) -> None:
    grey = np.random.default_rng().integers(0, 256, (7, 1, 5, 6)).astype(np.uint8)
    figure = viz.images(grey, titles=range(7), columns=4, most=5)
    found = pictures(figure)
    assert len(found) == 5
    np.testing.assert_allclose(found, grey[:5, 0] / 255)
    assert [axes.get_title() for axes in figure.axes] == ["0", "1", "2", "3", "4", "", "", ""]
    assert pixels(figure, tmp_path).std() > 0.1
    colours = np.random.default_rng().normal(size=(2, 3, 5, 6)).astype(np.float32)
    found = pictures(viz.images(shapenet.from_numpy(colours)))
    wanted = (colours - colours.min()) / (colours.max() - colours.min())
    np.testing.assert_allclose(found, wanted.transpose(0, 2, 3, 1), atol=1e-6)
    assert pictures(viz.images(np.full((1, 2, 2), 7.0)))[0].tolist() == [[0, 0], [0, 0]]


def test_filters(tmp_path: Path) -> None:
    layer = nn.Conv2d(2, 3, (3, 5))
    weight = layer.weight.detach().numpy()
    figure = viz.filters(layer)
    np.testing.assert_array_equal(pictures(figure)[:6], weight.reshape(6, 3, 5))
    low, high = figure.axes[0].images[0].get_clim()
    assert high == -low == pytest.approx(np.abs(weight).max())
    pixels(figure, tmp_path)
    assert len(pictures(viz.filters(layer.weight, most=4, columns=3))) == 4
    first = pictures(viz.filters(nn.Conv2d(3, 4, 3)))
    assert [picture.shape for picture in first] == [(3, 3, 3)] * 4


class Net(nn.Module):
    def __init__(self) -> None:
        self.body = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Flatten())
        self.unused = nn.ReLU()

    def __call__(self, x: Any) -> Any:
        return self.body(x)


def test_activations(tmp_path: Path) -> None:
    model, x = Net(), shapenet.randn(2, 1, 6, 6)
    layer = dict(model.named_modules())["body.0"]
    for given in (layer, "body.0"):
        figure = viz.activations(model, x, given)
        np.testing.assert_array_equal(pictures(figure), layer(x).detach().numpy()[0])
        pixels(figure, tmp_path)
    assert layer._hooks is None or not layer._hooks.forward
    assert all(parameter.grad is None for parameter in model.parameters())


@pytest.mark.parametrize(
    ("draw", "error", "said"),
    [
        (
            lambda: viz.images(np.zeros((2, 2))),
            ShapeError,
            "expects [N, 1, H, W], [N, 3, H, W] or [N, H, W], got [2, 2]",
        ),
        (lambda: viz.images(np.zeros((2, 4, 3, 3))), ShapeError, "got [2, 4, 3, 3]"),
        (lambda: viz.images(np.zeros((0, 3, 3))), ValueError, "images expects at least one picture, got [0, 3, 3]"),
        (lambda: viz.images(np.zeros((2, 3, 3)), ["a"]), ValueError, "expects 2 titles, one for each image, got 1"),
        (lambda: viz.images(np.zeros((2, 3, 3)), columns=0), ValueError, "columns to be an int, at least 1, got 0"),
        (lambda: viz.images(np.zeros((2, 3, 3)), most=True), ValueError, "most to be an int, at least 1, got True"),
        (
            lambda: viz.images(cast("Any", "abc")),
            TypeError,
            "images expects values to be a tensor, an array or a list of numbers, got str",
        ),
        (lambda: viz.filters(cast("Any", nn.ReLU())), TypeError, "filters expects of to be a tensor, an array"),
        (
            lambda: viz.activations(cast("Any", len), shapenet.zeros(1, 1, 6, 6), "body.9"),
            TypeError,
            "activations expects model to be a Module, got builtin_function_or_method",
        ),
        (
            lambda: viz.activations(Net(), shapenet.zeros(0, 1, 6, 6), "body.1"),
            ValueError,
            "activations expects x to have an item, got none",
        ),
        (
            lambda: viz.filters(shapenet.zeros(2, 3)),
            ShapeError,
            "expects [out_channels, in_channels, KH, KW], got [2, 3]",
        ),
        (
            lambda: viz.activations(Net(), shapenet.zeros(1, 1, 6, 6), "body.9"),
            ValueError,
            "expects layer to be one of body, body.0, body.1, body.2, unused, or a module inside, got 'body.9'",
        ),
        (lambda: viz.activations(Net(), shapenet.zeros(1, 1, 6, 6), nn.ReLU()), ValueError, "got ReLU"),
        (
            lambda: viz.activations(Net(), shapenet.zeros(1, 1, 6, 6), "unused"),
            ValueError,
            "expects layer to be called, which ReLU was not",
        ),
        (
            lambda: viz.activations(Net(), shapenet.zeros(1, 1, 6, 6), "body.2"),
            ShapeError,
            "activations expects a layer that returns [N, C, H, W], got [1, 64]",
        ),
    ],
)
def test_what_is_refused(draw: Any, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=re.escape(said)):
        draw()


ALONE = """
import sys
from shapenet import viz
assert "matplotlib" not in sys.modules
viz.learning_curves({"loss": [1.0, 2.0]}).savefig("/dev/null", format="png")
print("matplotlib.pyplot" in sys.modules)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="has no /dev/null")
def test_pyplot_is_not_touched() -> None:
    assert run(ALONE) == "False\n"


MISSING = """
from shapenet import viz
try:
    viz.learning_curves({"loss": [1.0]})
except ImportError as error:
    print(error)
"""


def test_matplotlib_may_be_missing() -> None:
    assert run(MISSING, refused="matplotlib") == "shapenet.viz needs matplotlib: pip install 'shapenet[train]'\n"
