"""Options of layers and functions

They are checked where the layer is made. The same message comes while the program runs, before anything is allocated.
"""

from typing import Literal as L

import shapenet
from shapenet import Tensor, nn
from shapenet import functional as F
from shapenet.dims import B, H, W


def out_of_range() -> None:
    """A size, or an option, is not what it may be; the message says what it may be."""
    #: error: Conv2d expects stride to be an int or a pair of ints, at least 1, got 0 [shape]
    nn.Conv2d(3, 16, 3, stride=0)
    #: error: Linear expects in_features to be an int, at least 1, got 0 [shape]
    nn.Linear(0, 10)
    #: error: Conv2d expects padding_mode to be "zeros", "reflect", "replicate" or "circular", got 'mirror' [shape]
    nn.Conv2d(3, 16, 3, padding_mode="mirror")


def missing() -> None:
    """A size must be given, either as an argument, `nn.Conv2d(3, 16, 3)`, or in the type,
    `nn.Conv2d[L[3], L[16], L[3]]()`."""
    #: error: Conv2d needs out_channels, kernel_size, as an argument or in its type [shape]
    nn.Conv2d(3)
    nn.Conv2d(3, 16, 3)  # right


def twice() -> None:
    """A size is in the type and in the arguments, and they differ. One of them is enough."""
    #: error: Linear has in_features=3 in its type, got 5 [shape]
    nn.Linear[L[3], L[4]](5)
    nn.Linear[L[3], L[4]]()  # right


def groups() -> None:
    """Each group takes an equal share of the input's channels, and makes an equal share of the output's."""
    #: error: Conv2d expects groups to divide in_channels=6, got groups=4 [shape]
    nn.Conv2d(6, 16, 3, groups=4)
    nn.Conv2d(6, 16, 3, groups=2)  # right


def same_with_stride() -> None:
    """`padding="same"` keeps the size, which a stride above 1 cannot. Give the padding as a number."""
    #: error: Conv2d expects stride to be 1 where padding is "same", got 2 [shape]
    nn.Conv2d(3, 16, 3, stride=2, padding="same")
    nn.Conv2d(3, 16, 3, stride=2, padding=1)  # right


def output_padding() -> None:
    """The output padding tells apart the sizes that a stride maps to one, so it must be less than the stride, or the
    dilation."""
    #: error: ConvTranspose2d expects output_padding below the greater of stride=2 and dilation=1, got 2 [shape]
    nn.ConvTranspose2d(3, 16, 3, stride=2, output_padding=2)
    nn.ConvTranspose2d(3, 16, 3, stride=2, output_padding=1)  # right


def pool_padding() -> None:
    """A window that lies in the padding alone would have no maximum, so at most half of it may."""
    #: error: MaxPool2d expects padding of at most kernel_size//2 = 2//2 = 1, got 2 [shape]
    nn.MaxPool2d(2, padding=2)
    nn.MaxPool2d(2, padding=1)  # right


def norm_groups() -> None:
    """The channels are split into groups of equal size."""
    #: error: GroupNorm expects num_groups to divide num_channels=6, got num_groups=4 [shape]
    nn.GroupNorm(4, 6)
    nn.GroupNorm(3, 6)  # right


def empty_shape() -> None:
    """The layer needs at least one dimension to work along."""
    #: error: LayerNorm expects normalized_shape to be an int or a tuple of ints, not empty, got () [shape]
    nn.LayerNorm(())


def heads() -> None:
    """Each head gets an equal share of the embedding."""
    #: error: MultiheadAttention expects embed_dim to be a multiple of num_heads = 4, got 10 [shape]
    nn.MultiheadAttention(10, 4)
    nn.MultiheadAttention(12, 4)  # right


def encoder_heads() -> None:
    """Each head gets an equal share of the model's size."""
    #: error: TransformerEncoderLayer expects d_model to be a multiple of nhead = 4, got 10 [shape]
    nn.TransformerEncoderLayer(10, 4)
    nn.TransformerEncoderLayer(12, 4)  # right


