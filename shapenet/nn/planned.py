"""What layers that convolve have in common: a plan for each input shape."""

from __future__ import annotations

from abc import abstractmethod

from shapenet.kernels.convolution import Algorithm
from shapenet.kernels.plan import Plans
from shapenet.nn.module import Module


class Planned(Module):
    """A layer whose algorithm is chosen for each input shape, once."""

    plans: Plans

    @property
    def algorithm(self) -> str:
        """``"auto"``, or the name of the algorithm to which the layer is pinned, such as ``"im2col"``.

        Setting it raises a ValueError if there is no such algorithm.
        """
        return self.plans.algorithm

    @algorithm.setter
    def algorithm(self, name: str) -> None:
        self.plans.algorithm = name

    @abstractmethod
    def plan(self, *sizes: int) -> Algorithm:
        """How an input of these sizes, ``N, C, H, W``, will be computed: print it.

        Raises:
            ShapeError: such an input does not fit.
            ValueError: the algorithm to which the layer is pinned cannot compute it.
        """
