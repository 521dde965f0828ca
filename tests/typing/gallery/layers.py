"""What a layer expects of its input

The message names the layer as its type spells it, says what it expects, in which dimension, and what it got in which
shape. Dimensions are counted from 0; -1 is the last.
"""

from shapenet import Tensor, nn
from shapenet.dims import B, C, H, N, W


def channels(x: Tensor[B, 4, 32, 32]) -> None:
    """The layer was made for another number of channels than its input has. Make it for those as
    in the second line, or look upstream for the layer that has the wrong `out_channels`."""
    #: error: Conv2d[3, 16, 3] expects 3 channels in dimension 1, got 4 in [B, 4, 32, 32] [shape]
    nn.Conv2d(3, 16, 3)(x)
    nn.Conv2d(4, 16, 3)(x)  # right


def channels_by_name(x: Tensor[B, C, H, W]) -> None:
    """A name stands for any size: nothing says that `C` is 3. Annotate 3, or make the layer for `C`, which a class
    gets as `Generic[C]`."""
    #: error: BatchNorm2d[3] expects 3 channels in dimension 1, got C in [B, C, H, W] [shape]
    nn.BatchNorm2d(3)(x)


def last_dimension(x: Tensor[B, 100]) -> None:
    """The layer works along the last dimension, which has another size. Mend `in_features`, or what makes `x`."""
    #: error: Linear[128, 10] expects last dimension 128, got 100 in [B, 100] [shape]
    nn.Linear(128, 10)(x)
    nn.Linear(100, 10)(x)  # right


def no_dimension(x: Tensor[()]) -> None:
    """The layer works along the last dimension, and a tensor without dimensions has none."""
    #: error: Linear[128, 10] expects last dimension 128, got a tensor without dimensions [shape]
    nn.Linear(128, 10)(x)


def last_dimensions(x: Tensor[B, C, 4]) -> None:
    """The last dimensions must be those of `normalized_shape`."""
    #: error: LayerNorm[(8, 4)] expects last dimensions [8, 4], got [B, C, 4] [shape]
    nn.LayerNorm((8, 4))(x)


def convolution_of_a_matrix(x: Tensor[32, 32]) -> None:
    """The layer takes images with channels, one or a batch. Add the dimensions that are missing."""
    #: error: Conv2d[1, 16, 3] expects 3 or 4 dimensions [C, H, W] or [N, C, H, W], got 2: [32, 32] [shape]
    nn.Conv2d(1, 16, 3)(x)
    nn.Conv2d(1, 16, 3)(x.reshape(1, 32, 32))  # right


def image(x: Tensor[3, 8, 8]) -> None:
    """The layer takes a batch of images. A single one is made a batch of one."""
    #: error: AdaptiveAvgPool2d[1] expects 4 dimensions [N, C, H, W], got 3: [3, 8, 8] [shape]
    nn.AdaptiveAvgPool2d(1)(x)
    nn.AdaptiveAvgPool2d(1)(x.reshape(1, 3, 8, 8))  # right


def empty_images(x: Tensor[B, 3, 0, 8]) -> None:
    """There is nothing to take the maximum of, or to interpolate: a height or width is 0."""
    #: error: AdaptiveMaxPool2d[2] expects images that are not empty, got [B, 3, 0, 8] [shape]
    nn.AdaptiveMaxPool2d(2)(x)
    #: error: Upsample[None, 2] expects images that are not empty, got [B, 3, 0, 8] [shape]
    nn.Upsample(scale_factor=2)(x)


def batch_norm_of_images(x: Tensor[B, 8, H, W]) -> None:
    """The layer takes features or signals. For images there is another."""
    #: error: BatchNorm1d[8] expects 2 or 3 dimensions [N, C] or [N, C, L], got 4: [B, 8, H, W] [shape]
    nn.BatchNorm1d(8)(x)
    nn.BatchNorm2d(8)(x)  # right


def instance_norm_of_signals(x: Tensor[B, 8]) -> None:
    """The layer takes images with channels, one or a batch."""
    #: error: InstanceNorm2d[8] expects 3 or 4 dimensions [C, H, W] or [N, C, H, W], got 2: [B, 8] [shape]
    nn.InstanceNorm2d(8)(x)
    nn.InstanceNorm2d(8)(x.reshape(-1, 8, 1, 1))  # right


def group_norm_of_a_vector(x: Tensor[8]) -> None:
    """The layer needs a batch dimension before the channels."""
    #: error: GroupNorm[2, 8] expects at least 2 dimensions [N, C, *], got 1: [8] [shape]
    nn.GroupNorm(2, 8)(x)
    nn.GroupNorm(2, 8)(x.reshape(1, 8))  # right


def softmax(x: Tensor[B, 3]) -> None:
    """The layer works along a dimension that the tensor does not have. Dimensions are counted from 0; -1 is the
    last."""
    #: error: Softmax[2] got dimension 2, but [B, 3] has 2 dimensions [shape]
    nn.Softmax(2)(x)
    nn.Softmax(1)(x)  # right


