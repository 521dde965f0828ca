"""Constructors and calls of modules.

- ``construction``: ``Conv2d(3, 16, 3)`` becomes ``Conv2d[Literal[3], Literal[16], Literal[3], ...]``.
- ``layers``: built-in layers and their rules.
- ``applying``: calls of modules, and of those that hold others.
- ``containers``: ``Sequential``, ``ModuleList`` and ``ModuleDict`` of members that are written out.
- ``members``: their items.
"""
