"""A small task of classes for tests of trainings: random points, a model with dropout and running statistics."""

from __future__ import annotations

import signal

import numpy as np

import shapenet
from shapenet import Module, Tensor, nn
from shapenet.data import DataLoader, TensorDataset
from shapenet.dims import B
from shapenet.tensors import AnyTensor
from shapenet.training import Callback, Run

CLASSES = 3


class Net(Module):
    def __init__(self) -> None:
        self.body = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(0.3), nn.Linear(8, 3))

    def __call__(self, x: Tensor[B, 4]) -> Tensor[B, 3]:
        return self.body(x)


def points(count: int) -> TensorDataset:
    """Points around three centres."""
    rng = np.random.default_rng(count)
    labels = np.arange(count) % CLASSES
    near = rng.normal(size=(count, 4)) + 5 * np.eye(CLASSES, 4)[labels]
    return TensorDataset(shapenet.from_numpy(near.astype(np.float32)), shapenet.from_numpy(labels))


def loader(count: int = 26, seed: int = 0) -> DataLoader[tuple[AnyTensor, ...]]:
    """Shuffled batches of 8; the last is smaller."""
    return DataLoader(points(count), batch_size=8, shuffle=True, seed=seed)


def state(model: Module) -> dict[str, bytes]:
    """All numbers of the model, bit for bit."""
    return {path: tensor.numpy().tobytes() for path, tensor in model.state_dict().items()}


class CtrlC(Callback):
    """Presses Ctrl-C so many times after a step of an epoch."""

    def __init__(self, epoch: int, step: int, times: int = 1) -> None:
        self.place = epoch, step
        self.times = times

    def on_step_end(self, run: Run) -> None:
        if (run.epoch, run.step) == self.place:
            for _ in range(self.times):
                signal.raise_signal(signal.SIGINT)
