# mypy: enable-error-code="shape-unknown"
"""Sizes that are not known

These are said only if asked for: by `python -m shapenet check --report`, by `strict_shapes = true` in `[tool.shapenet]`
of `pyproject.toml` (or `[shapenet]` of `mypy.ini`), or by `--enable-error-code shape-unknown`. Each place is named
once; what follows from it is not.
"""

from typing import Any, Final

import numpy as np

import shapenet
from shapenet import Tensor, nn
from shapenet.dims import B, Batch, C, H, N, W


WIDTH: Final = 8


def known(width: C) -> None:
    nn.Conv2d(3, width, 3)
    nn.Conv2d(3, WIDTH, 3)


def table() -> Tensor[B, N]:
    raise NotImplementedError


def plain_int(width: int) -> None:
    """mypy knows the type of the argument, not its value. A constant is known if it is `Final`, a parameter if
    it is annotated with a name, as in `known`."""
    #: error: Conv2d: out_channels is an int of unknown value [shape-unknown]
    nn.Conv2d(3, width, 3)


def size(n: int) -> None:
    """As above: the other dimensions of the result are known."""
    #: error: zeros: dimension 0 of [?, 3] is unknown: n is an int of unknown value [shape-unknown]
    shapenet.zeros(n, 3)


def data(array: np.ndarray[Any, Any]) -> None:
    """Arrays and lists do not say their sizes. Give the tensor to a module, or a function, that is annotated
    with `Tensor[B, 3, 32, 32]`: within it all is known, and a module checks what it gets while running."""
    #: error: from_numpy(): the number of dimensions is unknown: the type of array says no sizes [shape-unknown]
    shapenet.from_numpy(array)


def anything(value: Any) -> None:
    """`Any` hides everything. Annotate where the value comes from."""
    #: error: Linear[3, 4]: the number of dimensions is unknown: value is Any [shape-unknown]
    nn.Linear(3, 4)(value)


def slice_of_unknown_length(x: Tensor[B, 3], i: int) -> None:
    """How many elements are left depends on a value."""
    #: error: index: dimension 1 of [B, ?] is unknown: the length of a slice is unknown [shape-unknown]
    x[:, :i]


def number_of_dimensions(x: Tensor[*Batch, 3]) -> None:
    """Which dimension goes depends on how many `*Batch` stands for. Write the dimensions out, or take one behind
    `*Batch`."""
    #: error: sum: the number of dimensions is unknown: it depends on what *Batch stands for [shape-unknown]
    x.sum(0)
    x.sum(-1)  # right


def list_of_layers(layers: list[nn.Conv2d[3, 3, 3]], same: list[nn.Linear[3, 3]], x: Tensor[B, 3, H, W]) -> None:
    """A list does not say how many layers it holds, and these change the shape. Write them out in `nn.Sequential`."""
    #: error: Sequential: dimensions 2 and 3 of [B, 3, ?, ?] are unknown: nobody knows how many modules the Sequential holds [shape-unknown]
    nn.Sequential(*layers)(x)
    nn.Sequential(*same)(x.mean(3).transpose(1, 2))  # right


def unsaid() -> None:
    """No argument has the name that the result is annotated with."""
    #: error: table(): dimensions 0 and 1 of [?, ?] are unknown: no argument says it [shape-unknown]
    table()


#: error: annotation: the number of dimensions is unknown [shape-unknown]
def bare(x: Tensor) -> None:
    """An annotation leaves sizes open. Write them, if only as names."""
