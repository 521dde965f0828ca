"""What steps there are: one function a kind of step, which gives its text. To add one, write it and list it."""

from tests.fuzz.steps import functions, holders, layers, sizes, tensors

TABLE = (*tensors.TABLE, *functions.TABLE, *layers.TABLE, *holders.TABLE, *sizes.TABLE)
"""Their order says nothing; each is as likely as another."""

__all__ = ["TABLE"]
