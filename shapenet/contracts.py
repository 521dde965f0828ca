"""The same annotation that mypy proves, checked while the program runs.

Every ``Module`` has its ``__call__`` wrapped by ``enforce``. The first call with some argument shapes and dtypes is
judged by jaxtyping and beartype; what passed is remembered, so later calls cost about a microsecond.

Checks are off under ``with unchecked():`` and where the environment has ``SHAPENET_CHECKS=0``.
"""

from __future__ import annotations

import functools
import inspect
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, Final, get_origin

from shapenet import rules
from shapenet.annotations import Hints, class_of, hints_of, replace_tensors, shape_of, spell, tensors_in
from shapenet.dims import UNKNOWN, Dim, Pack, Shape, Unknown, names, substitute
from shapenet.errors import ContractError, ShapeError
from shapenet.methods.numbers import kind_of
from shapenet.tensors import AnyTensor, BoolTensor, IntTensor, Tensor

_REMEMBERED: Final = 256  # signatures per module; beyond that, start anew rather than grow without bound


_DEMANDED: Final[Mapping[type | None, rules.Kind]] = {IntTensor: rules.INT, BoolTensor: rules.BOOL}


class _Switch(threading.local):
    on = os.environ.get("SHAPENET_CHECKS", "1") != "0"


_switch = _Switch()


@contextmanager
def _switched(on: bool) -> Iterator[None]:
    before, _switch.on = _switch.on, on
    try:
        yield
    finally:
        _switch.on = before


@contextmanager
def unchecked() -> Iterator[None]:
    """Inside, calls of modules in this thread are not checked."""
    with _switched(False):
        yield


@contextmanager
def checked() -> Iterator[None]:
    """Inside, calls of modules in this thread are checked, whatever the environment says."""
    with _switched(True):
        yield


def contract_of(module: object) -> Contract | None:
    """What the annotations of the ``__call__`` of a ``Module`` say; None if it is none, or has no ``__call__``."""
    found = getattr(type(module).__call__, "contract", None)
    return found if isinstance(found, Contract) else None


def called(module: Any, run: Callable[..., Any], *args: Any) -> Any:
    """``run(module, *args)``, checked as a call of *module* is; its hooks are not called."""
    return vars(type(module).__call__)["judged"](run, module, args, {})


