"""Models of users: what is followed, what is assumed, what is fixed, and what is refused."""

from __future__ import annotations

import re
from typing import Any, Generic

import numpy as np
import pytest

import shapenet
from shapenet import AnyTensor, IntTensor, Module, ShapeError, SummaryError, Tensor, nn
from shapenet import functional as F
from shapenet.dims import B, Batch, C, H, N, W
from shapenet.summaries import Summary


class Shared(Module):
    """One layer, called twice."""

    def __init__(self) -> None:
        self.layer = nn.Conv2d(4, 4, 3, padding=1)

    def __call__(self, x: Tensor[B, 4, H, W]) -> Tensor[B, 4, H, W]:
        return x + self.layer(self.layer(x).relu())


class Attending(Module, Generic[C]):
    """Attention written by hand, with arithmetic on sizes."""

    def __init__(self, dim: C, heads: int, context: int) -> None:
        self.heads = heads
        self.project = nn.Linear(dim, 3 * dim, bias=False)
        self.places = nn.Embedding(context, dim)
        self.mask: AnyTensor = nn.Buffer(np.tril(np.ones((context, context), np.float32)) == 0)

    def __call__(self, x: Tensor[B, N, C]) -> Tensor[B, N, C]:
        b, n, c = x.shape
        y = x + self.places(shapenet.arange(n))
        q, k, v = self.project(y).reshape(b, n, 3, self.heads, c // self.heads).permute(2, 0, 3, 1, 4).unbind(0)
        scores = (q @ k.transpose(-2, -1)).masked_fill(self.mask[:n, :n], -np.inf)
        return (scores.softmax(-1) @ v).transpose(1, 2).reshape(b, n, c)


class Branching(Module):
    """Another computation for large images."""

    def __call__(self, x: Tensor[B, 3, H, W]) -> AnyTensor:
        return F.avg_pool2d(x, 2) if x.shape[2] > 100 else x


class Rounded(Module):
    """A size that goes through a float: nobody can follow its formula."""

    def __call__(self, x: Tensor[B, C, H, W]) -> AnyTensor:
        return x[:, :, : round(x.shape[2] * 0.75)]


class Square(Module):
    def __call__(self, x: Tensor[B, H, W]) -> AnyTensor:
        if x.shape[1] != x.shape[2]:
            raise ShapeError("Square", "expects squares")
        return x.transpose(1, 2) + x.relu().transpose(1, 2)


class Many(Module):
    """Several inputs, a tuple, a part that need not be given, and results in a dict."""

    def __init__(self) -> None:
        self.lstm = nn.LSTM(3, 5, batch_first=True)
        self.words = nn.Embedding(7, 3)

    def __call__(
        self, x: IntTensor[B, N], pair: tuple[Tensor[B, 3], Tensor[B]], extra: AnyTensor | None = None
    ) -> dict[str, AnyTensor]:
        y, (hidden, _) = self.lstm(self.words(x))
        return {"last": hidden[-1], "all": y, "scaled": pair[0] * pair[1][:, None]}


def shown(said: Summary) -> list[str]:
    return [f"{row.path}: {row.shapes}" for row in said.rows]


def test_a_layer_that_is_called_twice() -> None:
    said = shapenet.summary(Shared())
    first, second = said.rows
    assert (first.parameters, second.parameters) == (4 * 4 * 9 + 4, 0)
    assert (first.repeated, second.repeated) == (False, True)
    assert str(first.multiply_adds) == str(second.multiply_adds) == "144*B*H*W"
    assert str(said.multiply_adds) == "288*B*H*W"
    assert said.parameters == 4 * 4 * 9 + 4
    joined = said.blocks[-1]
    assert joined.type == "add"
    assert joined.sources == (-1, 2)  # the input, and the second call


def test_arithmetic_on_sizes() -> None:
    said = shapenet.summary(Attending(12, 3, 40))
    assert said.outputs == said.inputs
    assert rules_shown(said) == "[B, N, 12]"
    assert said.assumptions == ()
    assert not said.fixed
    (own,) = [row for row in said.rows if row.path == ""]
    values = {"B": 2, "N": 5}
    assert own.multiply_adds.count(values) == 2 * (2 * 3 * 5 * 5 * 4)  # queries with keys, weights with values
    assert said.multiply_adds.count(values) == 2 * 5 * 12 * 36 + 2 * (2 * 3 * 5 * 5 * 4)


def rules_shown(said: Summary) -> str:
    return ", ".join(f"[{', '.join(map(str, shape))}]" for shape in said.outputs)


def test_a_branch_is_told() -> None:
    large = shapenet.summary(Branching())
    assert rules_shown(large) == "[B, 3, H//2, W//2]"
    assert large.assumptions == ("H > 100",)
    small = shapenet.summary(Branching(), sizes={"H": 50})
    assert rules_shown(small) == "[B, 3, 50, W]"
    assert small.assumptions == ("H <= 100",)


def test_sizes_that_cannot_be_followed_are_numbers() -> None:
    said = shapenet.summary(Rounded())
    assert said.fixed == {"H": 256}
    assert rules_shown(said) == "[B, C, 192, W]"
    assert "only for" in str(said)
    other = shapenet.summary(Rounded(), sizes={"H": 40})
    assert rules_shown(other) == "[B, C, 30, W]"


def test_equal_sizes() -> None:
    said = shapenet.summary(Square())
    assert said.assumptions == ("H == W",)
    assert len({str(dim) for dim in said.outputs[0][1:]}) == 1


def test_several_inputs() -> None:
    said = shapenet.summary(Many())
    assert rules_shown(said) == "[B, 5], [B, N, 5], [B, 3]"
    assert [row.path for row in said.rows] == ["words", "lstm"]
    assert said.rows[1].multiply_adds.count({"B": 2, "N": 3}) == 2 * 3 * 4 * 5 * (3 + 5)


def test_containers() -> None:
    body = nn.Sequential(
        nn.Residual(nn.Sequential(nn.Conv2d(3, 3, 3, padding=1), nn.BatchNorm2d(3))),
        nn.Repeat(lambda: nn.Conv2d(3, 3, 1), 2),
        nn.Upsample(scale_factor=2),
        nn.AdaptiveMaxPool2d(2),
    )
    assert shown(shapenet.summary(body)) == [
        "0.body.0: [B, 3, H, W] -> [B, 3, H, W]",
        "0.body.1: [B, 3, H, W] -> [B, 3, H, W]",
        "0.shortcut: [B, 3, H, W] -> [B, 3, H, W]",
        "1.0: [B, 3, H, W] -> [B, 3, H, W]",
        "1.1: [B, 3, H, W] -> [B, 3, H, W]",
        "2: [B, 3, H, W] -> [B, 3, 2*H, 2*W]",
        "3: [B, 3, 2*H, 2*W] -> [B, 3, 2, 2]",
    ]


def test_inputs_that_are_said() -> None:
    layers = nn.Sequential(nn.ReLU(), nn.Flatten(), nn.Linear(48, 2))
    with pytest.raises(SummaryError, match="does not know what Sequential is given: its __call__ does not say the sha"):
        shapenet.summary(layers)
    assert rules_shown(shapenet.summary(layers, ("B", 3, 4, 4))) == "[B, 2]"
    assert rules_shown(shapenet.summary(layers, (7, 3, "2*C", 4), sizes={"C": 2})) == "[7, 2]"
    words = nn.Sequential(nn.Embedding(9, 4), nn.Linear(4, 2))
    assert rules_shown(shapenet.summary(words, ("B", "2*N"))) == "[B, 2*N, 2]"
    assert rules_shown(shapenet.summary(nn.Linear(4, 2))) == "[B, 2]"


@pytest.mark.parametrize(
    ("inputs", "sizes", "said"),
    [
        ((), {"Q": 3}, "expects sizes of B, H, W, got 'Q'"),
        ((), {"H": 0}, "expects sizes to be ints, at least 1, got H=0"),
        ((), {"H": 2.5}, "expects sizes to be ints, at least 1, got H=2.5"),
        (("B", 3), {}, "expects inputs to be shapes such as"),
        ((shapenet.zeros(2, 4),), {}, 'such as ("B", 3, 224, 224), got float32[2, 4] at position 0'),
        ((("B", 4, 8, 8), ("B", 4)), {}, "Shared cannot be called with 2 inputs: too many positional arguments"),
        ((), [("H", 3)], "summary expects sizes to be a dict such as {\"H\": 224}, got [('H', 3)]"),
        ((("B", 4, -1, 3),), {}, "expects sizes to be ints of at least 1, or names, got -1"),
        ((("B", 4, "H/", 3),), {}, "expects inputs to be shapes, got"),
        ((("B", 5, "H", "W"),), {}, "does not take [B, 5, H, W] with B=2, H=224, W=256, nor with 13 other sizes: "),
    ],
)
def test_wrong_arguments(inputs: Any, sizes: Any, said: str) -> None:
    with pytest.raises(SummaryError, match=re.escape(said)):
        shapenet.summary(Shared(), *inputs, sizes=sizes)


def test_what_is_no_module() -> None:
    with pytest.raises(TypeError, match="summary expects model to be a Module, got int"):
        shapenet.summary(3)  # type: ignore[arg-type]


class Halving(Module):
    """A size through a float, at the very end; one more gives the same."""

    def __call__(self, x: Tensor[B, C]) -> AnyTensor:
        return x.relu()[:, : int(x.shape[1] * 0.5)]


def test_results_are_compared_as_well() -> None:
    assert shapenet.summary(Halving()).fixed == {"C": 224}


class Perhaps(Module):
    def __call__(self, x: IntTensor[B, N] | None) -> AnyTensor:
        return shapenet.zeros(1) if x is None else x * 2


def test_what_may_be_none_is_given() -> None:
    said = shapenet.summary(Perhaps())
    assert rules_shown(said) == rules_shown(shapenet.summary(Perhaps(), ("B", "N"))) == "[B, N]"
    assert str(said.buffer_bytes) == str(shapenet.summary(Perhaps(), ("B", "N")).buffer_bytes)


class Leading(Module):
    def __call__(self, x: Tensor[*Batch, 4]) -> Tensor[*Batch, 4]:
        return x.exp()


def test_names_for_what_has_none() -> None:
    assert shapenet.summary(Leading()).inputs == shapenet.summary(nn.Linear(4, 4)).inputs
