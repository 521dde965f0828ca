"""Sums of products by an equation."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from shapenet.backend import Array
from shapenet.ops import Result
from shapenet.ops.results import result


def einsum(*arrays: Array, inputs: tuple[str, ...], output: str) -> Result:
    """The sum, over the letters that *output* lacks, of the products of the elements; sizes of 1 broadcast.

    Args:
        arrays: the factors.
        inputs: a letter for each dimension of each factor; where one has a letter twice, its diagonal is taken.
        output: the letters of the result, each once.
    """
    sizes = {letter: 1 for term in inputs for letter in term}
    for array, term in zip(arrays, inputs, strict=True):
        sizes |= {letter: size for letter, size in zip(term, array.shape, strict=True) if size != 1}
    parts = [_Part(array, term, sizes) for array, term in zip(arrays, inputs, strict=True)]
    views, terms = [part.view for part in parts], [part.term for part in parts]

    def gradient(place: int, grad: Array) -> Array:
        others = [grad, *(view for other, view in enumerate(views) if other != place)]
        theirs = [output, *(term for other, term in enumerate(terms) if other != place)]
        met = "".join(letter for letter in terms[place] if any(letter in term for term in theirs))
        return parts[place].back(_contracted(others, theirs, met), met)

    gradients: list[Callable[[Array], Array]] = [partial(gradient, place) for place in range(len(parts))]
    # A letter of the result may be 1 everywhere, or in the one tensor that has it.
    return result(_contracted(views, terms, output), *gradients)


class _Part:
    """A factor without repeated letters, and without sizes of 1 that others broadcast."""

    def __init__(self, array: Array, term: str, sizes: dict[str, int]) -> None:
        self.shape = array.shape
        kept = [(letter, size) for letter, size in zip(term, array.shape, strict=True) if size == sizes[letter]]
        self.squeezed = tuple(size for _, size in kept)
        self.letters = "".join(letter for letter, _ in kept)
        self.term = "".join(dict.fromkeys(self.letters))
        view = np.reshape(array, self.squeezed)
        self.view = view if self.term == self.letters else np.einsum(f"{self.letters}->{self.term}", view)
        self.view_shape = self.view.shape

    def back(self, grad: Array, met: str) -> Array:
        """The gradient of the array, of one that lacks the letters that are in no other factor."""
        lengths = [size if letter in met else 1 for letter, size in zip(self.term, self.view_shape, strict=True)]
        full = np.broadcast_to(np.reshape(grad, lengths), self.view_shape)
        if self.term != self.letters:
            whole = np.zeros(self.squeezed, full.dtype, like=full)
            np.einsum(f"{self.letters}->{self.term}", whole)[...] = full
            full = whole
        return np.reshape(full, self.shape)


def _contracted(arrays: list[Array], terms: list[str], output: str) -> Array:
    summed: Array = np.einsum(f"{','.join(terms)}->{output}", *arrays, optimize=True)
    return summed
