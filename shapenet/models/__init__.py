"""Well-known networks. Those that torchvision has keep its names of parameters and buffers: its states can be loaded.

Each is a class, so that its type keeps the number of classes, and has torchvision's name too: ``resnet18 = ResNet18``.
"""

from shapenet.models.alex import AlexNet, alexnet
from shapenet.models.dcgan import Discriminator, Generator
from shapenet.models.gpt import GPT
from shapenet.models.lenet import LeNet5
from shapenet.models.mobilenet import MobileNetV2, mobilenet_v2
from shapenet.models.resnet import ResNet18, ResNet34, ResNet50, resnet18, resnet34, resnet50
from shapenet.models.squeezenet import SqueezeNet, squeezenet1_1
from shapenet.models.unet import UNet
from shapenet.models.vgg import (
    VGG11,
    VGG11BN,
    VGG13,
    VGG13BN,
    VGG16,
    VGG16BN,
    vgg11,
    vgg11_bn,
    vgg13,
    vgg13_bn,
    vgg16,
    vgg16_bn,
)

__all__ = [
    "GPT",
    "VGG11",
    "VGG11BN",
    "VGG13",
    "VGG13BN",
    "VGG16",
    "VGG16BN",
    "AlexNet",
    "Discriminator",
    "Generator",
    "LeNet5",
    "MobileNetV2",
    "ResNet18",
    "ResNet34",
    "ResNet50",
    "SqueezeNet",
    "UNet",
    "alexnet",
    "mobilenet_v2",
    "resnet18",
    "resnet34",
    "resnet50",
    "squeezenet1_1",
    "vgg11",
    "vgg11_bn",
    "vgg13",
    "vgg13_bn",
    "vgg16",
    "vgg16_bn",
]
