"""``Repeat``: blocks of one kind, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Generic

from typing_extensions import TypeVar

from shapenet import rules
from shapenet.errors import ShapeError
from shapenet.nn.module import Module
from shapenet.tensors import AnyTensor

Block = TypeVar("Block", bound=Module)


class Repeat(Module, Generic[Block]):
    """*times* blocks that *make* makes, each with parameters of its own, one after the other: each keeps the shape.

    Examples:
        >>> body = Repeat(lambda: Block(64), 3)

    Raises:
        ValueError: *times* is no int of at least 0.
        TypeError: *make* is a ``Module``, or makes none.
    """

    def __init__(self, make: Callable[[], Block], times: int) -> None:
        if isinstance(times, bool) or not isinstance(times, int) or times < 0:
            raise ValueError(f"Repeat expects times to be an int, at least 0, got {times!r}")
        if isinstance(make, Module):  # which can be called, too, and would miss its input
            raise TypeError(f"Repeat expects make to be what makes a module, got the module {make.spelled}")
        self._blocks = tuple(make() for _ in range(times))
        for number, block in enumerate(self._blocks):
            if not isinstance(block, Module):
                raise TypeError(f"Repeat expects make to return a module, got {block!r}")
            setattr(self, str(number), block)

    def __call__(self, x: AnyTensor) -> AnyTensor:
        for number, block in enumerate(self._blocks):
            try:
                result = block(x)
            except ShapeError as error:
                raise rules.within_sequence(error, number, [one.spelled for one in self._blocks]) from error
            rules.repeated(block.spelled, x.data.shape, result.data.shape)
            x = result
        return x

    def __len__(self) -> int:
        return len(self._blocks)

    def __iter__(self) -> Iterator[Block]:
        return iter(self._blocks)

    def __getitem__(self, position: int) -> Block:
        return self._blocks[position]
