"""Well-known networks for images. Parameters and buffers have torchvision's names: its state dicts can be loaded.

Each is a class, so that its type keeps the number of classes, and has torchvision's name too: ``resnet18 = ResNet18``.
"""

from shapenet.models.lenet import LeNet5
from shapenet.models.resnet import ResNet18, ResNet34, ResNet50, resnet18, resnet34, resnet50

__all__ = [
    "LeNet5",
    "ResNet18",
    "ResNet34",
    "ResNet50",
    "resnet18",
    "resnet34",
    "resnet50",
]
