"""The torch side of the cases. Torch is no requirement of the project, hence imported without its types."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from benchmarks.libraries import CHANNELS_LAST, Library
from benchmarks.machine import threads_given

torch: Any = import_module("torch")


class Residual(torch.nn.Module):  # type: ignore[misc]  # the base is Any
    """The sum of a body and a shortcut."""

    def __init__(self, body: Any, shortcut: Any) -> None:
        super().__init__()
        self.body = body
        self.shortcut = shortcut

    def forward(self, x: Any) -> Any:
        return self.body(x) + self.shortcut(x)


class Mean(torch.nn.Module):  # type: ignore[misc]  # the base is Any
    """The mean over height and width."""

    def forward(self, x: Any) -> Any:
        return x.mean((2, 3))


def library(name: str) -> Library:
    """Torch as the cases want it, in the memory layout that *name* tells."""
    torch.set_num_threads(threads_given())
    layout = torch.channels_last if name == CHANNELS_LAST else torch.contiguous_format
    return Library(
        nn=torch.nn,
        functional=torch.nn.functional,
        optim=torch.optim,
        randn=torch.randn,
        from_numpy=torch.from_numpy,
        no_grad=torch.no_grad,
        residual=Residual,
        mean=Mean,
        arranged=lambda value: value.to(memory_format=layout),
    )
