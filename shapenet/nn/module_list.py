"""``ModuleList``: modules by number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Generic, overload

from typing_extensions import TypeVar

from shapenet.nn.module import Module

Member = TypeVar("Member", bound=Module)
Each = TypeVar("Each", default=object, covariant=True)  # noqa: PLC0105
"""The type of each member, which mypy's plugin fills in where members of different types are written out."""


class ModuleList(Module, Generic[Member, Each]):
    """A list of modules, which belong to the module that has it. It is not called itself.

    Raises:
        TypeError: a member is no ``Module``.
    """

    def __init__(self, modules: Iterable[Member] = ()) -> None:
        self._members: list[Member] = []
        self.extend(modules)

    def __len__(self) -> int:
        return len(self._members)

    def __iter__(self) -> Iterator[Member]:
        return iter(self._members)

    @overload
    def __getitem__(self, position: int) -> Member: ...
    @overload
    def __getitem__(self, position: slice) -> ModuleList[Member]: ...
    def __getitem__(self, position: int | slice) -> Member | ModuleList[Member]:
        chosen = self._members[position]
        return ModuleList(chosen) if isinstance(chosen, list) else chosen

    def __setitem__(self, position: int, module: Member) -> None:
        members = list(self._members)
        members[position] = module
        self._renew(members)

    def __delitem__(self, position: int | slice) -> None:
        members = list(self._members)
        del members[position]
        self._renew(members)

    def append(self, module: Member) -> ModuleList[Member]:
        """Add a module at the end."""
        return self.extend([module])

    def extend(self, modules: Iterable[Member]) -> ModuleList[Member]:
        """Add modules at the end."""
        self._renew([*self._members, *modules])
        return self

    def insert(self, position: int, module: Member) -> None:
        """Put a module before the one that has this position."""
        members = list(self._members)
        members.insert(position, module)
        self._renew(members)

    def _renew(self, members: list[Member]) -> None:
        for position, member in enumerate(members):
            if not isinstance(member, Module):
                raise TypeError(f"ModuleList expects modules, got {member!r} at position {position}")
        for position in range(len(self._members)):
            delattr(self, str(position))
        self._members = members
        for position, member in enumerate(members):
            setattr(self, str(position), member)
