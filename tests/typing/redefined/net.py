"""With ``allow_redefinition``, a variable has the shape that it was given last."""

from typing import Generic

from shapenet import Module, Tensor, cat, nn, zeros
from shapenet import functional as F
from shapenet.dims import B, C, H, N, W


class Net(Module):
    def __init__(self) -> None:
        self.conv1 = nn.Conv2d(3, 8, 3)
        self.conv2 = nn.Conv2d(8, 16, 3)
        self.fc = nn.Linear(16 * 6 * 6, 10)

    def __call__(self, x: Tensor[B, 3, 32, 32]) -> Tensor[B, 10]:
        x = F.max_pool2d(self.conv1(x).relu(), 2)
        #: note: Revealed type is "Tensor[B, Literal[8], Literal[15], Literal[15]]"
        reveal_type(x)
        x = F.max_pool2d(self.conv2(x).relu(), 2)
        #: note: Revealed type is "Tensor[B, Literal[16], Literal[6], Literal[6]]"
        reveal_type(x)
        x = x.flatten(1)
        return self.fc(x)


class Shrinking(Module, Generic[C]):
    def __init__(self, channels: C) -> None:
        self.conv = nn.Conv2d(channels, channels, 3)
        self.blocks = nn.ModuleList([nn.Linear(4, 4) for _ in range(3)])

    def __call__(self, x: Tensor[B, C, H, W], deep: bool) -> Tensor[B, C]:
        y = x.mean((2, 3))
        if deep:
            x = self.conv(x)
            y = x.amax((2, 3))
        #: note: Revealed type is "Tensor[B, C, H, W] | Tensor[B, C, Size[Literal['H - 2'], H], Size[Literal['W - 2'], W]]"
        reveal_type(x)
        return y

    def loop(self, x: Tensor[N, 4]) -> Tensor[N, 4]:
        for block in self.blocks:
            x = block(x)
            #: note: Revealed type is "Tensor[N, Literal[4]]"
            reveal_type(x)
        return x

    def wrong(self, x: Tensor[B, C, H, W]) -> None:
        x = x.flatten(1)
        #: error: Conv2d[C, C, 3] expects 3 or 4 dimensions [C, H, W] or [N, C, H, W], got 2: [B, C*H*W] [shape]
        self.conv(x)

    def functions(self, x: Tensor[B, 3, H, W]) -> Tensor[B, 6, "H + 2", W]:
        y = x.relu()
        y = F.pad(y, (0, 0, 1, 1))
        #: note: Revealed type is "Tensor[B, Literal[3], Size[Literal['H + 2'], H], W]"
        reveal_type(y)
        x = cat([y, y], 1)
        #: note: Revealed type is "Tensor[B, Literal[6], Size[Literal['H + 2'], H], W]"
        reveal_type(x)
        #: error: z holds [B, 3, H, W], got [2, 3, 4, 4]: dimension 0 is 2, expected B [shape]
        z: Tensor[B, 3, H, W] = zeros(2, 3, 4, 4)
        return x
