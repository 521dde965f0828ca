"""What an import brings with it, each in a fresh interpreter."""

from __future__ import annotations

import subprocess
import sys

import pytest


def imported(statement: str) -> set[str]:
    code = f"{statement}\nimport sys; print(' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "statement",
    ["import shapenet; shapenet.Tensor", "import shapenet.nn", "from shapenet import nn, optim, data, functional"],
)
def test_the_library_needs_neither_cupy_nor_mypy(statement: str) -> None:
    modules = imported(statement)
    assert "numpy" in modules
    assert not modules & {"cupy", "mypy", "jaxtyping", "beartype", "torch"}


@pytest.mark.parametrize(
    "statement", ["import shapenet", "import shapenet.rules, shapenet.dims", "import shapenet.mypy_plugin"]
)
def test_shapes_need_no_arrays(statement: str) -> None:
    assert not imported(statement) & {"cupy", "numpy", "jaxtyping", "beartype"}


def test_public_names() -> None:
    import shapenet

    assert set(dir(shapenet)) >= {"Tensor", "nn", "zeros", "ShapeError"}
    for name in dir(shapenet):
        assert getattr(shapenet, name) is not None
    with pytest.raises(AttributeError, match="module 'shapenet' has no attribute 'tenser'"):
        _ = shapenet.tenser  # type: ignore[attr-defined]
