"""Values of which only some is known: one of two shapes, ranks that a pack hides, numbers of type float."""

from __future__ import annotations

from typing import Any

from shapenet import Tensor, cat, nn, ones, stack
from shapenet import functional as F
from shapenet.dims import Batch, H


def one_of_two(flag: bool, z: Tensor[3, 5]) -> None:
    """A function is asked once for each of the shapes that its argument may have."""
    x = ones(2, 3) if flag else ones(2, 4)
    #: note: Revealed type is "Tensor[Literal[2], Literal[4]] | Tensor[Literal[2], Literal[5]]"
    reveal_type(F.pad(x, (1, 0)))
    #: note: Revealed type is "Tensor[Literal[3], Literal[2]] | Tensor[Literal[7], Literal[2]]"
    reveal_type(F.linear(z if flag else ones(7, 5), ones(2, 5)))
    #: note: Revealed type is "Tensor[Literal[2], Literal[4]]"
    reveal_type(F.pad(ones(2, 2) if flag else ones(2, 2), (1, 1)))


def the_same(flag: bool) -> None:
    """One tensor of one of two shapes, twice, is of the same shape twice."""
    x = ones(2, 3) if flag else ones(2, 4)
    #: note: Revealed type is "Tensor[Literal[2], Literal[3]] | Tensor[Literal[2], Literal[4]]"
    reveal_type(F.mse_loss(x, x, reduction="none"))
    #: note: Revealed type is "Tensor[Literal[2], Literal[3]] | Tensor[Literal[2], Literal[4]]"
    reveal_type(nn.L1Loss(reduction="none")(x, x))


def sizes_of_one_of_two(flag: bool, n: int | None) -> None:
    """Its size goes with the tensor: nothing is wrong here."""
    x = ones(2, 3) if flag else ones(5, 3)
    #: note: Revealed type is "Tensor[Literal[2], Literal[3]] | Tensor[Literal[5], Literal[3]]"
    reveal_type(x.reshape(x.shape[0], 3))
    #: note: Revealed type is "Tensor[Any, Literal[3]]"
    reveal_type(ones(x.shape[0], 3) + 1)
    #: note: Revealed type is "Tensor[*tuple[Any, ...]]"
    reveal_type(x.sum(n))


def hidden(x: Tensor[..., 6, 4], y: Tensor[*Batch, 5], z: Any) -> None:
    """What stands behind a pack is in no known place from the front."""
    #: note: Revealed type is "Tensor[*tuple[Any, ...]]"
    reveal_type(F.group_norm(x, 5))
    #: note: Revealed type is "Tensor[*tuple[Any, ...]]"
    reveal_type(F.group_norm(y, 3))
    #: note: Revealed type is "Tensor[*tuple[Any, ...]]"
    reveal_type(F.instance_norm(x))
    #: note: Revealed type is "Tensor[*tuple[Any, ...]]"
    reveal_type(cat((ones(3), z)))
    #: note: Revealed type is "Tensor[*tuple[Any, ...]]"
    reveal_type(cat((ones(3, 4), z), -1))


def whole_floats(x: Tensor[2, 3, H, 8]) -> None:
    """A factor of 2.0 is 2; another needs a known size, and no Literal can say it."""
    #: note: Revealed type is "Tensor[Literal[2], Literal[3], Size[Literal['2*H'], H], Literal[16]]"
    reveal_type(nn.Upsample(scale_factor=2.0)(x))
    #: note: Revealed type is "Tensor[Literal[2], Literal[3], Size[Literal['2*H'], H], Literal[24]]"
    reveal_type(nn.Upsample(scale_factor=(2.0, 3))(x))
    #: note: Revealed type is "Tensor[Literal[2], Literal[3], Size[Literal['2*H'], H], Literal[16]]"
    reveal_type(F.interpolate(x, scale_factor=2.0))
    #: note: Revealed type is "Tensor[Literal[2], Literal[3], Any, Literal[16]]"
    reveal_type(F.interpolate(x, scale_factor=(1.5, 2.0)))


def factors_that_are_written(x: Tensor[2, 3, 5, 8], factor: float) -> None:
    """A float is known where it is written at the call."""
    #: note: Revealed type is "Tensor[Literal[2], Literal[3], Literal[7], Literal[12]]"
    reveal_type(F.interpolate(x, scale_factor=1.5))
    #: note: Revealed type is "Tensor[Literal[2], Literal[3], Literal[2], Literal[16]]"
    reveal_type(F.interpolate(x, None, (0.5, 2.0)))
    #: note: Revealed type is "Tensor[Literal[2], Literal[3], Literal[10], Literal[10]]"
    reveal_type(F.interpolate(x, scale_factor=(2, 1.25)))
    #: note: Revealed type is "Tensor[Literal[2], Literal[3], Any, Literal[10]]"
    reveal_type(F.interpolate(x, scale_factor=(factor, 1.25)))
    #: note: Revealed type is "Tensor[Literal[2], Literal[3], Any, Any]"
    reveal_type(F.interpolate(x, scale_factor=factor))
    #: note: Revealed type is "Tensor[Literal[2], Literal[3], Any, Any]"
    reveal_type(nn.Upsample(scale_factor=1.5)(x))


def joined(flag: bool, x: Tensor[H, 3]) -> None:
    """Tensors of one union are the same tensor; of two, each meets each."""
    y = x if flag else ones(4, 5)
    #: note: Revealed type is "Tensor[Size[Literal['2*H'], H], Literal[3]] | Tensor[Literal[8], Literal[5]]"
    reveal_type(cat([y, y]))
    #: note: Revealed type is "Tensor[H, Literal[9]] | Tensor[Literal[4], Literal[15]]"
    reveal_type(cat((y, y, y), dim=1))
    #: note: Revealed type is "Tensor[Literal[2], H, Literal[3]] | Tensor[Literal[2], Literal[4], Literal[5]]"
    reveal_type(stack([y, y]))
    z = ones(2, 3) if flag else ones(6, 3)
    #: note: Revealed type is "Tensor[Size[Literal['H + 2'], H], Literal[3]] | Tensor[Size[Literal['H + 6'], H], Literal[3]]"
    reveal_type(cat([z, x]))
