from typing import Any

from cupy import ndarray
from cupy.cuda.stream import Stream
from typing_extensions import disjoint_base

@disjoint_base
class ElementwiseKernel:
    def __init__(
        self,
        in_params: str,
        out_params: str,
        operation: str,
        name: str = "kernel",
        reduce_dims: bool = True,
        preamble: str = "",
        no_return: bool = False,
        return_tuple: bool = False,
        **kwargs: Any,
    ) -> None: ...
    def __call__(
        self,
        *args: ndarray | float,
        size: int | None = None,
        stream: Stream | None = None,
        block_size: int = 128,
    ) -> Any: ...
