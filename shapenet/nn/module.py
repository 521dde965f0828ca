"""``Module``: what has parameters and can be called, with its sizes in its type."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import DTypeLike

from shapenet import rules
from shapenet.backend import Array, as_array, check_device, to_device
from shapenet.contracts import enforce
from shapenet.dims import Dim
from shapenet.errors import ShapeError
from shapenet.nn.sizes import SizedAlias, inherited_sizes, recording_sizes, spell_sizes
from shapenet.tensors import AnyTensor, Shape, Tensor

if TYPE_CHECKING:
    from shapenet.nn.memory_plan import MemoryPlan


class Parameter(Tensor[*Shape]):
    """A tensor that training changes."""

    __slots__ = ()

    def __init__(self, data: Array, *, requires_grad: bool = True) -> None:
        super().__init__(data, requires_grad=requires_grad)


class Buffer(Tensor[*Shape]):
    """A tensor that belongs to a module's state but is no parameter, such as a running mean."""

    __slots__ = ()


class Module:
    """A layer or a model: define ``__init__`` with its parts and ``__call__`` with the computation.

    Attributes that are a ``Parameter``, a ``Buffer`` or a ``Module`` belong to it. Each call is checked against the
    annotations of ``__call__``. Dimensions of the class (``class Block(Module, Generic[C])``) are bound at construction
    by the argument that is annotated with them, and hold in every call.
    """

    training: bool = True
    rule: rules.LayerRule | None = None
    """The shape rule of a built-in layer, which is asked before the annotations are."""

    __call__: Callable[..., Any]

    _seen: dict[Any, Any]  # what contracts remember: argument signature -> result signature
    _sizes: dict[type, dict[str, Any]]  # for each class of the MRO with sizes: their names -> values

    def __new__(cls, *args: object, **kwargs: object) -> Self:
        module = super().__new__(cls)
        module._seen = {}
        module._sizes = {}
        return module

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        own = vars(cls)
        if "__init__" in own:
            cls.__init__ = recording_sizes(cls, own["__init__"])  # type: ignore[method-assign]
        if "__call__" in own:
            # Names local to the function around the class are gone by the first call; here they can still be seen.
            cls.__call__ = enforce(own["__call__"], cls, sys._getframe(1).f_locals)  # type: ignore[method-assign]

    def __class_getitem__(cls, sizes: Any) -> SizedAlias:
        return SizedAlias(cls, sizes)

    # --- its sizes ---

    def dims_of(self, owner: type) -> Mapping[str, Dim]:
        """The dimensions that the class *owner* has in this module, by name."""
        return {name: size for name, size in inherited_sizes(owner, self._sizes).items() if isinstance(size, int)}

    @property
    def spelled(self) -> str:
        """The module as its type is written: ``Conv2d[3, 16, 3]``, ``Block[16]``."""
        if self.rule is not None:
            return str(self.rule)
        return spell_sizes(type(self), inherited_sizes(type(self), self._sizes))

    def __repr__(self) -> str:
        lines = [f"({name}): {child!r}".replace("\n", "\n  ") for name, child in self.named_children()]
        return f"{self.spelled}(\n  " + "\n  ".join(lines) + "\n)" if lines else self.spelled

    # --- its parts ---

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """The modules that are attributes, by name."""
        return ((name, value) for name, value in vars(self).items() if isinstance(value, Module))

    def named_modules(self, prefix: str = "") -> Iterator[tuple[str, Module]]:
        """This module and all inside it, by dotted path; one that is used twice comes twice."""
        yield prefix, self
        for name, child in self.named_children():
            yield from child.named_modules(f"{prefix}.{name}" if prefix else name)

    def named_parameters(self) -> Iterator[tuple[str, Parameter[*tuple[Any, ...]]]]:
        """All parameters, by dotted path; one that is shared comes once."""
        return self._named(Parameter)

    def parameters(self) -> Iterator[Parameter[*tuple[Any, ...]]]:
        """All parameters; one that is shared comes once."""
        return (parameter for _, parameter in self.named_parameters())

    def named_buffers(self) -> Iterator[tuple[str, Buffer[*tuple[Any, ...]]]]:
        """All buffers, by dotted path; one that is shared comes once."""
        return self._named(Buffer)

    def _named(self, kind: type) -> Iterator[tuple[str, Any]]:
        seen: set[int] = set()
        for path, value in self._state():
            if isinstance(value, kind) and id(value) not in seen:
                seen.add(id(value))
                yield path, value

    def _state(self) -> Iterator[tuple[str, AnyTensor]]:
        for path, module in self.named_modules():
            for name, value in vars(module).items():
                if isinstance(value, Parameter | Buffer):
                    yield f"{path}.{name}" if path else name, value

    # --- its memory ---

    def memory_plan(self, *shape: int, dtype: DTypeLike = np.float32) -> MemoryPlan:
        """The bytes that a training step for one input of this *shape*, batch first, will hold: print it.

        A copy of the model is run on two small batches of zeros; what grows with the batch is extended to *shape*.

        Raises:
            ShapeError: such an input does not fit.
            TypeError: the model takes anything but one tensor, or does not return one.
        """
        from shapenet.nn.memory_plan import memory_plan

        return memory_plan(self, shape, dtype)

    # --- its modes and its state ---

    def train(self, mode: bool = True) -> Self:
        """Switch this module and all inside it to training, or to evaluation."""
        for _, module in self.named_modules():
            module.training = mode
        return self

    def eval(self) -> Self:
        """Switch to evaluation: dropout passes everything, batch norm uses its running statistics."""
        return self.train(False)

    def zero_grad(self) -> None:
        """Forget all gradients."""
        for parameter in self.parameters():
            parameter.grad = None

    def to(self, device: str) -> Self:
        """Move all parameters, their gradients, and buffers to *device*, in place.

        Raises:
            DeviceError: the device cannot be used; nothing was moved.
        """
        check_device(device)
        for _, tensor in self._state():
            tensor.data = to_device(tensor.data, device)
            if tensor.grad is not None:
                tensor.grad = tensor.grad.to(device)
        return self

    def state_dict(self) -> dict[str, AnyTensor]:
        """All parameters and buffers by dotted path, off the tape; they share memory with the module."""
        return {path: tensor.detach() for path, tensor in self._state()}

    def load_state_dict(self, state: Mapping[str, AnyTensor | Array]) -> None:
        """Copy the values of *state* into the parameters and buffers of the same path.

        Raises:
            ShapeError: paths are missing or unexpected, or shapes or kinds of numbers differ; all are listed, and
                nothing was changed.
        """
        own = dict(self._state())
        problems = [f"{path} is missing" for path in own if path not in state]
        problems += [f"{path} is unexpected" for path in state if path not in own]
        for path, tensor in own.items():
            if path not in state:
                continue
            given, shape = state[path], tensor.data.shape
            if tuple(given.shape) != shape:
                problems.append(f"{path} is {rules.show(tuple(given.shape))}, expected {rules.show(shape)}")
            elif not np.can_cast(given.dtype, tensor.dtype, "same_kind"):
                problems.append(f"{path} is {given.dtype}, expected {tensor.dtype}")
        if problems:
            raise ShapeError(self.spelled, f"cannot load this state: {'; '.join(problems)}")
        for path, tensor in own.items():
            value = state[path]
            source = value.data if isinstance(value, Tensor) else as_array(value)
            np.copyto(tensor.data, to_device(source, tensor.device), casting="same_kind")
