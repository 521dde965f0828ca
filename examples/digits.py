"""A typed convolutional network that learns real handwritten digits: scans of 8x8 pixels, ten classes.

mypy proves the shapes (``mypy examples/digits.py``), the running program checks them.
"""

from __future__ import annotations

import time
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from tqdm import tqdm

import shapenet
from shapenet import AnyTensor, IntTensor, Module, Tensor, nn
from shapenet import functional as F
from shapenet.data import DataLoader, TensorDataset
from shapenet.dims import B
from shapenet.optim import AdamW, CosineAnnealingLR

EPOCHS = 30
CURVE = Path("digits.png")

Batch = tuple[AnyTensor, ...]


class Digits(Module):
    """Two convolutions, a hidden layer, ten scores."""

    def __init__(self) -> None:
        self.features = nn.Sequential(
            nn.Conv2d(1, 16, 3, padding=1),
            nn.BatchNorm2d(16),
            nn.ReLU(),
            nn.Conv2d(16, 32, 3, padding=1),
            nn.BatchNorm2d(32),
            nn.ReLU(),
            nn.MaxPool2d(2),
        )
        self.classifier = nn.Sequential(
            nn.Flatten(),
            nn.Linear(32 * 4 * 4, 64),
            # nn.Linear(32 * 8 * 8, 64),  # a wrong size: comment out the line above, uncomment this, and run again
            nn.ReLU(),
            nn.Dropout(0.25),
            nn.Linear(64, 10),
        )

    def __call__(self, image: Tensor[B, 1, 8, 8]) -> Tensor[B, 10]:
        return self.classifier(self.features(image))


def digits() -> tuple[TensorDataset, TensorDataset]:
    """The scans and their labels, three quarters for training, one to be held out."""
    data = load_digits()
    images = (data.images / 16).astype(np.float32).reshape(-1, 1, 8, 8)
    parts = train_test_split(images, data.target, test_size=0.25, random_state=0, stratify=data.target)
    train_images, test_images, train_labels, test_labels = map(shapenet.from_numpy, parts)
    return TensorDataset(train_images, train_labels), TensorDataset(test_images, test_labels)


class Shifted:
    """Moves each image by up to one pixel: the scans are not all centred."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)

    def __call__(self, batch: Batch) -> Batch:
        images, labels = batch
        padded = np.pad(images.numpy(), ((0, 0), (0, 0), (1, 1), (1, 1)))
        corners = self.rng.integers(0, 3, (len(padded), 2))
        moved = [image[:, y : y + 8, x : x + 8] for image, (y, x) in zip(padded, corners, strict=True)]
        return shapenet.from_numpy(np.stack(moved)), labels


def accuracy(scores: Tensor[B, 10], labels: IntTensor[B]) -> float:
    """The share of images whose greatest score is that of their label."""
    return float((scores.argmax(1) == labels).to(np.float32).mean())


def evaluate(model: Digits, dataset: TensorDataset) -> float:
    """The accuracy on *dataset*."""
    images, labels = dataset.tensors
    model.eval()
    with shapenet.no_grad():
        return accuracy(model(images), labels)


def train(model: Digits, dataset: TensorDataset, held_out: TensorDataset) -> tuple[list[float], list[float]]:
    """Train, and return for each epoch the mean loss and the held-out accuracy."""
    batches = DataLoader(dataset, batch_size=64, shuffle=True, seed=0, transform=Shifted(seed=0))
    optimizer = AdamW(model.parameters(), lr=3e-3, weight_decay=1e-2)
    schedule = CosineAnnealingLR(optimizer, T_max=EPOCHS)
    losses: list[float] = []
    accuracies: list[float] = []
    bar = tqdm(range(EPOCHS), desc="training", unit="epoch")
    for _ in bar:
        model.train()
        total = 0.0
        for images, labels in batches:
            loss = F.cross_entropy(model(images), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item()
        schedule.step()
        losses.append(total / len(batches))
        accuracies.append(evaluate(model, held_out))
        bar.set_postfix(loss=f"{losses[-1]:.4f}", accuracy=f"{accuracies[-1]:.4f}")
    return losses, accuracies


def plot(losses: list[float], accuracies: list[float]) -> None:
    """Draw the learning curve into ``digits.png``."""
    mpl.use("Agg")
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.2), layout="constrained")
    left.plot(losses, color="tab:red")
    left.set(title="training loss", xlabel="epoch", yscale="log")
    right.plot(accuracies, color="tab:blue")
    right.set(title="held-out accuracy", xlabel="epoch", ylim=(min(0.9, *accuracies), 1))
    for axes in (left, right):
        axes.grid(alpha=0.3)
    figure.savefig(CURVE, dpi=150)
    plt.close(figure)


def main() -> None:
    """Train on the digits and show how well it went."""
    shapenet.manual_seed(0)
    dataset, held_out = digits()
    model = Digits()
    print(model)
    start = time.perf_counter()
    losses, accuracies = train(model, dataset, held_out)
    seconds = time.perf_counter() - start
    plot(losses, accuracies)
    print(f"held-out accuracy {accuracies[-1]:.4f} after {seconds:.1f} s of training; learning curve in {CURVE}")


if __name__ == "__main__":
    main()
