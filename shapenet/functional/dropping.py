"""Elements dropped at random."""

from __future__ import annotations

from shapenet import rules
from shapenet.backend import default_generator
from shapenet.dims import B, C, H, W
from shapenet.functional.checks import check_floating
from shapenet.ops import dropping
from shapenet.tensors import AnyTensor, Shape, Tensor, apply


def dropout(x: Tensor[*Shape], p: float = 0.5, training: bool = True) -> Tensor[*Shape]:
    """In training, each element is zero with probability *p*, the others are scaled by ``1/(1-p)``.

    Source: Srivastava et al., "Dropout" (2014), in the inverted form.

    Raises:
        ValueError: *p* is no probability, or *x* not floating.
    """
    return _dropped("dropout", x, x.data.shape, p, training)


def dropout2d(x: Tensor[B, C, H, W], p: float = 0.5, training: bool = True) -> Tensor[B, C, H, W]:
    """In training, each channel of each image is zero with probability *p*, the others are scaled by ``1/(1-p)``.

    Source: Tompson et al., "Efficient object localization using convolutional networks" (2015), section 3.2.

    Raises:
        ShapeError: *x* is no batch of images.
        ValueError: *p* is no probability, or *x* not floating.
    """
    rules.Dropout2d().output(x.data.shape)
    return _dropped("dropout2d", x, (*x.data.shape[:2], 1, 1), p, training)


def _dropped(subject: str, x: AnyTensor, shape: tuple[int, ...], p: float, training: bool) -> AnyTensor:
    check_probability(subject, p)
    check_floating(subject, x)
    if not training or p == 0:
        return x
    return apply(dropping.dropout, x, shape=shape, p=p, generator=default_generator())


def check_probability(subject: str, p: float, name: str = "p") -> None:
    """Check that *p*, the argument *name*, is a probability.

    Raises:
        ValueError: it is not.
    """
    if isinstance(p, bool) or not 0 <= p <= 1:
        raise ValueError(f"{subject} expects {name} to be a probability from 0 to 1, got {p!r}")
