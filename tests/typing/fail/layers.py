"""Layers that cannot be, and inputs that do not fit. Each function has one defect."""

from typing import Generic
from typing import Literal as L

from shapenet import Module, Tensor, nn
from shapenet.dims import B, C, H, W

#: error: Conv2d expects stride to be an int or a pair of ints, at least 1, got 0 [shape]
nn.Conv2d(3, 16, 3, stride=0)
#: error: Conv2d expects kernel_size to be an int or a pair of ints, at least 1, got 0 [shape]
nn.Conv2d(3, 16, 0)
#: error: Conv2d expects padding to be "same", "valid", an int or a pair of ints, at least 0, got -1 [shape]
nn.Conv2d(3, 16, 3, padding=-1)
#: error: Conv2d expects padding to be "same", "valid", an int or a pair of ints, at least 0, got 'full' [shape]
nn.Conv2d(3, 16, 3, padding="full")
#: error: Conv2d expects stride to be 1 where padding is "same", got 2 [shape]
nn.Conv2d(3, 16, 3, 2, padding="same")
#: error: Conv2d expects stride to be 1 where padding is "same", got (1, 2) [shape]
nn.Conv2d[L[3], L[16], L[3], tuple[L[1], L[2]], L["same"]]()
#: error: Conv2d expects padding_mode to be "zeros", "reflect", "replicate" or "circular", got 'mirror' [shape]
nn.Conv2d(3, 16, 3, padding_mode="mirror")
#: error: Argument 3 to "Conv2d" has incompatible type "str"; expected "int | tuple[int, int]" [arg-type]
nn.Conv2d(3, 16, "same")
#: error: Conv1d expects kernel_size to be an int, at least 1, got 0 [shape]
nn.Conv1d(3, 16, 0)
#: error: Argument 3 to "Conv1d" has incompatible type "tuple[int, int]"; expected "int" [arg-type]
nn.Conv1d(3, 16, (3, 5))
#: error: ConvTranspose1d expects output_padding below the greater of stride=2 and dilation=1, got 2 [shape]
nn.ConvTranspose1d(3, 16, 3, 2, output_padding=2)
#: error: Argument "padding" to "ConvTranspose1d" has incompatible type "str"; expected "int" [arg-type]
nn.ConvTranspose1d(3, 16, 3, padding="same")
#: error: Conv2d expects stride to be an int or a pair of ints, at least 1, got True [shape]
nn.Conv2d(3, 16, 3, stride=True)
#: error: Argument "stride" to "Conv2d" has incompatible type "float"; expected "int | tuple[int, int]" [arg-type]
nn.Conv2d(3, 16, 3, stride=1.5)
#: error: Conv2d expects kernel_size to be an int or a pair of ints, at least 1, got 0 [shape]
nn.Conv2d(3, 16, (3, 0))
#: error: Conv2d expects in_channels to be an int, at least 1, got 0 [shape]
nn.Conv2d(0, 16, 3)
#: error: Conv2d expects groups to divide in_channels=6, got groups=4 [shape]
nn.Conv2d(6, 16, 3, groups=4)
#: error: Conv2d expects groups to divide out_channels=16, got groups=3 [shape]
nn.Conv2d(6, 16, 3, groups=3)
#: error: Conv2d expects stride to be an int or a pair of ints, at least 1, got 0 [shape]
nn.Conv2d[L[3], L[16], L[3], L[0]]()
#: error: Conv2d needs in_channels, out_channels, kernel_size, as an argument or in its type [shape]
nn.Conv2d()
#: error: Conv2d needs kernel_size, as an argument or in its type [shape]
nn.Conv2d(3, 16)
#: error: ConvTranspose2d expects output_padding below the greater of stride=1 and dilation=1, got 1 [shape]
nn.ConvTranspose2d(3, 16, 3, output_padding=1)
#: error: Linear expects in_features to be an int, at least 1, got 0 [shape]
nn.Linear(0, 10)
#: error: MaxPool2d expects padding of at most kernel_size//2 = 2//2 = 1, got 2 [shape]
nn.MaxPool2d(2, padding=2)
#: error: BatchNorm2d expects num_features to be an int, at least 1, got 0 [shape]
nn.BatchNorm2d(0)


