"""The public names of the package, imported all at once."""

from shapenet import data, functional, nn, optim
from shapenet.autograd import is_grad_enabled, no_grad
from shapenet.backend import manual_seed
from shapenet.contracts import unchecked
from shapenet.creation import arange, eye, from_numpy, full, ones, rand, randn, tensor, zeros
from shapenet.errors import ContractError, DeviceError, DimError, GradientError, ShapeError
from shapenet.nn import Module, Parameter
from shapenet.tensors import AnyTensor, Tensor

__all__ = [
    "AnyTensor",
    "ContractError",
    "DeviceError",
    "DimError",
    "GradientError",
    "Module",
    "Parameter",
    "ShapeError",
    "Tensor",
    "arange",
    "data",
    "eye",
    "from_numpy",
    "full",
    "functional",
    "is_grad_enabled",
    "manual_seed",
    "nn",
    "no_grad",
    "ones",
    "optim",
    "rand",
    "randn",
    "tensor",
    "unchecked",
    "zeros",
]
