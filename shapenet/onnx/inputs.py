"""The inputs of a model that is to be exported: their names, their shapes, and examples of several sizes."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, get_args

import numpy as np

from shapenet import rules
from shapenet.annotations import class_of, hints_of, shape_of, without_none
from shapenet.backend import Array, to_numpy
from shapenet.contracts import describe
from shapenet.dims import Dim, Expr, Pack, Shape, Unknown, evaluate, names, substitute, symbol
from shapenet.errors import DimError
from shapenet.nn import Module
from shapenet.onnx.errors import OnnxError
from shapenet.tensors import AnyTensor, BoolTensor, IntTensor, Tensor

Example = AnyTensor | Sequence[int]
"""An input, or its shape."""

DynamicAxes = Mapping[str, Mapping[int, str]]
"""For each input, by its name: its axes of which the size stays open, each with the name of its size."""

_BATCH: Final = 2
_BATCHES: Final = "batch"
"""What the first size is called where the annotation says nothing."""
_KINDS: Final[Mapping[type | None, np.dtype[Any]]] = {IntTensor: np.dtype(np.int64), BoolTensor: np.dtype(np.bool_)}


@dataclass(frozen=True)
class Input:
    """One input: its sizes are ints, or formulas of names where they stay open."""

    name: str
    dims: tuple[Dim, ...]
    dtype: np.dtype[Any]
    values: Array | None
    """An example; None where only the shape was given."""

    def with_sizes(self, sizes: Mapping[str, int]) -> Input:
        """The input with some sizes told."""
        return replace(self, dims=tuple(substitute(dim, sizes) for dim in self.dims))

    def example(self, sizes: Mapping[str, int], generator: np.random.Generator) -> AnyTensor:
        """An example of other *sizes*: random, or made of the elements of the one that was given, in random order."""
        shape = tuple(evaluate(dim, sizes) for dim in self.dims)
        if self.values is not None:
            return Tensor(np.resize(generator.permutation(self.values.reshape(-1)), shape))
        if self.dtype.kind == "f":
            return Tensor(generator.standard_normal(shape).astype(self.dtype))
        return Tensor(generator.integers(0, 2, shape).astype(self.dtype))


def inputs_of(
    model: Module, given: Sequence[Example], dynamic_axes: DynamicAxes | None
) -> tuple[list[Input], dict[str, int]]:
    """The inputs of the model, and a size for each name among theirs.

    Raises:
        OnnxError: a shape is not known, or does not fit the annotation of ``__call__``.
        TypeError: *given* is neither tensors nor shapes.
    """
    declared = list(_declared(model, len(given)))
    floats = next((tensor.dtype for tensor in model.parameters()), np.dtype(np.float32))
    if len(given) > len(declared):
        raise OnnxError(f"{model.spelled} expects at most {len(declared)} inputs, got {len(given)}")
    required = [one for one in declared if one.required]
    examples = [_checked(model, example) for example in given] or [_known_shape(model, one) for one in required]
    if len(examples) < len(required):
        missing = ", ".join(one.name for one in required[len(examples) :])
        raise OnnxError(f"{model.spelled} expects an example, or a shape, for each input, got none for {missing}")
    _check_axes(model, [one.name for one in declared[: len(examples)]], dynamic_axes)
    inputs, sizes = list[Input](), dict[str, int]()
    for one, example in zip(declared, examples, strict=False):
        shape = _shape_of(example)
        batch = inputs[0].dims[0] if inputs and shape[:1] == _shape_of(examples[0])[:1] else symbol(_BATCHES)
        dims = one.dims_for(shape, batch) if dynamic_axes is None else _named(one.name, shape, dynamic_axes)
        dtype, values = one.dtype or floats, None
        if isinstance(example, Tensor):
            dtype, values = example.dtype, to_numpy(example.data)
        inputs.append(Input(one.name, dims, dtype, values))
        sizes |= {str(dim): size for dim, size in zip(dims, shape, strict=True) if _is_name(dim)}
    for made, example in zip(inputs, examples, strict=True):
        _check_sizes(model, made, _shape_of(example), sizes)
    return inputs, sizes


def _shape_of(example: Example) -> tuple[int, ...]:
    return example.data.shape if isinstance(example, Tensor) else tuple(example)


@dataclass(frozen=True)
class _Declared:
    """What the annotation of ``__call__`` says of an input."""

    name: str
    shape: Shape
    dtype: np.dtype[Any] | None
    """None: that of the model's parameters."""
    required: bool

    def dims_for(self, shape: tuple[int, ...], batch: Dim) -> tuple[Dim, ...]:
        """The sizes of an input of this *shape*, by name where the annotation has one; *batch* where it is silent."""
        place = next((at for at, dim in enumerate(self.shape) if isinstance(dim, Pack)), None)
        said: list[Dim | Pack] = list(self.shape)
        if place is not None:
            pack, count = said[place], len(shape) - len(said) + 1
            assert isinstance(pack, Pack)
            spread: list[Dim | Pack] = [symbol(f"{pack.name}_{at}") for at in range(count)]
            if not pack.name:  # nothing is known but, by custom, that the batch comes first
                spread = [*([batch] if place == 0 and shape else []), *shape[place + 1 : place + count]]
            said[place : place + 1] = spread
        if len(said) != len(shape):
            return shape  # the run will say what does not fit
        return tuple(dim if isinstance(dim, Expr) else size for dim, size in zip(said, shape, strict=True))


