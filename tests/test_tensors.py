"""Tensor: values against numpy, dtypes, refusals, and the tape."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import shapenet
from shapenet import AnyTensor, GradientError, ShapeError, Tensor
from shapenet.backend import Array

A = np.random.default_rng(0).uniform(0.5, 2, (3, 4)).astype(np.float32)
B = np.random.default_rng(1).uniform(0.5, 2, (4,)).astype(np.float32)

Pair = tuple[Callable[[Any, Any], Any], Callable[[Any, Any], Any]]


@pytest.mark.parametrize(
    ("ours", "numpys"),
    [
        (lambda a, b: a + b, lambda a, b: a + b),
        (lambda a, b: a - b, lambda a, b: a - b),
        (lambda a, b: a * b, lambda a, b: a * b),
        (lambda a, b: a / b, lambda a, b: a / b),
        (lambda a, b: a**b, lambda a, b: a**b),
        (lambda a, b: a @ b, lambda a, b: a @ b),
        (lambda a, b: 2 - a, lambda a, b: 2 - a),
        (lambda a, b: 1.5 / a, lambda a, b: 1.5 / a),
        (lambda a, b: 2**a, lambda a, b: 2**a),
        (lambda a, b: 3 + a * 2, lambda a, b: 3 + a * 2),
        (lambda a, b: -a, lambda a, b: -a),
        (lambda a, b: a > b, lambda a, b: a > b),
        (lambda a, b: a <= 1, lambda a, b: a <= 1),
        (lambda a, b: a == a[0], lambda a, b: a == a[0]),
        (lambda a, b: a != b, lambda a, b: a != b),
        (lambda a, b: a.exp().log().sqrt().abs(), lambda a, b: np.sqrt(a)),
        (lambda a, b: (a - 1).relu(), lambda a, b: np.maximum(a - 1, 0)),
        (lambda a, b: a.sigmoid(), lambda a, b: 1 / (1 + np.exp(-a))),
        (lambda a, b: a.tanh(), lambda a, b: np.tanh(a)),
        (lambda a, b: a.log_softmax(1), lambda a, b: a - np.log(np.exp(a).sum(1, keepdims=True))),
        (lambda a, b: a.sum(), lambda a, b: a.sum()),
        (lambda a, b: a.mean(1, keepdim=True), lambda a, b: a.mean(1, keepdims=True)),
        (lambda a, b: a.amax((0, 1)), lambda a, b: a.max()),
        (lambda a, b: a.max(), lambda a, b: a.max()),
        (lambda a, b: a.argmax(0), lambda a, b: a.argmax(0)),
        (lambda a, b: a.argmax(), lambda a, b: a.argmax()),
        (lambda a, b: a.reshape(2, -1), lambda a, b: a.reshape(2, -1)),
        (lambda a, b: a.flatten(), lambda a, b: a.flatten()),
        (lambda a, b: a.permute(1, 0), lambda a, b: a.T),
        (lambda a, b: a.transpose(0, -1), lambda a, b: a.T),
        (lambda a, b: a[1:, ::2], lambda a, b: a[1:, ::2]),
        (lambda a, b: a[..., None, -1], lambda a, b: a[..., None, -1]),
        (lambda a, b: a.clone(), lambda a, b: a),
        (lambda a, b: a.to(np.float64), lambda a, b: a.astype(np.float64)),
        (lambda a, b: a * np.float32(2), lambda a, b: a * np.float32(2)),
    ],
)
def test_values(ours: Callable[[Any, Any], Any], numpys: Callable[[Any, Any], Any]) -> None:
    got, wanted = ours(shapenet.from_numpy(A), shapenet.from_numpy(B)), np.asarray(numpys(A, B))
    assert got.shape == wanted.shape
    assert got.dtype == wanted.dtype
    np.testing.assert_allclose(got.numpy(), wanted, rtol=1e-5)


def test_selection_by_tensor() -> None:
    rows = shapenet.tensor([2, 0, 2])
    np.testing.assert_array_equal(shapenet.from_numpy(A)[rows].numpy(), A[[2, 0, 2]])
    with pytest.raises(TypeError, match="must hold integers, got dtype float32"):
        shapenet.from_numpy(A)[shapenet.ones(2)]  # type: ignore[shape]
    with pytest.raises(TypeError, match="got True"):
        shapenet.from_numpy(A)[True]


def test_integers() -> None:
    x = shapenet.tensor([1, 2, 3])
    assert x.dtype == np.int64
    assert (x + 1).dtype == np.int64
    assert (x + 0.5).dtype == np.float32
    assert (x / 2).dtype == np.float32
    assert x.mean().dtype == np.float32
    assert x.sum().item() == 6


def test_numpy_arrays_are_not_mixed_in() -> None:
    x: AnyTensor = shapenet.from_numpy(A)
    with pytest.raises(TypeError):
        A + x
    with pytest.raises(TypeError):
        x + A
    with pytest.raises(TypeError):
        x @ A


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        (
            lambda x: x + shapenet.ones(3),
            "add cannot broadcast [3, 4] with [3]: dimension -1 is 4 against 3, and neither is 1",
        ),
        (
            lambda x: x @ x,
            "matmul cannot multiply [3, 4] @ [3, 4]: dimension -1 of the first is 4, dimension -2 of the second is 3",
        ),
        (lambda x: x.sum(2), "sum got dimension 2, but [3, 4] has 2 dimensions"),
        (lambda x: x.reshape(5, -1), "reshape cannot turn [3, 4] to [5, -1]: 12 elements do not divide by 5"),
        (lambda x: x.flatten(1, 0), "flatten got start_dim=1 behind end_dim=0 for [3, 4]"),
        (lambda x: x.permute(0), "permute expects each of the 2 dimensions of [3, 4] once, got (0,)"),
        (lambda x: x[3], "index got 3 for dimension 0 of [3, 4], which has size 3"),
        (lambda x: x[0, 0, 0], "index got 3 indices for [3, 4], which has 2 dimensions"),
        (
            lambda x: x > shapenet.ones(5),
            "gt cannot broadcast [3, 4] with [5]: dimension -1 is 4 against 5, and neither is 1",
        ),
    ],
)
def test_refusals(wrong: Callable[[Any], object], text: str) -> None:
    with pytest.raises(ShapeError, match=f"^{re.escape(text)}$"):
        wrong(shapenet.from_numpy(A))


def test_looks() -> None:
    x = shapenet.tensor([[1.0, 2.0]], requires_grad=True)
    assert repr(x) == "tensor([[1., 2.]], requires_grad=True)"
    assert repr(shapenet.tensor([1, 2], dtype=np.int32)) == "tensor([1, 2], dtype=int32)"
    assert (x.ndim, x.numel(), len(x), x.device, x.is_leaf) == (2, 2, 1, "cpu", True)
    assert [row.tolist() for row in x] == [[1.0, 2.0]]
    assert float(x[0, 1]) == 2.0
    assert bool(x[0, 0] == 1)
    with pytest.raises(ValueError, match=r"one element, got shape \[1, 2\]"):
        x.item()
    with pytest.raises(GradientError, match="detach"):
        x.numpy()
    np.testing.assert_array_equal(np.asarray(x.detach()), [[1, 2]])
    assert x.detach().data is x.data


class TestTape:
    def leaf(self, *values: float) -> AnyTensor:
        return shapenet.tensor(list(values), requires_grad=True)

    def grad(self, x: AnyTensor) -> Array:
        assert x.grad is not None
        return x.grad.numpy()

    def test_diamond_and_accumulation(self) -> None:
        x = self.leaf(1.0, 2.0)
        y = x * 3
        (y * y + y).sum().backward()
        np.testing.assert_allclose(self.grad(x), [21, 39])
        (x * 2).sum().backward()
        np.testing.assert_allclose(self.grad(x), [23, 41])

    def test_shared_gradients_are_not_aliases(self) -> None:
        x, y = self.leaf(1.0), self.leaf(2.0)
        (x + y).backward()
        self.grad(x)[...] = 7
        assert self.grad(y) == 1

    def test_a_graph_is_used_once_unless_kept(self) -> None:
        x = self.leaf(2.0)
        y = (x * x).sum()
        y.backward(retain_graph=True)
        y.backward()
        assert self.grad(x) == 8
        with pytest.raises(GradientError, match="retain_graph"):
            y.backward()

    def test_a_long_chain(self) -> None:
        x = self.leaf(1.0)
        y = x
        for _ in range(5000):
            y = y + 1
        y.sum().backward()
        assert self.grad(x) == 1

    def test_no_grad(self) -> None:
        x = self.leaf(1.0)
        with shapenet.no_grad():
            assert not shapenet.is_grad_enabled()
            y = x * 2
        assert not y.requires_grad
        assert shapenet.is_grad_enabled()

        @shapenet.no_grad()
        def double(x: AnyTensor) -> AnyTensor:
            return x * 2

        assert not double(x).requires_grad
        with pytest.raises(GradientError, match="requires no gradient"):
            y.backward()

    def test_only_what_requires_it(self) -> None:
        x, constant = self.leaf(1.0), shapenet.tensor([3.0])
        (x * constant).sum().backward()
        assert constant.grad is None
        assert not (constant * 2).requires_grad
        assert not (x.detach() * 2).requires_grad

    def test_weighted(self) -> None:
        x = self.leaf(1.0, 2.0)
        y = x * x
        with pytest.raises(GradientError, match=r"shape \[2\] needs the gradient argument"):
            y.backward()
        with pytest.raises(ShapeError, match='argument "gradient" expects'):
            y.backward(shapenet.ones(3))
        y.backward(shapenet.tensor([1.0, 10.0]))
        np.testing.assert_allclose(self.grad(x), [2, 40])

    def test_requires_grad(self) -> None:
        with pytest.raises(GradientError, match="int64"):
            shapenet.tensor([1]).requires_grad_()
        with pytest.raises(GradientError, match="int64"):
            Tensor(np.array([1]), requires_grad=True)
        with pytest.raises(GradientError, match="detach"):
            (self.leaf(1.0) * 2).requires_grad_()
        x = shapenet.ones(2).requires_grad_()
        x.to(np.float64).sum().backward()
        assert self.grad(x).dtype == np.float32

    @pytest.mark.parametrize("target", [None, "gpu", 0, object, Tensor])
    def test_what_is_no_dtype(self, target: Any) -> None:
        with pytest.raises(TypeError, match=r"^to expects a device or a dtype, got"):
            shapenet.ones(2).to(target)

    def test_a_leaf_itself(self) -> None:
        x = self.leaf(1.0)
        x.backward()
        assert self.grad(x) == 1


INTS = shapenet.tensor([1, 2, 3])


@pytest.mark.parametrize(
    ("make", "dtype", "values"),
    [
        (lambda: INTS + shapenet.tensor([0.5, 0.5, 0.5]), np.float32, [1.5, 2.5, 3.5]),
        (lambda: shapenet.ones(3, dtype=np.float64) * INTS, np.float64, [1, 2, 3]),
        (lambda: shapenet.ones(3) @ INTS, np.float32, 6),
        (lambda: INTS / INTS, np.float32, [1, 1, 1]),
        (lambda: INTS.to(np.int32) * 0.5, np.float32, [0.5, 1, 1.5]),
        (lambda: INTS * np.float32(0.5), np.float32, [0.5, 1, 1.5]),  # type: ignore[operator]
        (lambda: 2 - INTS.to(np.int8), np.int8, [1, 0, -1]),
        (lambda: (INTS > 1) * 2, np.int64, [0, 2, 2]),
        (lambda: (INTS > 1) + 0.5, np.float32, [0.5, 1.5, 1.5]),
        (lambda: (INTS > 1).sum(), np.int64, 2),
        (lambda: INTS.sigmoid() * (1 + (-INTS).exp()), np.float32, [1, 1, 1]),
        (lambda: (INTS * INTS).sqrt(), np.float32, [1, 2, 3]),
        (lambda: INTS.exp().log(), np.float32, [1, 2, 3]),
        (lambda: (INTS * 50).tanh(), np.float32, [1, 1, 1]),
        (lambda: (INTS * 0).log_softmax(0), np.float32, [-np.log(3)] * 3),
    ],
)
def test_dtypes_are_those_of_torch(make: Callable[[], AnyTensor], dtype: type[Any], values: list[float]) -> None:
    result = make()
    assert result.dtype == dtype
    np.testing.assert_allclose(result.numpy(), values, rtol=1e-6)


def test_equality_with_an_array_is_refused_not_false() -> None:
    x: Any = shapenet.from_numpy(A)
    for wrong in (lambda: x == A, lambda: A == x, lambda: x != A):  # noqa: SIM300
        with pytest.raises(TypeError, match="expects a tensor or a number, got ndarray"):
            wrong()  # type: ignore[no-untyped-call]
    assert (x == None) is False  # noqa: E711


@pytest.mark.parametrize("wrong", [(2.5,), ((2.0, 6),), ("12",)])
def test_sizes_that_are_no_ints(wrong: tuple[Any, ...]) -> None:
    with pytest.raises(TypeError, match=r"^reshape expects sizes to be ints, got "):
        shapenet.from_numpy(A).reshape(*wrong)
    assert shapenet.from_numpy(A).reshape(np.int64(12)).shape == (12,)  # type: ignore[arg-type]


def test_gradients_of_tensors_without_dimensions() -> None:
    x, y = shapenet.tensor(2.0, requires_grad=True), shapenet.tensor(3.0, requires_grad=True)
    for _ in range(2):
        (x * y + x * 5).backward()
    assert x.grad is not None
    assert y.grad is not None
    assert (x.grad.shape, x.grad.item(), y.grad.item()) == ((), 16, 4)


def test_integers_leave_the_tape() -> None:
    x = shapenet.tensor([1.5, -0.0], requires_grad=True)
    whole = x.to(np.int64)
    assert not whole.requires_grad
    assert whole.is_leaf
    assert np.signbit(x.clone().detach().numpy()).tolist() == [False, True]
    assert x.clone().data is not x.data


def test_choices() -> None:
    x, mask = shapenet.tensor([1.0, 2.0, 3.0]), shapenet.tensor([[True], [False]])
    assert shapenet.where(mask, x, 0).tolist() == [[1, 2, 3], [0, 0, 0]]
    assert shapenet.where(mask, 0, x).tolist() == [[0, 0, 0], [1, 2, 3]]
    assert shapenet.where(mask, 1, 0.5).tolist() == [[1], [0.5]]
    whole = shapenet.tensor([1, 2])
    assert whole.where(whole > 1, 0.5).dtype == np.float32
    assert whole.masked_fill(whole > 1, 7).tolist() == [1, 7]
    assert whole.masked_fill(whole > 1, 7).dtype == np.int64


def test_nothing_flows_from_what_is_not_chosen() -> None:
    """Also where the gradient that arrives is infinite."""
    x = shapenet.tensor([0.0, 4.0], requires_grad=True)
    shapenet.where(x > 0, x, 2.0).backward(shapenet.tensor([np.inf, 3.0]))
    y = shapenet.tensor([1.0, 2.0], requires_grad=True)
    y.masked_fill(y > 1, -np.inf).softmax(0).amax().backward()
    assert x.grad is not None
    assert y.grad is not None
    assert y.grad.tolist() == [0, 0]
    assert x.grad.tolist() == [0, 3]


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda x: x.masked_fill(x, 1.0), "masked_fill expects mask to be bool, got dtype float32"),
        (lambda x: x.where(x, 1.0), "where expects condition to be bool, got dtype float32"),
        (lambda x: shapenet.where(x, 1.0, x), "where expects condition to be bool, got dtype float32"),
        (lambda x: x.masked_fill(x > 0, "1"), "masked_fill expects value to be a number of dtype float32, got '1'"),
        (
            lambda x: x.to(np.int64).masked_fill(x > 0, 1.5),
            "masked_fill expects value to be a number of dtype int64, got 1.5",
        ),
        (lambda x: x.where(x[:, None] > 0, x[:2]), "where cannot broadcast [3, 3] with [2]: "),
    ],
)
def test_choices_that_are_refused(call: Any, text: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(text)}"):
        call(shapenet.zeros(3))


def test_cat() -> None:
    x, y = shapenet.ones(2, 3, requires_grad=True), shapenet.full((2, 1), 5)
    z = shapenet.cat([x, y, x], 1)
    assert z.dtype == np.float32  # not float64, which numpy makes of int64 and float32
    np.testing.assert_array_equal(z.detach().numpy(), [[1, 1, 1, 5, 1, 1, 1]] * 2)
    (z * shapenet.arange(7)).sum().backward()
    assert x.grad is not None
    np.testing.assert_array_equal(x.grad.numpy(), [[4, 6, 8]] * 2)
    assert shapenet.cat((y, y > 3)).dtype == np.int64
    with pytest.raises(TypeError, match=r"^cat expects tensors, got ndarray$"):
        shapenet.cat([x, np.ones((2, 3))])  # type: ignore[list-item]
