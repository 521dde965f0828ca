"""What is measured: each case is a name and a program that any library can run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from benchmarks import models
from benchmarks.libraries import CHANNELS_LAST, LOOP, TORCH, Library

Model = Any
Step = Callable[[], Any]
Build = Callable[[Library], tuple[Model, Step]]
"""The model, and what is timed: one step with it, which returns the model's output."""


@dataclass(frozen=True)
class Group:
    """Cases that share a table."""

    name: str
    note: str
    rivals: tuple[str, ...] = (TORCH,)
    starts: int = 1
    """How often the processes of a case are started anew; some are faster than others, all their life."""


@dataclass(frozen=True)
class Case:
    """One row of a table."""

    group: Group
    name: str
    build: Build
    size: int | None = None
    """What grows in this group, if something does."""

    @property
    def path(self) -> str:
        """The name that no other case has."""
        return f"{self.group.name}: {self.name}"


@dataclass(frozen=True)
class Convolution:
    """A square convolution of square images."""

    batch: int
    in_channels: int
    out_channels: int
    kernel: int
    size: int
    stride: int = 1
    padding: int = 1
    groups: int = 1
    bias: bool = False

    def __str__(self) -> str:
        stride = "" if self.stride == 1 else f"/{self.stride}"
        channels = f"{self.in_channels}" if self.groups > 1 else f"{self.in_channels}->{self.out_channels}"
        return f"{self.kernel}x{self.kernel}{stride} {channels} @{self.size}, batch {self.batch}"

    @property
    def images(self) -> tuple[int, ...]:
        """The shape of the input."""
        return self.batch, self.in_channels, self.size, self.size

    def layer(self, lib: Library) -> Model:
        """The layer."""
        options = {"stride": self.stride, "padding": self.padding, "groups": self.groups, "bias": self.bias}
        return lib.nn.Conv2d(self.in_channels, self.out_channels, self.kernel, **options)


def depthwise(batch: int, channels: int, size: int, stride: int = 1) -> Convolution:
    """A 3x3 convolution of each channel by itself."""
    return Convolution(batch, channels, channels, 3, size, stride, groups=channels)


LAYOUTS = (TORCH, CHANNELS_LAST)
STARTS = 5
"""How often the processes of a whole program are started anew."""
CONVOLUTIONS = {
    "ResNet-18": [
        Convolution(8, 3, 64, 7, 224, stride=2, padding=3),
        Convolution(8, 64, 64, 3, 56),
        Convolution(8, 64, 128, 3, 56, stride=2),
        Convolution(8, 64, 128, 1, 56, stride=2, padding=0),
        Convolution(8, 128, 128, 3, 28),
        Convolution(8, 128, 256, 3, 28, stride=2),
        Convolution(8, 128, 256, 1, 28, stride=2, padding=0),
        Convolution(8, 256, 256, 3, 14),
        Convolution(8, 256, 512, 3, 14, stride=2),
        Convolution(8, 256, 512, 1, 14, stride=2, padding=0),
        Convolution(8, 512, 512, 3, 7),
    ],
    "VGG-11": [
        Convolution(2, channels, out, 3, size, bias=True)
        for channels, out, size in [
            (3, 64, 224),
            (64, 128, 112),
            (128, 256, 56),
            (256, 256, 56),
            (256, 512, 28),
            (512, 512, 28),
            (512, 512, 14),
        ]
    ],
    "LeNet": [
        Convolution(64, 1, 6, 5, 28, padding=0, bias=True),
        Convolution(64, 6, 16, 5, 12, padding=0, bias=True),
    ],
    "MobileNetV2": [
        depthwise(8, 32, 112),
        depthwise(8, 144, 56),
        *(depthwise(32, channels, 32) for channels in (32, 96, 144)),
        depthwise(32, 144, 32, stride=2),
        depthwise(32, 192, 16),
        depthwise(32, 192, 16, stride=2),
        *(depthwise(32, channels, 8) for channels in (384, 576)),
        depthwise(32, 576, 8, stride=2),
        depthwise(32, 960, 4),
    ],
}
NOTES = {
    "ResNet-18": "Every distinct convolution, for images of 224x224.",
    "VGG-11": "Every distinct convolution, for images of 224x224; batches of 2, since those of 8 take too long.",
    "LeNet": "Both convolutions.",
    "MobileNetV2": "Depthwise convolutions: two for images of 224x224, and every distinct one for 32x32.",
}


def forward(make: Callable[[Library], Model], shape: tuple[int, ...], *, inference: bool = False) -> Build:
    """A call of a module, off the tape."""

    def build(lib: Library) -> tuple[Model, Step]:
        model, x = lib.arranged(make(lib)), lib.arranged(lib.randn(*shape))
        if inference:
            model.eval()

        def step() -> Any:
            with lib.no_grad():
                return model(x)

        return model, step

    return build


