"""``Program``: the module that an ONNX file makes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shapenet import rules
from shapenet.dims import UNKNOWN, Dim, parse
from shapenet.errors import DimError
from shapenet.methods.numbers import kind_of
from shapenet.nn import Buffer, Module, Parameter
from shapenet.onnx.errors import OnnxError
from shapenet.onnx.operators.node import Run
from shapenet.tensors import AnyTensor

Weight = Parameter[*tuple[Any, ...]] | Buffer[*tuple[Any, ...]]


@dataclass(frozen=True)
class Work:
    """A node: what it computes, of which values, and which nobody needs afterwards."""

    run: Run
    inputs: Sequence[str]
    outputs: Sequence[str]
    done: Sequence[str]


@dataclass(frozen=True)
class Expected:
    """An input of the graph."""

    name: str
    shape: tuple[Dim, ...]
    kind: rules.Kind


class Holder(Module):
    """A part of the state, which is called as the names in the file say."""


class Program(Module):
    """What an ONNX file computes: tensors to a tensor, or to a tuple of them.

    Its parameters and buffers are the initializers of the file, under their names.

    Raises:
        OnnxError: a name cannot be that of a parameter.
    """

    def __init__(
        self,
        inputs: Sequence[Expected],
        works: Sequence[Work],
        outputs: Sequence[str],
        weights: Mapping[str, Weight],
        constants: Mapping[str, AnyTensor],
    ) -> None:
        self._inputs = tuple(inputs)
        self._works = tuple(works)
        self._outputs = tuple(outputs)
        self._constants = tuple(constants)
        self._held = Holder()
        for number, tensor in enumerate(constants.values()):
            self._held.register_buffer(str(number), tensor, persistent=False)
        for name, weight in weights.items():
            self._hold(name, weight)

    def __call__(self, *inputs: AnyTensor) -> Any:
        self._check(inputs)
        values: dict[str, AnyTensor | None] = {"": None, **dict(self._tensors())}
        values |= zip(self._constants, self._held.buffers(), strict=True)
        values |= {one.name: tensor for one, tensor in zip(self._inputs, inputs, strict=True)}
        for work in self._works:
            made = work.run(*(values[name] for name in work.inputs))
            made = made if isinstance(made, tuple) else (made,)
            values |= {name: value for name, value in zip(work.outputs, made, strict=False) if name}
            for name in work.done:
                del values[name]
        results = tuple(values[name] for name in self._outputs)
        return results if len(results) > 1 else results[0]

    def _check(self, inputs: Sequence[AnyTensor]) -> None:
        """Check the kinds and the shapes of the inputs.

        Raises:
            ShapeError: they do not fit.
        """
        if len(inputs) != len(self._inputs):
            wanted = ", ".join(one.name for one in self._inputs)
            raise TypeError(f"Program expects {len(self._inputs)} inputs ({wanted}), got {len(inputs)}")
        rules.bind(
            "Program",
            [
                rules.Argument(one.name, one.shape, tensor.data.shape, one.kind, kind_of(tensor))
                for one, tensor in zip(self._inputs, inputs, strict=True)
            ],
        )

    def _hold(self, name: str, weight: Weight) -> None:
        *path, last = name.split(".")
        holder: Module = self
        for part in path:
            if part not in vars(holder):
                _check_name(holder, part, name)
                setattr(holder, part, Holder())
            found = vars(holder)[part]
            if not isinstance(found, Holder):
                raise OnnxError(f"the initializer {name!r} lies within another one")
            holder = found
        _check_name(holder, last, name)
        setattr(holder, last, weight)


def _check_name(holder: Module, part: str, name: str) -> None:
    """Check that an attribute may be called so.

    Raises:
        OnnxError: it may not.
    """
    if not part or hasattr(holder, part):
        raise OnnxError(f"the initializer {name!r} cannot be a parameter: {part!r} is no name, or taken")


def dim_of(value: int | str | None) -> Dim:
    """A size as a file says it."""
    if isinstance(value, int):
        return value
    try:
        return parse(value) if value else UNKNOWN
    except DimError:
        return UNKNOWN