def size_or_scale() -> None:
    """The new size is given as such, or as a factor: one of them, not both or neither."""
    #: error: Upsample expects either size or scale_factor, got size=None and scale_factor=None [shape]
    nn.Upsample()
    nn.Upsample(scale_factor=2)  # right


def scale(x: Tensor[B, 3, H, W]) -> None:
    """A factor must be a number above 0."""
    #: error: Upsample expects scale_factor to be a number above 0 or a pair of them, got 0 [shape]
    F.interpolate(x, scale_factor=0)


def parts() -> None:
    """A dimension is split into at least one."""
    #: error: Unflatten expects unflattened_size to be a tuple of ints, got () [shape]
    nn.Unflatten(1, ())


def pads(x: Tensor[B, 3]) -> None:
    """Padding is given in pairs, before and after, the last dimension first."""
    #: error: pad expects pad to be an even number of ints, before and after each dimension from the last one on, got (1, 2, 3) [shape]
    F.pad(x, (1, 2, 3))
    F.pad(x, (1, 2))  # right


def too_many_pads(x: Tensor[B, 3]) -> None:
    """There are more pairs of padding than dimensions."""
    #: error: pad got 3 pairs of padding for [B, 3], which has 2 dimensions [shape]
    F.pad(x, (1, 1, 1, 1, 1, 1))
    F.pad(x, (1, 1, 1, 1))  # right


def pad_mode(x: Tensor[B, 3]) -> None:
    """The modes are those of PyTorch."""
    #: error: pad expects mode to be "constant", "reflect", "replicate" or "circular", got 'zeros' [shape]
    F.pad(x, (1, 1), mode="zeros")
    F.pad(x, (1, 1), mode="constant", value=0)  # right


def cutting(x: Tensor[B, 3]) -> None:
    """Negative padding cuts off elements: at most as many as there are, from each side and from both."""
    #: error: pad expects to cut off at most the size, got (-2, -2) for dimension -1 of [B, 3], which has size 3 [shape]
    F.pad(x, (-2, -2))
    F.pad(x, (-2, -1))  # right


def cutting_one_side(x: Tensor[B, 3]) -> None:
    """Negative padding cuts off elements: at most as many as there are."""
    #: error: pad expects to cut off at most the size, got -4 for dimension -1 of [B, 3], which has size 3 [shape]
    F.pad(x, (-4, 8))


def negative_reflection(x: Tensor[B, 3]) -> None:
    """Only `mode="constant"` takes negative padding."""
    #: error: pad expects reflect padding of at least 0, got -1 for dimension -1 of [B, 3], which has size 3 [shape]
    F.pad(x, (-1, 1), mode="reflect")
    F.pad(F.pad(x, (0, 1), mode="reflect"), (-1, 0))  # right


def weight_of_a_convolution(x: Tensor[B, 4, 8], weight: Tensor[4, 8, 3, 3]) -> None:
    """The weight has the wrong number of dimensions; the message names those it should have."""
    #: error: ConvTranspose1d expects a weight [in, out/groups, K], got [4, 8, 3, 3] [shape]
    F.conv_transpose1d(x, weight)


def other_weights(x: Tensor[B, 4], table: Tensor[B, 3, 4], flat: Tensor[4]) -> None:
    """The weight has the wrong number of dimensions; the message names those it should have."""
    #: error: Embedding expects a weight [num_embeddings, embedding_dim], got [B, 3, 4] [shape]
    F.embedding(shapenet.arange(4), table)
    #: error: Linear expects a weight [out, in], got [4] [shape]
    F.linear(x, flat)
    #: error: Bilinear expects a weight [out, in1, in2], got [4] [shape]
    F.bilinear(x, x, flat)


def bias(x: Tensor[B, 4], weight: Tensor[3, 4], offsets: Tensor[4]) -> None:
    """The bias has an element for each output."""
    #: error: Linear[4, 3] expects a bias [3], got [4] [shape]
    F.linear(x, weight, offsets)
