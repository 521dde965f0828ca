"""Annotations that leave sizes open. Calls of what is annotated so are not reported again."""

from typing import Any, cast

from shapenet import AnyTensor, Module, Tensor, nn
from shapenet.dims import B
from shapenet.nn import Buffer, Parameter


#: error: annotation: the number of dimensions is unknown [shape-unknown]
def bare(x: Tensor) -> None:
    x.sum(0)


#: error: annotation: the number of dimensions is unknown [shape-unknown]
def result(x: Tensor[B, 3]) -> Tensor:
    return x


#: error: annotation: the number of dimensions is unknown [shape-unknown]
def alias(x: AnyTensor) -> None:
    x.sum(0)


#: error: annotation: the number of dimensions is unknown [shape-unknown]
def ellipsis(x: Tensor[B, ...], y: Tensor[B, *tuple[int, ...]]) -> None:
    x.sum(0)


#: error: annotation: dimension 1 of [B, ?, 3] is unknown [shape-unknown]
#: error: annotation: dimension 1 of [B, ?] is unknown [shape-unknown]
def one(x: Tensor[B, Any, 3]) -> Tensor[B, int]:
    return x.reshape(-1, 3)


#: error: annotation: dimensions 0 and 1 of [?, ?, 3] are unknown [shape-unknown]
def two(x: Tensor[Any, Any, 3]) -> None:
    x.sum(0)


#: error: annotation: dimension 1 of [B, ?] is unknown [shape-unknown]
def nested(xs: list[Tensor[B, Any]]) -> None:
    xs[0]


#: error: annotation: sizes of Conv2d are left open [shape-unknown]
def layer(conv: nn.Conv2d[Any, 16, 3]) -> None:
    conv.eval()


class Scaled(Module):
    #: error: annotation: dimension 0 of [?] is unknown [shape-unknown]
    scale: Parameter[Any]
    offset: Buffer[3]

    def __init__(self) -> None:
        #: error: annotation: the number of dimensions is unknown [shape-unknown]
        self.shift: Tensor[...] | None = None


def calls(x: Tensor[B, 3], scaled: Scaled) -> None:
    result(x).sum(0)
    scaled.scale.sum()
    #: error: annotation: the number of dimensions is unknown [shape-unknown]
    cast("Tensor", x)
    #: error: annotation: dimension 0 of [?] is unknown [shape-unknown]
    local: Tensor[Any] = x.sum(0)


#: error: a dimension must be at least 0, got -1 [shape]
#: error: dimension "H//" is not an expression of names, integers, + - * // % ** [shape]
def wrong(x: Tensor[B, -1], y: Tensor[B, "H//"]) -> None: ...


def known(x: Tensor[B, 3], y: nn.Linear[3, 4], z: Tensor[()]) -> None: ...
