"""``python -m benchmarks.gpu``: shapenet on a GPU, beside torch with cuDNN and beside what the device can do at most.

Everything is timed by events on the device, after a warm-up: the median of several rounds. Each table is written when
it is done, so that what fails, or is cut short, loses no other.
"""

from __future__ import annotations

import argparse
import math
import statistics
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import numpy as np

import shapenet
from benchmarks.gpu_algorithms import side_by_side
from benchmarks.gpu_clocks import Clock, CupyClock, HostClock, TorchClock
from benchmarks.gpu_report import Row, Section, facts, written
from shapenet import functional as F
from shapenet import nn, optim
from shapenet.backend import Array, check_device, release
from shapenet.errors import DeviceError
from shapenet.kernels import conv as kernel
from shapenet.kernels.conv import ConvConfig, taps
from shapenet.ops import activation
from shapenet.tensors import apply

DEVICE: Final = "cuda:0"

RESNET18: Final = [
    (3, 64, 224, 7, 2), (64, 64, 56, 3, 1), (64, 128, 56, 3, 2), (64, 128, 56, 1, 2), (128, 128, 28, 3, 1),
    (128, 256, 28, 3, 2), (128, 256, 28, 1, 2), (256, 256, 14, 3, 1), (256, 512, 14, 3, 2), (256, 512, 14, 1, 2),
    (512, 512, 7, 3, 1),
]  # fmt: skip
"""Its convolutions: channels before and after, the side of the image, that of the kernel, the stride."""

KEPT: Final = 2
"""Passes of a copy: an input that is a leaf keeps one of its gradient."""

TARGET_RATIO: Final = 1.5
TARGET_SHARE: Final = 0.7
FAILED: Final = "not measured"


@dataclass(frozen=True)
class Scale:
    """How much is measured: all, or as little as a rehearsal needs."""

    batch: int = 64
    image: float = 1.0
    elements: int = 2**26
    squares: tuple[int, ...] = (1024, 5000)
    rounds: int = 5
    times: int = 5
    warm_up: int = 5
    budget: int = 2**30


REHEARSAL: Final = Scale(batch=1, image=0.04, elements=2**12, squares=(16, 40), rounds=1, times=1, warm_up=0)


