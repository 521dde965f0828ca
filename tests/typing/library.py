"""Imports all that tests give mypy to import; it is no test itself, see ``tests/conftest.py``.

It must lie here: of a library whose importers lie elsewhere, mypy keeps what is of no use for the files here.
"""
# ruff: noqa: F401

import shapenet.data
import shapenet.dims
import shapenet.functional
import shapenet.models
import shapenet.nn
import shapenet.onnx
import shapenet.optim
import shapenet.testing
