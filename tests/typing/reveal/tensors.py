"""Types of operators, methods and functions of tensors."""

from typing import Any, TypeVar

import shapenet
from shapenet import AnyTensor, BoolTensor, IntTensor, Tensor
from shapenet import functional as F
from shapenet.dims import B, Batch, C, H, K, M, N, W
from shapenet.nn import Parameter

Whatever = TypeVar("Whatever")


def arithmetic(x: Tensor[B, 3, 4], y: Tensor[4], z: Tensor[B, 1, 4], n: Tensor[N], u: Tensor[Any, 3, 4]) -> None:
    """Broadcasting."""
    #: note: Revealed type is "Tensor[B, Literal[3], Literal[4]]"
    reveal_type(x + y)
    #: note: Revealed type is "Tensor[B, Literal[3], Literal[4]]"
    reveal_type(x * z)
    #: note: Revealed type is "Tensor[B, Literal[3], Literal[4]]"
    reveal_type(x - 1)
    #: note: Revealed type is "Tensor[B, Literal[3], Literal[4]]"
    reveal_type(2 / x)
    #: note: Revealed type is "Tensor[B, Literal[3], Literal[4]]"
    reveal_type(-x)
    #: note: Revealed type is "Tensor[B, Literal[3], Literal[4]]"
    reveal_type(x**2)
    #: note: Revealed type is "Tensor[N]"
    reveal_type(n + 1.5)
    #: note: Revealed type is "Tensor[Any, Literal[3], Literal[4]]"
    reveal_type(u + y)
    #: note: Revealed type is "Tensor[Any, Literal[3], Literal[4]]"
    reveal_type(u * x)
    #: note: Revealed type is "BoolTensor[B, Literal[3], Literal[4]]"
    reveal_type(x > 0)


def products(a: Tensor[B, M, K], b: Tensor[K, N], v: Tensor[K], c: Tensor[2, 3], d: Tensor[5, 3, 4]) -> None:
    """Matrix products."""
    #: note: Revealed type is "Tensor[B, M, N]"
    reveal_type(a @ b)
    #: note: Revealed type is "Tensor[B, M]"
    reveal_type(a @ v)
    #: note: Revealed type is "Tensor[Literal[5], Literal[2], Literal[4]]"
    reveal_type(c @ d)
    #: note: Revealed type is "Tensor[()]"
    reveal_type(v @ v)


def reductions(x: Tensor[B, C, H, W]) -> None:
    """Sums, means, maxima."""
    #: note: Revealed type is "Tensor[()]"
    reveal_type(x.sum())
    #: note: Revealed type is "Tensor[B, C]"
    reveal_type(x.mean((2, 3)))
    #: note: Revealed type is "Tensor[B, Literal[1], H, W]"
    reveal_type(x.mean(dim=1, keepdim=True))
    #: note: Revealed type is "Tensor[B, C, H]"
    reveal_type(x.amax(-1))
    #: note: Revealed type is "IntTensor[B, H, W]"
    reveal_type(x.argmax(1))
    #: note: Revealed type is "Tensor[()]"
    reveal_type(x.max())
    #: note: Revealed type is "Tensor[B, C, H, W]"
    reveal_type(x.log_softmax(1))


