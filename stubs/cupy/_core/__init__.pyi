from cupy._core import _kernel as _kernel
from cupy._core import _routines_linalg as _routines_linalg
from cupy._core import raw as raw