def _declared(model: Module, count: int) -> Iterator[_Declared]:
    """What can be given, of ``*xs`` as much as makes *count* inputs in all."""
    owner = next(cls for cls in type(model).__mro__ if "__call__" in vars(cls))
    call = inspect.unwrap(vars(owner)["__call__"])
    try:
        hints = hints_of(call)
    except NameError:  # names that are gone since the class was made
        hints = {}
    known = model.dims_of(owner)
    for place, (name, parameter) in enumerate(list(inspect.signature(call).parameters.items())[1:]):
        hint = without_none(hints.get(name))
        if parameter.kind is parameter.KEYWORD_ONLY and parameter.default is parameter.empty:
            raise OnnxError(f"{model.spelled} cannot be exported: its __call__ takes {name} by name alone")
        if parameter.kind is parameter.VAR_POSITIONAL:
            each = get_args(hint)[0] if hint is not None else None
            yield from (_said(f"{name}_{at}", each, known, required=False) for at in range(count - place))
        elif parameter.kind not in (parameter.KEYWORD_ONLY, parameter.VAR_KEYWORD):
            yield _said(name, hint, known, required=parameter.default is parameter.empty)


def _said(name: str, hint: Any, known: Mapping[str, Dim], *, required: bool) -> _Declared:
    filled = tuple(dim if isinstance(dim, Pack) else substitute(dim, known) for dim in shape_of(hint) or (Pack(),))
    return _Declared(name, filled, _KINDS.get(class_of(hint)), required)


def _known_shape(model: Module, declared: _Declared) -> tuple[int, ...]:
    """The shape that the annotation says; its first size may stay open."""
    first, *rest = declared.shape or (1,)
    if isinstance(first, Pack) or not all(isinstance(dim, int) for dim in rest):
        wanted = f"{declared.name} of shape {rules.show(declared.shape)}"
        raise OnnxError(f"{model.spelled} expects an example, or a shape, for {wanted}: not all its sizes are known")
    sizes = (first if isinstance(first, int) else _BATCH, *rest)
    return sizes[: len(declared.shape)]  # type: ignore[return-value]  # all are ints


def _checked(model: Module, example: object) -> Example:
    if isinstance(example, Tensor):
        return example
    if isinstance(example, tuple | list) and all(type(size) is int and size > 0 for size in example):
        return example
    raise TypeError(f"{model.spelled} expects inputs to be tensors, or shapes of ints above 0, got {describe(example)}")


def _named(name: str, shape: tuple[int, ...], dynamic_axes: DynamicAxes) -> tuple[Dim, ...]:
    given, rank = dynamic_axes.get(name, {}), len(shape)
    right = isinstance(given, Mapping) and all(
        type(axis) is int and -rank <= axis < rank and isinstance(called, str) and called.isidentifier()
        for axis, called in given.items()
    )
    if not right:
        raise OnnxError(
            f'export expects dynamic_axes to have for {name} names of its {rank} axes, {{0: "B"}}, got {given!r}'
        )
    axes = {axis % rank: symbol(called) for axis, called in given.items()}
    return tuple(axes.get(at, size) for at, size in enumerate(shape))


def _check_axes(model: Module, known: list[str], dynamic_axes: DynamicAxes | None) -> None:
    if not (dynamic_axes is None or isinstance(dynamic_axes, Mapping)):
        raise TypeError(f'export expects dynamic_axes to be a dict, {{"x": {{0: "B"}}}}, got {dynamic_axes!r}')
    for name in dynamic_axes or ():
        if name not in known:
            raise OnnxError(f"{model.spelled} expects dynamic_axes of {', '.join(known)}, got some of {name!r}")


def _check_sizes(model: Module, one: Input, shape: tuple[int, ...], sizes: Mapping[str, int]) -> None:
    for dim, size in zip(one.dims, shape, strict=True):
        try:
            wanted = evaluate(dim, sizes)
        except DimError as error:
            raise OnnxError(f"{model.spelled} expects sizes of {one.name} that can be told: {error}") from None
        if wanted != size:
            raise OnnxError(f"{model.spelled} expects {dim} = {wanted} in {one.name}, got {rules.show(shape)}")


def _is_name(dim: Dim) -> bool:
    return not isinstance(dim, Unknown) and names(dim) == {str(dim)}
