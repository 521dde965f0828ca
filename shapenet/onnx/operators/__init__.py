"""How each operation of ONNX is read: one table, a part of it in each module."""

from __future__ import annotations

from typing import Final

from shapenet.onnx.operators.elementwise import ELEMENTWISE
from shapenet.onnx.operators.layers import LAYERS
from shapenet.onnx.operators.node import Readers
from shapenet.onnx.operators.reducing import REDUCING
from shapenet.onnx.operators.shaping import SHAPING
from shapenet.onnx.operators.windows import WINDOWS

READERS: Final[Readers] = {**ELEMENTWISE, **LAYERS, **REDUCING, **SHAPING, **WINDOWS}
