"""The calls of a model that its annotation admits."""

from __future__ import annotations

import inspect
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from shapenet import rules
from shapenet.annotations import contains_tensor, replace_tensors
from shapenet.contracts import contract_of
from shapenet.dims import Expr, Pack, Shape, names
from shapenet.nn import Module
from shapenet.tensors import AnyTensor, BoolTensor
from shapenet.testing.knobs import Bounds, Knob, Pile, Sizes, knob_of
from shapenet.testing.parts import SEED, Case, Draw, Part, Range, admitted, free_names, part_of


@dataclass(frozen=True)
class Call:
    """Arguments for one call, the sizes that they have, and what was chosen for them."""

    bound: inspect.BoundArguments
    sizes: Mapping[str, int]
    case: Case

    @property
    def given(self) -> Mapping[str, Any]:
        """The arguments, by parameter."""
        return self.bound.arguments


class Plan:
    """How to call a model: ``knobs`` says what can be chosen, ``call`` makes arguments of a choice.

    Args:
        model: a module whose ``__call__`` says shapes.
        values: between which numbers the elements of tensors are, by argument.
        arguments: values of arguments that are not drawn.
        bounds: sizes of dimensions, by name.

    Raises:
        TypeError: *model* is no module with a ``__call__``.
        ValueError: the annotation says too little, or *values*, *arguments* or *bounds* name what it has not.
    """

    def __init__(
        self, model: Module, values: Mapping[str, Range], arguments: Mapping[str, Any], bounds: Mapping[str, Bounds]
    ) -> None:
        contract = contract_of(model)
        if contract is None:
            raise TypeError(f"check_contract expects model to be a Module that defines __call__, got {model!r}")
        self.contract = contract
        self.name = model.spelled
        dims = model.dims_of(self.contract.owner)
        self.known = {name: size for name, size in dims.items() if isinstance(size, int)}
        _, *parameters = self.contract.signature.parameters.values()
        self._signature = inspect.Signature(parameters)
        self._arguments = dict(arguments)
        self._check_arguments()
        self._parts = self._read(values)
        self._dtype = next((parameter.data.dtype for parameter in model.parameters()), np.dtype(np.float32))
        self._device = next((parameter.device for parameter in model.parameters()), "cpu")
        self.names: list[str] = []
        self.packs: list[str] = []
        self.knobs = self._knobs(bounds)

    @property
    def result(self) -> Any:
        """The annotation of the result."""
        return self.contract.hints[rules.RESULT]

    def call(self, case: Case) -> Call:
        """The arguments that *case* says.

        Raises:
            NotAdmitted: the annotation admits no such sizes: it makes a size of an argument or of the result 0 or less.
        """
        sizes = {**self.known, **{name: case[name] for name in self.names}}
        for dim in (dim for shape in shapes_in(self.result) for dim in shape):
            if isinstance(dim, Expr) and names(dim) <= sizes.keys():
                admitted(dim, sizes)
        used: set[str] = set(self.names)
        draw = Draw(case, used, sizes, np.random.default_rng(case[SEED]), self._dtype, self._device)
        bound = inspect.BoundArguments(self._signature, OrderedDict())
        for name in self._signature.parameters:
            if name in self._arguments:
                bound.arguments[name] = self._arguments[name]
            elif name in self._parts:
                bound.arguments[name] = self._parts[name].make(draw)
        return Call(bound, sizes, {name: value for name, value in case.items() if name in used or name == SEED})

    def _read(self, values: Mapping[str, Range]) -> Mapping[str, Part]:
        """The recipe for each argument that is drawn."""
        hints = self.contract.hints
        found: dict[str, Part] = {}
        for name, parameter in self._signature.parameters.items():
            optional = parameter.default is not parameter.empty or parameter.kind is parameter.VAR_POSITIONAL
            if name in self._arguments or parameter.kind is parameter.VAR_KEYWORD:
                continue
            if name in hints and (contains_tensor(hints[name]) or not optional):
                found[name] = part_of(name, hints[name], values)
            elif not optional:
                raise ValueError(f'check_contract expects argument "{name}" of {self.name} to have an annotation')
        tensors = [tensor for part in found.values() for tensor in part.tensors()]
        if rules.RESULT not in hints or all(tensor.shape == (Pack(),) for tensor in tensors):
            raise ValueError(
                f"check_contract expects the __call__ of {self.name} to say which shapes it takes and returns, "
                "as Tensor[B, 3] does: there is nothing to check"
            )
        known = {path for tensor in tensors if not issubclass(tensor.cls, BoolTensor) for path in tensor.called}
        for path in values:
            if path not in known:
                wanted = ", ".join(sorted(known)) or "no tensor of numbers"
                raise ValueError(f"check_contract expects values for {wanted} of {self.name}, got {path!r}")
        return found

    def _knobs(self, bounds: Mapping[str, Bounds]) -> Mapping[str, Knob]:
        tensors = [tensor for part in self._parts.values() for tensor in part.tensors()]
        self.names, self.packs = free_names([tensor.shape for tensor in tensors])
        self.names = [name for name in self.names if name not in self.known]
        for name in bounds:
            if name in self.known:
                raise ValueError(f"check_contract cannot draw {name}: it is {self.known[name]} in {self.name}")
            if name not in (*self.names, *self.packs):
                wanted = ", ".join([*self.names, *self.packs]) or "no dimension"
                raise ValueError(f"check_contract expects bounds of {wanted}, which {self.name} has, got {name}")
        for tensor in tensors:
            for name in tensor.span_names - {*self.names, *self.known}:
                raise ValueError(f'check_contract knows no {name}, which is in the range of "{tensor.path}"')
        given = {name: knob_of(name, bound, name in self.packs) for name, bound in bounds.items()}
        return {
            **dict.fromkeys(self.names, Sizes()),
            **dict.fromkeys(self.packs, Pile()),
            **given,
            **{name: knob for part in self._parts.values() for name, knob in part.knobs().items()},
        }

    def _check_arguments(self) -> None:
        for name in self._arguments:
            if name not in self._signature.parameters:
                wanted = ", ".join(self._signature.parameters)
                raise ValueError(f"check_contract expects arguments for {wanted} of {self.name}, got {name!r}")


def shapes_in(hint: Any) -> list[Shape]:
    """All shapes that an annotation says."""
    found: list[Shape] = []

    def note(cls: type[AnyTensor], shape: Shape) -> Any:
        found.append(shape)
        return cls

    replace_tensors(hint, note)
    return found
