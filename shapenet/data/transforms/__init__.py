"""Changes to images, one at a time, and to batches of them."""

from shapenet.data.transforms.affine import RandomAffine
from shapenet.data.transforms.base import Compose, Transform
from shapenet.data.transforms.crop import RandomCrop
from shapenet.data.transforms.cutout import Cutout
from shapenet.data.transforms.flip import RandomHorizontalFlip, RandomVerticalFlip
from shapenet.data.transforms.mixup import Mixup
from shapenet.data.transforms.values import Normalize, ToDtype

__all__ = [
    "Compose",
    "Cutout",
    "Mixup",
    "Normalize",
    "RandomAffine",
    "RandomCrop",
    "RandomHorizontalFlip",
    "RandomVerticalFlip",
    "ToDtype",
    "Transform",
]
