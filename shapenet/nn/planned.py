"""What layers that convolve have in common: their weights, and a plan for each input shape."""

from __future__ import annotations

import math
from typing import Any

from shapenet import rules
from shapenet.functional.conv import Job, as_images
from shapenet.kernels.convolution import Algorithm
from shapenet.kernels.plan import Plans
from shapenet.nn import init
from shapenet.nn.module import Module
from shapenet.nn.parameter import Parameter
from shapenet.rules.conv import ConvRule


class Planned(Module):
    """A layer of filters, whose algorithm is chosen for each input shape, once."""

    rule: ConvRule
    weight: Parameter[*tuple[Any, ...]]
    bias: Parameter[Any] | None
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

    def plan(self, *sizes: int) -> Algorithm:
        """How an input of these sizes, such as ``N, C, H, W``, will be computed where the layer is: print it.

        Raises:
            ShapeError: such an input does not fit.
            ValueError: the algorithm to which the layer is pinned cannot compute it.
        """
        job = Job.of(self.rule, sizes)
        # A transposed convolution is the way back through the one that is planned.
        x, out = (job.maps, job.images) if isinstance(self.rule, rules.Transposed) else (job.images, job.maps)
        filters = as_images(self.weight.data.shape, self.weight.ndim - 2)
        return self.plans.plan(x, filters, self.weight.dtype, job.config, (out[2], out[3]), self.weight.data)

    def _start(self, *, bias: bool) -> None:
        """Begin with random filters of the sizes that the rule says, and a random bias if wanted."""
        *shape, features = map(int, (*self.rule.weight, self.rule.out_channels))  # type: ignore[arg-type]  # all ints
        # torch counts so for a transposed convolution, too, though there each output meets in_channels of them.
        weight, start = init.filters(tuple(shape), math.prod(shape[1:]), features, bias=bias)
        self.weight = Parameter(weight)
        self.bias = None if start is None else Parameter(start)
        self.plans = Plans()
