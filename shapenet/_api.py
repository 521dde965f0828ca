"""The public names of the package, imported all at once."""

from shapenet import data, functional, models, nn, optim
from shapenet.autograd import is_grad_enabled, no_grad
from shapenet.backend import manual_seed
from shapenet.contracts import unchecked
from shapenet.creation import arange, eye, from_numpy, full, ones, rand, randn, tensor, zeros
from shapenet.dims import assert_divisible, assert_equal
from shapenet.errors import ContractError, DeviceError, DimError, GradientError, ShapeError
from shapenet.functional.joining import cat
from shapenet.functional.ordering import (
    argmax,
    argmin,
    argsort,
    gather,
    index_select,
    max,
    min,
    sort,
    take_along_dim,
    topk,
)
from shapenet.functional.products import bmm, dot, einsum, matmul, mm, mv, outer
from shapenet.functional.reducing import (
    all,
    amax,
    amin,
    any,
    cumprod,
    cumsum,
    logsumexp,
    mean,
    norm,
    prod,
    std,
    sum,
    var,
)
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
    "all",
    "amax",
    "amin",
    "any",
    "arange",
    "argmax",
    "argmin",
    "argsort",
    "assert_divisible",
    "assert_equal",
    "bmm",
    "cat",
    "cumprod",
    "cumsum",
    "data",
    "dot",
    "einsum",
    "empty_cache",
    "eye",
    "from_numpy",
    "full",
    "functional",
    "gather",
    "get_num_threads",
    "index_select",
    "is_grad_enabled",
    "logsumexp",
    "manual_seed",
    "matmul",
    "max",
    "mean",
    "min",
    "mm",
    "models",
    "mv",
    "nn",
    "no_grad",
    "norm",
    "ones",
    "optim",
    "outer",
    "prod",
    "rand",
    "randn",
    "set_conv_tolerance",
    "set_num_threads",
    "set_scratch_budget",
    "sort",
    "std",
    "sum",
    "take_along_dim",
    "tensor",
    "topk",
    "unchecked",
    "var",
    "where",
    "zeros",
]