class Bench:
    """The measurements, with clocks for both libraries; torch may be missing."""

    device = DEVICE

    def __init__(self, scale: Scale, clock: Clock, torch: Any, torch_clock: Clock, torch_device: str) -> None:
        self.scale, self.clock = scale, clock
        self.torch, self.torch_clock, self.torch_device = torch, torch_clock, torch_device
        self.rng = np.random.default_rng(0)

    def seconds(self, run: Callable[[], object], clock: Clock | None = None) -> float:
        """The median of the rounds, in each of which some runs follow each other: what one *run* takes the device."""
        timer = clock or self.clock
        for _ in range(self.scale.warm_up):
            run()
        return statistics.median(timer.seconds(run, self.scale.times) for _ in range(self.scale.rounds))

    def tensor(self, *shape: int, requires_grad: bool = False) -> Any:
        """Random numbers on the device."""
        made = shapenet.from_numpy(self.rng.standard_normal(shape, np.float32)).to(DEVICE)
        made.requires_grad = requires_grad
        return made

    # --- convolution ---

    def convolutions(self, precision: str) -> Section:
        """ResNet-18's, forward and backward, in one precision."""
        findings: list[Row] = []
        ratios: list[float] = []
        with _precision(precision, self.torch):
            peak = self.peak()
            for layer in RESNET18:
                name, chosen, ours, theirs, flops = self.convolution(*layer)
                ratio = math.nan if theirs is None else ours / theirs
                ratios.append(ratio)
                shown = "-" if theirs is None else f"{theirs * 1e3:.3f} ms"
                share = f"{flops / ours / peak:.0%}"
                findings.append((name, chosen, f"{ours * 1e3:.3f} ms", shown, f"{ratio:.2f}", share))
        mean = math.exp(statistics.fmean(map(math.log, ratios)))  # without torch there is none: nan
        title = f'Convolutions of ResNet-18, forward and backward, batch {self.scale.batch}, precision "{precision}"'
        verdict = f"Geometric mean of the ratios: {mean:.2f}; the target is at most {TARGET_RATIO}."
        columns = ("layer", "algorithm", "shapenet", "torch", "ratio", "share of GEMM peak")
        return Section(title, columns, findings, verdict)

    def convolution(
        self, channels: int, features: int, size: int, side: int, stride: int
    ) -> tuple[str, str, float, float | None, float]:
        """Its name, its algorithm, the seconds of both libraries, and what it multiplies and adds by definition."""
        image = max(side, round(size * self.scale.image))
        layer = nn.Conv2d(channels, features, side, stride=stride, padding=side // 2, bias=False).to(DEVICE)
        x = self.tensor(self.scale.batch, channels, image, image, requires_grad=True)
        seed = self.tensor(*layer(x).shape)

        def step() -> None:
            x.grad = layer.weight.grad = None
            layer(x).backward(seed)

        flops = 6.0 * seed.numel() * channels * side * side
        name = f"{channels} -> {features}, {image}x{image}, kernel {side}, stride {stride}"
        theirs = self._torch_convolution(channels, features, image, side, stride)
        return name, layer.plan(*x.shape).name, self.seconds(step), theirs, flops

    def algorithms(self, precision: str) -> Section:
        """Those of convolution, each where it fits."""
        with _precision(precision, self.torch):
            return side_by_side(self, self.scale.batch, self.scale.image, precision)

    def _torch_convolution(self, channels: int, features: int, image: int, side: int, stride: int) -> float | None:
        if self.torch is None:
            return None
        torch, device = self.torch, self.torch_device
        layer = torch.nn.Conv2d(channels, features, side, stride=stride, padding=side // 2, bias=False).to(device)
        x = torch.randn(self.scale.batch, channels, image, image, device=device, requires_grad=True)
        seed = torch.randn_like(layer(x))

        def step() -> None:
            x.grad = layer.weight.grad = None
            layer(x).backward(seed)

        return self.seconds(step, self.torch_clock)

    def peak(self) -> float:
        """Multiplications and additions a second of a large matrix product in the precision that holds."""
        size = 8 * max(self.scale.squares) // 5
        a, b = self.tensor(size, size), self.tensor(size, size)
        return 2.0 * size**3 / self.seconds(lambda: a @ b)

    def windows(self) -> Section:
        """im2col by our kernel against slices of cupy."""
        findings: list[Row] = []
        for channels, _, size, side, stride in RESNET18[:3]:
            image = max(side, round(size * self.scale.image))
            out = (image + 2 * (side // 2) - side) // stride + 1
            config = ConvConfig((side, side), (stride, stride), (side // 2, side // 2))
            x = self.tensor(self.scale.batch, channels, image, image).data
            col = np.empty((self.scale.batch, channels, side, side, out, out), np.float32, like=x)
            ours, slices = (self.seconds(partial(run, x, col, config)) for run in (kernel.im2col, _sliced))
            name = f"{channels} channels, {image}x{image}, kernel {side}, stride {stride}"
            findings.append((name, f"{ours * 1e3:.3f} ms", f"{slices * 1e3:.3f} ms", f"{ours / slices:.2f}"))
        return Section("im2col: one kernel against cupy's slices", ("windows", "kernel", "slices", "ratio"), findings)

    # --- what memory bounds ---

    def bandwidth(self) -> Section:
        """Elementwise and normalisation kernels, in shares of the bandwidth of a copy."""
        rows = max(self.scale.elements // 1024, 1)
        x, seed = self.tensor(rows, 1024), self.tensor(rows, 1024)
        copied = np.empty_like(x.data)
        speed = 2 * x.data.nbytes / self.seconds(lambda: np.copyto(copied, x.data))
        findings: list[Row] = []
        for name, passes, run in self._bounded(x, seed):
            share = passes * x.data.nbytes / self.seconds(run) / speed
            findings.append((name, str(passes), f"{share:.0%}", "" if share >= TARGET_SHARE else "below"))
        title = f"Shares of copy bandwidth, {x.numel()} elements; the copy reaches {speed / 1e9:.0f} GB/s"
        verdict = f"The target is at least {TARGET_SHARE:.0%}."
        return Section(title, ("kernel", "passes over the data", "share", ""), findings, verdict)

    def _bounded(self, x: Any, seed: Any) -> Iterator[tuple[str, int, Callable[[], object]]]:
        """A name, how often all elements are read or written at least, and what to run."""
        rows, columns = x.shape
        norm, layer, rms = (
            part.to(DEVICE) for part in (nn.BatchNorm1d(columns), nn.LayerNorm(columns), nn.RMSNorm(columns))
        )
        image, bias = x.reshape(rows // 4 or 1, -1, 16, 16), self.tensor(columns).data
        functions: list[tuple[str, int, int, Callable[[Any], Any], Any]] = [
            ("relu", 2, 3, F.relu, x), ("gelu", 2, 3, F.gelu, x), ("silu", 2, 3, F.silu, x),
            ("bias and gelu", 2, 4, partial(_activated, nn.Parameter(bias)), x),
            ("dropout", 2, 2, F.dropout, x),
            ("batch norm, training", 3, 5, norm, x), ("layer norm", 2, 5, layer, x), ("RMS norm", 2, 5, rms, x),
            ("group norm", 3, 5, _of_images(lambda x: F.group_norm(x, 4)), x),
            ("group norm, channels last", 3, 5, _of_images(lambda x: F.group_norm(x, 4), last=True), x),
            ("instance norm", 3, 5, _of_images(F.instance_norm), x),
            ("softmax", 2, 3, lambda x: F.softmax(x, 1), x), ("log softmax", 2, 3, lambda x: F.log_softmax(x, 1), x),
        ]  # fmt: skip
        for name, forward, backward, function, given in functions:
            yield f"{name}, forward", forward, lambda f=function, x=given: f(x)  # type: ignore[misc]
            yield f"{name}, forward and backward", forward + backward + KEPT, _backward(function, given, seed)
        yield "max pool 2x2, forward", 1, lambda: F.max_pool2d(image, 2)
        for rule, passes in ((optim.SGD, 3), (optim.AdamW, 7)):
            parameter: Any = nn.Parameter(x.data.copy())
            parameter.grad = seed
            yield f"{rule.__name__}, a step", passes, rule([parameter], lr=1e-3).step

    # --- the old comparison ---

    def squares(self) -> Section:
        """Square matrix products in numpy and cupy, the copies to the device and back left out."""
        findings: list[Row] = []
        for size in self.scale.squares:
            here = self.rng.standard_normal((size, size), np.float32)
            there = shapenet.from_numpy(here).to(DEVICE)  # cupy's own @ has the precision of whatever was last
            cpu, gpu = self.seconds(lambda a=here: a @ a, HostClock()), self.seconds(lambda a=there: a @ a)  # type: ignore[misc]
            findings.append((str(size), f"{cpu * 1e3:.2f} ms", f"{gpu * 1e3:.3f} ms", f"{cpu / gpu:.0f}"))
        return Section("Square matrix products, float32", ("size", "numpy", "cupy", "times as fast"), findings)

    def sections(self) -> Iterator[Section]:
        """All measurements, one after the other; one that fails is a section that says so."""
        shapenet.set_scratch_budget(self.scale.budget)
        parts: dict[str, Callable[[], Section]] = {"bandwidth": self.bandwidth, "im2col": self.windows}
        for precision in ("highest", "high"):
            parts[f"convolutions, {precision}"] = partial(self.convolutions, precision)
        for precision in ("highest", "high"):
            parts[f"algorithms, {precision}"] = partial(self.algorithms, precision)
        parts["square products"] = self.squares
        for name, measure in parts.items():
            print(f"benchmarks.gpu: {name}", file=sys.stderr, flush=True)
            try:
                release(DEVICE)
                section = measure()
            except Exception as error:  # whatever it is, the other tables are to be written
                section = Section(name, verdict=f"{FAILED}: {type(error).__name__}: {error}")
            yield section


def _activated(bias: Any, x: Any) -> Any:
    """GELU of the sum, as behind a layer; in the backward pass the columns are added up for the bias."""
    return apply(activation.bias_activation, x, bias, axis=-1, function=activation.gelu)


def _of_images(function: Callable[[Any], Any], *, last: bool = False) -> Callable[[Any], Any]:
    """*function* of images 16x16 of 16 channels, first or last, that share the memory of a matrix."""

    def run(x: Any) -> Any:
        images = x.reshape(-1, 16, 16, 16)
        y = function(images.permute(0, 3, 1, 2)).permute(0, 2, 3, 1) if last else function(images)
        return y.reshape(x.shape)

    return run


def _backward(function: Callable[[Any], Any], given: Any, seed: Any) -> Callable[[], object]:
    source = given.detach()
    source.requires_grad = True

    def run() -> None:
        source.grad = None
        function(source).backward(seed)

    return run


def _sliced(x: Array, col: Array, config: ConvConfig) -> None:
    """What im2col is without a kernel: a copy for each position."""
    col[...] = 0
    for tap in taps(config, (x.shape[2], x.shape[3]), (col.shape[4], col.shape[5])):
        col[:, :, tap.row, tap.column, *tap.outputs] = x[:, :, *tap.inputs]


def parsed(arguments: Sequence[str]) -> argparse.Namespace:
    """The options; wrong ones end the program with a sentence."""
    parser = argparse.ArgumentParser("python -m benchmarks.gpu", description=__doc__)
    parser.add_argument("--check", action="store_true", help="only say whether there is a GPU to measure")
    parser.add_argument("--rehearse", action="store_true", help="measure next to nothing, to see that it works")
    parser.add_argument("--output", type=Path, metavar="FILE", help="write into this document, such as docs/gpu.md")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and print or write the report."""
    options = parsed(sys.argv[1:] if arguments is None else arguments)
    try:
        check_device(DEVICE)
    except DeviceError as error:
        sys.exit(f"benchmarks.gpu: {error}")
    if options.check:
        print("\n".join(f"{name}: {fact}" for name, fact in facts().items()))
        return
    document = options.output.read_text(encoding="utf-8") if options.output else ""
    if options.output:
        written(document, {}, [])  # before hours of work are lost
    torch = _torch()
    on_device = torch is not None and torch.cuda.is_available()
    theirs = TorchClock(torch) if on_device else HostClock()
    scale = REHEARSAL if options.rehearse else Scale()
    if not (on_device or options.rehearse):
        torch = None  # a GPU against a CPU would tell nothing
    known = facts() | ({"this is": "a rehearsal, whose numbers mean nothing"} if options.rehearse else {})
    done: list[Section] = []
    for section in Bench(scale, CupyClock(), torch, theirs, "cuda:0" if on_device else "cpu").sections():
        done.append(section)
        print(section, flush=True)
        if options.output:
            options.output.write_text(written(document, known, done), encoding="utf-8")
    print("\n".join(f"{name}: {fact}" for name, fact in known.items()))
    failed = [section.title for section in done if section.verdict.startswith(FAILED)]
    if failed:
        sys.exit(f"benchmarks.gpu: {FAILED}: {'; '.join(failed)}")


def _torch() -> Any:
    try:
        return import_module("torch")
    except (ImportError, OSError) as error:  # the latter where its libraries do not fit those that are there
        print(f"benchmarks.gpu: without torch ({error})", file=sys.stderr)
        return None


@contextmanager
def _precision(precision: str, torch: Any) -> Iterator[None]:
    before = shapenet.get_float32_matmul_precision()
    shapenet.set_float32_matmul_precision(precision)
    if torch is not None:
        torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = precision != "highest"
    try:
        yield
    finally:
        shapenet.set_float32_matmul_precision(before)


if __name__ == "__main__":
    main()
