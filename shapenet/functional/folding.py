"""Images to the windows in them, and back."""

from __future__ import annotations

from shapenet import rules
from shapenet.kernels.conv import ConvConfig
from shapenet.ops import folding
from shapenet.rules.base import Extent
from shapenet.tensors import AnyTensor, apply, as_one


def unfold(
    x: AnyTensor, kernel_size: Extent, dilation: Extent = 1, padding: Extent = 0, stride: Extent = 1
) -> AnyTensor:
    """The windows of images, each a column: ``[N, C, H, W] -> [N, C*KH*KW, L]``, as in ``torch.nn.functional.unfold``.

    The L windows follow each other row by row, ``L = H' * W'`` with the H' and W' of a convolution of these options.
    Padding is zeros.

    Raises:
        ShapeError: an option is out of range, or the shape does not fit.
    """
    return unfolded(x, rules.Unfold(kernel_size, dilation, padding, stride))


@as_one
def unfolded(x: AnyTensor, rule: rules.Unfold) -> AnyTensor:
    """``unfold`` with its options checked already."""
    return apply(folding.unfold, x, config=ConvConfig.of(rule), windows=rule.windows(x.data.shape))


def fold(
    x: AnyTensor,
    output_size: Extent,
    kernel_size: Extent,
    dilation: Extent = 1,
    padding: Extent = 0,
    stride: Extent = 1,
) -> AnyTensor:
    """Columns to the images whose windows they are: ``[N, C*KH*KW, L] -> [N, C, *output_size]``.

    Where windows overlap their elements add up: it is the transpose of ``unfold``, not its inverse.

    Raises:
        ShapeError: an option is out of range, or the shape does not fit.
    """
    return folded(x, rules.Fold(output_size, kernel_size, dilation, padding, stride))


@as_one
def folded(x: AnyTensor, rule: rules.Fold) -> AnyTensor:
    """``fold`` with its options checked already."""
    rule.output(x.data.shape)
    return apply(folding.fold, x, config=ConvConfig.of(rule), image=rule.image, windows=rule.windows)
