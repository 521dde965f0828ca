"""Data: sets of items, and batches of them."""

from shapenet.data.dataset import Dataset, TensorDataset
from shapenet.data.loader import DataLoader

__all__ = ["DataLoader", "Dataset", "TensorDataset"]
