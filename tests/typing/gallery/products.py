"""Products of tensors

In an equation of `einsum` each letter is a dimension: there is a term for each tensor, and one for the result. A letter
that is not in the result is summed over.
"""

import shapenet
from shapenet import Tensor
from shapenet.dims import B, H, K, M, N


def equation(x: Tensor[M, K]) -> None:
    """Dimensions are letters, `...` any number of them; commas part the tensors, and `->` comes before the result."""
    #: error: einsum expects an equation such as "bij,bjk->bik" or "...i,i->...", got "m1->m" [shape]
    shapenet.einsum("m1->m", x)
    shapenet.einsum("mk->m", x)  # right


def number_of_tensors(x: Tensor[M, K], y: Tensor[K, N]) -> None:
    """A tensor was forgotten, or a comma."""
    #: error: einsum "mk,kn->mn" is for 2 tensors, got 1 [shape]
    shapenet.einsum("mk,kn->mn", x)
    shapenet.einsum("mk,kn->mn", x, y)  # right


def number_of_letters(x: Tensor[B, M, K]) -> None:
    """Each dimension needs a letter. For those that all tensors share in front, there is `...`."""
    #: error: einsum "mk->km" has "mk" for 2 dimensions, got [B, M, K] [shape]
    shapenet.einsum("mk->km", x)
    shapenet.einsum("...mk->...km", x)  # right


def letter_of_two_sizes(q: Tensor[B, M, H], k: Tensor[B, N, H]) -> None:
    """A letter has one size in all tensors, or 1. Here the second tensor wants to be read the other way round."""
    #: error: einsum "bmh,bhn->bmn": h is H in tensor 0 [B, M, H] and N in tensor 1 [B, N, H] [shape]
    shapenet.einsum("bmh,bhn->bmn", q, k)
    shapenet.einsum("bmh,bnh->bmn", q, k)  # right


def letter_twice(x: Tensor[M, K]) -> None:
    """A letter that stands twice in a term is for the diagonal: the matrix must be square."""
    #: error: einsum "ii->i": i is M and K in [M, K] [shape]
    shapenet.einsum("ii->i", x)
    shapenet.einsum("ij->i", x)  # right


def letter_from_nowhere(x: Tensor[M, K]) -> None:
    """The result has the letters of the tensors, no others."""
    #: error: einsum "mk->mn" has n in the result, but in no tensor [shape]
    shapenet.einsum("mk->mn", x)
    shapenet.einsum("mk->km", x)  # right


def letter_twice_in_the_result(x: Tensor[M]) -> None:
    """`einsum` sums, and takes diagonals; it makes none. For that there is `diag`."""
    #: error: einsum "m->mm" has m in the result more than once [shape]
    shapenet.einsum("m->mm", x)
    x.diag()  # right


def matrices_in_batches(x: Tensor[B, M, K], y: Tensor[K, N]) -> None:
    """`mm`, `bmm`, `mv`, `dot` and `outer` take tensors of the dimensions that they are named for. `@` takes all."""
    #: error: bmm expects tensors of 3 and 3 dimensions, got [B, M, K] and [K, N] [shape]
    x.bmm(y)
    x @ y  # right


def batches(x: Tensor[B, M, K], y: Tensor[1, K, N]) -> None:
    """Unlike `@`, `bmm` does not broadcast."""
    #: error: bmm expects as many matrices in both tensors, got [B, M, K] and [1, K, N]: dimension 0 is B against 1 [shape]
    x.bmm(y)
    x @ y  # right