def shapes(x: Tensor[B, C, H, W], y: Tensor[2, 6], n: int) -> None:
    """Reshape, flatten, permute, transpose."""
    #: note: Revealed type is "Tensor[Literal[3], Literal[4]]"
    reveal_type(y.reshape(3, 4))
    #: note: Revealed type is "Tensor[Literal[3], Literal[4]]"
    reveal_type(y.reshape((-1, 4)))
    #: note: Revealed type is "Tensor[B, Size[Literal['C*H*W'], C, H, W]]"
    reveal_type(x.reshape(x.shape[0], -1))
    #: note: Revealed type is "Tensor[Size[Literal['(B*C*H*W)//2'], B, C, H, W], Literal[2]]"
    reveal_type(x.reshape(-1, 2))
    #: note: Revealed type is "Tensor[Literal[4], Literal[3]]"
    reveal_type(y.reshape(n, 3))
    #: note: Revealed type is "Tensor[Size[Literal['B*C*H*W'], B, C, H, W]]"
    reveal_type(x.flatten())
    #: note: Revealed type is "Tensor[B, Size[Literal['C*H*W'], C, H, W]]"
    reveal_type(x.flatten(1))
    #: note: Revealed type is "Tensor[B, Size[Literal['C*H'], C, H], W]"
    reveal_type(x.flatten(1, 2))
    #: note: Revealed type is "Tensor[B, H, W, C]"
    reveal_type(x.permute(0, 2, 3, 1))
    #: note: Revealed type is "Tensor[B, W, H, C]"
    reveal_type(x.transpose(1, -1))
    #: note: Revealed type is "tuple[B, C, H, W]"
    reveal_type(x.shape)
    #: note: Revealed type is "C"
    reveal_type(x.shape[1])


def selections(x: Tensor[B, 10, H], i: IntTensor[5], n: int) -> None:
    """Indexing."""
    #: note: Revealed type is "Tensor[Literal[10], H]"
    reveal_type(x[0])
    #: note: Revealed type is "Tensor[B, H]"
    reveal_type(x[:, 3])
    #: note: Revealed type is "Tensor[B, Literal[3], H]"
    reveal_type(x[:, 2:8:2])
    #: note: Revealed type is "Tensor[B, Literal[10]]"
    reveal_type(x[..., -1])
    #: note: Revealed type is "Tensor[Literal[1], B, Literal[1], H]"
    reveal_type(x[None, :, :1])
    #: note: Revealed type is "Tensor[B, Literal[5], H]"
    reveal_type(x[:, i])
    #: note: Revealed type is "Tensor[Literal[10], H]"
    reveal_type(x[n])
    #: note: Revealed type is "Tensor[Any, Literal[10], H]"
    reveal_type(x[:n])


def elementwise(x: Tensor[*Batch, 3]) -> None:
    """The shape stays, however many dimensions there are."""
    #: note: Revealed type is "Tensor[*Batch, Literal[3]]"
    reveal_type(x.exp())
    #: note: Revealed type is "Tensor[*Batch, Literal[3]]"
    reveal_type(x.relu().sqrt())
    #: note: Revealed type is "Tensor[*Batch, Literal[3]]"
    reveal_type(F.sigmoid(x))
    #: note: Revealed type is "Tensor[*Batch]"
    reveal_type(x.sum(-1))


def functions(x: Tensor[B, 3, 32, 32], w: Tensor[8, 3, 3, 3], m: Tensor[10, 32], t: IntTensor[B]) -> None:
    """Functions."""
    #: note: Revealed type is "Tensor[B, Literal[8], Literal[16], Literal[16]]"
    reveal_type(F.conv2d(x, w, stride=2, padding=1))
    #: note: Revealed type is "Tensor[B, Literal[8], Literal[32], Literal[32]]"
    reveal_type(F.conv2d(x, w, padding="same"))
    #: note: Revealed type is "Tensor[B, Literal[3], Literal[16], Literal[16]]"
    reveal_type(F.max_pool2d(x, 2))
    #: note: Revealed type is "Tensor[B, Literal[3], Literal[32], Literal[10]]"
    reveal_type(F.linear(x, m))
    #: note: Revealed type is "Tensor[()]"
    reveal_type(F.cross_entropy(x.mean((2, 3)), t))
    #: note: Revealed type is "Tensor[B, Literal[3], Literal[32], Literal[32]]"
    reveal_type(F.dropout(x, 0.1))


