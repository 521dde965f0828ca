"""Data: sets of items, the order they are visited in, and batches of them."""

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

__all__ = [
    "CIFAR10",
    "MNIST",
    "BatchSampler",
    "ConcatDataset",
    "DataLoader",
    "Dataset",
    "IterableDataset",
    "RandomSampler",
    "Sampler",
    "SequentialSampler",
    "Subset",
    "SubsetRandomSampler",
    "TensorDataset",
    "WeightedRandomSampler",
    "random_split",
    "read_idx",
]
