"""A typed convolutional network that learns real handwritten digits: scans of 8x8 pixels, ten classes.

mypy proves the shapes (``mypy examples/digits.py``), the running program checks them.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

import shapenet
from shapenet import AnyTensor, IntTensor, Module, Tensor, nn
from shapenet import functional as F
from shapenet.data import DataLoader, RandomCrop, TensorDataset
from shapenet.dims import B
from shapenet.optim import AdamW, CosineAnnealingLR
from shapenet.training import History, Progress, fit
from shapenet.viz import learning_curves

EPOCHS = 30
CURVE = Path("digits.png")
SHIFT = RandomCrop(8, padding=1)

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


def shifted(batch: Batch) -> Batch:
    """Moves each image by up to one pixel: the scans are not all centred."""
    images, labels = batch
    return shapenet.stack([SHIFT(image) for image in images]), labels


def train(model: Digits, dataset: TensorDataset, held_out: TensorDataset) -> History:
    """Train, and return the numbers of each epoch; after each the model is tried on the images that are held out."""
    optimizer = AdamW(model.parameters(), lr=3e-3, weight_decay=1e-2)
    return fit(
        model,
        F.cross_entropy,
        optimizer,
        DataLoader(dataset, batch_size=64, shuffle=True, seed=0, transform=shifted),
        epochs=EPOCHS,
        schedule=CosineAnnealingLR(optimizer, T_max=EPOCHS),
        validation=DataLoader(held_out, batch_size=64),
        metrics={"accuracy": accuracy},
        callbacks=[Progress("images")],
    )


def accuracy(scores: Tensor[B, 10], labels: IntTensor[B]) -> Tensor[()]:
    """The share of images whose greatest score is that of their label."""
    return (scores.argmax(1) == labels).to(np.float32).mean()


def main() -> None:
    """Train on the digits and show how well it went."""
    shapenet.manual_seed(1)
    dataset, held_out = digits()
    model = Digits()
    print(model)
    history = train(model, dataset, held_out)
    learning_curves(history).savefig(CURVE, dpi=150)
    reached, seconds = history["val_accuracy"][-1], sum(history["seconds"])
    print(f"held-out accuracy {reached:.4f} after {seconds:.1f} s of training; learning curve in {CURVE}")


if __name__ == "__main__":
    main()
