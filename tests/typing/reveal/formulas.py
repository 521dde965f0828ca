"""Names that stand in formulas alone."""

from shapenet import Tensor, nn
from shapenet.dims import B, C, H, M, N, W


def eighth(x: Tensor[B, 3, "8*H", "8*W"]) -> Tensor[B, H, W]:
    """The names are bound in the body, and found from the sizes of a call."""
    #: note: Revealed type is "Tensor[B, Literal[3], Size[Literal['4*H'], H], Size[Literal['4*W'], W]]"
    reveal_type(nn.MaxPool2d(2)(x))
    y: Tensor[B, 3, "8*H", "8*W"] = x
    return nn.MaxPool2d(8)(y).sum(1)


class Net(nn.Module):
    def __call__(self, pair: tuple[Tensor[B, "2*N - 1"], int], other: Tensor[N, "N*M"] | None) -> Tensor[M, N]:
        raise NotImplementedError


def calls(x: Tensor[2, 3, 32, 64], y: Tensor[B, 3, "16*C", "8*C + 8"], z: Tensor[5, 7], w: Tensor[4, 12]) -> None:
    #: note: Revealed type is "Tensor[Literal[2], Literal[4], Literal[8]]"
    reveal_type(eighth(x))
    #: note: Revealed type is "Tensor[B, Size[Literal['2*C'], C], Size[Literal['C + 1'], C]]"
    reveal_type(eighth(y))
    #: note: Revealed type is "Tensor[Literal[3], Literal[4]]"
    reveal_type(Net()((z, 1), w))
    #: note: Revealed type is "Tensor[Any, Literal[4]]"
    reveal_type(Net()((z, 1), None))
