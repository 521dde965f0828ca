"""Messages of mypy itself

Where no rule of shapenet is broken, mypy speaks, and spells types as it does: `Literal[3]` is the size 3, and
`Size[Literal['H - 2'], H]` is `H - 2`, the formula and then the names in it.
"""

from shapenet import Tensor, nn
from shapenet.dims import B, H, W


def takes(x: Tensor[B, 3]) -> None: ...


def declared(x: Tensor[B, 3, H, W]) -> Tensor[B, 3, "H-2", "W-2"]:
    return nn.Conv2d(3, 3, 3)(x)


def returned(x: Tensor[B, 3, H, W]) -> Tensor[B, 3, H, W]:
    """The function makes another shape than it declares: compare the two, dimension by dimension. Mend the annotation,
    as in `declared`, or the layers."""
    #: error: returned() declares its result as [B, 3, H, W], got [B, 3, H - 2, W - 2]: dimension 2 is H - 2, expected H [shape]
    return nn.Conv2d(3, 3, 3)(x)


def assigned(x: Tensor[B, 3]) -> None:
    """A variable keeps the type that it gets first. Take another name, or annotate the first assignment."""
    y = x
    #: error: y holds [B, 3], got [B, 4]: dimension 1 is 4, expected 3 [shape]
    #: note: allow_redefinition = true in mypy's configuration lets y change its shape
    y = nn.Linear(3, 4)(x)


def no_tensor() -> None:
    """The argument is no tensor, whatever its shape: `Tensor[*tuple[Any, ...]]` is any tensor."""
    #: error: Argument 1 to "takes" has incompatible type "int"; expected "Tensor[*tuple[Any, ...]]" [arg-type]
    takes(3)
