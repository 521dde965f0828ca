"""Models of known papers."""

from shapenet.models.dcgan import Discriminator, Generator
from shapenet.models.gpt import GPT
from shapenet.models.unet import UNet

__all__ = [
    "GPT",
    "Discriminator",
    "Generator",
    "UNet",
]
