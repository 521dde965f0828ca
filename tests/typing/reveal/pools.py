"""Types of pools, of ``Unfold`` and ``Fold``, and of their functions."""

from typing import Any
from typing import Literal as L

from shapenet import Tensor, nn
from shapenet import functional as F
from shapenet.dims import B, C, H, N, W

#: note: Revealed type is "MaxPool2d[Literal[2], Literal[2], Literal[0], Literal[1], Literal[False], Literal[False]]"
reveal_type(nn.MaxPool2d(2, None))
#: note: Revealed type is "MaxPool2d[Literal[3], Literal[2], Literal[1], Literal[1], Literal[True], Literal[True]]"
reveal_type(nn.MaxPool2d(3, 2, 1, 1, True, True))
#: note: Revealed type is "MaxPool2d[Literal[2], Literal[2], Literal[0], Literal[1], Literal[False], Literal[True]]"
reveal_type(nn.MaxPool2d(2, ceil_mode=True))
#: note: Revealed type is "MaxPool2d[Literal[2], Literal[2], Literal[0], Literal[1], Literal[True], Literal[False]]"
reveal_type(nn.MaxPool2d[L[2], L[2], L[0], L[1], L[True]]())
#: note: Revealed type is "AvgPool2d[Literal[3], Literal[2], Literal[0], Literal[True]]"
reveal_type(nn.AvgPool2d(3, 2, ceil_mode=True))
#: note: Revealed type is "AdaptiveAvgPool2d[Literal[1]]"
reveal_type(nn.AdaptiveAvgPool2d(1))
#: note: Revealed type is "AdaptiveAvgPool2d[tuple[Literal[7], None]]"
reveal_type(nn.AdaptiveAvgPool2d((7, None)))
#: note: Revealed type is "AdaptiveAvgPool2d[None]"
reveal_type(nn.AdaptiveAvgPool2d(None))
#: note: Revealed type is "AdaptiveMaxPool2d[Literal[3], Literal[True]]"
reveal_type(nn.AdaptiveMaxPool2d(3, True))
#: note: Revealed type is "AdaptiveMaxPool2d[tuple[Literal[7], None], Literal[False]]"
reveal_type(nn.AdaptiveMaxPool2d[tuple[L[7], None]]())
#: note: Revealed type is "Unfold[tuple[Literal[3], Literal[2]], Literal[1], Literal[0], Literal[2]]"
reveal_type(nn.Unfold((3, 2), stride=2))
#: note: Revealed type is "Fold[tuple[Literal[5], Literal[6]], Literal[2], Literal[1], Literal[1], Literal[1]]"
reveal_type(nn.Fold((5, 6), 2, padding=1))


def annotated(
    pool: nn.MaxPool2d[2, 2, 0, 1, True], adaptive: nn.AdaptiveAvgPool2d[None], x: Tensor[B, C, H, 8]
) -> None:
    """Flags and None in the annotation of a layer."""
    #: note: Revealed type is "MaxPool2d[Literal[2], Literal[2], Literal[0], Literal[1], Literal[True], Literal[False]]"
    reveal_type(pool)
    #: note: Revealed type is "tuple[Tensor[B, C, Size[Literal['H//2'], H], Literal[4]], IntTensor[B, C, Size[Literal['H//2'], H], Literal[4]]]"
    reveal_type(pool(x))
    #: note: Revealed type is "Tensor[B, C, H, Literal[8]]"
    reveal_type(adaptive(x))


def rounded_up(x: Tensor[B, C, H, W], y: Tensor[2, 3, 7, 8], flag: bool) -> None:
    """With ceil_mode, and where nobody knows."""
    #: note: Revealed type is "Tensor[B, C, Size[Literal['(H+1)//2'], H], Size[Literal['(W+1)//2'], W]]"
    reveal_type(nn.MaxPool2d(2, ceil_mode=True)(x))
    #: note: Revealed type is "Tensor[Literal[2], Literal[3], Literal[4], Literal[5]]"
    reveal_type(nn.MaxPool2d(3, 2, 1, ceil_mode=True)(y))
    #: note: Revealed type is "Tensor[Literal[2], Literal[3], Literal[3], Literal[3]]"
    reveal_type(nn.AvgPool2d(2, 3, ceil_mode=True)(y))
    #: note: Revealed type is "Tensor[B, C, Size[Literal['H//2'], H], Size[Literal['W//2'], W]]"
    reveal_type(F.avg_pool2d(x, 3, 2, ceil_mode=True))
    #: note: Revealed type is "Tensor[B, C, Any, Any]"
    reveal_type(F.max_pool2d(x, 2, ceil_mode=flag))


