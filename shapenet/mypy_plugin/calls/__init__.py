"""Calls of functions and methods whose parameters are tensors.

- ``matching``: arguments against annotated shapes, and the result that follows.
- ``destinations``: where a result goes, and what is declared there.
"""
