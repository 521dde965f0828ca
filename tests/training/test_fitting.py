"""The loop does what a loop by hand does, and reports what comes of it."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import shapenet
from shapenet import ShapeError, nn
from shapenet import functional as F
from shapenet.data import DataLoader, TensorDataset
from shapenet.optim import SGD, AdamW, OneCycleLR, ReduceLROnPlateau, StepLR
from shapenet.tensors import AnyTensor
from shapenet.training import Callback, History, Run, accuracy, evaluate, fit
from tests.static import mypy
from tests.training.tasks import CLASSES, Net, loader, points, state


def by_hand(epochs: int) -> tuple[Net, list[float]]:
    shapenet.manual_seed(0)
    model = Net()
    optimizer = AdamW(model.parameters(), lr=1e-2)
    schedule = StepLR(optimizer, 2)
    batches = loader()
    losses = []
    for _ in range(epochs):
        total = 0.0
        for x, y in batches:
            loss = F.cross_entropy(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(x)
        schedule.step()
        losses.append(total / 26)
    return model, losses


@pytest.mark.parametrize("read_every", [None, 1, 3, 100])
def test_a_loop_by_hand_does_the_same(read_every: int | None) -> None:
    expected, losses = by_hand(3)
    shapenet.manual_seed(0)
    model = Net()
    optimizer = AdamW(model.parameters(), lr=1e-2)
    history = fit(
        model,
        F.cross_entropy,
        optimizer,
        loader(),
        epochs=3,
        schedule=StepLR(optimizer, 2),
        validation=loader(),  # which draws from its own generator, and leaves the running statistics alone
        metrics={"accuracy": accuracy},
        read_every=read_every,
    )
    assert state(model) == state(expected)
    assert history["loss"] == pytest.approx(losses, rel=1e-12)
    assert history["epoch"] == [1, 2, 3]
    assert history["lr"] == pytest.approx([1e-2, 1e-2, 1e-3])
    assert list(history) == [
        *("epoch", "loss", "accuracy", "val_loss", "val_accuracy", "lr", "seconds", "items_per_second")
    ]
    assert history.stopped == ""
    assert all(module.training for module in model.modules())


def test_it_learns() -> None:
    model = Net()
    optimizer = AdamW(model.parameters(), lr=3e-2)
    history = fit(
        model,
        nn.CrossEntropyLoss(),
        optimizer,
        loader(90),
        epochs=30,
        metrics={"accuracy": accuracy},
        validation=loader(60),
    )
    assert history["loss"][-1] < 0.5 * history["loss"][0]
    assert history["val_accuracy"][-1] > 0.7
    assert history.best("val_loss")["val_loss"] == min(history["val_loss"])
    assert history.best("val_accuracy", "max")["val_accuracy"] == max(history["val_accuracy"])
    assert repr(history).startswith("History(30 epochs of epoch, loss, accuracy, val_loss")


def test_evaluate() -> None:
    model = Net()
    model.body.eval()
    modes = [module.training for module in model.modules()]
    dataset = points(26)
    x, y = dataset.tensors
    metrics: dict[str, Any] = {"loss": F.cross_entropy, "accuracy": accuracy, "three": lambda output, target: 3}
    before = state(model)
    found = evaluate(model, metrics, DataLoader(dataset, batch_size=8))
    assert [module.training for module in model.modules()] == modes
    assert state(model) == before
    scores = model.eval()(x)
    wanted = np.mean(scores.detach().numpy().argmax(1) == y.numpy())
    assert found == pytest.approx({"loss": F.cross_entropy(scores, y).item(), "accuracy": wanted, "three": 3}, rel=1e-6)


class Structured(nn.Module):
    def __init__(self) -> None:
        self.layer = nn.Linear(4, 2)

    def __call__(self, x: Any) -> Any:
        first, others = x
        return {"sum": self.layer(first + others["b"])}


def test_inputs_may_be_structures() -> None:
    a, b, y = shapenet.randn(6, 4), shapenet.randn(6, 4), shapenet.randn(6, 2)
    model = Structured()
    given = [((a, {"b": b}), [y]), ((a, {"b": b}), [y])]

    def loss(output: Any, target: Any) -> AnyTensor:
        return F.mse_loss(output["sum"], target[0])

    wanted = loss(model((a, {"b": b})), [y]).item()
    history = fit(model, loss, SGD(model.parameters(), lr=0), given, epochs=2)
    assert history["loss"] == pytest.approx([wanted, wanted])


def test_schedules() -> None:
    model = Net()
    optimizer = SGD(model.parameters(), lr=0.1)
    schedule = OneCycleLR(optimizer, 0.1, total_steps=8)
    fit(model, F.cross_entropy, optimizer, loader(), epochs=2, schedule=schedule, schedule_each="step")
    assert schedule.last_epoch == 8
    plateau = ReduceLROnPlateau(optimizer, factor=0.5, patience=0, threshold=10, threshold_mode="abs")
    for validation, loss in ((None, "loss"), (loader(30), "val_loss")):
        plateau.best, start = 1e9, optimizer.lr
        history = fit(model, F.cross_entropy, optimizer, loader(), epochs=3, schedule=plateau, validation=validation)
        assert plateau.best == history[loss][0]
        assert history["lr"] == [start, start, start / 2]


class Seen(Callback):
    def __init__(self) -> None:
        self.events: list[Any] = []

    def on_fit_start(self, run: Run) -> None:
        self.events.append(("start", run.epochs, run.steps, run.names))

    def on_epoch_start(self, run: Run) -> None:
        self.events.append(("epoch", run.epoch, run.step))

    def on_gradients(self, run: Run) -> None:
        assert all(parameter.grad is not None for parameter in run.model.parameters())
        self.events.append("gradients")

    def on_step_end(self, run: Run) -> None:
        self.events.append(("step", run.step))

    def on_losses(self, run: Run, losses: Sequence[float]) -> None:
        self.events.append(("losses", len(losses), run.means.items))

    def on_epoch_end(self, run: Run, row: dict[str, float]) -> None:
        assert run.history.rows[-1] is row
        self.events.append(("end", run.epoch))
        if run.epoch == 1:
            run.stop("it is enough")

    def on_fit_end(self, run: Run) -> None:
        self.events.append(("finished", run.finished))


def test_what_callbacks_are_told() -> None:
    seen = Seen()
    model = Net()
    given = DataLoader(points(11), batch_size=4)
    history = fit(model, F.cross_entropy, SGD(model.parameters(), 0.1), given, epochs=5, callbacks=[seen], read_every=2)
    names = ("epoch", "loss", "lr", "seconds", "items_per_second")
    assert seen.events == [
        ("start", 5, 3, names),
        ("epoch", 1, 0),
        *("gradients", ("step", 1), "gradients", ("step", 2), ("losses", 2, 8), "gradients", ("step", 3)),
        ("losses", 1, 11),
        ("end", 1),
        ("finished", True),
    ]
    assert history.stopped == "it is enough"
    assert len(history.rows) == 1


class Bad(nn.Module):
    """Its loss is no number in one step."""

    def __init__(self, step: int, value: float) -> None:
        self.layer = nn.Linear(1, 1)
        self.left = step
        self.value = value

    def __call__(self, x: AnyTensor) -> AnyTensor:
        self.left -= 1
        return self.layer(x) * 0 + (1.0 if self.left else self.value)


@pytest.mark.parametrize("read_every", [1, 2, 100])
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_loss_that_is_no_number(value: float, read_every: int) -> None:
    given = [(shapenet.zeros(2, 1), shapenet.zeros(2))] * 4
    seen = Seen()

    def trained(stop_on_nan: bool) -> History:
        model = Bad(step=7, value=value)
        return fit(
            model,
            lambda output, target: output.mean(),
            SGD(model.parameters(), lr=0),
            given,
            epochs=2,
            callbacks=[Callback(), seen] if stop_on_nan else [],
            read_every=read_every,
            stop_on_nan=stop_on_nan,
        )

    seen.on_epoch_end = lambda run, row: None  # type: ignore[method-assign]
    with pytest.raises(FloatingPointError, match=f"^the loss is {value} in epoch 2, step 3$"):
        trained(stop_on_nan=True)
    assert seen.events[-1] == ("finished", False)
    history = trained(stop_on_nan=False)
    assert history["loss"][0] == 1
    assert not math.isfinite(history["loss"][1])


def fitted(**changes: Any) -> History:
    model = Net()
    options = {"model": model, "loss": F.cross_entropy, "optimizer": SGD(model.parameters(), 0.1), "loader": loader()}
    return fit(**{**options, "epochs": 1, **changes})


@pytest.mark.parametrize(
    ("changes", "error", "said"),
    [
        ({"model": len}, TypeError, "fit expects model to be a Module, got builtin_function_or_method"),
        ({"optimizer": "adam"}, TypeError, "fit expects optimizer to be an Optimizer, got str"),
        ({"schedule": 0.1}, TypeError, "fit expects schedule to be a schedule of optim, got float"),
        ({"epochs": 0}, ValueError, "fit expects epochs to be an int, at least 1, got 0"),
        ({"read_every": 0}, ValueError, "fit expects read_every to be an int, at least 1, got 0"),
        ({"schedule_each": "batch"}, ValueError, "fit expects schedule_each to be 'epoch' or 'step', got 'batch'"),
        ({"stop_on_nan": 1}, ValueError, "fit expects stop_on_nan to be a bool, got 1"),
        ({"resume": True}, ValueError, "fit expects checkpoints to resume from, got None"),
        ({"metrics": {"lr": accuracy}}, ValueError, "got 'lr'"),
        ({"metrics": {"val_x": accuracy}}, ValueError, "got 'val_x'"),
        (
            {"metrics": {"x": lambda output, target: target}},
            ShapeError,
            "expects x to be one number for a batch, got [8]",
        ),
        (
            {"loss": lambda output, target: output},
            ShapeError,
            "fit expects the loss to be one number for a batch, got [8, 3]",
        ),
        ({"loader": []}, ValueError, "fit expects loader to have batches, got none"),
        ({"loader": None}, TypeError, "fit expects loader to have batches, got None"),
        ({"loader": DataLoader}, TypeError, "fit expects loader to have batches, got <class"),
        ({"loader": points(4)}, TypeError, "fit expects loader to have batches, got the items of a TensorDataset"),
        ({"loader": DataLoader(points(4), 8, drop_last=True)}, ValueError, "fit expects loader to have batches"),
        (
            {"loader": iter([]), "epochs": 2},
            TypeError,
            "batches in each epoch, got a list_iterator, which has them once",
        ),
        ({"loader": iter([])}, ValueError, "fit expects loader to have batches, got none"),
        ({"validation": []}, ValueError, "fit expects validation to have batches, got none"),
        ({"validation": iter([]), "epochs": 2}, TypeError, "fit expects validation to have its batches in each epoch"),
        ({"validation": 3}, TypeError, "fit expects validation to have batches, got 3"),
        ({"loss": None}, TypeError, "fit expects loss to be a function of output and target, got None"),
        ({"loss": nn.CrossEntropyLoss}, TypeError, "got the class CrossEntropyLoss"),
        (
            {"loss": lambda output, target: 3.0},
            TypeError,
            "the loss to be one number for a batch, in a tensor, got float",
        ),
        ({"metrics": accuracy}, TypeError, "fit expects metrics to be functions by name, got function"),
        ({"metrics": [accuracy]}, TypeError, "fit expects metrics to be functions by name, got list"),
        ({"metrics": {3: accuracy}}, TypeError, "fit expects metrics to be functions by name, got 3 as a name"),
        ({"metrics": {"x": 3}}, TypeError, "fit expects x to be a function of output and target, got 3"),
        ({"metrics": {"x": lambda output, target: None}}, TypeError, "fit expects x to be one number for a batch"),
        ({"metrics": {"x": lambda output, target: "3"}}, TypeError, "fit expects x to be one number for a batch"),
        ({"metrics": {"x": lambda output, target: target.numpy()}}, TypeError, "one number for a batch"),
        ({"callbacks": Callback()}, TypeError, "fit expects callbacks to be a list of them, got Callback"),
        ({"callbacks": [Callback]}, TypeError, "fit expects callbacks to be instances of Callback, got <class"),
        ({"checkpoints": "folder"}, TypeError, "fit expects checkpoints to be Checkpoints, got str"),
        (
            {"schedule": StepLR(SGD(Net().parameters(), 0.1), 1)},
            ValueError,
            "fit expects schedule to be one of the opt",
        ),
        ({"optimizer": SGD(Net().parameters(), 0.1)}, ValueError, "fit expects optimizer to have parameters that the"),
        ({"loader": [shapenet.zeros(2)]}, TypeError, "pairs of an input and a target, got a Tensor"),
        ({"loader": [(1, 2, 3)]}, TypeError, "pairs of an input and a target, got a tuple of 3"),
        ({"loader": [("a", "b")]}, TypeError, "fit expects the input of a batch to have a tensor, got str"),
    ],
)
def test_what_is_refused(changes: dict[str, Any], error: type[Exception], said: str) -> None:
    model = nn.Linear(4, 3)
    before = state(model)
    options: dict[str, Any] = {"model": model, "optimizer": SGD(model.parameters(), 0.1), **changes}
    with pytest.raises(error, match=re.escape(said)):
        fitted(**options)
    assert state(model) == before


@pytest.mark.parametrize(
    ("metrics", "batches", "said"),
    [
        (accuracy, loader(), "evaluate expects metrics to be functions by name, got function"),
        ({"x": 3}, loader(), "evaluate expects x to be a function of output and target, got 3"),
        ({"x": accuracy}, 3, "evaluate expects loader to have batches, got 3"),
        ({"x": accuracy}, points(4), "evaluate expects loader to have batches, got the items of a TensorDataset"),
    ],
)
def test_what_evaluate_refuses(metrics: Any, batches: Any, said: str) -> None:
    with pytest.raises(TypeError, match=f"^{said}"):
        evaluate(Net(), metrics, batches)


def test_one_pass_is_enough_for_one_epoch() -> None:
    given = list(loader())
    once = fitted(loader=iter(given), validation=iter(given), metrics={"n": lambda output, target: np.asarray(2)})
    assert once["val_n"] == [2]


def test_a_schedule_that_waits_goes_on_by_epochs() -> None:
    optimizer = SGD(Net().parameters(), 0.1)
    with pytest.raises(ValueError, match="'epoch' for ReduceLROnPlateau, got 'step'"):
        fitted(optimizer=optimizer, schedule=ReduceLROnPlateau(optimizer), schedule_each="step")


def test_a_loader_without_a_length() -> None:
    seen = Seen()

    class Endless:
        def __iter__(self) -> Any:
            return iter(loader())

    fitted(loader=Endless(), callbacks=[seen])
    assert seen.events[0][2] is None


def test_the_best_epoch() -> None:
    history = History([{"epoch": epoch, "x": value} for epoch, value in enumerate([math.nan, 2.0, 1.0, 2.0, 1.0], 1)])
    assert (history.best("x")["epoch"], history.best("x", "max")["epoch"]) == (3, 2)
    wrong: Any = "maximum"
    with pytest.raises(ValueError, match=r"^History.best expects mode to be 'min' or 'max', got 'maximum'$"):
        history.best("x", wrong)
    with pytest.raises(ValueError, match=r"^History.best expects an epoch with a number for 'x', got none$"):
        History(history.rows[:1]).best("x")
    with pytest.raises(KeyError, match="y"):
        history.best("y")


def test_accuracy() -> None:
    scores = np.random.default_rng().normal(size=(5, CLASSES, 2)).astype(np.float32)
    labels = np.random.default_rng().integers(0, CLASSES, (5, 2))
    given = shapenet.from_numpy(scores), shapenet.from_numpy(labels)
    assert accuracy(*given).item() == pytest.approx(np.mean(scores.argmax(1) == labels))
    with pytest.raises(ShapeError, match=r"^accuracy expects labels \[5, 2\], got \[5\], for scores \[5, 3, 2\]$"):
        accuracy(given[0], given[1][:, 0])
    with pytest.raises(
        ShapeError, match=r"^accuracy expects labels \[N, ...\], for scores \[N, C, ...\], got \[5, 2\]"
    ):
        accuracy(given[0][:, 0, 0], given[1])


PROGRAM = """\
from shapenet import AnyTensor, IntTensor, Module, Tensor, nn
from shapenet import functional as F
from shapenet.data import DataLoader, TensorDataset
from shapenet.dims import B
from shapenet.optim import SGD
from shapenet.training import accuracy, evaluate, fit


