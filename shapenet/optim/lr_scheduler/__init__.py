"""Schedules: they set the learning rates of an optimizer, epoch by epoch or batch by batch."""

from shapenet.optim.lr_scheduler.cosine import CosineAnnealingLR, CosineAnnealingWarmRestarts
from shapenet.optim.lr_scheduler.decay import ConstantLR, ExponentialLR, LinearLR, MultiStepLR, StepLR
from shapenet.optim.lr_scheduler.function import LambdaLR
from shapenet.optim.lr_scheduler.one_cycle import OneCycleLR
from shapenet.optim.lr_scheduler.plateau import ReduceLROnPlateau
from shapenet.optim.lr_scheduler.scheduler import LRScheduler, Scheduler
from shapenet.optim.lr_scheduler.sequential import SequentialLR

__all__ = [
    "ConstantLR",
    "CosineAnnealingLR",
    "CosineAnnealingWarmRestarts",
    "ExponentialLR",
    "LRScheduler",
    "LambdaLR",
    "LinearLR",
    "MultiStepLR",
    "OneCycleLR",
    "ReduceLROnPlateau",
    "Scheduler",
    "SequentialLR",
    "StepLR",
]
