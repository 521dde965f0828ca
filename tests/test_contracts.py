"""The annotation of ``__call__``, checked while the program runs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import Any, Generic, Literal, NamedTuple
from unittest import mock

import jaxtyping
import numpy as np
import pytest
from typing_extensions import TypeVar

import shapenet
from shapenet import AnyTensor, ContractError, Module, ShapeError, Tensor, contracts, nn
from shapenet.dims import B, Batch, C, H, N, W


class Net(Module):
    def __init__(self) -> None:
        self.layer = nn.Linear(64, 10)

    def __call__(self, x: Tensor[B, 1, 8, 8]) -> Tensor[B, 10]:
        return self.layer(x.flatten(1))


class Block(Module, Generic[C]):
    def __init__(self, channels: C) -> None:
        self.norm = nn.BatchNorm2d(channels)

    def __call__(self, x: Tensor[B, C, H, W]) -> Tensor[B, C, H, W]:
        return self.norm(x)


class Returns(Module):
    """Returns what it is told to, whatever the annotation says."""

    def __init__(self, result: Any) -> None:
        self.result = result

    def __call__(self, x: Tensor[B, H]) -> Tensor[B, "H//2", "2*H+1"]:
        return self.result  # type: ignore[no-any-return]


class Many(Module):
    def __call__(
        self, x: Tensor[*Batch, N], pair: tuple[Tensor[N], int], maybe: Tensor["2*N"] | None = None
    ) -> tuple[Tensor[*Batch], float]:
        return x.sum(-1), 1.0


def refused(call: Any, *args: Any) -> str:
    with pytest.raises(ContractError) as caught:
        call(*args)
    return str(caught.value)


def test_what_fits_passes() -> None:
    assert Net()(shapenet.zeros(5, 1, 8, 8)).shape == (5, 10)
    block = Block(3)
    assert block(shapenet.randn(2, 3, 4, 5)).shape == (2, 3, 4, 5)
    assert Returns(shapenet.zeros(2, 3, 13))(shapenet.zeros(2, 6)).shape == (2, 3, 13)
    Many()(shapenet.zeros(2, 3, 4), (shapenet.zeros(4), 1))
    Many()(shapenet.zeros(4), (shapenet.zeros(4), 1), maybe=shapenet.zeros(8))


def test_arguments_that_do_not_fit() -> None:
    assert refused(Net(), shapenet.zeros(5, 3, 8, 8)) == (
        'Net argument "x" expects [B, 1, 8, 8], got [5, 3, 8, 8]: dimension 1 is 3, expected 1\n'
        "  in tests.test_contracts.Net.__call__: x is float32[5, 3, 8, 8], where B = 5"
    )
    assert refused(Net(), shapenet.zeros(5, 64)) == (
        'Net argument "x" expects 4 dimensions [B, 1, 8, 8], got 2: [5, 64]\n'
        "  in tests.test_contracts.Net.__call__: x is float32[5, 64], where B = 5"
    )
    assert refused(Block(16), shapenet.zeros(2, 8, 4, 4, dtype=np.float64)) == (
        'Block[16] argument "x" expects [B, 16, H, W], got [2, 8, 4, 4]: dimension 1 is 8, expected 16\n'
        "  in tests.test_contracts.Block.__call__: x is float64[2, 8, 4, 4], where C = 16, B = 2, H = 4, W = 4"
    )


def test_what_is_no_tensor() -> None:
    assert refused(Net(), np.zeros((5, 1, 8, 8))) == (
        'Net argument "x" expects Tensor[B, 1, 8, 8], got ndarray float64[5, 1, 8, 8]\n'
        "  in tests.test_contracts.Net.__call__"
    )
    assert 'argument "x" expects Tensor[B, 1, 8, 8], got int 3' in refused(Net(), 3)


def test_containers() -> None:
    many, x, n = Many(), shapenet.zeros(2, 3, 4), shapenet.zeros(4)
    assert 'argument "pair[0]" expects [N], got [5]: dimension 0 is 5, expected N = 4' in refused(
        many, x, (shapenet.zeros(5), 1)
    )
    assert 'argument "pair" expects' in refused(many, x, (n, "1"))
    assert 'argument "maybe" expects' in refused(many, x, (n, 1), shapenet.zeros(7))
    with pytest.raises(TypeError, match="missing"):
        many(x)  # type: ignore[call-arg]


def test_results_that_do_not_fit() -> None:
    x = shapenet.zeros(2, 6)
    text = refused(Returns(shapenet.zeros(2, 3, 12)), x)
    assert "declares its result as [B, H//2, 2*H + 1], got [2, 3, 12]: dimension 2 is 12, expected 2*H + 1 = 13" in text
    assert "x is float32[2, 6], return is float32[2, 3, 12], where B = 2, H = 6" in text
    assert "declares its result as Tensor[B, H//2, 2*H + 1], got NoneType None" in refused(Returns(None), x)


def test_a_result_that_changes_is_checked_again() -> None:
    module, x = Returns(shapenet.zeros(2, 3, 13)), shapenet.zeros(2, 6)
    module(x)
    module.result = shapenet.zeros(2, 3, 12)
    assert "dimension 2 is 12" in refused(module, x)


def test_the_rule_speaks_for_a_layer() -> None:
    with pytest.raises(
        ShapeError, match=r"^Conv2d\[3, 16, 3\] expects 3 channels in dimension 1, got 4 in \[1, 4, 8, 8\]$"
    ):
        nn.Conv2d(3, 16, 3)(shapenet.zeros(1, 4, 8, 8))  # type: ignore[shape]


def test_places_in_a_sequence() -> None:
    layers = nn.Sequential(nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), Block(16), nn.Flatten(), nn.Linear(400, 10))
    text = r"^layer 4 \(Linear\[400, 10\]\) expects last dimension 400, got 256 in \[2, 256\] from layer 3 \(Flatten\)$"
    with pytest.raises(ShapeError, match=text):
        layers(shapenet.zeros(2, 1, 4, 4))  # type: ignore[shape]
    text = refused(nn.Sequential(nn.ReLU(), Block(16)), shapenet.zeros(2, 8, 4, 4))
    assert text.startswith('layer 1 (Block[16]) argument "x" expects [B, 16, H, W], got [2, 8, 4, 4]')
    nested = nn.Sequential(nn.Sequential(nn.ReLU(), nn.Linear(3, 4)))
    with pytest.raises(ShapeError, match=r"^layer 0 \(Sequential\): layer 1 \(Linear\[3, 4\]\) expects"):
        nested(shapenet.zeros(2, 2))  # type: ignore[shape]


def test_judged_once_for_each_signature() -> None:
    module = Block(3)
    with mock.patch.object(contracts.Contract, "_judge", autospec=True) as judge:
        for _ in range(5):
            module(shapenet.zeros(2, 3, 4, 5))
        first = judge.call_count
        module(shapenet.zeros(2, 3, 4, 6))
        module(shapenet.zeros(2, 3, 4, 5, dtype=np.float64).to(np.float32))
    assert 0 < first < judge.call_count == 2 * first


def test_memory_is_bounded() -> None:
    module = nn.ReLU()
    for size in range(1000):
        module(shapenet.zeros(size))
    assert len(module._seen) <= 256


def test_switched_off() -> None:
    module, x = Returns("anything"), shapenet.zeros(2, 6)
    with shapenet.unchecked():
        assert module(x) == "anything"
    refused(module, x)
    code = "import tests.test_contracts as t, shapenet; print(t.Returns('anything')(shapenet.zeros(2, 6)))"
    environment = {**os.environ, "SHAPENET_CHECKS": "0"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "anything\n"


def test_names_local_to_a_function() -> None:
    Local = TypeVar("Local", bound=int)

    class Inner(Module):
        def __call__(self, x: Tensor[Local, Local]) -> Tensor[Local]:
            return x.sum(0)

    assert Inner()(shapenet.zeros(3, 3)).shape == (3,)
    assert "dimension 1 is 4, expected Local = 3" in refused(Inner(), shapenet.zeros(3, 4))


def test_annotations_that_cannot_be_read() -> None:
    class Undefined(Module):
        def __call__(self, x: Tensor[Nowhere]) -> None:  # type: ignore[name-defined]
            pass

    assert "cannot be read: name 'Nowhere' is not defined" in refused(Undefined(), shapenet.zeros(1))

    class Wrong(Module):
        def __call__(self, x: Tensor["H//"]) -> None:  # type: ignore[shape]
            pass

    with pytest.raises(ShapeError, match=re.escape('dimension "H//" is not an expression')):
        Wrong()(shapenet.zeros(1))


def test_a_formula_before_its_name() -> None:
    class Early(Module):
        def __call__(self, x: Tensor["2*N", N]) -> AnyTensor:
            return x

    Early()(shapenet.zeros(6, 3))
    assert "dimension 0 is 5, expected 2*N = 6" in refused(Early(), shapenet.zeros(5, 3))


def test_jaxtyping_is_asked() -> None:
    """The judge is independent: with our own matching out of the way, jaxtyping refuses alone."""
    with mock.patch.object(contracts.Contract, "_bind", autospec=True):
        assert 'argument "x" expects Tensor[B, 1, 8, 8], got float32[5, 3, 8, 8]' in refused(
            Net(), shapenet.zeros(5, 3, 8, 8)
        )
    with mock.patch.object(jaxtyping, "jaxtyped", wraps=jaxtyping.jaxtyped) as judge:
        Net()(shapenet.zeros(2, 1, 8, 8))
    assert judge.called


class Gather(Module):
    def __call__(
        self,
        *xs: Tensor[B, N],
        named: dict[str, Tensor[B]] | None = None,
        mode: Literal["a", "b"] = "a",
        **rest: Tensor[N],
    ) -> list[Tensor[B, N]]:
        return list(xs)


def test_every_tensor_of_a_container_is_checked_each_time() -> None:
    module, x, b, n = Gather(), shapenet.zeros(2, 3), shapenet.zeros(2), shapenet.zeros(3)
    for _ in range(2):  # the first call is judged, the second remembered
        assert len(module(x, x, x, named={"k": b}, mode="b", other=n)) == 3
    assert "xs[2]" in refused(module, x, x, shapenet.zeros(2, 4))
    with pytest.raises(ContractError, match=re.escape("""argument "named['k']" expects [B], got [3]""")):
        module(x, x, x, named={"k": n}, mode="b", other=n)
    with pytest.raises(ContractError, match=re.escape("""argument "rest['other']" expects [N], got [2]""")):
        module(x, x, x, named={"k": b}, mode="b", other=b)  # type: ignore[shape]
    with pytest.raises(ContractError, match=re.escape("""argument "mode" expects Literal['a', 'b'], got str 'c'""")):
        module(x, x, x, named={"k": b}, mode="c", other=n)  # type: ignore[arg-type]


def test_a_union_of_shapes_is_left_to_the_judge() -> None:
    class Either(Module):
        def __call__(self, x: Tensor[B, 3] | Tensor[B, 3, 3]) -> None:
            pass

    Either()(shapenet.zeros(2, 3))
    Either()(shapenet.zeros(2, 3, 3))
    assert 'argument "x" expects Tensor' in refused(Either(), shapenet.zeros(2, 4))


def test_a_subclass_may_take_other_arguments() -> None:
    class Gated(nn.Linear[C, C], Generic[C]):
        def __init__(self, width: C) -> None:
            super().__init__(width, width)

        def __call__(self, x: Tensor[B, C], gate: Tensor[B, 1]) -> Tensor[B, C]:  # type: ignore[override]
            return super().__call__(x) * gate

    assert Gated(3)(shapenet.zeros(2, 3), shapenet.zeros(2, 1)).shape == (2, 3)
    assert 'argument "gate" expects [B, 1], got [3, 1]' in refused(Gated(3), shapenet.zeros(2, 3), shapenet.zeros(3, 1))


class Pair(NamedTuple, Generic[B]):
    scores: Tensor[B, 4]
    box: Tensor[B, 2]


def test_arguments_that_are_too_many_or_too_few() -> None:
    layer: Any = nn.Linear(3, 4)
    x = shapenet.zeros(2, 3)
    for args, kwargs, said in (
        ((x, x), {}, "too many positional arguments"),
        ((), {}, "missing a required argument: 'x'"),
        ((x,), {"y": x}, "got an unexpected keyword argument 'y'"),
    ):
        with pytest.raises(TypeError, match=re.escape(f"Linear[3, 4] cannot be called so: {said}")):
            layer(*args, **kwargs)


def test_a_named_tuple_may_have_dimensions() -> None:
    class Detector(Module):
        def __call__(self, x: Tensor[B, 6], right: bool) -> Pair[B]:
            pair = Pair(x[:, :4], x[:, 4:])
            return pair if right else tuple(pair)  # type: ignore[return-value]

    assert Detector()(shapenet.zeros(3, 6), True).box.shape == (3, 2)
    assert "Pair[~B], got tuple (float32[3, 4], float32[3, 2])" in refused(Detector(), shapenet.zeros(3, 6), False)
