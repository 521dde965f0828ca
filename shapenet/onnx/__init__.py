"""Models as ONNX files, and ONNX files as models. It needs the package onnx: ``pip install 'shapenet[onnx]'``."""

from __future__ import annotations

import importlib.util

if importlib.util.find_spec("onnx") is None:
    raise ModuleNotFoundError("shapenet.onnx needs the package onnx: pip install 'shapenet[onnx]'", name="onnx")

from shapenet.onnx.errors import OnnxError
from shapenet.onnx.exporting import export
from shapenet.onnx.loading import load

__all__ = ["OnnxError", "export", "load"]
