"""Optimizers: they change parameters in place, by their gradients."""

from shapenet.optim.adam import Adam, AdamW
from shapenet.optim.optimizer import Optimizer
from shapenet.optim.sgd import SGD

__all__ = ["SGD", "Adam", "AdamW", "Optimizer"]
