"""``Mixup``: batches of mixed images, and of labels mixed alike."""

from __future__ import annotations

import numpy as np

from shapenet import rules
from shapenet.backend import Array, same_device
from shapenet.data.checks import check_generator, check_int, is_real
from shapenet.data.transforms.base import constant
from shapenet.data.worker_info import drawing_from
from shapenet.errors import ShapeError
from shapenet.kernels import memory
from shapenet.kernels.elementwise import elementwise
from shapenet.tensors import AnyTensor, Tensor


class Mixup:
    """Each image and label of a batch mixed with another's: ``m x_i + (1-m) x_j`` and ``m y_i + (1-m) y_j``.

    One *m* is drawn for the batch, from the distribution Beta(*alpha*, *alpha*), and an order of the batch that tells
    the *j* of each *i*. It takes a pair of tensors, images ``[B, ...]``, floating, and labels: integers ``[B]``, or
    already probabilities ``[B, num_classes]``. It gives new images and probabilities, in the images' dtype, off the
    tape. So it can be the ``transform`` of a ``DataLoader``. The cross entropy with such labels is
    ``-(labels * scores.log_softmax(1)).sum(1).mean()``.

    Args:
        num_classes: how many classes there are.
        alpha: great for mixtures of halves, small for images that are hardly mixed.
        generator: what is drawn from; see ``Transform``.

    Raises:
        ValueError: *num_classes* is no int of at least 1, or *alpha* not above 0.
        TypeError: *generator* is no generator.

    Source: H. Zhang, M. Cisse, Y. Dauphin, D. Lopez-Paz, "mixup: beyond empirical risk minimization" (2018), section 2.
    """

    def __init__(self, num_classes: int, alpha: float = 1.0, generator: np.random.Generator | None = None) -> None:
        check_int("Mixup", "num_classes", num_classes, 1)
        if not is_real(alpha) or alpha <= 0:
            raise ValueError(f"Mixup expects alpha to be a finite number above 0, got {alpha!r}")
        check_generator("Mixup", generator)
        self.num_classes = num_classes
        self.alpha = alpha
        self.generator = generator

    def __call__(self, batch: tuple[AnyTensor, ...]) -> tuple[AnyTensor, AnyTensor]:
        """The batch that comes out.

        Raises:
            TypeError: the batch is no pair of tensors.
            ShapeError: the labels do not fit the images or the classes.
            ValueError: the images are not floating, or the labels not below *num_classes*.
            DeviceError: the two are on different devices.
        """
        if len(batch) != 2 or not all(isinstance(part, Tensor) for part in batch):
            raise TypeError(f"Mixup expects a pair of tensors, got {', '.join(type(part).__name__ for part in batch)}")
        images, labels = batch[0].data, batch[1].data
        same_device(images, labels)
        if images.dtype.kind != "f":
            raise ValueError(f"Mixup expects floating images, got dtype {images.dtype}")
        chances = self._chances(images, labels)
        generator = drawing_from(self.generator)
        share = float(generator.beta(self.alpha, self.alpha))
        order = constant(generator.permutation(len(images)), images)
        return Tensor(_mixed(images, order, share)), Tensor(_mixed(chances, order, share))

    def _chances(self, images: Array, labels: Array) -> Array:
        """The labels as probabilities ``[B, num_classes]``."""
        count, classes = len(images) if images.ndim else -1, self.num_classes
        if labels.dtype.kind == "f" and labels.shape == (count, classes):
            return labels.astype(images.dtype, copy=False)
        if labels.dtype.kind not in "iu" or labels.shape != (count,):
            raise ShapeError(
                "Mixup",
                f"expects images [B, ...] and labels of integers [B] or of floats [B, {classes}], got "
                f"{rules.show(images.shape)} and {labels.dtype} {rules.show(labels.shape)}",
            )
        lowest, highest = (int(labels.min()), int(labels.max())) if count else (0, 0)
        if lowest < 0 or highest >= classes:
            raise ValueError(f"Mixup expects labels from 0 to {classes - 1}, got {lowest} to {highest}")
        chances = np.zeros_like(images, shape=(count, classes))
        chances[np.arange(count, like=labels), labels] = 1
        return chances


def _mixed(x: Array, order: Array, share: float) -> Array:
    """``share * x[i] + (1 - share) * x[order[i]]``, for each i."""
    out = memory.empty(x.shape, x.dtype, x)
    np.take(x, order, axis=0, out=out)
    elementwise(np.multiply, out, constant(np.array(1 - share, x.dtype), x), out=out)
    own = elementwise(np.multiply, x, constant(np.array(share, x.dtype), x), out=memory.empty_like(x))
    return elementwise(np.add, out, own, out=out)
