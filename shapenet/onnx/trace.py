"""One run of a model: the operations in their order, and the values that they pass on."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from shapenet.autograd import no_grad
from shapenet.backend import Array, to_numpy
from shapenet.nn import Module
from shapenet.nn.modes import evaluating
from shapenet.onnx.errors import OnnxError
from shapenet.tensors import AnyTensor, Tensor, watched

Sizes = tuple[int, ...]


@dataclass(frozen=True)
class Ref:
    """A value of the run, by its number."""

    number: int


@dataclass(frozen=True)
class Owner:
    """The module inside of which an operation ran."""

    path: str
    spelled: str

    def __str__(self) -> str:
        return f"{self.spelled} ({self.path})" if self.path else self.spelled


@dataclass(frozen=True)
class Call:
    """One operation; tensors and arrays among its arguments and results are ``Ref``."""

    function: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]
    result: Any
    owner: Owner


@dataclass
class Value:
    """What is known of a value: one that no operation made, and that is no input, has its *array*.

    If it belongs to the model's state, *name* is its path there.
    """

    shape: Sizes
    dtype: np.dtype[Any]
    array: Array | None = None
    name: str = ""


@dataclass
class Trace:
    """What ran: the values by number, of which the first are the inputs."""

    inputs: int
    values: list[Value] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    outputs: tuple[Ref, ...] = ()


class _Watch:
    """Writes down what happens while a model runs."""

    def __init__(self, model: Module, inputs: Sequence[AnyTensor]) -> None:
        self.trace = Trace(len(inputs))
        self._numbers: dict[int, int] = {}
        self._kept: list[Array] = []  # an array that is gone could lend its id to another
        self._owners = [Owner("", model.spelled)]
        self._state: dict[int, str] = {}
        for path, tensor in model.state_dict().items():
            self._state.setdefault(id(tensor.data), path)
        for tensor in inputs:
            self._new(tensor.data)

    def told(self, function: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any], result: Any) -> None:
        if isinstance(function, functools.partial):
            kwargs = {**function.keywords, **kwargs}
            function = function.func
        if hasattr(function, "__wrapped__"):  # several operations that are seen as one, and called in any way
            bound = inspect.signature(function).bind(*args, **kwargs)
            bound.apply_defaults()
            args, kwargs = bound.args, bound.kwargs
        given, options = self.refs(args), {name: self.refs(value) for name, value in kwargs.items()}
        call = Call(function, given, options, self._made(result), self._owners[-1])
        self.trace.calls.append(call)

    def enter(self, path: str, module: Module) -> None:
        self._owners.append(Owner(path, module.spelled))

    def leave(self) -> None:
        self._owners.pop()

    def refs(self, value: Any) -> Any:
        """*value*, with a ``Ref`` in place of each tensor and array in it."""
        array = _array(value)
        if array is not None:
            return self._ref(array)
        if isinstance(value, tuple | list):
            return tuple(map(self.refs, value))
        return value

    def _made(self, result: Any) -> Any:
        array = _array(result)
        if array is not None:
            return self._new(array)
        if isinstance(result, tuple | list):
            return tuple(map(self._made, result))
        return result

    def _ref(self, array: Array) -> Ref:
        if id(array) in self._numbers:
            return Ref(self._numbers[id(array)])
        ref = self._new(array)
        value = self.trace.values[ref.number]
        value.array, value.name = array, self._state.get(id(array), "")
        return ref

    def _new(self, array: Array) -> Ref:
        number = len(self.trace.values)
        self._numbers[id(array)] = number
        self._kept.append(array)
        self.trace.values.append(Value(array.shape, array.dtype))
        return Ref(number)


def _array(value: Any) -> Any:
    """The array of a tensor, or *value* itself if it is one; else None."""
    if isinstance(value, Tensor):
        return value.data
    return value if hasattr(value, "dtype") and hasattr(value, "shape") and not isinstance(value, np.generic) else None


def run(model: Module, inputs: Sequence[AnyTensor]) -> Trace:
    """Run the model, in evaluation mode, and write down what it does.

    Raises:
        OnnxError: it returns something else than tensors.
    """
    watch = _Watch(model, inputs)
    with evaluating(model), _paths(model, watch), no_grad(), watched(watch.told):
        result = model(*inputs)
    watch.trace.outputs = tuple(watch.refs(tensor) for tensor in _tensors(model, result))
    for value in watch.trace.values:
        value.array = None if value.array is None else to_numpy(value.array)
    return watch.trace


def _tensors(model: Module, result: Any) -> Iterator[AnyTensor]:
    if isinstance(result, Tensor):
        yield result
    elif isinstance(result, tuple | list):
        for part in result:
            yield from _tensors(model, part)
    elif result is not None:
        raise OnnxError(f"{model.spelled} expects to return tensors, to be exported, got {type(result).__name__}")


@contextmanager
def _paths(model: Module, watch: _Watch) -> Iterator[None]:
    """Inside, *watch* is told which module runs; the hooks that tell it are gone afterwards."""
    before = [(module, module._hooks) for module in model.modules()]
    handles = []
    for path, module in model.named_modules():
        handles.append(module.register_forward_pre_hook(lambda module, _, path=path: watch.enter(path, module)))
        handles.append(module.register_forward_hook(lambda *_: watch.leave()))
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()
        for module, hooks in before:
            module._hooks = hooks
