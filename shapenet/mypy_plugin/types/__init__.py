"""mypy types seen as dimensions, and back.

- ``lens``: the two ways.
- ``words``: types in messages.
- ``sizes``: TypeVars that stand for ints.
"""
