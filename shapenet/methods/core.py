"""What a tensor is: its array, its gradient, its place on the tape, and its way to other devices and types."""

from __future__ import annotations

from types import GenericAlias
from typing import TYPE_CHECKING, Any, Generic, Self, TypeAlias, overload

import numpy as np
from numpy.typing import DTypeLike
from typing_extensions import TypeVarTuple

from shapenet import rules
from shapenet.autograd import Node, backward
from shapenet.backend import Array, beside, check_cuda, device_of, is_device, same_device, to_device, to_numpy
from shapenet.errors import GradientError
from shapenet.kernels import memory
from shapenet.kernels.elementwise import elementwise as elementwise_kernel
from shapenet.methods.numbers import checked_dtype
from shapenet.methods.recording import apply
from shapenet.methods.sizes import whole
from shapenet.methods.watching import watching
from shapenet.ops import Result, elementwise

if TYPE_CHECKING:
    from shapenet.tensors import AnyTensor, Tensor

Shape = TypeVarTuple("Shape")
AnyCore: TypeAlias = "Core[*tuple[Any, ...]]"


class Core(Generic[*Shape]):
    """An array, what is known of it, and its gradient."""

    __slots__ = ("__weakref__", "_node", "data", "grad", "requires_grad")
    __array_ufunc__ = None  # an ndarray operator on the left must not take the tensor apart

    def __init__(self, data: Array, *, requires_grad: bool = False) -> None:
        if requires_grad and data.dtype.kind != "f":
            raise GradientError(f"only floating tensors can require a gradient, got dtype {data.dtype}")
        self.data = data
        self.requires_grad = requires_grad
        self.grad: Tensor[*Shape] | None = None
        self._node: Node | None = None

    def _like(self, data: Array) -> AnyTensor:
        """A tensor of another array: what an operation makes of this one."""
        raise NotImplementedError  # Tensor knows how

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

    @overload
    def size(self) -> tuple[*Shape]: ...
    @overload
    def size(self, dim: int) -> int: ...
    def size(self, dim: int | None = None) -> tuple[*Shape] | int:
        """The size of each dimension, or of dimension *dim*.

        Raises:
            ShapeError: there is no such dimension.
            TypeError: *dim* is no int.
        """
        if dim is None:
            return self.shape
        shape: tuple[int, ...] = self.data.shape
        return shape[rules.axis(shape, whole("size", "dim", dim), "size")]

    def dim(self) -> int:
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
        if watching.watch is not None:
            watching.watch(Core.item, (self,), {}, None)
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
        return np.asarray(to_numpy(self.data))

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> Array:
        return np.array(self.numpy(), dtype=dtype, copy=copy)

    def __dlpack__(
        self,
        *,
        stream: Any = None,
        max_version: tuple[int, int] | None = None,
        dl_device: tuple[int, int] | None = None,
        copy: bool | None = None,
    ) -> Any:
        """What other libraries' ``from_dlpack`` ask for: this memory, which they share.

        A flipped tensor is copied, unless *copy* is False: others take no steps backwards through memory.

        Raises:
            BufferError: the tensor requires a gradient, or it is flipped and *copy* is False.
        """
        if self.requires_grad:
            raise BufferError("from_dlpack() of a tensor that requires a gradient: use detach()")
        if any(step < 0 for step in self.data.strides):
            if copy is False:
                raise BufferError("from_dlpack() of a flipped tensor needs a copy, and copy is False")
            copy = True
        return self.data.__dlpack__(stream=stream, max_version=max_version, dl_device=dl_device, copy=copy)

    def __dlpack_device__(self) -> tuple[int, int]:
        """The kind of device and its number, as DLPack counts them."""
        return self.data.__dlpack_device__()

    # --- gradients ---

    def backward(self, gradient: Tensor[*Shape] | None = None, *, retain_graph: bool = False) -> None:
        """Add to the ``grad`` of every leaf the gradient of this tensor, weighted by *gradient* (1 for a scalar).

        Raises:
            GradientError: nothing here requires a gradient, the tensor is no scalar and *gradient* is missing, or the
                tape was used already.
            DeviceError: *gradient* is on another device.
        """
        if not self.requires_grad:
            raise GradientError("backward() of a tensor that requires no gradient")
        if gradient is None:
            if self.data.size != 1:
                raise GradientError(f"backward() of shape {rules.show(self.data.shape)} needs the gradient argument")
            with beside(self.data):
                start = np.ones_like(self.data)
        else:
            rules.bind("backward", [rules.Argument("gradient", self.data.shape, gradient.data.shape)])
            same_device(self.data, gradient.data)
            start = gradient.data
        if self._node is None:
            self.accumulate_grad(start)
        else:
            backward(self._node, start, retain_graph=retain_graph)

    def accumulate_grad(self, gradient: Array) -> None:
        """Add *gradient* to ``grad``. The array stays the caller's: two leaves may be given the same one."""
        if self.grad is None:
            copy = elementwise_kernel(np.positive, gradient, out=memory.empty_like(gradient, self.dtype))
            self.grad = self._like(copy)
        else:
            elementwise_kernel(np.add, self.grad.data, gradient, out=self.grad.data)

    def requires_grad_(self, requires_grad: bool = True) -> Self:
        """Set whether a gradient is wanted, and return the tensor.

        Raises:
            GradientError: the tensor is no leaf, or not floating.
        """
        if self._node is not None:
            raise GradientError("requires_grad_() of a tensor that an operation made: use detach() first")
        if requires_grad and self.dtype.kind != "f":
            raise GradientError(f"only floating tensors can require a gradient, got dtype {self.dtype}")
        self.requires_grad = requires_grad
        return self

    def detach(self) -> Tensor[*Shape]:
        """The same array, off the tape."""
        return self._like(self.data)

    def clone(self) -> Tensor[*Shape]:
        """A copy that gradients flow through."""
        return apply(elementwise.multiply, self, self._like(np.ones((), self.dtype)))

    def to(self, target: str | DTypeLike) -> Tensor[*Shape]:
        """The tensor on another device (``"cpu"``, ``"cuda:0"``) or of another dtype; gradients flow through.

        A dtype is one of numpy's, or its name: ``np.float64`` or ``"float64"``.

        Raises:
            DeviceError: the device cannot be used.
            TypeError: *target* is neither a device nor a dtype.
        """
        return apply(convert, self, target=target if is_device(target) else checked_dtype("to", target))

    def cpu(self) -> Tensor[*Shape]:
        """The tensor in main memory; gradients flow through."""
        return self.to("cpu")

    def cuda(self, device: int | str = "cuda") -> Tensor[*Shape]:
        """The tensor on a CUDA device, a number or a name (``"cuda:0"``); gradients flow through.

        Raises:
            DeviceError: the device cannot be used.
        """
        return self.to(check_cuda(device))


def convert(x: Array, *, target: str | DTypeLike) -> Result:
    """*x* on another device, or of another dtype."""
    if is_device(target):
        home = device_of(x)
        return to_device(x, target), lambda grad, needs: (to_device(grad, home),)
    return x.astype(target, copy=False), lambda grad, needs: (grad.astype(x.dtype),)
