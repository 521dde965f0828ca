"""Integer and boolean tensors are told from floating ones."""

import numpy as np

import shapenet
from shapenet import AnyTensor, BoolTensor, IntTensor, Tensor, nn
from shapenet import functional as F
from shapenet.dims import B, C, H, N, W


def comparisons(x: Tensor[B, C], y: Tensor[C], labels: IntTensor[B]) -> None:
    #: note: Revealed type is "BoolTensor[B, C]"
    reveal_type(x > 0)
    #: note: Revealed type is "BoolTensor[B, C]"
    reveal_type(x == y)
    #: note: Revealed type is "BoolTensor[B]"
    reveal_type(labels != 3)
    #: note: Revealed type is "IntTensor[B]"
    reveal_type((x > 0).sum(1))
    #: note: Revealed type is "Tensor[()]"
    reveal_type((x > 0).mean())


def arithmetic(x: Tensor[B], i: IntTensor[B], mask: BoolTensor[B]) -> None:
    #: note: Revealed type is "IntTensor[B]"
    reveal_type(i + 1)
    #: note: Revealed type is "Tensor[B]"
    reveal_type(i + 1.5)
    #: note: Revealed type is "IntTensor[B]"
    reveal_type(2 * i)
    #: note: Revealed type is "Tensor[B]"
    reveal_type(i / 2)
    #: note: Revealed type is "Tensor[B]"
    reveal_type(x * i)
    #: note: Revealed type is "IntTensor[B]"
    reveal_type(i - mask)
    #: note: Revealed type is "IntTensor[B]"
    reveal_type(mask + 1)
    #: note: Revealed type is "IntTensor[B]"
    reveal_type(1 - mask)
    #: note: Revealed type is "IntTensor[B]"
    reveal_type(-i)
    #: note: Revealed type is "IntTensor[()]"
    reveal_type(i.sum())
    #: note: Revealed type is "IntTensor[()]"
    reveal_type(i.amax(0))
    #: note: Revealed type is "Tensor[()]"
    reveal_type(i.mean())
    #: note: Revealed type is "Tensor[B]"
    reveal_type(i.exp())


def moved(i: IntTensor[B, 6], mask: BoolTensor[B, 4]) -> None:
    #: note: Revealed type is "IntTensor[Literal[2], B, Literal[3]]"
    reveal_type(i.reshape(-1, 2, 3).transpose(0, 1))
    #: note: Revealed type is "IntTensor[B]"
    reveal_type(i[:, 0])
    #: note: Revealed type is "BoolTensor[Size[Literal['4*B'], B]]"
    reveal_type(mask.flatten())
    #: note: Revealed type is "IntTensor[B, Literal[6]]"
    reveal_type(nn.Flatten()(i))
    #: note: Revealed type is "IntTensor[B, Literal[12]]"
    reveal_type(shapenet.cat([i, i], 1))
    #: note: Revealed type is "Tensor[B, Literal[12]]"
    reveal_type(shapenet.cat([i, i.to(np.float32)], 1))


def places(x: Tensor[B, C, H, W]) -> None:
    #: note: Revealed type is "IntTensor[B, H, W]"
    reveal_type(x.argmax(1))
    values, where = nn.MaxPool2d(2, return_indices=True)(x)
    #: note: Revealed type is "IntTensor[B, C, Size[Literal['H//2'], H], Size[Literal['W//2'], W]]"
    reveal_type(where)
    #: note: Revealed type is "Tensor[B, C, H, W]"
    reveal_type(shapenet.where(x > 0, x, 0))
    #: note: Revealed type is "Tensor[B, C, H, W]"
    reveal_type(x.masked_fill(x > 0, 1))


def converted(x: Tensor[B, 3], i: IntTensor[B], dtype: np.dtype[np.int32]) -> None:
    #: note: Revealed type is "IntTensor[B, Literal[3]]"
    reveal_type(x.to(np.int64))
    #: note: Revealed type is "IntTensor[B, Literal[3]]"
    reveal_type(x.to("int32"))
    #: note: Revealed type is "IntTensor[B, Literal[3]]"
    reveal_type(x.to(dtype))
    #: note: Revealed type is "BoolTensor[B, Literal[3]]"
    reveal_type(x.to(bool))
    #: note: Revealed type is "Tensor[B]"
    reveal_type(i.to("float64"))
    #: note: Revealed type is "IntTensor[B]"
    reveal_type(i.to("cuda:0"))


