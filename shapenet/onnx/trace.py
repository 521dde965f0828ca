"""One run of a model: the operations in their order, and the values that they pass on."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from shapenet.autograd import no_grad
from shapenet.backend import Array, to_numpy
from shapenet.nn import Module
from shapenet.nn.modes import evaluating
from shapenet.nn.watching import calls_watched
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
    outputs: tuple[tuple[str, Ref], ...] = ()


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
        self._following = {self._new(tensor.data).number for tensor in inputs}
        """The values that were computed of the inputs."""

    def told(self, function: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any], result: Any) -> None:
        if isinstance(function, functools.partial):
            kwargs = {**function.keywords, **kwargs}
            function = function.func
        if hasattr(function, "__wrapped__"):  # several operations that are seen as one, and called in any way
            bound = inspect.signature(function).bind(*args, **kwargs)
            bound.apply_defaults()
            args, kwargs = bound.args, bound.kwargs
        given, options = self.refs(args), {name: self.refs(value) for name, value in kwargs.items()}
        follows = any(ref.number in self._following for ref in refs_in((given, tuple(options.values()))))
        if function is Tensor.item:
            if follows:
                raise OnnxError(f"{self._owners[-1]}: asks for an element, with item(), float() or if: a file cannot")
            return
        made = self._made(result)
        self._following |= {ref.number for ref in refs_in(made) if follows}
        self.trace.calls.append(Call(function, given, options, made, self._owners[-1]))

    def within(
        self, path: str, module: Module, call: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        """A call of a module, which is the owner of what runs inside."""
        self._owners.append(Owner(path, module.spelled))
        result = call(module, *args, **kwargs)
        self._owners.pop()
        return result

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
    with calls_watched(model, watch.within, with_hooks=True), evaluating(model), no_grad(), watched(watch.told):
        result = model(*inputs)
    found = list(_tensors(model, "", result))
    if not found:
        raise _untensored(model, result)
    watch.trace.outputs = tuple((name, watch.refs(tensor)) for name, tensor in found)
    for value in watch.trace.values:
        value.array = None if value.array is None else to_numpy(value.array)
    return watch.trace


def _tensors(model: Module, name: str, result: Any) -> Iterator[tuple[str, AnyTensor]]:
    """The tensors of a result, each with its key if it lies in a dict."""
    if isinstance(result, Tensor):
        yield name, result
    elif isinstance(result, tuple | list):
        for part in result:
            yield from _tensors(model, name, part)
    elif isinstance(result, dict):
        for key, part in result.items():
            yield from _tensors(model, str(key), part)
    elif result is not None:
        raise _untensored(model, result)


def _untensored(model: Module, result: object) -> OnnxError:
    return OnnxError(f"{model.spelled} expects to return tensors, to be exported, got {type(result).__name__}")


def refs_in(value: Any) -> Iterator[Ref]:
    """Each ``Ref`` in tuples."""
    if isinstance(value, Ref):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from refs_in(part)
