"""A node of an ONNX graph that is read, and what makes a function of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from shapenet.backend import to_numpy
from shapenet.onnx.errors import OnnxError
from shapenet.tensors import AnyTensor

Run = Callable[..., Any]
"""From the inputs of a node, None for one that is left out, to its output, or a tuple of them."""


@dataclass
class Node:
    """A node; each of its attributes is taken once."""

    op: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: dict[str, Any]

    def take(self, name: str, default: Any) -> Any:
        """An attribute, or what it is where it is not given."""
        value = self.attributes.pop(name, default)
        return text(value)

    def expect(self, name: str, *known: Any) -> Any:
        """An attribute of which only some values are known; the first is the default.

        Raises:
            OnnxError: it has another one.
        """
        value = self.take(name, known[0])
        if value not in known:
            raise OnnxError(f"{self} is not read with {name}={value!r}")
        return value

    def check_taken(self) -> None:
        """Check that no attribute is left.

        Raises:
            OnnxError: one is.
        """
        for name, value in self.attributes.items():
            raise OnnxError(f"{self} is not read with {name}={value!r}")

    def __str__(self) -> str:
        return f"{self.op} ({', '.join(self.outputs)})"


Reader = Callable[[Node], Run]
Readers = Mapping[str, Reader]


def text(value: Any) -> Any:
    """An attribute, which is text where the file has bytes."""
    return value.decode(errors="backslashreplace") if isinstance(value, bytes) else value


def ints(tensor: AnyTensor) -> list[int]:
    """The elements of a vector of ints, such as sizes."""
    return [int(number) for number in to_numpy(tensor.data).reshape(-1)]


def plain(function: Run) -> Reader:
    """What reads a node without attributes."""
    return lambda node: function