def creation(n: int) -> None:
    """Sizes of new tensors."""
    #: note: Revealed type is "Tensor[Literal[2], Literal[3]]"
    reveal_type(shapenet.zeros(2, 3))
    #: note: Revealed type is "Tensor[Literal[2], Literal[3]]"
    reveal_type(shapenet.ones((2, 3)))
    #: note: Revealed type is "Tensor[Any, Literal[3]]"
    reveal_type(shapenet.randn(n, 3))
    #: note: Revealed type is "Tensor[Literal[2]]"
    reveal_type(shapenet.full((2,), 1.0))
    #: note: Revealed type is "Tensor[Literal[3], Literal[3]]"
    reveal_type(shapenet.eye(3))
    #: note: Revealed type is "IntTensor[Literal[4]]"
    reveal_type(shapenet.arange(2, 10, 2))
    #: note: Revealed type is "Tensor[Literal[3], Literal[2]]"
    reveal_type(shapenet.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]))


def convolutions(x: Tensor[B, 4, N], y: Tensor[4, 9], w: Tensor[4, 8, 3], v: Tensor[8, 4, 3], mode: str) -> None:
    """Functions of signals, and padding."""
    #: note: Revealed type is "Tensor[B, Literal[8], N]"
    reveal_type(F.conv1d(x, v, padding="same"))
    #: note: Revealed type is "Tensor[Literal[8], Literal[5]]"
    reveal_type(F.conv1d(y, v, None, 2, 1))
    #: note: Revealed type is "Tensor[B, Literal[8], Size[Literal['2*N + 1'], N]]"
    reveal_type(F.conv_transpose1d(x, w, stride=2))
    #: note: Revealed type is "Tensor[B, Literal[4], Size[Literal['N + 3'], N]]"
    reveal_type(F.pad(x, (1, 2)))
    #: note: Revealed type is "Tensor[B, Literal[2], Size[Literal['N + 2'], N]]"
    reveal_type(F.pad(x, (1, 1, -2, 0), value=0.5))
    #: note: Revealed type is "Tensor[Literal[4], Literal[17]]"
    reveal_type(F.pad(y, (3, 5), mode))
    #: note: Revealed type is "Tensor[*tuple[Any, ...]]"
    reveal_type(F.pad(y, [3, 5]))


def halve(x: Tensor[B, C, H, W]) -> Tensor[B, C, "H//2", "W//2"]:
    """A formula in the result."""
    return F.max_pool2d(x, 2)


def double(x: Tensor[B, N], twice: Tensor["2*N"]) -> Tensor[B, "2*N + 1"]:
    """A formula in a parameter."""
    return shapenet.zeros(x.shape[0], 2 * x.shape[1] + 1)


def last(x: Tensor[*Batch, N]) -> Tensor[*Batch]:
    """Any number of leading dimensions."""
    return x.sum(-1)


def calls(x: Tensor[B, 3, 28, 30], y: Tensor[B, C, H, H], z: Tensor[5, 7], w: Tensor[14], u: AnyTensor) -> None:
    """Formulas are computed at each call."""
    #: note: Revealed type is "Tensor[B, Literal[3], Literal[14], Literal[15]]"
    reveal_type(halve(x))
    #: note: Revealed type is "Tensor[B, C, Size[Literal['H//4'], H], Size[Literal['H//4'], H]]"
    reveal_type(halve(halve(y)))
    #: note: Revealed type is "Tensor[Literal[5], Literal[15]]"
    reveal_type(double(z, w))
    #: note: Revealed type is "Tensor[B, Literal[3], Literal[28]]"
    reveal_type(last(x))
    #: note: Revealed type is "Tensor[Any, Any, Any, Any]"
    reveal_type(halve(u))


def inside(pair: tuple[Tensor[N], int], maybe: Tensor["2*N"] | None, rest: list[Tensor[N, "N+1"]]) -> Tensor["3*N"]:
    """Shapes inside other types."""
    return shapenet.zeros(3 * pair[0].shape[0])


