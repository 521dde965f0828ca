"""Functions that are called around each call of a module."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable
from typing import Any

from shapenet.backend import Array
from shapenet.tensors import AnyTensor, Tensor, gate

Hook = Callable[..., Any]
Gradients = tuple[AnyTensor | None, ...]

_numbers = itertools.count()


class RemovableHandle:
    """What registering a hook returns. As a context manager it removes the hook at its end."""

    def __init__(self, hooks: dict[int, Any], hook: Any) -> None:
        self._hooks = hooks
        self._number = next(_numbers)
        hooks[self._number] = hook

    def remove(self) -> None:
        """Call the hook no more; it may have been removed already."""
        self._hooks.pop(self._number, None)

    def __enter__(self) -> RemovableHandle:
        return self

    def __exit__(self, *exception: object) -> None:
        self.remove()


class Hooks:
    """The hooks of one module; those with ``True`` are given keyword arguments, too."""

    def __init__(self) -> None:
        self.forward_pre: dict[int, tuple[Hook, bool]] = {}
        self.forward: dict[int, tuple[Hook, bool]] = {}
        self.backward: dict[int, Hook] = {}

    def before(
        self, module: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The arguments, as the forward pre-hooks leave them."""
        for hook, with_kwargs in list(self.forward_pre.values()):
            if with_kwargs:
                changed = hook(module, args, kwargs)
                if changed is not None:
                    args, kwargs = changed
            else:
                changed = hook(module, args)
                if changed is not None:
                    args = changed if isinstance(changed, tuple) else (changed,)
        return args, kwargs

    def around(self, call: Callable[..., Any]) -> Callable[..., Any]:
        """*call*, with the backward hooks on its gradients and the forward hooks after it."""

        @functools.wraps(call)
        def hooked(module: Any, *args: Any, **kwargs: Any) -> Any:
            watch = _Watch(module, list(self.backward.values())) if self.backward else None
            result = call(module, *(args if watch is None else watch.inputs(args)), **kwargs)
            if watch is not None:
                result = watch.outputs(result)
            for hook, with_kwargs in list(self.forward.values()):
                changed = hook(module, args, kwargs, result) if with_kwargs else hook(module, args, result)
                result = result if changed is None else changed
            return result

        return hooked


class _Watch:
    """One call of a module, whose gradients the backward hooks see."""

    def __init__(self, module: Any, hooks: list[Hook]) -> None:
        self._module = module
        self._hooks = hooks
        self._wanted = False  # whether the gradient of an input is
        self._count = 0
        self._grad_output: Gradients = ()

    def inputs(self, args: tuple[Any, ...]) -> tuple[Any, ...]:
        """The arguments; what arrives at the tensors among them is given to the hooks."""
        tensors = [value for value in args if isinstance(value, Tensor)]
        self._count = len(tensors)
        self._wanted = any(tensor.requires_grad for tensor in tensors)
        gated = iter(gate(tensors, self._leave))
        return tuple(next(gated) if isinstance(value, Tensor) else value for value in args)

    def outputs(self, result: Any) -> Any:
        """The result; what arrives at the tensors in it is noted."""
        if isinstance(result, Tensor):
            return gate([result], self._enter)[0]
        if not isinstance(result, tuple | list):
            return result
        gated = iter(gate([value for value in result if isinstance(value, Tensor)], self._enter))
        parts = (next(gated) if isinstance(value, Tensor) else value for value in result)
        return type(result)(*parts) if hasattr(result, "_fields") else type(result)(parts)

    def _enter(self, gradients: list[Array | None]) -> list[Array | None]:
        self._grad_output = _as_tensors(gradients)
        if not self._wanted:
            self._leave([None] * self._count)
        return gradients

    def _leave(self, gradients: list[Array | None]) -> list[Array | None]:
        grad_input = _as_tensors(gradients)
        for hook in self._hooks:
            changed = hook(self._module, grad_input, self._grad_output)
            if changed is not None:
                grad_input = changed if isinstance(changed, tuple) else (changed,)
                if len(grad_input) != len(gradients):
                    raise ValueError(
                        f"a backward hook of {self._module.spelled} must return {len(gradients)} gradients, "
                        f"got {len(grad_input)}"
                    )
        self._grad_output = ()
        return [None if gradient is None else gradient.data for gradient in grad_input]


def _as_tensors(gradients: list[Array | None]) -> Gradients:
    return tuple(None if gradient is None else Tensor(gradient) for gradient in gradients)
