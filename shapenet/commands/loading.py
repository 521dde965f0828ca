"""A model that is named on the command line: ``pkg.module:Model`` or ``pkg.module:make(10, width=16)``."""

from __future__ import annotations

import ast
import importlib
from typing import Any, Final

from shapenet.commands.command import CommandError, one_line
from shapenet.nn import Module

MODEL_HELP: Final = (
    "a model, or what makes one, as pkg.module:name or pkg.module:name(arguments), the arguments being literals: "
    "'shapenet.models:resnet18(10)'"
)


def model(spec: str) -> Module:
    """The model that *spec* names; a class or a function is called.

    Raises:
        CommandError: there is none such, or making it fails; the text says why.
    """
    module_name, found, call = spec.partition(":")
    if not (found and call and all(map(str.isidentifier, module_name.split(".")))):
        raise CommandError(f"expected a model as pkg.module:name, got {spec!r}")
    name, args, kwargs = _call(call, spec)
    made = _attribute(_module(module_name), name)
    if not isinstance(made, Module):
        if not callable(made):
            raise CommandError(f"{spec}: expected a model, or what makes one, got {type(made).__name__}")
        made = _made(made, args, kwargs, spec)
    elif args is not None:
        raise CommandError(f"{spec}: it is a model already, and takes no arguments here")
    if not isinstance(made, Module):
        raise CommandError(f"{spec}: expected a model, got {type(made).__name__}")
    return made


def _call(text: str, spec: str) -> tuple[str, list[Any] | None, dict[str, Any]]:
    """The dotted name and the arguments in *text*; the arguments are None without parentheses."""
    try:
        parsed = ast.parse(text, mode="eval").body
        if not isinstance(parsed, ast.Call):
            return ast.unparse(parsed), None, {}
        args = [ast.literal_eval(argument) for argument in parsed.args]
        if any(keyword.arg is None for keyword in parsed.keywords):
            raise ValueError("**")
        kwargs = {str(keyword.arg): ast.literal_eval(keyword.value) for keyword in parsed.keywords}
    except (SyntaxError, ValueError):
        raise CommandError(f"expected pkg.module:name(literals, option=literal), got {spec!r}") from None
    return ast.unparse(parsed.func), args, kwargs


def _module(name: str) -> object:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise CommandError(f"there is no module {error.name}") from None
    except Exception as error:
        raise CommandError(f"cannot import {name}: {said(error)}") from error


def _attribute(module: object, name: str) -> object:
    found = module
    for part in name.split("."):
        if not hasattr(found, part):
            raise CommandError(f"{getattr(found, '__name__', name)} has no {part}")
        found = getattr(found, part)
    return found


def _made(maker: Any, args: list[Any] | None, kwargs: dict[str, Any], spec: str) -> object:
    try:
        return maker(*(args or []), **kwargs)
    except Exception as error:
        raise CommandError(f"cannot make {spec}: {said(error)}") from error


def said(error: Exception) -> str:
    """What an *error* of the user's program says, in one line."""
    return f"{type(error).__name__}: {one_line(error)}"