def made() -> None:
    #: note: Revealed type is "IntTensor[Literal[5]]"
    reveal_type(shapenet.arange(5))
    #: note: Revealed type is "Tensor[Any]"
    reveal_type(shapenet.arange(0.0, 1.0, 0.25))
    #: note: Revealed type is "Tensor[Literal[5]]"
    reveal_type(shapenet.arange(5, dtype=np.float32))
    #: note: Revealed type is "IntTensor[Literal[2]]"
    reveal_type(shapenet.zeros(2, dtype=np.int64))
    #: note: Revealed type is "IntTensor[Literal[2], Literal[3]]"
    reveal_type(shapenet.full((2, 3), 7))
    #: note: Revealed type is "Tensor[Literal[2], Literal[3]]"
    reveal_type(shapenet.full((2, 3), 7.0))
    #: note: Revealed type is "BoolTensor[Literal[2], Literal[3]]"
    reveal_type(shapenet.full((2, 3), True))
    #: note: Revealed type is "IntTensor[Literal[3]]"
    reveal_type(shapenet.tensor([1, 2, 3]))
    #: note: Revealed type is "Tensor[Literal[1], Literal[2]]"
    reveal_type(shapenet.tensor([[1, 2.5]]))
    #: note: Revealed type is "BoolTensor[Literal[2]]"
    reveal_type(shapenet.tensor([True, False]))


def used(x: Tensor[B, 10], labels: IntTensor[B], soft: Tensor[B, 10], unknown: AnyTensor) -> None:
    #: note: Revealed type is "Tensor[()]"
    reveal_type(F.cross_entropy(x, labels))
    #: note: Revealed type is "Tensor[()]"
    reveal_type(F.cross_entropy(x, soft))
    #: note: Revealed type is "Tensor[()]"
    reveal_type(F.cross_entropy(x, unknown))
    #: note: Revealed type is "Tensor[B, Literal[3]]"
    reveal_type(nn.Embedding(10, 3)(labels))
    #: note: Revealed type is "Tensor[B, Literal[3]]"
    reveal_type(nn.Embedding(10, 3)(x.argmax(1)))


def first(labels: IntTensor[N]) -> IntTensor[N]:
    return labels


def generic(x: Tensor[B, C]) -> Tensor[B, C]:
    return x


def passed(labels: IntTensor[B], pairs: IntTensor[B, 2], unknown: AnyTensor) -> None:
    #: note: Revealed type is "IntTensor[B]"
    reveal_type(first(labels))
    #: note: Revealed type is "IntTensor[Any]"
    reveal_type(first(unknown))
    #: note: Revealed type is "Tensor[B, Literal[2]]"
    reveal_type(generic(pairs))


def of_sizes(x: Tensor[B, 6, "2*H"], i: IntTensor[B]) -> None:
    #: note: Revealed type is "IntTensor[B]"
    reveal_type(shapenet.arange(x.shape[0]))
    #: note: Revealed type is "IntTensor[Literal[6]]"
    reveal_type(shapenet.arange(x.shape[1]))
    #: note: Revealed type is "IntTensor[Size[Literal['2*H'], H]]"
    reveal_type(shapenet.arange(x.shape[2]))
    #: note: Revealed type is "IntTensor[B]"
    reveal_type(i + x.shape[1])
    #: note: Revealed type is "IntTensor[B]"
    reveal_type(i * i.shape[0])


def kept(x: IntTensor[3], y: IntTensor[...], z: BoolTensor[B, 2]) -> None:
    """What gives its input back gives its kind back, and so does an index into nobody knows what."""
    #: note: Revealed type is "IntTensor[Literal[3]]"
    reveal_type(nn.Identity()(x))
    #: note: Revealed type is "BoolTensor[B, Literal[2]]"
    reveal_type(nn.Sequential(nn.Identity(), nn.Identity())(z))
    #: note: Revealed type is "IntTensor[Literal[3]]"
    reveal_type(nn.ModuleList([nn.Linear(1, 3), nn.Identity()])[-1](x))
    #: note: Revealed type is "IntTensor[*tuple[Any, ...]]"
    reveal_type(y[0])
    #: note: Revealed type is "IntTensor[Any]"
    reveal_type(y[1:, 0].view(-1))
