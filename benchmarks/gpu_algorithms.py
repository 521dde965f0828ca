"""The algorithms of convolution on a GPU side by side: whether the one that is chosen is the fastest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Protocol

from benchmarks.gpu_report import Row, Section
from shapenet import nn
from shapenet.kernels.plan import GPU_ALGORITHMS, GPU_TOLERANCE

NAMES: Final = tuple(name for name in GPU_ALGORITHMS if name != "slices")

NEAR: Final = 1.05
"""So much slower than the fastest is as good."""


@dataclass(frozen=True)
class Layer:
    """A convolution with a 3x3 kernel: channels before and after, the side of the image, stride and groups."""

    channels: int
    features: int
    size: int
    stride: int = 1
    groups: int = 1


LAYERS: Final = [
    Layer(64, 64, 56), Layer(128, 128, 28), Layer(256, 256, 14), Layer(512, 512, 7),
    Layer(3, 64, 224), Layer(64, 64, 224), Layer(64, 128, 112),
    Layer(32, 32, 112, 1, 32), Layer(96, 96, 112, 2, 96), Layer(144, 144, 56, 1, 144), Layer(576, 576, 14, 1, 576),
    Layer(128, 128, 28, 1, 32),
]  # fmt: skip
"""Of ResNet-18, VGG-16, MobileNetV2 and ResNeXt."""


class Meter(Protocol):
    """What measures, on the device."""

    device: str

    def seconds(self, run: Callable[[], object]) -> float: ...

    def tensor(self, *shape: int, requires_grad: bool = False) -> Any: ...


def side_by_side(meter: Meter, batch: int, scale: float, precision: str) -> Section:
    """Each algorithm that can compute a layer, forward, and forward and backward, in milliseconds."""
    rows: list[Row] = []
    good = 0
    for layer in LAYERS:
        image = max(3, round(layer.size * scale))
        chosen, times = _times(meter, layer, batch, image)
        allowed = {
            name: both
            for name, (_, both) in times.items()
            if name == chosen or GPU_ALGORITHMS[name].error <= GPU_TOLERANCE
        }
        good += allowed[chosen] <= NEAR * min(allowed.values())
        shown = (f"{times[name][0] * 1e3:.3f}, {times[name][1] * 1e3:.3f}" if name in times else "-" for name in NAMES)
        fastest = min(times, key=lambda name: times[name][1])
        name = f"{layer.channels} -> {layer.features}, {image}x{image}, stride {layer.stride}, groups {layer.groups}"
        rows.append((name, chosen, *shown, fastest))
    title = f'Algorithms of 3x3 convolutions, batch {batch}, precision "{precision}": ms forward; and with backward'
    as_good = f"the fastest of those that the tolerance allows at the start, or within {NEAR - 1:.0%} of it"
    verdict = f"Forward and backward, the choice was {as_good}, in {good} of {len(LAYERS)}."
    return Section(title, ("layer", "chosen", *NAMES, "fastest"), rows, verdict)


def _times(meter: Meter, layer: Layer, batch: int, image: int) -> tuple[str, dict[str, tuple[float, float]]]:
    """The name of what is chosen, and the two times of each algorithm."""
    made = nn.Conv2d(layer.channels, layer.features, 3, stride=layer.stride, padding=1, groups=layer.groups, bias=False)
    module = made.to(meter.device)
    x = meter.tensor(batch, layer.channels, image, image, requires_grad=True)
    seed = meter.tensor(*module(x).shape)

    def step() -> None:
        x.grad = module.weight.grad = None
        module(x).backward(seed)

    plan, times = module.plan(*x.shape), {}
    for name in NAMES:
        if GPU_ALGORITHMS[name].fits(plan.geometry):
            module.algorithm = name
            times[name] = meter.seconds(lambda: module(x)), meter.seconds(step)
    return plan.name, times
