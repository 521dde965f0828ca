"""A training loop: data, loss, optimizer, schedule, evaluation, checkpoint."""

from typing import Any
from typing import Literal as L

import numpy as np

import shapenet
from shapenet import AnyTensor, Module, Tensor, nn
from shapenet import functional as F
from shapenet.data import DataLoader, Dataset, TensorDataset
from shapenet.dims import B, C
from shapenet.optim import SGD, Adam, AdamW, StepLR


class Classifier(Module):
    def __init__(self, hidden: int = 32) -> None:
        self.layers = nn.Sequential(nn.Linear(8, hidden), nn.ReLU(), nn.Dropout(0.1), nn.Linear(hidden, 3))

    def __call__(self, x: Tensor[B, L[8]]) -> Tensor[B, L[3]]:
        return self.layers(x)


class Rows(Dataset[tuple[AnyTensor, int]]):
    def __len__(self) -> int:
        return 100

    def __getitem__(self, index: int) -> tuple[AnyTensor, int]:
        return shapenet.randn(8), index % 3


def accuracy(scores: Tensor[B, C], labels: AnyTensor) -> float:
    return float((scores.argmax(1) == labels).to(np.float32).mean())


def step(model: Classifier, optimizer: AdamW, images: AnyTensor, labels: AnyTensor) -> float:
    loss = F.cross_entropy(model(images), labels)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss.item()


def train(epochs: int) -> list[float]:
    images = shapenet.randn(100, 8)
    labels = shapenet.from_numpy(np.arange(100) % 3)
    model = Classifier(hidden=16)
    optimizer = AdamW(model.parameters(), lr=1e-3, weight_decay=1e-2)
    schedule = StepLR(optimizer, step_size=10, gamma=0.5)
    criterion = nn.CrossEntropyLoss(label_smoothing=0.1)
    losses: list[float] = []
    for _ in range(epochs):
        model.train()
        for batch, wanted in DataLoader(TensorDataset(images, labels), batch_size=16, shuffle=True, seed=0):
            losses.append(step(model, optimizer, batch, wanted))
        schedule.step()
        model.eval()
        with shapenet.no_grad():
            losses.append(criterion(model(images), labels).item())
            losses.append(accuracy(model(images), labels))
    for rows, numbers in DataLoader(Rows(), batch_size=4):
        losses.append(accuracy(model(rows), numbers))
    return losses


def state(model: Module) -> dict[str, Any]:
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(not name.startswith("layers.0"))
    count = sum(parameter.numel() for parameter in model.parameters())
    groups = [{"params": list(model.parameters()), "lr": 0.1}]
    optimizers = SGD(groups, lr=0.1, momentum=0.9), Adam(model.parameters())
    for optimizer in optimizers:
        optimizer.step()
    copy = Classifier()
    copy.load_state_dict(model.state_dict())
    copy.to("cpu").train()
    copy.layers[0]
    return {"count": count, "modules": [type(module).__name__ for module in copy.modules()]}
