"""Pools that cannot be, and inputs that do not fit. Each function has one defect."""

from shapenet import Tensor, nn
from shapenet import functional as F
from shapenet.dims import B, N

#: error: AdaptiveAvgPool2d needs output_size, as an argument or in its type [shape]
nn.AdaptiveAvgPool2d()
#: error: AdaptiveAvgPool2d expects output_size to be an int, None or a pair of these, at least 1, got 0 [shape]
nn.AdaptiveAvgPool2d((0, None))
#: error: Argument 1 to "AdaptiveMaxPool2d" has incompatible type "str"; expected "int | tuple[int | None, int | None] | None" [arg-type]
nn.AdaptiveMaxPool2d("7")
#: error: Argument "ceil_mode" to "MaxPool2d" has incompatible type "int"; expected "bool" [arg-type]
nn.MaxPool2d(2, ceil_mode=1)
#: error: Argument 1 to "AdaptiveAvgPool2d" has incompatible type "tuple[int, int, int]"; expected "int | tuple[int | None, int | None] | None" [arg-type]
nn.AdaptiveAvgPool2d((1, 2, 3))
#: error: Fold[(3, 2), 3] gets an output width of 0: (size + 2*padding - dilation*(kernel_size-1) - 1)//stride + 1 = (2 + 2*0 - 1*(3-1) - 1)//1 + 1 [shape]
nn.Fold((3, 2), 3)
#: error: Unfold expects kernel_size to be an int or a pair of ints, at least 1, got 0 [shape]
nn.Unfold(0)


def pooled_away(x: Tensor[B, 3, 8, 3]) -> None:
    #: error: MaxPool2d[5, 2, 0, 1, False, True] gets an output width of 0: ceil((size + 2*padding - dilation*(kernel_size-1) - 1)/stride) + 1 = ceil((3 + 2*0 - 1*(5-1) - 1)/2) + 1 [shape]
    nn.MaxPool2d(5, 2, ceil_mode=True)(x)


def pooled_away_with_places(x: Tensor[B, 3, 8, 3]) -> None:
    #: error: MaxPool2d[5, 5, 0, 1, True] gets an output width of 0: (size + 2*padding - dilation*(kernel_size-1) - 1)//stride + 1 = (3 + 2*0 - 1*(5-1) - 1)//5 + 1 [shape]
    nn.MaxPool2d(5, return_indices=True)(x)


def function_with_places(x: Tensor[B, 3, 8, 3]) -> None:
    #: error: MaxPool2d[5, 5, 0, 1, True] gets an output width of 0: (size + 2*padding - dilation*(kernel_size-1) - 1)//stride + 1 = (3 + 2*0 - 1*(5-1) - 1)//5 + 1 [shape]
    F.max_pool2d(x, 5, return_indices=True)


def no_flag(x: Tensor[B, 3, 8, 8]) -> None:
    #: error: Argument "ceil_mode" to "avg_pool2d" has incompatible type "int"; expected "bool" [arg-type]
    F.avg_pool2d(x, 2, ceil_mode=1)


def places_as_an_image(x: Tensor[B, 3, 8, 8]) -> None:
    #: error: Argument 1 to "__call__" of "Conv2d" has incompatible type "tuple[Tensor[B, Literal[3], Literal[4], Literal[4]], IntTensor[B, Literal[3], Literal[4], Literal[4]]]"; expected "Tensor[*tuple[Any, ...]]" [arg-type]
    nn.Conv2d(3, 8, 3)(F.max_pool2d(x, 2, return_indices=True))


def rank(x: Tensor[3, 8, 8]) -> None:
    #: error: AdaptiveAvgPool2d[1] expects 4 dimensions [N, C, H, W], got 3: [3, 8, 8] [shape]
    nn.AdaptiveAvgPool2d(1)(x)


def empty(x: Tensor[B, 3, 0, 8]) -> None:
    #: error: AdaptiveMaxPool2d[2] expects images that are not empty, got [B, 3, 0, 8] [shape]
    F.adaptive_max_pool2d(x, 2)


def multiple(x: Tensor[B, 10, 9]) -> None:
    #: error: Fold[4, 2] expects dimension 1 to be a multiple of KH*KW = 4, got 10 in [B, 10, 9] [shape]
    nn.Fold(4, 2)(x)


def number(x: Tensor[B, 12, N]) -> None:
    #: error: Fold[4, 2] expects 3*3 = 9 windows in dimension 2, got N in [B, 12, N] [shape]
    F.fold(x, 4, 2)
