"""Which algorithm computes a convolution: decided once for each layer and input shape.

The choice is that with the least predicted time (``Algorithm.predicted``) of those whose rounding the user tolerates.
It depends on sizes, the number of threads and the settings alone, never on a measurement, so that a program gives the
same numbers each time.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import numpy as np

from shapenet.backend import Array
from shapenet.kernels import parallel
from shapenet.kernels.conv import ConvConfig, IntPair
from shapenet.kernels.convolution import Algorithm, Geometry
from shapenet.kernels.cuda import depthwise as cuda_depthwise
from shapenet.kernels.cuda import products
from shapenet.kernels.cuda import winograd as cuda_winograd
from shapenet.kernels.cuda.gemm import Gemm
from shapenet.kernels.depthwise import Depthwise
from shapenet.kernels.im2col import Im2col
from shapenet.kernels.planes import Planes
from shapenet.kernels.slices import Slices
from shapenet.kernels.winograd import Winograd2, Winograd4

ALGORITHMS: Final[dict[str, type[Algorithm]]] = {
    kind.name: kind for kind in (Im2col, Planes, Depthwise, Winograd2, Winograd4, Slices)
}
"""All of them on the CPU, by name; of equal times the first wins."""

GPU_ALGORITHMS: Final[dict[str, type[Algorithm]]] = {
    kind.name: kind
    for kind in (Gemm, cuda_depthwise.Depthwise, cuda_winograd.Winograd2, cuda_winograd.Winograd4, Slices)
}
"""All of them on a GPU, likewise. ``slices`` is for the types that have no kernels."""

EXACT: Final = 2e-6
"""The tolerance that allows no more rounding than a matrix product has."""


TOLERANCE: Final = 1e-4
"""The tolerance where the user has set none, on the CPU."""

GPU_TOLERANCE: Final = 1e-5
"""The same on a GPU, which is to agree with a CPU so far. It also holds where products round their inputs: Winograd's
transforms enlarge that rounding 2 times for ``winograd2``, but 20 times for ``winograd4``."""

KEPT: Final = 64
"""Plans that a layer keeps, of the input shapes it has seen."""


class Settings:
    """What holds for all convolutions of the process."""

    tolerance: float | None = None
    budget: int = 64 * 2**20


_settings = Settings()


def set_conv_tolerance(tolerance: float) -> None:
    """Allow convolutions in float32 an error of *tolerance*, relative to the largest output.

    At the start it is 1e-4 on the CPU and 1e-5 on a GPU. Where products of a GPU round their inputs, 1e-5 is the most.

    0 forces the plain matrix product. Winograd's algorithms err up to 1e-5 (``winograd2``) and 5e-5 (``winograd4``),
    and are off where that is more than the tolerance.

    Raises:
        ValueError: *tolerance* is no number of at least 0.
    """
    if isinstance(tolerance, bool) or not isinstance(tolerance, int | float) or not tolerance >= 0:
        raise ValueError(f"set_conv_tolerance expects a number, at least 0, got {tolerance!r}")
    _settings.tolerance = float(tolerance)


def set_scratch_budget(nbytes: int) -> None:
    """Let a convolution borrow about *nbytes* of scratch memory; with less it goes over its input in smaller blocks.

    At the start it is 64 MiB. One line of one image for each thread, and transformed filters, are the least.

    Raises:
        ValueError: *nbytes* is no int of at least 0.
    """
    if isinstance(nbytes, bool) or not isinstance(nbytes, int) or nbytes < 0:
        raise ValueError(f"set_scratch_budget expects a number of bytes, got {nbytes!r}")
    _settings.budget = nbytes


class Plans:
    """The plans of one layer, by input shape.

    ``algorithm`` is ``"auto"``, or the name of the one to which the layer is pinned.
    """

    def __init__(self, algorithm: str = "auto") -> None:
        self._made: dict[tuple[Any, ...], Algorithm] = {}
        self.algorithm = algorithm

    @property
    def algorithm(self) -> str:
        """Setting it raises a ValueError if there is no such algorithm."""
        return self._algorithm

    @algorithm.setter
    def algorithm(self, name: str) -> None:
        known = ALGORITHMS | GPU_ALGORITHMS
        if name != "auto" and name not in known:
            raise ValueError(f'algorithm must be "auto" or one of {", ".join(known)}, got {name!r}')
        self._algorithm = name
        self._made.clear()

    def plan(
        self,
        x_shape: tuple[int, ...],
        weight_shape: tuple[int, ...],
        dtype: np.dtype[Any],
        config: ConvConfig,
        output: IntPair,
        like: Array | None = None,
    ) -> Algorithm:
        """The algorithm for an input ``[N, C, H, W]`` and a weight ``[O, C/G, K, L]``.

        Raises:
            ValueError: the algorithm that was asked for cannot compute this convolution.
        """
        on_cpu = like is None or isinstance(like, np.ndarray)
        threads, budget = parallel.get_num_threads() if on_cpu else 1, _settings.budget
        tolerance = _tolerance(on_cpu)
        # The time that is predicted on a GPU depends on the precision.
        precision = "" if on_cpu else products.get_float32_matmul_precision()
        key = (x_shape, weight_shape, dtype, config, output, on_cpu, threads, tolerance, budget, precision)
        made = self._made.get(key)
        if made is None:
            while len(self._made) >= KEPT:
                del self._made[next(iter(self._made))]
            geometry = Geometry(
                config, x_shape[0], (x_shape[2], x_shape[3]), x_shape[1], output, weight_shape[0], dtype
            )
            made = self._made[key] = self._choose(geometry, threads, tolerance, budget, on_cpu)
        return made

    def _choose(self, geometry: Geometry, threads: int, tolerance: float, budget: int, on_cpu: bool) -> Algorithm:
        there = ALGORITHMS if on_cpu else GPU_ALGORITHMS
        if self.algorithm != "auto":
            kind = there.get(self.algorithm)
            if kind is None:
                place, names = "the CPU" if on_cpu else "a GPU", ", ".join(there)
                raise ValueError(f"algorithm {self.algorithm!r} is none of those on {place}: {names}")
            if not kind.fits(geometry):
                raise ValueError(f"algorithm {self.algorithm!r} cannot compute {geometry}, which is not {kind.domain}")
            return kind(geometry, threads, budget)
        fitting = [kind(geometry, threads, budget) for kind in there.values() if kind.fits(geometry)]
        exact_enough = [algorithm for algorithm in fitting if algorithm.error <= max(tolerance, EXACT)]
        return min(exact_enough, key=lambda algorithm: algorithm.predicted())

    def scratch(self, images: int) -> int:
        """The most scratch memory of all plans made so far, if each were for a batch of *images* on the CPU."""
        threads, budget = parallel.get_num_threads(), _settings.budget
        sizes = {replace(plan.geometry, images=images) for plan in self._made.values()}
        chosen = (self._choose(geometry, threads, _tolerance(True), budget, True) for geometry in sizes)
        return max((plan.scratch for plan in chosen), default=0)

    def __reduce__(self) -> tuple[type[Plans], tuple[str]]:
        return Plans, (self.algorithm,)


def _tolerance(on_cpu: bool) -> float:
    tolerance = _settings.tolerance
    if on_cpu:
        return TOLERANCE if tolerance is None else tolerance
    if tolerance is None or products.get_float32_matmul_precision() != "highest":
        return min(GPU_TOLERANCE, GPU_TOLERANCE if tolerance is None else tolerance)
    return tolerance
