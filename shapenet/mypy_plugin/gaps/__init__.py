"""Where sizes become unknown.

- ``tracking``: compares what goes into a call with what comes out.
- ``openness``: which sizes of a type are unknown; ``reasons``: why.
"""
