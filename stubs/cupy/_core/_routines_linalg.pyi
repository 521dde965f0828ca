import numpy as np

COMPUTE_TYPE_TBD: int
COMPUTE_TYPE_DEFAULT: int
COMPUTE_TYPE_PEDANTIC: int
COMPUTE_TYPE_FP16: int
COMPUTE_TYPE_FP32: int
COMPUTE_TYPE_FP64: int
COMPUTE_TYPE_BF16: int
COMPUTE_TYPE_TF32: int

def get_compute_type(dtype: np.dtype[np.generic]) -> int: ...
def set_compute_type(dtype: np.dtype[np.generic], compute_type: int) -> None: ...
