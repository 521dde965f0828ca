"""What ``check_contract`` refuses to check: models that say too little, and options that are wrong."""

from __future__ import annotations

from typing import Any

import pytest

from shapenet import Module, Tensor, nn
from shapenet.dims import B, N
from shapenet.testing import check_contract, multiple_of, some_dims
from tests.testing.test_contract import Attention, Halves


class Untold(Module):
    def __call__(self, x: Tensor[B, N], f: float, g) -> Tensor[B, N]:  # type: ignore[no-untyped-def]
        return x


class Silent(Module):
    def __call__(self, x: Tensor[B, N]):  # type: ignore[no-untyped-def]
        return x


@pytest.mark.parametrize(
    ("model", "options", "problem"),
    [
        (3, {}, "expects model to be a Module that defines __call__, got 3"),
        (nn.ModuleList([nn.ReLU()]), {}, "expects model to be a Module that defines __call__"),
        (nn.Sequential(nn.ReLU()), {}, "expects the __call__ of Sequential to say which"),
        (Silent(), {}, "expects the __call__ of Silent to say which shapes"),
        (Untold(), {}, 'cannot make the argument "f", a float: give it, arguments={"f"'),
        (Untold(), {"arguments": {"f": 1.0}}, 'expects argument "g" of Untold to have an'),
        (Untold(), {"arguments": {"z": 1}}, "expects arguments for x, f, g of Untold, got 'z'"),
        (Halves(), {"Q": 3}, "expects bounds of B, H, W, which Halves has, got Q"),
        (Halves(), {"H": (3, 1)}, "expects H to be a size, (least, most) or multiple_of(step),"),
        (Halves(), {"H": some_dims(1)}, "expects sizes of H, which is one dimension, got 1 to 3 dimensions of 1 to 4"),
        (Halves(), {"H": 0}, "expects H to be a size, (least, most) or multiple_of(step), of "),
        (Halves(), {"values": {"y": (0, 1)}}, "expects values for x of Halves, got 'y'"),
        (Halves(), {"values": {"x": 3}}, 'expects the range of "x" to be (low, high), numbers'),
        (Halves(), {"examples": {"H": 9}}, "expects examples to be a list of dicts, [{\"H\": 9}], got {'H': 9}"),
        (Halves(), {"examples": ["H"]}, "expects examples to be a list of dicts, "),
        (Halves(), {"values": [1]}, "expects values to be a dict or None, got [1]"),
        (Halves(), {"arguments": "x"}, "expects arguments to be a dict or None, got 'x'"),
        (Halves(), {"max_examples": 0}, "expects max_examples to be an int, at least 1, or None, got 0"),
        (Halves(), {"max_examples": True}, "expects max_examples to be an int, at least 1, or None, got True"),
        (Halves(), {"derandomize": 1}, "expects derandomize to be a bool or None, got 1"),
        (Halves(), {"examples": [{"Q": 1}]}, "expects examples of B, H, W, which can be"),
        (Halves(), {"examples": [{"H": "1"}]}, "expects H of an example to be a size, got '1'"),
        (Halves(), {"examples": [{"H": 1}]}, "expects examples that Halves admits, got {'H'"),
        (Attention(), {"examples": [{"mask": 1}]}, "expects mask of an example to be None or '"),
        (Attention(), {"examples": [{"Batch": 1}]}, "expects Batch of an example to be a tuple"),
    ],
)  # fmt: skip
def test_what_cannot_be_checked(model: Any, options: Any, problem: str) -> None:
    with pytest.raises((TypeError, ValueError)) as caught:
        check_contract(model, **options)
    assert str(caught.value).startswith(f"check_contract {problem}")
    assert isinstance(caught.value, TypeError) == ("to be a Module" in problem)


def test_multiples() -> None:
    for arguments, problem in (((0,), "at least 1, got 0 and 1"), ((5, 6, 9), "a multiple of 5 from 6 to 9: there is")):
        with pytest.raises(ValueError, match=problem):
            multiple_of(*arguments)
    with pytest.raises(ValueError, match="some_dims expects 0 <= least <= most, got 3 and 1"):
        some_dims(3, 1)
    with pytest.raises(ValueError, match="some_dims expects sizes to be a size, "):
        some_dims(sizes=0)
