"""``Module``: what has parameters and can be called, with its sizes in its type."""

from __future__ import annotations

import copy
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn, Self, SupportsIndex

import numpy as np
from numpy.typing import DTypeLike

from shapenet import rules
from shapenet.backend import Array, as_array, check_cuda, check_device, is_device, release, to_device
from shapenet.contracts import enforce
from shapenet.dims import Dim
from shapenet.errors import ShapeError
from shapenet.methods.numbers import as_dtype
from shapenet.nn.hooks import Hook, Hooks, RemovableHandle
from shapenet.nn.sizes import SizedAlias, inherited_sizes, recording_sizes, spell_sizes
from shapenet.nn.tree import Tree
from shapenet.tensors import AnyTensor, Tensor

if TYPE_CHECKING:
    from shapenet.nn.memory_plan import MemoryPlan


class IncompatibleKeys(NamedTuple):
    """The paths that a state lacked, and those it had too many."""

    missing_keys: list[str]
    unexpected_keys: list[str]


class Module(Tree):
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
    _hooks: Hooks | None = None

    def __new__(cls, *args: object, **kwargs: object) -> Self:
        module = super().__new__(cls)
        module._seen = {}
        module._sizes = {}
        return module

    def __init__(self) -> None:
        """Layers without options take none: Python's error then names what they were given."""

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        made = type(self).__new__(type(self))
        memo[id(self)] = made
        for name, value in vars(self).items():
            if name != "_seen":
                object.__setattr__(made, name, copy.deepcopy(value, memo))
        return made

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError(
            f"{type(self).__name__} cannot be pickled: keep its state_dict(), and load it into a new module"
        )

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

    # --- hooks ---

    def register_forward_pre_hook(self, hook: Hook, *, with_kwargs: bool = False) -> RemovableHandle:
        """Have ``hook(module, args)`` called before each call; what it returns, if not None, replaces the arguments.

        With *with_kwargs*, ``hook(module, args, kwargs)`` returns a pair of both, or None.
        """
        return self._hook("forward_pre", (hook, with_kwargs))

    def register_forward_hook(self, hook: Hook, *, with_kwargs: bool = False) -> RemovableHandle:
        """Have ``hook(module, args, output)`` called after each call; unless None, what it returns replaces *output*.

        With *with_kwargs* it is ``hook(module, args, kwargs, output)``. The annotation must hold for what it returns.
        """
        return self._hook("forward", (hook, with_kwargs))

    def register_full_backward_hook(self, hook: Hook) -> RemovableHandle:
        """Have ``hook(module, grad_input, grad_output)`` called once the gradients of a call's inputs are known.

        Both are tuples, for the tensors among the positional arguments and in the output, None where there is no
        gradient. What it returns, if not None, replaces *grad_input*.
        """
        return self._hook("backward", hook)

    def _hook(self, kind: str, hook: Any) -> RemovableHandle:
        if self._hooks is None:
            self._hooks = Hooks()
        return RemovableHandle(getattr(self._hooks, kind), hook)

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
        for module in self.modules():
            module.training = mode
        return self

    def eval(self) -> Self:
        """Switch to evaluation: dropout passes everything, batch norm uses its running statistics."""
        return self.train(False)

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget all gradients, or set those there are to zero."""
        for parameter in self.parameters():
            if parameter.grad is not None and not set_to_none:
                parameter.grad.data[...] = 0
            else:
                parameter.grad = None

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Say of all parameters whether they get gradients."""
        for parameter in self.parameters():
            parameter.requires_grad_(requires_grad)
        return self

    def apply(self, function: Callable[[Module], object]) -> Self:
        """Call *function* with each module inside, and at last with this one."""
        for child in self.children():
            child.apply(function)
        function(self)
        return self

    def to(self, target: str | DTypeLike) -> Self:
        """Move all parameters, their gradients, and buffers to another device (``"cpu"``, ``"cuda:0"``), in place.

        Or, given a floating dtype (``np.float64``, or its name ``"float64"``), convert those that are floating. A CUDA
        device that the module leaves gets its memory back.

        Raises:
            DeviceError: the device cannot be used; nothing was moved.
            TypeError: *target* is neither a device nor a floating dtype.
        """
        if is_device(target):
            wanted = check_device(target)
            left = {tensor.device for _, tensor in self._tensors()} - {wanted}
            self._converted(lambda data: to_device(data, wanted))
            for device in left:
                release(device)
            return self
        dtype = as_dtype(target)
        if dtype is None or dtype.kind != "f":
            raise TypeError(f"{type(self).__name__}.to expects a device or a floating dtype, got {target!r}")
        return self._converted(lambda data: data.astype(dtype, copy=False) if data.dtype.kind == "f" else data)

    def cpu(self) -> Self:
        """Move all parameters, their gradients, and buffers to main memory, in place."""
        return self.to("cpu")

    def cuda(self, device: int | str = "cuda") -> Self:
        """Move all parameters, their gradients, and buffers to a CUDA device, a number or a name, in place.

        Raises:
            DeviceError: the device cannot be used; nothing was moved.
        """
        return self.to(check_cuda(device))

    def float(self) -> Self:
        """Convert what is floating to float32."""
        return self.to(np.float32)

    def double(self) -> Self:
        """Convert what is floating to float64."""
        return self.to(np.float64)

    def _converted(self, convert: Callable[[Array], Array]) -> Self:
        for _, tensor in self._tensors():
            tensor.data = convert(tensor.data)
            if tensor.grad is not None:
                tensor.grad = Tensor(convert(tensor.grad.data))
        return self

    def state_dict(self) -> dict[str, AnyTensor]:
        """All parameters and buffers by dotted path, off the tape; they share memory with the module."""
        return {path: tensor.detach() for path, tensor in self._state()}

    def load_state_dict(self, state: Mapping[str, AnyTensor | Array], strict: bool = True) -> IncompatibleKeys:
        """Copy the values of *state* into the parameters and buffers of the same path.

        Unless *strict*, paths may be missing and unexpected; they are returned.

        Raises:
            ShapeError: paths are missing or unexpected, or shapes or kinds of numbers differ; all are listed, and
                nothing was changed.
        """
        keys = self.check_state_dict(state, strict)
        for path, tensor in self._state():
            if path in state:
                value = state[path]
                source = value.data if isinstance(value, Tensor) else as_array(value)
                np.copyto(tensor.data, to_device(source, tensor.device), casting="same_kind")
        return keys

    def check_state_dict(self, state: Mapping[str, Any], strict: bool = True) -> IncompatibleKeys:
        """Check that ``load_state_dict`` would take *state*, of which only shapes and dtypes are looked at.

        Raises:
            ShapeError: it would not; all that does not fit is listed.
        """
        own = dict(self._state())
        missing, unexpected = [path for path in own if path not in state], [path for path in state if path not in own]
        problems = [*(f"{path} is missing" for path in missing), *(f"{path} is unexpected" for path in unexpected)]
        problems = problems if strict else []
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
        return IncompatibleKeys(missing, unexpected)
