"""Data: sets of items, the order they are visited in, and batches of them."""

from shapenet.data.collate import default_collate
from shapenet.data.dataset import ConcatDataset, Dataset, IterableDataset, Subset, TensorDataset
from shapenet.data.idx import read_idx
from shapenet.data.images import CIFAR10, MNIST
from shapenet.data.loader import DataLoader
from shapenet.data.sampler import (
    BatchSampler,
    RandomSampler,
    Sampler,
    SequentialSampler,
    SubsetRandomSampler,
    WeightedRandomSampler,
)
from shapenet.data.splitting import random_split
from shapenet.data.transforms import (
    Compose,
    Cutout,
    Mixup,
    Normalize,
    RandomAffine,
    RandomCrop,
    RandomHorizontalFlip,
    RandomVerticalFlip,
    ToDtype,
    Transform,
)
from shapenet.data.worker_info import WorkerInfo, get_worker_info

__all__ = [
    "CIFAR10",
    "MNIST",
    "BatchSampler",
    "Compose",
    "ConcatDataset",
    "Cutout",
    "DataLoader",
    "Dataset",
    "IterableDataset",
    "Mixup",
    "Normalize",
    "RandomAffine",
    "RandomCrop",
    "RandomHorizontalFlip",
    "RandomSampler",
    "RandomVerticalFlip",
    "Sampler",
    "SequentialSampler",
    "Subset",
    "SubsetRandomSampler",
    "TensorDataset",
    "ToDtype",
    "Transform",
    "WeightedRandomSampler",
    "WorkerInfo",
    "default_collate",
    "get_worker_info",
    "random_split",
    "read_idx",
]