def forward_and_backward(make: Callable[[Library], Model], shape: tuple[int, ...]) -> Build:
    """A call of a module, and the gradients of its input and of its parameters."""

    def build(lib: Library) -> tuple[Model, Step]:
        model, x = lib.arranged(make(lib)), lib.arranged(lib.randn(*shape))
        x.requires_grad = True
        gradient = lib.arranged(lib.randn(*model(x).shape))

        def step() -> Any:
            model.zero_grad()
            x.grad = None
            y = model(x)
            y.backward(gradient)
            return y

        return model, step

    return build


def training(make: Callable[[Library], Model], shape: tuple[int, ...]) -> Build:
    """A step of training a classifier of ten classes."""

    def build(lib: Library) -> tuple[Model, Step]:
        model, images = lib.arranged(make(lib)), lib.arranged(lib.randn(*shape))
        labels = lib.from_numpy(np.arange(shape[0]) % 10)
        optimizer = lib.optim.SGD(model.parameters(), lr=1e-3, momentum=0.9)

        def step() -> Any:
            optimizer.zero_grad()
            scores = model(images)
            lib.functional.cross_entropy(scores, labels).backward()
            optimizer.step()
            return scores

        return model, step

    return build


def _both_ways(name: str, note: str, rows: dict[str, Any], rivals: tuple[str, ...]) -> Iterator[Case]:
    for way, build in (("forward", forward), ("forward and backward", forward_and_backward)):
        group = Group(f"{name}, {way}", note, rivals)
        yield from (Case(group, row, build(make, shape)) for row, (make, shape) in rows.items())


def _convolutions() -> Iterator[Case]:
    for network, convolutions in CONVOLUTIONS.items():
        rows = {str(conv): (conv.layer, conv.images) for conv in convolutions}
        yield from _both_ways(f"convolutions of {network}", NOTES[network], rows, LAYOUTS)


def _other_layers() -> Iterator[Case]:
    rows: dict[str, Any] = {
        "MaxPool2d 3x3/2, [8, 64, 112, 112]": (lambda lib: lib.nn.MaxPool2d(3, 2, 1), (8, 64, 112, 112)),
        "MaxPool2d 2x2, [64, 6, 24, 24]": (lambda lib: lib.nn.MaxPool2d(2), (64, 6, 24, 24)),
        "AvgPool2d 2x2, [8, 64, 112, 112]": (lambda lib: lib.nn.AvgPool2d(2), (8, 64, 112, 112)),
        "BatchNorm2d, [32, 64, 32, 32]": (lambda lib: lib.nn.BatchNorm2d(64), (32, 64, 32, 32)),
        "ReLU, [32, 64, 32, 32]": (lambda lib: lib.nn.ReLU(), (32, 64, 32, 32)),
    }
    yield from _both_ways("other layers", "Batch norm is in training.", rows, (TORCH,))


def _networks() -> Iterator[Case]:
    note = "A step is `zero_grad`, forward, cross entropy, backward, and SGD with momentum."
    group = Group("training steps", note, LAYOUTS, starts=STARTS)
    yield Case(group, "LeNet, [64, 1, 28, 28]", training(models.lenet, (64, 1, 28, 28)))
    yield Case(group, "ResNet-18, [32, 3, 32, 32]", training(models.resnet18_cifar, (32, 3, 32, 32)))
    yield Case(group, "MobileNetV2, [32, 3, 32, 32]", training(models.mobilenet_v2_cifar, (32, 3, 32, 32)))
    group = Group("inference", "The latency of one image: `eval()`, `no_grad()`.", LAYOUTS, starts=STARTS)
    shape = (1, 3, 224, 224)
    yield Case(group, "ResNet-18, [1, 3, 224, 224]", forward(models.resnet18, shape, inference=True))


def _growth() -> Iterator[Case]:
    base = Convolution(4, 64, 64, 3, 28)
    grown = {
        ("batch", 1): {size: replace(base, batch=size) for size in (1, 2, 4, 8, 16, 32)},
        ("channels", 2): {size: replace(base, in_channels=size, out_channels=size) for size in (16, 32, 64, 128, 256)},
        ("image size", 2): {size: replace(base, size=size) for size in (14, 28, 56, 112)},
    }
    for (what, power), convolutions in grown.items():
        group = Group(f"growth with the {what}", f"Forward; the number of multiplications grows with power {power}.")
        for size, conv in convolutions.items():
            yield Case(group, str(conv), forward(conv.layer, conv.images), size)


def _textbook() -> Iterator[Case]:
    group = Group("against the textbook", "A loop over the numbers of the output, in Python and numpy.", (LOOP,))
    for conv in (Convolution(4, 8, 16, 3, 16, padding=0), Convolution(1, 32, 32, 3, 28, padding=0)):
        yield Case(group, str(conv), forward(conv.layer, conv.images))


CASES = [*_convolutions(), *_other_layers(), *_networks(), *_growth(), *_textbook()]
BY_PATH = {case.path: case for case in CASES}
