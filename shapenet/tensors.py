"""``Tensor[*Shape]``: an array whose type says its shape, with its gradient and its place on the tape."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from operator import index
from types import EllipsisType, GenericAlias
from typing import Any, Generic, Self, TypeAlias

import numpy as np
from numpy.typing import DTypeLike
from typing_extensions import TypeVarTuple

from shapenet import rules
from shapenet.autograd import Leaf, Node, backward, is_grad_enabled
from shapenet.backend import Array, device_of, same_device, to_device, to_numpy
from shapenet.errors import GradientError
from shapenet.kernels import memory
from shapenet.kernels.elementwise import elementwise as elementwise_kernel
from shapenet.ops import Needs, Result, activation, elementwise, loss, reduction, shaping, softmax
from shapenet.ops import matmul as matrix

Shape = TypeVarTuple("Shape")

Scalar: TypeAlias = int | float
_NUMBERS = (int, float, np.integer, np.floating)  # what may stand for a Scalar while running
Key: TypeAlias = "int | slice | EllipsisType | AnyTensor | None"


class Tensor(Generic[*Shape]):
    """An array with a shape in its type: ``Tensor[B, 3, 32, 32]``.

    A dimension is an int, a TypeVar such as ``shapenet.dims.B``, a string expression of TypeVars (``"H//2"``), ``Any``,
    or ``*Batch`` for any number of them. ``AnyTensor`` is a tensor of unknown shape.

    Tensors are made by ``shapenet.tensor``, ``from_numpy``, ``zeros`` and their like; floats are float32 unless a
    ``dtype`` is given. The array is not copied: a tensor made from an array shares it.
    """

    __slots__ = ("__weakref__", "_node", "data", "grad", "requires_grad")
    __array_ufunc__ = None  # an ndarray operator on the left must not take the tensor apart

    def __init__(self, data: Array, *, requires_grad: bool = False) -> None:
        if requires_grad and not np.issubdtype(data.dtype, np.floating):
            raise GradientError(f"only floating tensors can require a gradient, got dtype {data.dtype}")
        self.data = data
        self.requires_grad = requires_grad
        self.grad: Tensor[*Shape] | None = None
        self._node: Node | None = None

    def __class_getitem__(cls, dims: Any) -> GenericAlias:
        return GenericAlias(cls, dims)

    # --- what it is ---

    @property
    def shape(self) -> tuple[*Shape]:
        """The size of each dimension."""
        return self.data.shape  # type: ignore[no-any-return]  # numpy types it loosely; the type says more

    @property
    def ndim(self) -> int:
        """The number of dimensions."""
        return self.data.ndim

    @property
    def dtype(self) -> np.dtype[Any]:
        """The element type, one of numpy's."""
        return self.data.dtype

    @property
    def device(self) -> str:
        """``"cpu"`` or ``"cuda:0"``."""
        return device_of(self.data)

    @property
    def is_leaf(self) -> bool:
        """Whether it was made by the user, not by a recorded operation."""
        return self._node is None

    def numel(self) -> int:
        """The number of elements."""
        return int(self.data.size)

    def __len__(self) -> int:
        return len(self.data)

    def __iter__(self) -> Iterator[AnyTensor]:
        return (self[i] for i in range(len(self)))

    def __repr__(self) -> str:
        values = np.array2string(to_numpy(self.data), separator=", ", prefix="tensor(")
        extras = [] if self.dtype in (np.float32, np.int64, np.bool_) else [f"dtype={self.dtype}"]
        extras += [f'device="{self.device}"'] if self.device != "cpu" else []
        extras += ["requires_grad=True"] if self.requires_grad else []
        return f"tensor({', '.join([values, *extras])})"

    def __bool__(self) -> bool:
        return bool(self.item())

    def __float__(self) -> float:
        return float(self.item())

    def __int__(self) -> int:
        return int(self.item())

    def item(self) -> float:
        """The one element, as a Python number.

        Raises:
            ValueError: there are more.
        """
        if self.data.size != 1:
            raise ValueError(f"item() expects a tensor of one element, got shape {rules.show(self.data.shape)}")
        return self.data.item()  # type: ignore[no-any-return]  # numpy types it as Any

    def tolist(self) -> Any:
        """The elements as nested lists of Python numbers."""
        return self.data.tolist()

    def numpy(self) -> Array:
        """The array in main memory; shared with the tensor if it lies there.

        Raises:
            GradientError: the tensor requires a gradient, which the array could not keep.
        """
        if self.requires_grad:
            raise GradientError("numpy() of a tensor that requires a gradient: use detach().numpy()")
        return to_numpy(self.data)

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> Array:
        return np.array(self.numpy(), dtype=dtype, copy=copy)

    # --- gradients ---

    def backward(self, gradient: Tensor[*Shape] | None = None, *, retain_graph: bool = False) -> None:
        """Add to the ``grad`` of every leaf the gradient of this tensor, weighted by *gradient* (1 for a scalar).

        Raises:
            GradientError: nothing here requires a gradient, the tensor is no scalar and *gradient* is missing, or the
                tape was used already.
        """
        if not self.requires_grad:
            raise GradientError("backward() of a tensor that requires no gradient")
        if gradient is None:
            if self.data.size != 1:
                raise GradientError(f"backward() of shape {rules.show(self.data.shape)} needs the gradient argument")
            start = np.ones_like(self.data)
        else:
            rules.bind("backward", [rules.Argument("gradient", self.data.shape, gradient.data.shape)])
            start = gradient.data
        if self._node is None:
            self.accumulate_grad(start)
        else:
            backward(self._node, start, retain_graph=retain_graph)

    def accumulate_grad(self, gradient: Array) -> None:
        """Add *gradient* to ``grad``. The array stays the caller's: two leaves may be given the same one."""
        if self.grad is None:
            self.grad = Tensor(elementwise_kernel(np.positive, gradient, out=memory.empty_like(gradient, self.dtype)))
        else:
            elementwise_kernel(np.add, self.grad.data, gradient, out=self.grad.data)

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Set whether a gradient is wanted, and return the tensor.

        Raises:
            GradientError: the tensor is no leaf, or not floating.
        """
        if self._node is not None:
            raise GradientError("requires_grad_() of a tensor that an operation made: use detach() first")
        if requires_grad and not np.issubdtype(self.dtype, np.floating):
            raise GradientError(f"only floating tensors can require a gradient, got dtype {self.dtype}")
        self.requires_grad = requires_grad
        return self

    def detach(self) -> Tensor[*Shape]:
        """The same array, off the tape."""
        return Tensor(self.data)

    def clone(self) -> Tensor[*Shape]:
        """A copy that gradients flow through."""
        return apply(elementwise.multiply, self, _constant(1, self))

    def to(self, target: str | DTypeLike) -> Tensor[*Shape]:
        """The tensor on another device (``"cpu"``, ``"cuda:0"``) or of another dtype; gradients flow through.

        Raises:
            DeviceError: the device cannot be used.
        """
        return apply(_convert, self, target=target)

    # --- arithmetic ---

    def __add__(self, other: AnyTensor | Scalar) -> AnyTensor:
        return _binary("add", elementwise.add, self, other)

    def __sub__(self, other: AnyTensor | Scalar) -> AnyTensor:
        return _binary("subtract", elementwise.subtract, self, other)

    def __mul__(self, other: AnyTensor | Scalar) -> AnyTensor:
        return _binary("multiply", elementwise.multiply, self, other)

    def __truediv__(self, other: AnyTensor | Scalar) -> AnyTensor:
        return _binary("divide", elementwise.divide, _floating(self), other)

    def __pow__(self, other: AnyTensor | Scalar) -> AnyTensor:
        return _binary("power", elementwise.power, self, other)

    def __radd__(self, other: Scalar) -> Tensor[*Shape]:
        return _reflected("add", elementwise.add, self, other)

    def __rsub__(self, other: Scalar) -> Tensor[*Shape]:
        return _reflected("subtract", elementwise.subtract, self, other)

    def __rmul__(self, other: Scalar) -> Tensor[*Shape]:
        return _reflected("multiply", elementwise.multiply, self, other)

    def __rtruediv__(self, other: Scalar) -> Tensor[*Shape]:
        return _reflected("divide", elementwise.divide, _floating(self), other)

    def __rpow__(self, other: Scalar) -> Tensor[*Shape]:
        return _reflected("power", elementwise.power, self, other)

    def __matmul__(self, other: AnyTensor) -> AnyTensor:
        if not isinstance(other, Tensor):
            return NotImplemented
        rules.matmul(self.data.shape, other.data.shape)
        return apply(matrix.matmul, *_matched(self, other))

    def __neg__(self) -> Tensor[*Shape]:
        return apply(elementwise.negative, self)

    def exp(self) -> Tensor[*Shape]:
        """``e`` to the power of each element."""
        return apply(elementwise.exp, _floating(self))

    def log(self) -> Tensor[*Shape]:
        """The natural logarithm of each element."""
        return apply(elementwise.log, _floating(self))

    def sqrt(self) -> Tensor[*Shape]:
        """The square root of each element."""
        return apply(elementwise.sqrt, _floating(self))

    def abs(self) -> Tensor[*Shape]:
        """The absolute value of each element."""
        return apply(elementwise.absolute, self)

    def relu(self) -> Tensor[*Shape]:
        """``max(x, 0)`` of each element."""
        return apply(activation.relu, self)

    def sigmoid(self) -> Tensor[*Shape]:
        """``1/(1 + exp(-x))`` of each element."""
        return apply(activation.sigmoid, _floating(self))

    def tanh(self) -> Tensor[*Shape]:
        """The hyperbolic tangent of each element."""
        return apply(activation.tanh, _floating(self))

    def log_softmax(self, dim: int) -> Tensor[*Shape]:
        """The logarithm of the softmax along *dim*; finite for any finite input."""
        rules.reduce(self.data.shape, dim, keepdim=True, subject="log_softmax")
        return apply(loss.log_softmax, _floating(self), dim=dim)

    def softmax(self, dim: int) -> Tensor[*Shape]:
        """``exp(x) / sum(exp(x))`` along *dim*; no finite input overflows."""
        rules.reduce(self.data.shape, dim, keepdim=True, subject="softmax")
        return apply(softmax.softmax, _floating(self), dim=dim)

    def where(self, condition: AnyTensor, other: AnyTensor | Scalar) -> AnyTensor:
        """These elements where the boolean *condition* holds, else those of *other*; all broadcast.

        Raises:
            ShapeError: the shapes do not broadcast.
            ValueError: *condition* is not boolean.
            DeviceError: the tensors are on different devices.
        """
        y = other if isinstance(other, Tensor) else _constant(other, self)
        rules.where(condition.data.shape, self.data.shape, y.data.shape)
        return apply(elementwise.where, *_matched(self, y), condition=_boolean("where", "condition", condition, self))

    def masked_fill(self, mask: AnyTensor, value: Scalar) -> AnyTensor:
        """*value* where the boolean *mask* holds, else these elements; both broadcast.

        Raises:
            ShapeError: the shapes do not broadcast.
            ValueError: *mask* is not boolean, or *value* is no number of this dtype.
            DeviceError: the tensors are on different devices.
        """
        rules.broadcast(mask.data.shape, self.data.shape, "masked_fill")
        if not isinstance(value, _NUMBERS) or (filler := _constant(value, self)).dtype != self.dtype:
            raise ValueError(f"masked_fill expects value to be a number of dtype {self.dtype}, got {value!r}")
        return apply(elementwise.where, filler, self, condition=_boolean("masked_fill", "mask", mask, self))

    # --- comparison: boolean tensors, off the tape ---

    def __eq__(self, other: object) -> AnyTensor:  # type: ignore[override]  # elementwise, as in numpy and torch
        return _compare("eq", np.equal, self, other)

    def __ne__(self, other: object) -> AnyTensor:  # type: ignore[override]
        return _compare("ne", np.not_equal, self, other)

    def __lt__(self, other: AnyTensor | Scalar) -> AnyTensor:
        return _compare("lt", np.less, self, other)

    def __le__(self, other: AnyTensor | Scalar) -> AnyTensor:
        return _compare("le", np.less_equal, self, other)

    def __gt__(self, other: AnyTensor | Scalar) -> AnyTensor:
        return _compare("gt", np.greater, self, other)

    def __ge__(self, other: AnyTensor | Scalar) -> AnyTensor:
        return _compare("ge", np.greater_equal, self, other)

    __hash__ = object.__hash__

    # --- reductions ---

    def sum(self, dim: int | tuple[int, ...] | None = None, keepdim: bool = False) -> AnyTensor:
        """The sum over *dim*, or over all dimensions."""
        return _reduced("sum", reduction.sum, self, dim, keepdim)

    def mean(self, dim: int | tuple[int, ...] | None = None, keepdim: bool = False) -> AnyTensor:
        """The mean over *dim*, or over all dimensions."""
        return _reduced("mean", reduction.mean, _floating(self), dim, keepdim)

    def amax(self, dim: int | tuple[int, ...] | None = None, keepdim: bool = False) -> AnyTensor:
        """The maximum over *dim*, or over all dimensions; equal maxima share the gradient."""
        return _reduced("amax", reduction.amax, self, dim, keepdim)

    def max(self) -> Tensor[()]:
        """The greatest element. Over one dimension: ``amax(dim)``, and ``argmax(dim)`` for its place."""
        return self.amax()

    def argmax(self, dim: int | None = None, keepdim: bool = False) -> AnyTensor:
        """The place of the first maximum along *dim*, or in the flattened tensor; int64."""
        rules.reduce(self.data.shape, dim, keepdim, subject="argmax")
        return Tensor(np.asarray(np.argmax(self.data, axis=dim, keepdims=keepdim), like=self.data))

    # --- shape ---

    def reshape(self, *sizes: int | Sequence[int]) -> AnyTensor:
        """The elements in a new shape; one size may be -1.

        Raises:
            ShapeError: the number of elements differs.
        """
        wanted = rules.reshape(self.data.shape, _listed(sizes))
        return apply(shaping.reshape, self, sizes=wanted)

    def flatten(self, start_dim: int = 0, end_dim: int = -1) -> AnyTensor:
        """Dimensions *start_dim* to *end_dim*, both included, joined into one.

        Raises:
            ShapeError: there are no such dimensions.
        """
        wanted = rules.flatten(self.data.shape, start_dim, end_dim)
        return apply(shaping.reshape, self, sizes=wanted)

    def permute(self, *dims: int | Sequence[int]) -> AnyTensor:
        """The dimensions in the order *dims*.

        Raises:
            ShapeError: *dims* does not name each dimension once.
        """
        order = _listed(dims)
        rules.permute(self.data.shape, order)
        return apply(shaping.permute, self, dims=tuple(order))

    def transpose(self, dim0: int, dim1: int) -> AnyTensor:
        """Two dimensions swapped.

        Raises:
            ShapeError: there are no such dimensions.
        """
        rules.transpose(self.data.shape, dim0, dim1)
        order = list(range(self.ndim))
        order[dim0], order[dim1] = order[dim1], order[dim0]
        return apply(shaping.permute, self, dims=tuple(order))

    def __getitem__(self, key: Key | tuple[Key, ...]) -> AnyTensor:
        """A selection by integers, slices, None, Ellipsis and integer tensors, as in numpy.

        Raises:
            ShapeError: there are more indices than dimensions, or an integer lies outside.
        """
        keys = key if isinstance(key, tuple) else (key,)
        arrays = [item.data if isinstance(item, Tensor) else item for item in keys]
        rules.index(self.data.shape, [_as_index(item) for item in arrays])
        return apply(shaping.index, self, key=tuple(arrays))


AnyTensor: TypeAlias = Tensor[*tuple[Any, ...]]
"""A tensor of unknown shape. The checker accepts it where any shape is wanted."""


def apply(op: Callable[..., Result], *tensors: AnyTensor, **options: Any) -> AnyTensor:
    """Run *op* on the arrays of *tensors*, and record it if one of them requires a gradient.

    Raises:
        DeviceError: the tensors are on different devices.
    """
    if len(tensors) > 1:
        same_device(*(tensor.data for tensor in tensors))
    data, vjp = op(*(tensor.data for tensor in tensors), **options)
    result: AnyTensor = Tensor(data)
    # Integers have no gradient: x.to(np.int64) leaves the tape.
    if is_grad_enabled() and any(tensor.requires_grad for tensor in tensors) and _is_floating(result):
        result.requires_grad = True
        result._node = Node(vjp, tuple(map(_source, tensors)))
    return result


def gate(
    tensors: Sequence[AnyTensor], function: Callable[[list[Array | None]], Sequence[Array | None]]
) -> list[AnyTensor]:
    """The same tensors. In the backward pass *function* is given all their gradients, and returns those that go on.

    It is called once, when none will arrive any more; a gradient is None where none arrived. If no tensor requires a
    gradient it is never called.
    """
    if not is_grad_enabled() or not any(tensor.requires_grad for tensor in tensors):
        return list(tensors)
    arrived: list[Array | None] = [None] * len(tensors)
    nothing = np.zeros(())

    def release(_: Array, needs: Needs) -> tuple[Array | None, ...]:
        gradients = list(arrived)
        arrived[:] = [None] * len(arrived)
        return tuple(function(gradients))

    # Nodes are visited from the newest to the oldest: this one after all those below.
    barrier = Node(release, tuple(map(_source, tensors)))

    def through(place: int, tensor: AnyTensor) -> AnyTensor:
        def keep(gradient: Array, needs: Needs) -> tuple[Array | None, ...]:
            arrived[place] = gradient
            return (nothing,)

        result: AnyTensor = Tensor(tensor.data)
        result.requires_grad = True
        result._node = Node(keep, (barrier,))
        return result

    return [through(place, tensor) if tensor.requires_grad else tensor for place, tensor in enumerate(tensors)]


def _source(tensor: AnyTensor) -> Node | Leaf | None:
    if not tensor.requires_grad:
        return None
    return tensor if tensor._node is None else tensor._node


def _convert(x: Array, *, target: str | DTypeLike) -> Result:
    if isinstance(target, str) and (target == "cpu" or target.startswith("cuda")):
        home = device_of(x)
        return to_device(x, target), lambda grad, needs: (to_device(grad, home),)
    return x.astype(target, copy=False), lambda grad, needs: (grad.astype(x.dtype),)


def _constant(value: Scalar, like: AnyTensor) -> AnyTensor:
    """A number takes the tensor's dtype, unless it is a float and the tensor is not, or an int and the tensor bool."""
    dtype = like.dtype
    if isinstance(value, float | np.floating) and not _is_floating(like):
        dtype = np.dtype(np.float32)
    elif dtype == np.bool_ and not isinstance(value, bool):
        dtype = np.dtype(np.int64)
    return Tensor(np.asarray(value, dtype=dtype, like=like.data))