def places(x: Tensor[B, C, H, W], y: Tensor[2, Any, 7, 8], flag: bool) -> None:
    """A pair, if return_indices is True."""
    #: note: Revealed type is "tuple[Tensor[Literal[2], Any, Literal[3], Literal[2]], IntTensor[Literal[2], Any, Literal[3], Literal[2]]]"
    reveal_type(nn.MaxPool2d((2, 4), return_indices=True)(y))
    #: note: Revealed type is "tuple[Tensor[Literal[2], Any, Literal[3], Literal[4]], IntTensor[Literal[2], Any, Literal[3], Literal[4]]]"
    reveal_type(F.max_pool2d(y, 2, return_indices=True))
    #: note: Revealed type is "Tensor[B, C, Size[Literal['H//2'], H], Size[Literal['W//2'], W]]"
    reveal_type(F.max_pool2d(x, 2, return_indices=False))
    #: note: Revealed type is "IntTensor[B, C, Literal[2], Literal[2]]"
    reveal_type(nn.AdaptiveMaxPool2d(2, return_indices=True)(x)[1])
    #: note: Revealed type is "Tensor[B, C, Literal[2], Literal[2]] | tuple[Tensor[B, C, Literal[2], Literal[2]], IntTensor[B, C, Literal[2], Literal[2]]]"
    reveal_type(F.adaptive_max_pool2d(x, 2, return_indices=flag))
    #: note: Revealed type is "Tensor[B, C, Literal[2], Literal[2]] | tuple[Tensor[B, C, Literal[2], Literal[2]], IntTensor[B, C, Literal[2], Literal[2]]]"
    reveal_type(nn.AdaptiveMaxPool2d(2, flag)(x))


def adaptive(x: Tensor[B, C, H, W], n: N, number: int) -> None:
    """The output size is what was asked for."""
    #: note: Revealed type is "Tensor[B, C, Literal[1], Literal[1]]"
    reveal_type(nn.AdaptiveAvgPool2d(1)(x))
    #: note: Revealed type is "Tensor[B, C, Literal[7], W]"
    reveal_type(nn.AdaptiveAvgPool2d((7, None))(x))
    #: note: Revealed type is "Tensor[B, C, N, Size[Literal['2*N'], N]]"
    reveal_type(nn.AdaptiveMaxPool2d((n, 2 * n))(x))
    #: note: Revealed type is "Tensor[B, C, Any, Any]"
    reveal_type(nn.AdaptiveMaxPool2d(number)(x))
    #: note: Revealed type is "Tensor[B, C, H, Literal[3]]"
    reveal_type(F.adaptive_avg_pool2d(x, (None, 3)))


def columns(x: Tensor[B, C, H, W], y: Tensor[2, 3, 7, 8], z: Tensor[B, "4*C", N]) -> None:
    """Images to columns, and back."""
    #: note: Revealed type is "Tensor[B, Size[Literal['9*C'], C], Size[Literal['H*W - 2*H - 2*W + 4'], H, W]]"
    reveal_type(nn.Unfold(3)(x))
    #: note: Revealed type is "Tensor[Literal[2], Literal[18], Literal[20]]"
    reveal_type(F.unfold(y, (3, 2), padding=1, stride=2))
    #: note: Revealed type is "Tensor[Literal[2], Literal[3], Literal[7], Literal[8]]"
    reveal_type(nn.Fold((7, 8), 2)(F.unfold(y, 2)))
    #: note: Revealed type is "Tensor[B, C, Literal[1], Size[Literal['4*N'], N]]"
    reveal_type(F.fold(z, (1, 4 * z.shape[2]), (1, 4), stride=(1, 4)))
    #: note: Revealed type is "Tensor[B, C, Literal[4], Literal[4]]"
    reveal_type(nn.Sequential(nn.MaxPool2d(2), nn.AdaptiveAvgPool2d(4), nn.Unfold(3), nn.Fold(4, 3))(x))
