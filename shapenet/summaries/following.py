"""A model's own ``__call__``, run on arrays without elements: which layer and operation made what of what."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, cast

import numpy as np

from shapenet import rules
from shapenet.autograd import no_grad
from shapenet.backend import standing_in
from shapenet.contracts import unchecked
from shapenet.dims import UNKNOWN, Dim, Shape
from shapenet.errors import ShapeError
from shapenet.nn import Module
from shapenet.nn.hooks import Hooks
from shapenet.nn.modes import evaluating
from shapenet.rules.base import Given, Several
from shapenet.summaries.operations import Product, is_view, made_by, name_of, spent_by
from shapenet.summaries.outline import Outline, Sizes
from shapenet.summaries.sizes import Size, World, formulas
from shapenet.tensors import AnyTensor, Tensor, followed

_HOLDING_PRODUCTS: Final = (
    rules.Convolution,
    rules.Transposed,
    rules.Linear,
    rules.Bilinear,
    rules.MultiheadAttention,
    rules.TransformerEncoderLayer,
    rules.RNN,
    rules.GRU,
    rules.LSTM,
    rules.RNNCell,
    rules.GRUCell,
    rules.LSTMCell,
)
"""Rules of layers whose calls are followed, as their products of matrices are to be counted."""


@dataclass
class Block:
    """A call of a module, or an operation between modules."""

    number: int
    path: str
    module: Module | None
    """None for an operation."""
    name: str
    depth: int
    inputs: list[Outline]
    parent: Block | None
    outputs: list[Outline] = field(default_factory=list)
    products: list[Product] = field(default_factory=list)
    """Its own multiply-adds: not those of the modules in it."""
    children: int = 0
    """The modules called in it."""

    @property
    def drawn(self) -> Block:
        """The block that it is drawn as a part of; perhaps itself."""
        above = None if self.parent is None else self.parent.drawn
        return above if above is not None and above.is_whole else self

    @property
    def is_whole(self) -> bool:
        """Whether it is drawn as one: it calls no other module, or is a built-in layer with parameters of its own."""
        if self.module is None or not self.children:
            return True
        own = any(True for _ in self.module.parameters(recurse=False))
        return own and type(self.module).__module__.startswith("shapenet.nn.")


class Follower:
    """One run of a model."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.blocks: list[Block] = []
        self._inside: list[Block] = []

    def run(self, model: Module, inputs: Sequence[Any]) -> list[Outline]:
        """The results of a call of *model*, in evaluation mode; its hooks are not called."""
        beside = Outline((), np.float32)
        with (
            evaluating(model),
            self._watching(model),
            followed(self._operation),
            standing_in(beside),
            unchecked(),
            no_grad(),
        ):
            return _outlines([tensor.data for tensor in tensors_of(model(*inputs))])

    @contextmanager
    def _watching(self, model: Module) -> Iterator[None]:
        modules = list(model.named_modules())
        before = [module._hooks for _, module in modules]
        try:
            for path, module in modules:
                module._hooks = _Watch(self, path, module)
            yield
        finally:
            for (_, module), hooks in zip(modules, before, strict=True):
                module._hooks = hooks

    def call(self, path: str, module: Module, call: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        """A call of a module."""
        given = [tensor.data for tensor in tensors_of((args, kwargs))]
        block = self._entered(path, module, module.spelled, _outlines(given))
        self._inside.append(block)
        try:
            result = self._asked(module, call, args, kwargs)
            if result is None:
                result = call(module, *args, **kwargs)
        finally:
            self._inside.pop()
        if not block.children:  # also where it returns what it was given, as dropout does
            result = mapped(result, lambda tensor: _sourced(tensor, block.number))
        block.outputs = _outlines([tensor.data for tensor in tensors_of(result)])
        return result

    def _entered(self, path: str, module: Module | None, name: str, inputs: list[Outline]) -> Block:
        parent = self._inside[-1] if self._inside else None
        if parent is not None and module is not None:
            parent.children += 1
        block = Block(len(self.blocks), path, module, name, len(self._inside), inputs, parent)
        self.blocks.append(block)
        return block

    def _operation(self, op: Callable[..., Any], arrays: Sequence[Any], options: Any) -> Any:
        given = _outlines([*arrays, *_within(options)])
        if not given and not any(isinstance(option, Size) for option in _within(options)):
            return op(*arrays, **options)[0]
        made = made_by(op, arrays, options)
        products = spent_by(op, arrays, options, made.shape)
        parent = self._inside[-1]
        parent.products += products
        if is_view(op):
            made.source = given[0].source if given else None
            return made
        block = self._entered(f"{parent.path}.{name_of(op)}" if parent.path else name_of(op), None, name_of(op), given)
        made.source = block.number
        block.outputs = [made]
        return made

    def _asked(self, module: Module, call: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        """What the rule of a built-in layer says, if its call needs no following."""
        rule = module.rule
        own = str(call.__module__).startswith("shapenet.nn.") and not any(True for _ in module.children())
        if rule is None or not own or isinstance(rule, _HOLDING_PRODUCTS):
            return None
        bound = inspect.signature(call).bind(module, *args, **kwargs).arguments
        arguments = dict(list(bound.items())[1:])
        try:
            result = self._answer(rule, arguments)
        except rules.Undetermined:
            return None
        kinds = [value.dtype for value in arguments.values() if isinstance(value, Tensor)]
        dtype = kinds[0] if rule.keeps_kind or kinds[0].kind == "f" else np.dtype(np.float32)
        made = _made(result, dtype)
        return (made, _made(result, np.dtype(np.int64))) if rule.doubled else made

    def _answer(self, rule: rules.LayerRule, arguments: dict[str, Any]) -> Given:
        """What *rule* answers, with sizes that know their formulas."""

        def asked(told: Callable[[tuple[int, ...]], Shape]) -> Given:
            return rule.accept({name: _given(value, told) for name, value in arguments.items()})

        try:
            return self._joined(asked(formulas), asked(_values))
        except ShapeError:  # perhaps only for other sizes: H channels, where 3 are wanted
            return asked(lambda shape: shape)

    def _joined(self, formula: Given, value: Given) -> Given:
        if isinstance(formula, Several) and isinstance(value, Several):
            return Several(tuple(map(self._joined, formula.parts, value.parts)))
        if not isinstance(formula, tuple) or not isinstance(value, tuple):
            return value
        pairs = zip(formula, value, strict=True)
        return tuple(self.world.known(cast("int", size), cast("Dim", dim)) for dim, size in pairs)


def _made(result: Given, dtype: Any) -> Any:
    if isinstance(result, Several):
        return tuple(_made(part, dtype) for part in result.parts)
    return Tensor(cast("Any", Outline(cast("Sizes", result), dtype))) if isinstance(result, tuple) else result


class _Watch(Hooks):
    """What is called in place of a module's hooks."""

    def __init__(self, follower: Follower, path: str, module: Module) -> None:
        super().__init__()
        self._follower, self._path, self._module = follower, path, module

    def around(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def told(module: Any, *args: Any, **kwargs: Any) -> Any:
            return self._follower.call(self._path, self._module, call, args, kwargs)

        return told


def tensors_of(value: Any) -> Iterator[AnyTensor]:
    """The tensors in tuples, lists and dicts."""
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, tuple | list):
        for item in value:
            yield from tensors_of(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from tensors_of(item)


def mapped(value: Any, function: Callable[[AnyTensor], AnyTensor]) -> Any:
    """*value* with each tensor in it replaced."""
    if isinstance(value, Tensor):
        return function(value)
    if isinstance(value, tuple | list):
        parts = [mapped(item, function) for item in value]
        return type(value)(*parts) if hasattr(value, "_fields") else type(value)(parts)
    if isinstance(value, dict):
        return type(value)((key, mapped(item, function)) for key, item in value.items())
    return value


def _sourced(tensor: AnyTensor, number: int) -> AnyTensor:
    data: Any = tensor.data
    if not isinstance(data, Outline):
        return tensor
    return tensor._like(Outline(data.shape, data.dtype, number))  # type: ignore[arg-type]


def _outlines(arrays: Sequence[Any]) -> list[Outline]:
    return [array for array in arrays if isinstance(array, Outline)]


def _within(value: Any) -> Iterator[Any]:
    """What is in options: in tuples, slices and dicts."""
    if isinstance(value, dict):
        value = tuple(value.values())
    if isinstance(value, slice):
        value = (value.start, value.stop, value.step)
    if isinstance(value, tuple):
        for item in value:
            yield from _within(item)
    else:
        yield value


def _values(shape: tuple[int, ...]) -> Shape:
    return tuple(map(int, shape))


def _given(value: Any, told: Callable[[tuple[int, ...]], Shape]) -> Given:
    if isinstance(value, Tensor):
        return told(value.data.shape)
    if isinstance(value, tuple):
        return Several(tuple(_given(item, told) for item in value))
    return value if value is None or isinstance(value, bool) else UNKNOWN
