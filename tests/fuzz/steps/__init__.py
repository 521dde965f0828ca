"""What steps there are: one function a kind of step, which gives its text. To add one, write it and list it."""

from tests.fuzz.steps import arranging, calling, computing, functions, holders, layers, sizes, tensors

TABLE = (
    *arranging.TABLE,
    *calling.TABLE,
    *computing.TABLE,
    *functions.TABLE,
    *holders.TABLE,
    *layers.TABLE,
    *sizes.TABLE,
    *tensors.TABLE,
)
"""Their order says nothing; each is as likely as another."""

__all__ = ["TABLE"]
