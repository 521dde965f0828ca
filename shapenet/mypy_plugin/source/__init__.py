"""What the source around a call says, beyond the types that mypy has found.

- ``tree``: walks the statements; ``bindings``: where a name is bound; ``scope``: what is around.
- ``folding``: the values of int expressions, and the facts in force.
- ``displays``: lists that are written out, and held by a variable that nothing changes.
"""
