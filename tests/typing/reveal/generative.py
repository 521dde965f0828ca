"""Types of models."""

from shapenet import IntTensor, Tensor
from shapenet.dims import B, H, N, W
from shapenet.models import GPT, Discriminator, Generator, UNet
from shapenet.models.unet import Up


def maps(x: Tensor[B, 3, H, W], deep: Tensor[B, 16, H, W], skip: Tensor[B, 8, "2*H", "2*W"]) -> None:
    #: note: Revealed type is "Tensor[B, Literal[2], H, W]"
    reveal_type(UNet(3, 2)(x))
    #: note: Revealed type is "Tensor[B, Literal[8], Size[Literal['2*H'], H], Size[Literal['2*W'], W]]"
    reveal_type(Up(8)(deep, skip))


def images(noise: Tensor[B, 100, 1, 1]) -> None:
    #: note: Revealed type is "Tensor[B, Literal[3], Literal[64], Literal[64]]"
    reveal_type(Generator(100, 3)(noise))
    #: note: Revealed type is "Tensor[B, Literal[1], Literal[1], Literal[1]]"
    reveal_type(Discriminator(3)(Generator(100, 3)(noise)))


def tokens(x: IntTensor[B, N]) -> None:
    #: note: Revealed type is "Tensor[B, N, Literal[50]]"
    reveal_type(GPT(50)(x))