def _boolean(subject: str, name: str, tensor: AnyTensor, like: AnyTensor) -> Array:
    if tensor.dtype != np.bool_:
        raise ValueError(f"{subject} expects {name} to be bool, got dtype {tensor.dtype}")
    same_device(tensor.data, like.data)
    return tensor.data


def _floating(tensor: AnyTensor) -> AnyTensor:
    return tensor if _is_floating(tensor) else tensor.to(np.float32)


def _is_floating(tensor: AnyTensor) -> bool:
    return tensor.data.dtype.kind == "f"


def _matched(a: AnyTensor, b: AnyTensor) -> tuple[AnyTensor, AnyTensor]:
    """Beside a floating operand, an integer one takes its dtype: numpy would make float64 of int64 and float32."""
    if _is_floating(a) == _is_floating(b):
        return a, b
    return (a, b.to(a.dtype)) if _is_floating(a) else (a.to(b.dtype), b)


def _binary(name: str, op: Callable[..., Result], a: AnyTensor, b: AnyTensor | Scalar) -> AnyTensor:
    if isinstance(b, Tensor):
        rules.broadcast(a.data.shape, b.data.shape, name)
    elif isinstance(b, _NUMBERS):
        b = _constant(b, a)
    else:
        return NotImplemented
    return apply(op, *_matched(a, b))


