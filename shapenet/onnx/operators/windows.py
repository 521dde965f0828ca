"""How convolutions, pools and what else slides windows over images are read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from shapenet import functional
from shapenet.onnx.errors import OnnxError
from shapenet.onnx.operators.node import Node, Reader, Readers, Run, ints
from shapenet.tensors import AnyTensor

_MODES: Final = {
    ("nearest", "asymmetric", "floor"): ("nearest", None),
    ("nearest", "half_pixel", "round_prefer_ceil"): ("nearest-exact", None),
    ("linear", "half_pixel", ""): ("bilinear", False),
    ("linear", "pytorch_half_pixel", ""): ("bilinear", False),
    ("linear", "align_corners", ""): ("bilinear", True),
}


def _ends(node: Node) -> list[tuple[int, int]] | None:
    """The padding of each side, before and after; None where nothing is said."""
    node.expect("auto_pad", "NOTSET", "VALID")
    pads = node.take("pads", None)
    return None if pads is None else list(zip(pads[: len(pads) // 2], pads[len(pads) // 2 :], strict=True))


def _even(node: Node, ends: Sequence[tuple[int, int]] | None) -> Any:
    """The padding of each side, which is the same before and after it."""
    if ends is None:
        return None
    if any(before != after for before, after in ends):
        raise OnnxError(f"{node} is read with as much padding before as after, got {list(ends)}")
    return tuple(before for before, _ in ends)


def _window(node: Node, sides: int) -> tuple[Any, Any]:
    """Strides and dilations, a tuple of an int for each side."""
    ones = [1] * sides
    return tuple(node.take("strides", ones)), tuple(node.take("dilations", ones))


def _of_sides(sides: int, value: tuple[int, ...] | None, nothing: int) -> Any:
    """An option as our functions take it: an int for a signal, a pair for an image."""
    given = (nothing,) * sides if value is None else value
    return given[0] if sides == 1 else given


def _sides(node: Node) -> int:
    """How many sides the filters have: 1 of a signal or 2 of an image."""
    kernel = node.take("kernel_shape", None)
    if kernel is None or len(kernel) not in (1, 2):
        raise OnnxError(f"{node} is read with a kernel_shape of 1 or 2 sides, got {kernel}")
    return len(kernel)


def _conv(node: Node) -> Run:
    sides = _sides(node)
    ends, groups = _ends(node), node.take("group", 1)
    stride, dilation = (_of_sides(sides, value, 1) for value in _window(node, sides))
    function: Callable[..., AnyTensor] = functional.conv1d if sides == 1 else functional.conv2d
    uneven = ends is not None and any(before != after for before, after in ends)
    padding = _of_sides(sides, None if uneven else _even(node, ends), 0)
    around = [amount for pair in reversed(ends or ()) for amount in pair]

    def run(x: AnyTensor, weight: AnyTensor, bias: AnyTensor | None = None) -> AnyTensor:
        given = functional.pad(x, around) if uneven else x
        return function(given, weight, bias, stride, padding, dilation, groups)

    return run


def _conv_transpose(node: Node) -> Run:
    sides = _sides(node)
    padding, groups = _of_sides(sides, _even(node, _ends(node)), 0), node.take("group", 1)
    stride, dilation = (_of_sides(sides, value, 1) for value in _window(node, sides))
    extra = node.take("output_padding", None)
    more = _of_sides(sides, None if extra is None else tuple(extra), 0)
    function: Callable[..., AnyTensor] = functional.conv_transpose1d if sides == 1 else functional.conv_transpose2d
    return lambda x, weight, bias=None: function(x, weight, bias, stride, padding, more, groups, dilation)


def _kernel(node: Node) -> tuple[int, int]:
    kernel = tuple(node.take("kernel_shape", ()))
    if len(kernel) != 2:
        raise OnnxError(f"{node} is read for images alone, got kernel_shape={list(kernel)}")
    return kernel


def _max_pool(node: Node) -> Run:
    kernel = _kernel(node)
    node.expect("storage_order", 0)
    padding = _even(node, _ends(node)) or (0, 0)
    stride, dilation = _window(node, 2)
    ceil_mode = bool(node.take("ceil_mode", 0))
    if len(node.outputs) > 1:
        raise OnnxError(f"{node} is read without places alone")
    return lambda x: functional.max_pool2d(x, kernel, stride, padding, dilation, ceil_mode)


def _avg_pool(node: Node) -> Run:
    kernel = _kernel(node)
    padding = _even(node, _ends(node)) or (0, 0)
    stride, dilation = _window(node, 2)
    ceil_mode, counted = bool(node.take("ceil_mode", 0)), bool(node.take("count_include_pad", 0))
    if dilation != (1, 1):
        raise OnnxError(f"{node} is not read with dilations={list(dilation)}")
    return lambda x: functional.avg_pool2d(x, kernel, stride, padding, ceil_mode, counted)


def _global(function: Callable[..., Any]) -> Reader:
    def read(node: Node) -> Run:
        return lambda x: function(x, tuple(range(2, x.ndim)), True)

    return read


def _resize(node: Node) -> Run:
    mode, transform = node.take("mode", "nearest"), node.take("coordinate_transformation_mode", "half_pixel")
    rounding = node.take("nearest_mode", "round_prefer_floor") if mode == "nearest" else ""
    axes = node.take("axes", [0, 1, 2, 3])
    node.expect("antialias", 0)
    node.expect("exclude_outside", 0)
    node.expect("keep_aspect_ratio_policy", "stretch")
    node.take("cubic_coeff_a", None)
    node.take("extrapolation_value", None)
    known = _MODES.get((mode, transform, rounding))
    if known is None or axes not in ([2, 3], [0, 1, 2, 3]):
        raise OnnxError(f"{node} is not read with {mode}, {transform}, {rounding or 'no rounding'} along {axes}")
    name, align_corners = known

    def run(x: AnyTensor, roi: object, scales: AnyTensor | None = None, sizes: AnyTensor | None = None) -> AnyTensor:
        if sizes is not None:
            height, width = ints(sizes)[-2:]
            return functional.interpolate(x, (height, width), None, name, align_corners)
        if scales is None:
            raise OnnxError(f"{node} expects sizes or scales")
        rows, columns = scales.tolist()[-2:]
        return functional.interpolate(x, None, (rows, columns), name, align_corners)

    return run


def _col2im(node: Node) -> Run:
    padding = _even(node, _ends(node)) or (0, 0)
    stride, dilation = _window(node, 2)

    def run(x: AnyTensor, image: AnyTensor, block: AnyTensor) -> AnyTensor:
        sizes: Any = [tuple(ints(image)), tuple(ints(block)), dilation, padding, stride]
        return functional.fold(x, *sizes)

    return run


def _mean(x: AnyTensor, dims: tuple[int, ...], keep: bool) -> AnyTensor:
    return x.mean(dims, keep)


WINDOWS: Final[Readers] = {
    "Conv": _conv,
    "ConvTranspose": _conv_transpose,
    "MaxPool": _max_pool,
    "AveragePool": _avg_pool,
    "GlobalAveragePool": _global(_mean),
    "GlobalMaxPool": _global(lambda x, dims, keep: x.amax(dims, keep)),
    "Resize": _resize,
    "Col2Im": _col2im,
}
