"""The parts of a module: which parameters, buffers and modules it has, and under which paths."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

from shapenet.nn.parameter import Buffer, Parameter
from shapenet.tensors import AnyTensor, Tensor

if TYPE_CHECKING:
    from shapenet.nn.module import Module


class Tree:
    """What ``Module`` knows of its attributes that are a ``Parameter``, a ``Buffer`` or a ``Module``."""

    _unsaved: frozenset[str] = frozenset()  # names of the buffers that are not in the state

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """The modules that are attributes, by name."""
        return ((name, cast("Module", value)) for name, value in vars(self).items() if isinstance(value, Tree))

    def children(self) -> Iterator[Module]:
        """The modules that are attributes."""
        return (child for _, child in self.named_children())

    def named_modules(self, prefix: str = "", remove_duplicate: bool = True) -> Iterator[tuple[str, Module]]:
        """This module and all inside it, by dotted path; one that is used twice comes once, by its first path."""
        return _once(self._modules(prefix)) if remove_duplicate else self._modules(prefix)

    def modules(self) -> Iterator[Module]:
        """This module and all inside it; one that is used twice comes once."""
        return (module for _, module in self.named_modules())

    def named_parameters(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Parameter[*tuple[Any, ...]]]]:
        """The parameters, also of all modules inside, by dotted path; one that is shared comes once."""
        return self._named(Parameter, prefix, recurse, remove_duplicate)

    def parameters(self, recurse: bool = True) -> Iterator[Parameter[*tuple[Any, ...]]]:
        """The parameters, also of all modules inside; one that is shared comes once."""
        return (parameter for _, parameter in self.named_parameters(recurse=recurse))

    def named_buffers(
        self, prefix: str = "", recurse: bool = True, remove_duplicate: bool = True
    ) -> Iterator[tuple[str, Buffer[*tuple[Any, ...]]]]:
        """The buffers, also of all modules inside, by dotted path; one that is shared comes once."""
        return self._named(Buffer, prefix, recurse, remove_duplicate)

    def buffers(self, recurse: bool = True) -> Iterator[Buffer[*tuple[Any, ...]]]:
        """The buffers, also of all modules inside; one that is shared comes once."""
        return (buffer for _, buffer in self.named_buffers(recurse=recurse))

    def get_submodule(self, path: str) -> Module:
        """The module with that dotted path; this one for ``""``.

        Raises:
            AttributeError: there is none.
        """
        found = dict(self.named_modules(remove_duplicate=False)).get(path)
        if found is None:
            raise AttributeError(f"{type(self).__name__} has no module {path!r}")
        return found

    def get_parameter(self, path: str) -> Parameter[*tuple[Any, ...]]:
        """The parameter with that dotted path.

        Raises:
            AttributeError: there is none.
        """
        found = dict(self.named_parameters(remove_duplicate=False)).get(path)
        if found is None:
            raise AttributeError(f"{type(self).__name__} has no parameter {path!r}")
        return found

    def _modules(self, prefix: str) -> Iterator[tuple[str, Module]]:
        yield prefix, cast("Module", self)
        for name, child in self.named_children():
            yield from child._modules(f"{prefix}.{name}" if prefix else name)

    def _named(self, kind: type, prefix: str, recurse: bool, remove_duplicate: bool) -> Iterator[tuple[str, Any]]:
        found = ((path, value) for path, value in self._tensors(prefix, recurse) if isinstance(value, kind))
        return _once(found) if remove_duplicate else found

    def _tensors(self, prefix: str = "", recurse: bool = True) -> Iterator[tuple[str, AnyTensor]]:
        """The parameters and buffers; a shared one comes as often as it has paths."""
        for path, module in self._modules(prefix) if recurse else [(prefix, self)]:
            for name, value in vars(module).items():
                if isinstance(value, Parameter | Buffer):
                    yield f"{path}.{name}" if path else name, value

    def _state(self) -> Iterator[tuple[str, AnyTensor]]:
        for path, module in self._modules(""):
            for name, value in module._tensors(recurse=False):
                if name not in module._unsaved:
                    yield f"{path}.{name}" if path else name, value

    # --- adding parts by name ---

    def register_parameter(self, name: str, parameter: Parameter[*tuple[Any, ...]] | None) -> None:
        """Set the attribute *name* to *parameter*; None for a parameter that this module does without.

        Raises:
            AttributeError: the name is no attribute name, or taken.
            TypeError: *parameter* is no ``Parameter``.
        """
        self._add(name, parameter, Parameter, "Parameter")

    def register_buffer(self, name: str, tensor: AnyTensor | None, persistent: bool = True) -> None:
        """Set the attribute *name* to *tensor* as a ``Buffer``, which is part of the state only if *persistent*.

        Raises:
            AttributeError: the name is no attribute name, or taken.
            TypeError: *tensor* is no tensor.
        """
        if isinstance(tensor, Tensor) and not isinstance(tensor, Buffer):
            tensor = Buffer(tensor.data)
        self._add(name, tensor, Buffer, "tensor")
        if not persistent:
            self._unsaved |= {name}

    def add_module(self, name: str, module: Module | None) -> None:
        """Set the attribute *name* to *module*.

        Raises:
            AttributeError: the name is no attribute name, or taken.
            TypeError: *module* is no ``Module``.
        """
        self._add(name, module, Tree, "Module")

    def _add(self, name: str, value: object, kind: type, told: str) -> None:
        if not name or "." in name:
            raise AttributeError(f"{type(self).__name__} expects a name without dots, got {name!r}")
        if hasattr(self, name):
            raise AttributeError(f"{type(self).__name__} has an attribute {name!r} already")
        if value is not None and not isinstance(value, kind):
            raise TypeError(f"{type(self).__name__} expects {name} to be a {told} or None, got {value!r}")
        setattr(self, name, value)


def _once(found: Iterator[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    """Each object by its first path alone."""
    seen: set[int] = set()
    for path, value in found:
        if id(value) not in seen:
            seen.add(id(value))
            yield path, value