def _reflected(name: str, op: Callable[..., Result], a: AnyTensor, b: Scalar) -> AnyTensor:
    return _binary(name, op, _constant(b, a), a) if isinstance(b, _NUMBERS) else NotImplemented


def _compare(name: str, function: Callable[[Array, Any], Array], a: AnyTensor, b: object) -> AnyTensor:
    if isinstance(b, Tensor):
        rules.broadcast(a.data.shape, b.data.shape, name)
        same_device(a.data, b.data)
        return Tensor(np.asarray(function(a.data, b.data), like=a.data))
    if isinstance(b, _NUMBERS):
        return Tensor(np.asarray(function(a.data, b), like=a.data))
    if hasattr(b, "__array_ufunc__"):  # Python would compare identities, and say False
        raise TypeError(f"{name} expects a tensor or a number, got {type(b).__name__}")
    return NotImplemented  # type: ignore[no-any-return]  # Python then asks the other operand


def _reduced(
    name: str, op: Callable[..., Result], x: AnyTensor, dim: int | tuple[int, ...] | None, keepdim: bool
) -> AnyTensor:
    rules.reduce(x.data.shape, dim, keepdim, name)
    return apply(op, x, dim=(dim,) if isinstance(dim, int) else dim, keepdim=keepdim)


def _listed(values: Sequence[int | Sequence[int]]) -> list[int]:
    """Sizes come as separate ints or as one sequence."""
    given: Any = values[0] if len(values) == 1 and isinstance(values[0], tuple | list) else values
    return [index(value) for value in given]


def _as_index(item: Any) -> rules.Index:
    if hasattr(item, "dtype"):
        if not np.issubdtype(item.dtype, np.integer):
            raise TypeError(f"an index tensor must hold integers, got dtype {item.dtype}")
        return rules.IndexArray(item.shape)
    if isinstance(item, bool) or not (item is None or item is Ellipsis or isinstance(item, int | slice)):
        raise TypeError(f"an index must be an int, a slice, None, Ellipsis or an integer tensor, got {item!r}")
    return item
