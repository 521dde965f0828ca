"""The public names of the package, imported all at once."""

from shapenet import data, functional, models, nn, optim
from shapenet.autograd import is_grad_enabled, no_grad
from shapenet.backend import manual_seed
from shapenet.contracts import unchecked
from shapenet.creation import (
    arange,
    empty,
    eye,
    from_numpy,
    full,
    full_like,
    linspace,
    ones,
    ones_like,
    rand,
    rand_like,
    randn,
    randn_like,
    tensor,
    zeros,
    zeros_like,
)
from shapenet.dims import assert_divisible, assert_equal
from shapenet.errors import ContractError, DeviceError, DimError, GradientError, ShapeError
from shapenet.functional.arranging import broadcast_to, diag, diagonal, flip, repeat_interleave, roll, tile, tril, triu
from shapenet.functional.dividing import chunk, narrow, select, split, tensor_split, unbind
from shapenet.functional.joining import cat, stack
from shapenet.functional.selection import where
from shapenet.functional.shaping import (
    flatten,
    movedim,
    permute,
    reshape,
    squeeze,
    swapaxes,
    swapdims,
    transpose,
    unflatten,
    unsqueeze,
)
from shapenet.kernels.cuda.products import get_float32_matmul_precision, set_float32_matmul_precision
from shapenet.kernels.memory import release as empty_cache
from shapenet.kernels.parallel import get_num_threads, set_num_threads
from shapenet.kernels.plan import set_conv_tolerance, set_scratch_budget
from shapenet.nn import Module, Parameter
from shapenet.tensors import AnyTensor, BoolTensor, IntTensor, Tensor

__all__ = [
    "AnyTensor",
    "BoolTensor",
    "ContractError",
    "DeviceError",
    "DimError",
    "GradientError",
    "IntTensor",
    "Module",
    "Parameter",
    "ShapeError",
    "Tensor",
    "arange",
    "assert_divisible",
    "assert_equal",
    "broadcast_to",
    "cat",
    "chunk",
    "data",
    "diag",
    "diagonal",
    "empty",
    "empty_cache",
    "eye",
    "flatten",
    "flip",
    "from_numpy",
    "full",
    "full_like",
    "functional",
    "get_float32_matmul_precision",
    "get_num_threads",
    "is_grad_enabled",
    "linspace",
    "manual_seed",
    "models",
    "movedim",
    "narrow",
    "nn",
    "no_grad",
    "ones",
    "ones_like",
    "optim",
    "permute",
    "rand",
    "rand_like",
    "randn",
    "randn_like",
    "repeat_interleave",
    "reshape",
    "roll",
    "select",
    "set_conv_tolerance",
    "set_float32_matmul_precision",
    "set_num_threads",
    "set_scratch_budget",
    "split",
    "squeeze",
    "stack",
    "swapaxes",
    "swapdims",
    "tensor",
    "tensor_split",
    "tile",
    "transpose",
    "tril",
    "triu",
    "unbind",
    "unchecked",
    "unflatten",
    "unsqueeze",
    "where",
    "zeros",
    "zeros_like",
]