def unflatten(x: Tensor[B, 12]) -> None:
    """The layer splits a dimension that the tensor does not have."""
    #: error: Unflatten[2, [3, 4]] has no dimension 2 to split in [B, 12] [shape]
    nn.Unflatten(2, (3, 4))(x)
    nn.Unflatten(1, (3, 4))(x)  # right


def distances(x: Tensor[B, 64, N]) -> None:
    """The layer reads 4 distributions of `c` numbers each from the channels. Mend `c`, or what makes the channels."""
    #: error: DFL[8] expects 4*8 = 32 channels in dimension 1, got 64 in [B, 64, N] [shape]
    nn.DFL(8)(x)
    nn.DFL(16)(x)  # right


def distances_of_images(x: Tensor[B, 64, H, W]) -> None:
    """The layer takes the places of an image in one dimension: flatten them first."""
    #: error: DFL expects 3 dimensions [N, 4*c, A], got 4: [B, 64, H, W] [shape]
    nn.DFL(16)(x)
    nn.DFL(16)(x.flatten(2))  # right


def windows_to_images(x: Tensor[B, 10, 9]) -> None:
    """Dimension 1 holds the windows' elements, channels times kernel height times kernel width."""
    #: error: Fold[4, 2] expects dimension 1 to be a multiple of KH*KW = 4, got 10 in [B, 10, 9] [shape]
    nn.Fold(4, 2)(x)


def number_of_windows(x: Tensor[B, 12, 8]) -> None:
    """An image of this size has another number of windows: the message computes it from `output_size`,
    `kernel_size`, `stride`, `padding` and `dilation`. One of them differs from those of the `Unfold`."""
    #: error: Fold[4, 2] expects 3*3 = 9 windows in dimension 2, got 8 in [B, 12, 8] [shape]
    nn.Fold(4, 2)(x)


def windows_without_a_batch(x: Tensor[12, 9]) -> None:
    """The layer takes a batch of windows, with the windows last, as `nn.Unfold` gives them."""
    #: error: Fold[4, 2] expects 3 dimensions [N, C*KH*KW, L], got 2: [12, 9] [shape]
    nn.Fold(4, 2)(x)


def pixel_shuffle(x: Tensor[B, 6, H, W]) -> None:
    """The layer makes each group of r*r channels one channel: their number must be a multiple of that."""
    #: error: PixelShuffle[2] expects a multiple of 2*2 = 4 channels in dimension -3, got 6 in [B, 6, H, W] [shape]
    nn.PixelShuffle(2)(x)


def pixel_unshuffle(x: Tensor[B, 3, 5, 4]) -> None:
    """The layer makes squares of r*r pixels one pixel: height and width must be multiples of r. Pad or crop the
    image before."""
    #: error: PixelUnshuffle[2] expects a height that 2 divides in dimension -2, got 5 in [B, 3, 5, 4] [shape]
    nn.PixelUnshuffle(2)(x)
    nn.PixelUnshuffle(2)(nn.ZeroPad2d((0, 0, 0, 1))(x))  # right


def pixels_without_channels(x: Tensor[4, 4]) -> None:
    """The layer moves pixels to channels or back, and there are none."""
    #: error: PixelUnshuffle[2] expects at least 3 dimensions [*, C, H, W], got [4, 4] [shape]
    nn.PixelUnshuffle(2)(x)


def padding_of_a_matrix(x: Tensor[8, 8]) -> None:
    """The layer pads images with channels, one or a batch."""
    #: error: ZeroPad2d[1] expects [C, H, W] or [N, C, H, W], got [8, 8] [shape]
    nn.ZeroPad2d(1)(x)


def reflection(x: Tensor[B, 3, 4, 32]) -> None:
    """What is reflected must lie in the image, without the edge itself: pad by less than the size."""
    #: error: ReflectionPad2d[4] expects reflect padding below the size, got 4 for dimension -2 of [B, 3, 4, 32], which has size 4 [shape]
    nn.ReflectionPad2d(4)(x)
    nn.ReflectionPad2d(3)(x)  # right


def once_around(x: Tensor[B, 3, 4, 32]) -> None:
    """What comes from the other end must lie in the image: pad by at most the size."""
    #: error: CircularPad2d[5] expects circular padding of at most the size, got 5 for dimension -2 of [B, 3, 4, 32], which has size 4 [shape]
    nn.CircularPad2d(5)(x)
    nn.CircularPad2d(4)(x)  # right


def replication(x: Tensor[B, 3, 0]) -> None:
    """An edge is repeated, and an empty tensor has none."""
    #: error: ReplicationPad1d[1] expects something to replicate, got 1 for dimension -1 of [B, 3, 0], which has size 0 [shape]
    nn.ReplicationPad1d(1)(x)
