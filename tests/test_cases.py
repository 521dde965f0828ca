"""The static shape is the runtime shape is the array's shape, for random hyperparameters; and so are the refusals."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import shapenet
from shapenet import AnyTensor, BoolTensor, IntTensor, ShapeError, Tensor, nn
from shapenet import functional as F
from shapenet.dims import Dim, evaluate, names, parse
from tests.cases import INTEGERS, TABLE, Case, Draw, Shape
from tests.static import messages, mypy

PER_ENTRY = 30
SEED = secrets.randbits(32)  # fresh each time; a failure's parameters say which
HEADER = """
import shapenet
from shapenet import IntTensor, Tensor, nn
from shapenet import functional as F
from typing_extensions import TypeVar
{names}
"""


def drawn(seed: int) -> list[Case]:
    draw = Draw(np.random.default_rng(seed))
    return [entry(draw) for entry in TABLE for _ in range(PER_ENTRY)]


def real(case: Case) -> tuple[str, Shape] | str:
    """The kind of tensor and the shape that numpy's arrays have in the end, or the first line of the refusal."""
    tensors = {
        name: shapenet.zeros(shape, dtype=np.int64) if name in INTEGERS else shapenet.ones(shape)
        for name, shape in case.inputs.items()
    }
    try:
        result = eval(case.expression, {"nn": nn, "F": F, "shapenet": shapenet}, dict(tensors))
    except ShapeError as error:
        return str(error).splitlines()[0]
    array: Shape = result.numpy().shape if not result.requires_grad else result.detach().numpy().shape
    assert result.shape == array
    kinds: dict[str, type[AnyTensor]] = {"i": IntTensor, "b": BoolTensor, "f": Tensor}
    return kinds[result.dtype.kind].__name__, array


def program(cases: list[Case], symbolic: bool) -> str:
    """One function a case; with *symbolic*, each size of each input is a name of its own."""
    variables: list[str] = []

    def sizes(number: int, name: str, shape: Shape) -> str:
        spelled = [f"{name.upper()}{place}_{number}" if symbolic else str(size) for place, size in enumerate(shape)]
        variables.extend(spelled if symbolic else [])
        return f"{'IntTensor' if name in INTEGERS else 'Tensor'}[{', '.join(spelled) or '()'}]"

    functions = []
    for number, case in enumerate(cases):
        parameters = ", ".join(f"{name}: {sizes(number, name, shape)}" for name, shape in case.inputs.items())
        functions.append(f"def case_{number}({parameters}) -> None:\n    reveal_type({case.expression})\n")
    declared = "\n".join(f'{name} = TypeVar("{name}", bound=int)' for name in variables)
    return HEADER.format(names=declared) + "\n".join(functions)


def static(cases: list[Case], folder: Path, cache: Path, symbolic: bool) -> Iterator[list[str]]:
    """For each case, what mypy says of it."""
    source = folder / f"cases_{symbolic}.py"
    source.write_text(program(cases, symbolic))
    said: dict[int, list[str]] = {}
    for message in messages(mypy([source], "--cache-dir", str(cache))):
        said.setdefault(message.line, []).append(message.text)
    lines = source.read_text().splitlines()
    places = [number for number, line in enumerate(lines, start=1) if line.startswith("    reveal_type")]
    yield from (said.pop(place, []) for place in places)
    assert not said


def revealed(text: str) -> tuple[str, list[Dim | None]]:
    """The kind of tensor and the dimensions in a revealed ``Tensor[...]``; None for Any."""
    match = re.fullmatch(r'note: Revealed type is "shapenet\.tensors\.(\w*Tensor)\[(.*)\]"', text)
    assert match is not None, text
    inner = re.sub(r"shapenet\.dims\.Size\[Literal\['([^']*)'\][^\]]*\]", lambda m: m[1].replace(",", ";"), match[2])
    parts = [] if inner == "()" else re.sub(r"Literal\[(-?\d+)\]", r"\1", inner).split(", ")
    return match[1], [None if part == "Any" else parse(part) for part in parts]


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    return drawn(SEED)


def test_static_is_runtime_is_real(cases: list[Case], tmp_path: Path, cache: Path) -> None:
    refused = 0
    for case, said in zip(cases, static(cases, tmp_path, cache, symbolic=False), strict=True):
        expected = real(case)
        if isinstance(expected, str):
            refused += 1
            assert f"error: {expected} [shape]" in said, (SEED, case, expected, said)
            assert len([text for text in said if text.startswith("error")]) == 1, (SEED, case, said)
        else:
            assert len(said) == 1, (SEED, case, said)
            kind, dims = revealed(said[0])
            assert (kind, tuple(dims)) == expected, (SEED, case, said)
    assert len(TABLE) < refused < len(cases) / 2  # both kinds are there


def test_symbolic_is_real(cases: list[Case], tmp_path: Path, cache: Path) -> None:
    """Where mypy, knowing no size at all, still gives a shape, it is the real one once the sizes are put in."""
    formulas = 0
    for number, (case, said) in enumerate(zip(cases, static(cases, tmp_path, cache, symbolic=True), strict=True)):
        expected = real(case)
        if isinstance(expected, str) or len(said) != 1:
            continue  # what cannot be proved without the sizes is refused
        env = {f"{n.upper()}{i}_{number}": size for n, shape in case.inputs.items() for i, size in enumerate(shape)}
        if "*tuple" in said[0]:
            continue
        (kind, dims), (expected_kind, sizes) = revealed(said[0]), expected
        assert (kind, len(dims)) == (expected_kind, len(sizes)), (SEED, case, said)
        for dim, size in zip(dims, sizes, strict=True):
            formulas += dim is not None and bool(names(dim))
            assert dim is None or evaluate(dim, env) == size, (SEED, case, said)
    assert formulas > len(TABLE) * 5


def test_the_known_wrong_answer_elsewhere(tmp_path: Path, cache: Path) -> None:
    """A pair of strides: 64x64 with stride (2, 1) is 32x64."""
    case = Case("pair", "nn.Conv2d(3, 16, 3, stride=(2, 1), padding=1)(x)", {"x": (1, 3, 64, 64)})
    (said,) = static([case], tmp_path, cache, symbolic=False)
    assert revealed(said[0]) == ("Tensor", [1, 16, 32, 64])
    assert real(case) == ("Tensor", (1, 16, 32, 64))
