"""Types of the networks in ``shapenet.models``."""

from shapenet import Tensor, models
from shapenet.dims import B, H, W


def images(x: Tensor[B, 3, H, W], digit: Tensor[B, 1, 28, 28]) -> None:
    #: note: Revealed type is "Tensor[B, Literal[10]]"
    reveal_type(models.LeNet5()(digit))
    #: note: Revealed type is "Tensor[B, Literal[1000]]"
    reveal_type(models.resnet18()(x))
    #: note: Revealed type is "Tensor[B, Literal[7]]"
    reveal_type(models.resnet50(7)(x))
    #: note: Revealed type is "shapenet.models.residual_blocks.Stage[Literal[128], Literal[256], Literal[2]]"
    reveal_type(models.ResNet18(3).layer3)
    #: note: Revealed type is "Tensor[B, Literal[7]]"
    reveal_type(models.vgg16_bn(7)(x))
    #: note: Revealed type is "Tensor[B, Literal[1000]]"
    reveal_type(models.alexnet()(x))
    #: note: Revealed type is "Tensor[B, Literal[2]]"
    reveal_type(models.mobilenet_v2(2)(x))
    #: note: Revealed type is "Tensor[B, Literal[1000]]"
    reveal_type(models.squeezenet1_1()(x))
