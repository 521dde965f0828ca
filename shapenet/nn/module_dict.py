"""``ModuleDict``: modules by name."""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, KeysView, Mapping, ValuesView
from typing import Generic

from typing_extensions import TypeVar

from shapenet.nn.module import Module

Member = TypeVar("Member", bound=Module)
Each = TypeVar("Each", default=object, covariant=True)  # noqa: PLC0105
"""The type of each member, which mypy's plugin fills in where members of different types are written out."""


class ModuleDict(Module, Generic[Member, Each]):
    """Modules by name, which belong to the module that has it. It is not called itself.

    Raises:
        TypeError: a member is no ``Module``.
        KeyError: a name is empty, has a dot, or is that of a method.
    """

    def __init__(self, modules: Mapping[str, Member] | None = None) -> None:
        self._members: dict[str, Member] = {}
        self.update(modules or {})

    def __len__(self) -> int:
        return len(self._members)

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def __contains__(self, name: object) -> bool:
        return name in self._members

    def __getitem__(self, name: str) -> Member:
        return self._members[name]

    def __setitem__(self, name: str, module: Member) -> None:
        if not isinstance(module, Module):
            raise TypeError(f"ModuleDict expects modules, got {module!r} for {name!r}")
        if not name or "." in name or (name not in self._members and hasattr(self, name)):
            raise KeyError(f"ModuleDict expects names without dots that are no attributes, got {name!r}")
        self._members[name] = module
        setattr(self, name, module)

    def __delitem__(self, name: str) -> None:
        del self._members[name]
        delattr(self, name)

    def keys(self) -> KeysView[str]:
        """The names."""
        return self._members.keys()

    def values(self) -> ValuesView[Member]:
        """The modules."""
        return self._members.values()

    def items(self) -> ItemsView[str, Member]:
        """Both."""
        return self._members.items()

    def update(self, modules: Mapping[str, Member]) -> None:
        """Set all of *modules*."""
        for name, module in modules.items():
            self[name] = module

    def pop(self, name: str) -> Member:
        """The module of that name, which is then no longer here."""
        module = self[name]
        del self[name]
        return module

    def clear(self) -> None:
        """Remove all."""
        for name in list(self._members):
            del self[name]
