"""The typed ports in ``models/``: where they are, and how one is run so that its ``assert_type`` speak of real shapes.

Each is a module with a function ``example`` whose annotated result is the shape that a small input leads to.
"""

from __future__ import annotations

import ast
import importlib.util
import inspect
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

from shapenet import AnyTensor, BoolTensor, IntTensor, Module, Tensor, rules
from shapenet.annotations import class_of, hints_of, shape_of, tensors_in
from shapenet.dims import Dim, Pack, Shape, substitute

FOLDER = Path(__file__).parent / "models"
FILES = sorted(FOLDER.glob("[!_]*.py"))
Values = dict[str, Dim | Shape]
_KINDS = {"f": Tensor, "i": IntTensor, "b": BoolTensor}


def load(file: Path) -> ModuleType:
    """The module in *file*, made anew."""
    spec = importlib.util.spec_from_file_location(f"ports_{file.stem}", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(module: ModuleType) -> AnyTensor:
    """The example's result, of the shape that it declares.

    Raises:
        ShapeError: it has another, or the model was given what does not fit.
    """
    result: AnyTensor = module.example()
    declared = shape_of(hints_of(module.example)[rules.RESULT])
    assert declared is not None
    rules.bind("example()", [rules.Argument(rules.RESULT, declared, result.data.shape)])
    return result


def pinned_lines(source: str) -> set[int]:
    """Where ``assert_type`` is called."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return {call.lineno for call in calls if isinstance(call.func, ast.Name) and call.func.id == "assert_type"}


class Witness:
    """Stands for ``assert_type`` while a port runs: the tensor must have the shape that is claimed.

    The names in a claim are those of the function around it: of its class's dimensions, and as its arguments bind them.
    """

    def __init__(self) -> None:
        self.lines: set[int] = set()
        self._values: dict[FrameType, Values] = {}  # one for each call that is under way, or was

    def __call__(self, value: AnyTensor, hint: Any) -> AnyTensor:
        frame = sys._getframe(1)
        self.lines.add(frame.f_lineno)
        if frame not in self._values:
            self._values[frame] = _bound(frame)
        claimed = shape_of(hint)
        assert claimed is not None, f"no tensor: {hint}"
        assert class_of(hint) is _KINDS[value.dtype.kind], f"{hint} has elements of {value.dtype}"
        assert rules.fill(claimed, self._values[frame]) == value.data.shape, f"{hint} is {value.data.shape}"
        return value


def _bound(frame: FrameType) -> Values:
    """What the names in the annotations of the running function stand for."""
    module = frame.f_locals.get("self")
    function, dims = _function(frame, module)
    arguments = [
        rules.Argument(path, _filled(shape_of(annotation) or (), dims), tensor.data.shape)
        for name, hint in hints_of(function).items()
        if name in frame.f_locals
        for path, annotation, tensor in tensors_in(name, hint, frame.f_locals[name])
    ]
    return rules.bind(frame.f_code.co_qualname, arguments, dims)


def _function(frame: FrameType, module: Module | None) -> tuple[Callable[..., Any], dict[str, Dim]]:
    name = frame.f_code.co_name
    if module is None:
        function: Callable[..., Any] = frame.f_globals[name]
        return function, {}
    for owner in type(module).__mro__:
        method = inspect.unwrap(vars(owner)[name]) if name in vars(owner) else None
        if method is not None and method.__code__ is frame.f_code:
            return method, dict(module.dims_of(owner))
    raise AssertionError(f"{type(module).__name__} has no method {name} that is running")


def _filled(shape: Shape, dims: dict[str, Dim]) -> Shape:
    return tuple(dim if isinstance(dim, Pack) else substitute(dim, dims) for dim in shape)
