"""The public names of the package, imported all at once."""

from shapenet import data, functional, models, nn, optim
from shapenet.autograd import is_grad_enabled, no_grad
from shapenet.backend import manual_seed
from shapenet.contracts import unchecked
from shapenet.creation import arange, eye, from_numpy, full, ones, rand, randn, tensor, zeros
from shapenet.dims import assert_divisible, assert_equal
from shapenet.errors import ContractError, DeviceError, DimError, GradientError, ShapeError
from shapenet.functional.joining import cat
from shapenet.functional.products import bmm, dot, einsum, matmul, mm, mv, outer
from shapenet.functional.selection import where
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
    "bmm",
    "cat",
    "data",
    "dot",
    "einsum",
    "empty_cache",
    "eye",
    "from_numpy",
    "full",
    "functional",
    "get_num_threads",
    "is_grad_enabled",
    "manual_seed",
    "matmul",
    "mm",
    "models",
    "mv",
    "nn",
    "no_grad",
    "ones",
    "optim",
    "outer",
    "rand",
    "randn",
    "set_conv_tolerance",
    "set_num_threads",
    "set_scratch_budget",
    "tensor",
    "unchecked",
    "where",
    "zeros",
]
