"""What cannot be arranged so. Each function has one defect."""

import shapenet
from shapenet import Tensor
from shapenet.dims import B, Batch, C, H, N, W


def view(x: Tensor[2, 6]) -> None:
    #: error: view cannot turn [2, 6] to [5, -1]: 12 elements do not divide by 5 [shape]
    x.view(5, -1)


def deduced(x: Tensor[2, 6], n: int) -> None:
    #: error: reshape cannot turn [2, 6] to [?, 5]: 12 elements do not divide by 5 [shape]
    x.reshape(n, 5)


def starred(x: Tensor[B, C, H, W]) -> None:
    #: error: reshape cannot turn [B, C, H, W] to [B, C, H]: B*C*H*W elements do not make B*C*H [shape]
    x.reshape(*x.shape[:2], x.shape[2])


def packed(x: Tensor[*Batch, N]) -> None:
    #: error: reshape cannot turn [*Batch, N] to [*Batch, 2*N]: N elements do not make 2*N [shape]
    x.reshape(*x.shape[:-1], 2 * x.shape[-1])


def no_size(x: Tensor[2, 6]) -> None:
    #: error: Argument 1 to "reshape" of "Shaping" has incompatible type "str"; expected "int | Sequence[int]" [arg-type]
    x.reshape("3")


def reshaped_as(x: Tensor[2, 6], y: Tensor[3, 5]) -> None:
    #: error: reshape_as cannot turn [2, 6] to [3, 5]: 12 elements do not make 15 [shape]
    x.reshape_as(y)


def unflattened(x: Tensor[B, 6]) -> None:
    #: error: unflatten cannot turn dimension 1 of [B, 6] to [4, -1]: 6 elements do not divide by 4 [shape]
    x.unflatten(1, (4, -1))


def squeezed(x: Tensor[B, 1]) -> None:
    #: error: squeeze got dimension 2, but [B, 1] has 2 dimensions [shape]
    x.squeeze(2)


def squeezed_twice(x: Tensor[B, 1]) -> None:
    #: error: squeeze got dimension 1 of [B, 1] twice, in [1, -1] [shape]
    x.squeeze((1, -1))


def unsqueezed(x: Tensor[B, 1]) -> None:
    #: error: unsqueeze expects dim from -3 to 2 for [B, 1], got 3 [shape]
    x.unsqueeze(3)


def expanded(x: Tensor[B, 3]) -> None:
    #: error: expand cannot expand [B, 3] to [-1, 6]: dimension -1 is 3, and only 1 can become 6 [shape]
    x.expand(-1, 6)


def expanded_name(x: Tensor[B, 3]) -> None:
    #: error: expand cannot expand [B, 3] to [4, 3]: dimension -2 is B, and only 1 can become 4 [shape]
    x.expand(4, 3)


def kept(x: Tensor[B, 3]) -> None:
    #: error: expand cannot expand [B, 3] to [-1, -1, 3]: -1 keeps a size, but there is no dimension -3 [shape]
    x.expand(-1, -1, 3)


def too_few(x: Tensor[B, 3]) -> None:
    #: error: expand expects at least 2 sizes for [B, 3], got [3] [shape]
    x.expand(3)


def expanded_as(x: Tensor[B, 3], y: Tensor[B, 4]) -> None:
    #: error: expand_as cannot expand [B, 3] to [B, 4]: dimension -1 is 3, and only 1 can become 4 [shape]
    x.expand_as(y)


def repeated(x: Tensor[B, 3]) -> None:
    #: error: repeat expects at least 2 numbers of copies for [B, 3], got [2] [shape]
    x.repeat(2)


def tiled(x: Tensor[B, 3]) -> None:
    #: error: tile expects numbers of copies that are at least 0, got [2, -1] [shape]
    shapenet.tile(x, (2, -1))


def interleaved(x: Tensor[B, 3]) -> None:
    #: error: repeat_interleave got dimension 2, but [B, 3] has 2 dimensions [shape]
    x.repeat_interleave(2, dim=2)


def moved(x: Tensor[B, C, H]) -> None:
    #: error: movedim expects as many dimensions in destination as in source, got destination=2 for source=[0, 1] [shape]
    x.movedim((0, 1), 2)


