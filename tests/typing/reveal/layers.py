"""Types of layers, from arguments and from type parameters."""

from typing import Any, Generic
from typing import Literal as L

from typing_extensions import TypeVar

from shapenet import Module, Tensor, nn
from shapenet.dims import B, Batch, C, H, N, W

#: note: Revealed type is "Conv2d[Literal[3], Literal[16], Literal[3], Literal[1], Literal[0], Literal[1], Literal[1], Literal['zeros']]"
reveal_type(nn.Conv2d(3, 16, 3))
#: note: Revealed type is "Conv2d[Literal[3], Literal[16], Literal[3], Literal[1], Literal[1], Literal[1], Literal[1], Literal['zeros']]"
reveal_type(nn.Conv2d(3, 16, 3, padding=1))
#: note: Revealed type is "Conv2d[Literal[3], Literal[16], tuple[Literal[3], Literal[5]], tuple[Literal[2], Literal[1]], tuple[Literal[1], Literal[2]], tuple[Literal[1], Literal[2]], Literal[1], Literal['zeros']]"
reveal_type(nn.Conv2d(3, 16, (3, 5), stride=(2, 1), padding=(1, 2), dilation=(1, 2)))
#: note: Revealed type is "Conv2d[Literal[8], Literal[16], Literal[1], Literal[1], Literal[0], Literal[1], Literal[4], Literal['zeros']]"
reveal_type(nn.Conv2d(8, 16, kernel_size=1, groups=4, bias=False))
#: note: Revealed type is "Conv2d[Literal[3], Literal[16], Literal[3], Literal[1], Literal[0], Literal[1], Literal[1], Literal['zeros']]"
reveal_type(nn.Conv2d[L[3], L[16], L[3]]())
#: note: Revealed type is "Conv2d[Literal[3], Literal[16], tuple[Literal[3], Literal[1]], Literal[2], Literal[0], Literal[1], Literal[1], Literal['zeros']]"
reveal_type(nn.Conv2d[L[3], L[16], tuple[L[3], L[1]], L[2]]())
#: note: Revealed type is "Conv2d[Literal[3], Literal[16], Literal[3], Literal[1], Literal['same'], Literal[1], Literal[1], Literal['zeros']]"
reveal_type(nn.Conv2d(3, 16, 3, padding="same"))
#: note: Revealed type is "Conv2d[Literal[3], Literal[16], Literal[3], Literal[1], Literal['same'], Literal[1], Literal[1], Literal['zeros']]"
reveal_type(nn.Conv2d[L[3], L[16], L[3], L[1], L["same"]]())
#: note: Revealed type is "Conv2d[Literal[3], Literal[16], Literal[3], Literal[1], tuple[Literal[1], Literal[0]], Literal[1], Literal[1], Literal['reflect']]"
reveal_type(nn.Conv2d(3, 16, 3, padding=(1, 0), padding_mode="reflect"))
#: note: Revealed type is "Conv1d[Literal[3], Literal[16], Literal[5], Literal[2], Literal[0], Literal[1], Literal[1], Literal['zeros']]"
reveal_type(nn.Conv1d(3, 16, 5, stride=2))
#: note: Revealed type is "ConvTranspose1d[Literal[16], Literal[8], Literal[2], Literal[2], Literal[0], Literal[0], Literal[1], Literal[1]]"
reveal_type(nn.ConvTranspose1d(16, 8, 2, stride=2))
#: note: Revealed type is "ConvTranspose2d[Literal[16], Literal[8], Literal[2], Literal[2], Literal[0], Literal[0], Literal[1], Literal[1]]"
reveal_type(nn.ConvTranspose2d(16, 8, 2, stride=2))
#: note: Revealed type is "Linear[Literal[256], Literal[10]]"
reveal_type(nn.Linear(16 * 4 * 4, 10))
#: note: Revealed type is "Linear[Literal[256], Literal[10]]"
reveal_type(nn.Linear[L[256], L[10]]())
#: note: Revealed type is "MaxPool2d[Literal[2], Literal[2], Literal[0], Literal[1], Literal[False], Literal[False]]"
reveal_type(nn.MaxPool2d(2))
#: note: Revealed type is "MaxPool2d[Literal[3], Literal[2], Literal[1], Literal[1], Literal[False], Literal[False]]"
reveal_type(nn.MaxPool2d(3, 2, padding=1))
#: note: Revealed type is "MaxPool2d[Literal[2], Literal[2], Literal[0], Literal[1], Literal[False], Literal[False]]"
reveal_type(nn.MaxPool2d[L[2]]())
#: note: Revealed type is "AvgPool2d[Literal[3], Literal[3], tuple[Literal[1], Literal[0]], Literal[False]]"
reveal_type(nn.AvgPool2d(3, padding=(1, 0)))
#: note: Revealed type is "Flatten[Literal[1], Literal[-1]]"
reveal_type(nn.Flatten())
#: note: Revealed type is "BatchNorm2d[Literal[16]]"
reveal_type(nn.BatchNorm2d(16))
#: note: Revealed type is "ReLU"
reveal_type(nn.ReLU())
#: note: Revealed type is "Dropout"
reveal_type(nn.Dropout(0.1))
#: note: Revealed type is "Sequential[Linear[Literal[8], Literal[4]], ReLU]"
reveal_type(nn.Sequential(nn.Linear(8, 4), nn.ReLU()))
#: note: Revealed type is "Linear[Literal[8], Literal[4]]"
reveal_type(nn.Sequential(nn.Linear(8, 4), nn.ReLU())[0])


