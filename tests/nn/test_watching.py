"""Models that are watched, and what is left of that: nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import shapenet
from shapenet import Module, nn
from shapenet.nn.watching import calls_watched, unchanged


@pytest.mark.parametrize("with_hooks", [True, False])
def test_each_call_is_handed_over(with_hooks: bool) -> None:
    model = nn.Sequential(nn.Linear(2, 2), nn.ReLU())
    seen = list[str]()
    model[1].register_forward_pre_hook(lambda *_: seen.append("before 1"))
    model[1].register_forward_hook(lambda *_: seen.append("after 1"))
    before = [module._hooks for module in model.modules()]

    def watch(path: str, module: Module, call: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        seen.append(f"{path} {module.spelled}")
        return call(module, *args, **kwargs)

    with calls_watched(model, watch, with_hooks=with_hooks):
        model(shapenet.ones(1, 2))
    around = (["before 1"], ["after 1"]) if with_hooks else ([], [])
    assert seen == [" Sequential", "0 Linear[2, 2]", *around[0], "1 ReLU", *around[1]]
    assert [module._hooks for module in model.modules()] == before


def test_what_is_changed_is_as_before_after_an_error_too() -> None:
    model = nn.Sequential(nn.BatchNorm1d(2))
    norm: Any = model[0]
    held = norm.running_mean
    norm.notes = [1]

    def change() -> None:
        norm.running_mean.data += 1
        norm.running_mean = nn.Buffer(np.ones(2, np.float32))
        norm.notes.append(2)
        norm.added = True
        raise KeyError

    with pytest.raises(KeyError), unchanged(model):
        change()
    assert norm.running_mean is held
    assert held.tolist() == [0, 0]
    assert norm.notes == [1]
    assert not hasattr(norm, "added")