def swapped(x: Tensor[B, C, H]) -> None:
    #: error: swapaxes got dimension 3, but [B, C, H] has 3 dimensions [shape]
    x.swapaxes(0, 3)


def turned(x: Tensor[B, C, H]) -> None:
    #: error: T expects 2 dimensions, got [B, C, H] [shape]
    x.T


def matrices(x: Tensor[B]) -> None:
    #: error: mT expects at least 2 dimensions, got [B] [shape]
    x.mT


def flipped(x: Tensor[B, C]) -> None:
    #: error: flip got dimension 0 of [B, C] twice, in [0, -2] [shape]
    x.flip(0, -2)


def rolled(x: Tensor[B, C]) -> None:
    #: error: roll expects as many shifts as dims, got shifts=[1, 2] for dims=0 [shape]
    x.roll((1, 2), 0)


def triangle(x: Tensor[B]) -> None:
    #: error: tril expects at least 2 dimensions, got [B] [shape]
    x.tril()


def diagonal(x: Tensor[B, C]) -> None:
    #: error: diagonal got dimension 1 of [B, C] twice, in [1, -1] [shape]
    x.diagonal(0, 1, -1)


def split(x: Tensor[B, 7]) -> None:
    #: error: split expects sizes that add up to 7, the size of dimension 1 of [B, 7], got [3, 3], which make 6 [shape]
    x.split([3, 3], dim=1)


def split_by_nothing(x: Tensor[B, 7]) -> None:
    #: error: split expects the size of the parts to be above 0, got 0 [shape]
    shapenet.split(x, 0, 1)


def unpacked(x: Tensor[B, 7]) -> None:
    #: error: Too many values to unpack (2 expected, 3 provided) [misc]
    a, b = x.split(3, dim=1)


def chunk(x: Tensor[B, 7]) -> None:
    #: error: chunk expects chunks to be at least 1, got 0 [shape]
    x.chunk(0)


def sections(x: Tensor[B, 7]) -> None:
    #: error: tensor_split expects indices_or_sections to be at least 1, got 0 [shape]
    x.tensor_split(0)


def unbound(x: Tensor[B, 7]) -> None:
    #: error: unbind got dimension 2, but [B, 7] has 2 dimensions [shape]
    x.unbind(2)


def narrowed(x: Tensor[B, 7]) -> None:
    #: error: narrow expects length to be at most 2 for start=5 in dimension 1 of [B, 7], got 3 [shape]
    x.narrow(1, 5, 3)


def selected(x: Tensor[B, 7]) -> None:
    #: error: select got 7 for dimension 1 of [B, 7], which has size 7 [shape]
    x.select(1, 7)


def stacked(x: Tensor[B, 3], y: Tensor[B, 4]) -> None:
    #: error: stack expects tensors of one shape, got [B, 3] and [B, 4]: dimension 1 is 3 against 4 [shape]
    shapenet.stack([x, y])


def stacked_ranks(x: Tensor[B, 3], y: Tensor[3]) -> None:
    #: error: stack expects tensors of one shape, got [B, 3] and [3]: 2 dimensions against 1 [shape]
    shapenet.stack([x, y])


def stacked_at(x: Tensor[B, 3]) -> None:
    #: error: stack expects dim from -3 to 2 for [B, 3], got 3 [shape]
    shapenet.stack([x, x], 3)


def negative() -> None:
    #: error: zeros expects sizes that are ints, at least 0, got -1 [shape]
    shapenet.zeros(2, -1)


def size(x: Tensor[B, 3]) -> None:
    #: error: size got dimension 2, but [B, 3] has 2 dimensions [shape]
    x.size(2)


def parts_differ(x: Tensor[B, 6]) -> None:
    q, k = x.chunk(2, 1)
    #: error: matmul cannot multiply [B, 3] @ [B, 3]: dimension -1 of the first is 3, dimension -2 of the second is B [shape]
    q @ k


def never_divisible(x: Tensor["2*H - 1"]) -> None:
    """It is odd."""
    #: error: reshape cannot turn [2*H - 1] to [6, -1]: 2*H - 1 elements do not divide by 6 [shape]
    x.reshape(6, -1)