def hyperparameters(width: int, c: C, word: str) -> None:
    """An unknown size is unknown alone."""
    #: note: Revealed type is "Conv2d[Literal[3], Literal[16], Literal[3], Literal[1], Any, Literal[1], Literal[1], Any]"
    reveal_type(nn.Conv2d(3, 16, 3, padding=word, padding_mode=word))
    #: note: Revealed type is "Conv2d[Literal[3], Any, Literal[3], Literal[1], Literal[0], Literal[1], Literal[1], Literal['zeros']]"
    reveal_type(nn.Conv2d(3, width, 3))
    #: note: Revealed type is "Conv2d[C, Size[Literal['2*C'], C], Literal[3], Literal[1], Literal[0], Literal[1], Literal[1], Literal['zeros']]"
    reveal_type(nn.Conv2d(c, 2 * c, 3))
    #: note: Revealed type is "Linear[Size[Literal['16*C'], C], Size[Literal['C//2 + 1'], C]]"
    reveal_type(nn.Linear(c * 4 * 4, c // 2 + 1))
    #: note: Revealed type is "Conv2d[C, C, Literal[3], Literal[1], Literal[0], Literal[1], C, Literal['zeros']]"
    reveal_type(nn.Conv2d(c, c, 3, groups=c))


def annotated(
    conv: nn.Conv2d[3, 16, (3, 1), 2], same: nn.Conv1d[3, 16, 3, 1, "same"], linear: nn.Linear[C, "2*C"], c: C
) -> None:
    """Ints, words and formulas in the annotation of a layer."""
    #: note: Revealed type is "Conv1d[Literal[3], Literal[16], Literal[3], Literal[1], Literal['same'], Literal[1], Literal[1], Literal['zeros']]"
    reveal_type(same)
    #: note: Revealed type is "Conv2d[Literal[3], Literal[16], tuple[Literal[3], Literal[1]], Literal[2], Literal[0], Literal[1], Literal[1], Literal['zeros']]"
    reveal_type(conv)
    #: note: Revealed type is "Linear[C, Size[Literal['2*C'], C]]"
    reveal_type(linear)


def convolution(x: Tensor[64, 3, 64, 64], y: Tensor[B, 3, H, W]) -> None:
    """Known and unknown sizes; pairs."""
    conv = nn.Conv2d(3, 16, 3, stride=(2, 1), padding=1)
    #: note: Revealed type is "Tensor[Literal[64], Literal[16], Literal[32], Literal[64]]"
    reveal_type(conv(x))
    #: note: Revealed type is "Tensor[B, Literal[16], Size[Literal['(H+1)//2'], H], W]"
    reveal_type(conv(y))
    #: note: Revealed type is "Tensor[B, Literal[8], Size[Literal['H - 4'], H], Size[Literal['W - 4'], W]]"
    reveal_type(nn.Conv2d(3, 8, 5)(y))
    #: note: Revealed type is "Tensor[B, Literal[8], Size[Literal['(H+3)//4'], H], Size[Literal['(W+3)//4'], W]]"
    reveal_type(nn.Conv2d(3, 8, 3, stride=2, padding=1)(nn.Conv2d(3, 3, 3, stride=2, padding=1)(y)))
    #: note: Revealed type is "Tensor[Literal[64], Literal[8], Literal[60], Literal[62]]"
    reveal_type(nn.Conv2d(3, 8, 3, dilation=(2, 1))(x))
    #: note: Revealed type is "Tensor[B, Literal[8], H, W]"
    reveal_type(nn.Conv2d(3, 8, (4, 3), padding="same", padding_mode="circular")(y))
    #: note: Revealed type is "Tensor[B, Literal[8], Size[Literal['H//2 - 1'], H], Size[Literal['W//2 - 1'], W]]"
    reveal_type(nn.Conv2d(3, 8, 4, 2, padding="valid")(y))


def without_a_batch(x: Tensor[3, 64, W], y: Tensor[*Batch, 3, H, W], z: Tensor[B, 3, 10], s: Tensor[3, N]) -> None:
    """One image or signal is as good as a batch of them."""
    #: note: Revealed type is "Tensor[Literal[8], Literal[62], Size[Literal['W - 2'], W]]"
    reveal_type(nn.Conv2d(3, 8, 3)(x))
    #: note: Revealed type is "Tensor[*Batch, Literal[8], H, W]"
    reveal_type(nn.Conv2d(3, 8, 3, padding=1)(y))
    #: note: Revealed type is "Tensor[*Batch, Literal[8], Size[Literal['2*H'], H], Size[Literal['2*W'], W]]"
    reveal_type(nn.ConvTranspose2d(3, 8, 2, stride=2)(y))
    #: note: Revealed type is "Tensor[B, Literal[8], Literal[4]]"
    reveal_type(nn.Conv1d(3, 8, 3, stride=2)(z))
    #: note: Revealed type is "Tensor[Literal[8], N]"
    reveal_type(nn.Conv1d(3, 8, 3, padding="same")(s))
    #: note: Revealed type is "Tensor[Literal[8], Size[Literal['2*N + 1'], N]]"
    reveal_type(nn.ConvTranspose1d(3, 8, 3, stride=2)(s))


def transposed(x: Tensor[B, 16, 7, 7], y: Tensor[B, 16, "H//2", W], z: Tensor[H]) -> None:
    """The way back; H//2*2 is not H."""
    #: note: Revealed type is "Tensor[B, Literal[8], Literal[14], Literal[14]]"
    reveal_type(nn.ConvTranspose2d(16, 8, 2, stride=2)(x))
    #: note: Revealed type is "Tensor[B, Literal[8], Size[Literal['2*(H//2)'], H], Size[Literal['2*W'], W]]"
    reveal_type(nn.ConvTranspose2d(16, 8, 3, stride=2, padding=1, output_padding=1)(y))


def others(x: Tensor[B, 8, H, W], y: Tensor[B, 3, 10]) -> None:
    """The other layers."""
    #: note: Revealed type is "Tensor[B, Literal[8], Size[Literal['H//2'], H], Size[Literal['W//2'], W]]"
    reveal_type(nn.MaxPool2d(2)(x))
    #: note: Revealed type is "Tensor[B, Literal[8], Size[Literal['(H+1)//2'], H], Size[Literal['W//2'], W]]"
    reveal_type(nn.MaxPool2d((3, 2), stride=2, padding=(1, 0))(x))
    #: note: Revealed type is "Tensor[B, Literal[8], Size[Literal['H//2'], H], Size[Literal['W//2'], W]]"
    reveal_type(nn.AvgPool2d(2)(x))
    #: note: Revealed type is "Tensor[B, Size[Literal['8*H*W'], H, W]]"
    reveal_type(nn.Flatten()(x))
    #: note: Revealed type is "Tensor[B, Literal[8], Size[Literal['H*W'], H, W]]"
    reveal_type(nn.Flatten(2)(x))
    #: note: Revealed type is "Tensor[B, Literal[8], H, W]"
    reveal_type(nn.BatchNorm2d(8)(x))
    #: note: Revealed type is "Tensor[B, Literal[8], H, W]"
    reveal_type(nn.Dropout()(x))
    #: note: Revealed type is "Tensor[B, Literal[3], Literal[5]]"
    reveal_type(nn.Linear(10, 5)(y))
    #: note: Revealed type is "Tensor[()]"
    reveal_type(nn.MSELoss()(x, x))


class Block(Module, Generic[C]):
    """A module that is generic in its channels."""

    def __init__(self, channels: C) -> None:
        self.conv = nn.Conv2d(channels, channels, 3, padding=1)
        self.wide = nn.Conv2d(channels, 2 * channels, 1)
        self.norm = nn.BatchNorm2d(channels)

    def __call__(self, x: Tensor[B, C, H, W]) -> Tensor[B, C, H, W]:
        #: note: Revealed type is "Conv2d[C, C, Literal[3], Literal[1], Literal[1], Literal[1], Literal[1], Literal['zeros']]"
        reveal_type(self.conv)
        #: note: Revealed type is "Tensor[B, Size[Literal['2*C'], C], H, W]"
        reveal_type(self.wide(x))
        return x + self.norm(self.conv(x)).relu()


class Net(Module):
    """A model whose sizes are all known."""

    def __init__(self) -> None:
        self.body = nn.Sequential(
            nn.Conv2d(1, 16, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            Block(16),
            nn.Sequential(nn.Flatten(), nn.Linear(16 * 4 * 4, 10)),
        )

    def __call__(self, x: Tensor[B, 1, 8, 8]) -> Tensor[B, 10]:
        #: note: Revealed type is "Tensor[B, Literal[10]]"
        reveal_type(self.body(x))
        return self.body(x)


class Inherited(Block[L[32]]):
    """A subclass that fixes the size."""

    def __init__(self) -> None:
        super().__init__(32)


def models(net: Net, x: Tensor[7, 1, 8, 8], y: Tensor[B, 16, H, W]) -> None:
    """Models as parts."""
    #: note: Revealed type is "tests.typing.reveal.layers.Block[Literal[16]]"
    reveal_type(Block(16))
    #: note: Revealed type is "Conv2d[Literal[16], Literal[32], Literal[1], Literal[1], Literal[0], Literal[1], Literal[1], Literal['zeros']]"
    reveal_type(Block(16).wide)
    #: note: Revealed type is "Parameter[Literal[16], Any, Any, Any]"
    reveal_type(Block(16).conv.weight)
    #: note: Revealed type is "Tensor[B, Literal[16], H, W]"
    reveal_type(Block(16)(y))
    #: note: Revealed type is "Tensor[Literal[7], Literal[10]]"
    reveal_type(net(x))
    #: note: Revealed type is "Conv2d[Literal[32], Literal[64], Literal[1], Literal[1], Literal[0], Literal[1], Literal[1], Literal['zeros']]"
    reveal_type(Inherited().wide)
    #: note: Revealed type is "Tensor[B, Literal[4], Size[Literal['H//2 - 2'], H], Size[Literal['W//2 - 2'], W]]"
    reveal_type(nn.Sequential(nn.MaxPool2d(2), nn.Conv2d(16, 4, 3))(y))


D = TypeVar("D", bound=int, default=Any)


class Portable(Module, Generic[D]):
    """It takes ``D | int`` as the built-in layers do, for checkers without the plugin."""

    def __init__(self, channels: D | int) -> None:
        self.conv = nn.Conv2d(channels, 2 * channels, 1)
        #: note: Revealed type is "Conv2d[D, Size[Literal['2*D'], D], Literal[1], Literal[1], Literal[0], Literal[1], Literal[1], Literal['zeros']]"
        reveal_type(self.conv)


#: note: Revealed type is "tests.typing.reveal.layers.Portable[Literal[8]]"
reveal_type(Portable(8))
