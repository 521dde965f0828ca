"""Initialisation gives back what it was given."""

from shapenet import Tensor, nn
from shapenet.dims import B, K


def initial(linear: nn.Linear[K, 5], x: Tensor[B, 3]) -> None:
    #: note: Revealed type is "Parameter[Literal[5], K]"
    reveal_type(nn.init.kaiming_normal_(linear.weight))
    #: note: Revealed type is "Tensor[B, Literal[3]]"
    reveal_type(nn.init.trunc_normal_(x, std=0.02))
