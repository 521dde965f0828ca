"""Operations on tensors that do not fit. Each function has one defect."""

import shapenet
from shapenet import Tensor, nn
from shapenet import functional as F
from shapenet.dims import B, C, H, N, W


def add(x: Tensor[B, 3], y: Tensor[4]) -> None:
    #: error: add cannot broadcast [B, 3] with [4]: dimension -1 is 3 against 4, and neither is 1 [shape]
    x + y


def add_symbols(x: Tensor[B, H], y: Tensor[B, W]) -> None:
    #: error: add cannot broadcast [B, H] with [B, W]: dimension -1 is H against W, and neither is 1 [shape]
    x + y


def matmul(x: Tensor[B, 3], y: Tensor[4, 5]) -> None:
    #: error: matmul cannot multiply [B, 3] @ [4, 5]: dimension -1 of the first is 3, dimension -2 of the second is 4 [shape]
    x @ y


def reduce(x: Tensor[B, 3]) -> None:
    #: error: sum got dimension 2, but [B, 3] has 2 dimensions [shape]
    x.sum(2)


def reduce_twice(x: Tensor[B, 3]) -> None:
    #: error: mean got dimension 0 of [B, 3] twice, in [0, -2] [shape]
    x.mean((0, -2))


def reshape(x: Tensor[2, 6]) -> None:
    #: error: reshape cannot turn [2, 6] to [3, 5]: 12 elements do not make 15 [shape]
    x.reshape(3, 5)


def reshape_rest(x: Tensor[2, 6]) -> None:
    #: error: reshape cannot turn [2, 6] to [-1, 5]: 12 elements do not divide by 5 [shape]
    x.reshape(-1, 5)


def permute(x: Tensor[B, 3]) -> None:
    #: error: permute expects each of the 2 dimensions of [B, 3] once, got (0, 0) [shape]
    x.permute(0, 0)


def transpose(x: Tensor[B, 3]) -> None:
    #: error: transpose got dimension 2, but [B, 3] has 2 dimensions [shape]
    x.transpose(0, 2)


def flatten(x: Tensor[B, 3]) -> None:
    #: error: flatten got dimension 2, but [B, 3] has 2 dimensions [shape]
    x.flatten(2)


def index(x: Tensor[B, 3]) -> None:
    #: error: index got 3 for dimension 1 of [B, 3], which has size 3 [shape]
    x[:, 3]


def indices(x: Tensor[B, 3]) -> None:
    #: error: index got 3 indices for [B, 3], which has 2 dimensions [shape]
    x[0, 0, 0]


def log_softmax(x: Tensor[B, 3]) -> None:
    #: error: log_softmax got dimension 2, but [B, 3] has 2 dimensions [shape]
    x.log_softmax(2)


def convolution(x: Tensor[B, 3, 8, 8], w: Tensor[8, 4, 3, 3]) -> None:
    #: error: Conv2d[4, 8, 3] expects 4 channels in dimension 1, got 3 in [B, 3, 8, 8] [shape]
    F.conv2d(x, w)


def signals(x: Tensor[B, 3, 8], w: Tensor[8, 4, 3]) -> None:
    #: error: Conv1d[4, 8, 3] expects 4 channels in dimension 1, got 3 in [B, 3, 8] [shape]
    F.conv1d(x, w)


def strided(x: Tensor[B, 4, 8, 8], w: Tensor[8, 4, 3, 3]) -> None:
    #: error: Conv2d expects stride to be 1 where padding is "same", got 2 [shape]
    F.conv2d(x, w, stride=2, padding="same")


def filters(x: Tensor[B, 4, 8], w: Tensor[4, 8, 3, 3]) -> None:
    #: error: ConvTranspose1d expects a weight [in, out/groups, K], got [4, 8, 3, 3] [shape]
    F.conv_transpose1d(x, w)


def reflected(x: Tensor[B, 3]) -> None:
    #: error: pad expects reflect padding below the size, got 3 for dimension -1 of [B, 3], which has size 3 [shape]
    F.pad(x, (3, 0), "reflect")


def cut(x: Tensor[B, 3]) -> None:
    #: error: pad expects to cut off at most the size, got (-2, -2) for dimension -1 of [B, 3], which has size 3 [shape]
    F.pad(x, (-2, -2))


def mode(x: Tensor[B, 3]) -> None:
    #: error: pad expects mode to be "constant", "reflect", "replicate" or "circular", got 'zeros' [shape]
    F.pad(x, (1, 1), mode="zeros")


def cross_entropy(x: Tensor[B, 3], y: Tensor[N]) -> None:
    #: error: CrossEntropyLoss expects labels [B] for logits [B, 3], got [N] [shape]
    F.cross_entropy(x, y)


