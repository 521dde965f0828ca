"""Training runs that are small, and have all that a checkpoint keeps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

import shapenet
from shapenet import checkpoint, functional, nn, optim
from shapenet.data import DataLoader, Dataset, RandomHorizontalFlip
from shapenet.tensors import AnyTensor

OPTIMIZERS: dict[str, Callable[[Any], optim.Optimizer]] = {
    "SGD": lambda groups: optim.SGD(groups, lr=0.1),
    "SGD with momentum": lambda groups: optim.SGD(groups, lr=0.1, momentum=0.9, nesterov=True),
    "Adam": lambda groups: optim.Adam(groups, lr=0.1),
    "AdamW": lambda groups: optim.AdamW(groups, lr=0.1, amsgrad=True),
    "RMSprop": lambda groups: optim.RMSprop(groups, lr=0.1, centered=True, momentum=0.5),
    "Adagrad": lambda groups: optim.Adagrad(groups, lr=0.1, lr_decay=0.1),
}


class Warm:
    """A schedule's function with attributes."""

    def __init__(self, factor: float) -> None:
        self.factor = factor

    def __call__(self, epoch: int) -> float:
        return self.factor ** (epoch + 1)


SCHEDULES: dict[str, Callable[[optim.Optimizer], Any]] = {
    "StepLR": lambda o: optim.StepLR(o, 2, 0.5),
    "MultiStepLR": lambda o: optim.MultiStepLR(o, [1, 3], 0.5),
    "ExponentialLR": lambda o: optim.ExponentialLR(o, 0.7),
    "ConstantLR": lambda o: optim.ConstantLR(o, 0.5, 2),
    "LinearLR": lambda o: optim.LinearLR(o, 0.1, total_iters=3),
    "LambdaLR": lambda o: optim.LambdaLR(o, Warm(0.6)),
    "CosineAnnealingLR": lambda o: optim.CosineAnnealingLR(o, 3),
    "CosineAnnealingWarmRestarts": lambda o: optim.CosineAnnealingWarmRestarts(o, 1, 2),
    "ReduceLROnPlateau": lambda o: optim.ReduceLROnPlateau(o, factor=0.5, patience=0, threshold=0.5),
    "SequentialLR": lambda o: optim.SequentialLR(o, [optim.LinearLR(o, 0.5), optim.ExponentialLR(o, 0.5)], [2]),
    "OneCycleLR": lambda o: optim.OneCycleLR(o, 0.2, 9, cycle_momentum=not isinstance(o, optim.Adagrad)),
}


class Net(nn.Module):
    def __init__(self) -> None:
        self.body = nn.Sequential(nn.Conv2d(1, 2, 3, padding=1), nn.BatchNorm2d(2), nn.ReLU(), nn.Flatten())
        self.head = nn.Sequential(nn.Dropout(0.3), nn.Linear(32, 3))

    def __call__(self, x: AnyTensor) -> AnyTensor:
        return self.head(self.body(x))


class Images(Dataset[tuple[AnyTensor, int]]):
    """Seven images, flipped at random by a generator of their own."""

    def __init__(self, seed: int) -> None:
        self.images = shapenet.from_numpy(np.random.default_rng(7).standard_normal((7, 1, 4, 4)).astype(np.float32))
        self.flip = RandomHorizontalFlip(generator=np.random.Generator(np.random.Philox(seed)))

    def __len__(self) -> int:
        return 7

    def __getitem__(self, number: int) -> tuple[AnyTensor, int]:
        return self.flip(self.images[number]), number % 3


class Run:
    """A model that is trained on a few images; what happens is told by the seed alone."""

    def __init__(self, seed: int, optimizer: str = "Adam", schedule: str = "StepLR") -> None:
        shapenet.manual_seed(seed)
        self.model = Net()
        groups = [{"params": self.model.body.parameters(), "lr": 0.05}, {"params": self.model.head.parameters()}]
        self.optimizer = OPTIMIZERS[optimizer](groups)
        self.schedule = SCHEDULES[schedule](self.optimizer)
        self.loader = DataLoader(Images(seed), 3, shuffle=True, seed=seed)
        self.seen: list[Any] = []

    @property
    def parts(self) -> dict[str, Any]:
        """What a checkpoint takes."""
        return {
            "model": self.model,
            "optimizer": self.optimizer,
            "schedule": self.schedule,
            "loader": self.loader,
        }

    def epoch(self) -> Iterator[None]:
        """Train for an epoch, or for its rest, batch by batch."""
        loss = 0.0
        for images, labels in self.loader:
            self.seen.append((images.numpy().tobytes(), labels.tolist()))
            self.optimizer.zero_grad()
            error = functional.cross_entropy(self.model(images), labels)
            error.backward()
            self.optimizer.step()
            loss += error.item()
            yield
        if isinstance(self.schedule, optim.ReduceLROnPlateau):
            self.schedule.step(loss)
        else:
            self.schedule.step()

    def content(self, folder: Path) -> bytes:
        """All its states, as the bytes of a checkpoint."""
        checkpoint.save(folder / "content", **self.parts)
        content = (folder / "content").read_bytes()
        (folder / "content").unlink()
        return content
