"""How convolutions, pools and what else slides windows over images are written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, Final

import numpy as np

from shapenet import rules
from shapenet.backend import Array
from shapenet.functional import conv, folding, fused, pool, resizing
from shapenet.onnx.converters.normalisation import batch_normalised
from shapenet.onnx.converters.shaping import padded
from shapenet.onnx.step import Convert, Converter, Step, Table
from shapenet.onnx.trace import Ref
from shapenet.onnx.writer import NEEDS_SIZES, refuse

_TRANSFORMS: Final = {
    "nearest": {"mode": "nearest", "coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"},
    # floor((i + 1/2)*step) is what half_pixel finds, (i + 1/2)*step - 1/2, rounded.
    "nearest-exact": {
        "mode": "nearest",
        "coordinate_transformation_mode": "half_pixel",
        "nearest_mode": "round_prefer_ceil",
    },
    "bilinear": {"mode": "linear", "coordinate_transformation_mode": "half_pixel"},
}

# --- convolutions ---


def _pads(ends: Sequence[tuple[Any, Any]]) -> list[int]:
    """What is before each side, then what is after each."""
    return [int(before) for before, _ in ends] + [int(after) for _, after in ends]


def _attributes(rule: rules.Convolution | rules.Transposed) -> dict[str, Any]:
    """The options that a convolution and its transpose share."""
    kernel, stride, dilation = rule.steps
    return {
        "kernel_shape": list(kernel),
        "strides": list(stride),
        "dilations": list(dilation),
        "group": int(rule.groups),  # type: ignore[arg-type]  # the options of a layer that exists are ints
        "pads": _pads(rule.ends),
    }


def _batched(step: Step, sides: int, write: Callable[[str], str]) -> None:
    """Give what *write* makes of the input, which may lack the batch."""
    (x,) = step.names(step.x)
    if len(step.shape(step.x)) == sides + 2:
        step.give(write(x))
        return
    first = step.writer.ints(0)
    step.give(step.emit("Squeeze", [write(step.emit("Unsqueeze", [x, first])), first]))


def _convolved(step: Step, x: str, filters: list[str], rule: rules.Convolution) -> str:
    attributes = _attributes(rule)
    if rule.padding_mode != "zeros":
        x = padded(step, x, len(rule.sides) + 2, rule.around, str(rule.padding_mode), 0.0)  # type: ignore[arg-type]  # ints
        attributes["pads"] = [0] * len(attributes["pads"])
    return step.emit("Conv", [x, *filters], **attributes)


def _conv(step: Step) -> None:
    _, weight, bias, rule, _ = step.args
    filters = step.names(weight, *([] if bias is None else [bias]))
    _batched(step, len(rule.sides), lambda x: _convolved(step, x, filters, rule))


def _conv_transposed(step: Step) -> None:
    _, weight, bias, rule, _ = step.args
    filters = step.names(weight, *([] if bias is None else [bias]))
    attributes = {**_attributes(rule), "output_padding": list(rule.output_padding)}
    _batched(step, len(rule.sides), lambda x: step.emit("ConvTranspose", [x, *filters], **attributes))


def _conv_batch_norm(step: Step) -> None:
    x, weight, affine, running = step.args
    if step.option("by_batch") or running is None:
        refuse("keeps no running statistics, which ONNX needs")
    y = _convolved(step, step.writer.name(x), step.names(weight), step.option("rule"))
    features = step.shape(weight)[0]
    step.give(batch_normalised(step, y, features, affine or (None, None), running, step.option("eps")))


# --- pools ---


def _max_pool(step: Step) -> None:
    rule = step.args[1]
    if rule.doubled:
        refuse("returns places in a way that ONNX has not")
    step.give(step.emit("MaxPool", step.names(), dilations=list(rule.window[3]), **_pool(rule)))


def _avg_pool(step: Step) -> None:
    _, rule, count_include_pad, divisor = step.args
    kernel = int(np.prod(rule.window[0]))
    if rule.ceil_mode and (count_include_pad or divisor is not None) and any(rule.window[2]):
        refuse("is exported with ceil_mode only without padding, or where that does not count")
    counted = int(count_include_pad or divisor is not None)
    y = step.emit("AveragePool", step.names(), count_include_pad=counted, **_pool(rule))
    if divisor is not None:
        if rule.ceil_mode:
            refuse("is exported with divisor_override only without ceil_mode")
        y = step.emit("Mul", [y, step.writer.scalar(kernel / divisor, step.dtype(step.x))])
    step.give(y)


def _pool(rule: Any) -> dict[str, Any]:
    kernel, stride, _, _ = rule.window
    return {
        "kernel_shape": list(kernel),
        "strides": list(stride),
        "pads": _pads(rule.ends),
        "ceil_mode": int(rule.ceil_mode),
    }


def _adaptive(whole: str, reduced: str, pooled: str) -> Convert:
    """Windows over all of a side, or of one element, or, where sizes are known, of equal sizes."""

    def convert(step: Step) -> None:
        if not isinstance(step.result, Ref):
            refuse("returns places in a way that ONNX has not")
        images, outputs = ([shape[2:] for shape in step.shapes(ref)] for ref in (step.x, step.result))
        all_of = [axis for axis in (0, 1) if all(output[axis] == 1 for output in outputs)]
        kept = [axis for axis in (0, 1) if all(map(lambda i, o: i[axis] == o[axis], images, outputs))]
        if len(all_of) == 2:
            step.give(step.emit(whole, step.names()))
        elif {*all_of, *kept} == {0, 1}:
            axes = step.writer.ints(*(axis + 2 for axis in all_of if axis not in kept))
            step.give(step.emit(reduced, [*step.names(), axes], keepdims=1, noop_with_empty_axes=1))
        elif len(set(images)) > 1:
            refuse(NEEDS_SIZES)
        elif all(size % count == 0 for size, count in zip(images[0], outputs[0], strict=True)):
            sizes = [size // count for size, count in zip(images[0], outputs[0], strict=True)]
            step.give(step.emit(pooled, step.names(), kernel_shape=sizes, strides=sizes))
        elif pooled == "AveragePool":
            step.give(_means(step, images[0], outputs[0]))
        else:
            refuse(f"has windows of different sizes for {images[0]}, which ONNX has not")

    return convert


def _means(step: Step, image: Sequence[int], output: Sequence[int]) -> str:
    """The means over windows of different sizes: two products with the weights of the elements, by rows and columns."""
    rows, columns = (_shares(*side, step.dtype(step.x)) for side in zip(image, output, strict=True))
    across = step.emit("MatMul", [*step.names(), step.writer.constant(columns.T)])
    return step.emit("MatMul", [step.writer.constant(rows), across])


def _shares(size: int, count: int, dtype: Any) -> Array:
    """How much each element of a side, ``[count, size]``, counts in each mean of it."""
    shares = np.zeros((count, size), dtype)
    for window in range(count):
        start, end = window * size // count, -(-(window + 1) * size // count)
        shares[window, start:end] = 1 / (end - start)
    return shares


# --- other sizes ---


def _interpolated(step: Step) -> None:
    _, rule, mode, align_corners = step.args
    images, outputs = ([shape[2:] for shape in step.shapes(ref)] for ref in (step.x, step.result))
    factors = [_factor(rule, images, outputs, axis) for axis in (0, 1)]
    if mode == "bilinear" or None not in factors:
        attributes = dict(_TRANSFORMS[mode])
        if align_corners:
            attributes["coordinate_transformation_mode"] = "align_corners"
        inputs = [*step.names(), "", *_new_size(step, rule, images, outputs)]
        step.give(step.emit("Resize", inputs, axes=[2, 3], **attributes))
    elif len(set(images)) > 1:
        refuse(NEEDS_SIZES)
    else:
        step.give(_nearest(step, rule, mode, images[0], outputs[0]))


def _factor(rule: Any, images: Sequence[Any], outputs: Sequence[Any], axis: int) -> int | None:
    """How many times as long a side becomes, if it is a whole number, whatever the size."""
    given = rule.scale_factor[axis] if rule.scale_factor is not None else None
    ratios = {Fraction(output[axis], image[axis]) for image, output in zip(images, outputs, strict=True)}
    whole = len(ratios) == 1 and next(iter(ratios)).denominator == 1 and not isinstance(given, float)
    return int(next(iter(ratios))) if whole else None


def _new_size(step: Step, rule: Any, images: Sequence[Any], outputs: Sequence[Any]) -> list[str]:
    """The factors or, behind none, the sizes: where a size stays, its factor does not count and is 1."""
    if rule.scale_factor is None:
        return ["", step.writer.ints(*rule.size)]
    factors = []
    for axis, factor in enumerate(rule.scale_factor):
        if isinstance(factor, float) and len({image[axis] for image in images}) > 1:
            refuse(NEEDS_SIZES)
        factors.append(1.0 if images[0][axis] == outputs[0][axis] else float(factor))
    return [step.writer.constant(np.array(factors, np.float32))]


def _nearest(step: Step, rule: Any, mode: str, image: Sequence[int], output: Sequence[int]) -> str:
    """The nearest pixels by their places: runtimes divide in float32, and may find the one before."""
    (name,) = step.names()
    for axis in (0, 1):
        pace = None if rule.scale_factor is None else 1 / rule.scale_factor[axis]
        places = resizing.side_of(image[axis], output[axis], pace, mode, False).first
        name = step.emit("Gather", [name, step.writer.constant(places)], axis=axis + 2)
    return name


def _folded(step: Step) -> None:
    rule = step.args[1]
    kernel, stride, _, dilation = rule.window
    inputs = [*step.names(), step.writer.ints(*rule.image), step.writer.ints(*kernel)]
    step.give(step.emit("Col2Im", inputs, dilations=list(dilation), strides=list(stride), pads=_pads(rule.ends)))


WINDOWS: Final[Table] = {
    conv.convolve: Converter(_conv),
    conv.convolve_transposed: Converter(_conv_transposed),
    fused.conv_batch_norm: Converter(_conv_batch_norm),
    pool.max_pooled: Converter(_max_pool),
    pool.avg_pooled: Converter(_avg_pool),
    pool.adaptive_max_pooled: Converter(_adaptive("GlobalMaxPool", "ReduceMax", "MaxPool")),
    pool.adaptive_avg_pooled: Converter(_adaptive("GlobalAveragePool", "ReduceMean", "AveragePool")),
    resizing.interpolated: Converter(_interpolated),
    folding.folded: Converter(_folded),
}
