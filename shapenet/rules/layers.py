"""Rules of the layers: hyperparameters are checked when a rule is made, inputs when it is asked for an output shape.

The fields of a rule are, in order, the type parameters of its layer: ``nn.Conv2d[3, 16, 3]`` asks
``rules.Conv2d(3, 16, 3)``.
"""

from __future__ import annotations

from dataclasses import dataclass

from shapenet.dims import Dim, Shape, Unknown
from shapenet.errors import ShapeError
from shapenet.rules.base import LayerRule, as_int
from shapenet.rules.reshaping import Part, flatten, reshape
from shapenet.rules.shapes import Undetermined, ranked, show


@dataclass(frozen=True)
class Linear(LayerRule):
    """``[*, in_features] -> [*, out_features]``."""

    in_features: Dim
    out_features: Dim

    def __post_init__(self) -> None:
        self._int("in_features", 1)
        self._int("out_features", 1)

    @classmethod
    def of_weight(cls, weight: Shape) -> Linear:
        """The rule of a linear map with a weight ``[out, in]``.

        Raises:
            ShapeError: the weight has another number of dimensions.
        """
        known = ranked(weight)
        if len(known) != 2:
            raise ShapeError(cls.__name__, f"expects a weight [out, in], got {show(weight)}")
        return cls(known[1], known[0])

    def with_bias(self, bias: Shape | None) -> Linear:
        """This rule, for a bias of that shape, or none.

        Raises:
            ShapeError: the bias is not ``[out_features]``.
        """
        self._expect_bias(bias, self.out_features)
        return self

    def output(self, x: Shape) -> Shape:
        if x:
            ranked(x[-1:])
        self._expect_last(x, self.in_features)
        return (*x[:-1], self.out_features)


@dataclass(frozen=True)
class Flatten(LayerRule):
    """``[N, C, H, W] -> [N, C*H*W]``: dimensions *start_dim* to *end_dim* become one."""

    start_dim: Dim = 1
    end_dim: Dim = -1

    keeps_kind = True

    def __post_init__(self) -> None:
        for name in ("start_dim", "end_dim"):
            value = getattr(self, name)
            number = value if isinstance(value, Unknown) else as_int(value)
            if number is None:
                raise ShapeError(self.name, f"expects {name} to be an int, got {value!r}")
            self._set(name, number)

    def output(self, x: Shape) -> Shape:
        if isinstance(self.start_dim, int) and isinstance(self.end_dim, int):
            return flatten(x, self.start_dim, self.end_dim, str(self))
        raise Undetermined


@dataclass(frozen=True)
class Unflatten(LayerRule):
    """Dimension *dim* becomes several, whose sizes are *unflattened_size*; one of them may be -1."""

    dim: Dim
    unflattened_size: tuple[Dim, ...]

    keeps_kind = True

    def __post_init__(self) -> None:
        if not isinstance(self.dim, Unknown):
            number = as_int(self.dim)
            if number is None:
                raise ShapeError(self.name, f"expects dim to be an int, got {self.dim!r}")
            self._set("dim", number)
        sizes = self.unflattened_size
        if isinstance(sizes, Unknown):
            return
        if not isinstance(sizes, tuple | list) or not sizes:
            raise ShapeError(self.name, f"expects unflattened_size to be a tuple of ints, got {sizes!r}")
        kind = "a tuple of ints"
        self._set("unflattened_size", tuple(self._checked("unflattened_size", size, -1, kind) for size in sizes))

    def __str__(self) -> str:
        sizes = self.unflattened_size
        return f"Unflatten[{self.dim}, {sizes if isinstance(sizes, Unknown) else show(sizes)}]"

    def output(self, x: Shape) -> Shape:
        known = ranked(x)
        if not isinstance(self.dim, int) or isinstance(self.unflattened_size, Unknown):
            raise Undetermined
        if not -len(known) <= self.dim < len(known):
            raise ShapeError(str(self), f"has no dimension {self.dim} to split in {show(x)}")
        place = self.dim % len(known)
        parts = reshape((known[place],), self.unflattened_size, str(self), Part(x, place))
        return *x[:place], *parts, *x[place + 1 :]


@dataclass(frozen=True)
class Dropout2d(LayerRule):
    """``[N, C, H, W] -> [N, C, H, W]``."""

    def output(self, x: Shape) -> Shape:
        return self._expect_image(x)
