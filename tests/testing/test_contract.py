"""``check_contract``: what it draws, what it finds, and how it says so."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, Generic, Literal
from unittest import mock

import numpy as np
import pytest
from hypothesis import settings
from hypothesis.database import InMemoryExampleDatabase

import shapenet
from shapenet import AnyTensor, BoolTensor, IntTensor, Module, Tensor, assert_divisible, nn
from shapenet.dims import B, Batch, C, H, M, N, W
from shapenet.models import GPT
from shapenet.testing import ContractBroken, check_contract, multiple_of, some_dims
from shapenet.testing.records import Record, listening
from tests.children import run as child


class Halves(Module):
    """By one pooling layer; nobody calls the other."""

    def __init__(self) -> None:
        self.body = nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.MaxPool2d(2))
        self.spare = nn.Linear(2, 2)

    def __call__(self, x: Tensor[B, 3, H, W]) -> Tensor[B, 4, "H//2", "W//2"]:
        return self.body(x)


class Scores(Module):
    """Refuses what is too small, though its annotation does not."""

    def __init__(self) -> None:
        self.body = nn.Sequential(nn.MaxPool2d(2), nn.MaxPool2d(2))
        self.head = nn.Linear(3, 5)

    def __call__(self, x: Tensor[B, 3, H, W]) -> Tensor[B, 5]:
        return self.head(self.body(x).mean((2, 3)))


class Told(Module):
    """Does what it is told to, and notes what it is given."""

    def __init__(self, function: Callable[[AnyTensor], AnyTensor] = lambda x: x) -> None:
        self.function = function
        self.seen: deque[AnyTensor] = deque()  # of lists, what a call adds is gone after it

    def __call__(self, x: Tensor[B, N]) -> Tensor[B, N]:
        self.seen.append(x)
        return self.function(x)

    def __deepcopy__(self, memo: object) -> Told:
        return self  # so that the test sees it


def wrong_from(least: int) -> Callable[[AnyTensor], AnyTensor]:
    """Loses a column of what has *least* or more."""
    return lambda x: x if x.shape[1] < least else x[:, 1:]


def broken(model: Module, **options: Any) -> str:
    with pytest.raises(ContractBroken) as caught:
        check_contract(model, **options)
    return str(caught.value)


def drawn(model: Module, **options: Any) -> Record:
    records: list[Record] = []
    with listening(records.append):
        check_contract(model, **options)
    (record,) = records
    return record


def test_a_model_that_keeps_its_contract() -> None:
    record = drawn(Halves())
    assert record.model == "Halves"
    assert record.calls >= 50
    assert record.uncalled == ("spare",)
    assert record.ranges.keys() == {"B", "H", "W"}
    assert record.ranges["H"][0] >= 2  # for 1, the result would have a size of 0
    assert all(1 <= least < most <= 16 for least, most in record.ranges.values())


def test_bounds() -> None:
    record = drawn(Halves(), B=2, H=(8, 11), W=multiple_of(4, 8))
    assert record.ranges["B"] == (2, 2)
    assert 8 <= record.ranges["H"][0] < record.ranges["H"][1] <= 11
    assert {size % 4 for size in record.ranges["W"]} == {0}
    model = Told()
    check_contract(model, N=multiple_of(3, 4, 12))
    assert {x.shape[1] for x in model.seen} == {6, 9, 12}


def test_what_is_refused_is_reported_with_the_smallest_sizes() -> None:
    text = broken(Scores()).splitlines()
    assert text[0] == "Scores breaks its contract at B = 1, H = 1, W = 1"
    assert text[1] == "  given     x: Tensor[B, 3, H, W] = float32[1, 3, 1, 1]"
    assert text[2] == "  expected  Tensor[B, 5] = [1, 5]"
    assert text[3].startswith("  got       ShapeError: layer 0 (MaxPool2d[2]) gets an output height of 0")
    assert text[4] == "  layer     body.0 (MaxPool2d[2])"
    assert text[5].startswith("  line      test_contract.py:")
    assert text[5].endswith(": return self.head(self.body(x).mean((2, 3)))")
    assert text[6] == "  again     examples=[{'B': 1, 'H': 1, 'W': 1}]"
    assert text[7] == "  or        exclude what is not meant: B=(least, most), H=(least, most), W=(least, most)"
    assert "at B = 1, H = 4, W = 1\n" in broken(Scores(), H=(4, 9))
    check_contract(Scores(), H=(4, 9), W=multiple_of(4))


def test_an_upper_bound_of_the_model() -> None:
    model = GPT(50, 8, 16, 1, 2).eval()
    text = broken(model, values={"x": (0, 50)})
    assert "at B = 1, N = 9\n" in text
    assert "got       ShapeError: GPT[50] expects at most 8 tokens, got 9\n" in text
    check_contract(model, values={"x": (0, 50)}, N=(1, 8), gradients=True, independent="B", max_examples=20)


def test_a_result_that_does_not_fit() -> None:
    text = broken(Told(wrong_from(7)))
    assert text == (
        "Told breaks its contract at B = 1, N = 7\n"
        "  given     x: Tensor[B, N] = float32[1, 7]\n"
        "  expected  Tensor[B, N] = [1, 7]\n"
        "  got       ContractError: Told declares its result as [B, N], got [1, 6]: dimension 1 is 6, expected N = 7\n"
        "  again     examples=[{'B': 1, 'N': 7}]"
    )
    with mock.patch.object(shapenet.contracts._switch, "on", False):  # as with SHAPENET_CHECKS=0
        assert "at B = 1, N = 7\n" in broken(Told(wrong_from(7)))


def test_what_was_kept_of_an_earlier_run_is_shrunk_again() -> None:
    """Hypothesis itself would show it as it is."""
    settings.register_profile("before", settings())
    settings.register_profile("in memory", settings(derandomize=False, database=InMemoryExampleDatabase()))
    settings.load_profile("in memory")
    try:
        for least in (9, 5):
            text = broken(Told(wrong_from(least)))
            assert text.startswith(f"Told breaks its contract at B = 1, N = {least}\n")
    finally:
        settings.load_profile("before")


def test_examples_come_first() -> None:
    model = Told()
    check_contract(model, examples=[{"B": 20, "N": 30}, {"N": 3}], N=(2, 5))
    seen = [tuple(x.shape) for x in model.seen]
    assert seen[:2] == [(20, 30), (1, 3)]
    assert all(2 <= n <= 5 for _, n in seen[2:])
    assert "at B = 1, N = 40\n" in broken(Told(wrong_from(30)), examples=[{"N": 40}])


def test_the_same_sizes_in_each_run() -> None:
    one, other = Told(), Told()
    for model in (one, other):
        check_contract(model, derandomize=True, max_examples=15)
    assert len(one.seen) == 15
    assert [x.tolist() for x in one.seen] == [x.tolist() for x in other.seen]


def test_nothing_of_the_model_changes() -> None:
    model, generator = nn.Sequential(nn.BatchNorm2d(3), nn.Dropout()), shapenet.manual_seed(3)

    class Net(Module):
        def __init__(self) -> None:
            self.body = model

        def __call__(self, x: Tensor[B, 3, H, W]) -> Tensor[B, 3, H, W]:
            return self.body(x)

    state = {path: tensor.numpy().copy() for path, tensor in model.state_dict().items()}
    drawn_before = generator.bit_generator.state
    check_contract(Net(), B=(2, 5), gradients=True)
    assert all(np.array_equal(tensor.numpy(), state[path]) for path, tensor in model.state_dict().items())
    assert all(parameter.grad is None for parameter in model.parameters())
    assert generator.bit_generator.state == drawn_before
    assert model.training


def test_gradients() -> None:
    check_contract(Scores(), H=4, W=4, gradients=True)
    assert "  got       no gradient reaches spare.weight, spare.bias\n" in broken(Halves(), gradients=True)


def test_finite() -> None:
    assert "  got       the result has 1 of " in broken(Told(lambda x: 1 / x), finite=True, values={"x": (0, 1e-46)})
    check_contract(Told(lambda x: x.log()), finite=True, values={"x": (0.5, 2.0)})


def test_companions() -> None:
    check_contract(Told(lambda x: x.softmax(1)), independent="B")
    text = broken(Told(lambda x: x - x.mean(0)), independent="B")
    assert "at B = 2, N = 1\n" in text
    assert re.search(r"got       the first along B in the result changes by \S+ with the others\n", text)
    assert "first along N" in broken(Told(lambda x: x.softmax(1)), independent="N")
    below = wrong_in_evaluation()
    assert "got       IndexError: not now\n" in broken(below, independent="B")
    assert below.training
    for wrong in ("K", "H"):
        with pytest.raises(ValueError, match=f"a dimension of Halves that is in no formula, got '{wrong}'"):
            check_contract(Halves(), independent=wrong)


def wrong_in_evaluation() -> Module:
    class Net(Module):
        def __call__(self, x: Tensor[B, N]) -> Tensor[B, N]:
            if not self.training:
                raise IndexError("not now")
            return x

    return Net()


def test_a_model_that_is_not_steady() -> None:
    calls = iter(range(1000))
    text = broken(Told(lambda x: x[0] if next(calls) == 20 else x))
    assert "and not each time that it is called with the very same arguments\n" in text


class Attention(Module):
    def __call__(
        self, q: Tensor[*Batch, N, C], k: Tensor[*Batch, M, C], mask: BoolTensor[N, M] | None = None
    ) -> Tensor[*Batch, N, M]:
        scores = q @ k.transpose(-1, -2)
        if mask is not None and scores.ndim == 4:
            raise IndexError("four")
        return scores


def test_packs_and_what_may_be_left_out() -> None:
    text = broken(Attention())
    assert text.startswith("Attention breaks its contract at N = 1, C = 1, M = 1, Batch = [1, 1], mask = 'Bool")
    assert (
        "  given     mask: BoolTensor[N, M] | None = bool[1, 1]\n  expected  Tensor[*Batch, N, M] = [1, 1, 1, 1]"
        in text
    )
    assert "  got       IndexError: four\n  line      test_contract.py:" in text
    again = re.search(r"examples=\[(.*)\]", text)
    assert again is not None
    example = {"N": 1, "C": 1, "M": 1, "Batch": (1, 1), "mask": "BoolTensor[N, M]"}
    assert again[1] == repr(example)
    assert broken(Attention(), examples=[example]) == text
    assert text.endswith(
        "or        exclude what is not meant: "
        "N=(least, most), C=(least, most), M=(least, most), Batch=some_dims(least, most)"
    )
    record = drawn(Attention(), arguments={"mask": None}, Batch=(2, 3))
    assert record.ranges["*Batch"] == (0, 3)
    assert drawn(Attention(), Batch=some_dims(0, 1, 7)).ranges["*Batch"] == (0, 1)
    record = drawn(nn.Conv1d(3, 4, 2), N=(2, 9), Batch=some_dims(1, 1), examples=[{"N": 2}])
    assert record.ranges["*Batch"] == (1, 1)


class Everything(Module, Generic[C]):
    """One of each kind of argument."""

    def __init__(self, channels: C) -> None:
        self.seen: deque[Mapping[str, Any]] = deque()

    def __call__(
        self,
        x: Tensor["2*N", C],
        mode: Literal["a", "b"],
        *rest: Tensor[N],
        places: IntTensor[B],
        pair: tuple[Tensor[B], bool],
        named: dict[str, Tensor[N, Any]],
        many: list[Tensor[N]],
        scale: float = 1.0,
    ) -> tuple[Tensor[N], IntTensor[B]]:
        self.seen.append({"x": x, "mode": mode, "rest": rest, "places": places, "named": named, "many": many})
        assert places.numpy().max() < many[0].shape[0]
        return many[0], places


def test_every_kind_of_argument() -> None:
    model = Everything(3)
    with mock.patch("copy.deepcopy", lambda model: model):
        check_contract(model, values={"places": (0, "N"), "named": (5, 6), "pair[0]": (0, 1)})
    seen = model.seen
    assert {call["mode"] for call in seen} == {"a", "b"}
    assert {len(call["rest"]) for call in seen} == {len(call["many"]) for call in seen} == {1, 2, 3}
    assert all(call["x"].shape == (2 * call["many"][0].shape[0], 3) for call in seen)
    assert all(tensor.numpy().min() >= 5 for call in seen for tensor in call["named"].values())
    assert len({tensor.shape[1] for call in seen for tensor in call["named"].values()}) > 3
    with pytest.raises(
        ValueError, match=r'range of the integers in "places": values=\{"places": \(0, 10\)\}, the second'
    ):
        check_contract(model)
    with pytest.raises(ValueError, match=r'knows no Q, which is in the range of "places"'):
        check_contract(model, values={"places": (0, "Q")})
    with pytest.raises(ValueError, match=r"cannot draw C: it is 3 in Everything\[3\]"):
        check_contract(model, values={"places": (0, "N")}, C=4)


def test_the_kind_of_the_result() -> None:
    class Labels(Module):
        def __call__(self, x: Tensor[B, N]) -> IntTensor[B]:
            made: AnyTensor = x.argmax(1)
            if x.shape[0] >= 3:
                made = x.sum(1)
            return made  # type: ignore[return-value]

    text = broken(Labels())
    assert "at B = 3, N = 1\n" in text
    assert "Labels declares its result as an integer tensor, got a floating one" in text


def test_facts_narrow_what_is_admitted() -> None:
    class Pairs(Module):
        def __call__(self, x: Tensor[B, N]) -> Tensor[B, "N//2", 2]:
            assert_divisible(x.shape[1], 2)
            seen.add(x.shape[1] % 2)
            return x.reshape(x.shape[0], x.shape[1] // 2, 2)

    class Outer(Module):
        def __init__(self) -> None:
            self.pairs = Pairs()

        def __call__(self, x: Tensor[B, N]) -> Tensor[B, "N//2", 2]:
            return self.pairs(x)

    seen = set[int]()
    check_contract(Pairs())
    assert seen == {0}
    assert "at B = 1, N = 3\n" in broken(Outer())  # of what an inner layer asserts, its callers' types say nothing


def test_sizes_that_nobody_can_have() -> None:
    class Far(Module):
        def __call__(self, x: Tensor[B, N]) -> Tensor[B, "N//32"]:
            made: AnyTensor = x[:, ::32]
            return made

    wanted = "check_contract finds no sizes that Far admits, with B from 1 to 16, N from 1 to 16: N//32 is 0"
    with pytest.raises(ValueError, match=f"^{re.escape(wanted)}$"):
        check_contract(Far())


def test_an_argument_of_any_shape() -> None:
    class Loose(Module):
        def __call__(self, x: Tensor[B, N], extra: AnyTensor) -> Tensor[B, N]:
            ranks.add(extra.ndim)
            return x

    ranks = set[int]()
    check_contract(Loose())
    assert ranks == {0, 1, 2, 3}


def test_without_hypothesis() -> None:
    code = (
        "from shapenet import nn; from shapenet.testing import check_contract\n"
        "try: check_contract(nn.Linear(2, 3))\n"
        "except ModuleNotFoundError as error: print(error)"
    )
    wanted = "check_contract needs hypothesis, which is not installed: pip install 'shapenet[testing]'\n"
    assert child(code, refused="hypothesis") == wanted


class Remembering(Module):
    """A state of the last call's size, which no other call takes."""

    def __init__(self) -> None:
        self.last: Tensor[Any, 3] | None = None

    def __call__(self, x: Tensor[B, 3]) -> Tensor[B, 3]:
        y = x if self.last is None else x + self.last
        self.last = y
        return y


def test_each_call_is_as_the_first() -> None:
    check_contract(Remembering(), max_examples=20)