class Net(Module):
    def __init__(self) -> None:
        self.layer = nn.Linear(8, 10)

    def __call__(self, x: Tensor[B, 8]) -> Tensor[B, 10]:
        return self.layer(x)


class Two(Net):
    def __call__(self, x: Tensor[B, 8], y: Tensor[B, 8]) -> Tensor[B, 10]:  # type: ignore[override]
        return self.layer(x + y)


def of_ten(scores: Tensor[B, 10], labels: IntTensor[B]) -> Tensor[()]:
    return F.cross_entropy(scores, labels)


def of_seven(scores: Tensor[B, 7], labels: IntTensor[B]) -> Tensor[()]:
    return F.cross_entropy(scores, labels)


def run(dataset: TensorDataset) -> None:
    loader = DataLoader(dataset, batch_size=8)
    net, two = Net(), Two()
    optimizer = SGD(net.parameters(), 0.1)
    fit(net, of_ten, optimizer, loader, epochs=1, metrics={"accuracy": accuracy}, validation=loader)
    fit(net, F.cross_entropy, optimizer, loader, epochs=1)
    fit(net, nn.CrossEntropyLoss(), optimizer, loader, epochs=1)
    evaluate(net, {"loss": of_ten, "accuracy": accuracy}, loader)
    fit(net, of_seven, optimizer, loader, epochs=1)  # wrong
    fit(two, of_ten, optimizer, loader, epochs=1)  # wrong
    fit(net, of_ten, optimizer, loader, epochs=1, metrics={"other": of_seven})  # wrong
    evaluate(net, {"loss": of_seven}, loader)  # wrong
"""


def test_the_checker_sees_what_does_not_fit(tmp_path: Path, cache: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(PROGRAM)
    said = mypy([path], "--cache-dir", str(cache))
    wrong = [number for number, line in enumerate(PROGRAM.splitlines(), 1) if "# wrong" in line]
    assert {int(number) for number in re.findall(r":(\d+): error", said)} == set(wrong), said


def test_a_dataset_in_memory_is_not_copied_for_the_cpu() -> None:
    dataset = TensorDataset(shapenet.randn(4, 4), shapenet.arange(4) % 3)
    seen: list[Any] = []

    def loss(output: AnyTensor, target: AnyTensor) -> AnyTensor:
        seen.append(target.data)
        return F.cross_entropy(output, target)

    fitted(loss=loss, loader=DataLoader(dataset, batch_size=4))
    assert np.shares_memory(seen[0], dataset.tensors[1].data)