def enforce(call: Callable[..., Any], owner: type, scope: Mapping[str, Any]) -> Callable[..., Any]:
    """*call*, a module's ``__call__``, that checks its arguments before and its result after.

    Args:
        call: the method; its ``self`` tells how it is spelled and which dimensions *owner* has.
        owner: the class that defines it.
        scope: local names at its definition.

    The wrapper raises:
        ContractError: an argument or the result does not fit the annotation.
        ShapeError: a built-in layer's rule refuses the input.
    """
    contract = Contract(call, owner, scope)

    def judged(run: Callable[..., Any], self: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if not _switch.on:
            return run(self, *args, **kwargs)
        memory: dict[Any, Any] = self._seen
        sign = contract.sign
        key = (call, *map(sign, args), *((name, sign(value)) for name, value in kwargs.items()))
        expected = memory.get(key)
        if expected is None:
            contract.check_arguments(self, args, kwargs)
        result = run(self, *args, **kwargs)
        actual = _signature(result)
        if expected is None or actual != expected:
            contract.check_result(self, args, kwargs, result)
            if len(memory) >= _REMEMBERED:
                memory.clear()
            memory[key] = actual
        return result

    @functools.wraps(call)
    def checking(self: Any, *args: Any, **kwargs: Any) -> Any:
        hooks = self._hooks
        if hooks is None or type(self).__call__ is not checking:  # a subclass calls what it inherits
            return judged(call, self, args, kwargs)
        args, kwargs = hooks.before(self, args, kwargs)
        return judged(hooks.around(call), self, args, kwargs)

    vars(checking).update(contract=contract, judged=judged)
    return checking


def _signature(value: Any) -> Any:
    """What the checks of *value* depend on."""
    if isinstance(value, Tensor):
        return value.data.shape, value.data.dtype
    if isinstance(value, tuple | list):
        return type(value), *map(_signature, value)
    if isinstance(value, dict):
        return type(value), *((key, _signature(item)) for key, item in value.items())
    return type(value)


def _given(value: Any) -> rules.Given:
    """What a rule is told of an argument."""
    if isinstance(value, Tensor):
        shape: Shape = value.data.shape
        return shape
    if isinstance(value, tuple):
        return rules.Several(tuple(map(_given, value)))
    return value if value is None or isinstance(value, bool) else UNKNOWN


def _argument(path: str, hint: Any, tensor: AnyTensor, dims: Mapping[str, Dim]) -> rules.Argument:
    """What *hint* demands of *tensor*."""
    demanded = _DEMANDED.get(class_of(hint), rules.ANY)
    return rules.Argument(path, _filled(shape_of(hint) or (), dims), tensor.data.shape, demanded, kind_of(tensor))


def _exact_signature(value: Any) -> Any:
    """``_signature`` where a ``Literal`` tells values of one type apart."""
    return (type(value), value) if isinstance(value, str | int) else _signature(value)


class Contract:
    """What the annotations of one ``__call__`` say."""

    def __init__(self, call: Callable[..., Any], owner: type, scope: Mapping[str, Any]) -> None:
        self.call = call
        self.owner = owner
        self.signature = inspect.signature(call)
        self._hints: Hints | None = None
        with suppress(Exception):  # a forward reference: by the first call the module's names are all there
            self._hints = hints_of(call, scope)

    @property
    def hints(self) -> Hints:
        """The annotations, by parameter; ``rules.RESULT`` for the result."""
        if self._hints is None:
            try:
                self._hints = hints_of(self.call)
            except Exception as error:
                problem = f"has an annotation that cannot be read: {error}"
                raise ContractError(self.call.__qualname__, problem, "a formula must be a string") from error
        return self._hints

    @functools.cached_property
    def sign(self) -> Callable[[Any], Any]:
        """From an argument to what is remembered of it."""
        literal = any("Literal" in str(hint) for hint in self.hints.values() if shape_of(hint) is None)
        return _exact_signature if literal else _signature

    def check_arguments(self, module: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
        """Check the arguments of a call on *module*."""
        given = self._given(module, args, kwargs)
        if isinstance(module.rule, rules.LayerRule) and self.owner.__module__.startswith("shapenet.nn."):
            # The layer's own call; one that a subclass defines may take other arguments.
            with suppress(rules.Undetermined):  # what is no tensor is refused by the annotation
                arguments = {name: _given(value) for name, value in given.items()}
                module.rule.accept(arguments)
                module.rule.kind(arguments, {name: kind_of(x) for name, x in given.items() if isinstance(x, Tensor)})
        self._check(module, given)

    def check_result(self, module: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any], result: Any) -> None:
        """Check what a call on *module* returned."""
        if rules.RESULT in self.hints:
            self._check(module, {**self._given(module, args, kwargs), rules.RESULT: result})

    def _given(self, module: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, Any]:
        try:
            bound = self.signature.bind(module, *args, **kwargs).arguments
        except TypeError as error:
            raise TypeError(f"{module.spelled} cannot be called so: {error}") from None
        return {name: value for name, value in bound.items() if name in self.hints}

    def _check(self, module: Any, given: Mapping[str, Any]) -> None:
        dims = module.dims_of(self.owner)
        self._bind(module, given, dims)
        self._judge(module, given, dims)

    def _bind(self, module: Any, given: Mapping[str, Any], dims: Mapping[str, Dim]) -> None:
        """Our own matching: its words are those of mypy's report."""
        arguments = [
            _argument(path, hint, tensor, dims)
            for name, value in given.items()
            for path, hint, tensor in tensors_in(name, self.hints[name], value)
        ]
        try:
            rules.bind(module.spelled, arguments)
        except ShapeError as error:
            raise ContractError(error.subject, error.problem, self._detail(given, arguments, dims)) from None

    def _judge(self, module: Any, given: Mapping[str, Any], dims: Mapping[str, Dim]) -> None:
        """The independent judges: jaxtyping for shapes, beartype for everything around them."""
        from beartype.door import is_bearable  # both take 0.2 s to import, and nobody needs them before a call
        from jaxtyping import jaxtyped

        bound: set[str] = set()
        with jaxtyped("context"):
            for name, value in given.items():
                hint = replace_tensors(self.hints[name], lambda cls, shape: _jaxtyping_hint(cls, shape, dims, bound))
                named = get_origin(hint) or hint
                generic = hasattr(named, "_fields") and hasattr(named, "__parameters__")  # beartype knows no such
                if not (isinstance(value, named) if generic else is_bearable(value, hint)):
                    claim = rules.Argument(name, (), ()).claim
                    problem = f"{claim} {spell(self.hints[name])}, got {describe(value)}"
                    raise ContractError(module.spelled, problem, f"in {self._place}")

    def _detail(self, given: Mapping[str, Any], arguments: list[rules.Argument], dims: Mapping[str, Dim]) -> str:
        bound = dict(dims)
        for argument in arguments:
            for expected, actual in zip(argument.expected, argument.actual, strict=False):
                if isinstance(expected, Pack):
                    break
                if names(expected) == {str(expected)} and not isinstance(actual, Pack):
                    bound.setdefault(str(expected), actual)
        values = ", ".join(f"{name} is {describe(value)}" for name, value in given.items())
        where = f", where {', '.join(f'{name} = {value}' for name, value in bound.items())}" if bound else ""
        return f"in {self._place}: {values}{where}"

    @property
    def _place(self) -> str:
        return f"{self.call.__module__}.{self.call.__qualname__}"


def _jaxtyping_hint(cls: type[AnyTensor], shape: Shape, dims: Mapping[str, Dim], bound: set[str]) -> Any:
    """``Shaped[Tensor, "B 16 H//2"]``, or ``Integer`` or ``Bool``, with the dimensions of the class filled in.

    jaxtyping reads from left to right and evaluates an expression only of names that it has met. Where a name comes
    later (``Tensor["2*H", H]``), the expression is left to our own matching.
    """
    from jaxtyping import Bool, Integer, Shaped

    words = []
    for dim in _filled(shape, dims):
        free = names(dim)
        if isinstance(dim, Pack):
            words.append(f"*{dim.name}" if dim.name else "...")
        elif isinstance(dim, Unknown) or (str(dim) not in free and not free <= bound):
            words.append("_")
        else:
            words.append(str(dim).replace(" ", ""))
            bound |= free
    family = {IntTensor: Integer, BoolTensor: Bool}.get(cls)
    return Shaped[cls, " ".join(words)] if family is None else family[Tensor, " ".join(words)]


def _filled(shape: Shape, dims: Mapping[str, Dim]) -> Shape:
    """*shape* with the dimensions of the class filled in; other names stay."""
    return tuple(dim if isinstance(dim, Pack) else substitute(dim, dims) for dim in shape)


def describe(value: Any) -> str:
    """``float32[32, 3, 8, 8]``, or the kind of what is no tensor."""
    if isinstance(value, Tensor):
        return f"{value.dtype}{rules.show(value.data.shape)}"
    if hasattr(value, "shape") and hasattr(value, "dtype"):
        return f"{type(value).__name__} {value.dtype}{rules.show(tuple(value.shape))}"
    if isinstance(value, tuple | list):
        return f"{type(value).__name__} ({', '.join(map(describe, value))})"
    if isinstance(value, dict):
        return f"dict ({', '.join(f'{key!r}: {describe(item)}' for key, item in value.items())})"
    return f"{type(value).__name__} {value!r}"[:80]