def takes(x: Tensor[B, 3, H, H], y: Tensor["H//2"]) -> Tensor[B]:
    return x.sum((1, 2, 3))


def number(x: Tensor[B, 4, 8, 8], y: Tensor[4]) -> None:
    #: error: takes() argument "x" expects [B, 3, H, H], got [B, 4, 8, 8]: dimension 1 is 4, expected 3 [shape]
    takes(x, y)


def name(x: Tensor[B, 3, 8, 9], y: Tensor[4]) -> None:
    #: error: takes() argument "x" expects [B, 3, H, H], got [B, 3, 8, 9]: dimension 3 is 9, expected H = 8 [shape]
    takes(x, y)


def formula(x: Tensor[B, 3, 8, 8], y: Tensor[5]) -> None:
    #: error: takes() argument "y" expects [H//2], got [5]: dimension 0 is 5, expected H//2 = 4 [shape]
    takes(x, y)


def dimensions(x: Tensor[B, 3, 8], y: Tensor[4]) -> None:
    #: error: takes() argument "x" expects 4 dimensions [B, 3, H, H], got 3: [B, 3, 8] [shape]
    takes(x, y)


def result(x: Tensor[B, C]) -> Tensor[B, "2*C"]:
    #: error: Incompatible return value type (got "Tensor[B, C]", expected "Tensor[B, Size[Literal['2*C'], C]]") [return-value]
    return x


#: error: dimension "H//" is not an expression of names, integers, + - * // % ** [shape]
def bad_formula(x: Tensor[B, "H//"]) -> None: ...


#: error: a dimension must be at least 0, got -1 [shape]
def bad_dimension(x: Tensor[B, -1]) -> None: ...


#: error: a dimension must be an int, a name, an expression or Any, got str [shape]
def no_dimension(x: Tensor[B, str]) -> None: ...


def no_tensor() -> None:
    #: error: Argument 1 to "takes" has incompatible type "int"; expected "Tensor[*tuple[Any, ...]]" [arg-type]
    takes(3, shapenet.zeros(4))


def inside(pair: tuple[Tensor[N], int], maybe: Tensor["2*N"] | None = None) -> None: ...


def in_a_tuple(x: Tensor[4, 5]) -> None:
    #: error: inside() argument "pair[0]" expects 1 dimension [N], got 2: [4, 5] [shape]
    inside((x, 1))


def in_an_optional(x: Tensor[4], y: Tensor[7]) -> None:
    #: error: inside() argument "maybe" expects [2*N], got [7]: dimension 0 is 7, expected 2*N = 8 [shape]
    inside((x, 1), y)


def joined(x: Tensor[B, 3], y: Tensor[B, 4]) -> None:
    #: error: cat expects tensors that differ in dimension 0 alone, got [B, 3] and [B, 4]: dimension 1 is 3 against 4 [shape]
    shapenet.cat([x, y])


def new_ones(n: int) -> None:
    #: error: zeros expects sizes that are ints, at least 0, got -1 [shape]
    shapenet.zeros(2, -1)
    #: error: full expects sizes that are ints, at least 0, got -2 [shape]
    shapenet.full((n, -2), 1.0)
    #: error: eye expects sizes that are ints, at least 0, got -3 [shape]
    shapenet.eye(-3)


def odd(x: Tensor[B, 4, "2*H+1", H]) -> None:
    """What 2 divides for no H at all."""
    #: error: reshape cannot turn [B, 4, 2*H + 1, H] to [B, 4, H, 2, -1]: 8*B*H**2 + 4*B*H elements do not divide by 8*B*H [shape]
    x.reshape(x.shape[0], 4, x.shape[3], 2, -1)
    #: error: PixelUnshuffle[2] expects a height that 2 divides in dimension -2, got 2*H + 1 in [B, 4, 2*H + 1, H] [shape]
    nn.PixelUnshuffle(2)(x)
    #: error: Unflatten[2, [2, -1]] cannot turn dimension 2 of [B, 4, 2*H + 1, H] to [2, -1]: 2*H + 1 elements do not divide by 2 [shape]
    nn.Unflatten(2, (2, -1))(x)


def interpolated_to_nothing(x: Tensor[B, 3, 5, 8]) -> None:
    #: error: Upsample[None, 0.1] gets an output height of 0: floor(5*0.1) [shape]
    F.interpolate(x, scale_factor=0.1)


def interpolated_by_less_than_nothing(x: Tensor[B, 3, 5, 8]) -> None:
    #: error: Upsample expects scale_factor to be a number above 0 or a pair of them, got -1.5 [shape]
    F.interpolate(x, scale_factor=(2, -1.5))
