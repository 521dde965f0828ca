"""Annotations"""

from shapenet import Tensor
from shapenet.dims import B

Wrong = int


#: error: dimension "H//" is not an expression of names, integers, + - * // % ** [shape]
def no_formula(x: Tensor[B, "H//"]) -> None:
    """A dimension in quotes is a formula of names, integers, `+ - * // % **` and parentheses."""


#: error: dimension "2*Wrong": Wrong is not a TypeVar [shape]
def no_name(x: Tensor[B, "2*Wrong"]) -> None:
    """A name in a formula must be a TypeVar, such as those of `shapenet.dims`."""


#: error: a dimension must be at least 0, got -1 [shape]
def negative(x: Tensor[B, -1]) -> None:
    """A size is at least 0. What is unknown is `Any`."""


#: error: a dimension must be an int, a name, an expression or Any, got str [shape]
def no_dimension(x: Tensor[B, str]) -> None:
    """A dimension is an int, a name, a formula in quotes or `Any`."""


#: error: a dimension must be an int, a name, an expression or Any [shape]
def no_integer(x: Tensor[B, 1.5]) -> None:
    """A dimension is an int, a name, a formula in quotes or `Any`."""
