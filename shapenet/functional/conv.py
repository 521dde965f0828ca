"""Convolutions of images and of signals, and their transposes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple, cast

from shapenet import rules
from shapenet.functional.checks import check_floating
from shapenet.kernels.conv import ConvConfig
from shapenet.kernels.plan import Plans
from shapenet.ops import Result, conv, shaping
from shapenet.ops import padding as padding_ops
from shapenet.rules.base import Extent
from shapenet.rules.conv import ConvRule
from shapenet.tensors import AnyTensor, apply, as_one

Sizes = tuple[int, ...]


def conv2d(
    x: AnyTensor,
    weight: AnyTensor,
    bias: AnyTensor | None = None,
    stride: Extent = 1,
    padding: Extent | str = 0,
    dilation: Extent = 1,
    groups: int = 1,
) -> AnyTensor:
    """Cross-correlation of images with a bank of filters, as in ``torch.nn.functional.conv2d``.

    ``[N, in, H, W], [out, in/groups, KH, KW], [out] -> [N, out, H', W']``, or both without N; *stride*, *padding* and
    *dilation* are ints or pairs (height, width). The padding ``"same"`` keeps H and W, ``"valid"`` is none.

    Raises:
        ShapeError: an option is out of range, or the shapes do not fit.
        ValueError: a tensor is not floating.
    """
    rule = rules.Conv2d.of_weight(weight.data.shape, stride, padding, dilation, groups)
    check_floating("conv2d", x, weight)
    return convolve(x, weight, bias, rule.with_bias(shape_of(bias)), Plans())


def conv1d(
    x: AnyTensor,
    weight: AnyTensor,
    bias: AnyTensor | None = None,
    stride: int = 1,
    padding: int | str = 0,
    dilation: int = 1,
    groups: int = 1,
) -> AnyTensor:
    """Cross-correlation of signals with a bank of filters, as in ``torch.nn.functional.conv1d``.

    ``[N, in, L], [out, in/groups, K], [out] -> [N, out, L']``, or both without N. The padding ``"same"`` keeps L,
    ``"valid"`` is none.

    Raises:
        ShapeError: an option is out of range, or the shapes do not fit.
        ValueError: a tensor is not floating.
    """
    rule = rules.Conv1d.of_weight(weight.data.shape, stride, padding, dilation, groups)
    check_floating("conv1d", x, weight)
    return convolve(x, weight, bias, rule.with_bias(shape_of(bias)), Plans())


def conv_transpose2d(
    x: AnyTensor,
    weight: AnyTensor,
    bias: AnyTensor | None = None,
    stride: Extent = 1,
    padding: Extent = 0,
    output_padding: Extent = 0,
    groups: int = 1,
    dilation: Extent = 1,
) -> AnyTensor:
    """The transpose of a convolution, as in ``torch.nn.functional.conv_transpose2d``.

    ``[N, in, H, W], [in, out/groups, KH, KW], [out] -> [N, out, H', W']``, or both without N; *stride*, *padding*,
    *output_padding* and *dilation* are ints or pairs (height, width).

    Raises:
        ShapeError: an option is out of range, or the shapes do not fit.
        ValueError: a tensor is not floating.
    """
    rule = rules.ConvTranspose2d.of_weight(weight.data.shape, stride, padding, output_padding, groups, dilation)
    check_floating("conv_transpose2d", x, weight)
    return convolve_transposed(x, weight, bias, rule.with_bias(shape_of(bias)), Plans())


def conv_transpose1d(
    x: AnyTensor,
    weight: AnyTensor,
    bias: AnyTensor | None = None,
    stride: int = 1,
    padding: int = 0,
    output_padding: int = 0,
    groups: int = 1,
    dilation: int = 1,
) -> AnyTensor:
    """The transpose of a convolution of signals, as in ``torch.nn.functional.conv_transpose1d``.

    ``[N, in, L], [in, out/groups, K], [out] -> [N, out, L']``, or both without N.

    Raises:
        ShapeError: an option is out of range, or the shapes do not fit.
        ValueError: a tensor is not floating.
    """
    rule = rules.ConvTranspose1d.of_weight(weight.data.shape, stride, padding, output_padding, groups, dilation)
    check_floating("conv_transpose1d", x, weight)
    return convolve_transposed(x, weight, bias, rule.with_bias(shape_of(bias)), Plans())


@as_one
def convolve(
    x: AnyTensor, weight: AnyTensor, bias: AnyTensor | None, rule: rules.Convolution, plans: Plans
) -> AnyTensor:
    """A convolution with its options checked already and plans to keep."""
    job = Job.of(rule, x.data.shape)
    if rule.padding_mode != "zeros":
        x = apply(padding_ops.pad, x, amounts=rule.around, mode=rule.padding_mode, value=0.0)
    return job.run(conv.conv2d, x, weight, bias, plans)


@as_one
def convolve_transposed(
    x: AnyTensor, weight: AnyTensor, bias: AnyTensor | None, rule: rules.Transposed, plans: Plans
) -> AnyTensor:
    """The transpose of a convolution with its options checked already and plans to keep."""
    return Job.of(rule, x.data.shape).run(conv.conv_transpose2d, x, weight, bias, plans)


class Job(NamedTuple):
    """What the kernels are to compute for an input of some shape: they know nothing but batches of images."""

    config: ConvConfig
    images: Sizes
    """The input ``[N, C, H, W]``, padded already if not with zeros."""
    maps: Sizes
    """The output ``[N, C, H, W]``."""
    output: Sizes
    """The output as its caller knows it, perhaps without N, or without H."""

    @classmethod
    def of(cls, rule: ConvRule, shape: Sizes) -> Job:
        """What a layer with that rule does.

        Raises:
            ShapeError: the shape does not fit.
        """
        output, config = cast("Sizes", rule.output(shape)), ConvConfig.of(rule)
        if isinstance(rule, rules.Convolution) and rule.padding_mode != "zeros":
            shape = cast("Sizes", rules.pad(shape, rule.around, rule.padding_mode))
            config = replace(config, padding=(0, 0))
        sides = len(rule.sides)
        return cls(config, as_images(shape, sides), as_images(output, sides), output)

    def run(
        self, op: Callable[..., Result], x: AnyTensor, weight: AnyTensor, bias: AnyTensor | None, plans: Plans
    ) -> AnyTensor:
        """The output of *op*, a convolution or its transpose."""
        filters = as_images(weight.data.shape, weight.ndim - 2)
        inputs = [_shaped(x, self.images), _shaped(weight, filters), *([] if bias is None else [bias])]
        rows, columns = self.maps[2:]
        return _shaped(apply(op, *inputs, config=self.config, output=(rows, columns), plans=plans), self.output)


def as_images(shape: Sizes, sides: int) -> Sizes:
    """``[N, C, H, W]`` for a shape that ends in C and so many sides: without N it is a batch of 1, without H 1 high."""
    place = len(shape) - sides - 1
    return *(shape[:place] or (1,)), shape[place], *(1,) * (2 - sides), *shape[place + 1 :]


def shape_of(tensor: AnyTensor | None) -> Sizes | None:
    """The shape of a tensor that may be missing."""
    return None if tensor is None else tensor.data.shape


def _shaped(tensor: AnyTensor, shape: Sizes) -> AnyTensor:
    return tensor if tensor.data.shape == shape else apply(shaping.reshape, tensor, sizes=shape)