def channels(x: Tensor[B, 4, 32, 32]) -> None:
    #: error: Conv2d[3, 16, 3] expects 3 channels in dimension 1, got 4 in [B, 4, 32, 32] [shape]
    nn.Conv2d(3, 16, 3)(x)


def symbolic_channels(x: Tensor[B, C, 32, 32]) -> None:
    #: error: Conv2d[3, 16, 3] expects 3 channels in dimension 1, got C in [B, C, 32, 32] [shape]
    nn.Conv2d(3, 16, 3)(x)


def channels_of_one_image(x: Tensor[4, 32, 32]) -> None:
    #: error: Conv2d[3, 16, 3] expects 3 channels in dimension 0, got 4 in [4, 32, 32] [shape]
    nn.Conv2d(3, 16, 3)(x)


def rank(x: Tensor[32, 32]) -> None:
    #: error: Conv2d[3, 16, 3] expects 3 or 4 dimensions [C, H, W] or [N, C, H, W], got 2: [32, 32] [shape]
    nn.Conv2d(3, 16, 3)(x)


def rank_of_a_signal(x: Tensor[B, 3, 32, 32]) -> None:
    #: error: Conv1d[3, 16, 3] expects 2 or 3 dimensions [C, L] or [N, C, L], got 4: [B, 3, 32, 32] [shape]
    nn.Conv1d(3, 16, 3)(x)


def rank_of_a_transposed_signal(x: Tensor[B]) -> None:
    #: error: ConvTranspose1d[3, 16, 3] expects 2 or 3 dimensions [C, L] or [N, C, L], got 1: [B] [shape]
    nn.ConvTranspose1d(3, 16, 3)(x)


def reflected_too_far(x: Tensor[B, 3, 4, 32]) -> None:
    #: error: Conv2d[3, 16, 3, 1, 4, 1, 1, "reflect"] expects reflect padding below the size, got 4 for dimension -2 of [B, 3, 4, 32], which has size 4 [shape]
    nn.Conv2d(3, 16, 3, padding=4, padding_mode="reflect")(x)


def kernel_longer_than_signal(x: Tensor[3, 4]) -> None:
    #: error: Conv1d[3, 16, 5, 1, "valid"] gets an output length of 0: (size + 2*padding - dilation*(kernel_size-1) - 1)//stride + 1 = (4 + 2*0 - 1*(5-1) - 1)//1 + 1 [shape]
    nn.Conv1d(3, 16, 5, padding="valid")(x)


def kernel_larger_than_image(x: Tensor[B, 3, 4, 4]) -> None:
    #: error: Conv2d[3, 16, 5] gets an output height of 0: (size + 2*padding - dilation*(kernel_size-1) - 1)//stride + 1 = (4 + 2*0 - 1*(5-1) - 1)//1 + 1 [shape]
    nn.Conv2d(3, 16, 5)(x)


def pooled_away(x: Tensor[B, 3, 1, 8]) -> None:
    #: error: MaxPool2d[2] gets an output height of 0: (size + 2*padding - dilation*(kernel_size-1) - 1)//stride + 1 = (1 + 2*0 - 1*(2-1) - 1)//2 + 1 [shape]
    nn.MaxPool2d(2)(x)


def averaged_away(x: Tensor[B, 3, 8, 2]) -> None:
    #: error: AvgPool2d[3] gets an output width of 0: (size + 2*padding - dilation*(kernel_size-1) - 1)//stride + 1 = (2 + 2*0 - 1*(3-1) - 1)//3 + 1 [shape]
    nn.AvgPool2d(3)(x)


def features(x: Tensor[B, 100]) -> None:
    #: error: Linear[128, 10] expects last dimension 128, got 100 in [B, 100] [shape]
    nn.Linear(128, 10)(x)


def norm(x: Tensor[B, 8, H, W]) -> None:
    #: error: BatchNorm2d[16] expects 16 channels in dimension 1, got 8 in [B, 8, H, W] [shape]
    nn.BatchNorm2d(16)(x)


def labels(logits: Tensor[B, 10], labels: Tensor[3]) -> None:
    #: error: CrossEntropyLoss expects labels [B] for logits [B, 10], got [3] [shape]
    nn.CrossEntropyLoss()(logits, labels)


