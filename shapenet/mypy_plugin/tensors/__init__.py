"""Calls of what makes tensors of tensors, and of sizes: each handler reads the call and asks one rule.

- ``reading``: what a call says: shapes, values, indices; ``packs``: sizes that are any number of dimensions.
- ``asking``: from a handler's answer to the type of the call.
- ``methods``, ``functions``, ``creation``: the tables of handlers, and those of the core.
- ``shaping``: reshape, repeat, reorder, split, join; ``computing``: reductions, products, order, selection.
- ``counting``, ``attributes``: what gives sizes, and attributes such as ``x.T``.
"""
