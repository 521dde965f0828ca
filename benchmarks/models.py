"""The networks, written once for every library: only names that all of them have."""

from __future__ import annotations

from typing import Any

from benchmarks.libraries import Library

Model = Any


def lenet(lib: Library) -> Model:
    """``[N, 1, 28, 28] -> [N, 10]``. LeCun et al., "Gradient-based learning" (1998), with ReLU and max pooling."""
    nn = lib.nn
    return nn.Sequential(
        nn.Conv2d(1, 6, 5),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(16 * 4 * 4, 120),
        nn.ReLU(),
        nn.Linear(120, 84),
        nn.ReLU(),
        nn.Linear(84, 10),
    )


def resnet18(lib: Library) -> Model:
    """``[N, 3, 224, 224] -> [N, 1000]``. He et al., "Deep residual learning" (2015)."""
    pool = lib.nn.MaxPool2d(3, stride=2, padding=1)
    return lib.nn.Sequential(*_convolution(lib, 3, 64, 7, stride=2), pool, *_residual_stages(lib, classes=1000))


def resnet18_cifar(lib: Library) -> Model:
    """``[N, 3, 32, 32] -> [N, 10]``: the same with a start for small images."""
    return lib.nn.Sequential(*_convolution(lib, 3, 64, 3), *_residual_stages(lib, classes=10))


def mobilenet_v2_cifar(lib: Library) -> Model:
    """``[N, 3, 32, 32] -> [N, 10]``. Sandler et al., "MobileNetV2" (2018), for small images.

    The first two strides are 1 instead of 2.
    """
    # expansion, channels, blocks, stride of the first block: table 2 of the paper
    stages = [(1, 16, 1, 1), (6, 24, 2, 1), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]
    layers, channels = _clipped_convolution(lib, 3, 32, 3), 32
    for expansion, out, blocks, first_stride in stages:
        for block in range(blocks):
            layers.append(_inverted_residual(lib, channels, out, expansion, first_stride if block == 0 else 1))
            channels = out
    layers += _clipped_convolution(lib, channels, 1280, 1)
    return lib.nn.Sequential(*layers, lib.mean(), lib.nn.Linear(1280, 10))


def _convolution(lib: Library, channels: int, out: int, kernel: int, stride: int = 1, groups: int = 1) -> list[Any]:
    padding = kernel // 2
    conv = lib.nn.Conv2d(channels, out, kernel, stride=stride, padding=padding, groups=groups, bias=False)
    return [conv, lib.nn.BatchNorm2d(out), lib.nn.ReLU()]


def _clipped_convolution(
    lib: Library, channels: int, out: int, kernel: int, stride: int = 1, groups: int = 1
) -> list[Any]:
    return [*_convolution(lib, channels, out, kernel, stride, groups)[:-1], lib.nn.ReLU6()]


def _residual_stages(lib: Library, classes: int) -> list[Any]:
    layers, channels = [], 64
    for out, first_stride in ((64, 1), (128, 2), (256, 2), (512, 2)):
        for stride in (first_stride, 1):
            layers += [_basic_block(lib, channels, out, stride), lib.nn.ReLU()]
            channels = out
    return [*layers, lib.mean(), lib.nn.Linear(channels, classes)]


def _basic_block(lib: Library, channels: int, out: int, stride: int) -> Any:
    body = [*_convolution(lib, channels, out, 3, stride), *_convolution(lib, out, out, 3)]
    shortcut = [] if (channels, stride) == (out, 1) else _convolution(lib, channels, out, 1, stride)
    return lib.residual(*(lib.nn.Sequential(*layers[:-1]) for layers in (body, shortcut)))  # the ReLU is after the sum


def _inverted_residual(lib: Library, channels: int, out: int, expansion: int, stride: int) -> Any:
    wide = expansion * channels
    widening = [] if expansion == 1 else _clipped_convolution(lib, channels, wide, 1)
    depthwise = _clipped_convolution(lib, wide, wide, 3, stride, groups=wide)
    narrowing = _convolution(lib, wide, out, 1)[:-1]  # a linear bottleneck
    body = lib.nn.Sequential(*widening, *depthwise, *narrowing)
    return lib.residual(body, lib.nn.Sequential()) if (channels, stride) == (out, 1) else body
