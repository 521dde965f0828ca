"""Models as ONNX files, and ONNX files as models. It needs the package onnx: ``pip install 'shapenet[onnx]'``."""

from __future__ import annotations

try:
    import onnx  # noqa: F401  (asked for once, here)
except ModuleNotFoundError as error:
    raise ModuleNotFoundError("shapenet.onnx needs onnx: pip install 'shapenet[onnx]'", name=error.name) from error

from shapenet.onnx.errors import OnnxError
from shapenet.onnx.exporting import export
from shapenet.onnx.loading import load

__all__ = ["OnnxError", "export", "load"]