def targets(x: Tensor[B, 10], y: Tensor[B, 9]) -> None:
    #: error: MSELoss expects two equal shapes, got [B, 10] and [B, 9]: dimension 1 is 10 against 9 [shape]
    nn.MSELoss()(x, y)


class Block(Module, Generic[C]):
    def __init__(self, channels: C) -> None:
        self.conv = nn.Conv2d(channels, channels, 3, padding=1)

    def __call__(self, x: Tensor[B, C, H, W]) -> Tensor[B, C, H, W]:
        return self.conv(x)


class Shrinks(Module):
    def __init__(self) -> None:
        self.conv = nn.Conv2d(3, 3, 3)

    def __call__(self, x: Tensor[B, 3, H, W]) -> Tensor[B, 3, H, W]:
        #: error: Shrinks declares its result as [B, 3, H, W], got [B, 3, H - 2, W - 2]: dimension 2 is H - 2, expected H [shape]
        return self.conv(x)


class Wide(Module, Generic[C]):
    def __init__(self, channels: C) -> None:
        self.first = nn.Conv2d(channels, 2 * channels, 1)
        self.second = nn.Conv2d(channels, channels, 1)

    def __call__(self, x: Tensor[B, C, H, W]) -> Tensor[B, C, H, W]:
        #: error: Conv2d[C, C, 1] expects C channels in dimension 1, got 2*C in [B, 2*C, H, W] [shape]
        return self.second(self.first(x))


def block(x: Tensor[B, 8, 4, 4]) -> None:
    #: error: Block[16] argument "x" expects [B, 16, H, W], got [B, 8, 4, 4]: dimension 1 is 8, expected 16 [shape]
    Block(16)(x)


def sequence(x: Tensor[B, 1, 8, 8]) -> None:
    #: error: layer 5 (Linear[400, 10]) expects last dimension 400, got 256 in [B, 256] from layer 4 (Flatten) [shape]
    nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), Block(16), nn.Flatten(), nn.Linear(400, 10)
    )(x)


def nested(x: Tensor[B, 1, 8, 8]) -> None:
    #: error: layer 1 (Sequential): layer 1 (Linear[16, 10]) expects last dimension 16, got 32 in [B, 32] from layer 0 (Linear[64, 32]) [shape]
    nn.Sequential(nn.Flatten(), nn.Sequential(nn.Linear(64, 32), nn.Linear(16, 10)))(x)


def first(x: Tensor[B, 1, 8, 8]) -> None:
    #: error: layer 0 (Conv2d[3, 16, 3]) expects 3 channels in dimension 1, got 1 in [B, 1, 8, 8] [shape]
    nn.Sequential(nn.Conv2d(3, 16, 3), nn.ReLU())(x)


def inside_a_block(x: Tensor[B, 4, 8, 8]) -> None:
    #: error: layer 1 (Block[16]) argument "x" expects [B, 16, H, W], got [B, 4, 8, 8]: dimension 1 is 4, expected 16 from layer 0 (ReLU) [shape]
    nn.Sequential(nn.ReLU(), Block(16))(x)


def position() -> None:
    #: error: Sequential has 1 layer, got position 1 [shape]
    nn.Sequential(nn.ReLU())[1]


def sizes_of_the_expected_type(block: nn.Conv2d[3, 16, 3, 2]) -> None:
    #: error: Incompatible types in assignment (expression has type "Conv2d[Literal[3], Literal[16], Literal[3], Literal[1], Literal[0], Literal[1], Literal[1], Literal['zeros']]", variable has type "Conv2d[Literal[3], Literal[16], Literal[3], Literal[2], Literal[0], Literal[1], Literal[1], Literal['zeros']]") [assignment]
    block = nn.Conv2d(3, 16, 3)
    #: error: Conv2d has in_channels=3 in its type, got 4 [shape]
    nn.Conv2d[L[3], L[16], L[3]](4)
    #: error: Argument 3 to "Conv2d" has incompatible type "Literal[5]"; expected "Literal[3]" [arg-type]
    nn.Conv2d[L[3], L[16], L[3]](3, 16, 5)
