"""Types of modules that hold others."""

from shapenet import Tensor, nn
from shapenet.dims import B, H, W


def images(x: Tensor[B, 16, H, W]) -> None:
    #: note: Revealed type is "Tensor[B, Literal[16], H, W]"
    reveal_type(nn.Identity()(x))
    body = nn.Sequential(nn.Conv2d(16, 16, 3, padding=1), nn.BatchNorm2d(16), nn.ReLU())
    #: note: Revealed type is "Tensor[B, Literal[16], H, W]"
    reveal_type(nn.Residual(body)(x))
    down = nn.Residual(nn.Conv2d(16, 32, 3, 2, padding=1), nn.Conv2d(16, 32, 1, 2))
    #: note: Revealed type is "Tensor[B, Literal[32], Size[Literal['(H+1)//2'], H], Size[Literal['(W+1)//2'], W]]"
    reveal_type(down(x))
    #: note: Revealed type is "Tensor[B, Literal[32], Size[Literal['(H+1)//2'], H], Size[Literal['(W+1)//2'], W]]"
    reveal_type(nn.Sequential(nn.Residual(body), down, nn.ReLU())(x))
    #: note: Revealed type is "Tensor[B, Literal[16], H, W]"
    reveal_type(nn.Repeat(lambda: nn.Conv2d(16, 16, 3, padding=1), 3)(x))
    layers = nn.ModuleList([nn.Conv2d(16, 16, 1) for _ in range(3)])
    #: note: Revealed type is "Tensor[B, Literal[16], H, W]"
    reveal_type(layers[0](x))
    for layer in layers:
        #: note: Revealed type is "Tensor[B, Literal[16], H, W]"
        reveal_type(layer(x))
    #: note: Revealed type is "Tensor[B, Literal[16], H, W]"
    reveal_type(nn.ModuleDict({"a": nn.ReLU()})["a"](x))
