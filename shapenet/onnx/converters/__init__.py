"""How each operation of shapenet is written as ONNX: one table, a part of it in each module."""

from __future__ import annotations

from typing import Final

from shapenet.onnx.converters.elementwise import ELEMENTWISE
from shapenet.onnx.converters.losses import LOSSES
from shapenet.onnx.converters.normalisation import NORMALISATION
from shapenet.onnx.converters.recurrent import RECURRENT
from shapenet.onnx.converters.reducing import REDUCING
from shapenet.onnx.converters.shaping import SHAPING
from shapenet.onnx.converters.windows import WINDOWS
from shapenet.onnx.step import Table

TABLE: Final[Table] = {**ELEMENTWISE, **LOSSES, **NORMALISATION, **RECURRENT, **REDUCING, **SHAPING, **WINDOWS}
