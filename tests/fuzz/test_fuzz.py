"""Static against actual in random programs, and half-typed programs that the plugin must live through."""

from __future__ import annotations

import secrets
from pathlib import Path

import pytest

from tests.conftest import Caches
from tests.fuzz.actual import Refused, outcomes
from tests.fuzz.damage import damaged, sources
from tests.fuzz.generate import bindings, programs
from tests.fuzz.judge import Verdict, fits, judge
from tests.fuzz.program import Array, Program, Step
from tests.fuzz.revealed import BrokenRunError, check, read, said_of
from tests.fuzz.survival import casualties

FRESH = secrets.randbits(32)
COUNT = 150


@pytest.fixture(scope="module")
def cache(caches: Caches) -> str:
    return str(caches())


def judged(made: list[Program], folder: Path, cache: str) -> Verdict:
    return judge(made, said_of(made, folder / "programs.py", "--cache-dir", cache))


@pytest.mark.parametrize("seed", [1, FRESH], ids=["the same", "fresh"])  # xdist compares the names between its workers
def test_static_is_actual(seed: int, tmp_path: Path, cache: str) -> None:
    verdict = judged(list(programs(seed, COUNT)), tmp_path, cache)
    assert not verdict.disagreements, f"seed {seed}\n" + "\n".join(map(str, verdict.disagreements))
    assert verdict.steps["same shape"] > COUNT
    assert verdict.steps["refused by both"] > COUNT / 10
    assert verdict.steps["same shape"] > 2 * verdict.steps["same, as far as known"]


def test_damaged_programs_are_lived_through(tmp_path: Path, cache: str) -> None:
    found = casualties(list(damaged(sources(FRESH), FRESH, 40)), tmp_path, "--cache-dir", cache)
    assert not found, f"seed {FRESH}\n" + "\n".join(map(str, found))


def test_a_seed_says_all() -> None:
    assert list(map(str, programs(5, 20))) == list(map(str, programs(5, 20)))
    assert list(map(str, programs(5, 20))) != list(map(str, programs(6, 20)))
    assert list(damaged(sources(5), 5, 2)) == list(damaged(sources(5), 5, 2))


def one_liners(*codes: str) -> list[Program]:
    return [Program(f"p{n}", False, (), (Step("any", ("x1",), f"x1 = {code}"),)) for n, code in enumerate(codes)]


def test_disagreements_are_found(tmp_path: Path, cache: str) -> None:
    """A judge that never condemns would pass everything: here mypy is given another program than the one that runs."""
    told = one_liners("ones(2, 3)", "ones(2) + ones(3)", "ones(2) + ones(2)", "ones(2)")
    said = said_of(told, tmp_path / "programs.py", "--cache-dir", cache)
    run = one_liners("ones(2, 4)", "ones(2) + ones(2)", "ones(2) + ones(3)", "ones(2)")
    verdict = judge(run, said)
    assert [found.kind for found in verdict.disagreements] == ["wrong shape:", "false alarm:", "missed:"]
    assert verdict.steps["same shape"] == 1
    assert "# static: f[2, 3]\n# actual: x1 is f[2, 4]" in str(verdict.disagreements[0])


def test_failures_of_the_plugin_are_found() -> None:
    with pytest.raises(BrokenRunError):
        check("a.py:3: error: shapenet's plugin failed here, please report it: KeyError: 3  [shape]\n")
    with pytest.raises(BrokenRunError):
        check("a.py:3: error: INTERNAL ERROR -- Please try using mypy master\n")


@pytest.mark.parametrize(
    ("text", "value", "answer"),
    [
        ("shapenet.tensors.Tensor[Literal[2], H]", Array((2, 5), "f"), True),
        ("shapenet.tensors.Tensor[Literal[2], H]", Array((2, 4), "f"), False),
        ("shapenet.tensors.Tensor[shapenet.dims.Size[Literal['2*H - 1'], H]]", Array((9,), "f"), True),
        ("shapenet.tensors.IntTensor[Any, *tuple[Any, ...], Literal[7]]", Array((3, 7), "i"), True),
        ("shapenet.tensors.IntTensor[Any, *tuple[Any, ...], Literal[7]]", Array((3, 7), "f"), False),
        ("shapenet.tensors.BoolTensor[H]", Array((5,), "b"), True),
        ("shapenet.tensors.Tensor[H]", Array((5,), "b"), False),
        ("shapenet.tensors.Tensor[*tuple[Any, ...]]", Array((5,), "b"), True),
        ("shapenet.tensors.Tensor[Any, *tuple[Any, ...], Literal[7]]", Array((7,), "f"), False),
        ("shapenet.tensors.Tensor[()]", Array((), "f"), True),
        ("shapenet.tensors.Tensor[()]", Array((1,), "f"), False),
        ("Literal[3]?", 3, True),
        ("shapenet.tensors.Tensor[Literal[3]]", 3, False),
        ("int", 8, True),
        ("H", 4, False),
    ],
)
def test_revealed_types_are_read(text: str, value: Array | int, answer: bool) -> None:
    (typ,) = read(text)
    assert fits(typ, value, {"H": 5}) is answer


def test_unions_are_read() -> None:
    assert len(read("shapenet.tensors.Tensor[Literal[2]] | tuple[B, Any]")) == 2


def test_a_slice_keeps_what_is_needed_and_does_the_same() -> None:
    for program in programs(3, 40):
        (binding,) = bindings(program, 1)
        all_of_it = list(outcomes(program, binding))
        short = list(outcomes(program.sliced(len(all_of_it) - 1), binding))
        assert isinstance(short[-1], Refused) == isinstance(all_of_it[-1], Refused)
        assert str(short[-1]) == str(all_of_it[-1])
