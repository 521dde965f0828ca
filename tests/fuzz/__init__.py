"""Random programs: what mypy says of their shapes against what they do. ``python -m tests.fuzz --programs 2000``."""
