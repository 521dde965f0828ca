"""What arranges elements: views, dtypes, the tape, and refusals. Values are compared with torch in tests/parity."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import shapenet
from shapenet import AnyTensor, ShapeError
from shapenet import functional as F
from shapenet.backend import Array


def drawn(*shape: int, requires_grad: bool = False) -> AnyTensor:
    return shapenet.tensor(np.random.default_rng().standard_normal(shape), requires_grad=requires_grad)


def grad(x: AnyTensor) -> Array:
    assert x.grad is not None
    return x.grad.numpy()


VIEWS: list[Callable[[Any], Any]] = [
    lambda x: x.view(6, 4),
    lambda x: x.squeeze(),
    lambda x: x.unsqueeze(1),
    lambda x: x.unflatten(2, (2, 2)),
    lambda x: x.movedim(0, -1),
    lambda x: x.mT,
    lambda x: x[0].T,
    lambda x: x.expand(5, -1, -1, -1),
    lambda x: x.flip(0, 2),
    lambda x: x.diagonal(),
    lambda x: x.narrow(2, 1, 2),
    lambda x: x.select(0, -1),
    lambda x: x.split(2, 1)[1],
    lambda x: x.chunk(2)[0],
    lambda x: x.unbind(2)[3],
]


@pytest.mark.parametrize("view", VIEWS)
def test_views_share_their_memory(view: Callable[[Any], Any]) -> None:
    x = drawn(2, 3, 4)
    assert np.shares_memory(view(x).data, x.data)


def test_integers_stay_integers() -> None:
    x = shapenet.tensor([[3, 1], [2, 5]])
    results = [x.tril(), x.roll(1), x.repeat(2, 1), x.repeat_interleave(2), x.diag(), *x.unbind(), shapenet.stack([x])]
    assert {result.dtype for result in results} == {np.dtype(np.int64)}
    assert (x > 2).triu().tolist() == [[True, False], [False, True]]
    assert shapenet.stack([x[0], shapenet.ones(2)]).dtype == np.float32


def test_sizes_are_ints() -> None:
    x = drawn(2, 3)
    assert x.size() == (2, 3)
    assert [x.size(0), x.size(-1), x.dim(), len(x)] == [2, 3, 2, 2]
    three: Any = np.int64(3)
    assert x.reshape(three, -1).shape == (3, 2)
    assert x.view([6]).shape == (6,)


def test_expanded_tensors_are_used_like_others() -> None:
    x = drawn(1, 2, 1, 1, requires_grad=True)
    w = drawn(4, 2, 3, 3)
    y = F.conv2d(x.expand(3, -1, 5, 5), w, padding=1).relu()
    copied = F.conv2d(x.repeat(3, 1, 5, 5), w, padding=1).relu()
    np.testing.assert_allclose(y.detach().numpy(), copied.detach().numpy())
    y.sum().backward()
    first = grad(x).copy()
    copied.sum().backward()
    np.testing.assert_allclose(grad(x), 2 * first)


class TestParts:
    def test_gradients_of_all_parts_go_back_together(self) -> None:
        x = drawn(3, 6, requires_grad=True)
        q, k, v = x.split(2, dim=1)
        (q * 2 + k * 3 + v * 5 + k).sum().backward()
        np.testing.assert_array_equal(grad(x), np.broadcast_to([2, 2, 4, 4, 5, 5], (3, 6)))

    def test_what_is_not_used_has_no_gradient(self) -> None:
        x = drawn(5, requires_grad=True)
        (x.unbind()[3] * 7).backward()
        assert grad(x).tolist() == [0, 0, 0, 7, 0]

    def test_the_graph_can_be_kept(self) -> None:
        x = drawn(4, requires_grad=True)
        first, second = x.chunk(2)
        loss = (first * second).sum()
        loss.backward(retain_graph=True)
        once = grad(x).copy()
        loss.backward()
        np.testing.assert_allclose(grad(x), 2 * once)

    def test_parts_of_parts(self) -> None:
        x = drawn(2, 4, requires_grad=True)
        total = shapenet.zeros(())
        for row in x.unbind():
            left, right = row.split([1, 3])
            total = total + left.sum() + (right * 2).sum()
        total.backward()
        assert grad(x).tolist() == [[1, 2, 2, 2]] * 2

    def test_nothing_is_recorded_without_a_gradient(self) -> None:
        with shapenet.no_grad():
            parts = drawn(4, requires_grad=True).split(2)
        assert not any(part.requires_grad for part in (*parts, *drawn(4).split(2)))

    def test_a_leaf_beside(self) -> None:
        """A tensor that is used itself, and in parts."""
        x = drawn(4, requires_grad=True)
        ((x * 10).sum() + x.split(3)[0].sum()).backward()
        assert grad(x).tolist() == [11, 11, 11, 10]


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        (lambda x: x.reshape("6"), "reshape expects sizes to be ints, got '6'"),
        (lambda x: x.view(2.0, 3), "view expects sizes to be ints, got 2.0"),
        (lambda x: x.view(np.float32), "view expects sizes to be ints, got <class 'numpy.float32'>"),
        (lambda x: x.reshape((2, True)), "reshape expects sizes to be ints, got True"),
        (lambda x: x.squeeze(0.5), "squeeze expects dim to be an int, got 0.5"),
        (lambda x: x.unsqueeze(None), "unsqueeze expects dim to be an int, got None"),
        (lambda x: x.unflatten(0, 2), "unflatten expects sizes to be ints, got 2"),
        (lambda x: x.permute(0, None), "permute expects dims to be ints, got None"),
        (lambda x: x.transpose(0, 1.0), "transpose expects dim1 to be an int, got 1.0"),
        (lambda x: x.swapaxes("a", 1), "swapaxes expects axis0 to be an int, got 'a'"),
        (lambda x: x.movedim(0, True), "movedim expects destination to be an int, got True"),
        (lambda x: x.expand(2, None), "expand expects sizes to be ints, got None"),
        (lambda x: x.broadcast_to(3), "broadcast_to expects size to be ints, got 3"),
        (lambda x: x.repeat(1.5), "repeat expects sizes to be ints, got 1.5"),
        (lambda x: x.tile("2"), "tile expects dims to be ints, got '2'"),
        (lambda x: x.repeat_interleave(0.5), "repeat_interleave expects repeats to be an int, got 0.5"),
        (lambda x: x.split(1.5), "split expects split_size to be an int, got 1.5"),
        (lambda x: x.split([1, 1.5]), "split expects split_size to be ints, got 1.5"),
        (lambda x: x.chunk("2"), "chunk expects chunks to be an int, got '2'"),
        (lambda x: x.tensor_split(None), "tensor_split expects indices_or_sections to be an int, got None"),
        (lambda x: x.unbind(0.0), "unbind expects dim to be an int, got 0.0"),
        (lambda x: x.narrow(0, 0, 1.0), "narrow expects length to be an int, got 1.0"),
        (lambda x: x.select(0, False), "select expects index to be an int, got False"),
        (lambda x: x.flip(None), "flip expects dims to be ints, got None"),
        (lambda x: x.roll(1.5, 0), "roll expects shifts to be an int, got 1.5"),
        (lambda x: x.tril(1.0), "tril expects diagonal to be an int, got 1.0"),
        (lambda x: x.diagonal(0, 0, 0.5), "diagonal expects dim2 to be an int, got 0.5"),
        (lambda x: x.diag(None), "diag expects diagonal to be an int, got None"),
        (lambda x: x.size(0.5), "size expects dim to be an int, got 0.5"),
        (lambda x: shapenet.stack((x, None)), "stack expects tensors, got NoneType"),  # type: ignore[arg-type]
    ],
)
def test_what_is_no_int_is_refused(wrong: Callable[[Any], object], text: str) -> None:
    with pytest.raises(TypeError, match=f"^{re.escape(text)}$"):
        wrong(drawn(2, 3))


def test_repeats_that_depend_on_values_are_refused() -> None:
    with pytest.raises(TypeError, match=r"^repeat_interleave expects repeats to be an int, got tensor"):
        drawn(2, 3).repeat_interleave(shapenet.tensor([1, 2]), 0)  # type: ignore[arg-type]


def test_parts_have_no_end_to_overlap() -> None:
    """Indices out of order make parts that overlap, or are empty."""
    x = drawn(5, requires_grad=True)
    parts = x.tensor_split((3, 1))
    assert [part.tolist() for part in parts] == [x.tolist()[:3], [], x.tolist()[1:]]
    sum((part.sum() for part in parts), start=shapenet.zeros(())).backward()
    assert grad(x).tolist() == [1, 2, 2, 1, 1]


def test_no_size_is_guessed() -> None:
    with pytest.raises(ShapeError, match=r"^reshape cannot turn \[0, 3\] to \[0, -1\]: with a size of 0"):
        shapenet.zeros(0, 3).reshape(0, -1)  # type: ignore[shape]
    assert [part.shape for part in shapenet.zeros(0, 3).split(2)] == [(0, 3)]
    assert [part.shape for part in shapenet.zeros(0, 3).chunk(2)] == [(0, 3), (0, 3)]
