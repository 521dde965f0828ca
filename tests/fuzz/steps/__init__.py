"""What steps there are: one function a kind of step, which gives its text. To add one, write it and list it."""

from shapenet import Tensor
from tests.fuzz.draw import Maker
from tests.fuzz.steps import arranging, computing, functions, holders, layers, sizes, tensors

_LATER: tuple[tuple[str, tuple[Maker, ...]], ...] = (("topk", computing.TABLE),)
"""Steps with methods that come to ``Tensor`` family by family, each by the name of one of them."""

TABLE: tuple[Maker, ...] = (
    *tensors.TABLE,
    *functions.TABLE,
    *layers.TABLE,
    *holders.TABLE,
    *sizes.TABLE,
    *arranging.TABLE,
    *(maker for method, table in _LATER if hasattr(Tensor, method) for maker in table),
)
"""Their order says nothing; each is as likely as another."""

__all__ = ["TABLE"]
