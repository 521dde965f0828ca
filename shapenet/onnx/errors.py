"""The error of ONNX files and of models that have no such file."""

from __future__ import annotations


class OnnxError(ValueError):
    """A model that cannot be written as ONNX, or a file that cannot be read as one; the text says why."""
