"""``Sequential``: layers one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Generic

from shapenet import rules
from shapenet.errors import ShapeError
from shapenet.nn import pairs
from shapenet.nn.module import Module
from shapenet.nn.sizes import Layers
from shapenet.tensors import AnyTensor


class Sequential(Module, Generic[*Layers]):
    """Each layer is given the output of the one before. The type lists the layers; mypy folds them over the input.

    Raises:
        TypeError: a layer is no ``Module``.
    """

    def __init__(self, *layers: *Layers) -> None:
        given: Any = layers  # mypy does not iterate over a tuple of unknown length
        self._layers: tuple[Any, ...] = given
        for position, layer in enumerate(self._layers):
            if not isinstance(layer, Module):
                raise TypeError(f"Sequential expects modules, got {layer!r} as layer {position}")
            setattr(self, str(position), layer)

    def __call__(self, x: AnyTensor) -> AnyTensor:
        for position, step in enumerate(pairs.steps(self, x)):
            try:
                x = step(x)
            except ShapeError as error:
                raise rules.within_sequence(error, position, [layer.spelled for layer in self]) from error
        return x

    def replace(self, position: int, layer: Module) -> None:
        """Put *layer* at *position*, in place of the one that is there. The type of this object does not notice."""
        self._layers = (*self._layers[:position], layer, *self._layers[position + 1 :])
        setattr(self, str(position), layer)

    def __len__(self) -> int:
        return len(self._layers)

    def __iter__(self) -> Iterator[Module]:
        return iter(self._layers)

    def __getitem__(self, position: int | slice) -> Module:
        """The layer at a position, or a ``Sequential`` of those in a slice. The plugin says which."""
        if isinstance(position, slice):
            return Sequential(*self._layers[position])
        return self._layers[position]  # type: ignore[no-any-return]