def insides(a: Tensor[4], b: Tensor[8] | None, c: list[Tensor[4, 5]]) -> None:
    """They bind and are checked like others."""
    #: note: Revealed type is "Tensor[Literal[12]]"
    reveal_type(inside((a, 1), b, c))
    #: note: Revealed type is "Tensor[Literal[12]]"
    reveal_type(inside((a, 1), None, []))


def slices_of_unknown_bounds(x: Tensor[B, 3, 4], rows: slice) -> None:
    """A slice takes no dimension away."""
    #: note: Revealed type is "Tensor[*tuple[Any, ...]]"
    reveal_type(x[rows])


def joined(x: Tensor[B, 3, H], y: Tensor[B, C, H], pair: tuple[Tensor[N], Tensor[M]], many: list[AnyTensor]) -> None:
    #: note: Revealed type is "Tensor[B, Size[Literal['C + 3'], C], H]"
    reveal_type(shapenet.cat([x, y], 1))
    #: note: Revealed type is "Tensor[B, Size[Literal['C + 6'], C], H]"
    reveal_type(shapenet.cat((x, y, x), dim=-2))
    #: note: Revealed type is "Tensor[Size[Literal['2*B'], B], Literal[3], H]"
    reveal_type(shapenet.cat([x, x]))
    #: note: Revealed type is "Tensor[Size[Literal['M + N'], M, N]]"
    reveal_type(shapenet.cat(pair))
    #: note: Revealed type is "Tensor[*tuple[Any, ...]]"
    reveal_type(shapenet.cat(many, 1))
    #: note: Revealed type is "Tensor[*tuple[Any, ...]]"
    reveal_type(shapenet.cat([x, *many], 1))


def slices_of_names(x: Tensor[B, H], y: Tensor["2*H + 3", "3*C"], c: C, z: Tensor[H, C]) -> None:
    """A name stands for at least 1."""
    #: note: Revealed type is "Tensor[Size[Literal['B - 1'], B], H]"
    reveal_type(x[1:])
    #: note: Revealed type is "Tensor[Size[Literal['B - 1'], B], Literal[1]]"
    reveal_type(x[:-1, -1:])
    #: note: Revealed type is "Tensor[B, Size[Literal['(H+1)//2'], H]]"
    reveal_type(x[:, ::2])
    #: note: Revealed type is "Tensor[B, H]"
    reveal_type(x[:, ::-1])
    #: note: Revealed type is "Tensor[B, Size[Literal['H//2'], H]]"
    reveal_type(x[:, : x.shape[1] // 2])
    #: note: Revealed type is "Tensor[B, Size[Literal['H - H//2'], H]]"
    reveal_type(x[:, x.shape[1] // 2 :])
    #: note: Revealed type is "Tensor[Size[Literal['B - 1'], B], Literal[1]]"
    reveal_type(x[: x.shape[0] - 1, x.shape[1] - 1 :])
    #: note: Revealed type is "Tensor[Size[Literal['2*H - 1'], H], C]"
    reveal_type(y[2:-2, c : 2 * c])
    #: note: Revealed type is "tuple[Tensor[Literal[1], C], Tensor[Size[Literal['H - 1'], H], C]]"
    reveal_type(z.tensor_split([1]))
    #: note: Revealed type is "Tensor[Any, H]"
    reveal_type(x[2:])
    #: note: Revealed type is "Tensor[B, Any]"
    reveal_type(x[:, 1:-1])


def of_sizes_that_are_unknown(x: IntTensor[int, 3], y: Parameter[int], z: BoolTensor[int], u: Tensor[int]) -> None:
    """An ``int`` that takes the place of a name is unknown, in each kind of tensor."""
    #: note: Revealed type is "IntTensor[Any, Literal[3]]"
    reveal_type(itself(x))
    #: note: Revealed type is "Parameter[Any]"
    reveal_type(itself(y))
    #: note: Revealed type is "BoolTensor[Any]"
    reveal_type(itself(z))
    #: note: Revealed type is "list[Tensor[Any]]"
    reveal_type(itself([u]))


def itself(x: Whatever) -> Whatever:
    return x
