"""Outputs without elements

The formula follows, first with names, then with the values put in.
"""

from shapenet import Tensor, nn
from shapenet.dims import B


def window(x: Tensor[B, 3, 4, 32]) -> None:
    """The window is larger than the image: take a smaller `kernel_size` or `dilation`, more `padding`, or fewer
    layers that shrink the image before this one."""
    #: error: Conv2d[3, 16, 5] gets an output height of 0: (size + 2*padding - dilation*(kernel_size-1) - 1)//stride + 1 = (4 + 2*0 - 1*(5-1) - 1)//1 + 1 [shape]
    nn.Conv2d(3, 16, 5)(x)
    nn.Conv2d(3, 16, 5, padding=1)(x)  # right


def pool(x: Tensor[B, 3, 1, 1]) -> None:
    """There is one pooling layer too many for images of this size."""
    #: error: MaxPool2d[2] gets an output height of 0: (size + 2*padding - dilation*(kernel_size-1) - 1)//stride + 1 = (1 + 2*0 - 1*(2-1) - 1)//2 + 1 [shape]
    nn.MaxPool2d(2)(x)


def transposed(x: Tensor[B, 3, 1, 8]) -> None:
    """The padding of a transposed convolution is cut off its output, and leaves nothing."""
    #: error: ConvTranspose2d[3, 16, 2, 1, 1] gets an output height of 0: (size - 1)*stride - 2*padding + dilation*(kernel_size-1) + output_padding + 1 = (1 - 1)*1 - 2*1 + 1*(2-1) + 0 + 1 [shape]
    nn.ConvTranspose2d(3, 16, 2, padding=1)(x)
    nn.ConvTranspose2d(3, 16, 4, padding=1)(x)  # right
