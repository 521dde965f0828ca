"""Known networks, typed: what mypy proves of each is what its tensors have when it runs."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from shapenet.errors import ShapeError
from tests.static import mypy
from tests.typing.ports import FILES, Witness, load, pinned_lines, run


def each_port() -> pytest.MarkDecorator:
    return pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])


def test_all_are_proved(cache: Path) -> None:
    assert mypy(FILES, "--cache-dir", str(cache)) == ""


@each_port()
def test_nothing_is_escaped(file: Path) -> None:
    source = file.read_text()
    assert "type: ignore" not in source
    names = {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}
    names |= {node.attr for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Attribute)}
    names |= {
        alias.name for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ImportFrom) for alias in node.names
    }
    assert not names & {"Any", "AnyTensor", "cast", "no_type_check", "TYPE_CHECKING"}
    assert len(pinned_lines(source)) >= 8


@each_port()
def test_it_runs_with_the_shapes_that_are_proved(file: Path) -> None:
    module, witness = load(file), Witness()
    module.assert_type = witness  # type: ignore[attr-defined]  # as the module imported it
    run(module)
    assert witness.lines == pinned_lines(file.read_text())


CLAIMS = ["Tensor[B, 4]", "Tensor[3, B]", "Tensor[B, C]", 'Tensor[B, "B + 2"]', "Tensor[B]", "IntTensor[B, 3]", "int"]


@pytest.mark.parametrize("claim", CLAIMS)
def test_a_wrong_claim_is_noticed(claim: str, tmp_path: Path) -> None:
    file = tmp_path / "claims.py"
    file.write_text(f"""
import shapenet
from shapenet import IntTensor, Tensor
from shapenet.dims import B, C

def check(x: Tensor[B, 3]) -> None:
    assert_type(x, Tensor[B, 3])
    assert_type(x, {claim})

def example() -> Tensor[3]:
    check(shapenet.zeros(2, 3))
    return shapenet.zeros(4)
""")
    module, witness = load(file), Witness()
    module.assert_type = witness  # type: ignore[attr-defined]
    with pytest.raises(AssertionError):
        run(module)
    assert witness.lines == {7, 8}
    module.assert_type = lambda *_: None  # type: ignore[attr-defined]
    with pytest.raises(ShapeError, match="example"):
        run(module)
