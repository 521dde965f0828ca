"""One operation of a graph that is to be written, as it was called in each run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from shapenet.onnx.graph import alike
from shapenet.onnx.trace import Call, Ref, Sizes
from shapenet.onnx.writer import NEEDS_SIZES, Writer, refuse


@dataclass(frozen=True)
class Step:
    """An operation: its calls, the first of which tells all that does not follow the sizes of the inputs."""

    writer: Writer
    calls: Sequence[Call]

    @property
    def args(self) -> tuple[Any, ...]:
        """The positional arguments."""
        return self.calls[0].args

    @property
    def x(self) -> Ref:
        """The first argument, a tensor."""
        return self.ref(0)

    @property
    def result(self) -> Any:
        """What was returned."""
        return self.calls[0].result

    @property
    def tensors(self) -> list[Ref]:
        """The tensors among the positional arguments."""
        return [arg for arg in self.args if isinstance(arg, Ref)]

    def ref(self, place: int) -> Ref:
        """A positional argument that is a tensor."""
        found = self.args[place]
        assert isinstance(found, Ref)
        return found

    def option(self, name: str) -> Any:
        """A keyword argument."""
        return self.calls[0].kwargs[name]

    def options(self, name: str) -> list[Any]:
        """A keyword argument, in each run."""
        return [call.kwargs[name] for call in self.calls]

    def names(self, *refs: Ref) -> list[str]:
        """The names of values, or of all tensors among the positional arguments."""
        return [self.writer.name(ref) for ref in refs or self.tensors]

    def shapes(self, ref: Ref) -> list[Sizes]:
        """The shape of a value in each run."""
        return self.writer.graph.shapes(ref)

    def shape(self, ref: Ref) -> Sizes:
        """The shape of a value in the first run."""
        return self.shapes(ref)[0]

    def dtype(self, ref: Ref) -> np.dtype[Any]:
        """The type of a value."""
        return self.writer.graph.value(ref).dtype

    def give(self, name: str) -> None:
        """Say what the result is called."""
        self.writer.set(self.result, name)

    def emit(self, op: str, inputs: Sequence[str], **attributes: Any) -> str:
        """Write a node."""
        return self.writer.emit(op, inputs, **attributes)


Convert = Callable[[Step], None]


@dataclass(frozen=True)
class Converter:
    """What writes an operation; the options in *varying*, or ``"args"``, may follow the sizes of the inputs."""

    convert: Convert
    varying: frozenset[str] = frozenset()

    def __call__(self, step: Step) -> None:
        """Write the operation.

        Raises:
            OnnxError: it cannot be written.
        """
        first, *others = step.calls
        for other in others:
            fixed = "args" in self.varying or all(map(alike, first.args, other.args))
            if not fixed or not all(
                name in self.varying or alike(value, other.kwargs[name]) for name, value in first.kwargs.items()
            ):
                refuse(NEEDS_SIZES)
        self.convert(step)


Table = Mapping[Callable[..., Any], Converter]
