"""Writing the nodes of an ONNX graph: names, constants, and sizes that follow the inputs."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Final, NoReturn

import numpy as np
import onnx
from onnx import helper, numpy_helper

from shapenet.backend import Array
from shapenet.dims import Expr, Unknown
from shapenet.dims.atoms import Name
from shapenet.onnx.errors import OnnxError
from shapenet.onnx.graph import Graph
from shapenet.onnx.trace import Ref, Sizes

END: Final = np.iinfo(np.int64).max
"""As the end of a slice: all that is there."""


class Writer:
    """What has been written of a graph."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: list[onnx.TensorProto] = []
        self.written: dict[str, Ref] = {}
        """The values of the graph by the name under which they were written."""
        self._names: dict[Ref, str] = {}
        self._used: set[str] = {value.name for value in graph.traces[0].values}
        self._constants: dict[tuple[str, Sizes, bytes], str] = {}
        self._owner = ""
        for number, one in enumerate(graph.inputs):
            self._names[Ref(number)] = self.unused(one.name)

    # --- values ---

    def unused(self, name: str) -> str:
        """*name*, or, if it is taken, with a number behind it; it is taken from now on."""
        found, number = name, 1
        while found in self._used:
            found, number = f"{name}_{number}", number + 1
        self._used.add(found)
        return found

    def name(self, ref: Ref) -> str:
        """The name of a value; one that no operation made is written first."""
        if ref not in self._names:
            self._names[ref] = self._leaf(ref)
        return self._names[ref]

    def set(self, ref: Ref, name: str) -> None:
        """Say under which name a value was written."""
        self._names[ref] = name
        self.written[name] = ref

    def _leaf(self, ref: Ref) -> str:
        value = self.graph.value(ref)
        if value.array is None:
            raise OnnxError("uses what an operation made that ONNX is not told of")
        if value.name:
            self.initializers.append(numpy_helper.from_array(np.ascontiguousarray(value.array), value.name))
            return value.name
        arrays = [one.array for one in self.graph.values(ref)]
        if all(array is not None and _equal(array, value.array) for array in arrays):
            return self.constant(value.array)
        return self._filled(ref, arrays)

    def _filled(self, ref: Ref, arrays: Sequence[Any]) -> str:
        """An array that follows the sizes of the inputs: all of one number, counted, or one number in a triangle."""
        shapes = [array.shape for array in arrays]
        first = arrays[0]
        if first.ndim == 1 and all(_equal(array, np.arange(len(array), dtype=first.dtype)) for array in arrays):
            count = self.emit("Squeeze", [self.size([len(array) for array in arrays])])
            row = self.emit("Range", [self.scalar(0, np.int64), count, self.scalar(1, np.int64)])
            return row if first.dtype == np.int64 else self.cast(row, first.dtype)
        # The corners tell the one number, of whatever triangle.
        fills = [
            part for part in (first.flat[-1:], first.reshape(*first.shape[:-1], -1)[..., -1:].flat[:1]) if part.size
        ]
        for fill in fills:
            for upper, place in ((None, 0), (1, 0), (1, 1), (0, 0), (0, -1)):
                if all(_equal(array, _triangle(array.shape, fill[0], upper, place)) for array in arrays):
                    whole = self.emit(
                        "ConstantOfShape", [self.sizes(shapes, None)], value=numpy_helper.from_array(fill.copy())
                    )
                    return (
                        whole
                        if upper is None
                        else self.emit("Trilu", [whole, self.scalar(place, np.int64)], upper=upper)
                    )
        raise OnnxError("uses numbers that were computed from its inputs, or their sizes, in a way ONNX is not told of")

    # --- constants ---

    def constant(self, array: Array) -> str:
        """The name of a constant."""
        held = np.ascontiguousarray(array).reshape(array.shape)
        key = (held.dtype.str, held.shape, held.tobytes())
        if key not in self._constants:
            name = self.unused("constant")
            self._constants[key] = name
            self.nodes.append(helper.make_node("Constant", [], [name], name, value=numpy_helper.from_array(held)))
        return self._constants[key]

    def ints(self, *numbers: int) -> str:
        """A vector of ints."""
        return self.constant(np.array(numbers, np.int64))

    def scalar(self, number: float, dtype: Any) -> str:
        """A number."""
        return self.constant(np.array(number, dtype))

    # --- nodes ---

    def emit(self, op: str, inputs: Sequence[str], **attributes: Any) -> str:
        """Write a node of one output, whose name is returned."""
        return self.emits(op, inputs, 1, **attributes)[0]

    def emits(self, op: str, inputs: Sequence[str], outputs: int, **attributes: Any) -> list[str]:
        """Write a node, and return the names of its outputs."""
        base = self.unused(f"{self._owner}/{op}" if self._owner else op)
        made = [base, *(self.unused(f"{base}.{number}") for number in range(1, outputs))]
        self.nodes.append(helper.make_node(op, inputs, made, base, **attributes))
        return made

    def cast(self, name: str, dtype: Any) -> str:
        """A value in another type."""
        return self.emit("Cast", [name], to=helper.np_dtype_to_tensor_dtype(np.dtype(dtype)))

    def within(self, path: str) -> None:
        """From now on nodes are called after the module with that path."""
        self._owner = path

    # --- sizes ---

    def size(self, sizes: Sequence[int], source: Ref | None = None) -> str:
        """A vector of one size, which was so in each run; it is computed from those of *source* or of the inputs.

        Raises:
            OnnxError: it cannot be told how.
        """
        if len(set(sizes)) == 1:
            return self.ints(sizes[0])
        places = [Ref(number) for number in range(len(self.graph.inputs))]
        for place in places if source is None else [source, *places]:
            found = self._size_in(sizes, place)
            if found is not None:
                return found
        return self._computed(sizes)

    def _size_in(self, sizes: Sequence[int], source: Ref) -> str | None:
        """A size that is a multiple, or a part, of one of *source*, or of several that lie beside each other."""
        shapes = self.graph.shapes(source)
        for start in range(len(shapes[0])):
            for end in range(start + 1, len(shapes[0]) + 1):
                whole = [int(np.prod(shape[start:end])) for shape in shapes]
                if 0 in whole or len({Fraction(size, of) for size, of in zip(sizes, whole, strict=True)}) > 1:
                    continue
                ratio = Fraction(sizes[0], whole[0])
                name = self.emit("Shape", [self.name(source)], start=start, end=end)
                if end - start > 1:
                    name = self.emit("ReduceProd", [name], keepdims=1)
                return self._scaled(name, ratio)
        return None

    def _scaled(self, name: str, ratio: Fraction) -> str:
        if ratio.numerator != 1:
            name = self.emit("Mul", [name, self.ints(ratio.numerator)])
        return name if ratio.denominator == 1 else self.emit("Div", [name, self.ints(ratio.denominator)])

    def _computed(self, sizes: Sequence[int]) -> str:
        """A size by its formula of the names."""
        formula = self.graph.dim(sizes)
        if isinstance(formula, Unknown | int):
            raise OnnxError(f"needs a size that follows the inputs in an unknown way: {sizes[0]}")
        assert isinstance(formula, Expr)
        total = ""
        for monomial, coefficient in formula.terms.items():
            term = ""
            for atom, power in monomial:
                assert isinstance(atom, Name)  # as ``Graph.dim`` makes formulas
                for _ in range(power):
                    one = self.size([known[atom.name] for known in self.graph.sizes])
                    term = self.emit("Mul", [term, one]) if term else one
            term = self._scaled(term, Fraction(coefficient)) if term else self.ints(coefficient)
            total = self.emit("Add", [total, term]) if total else term
        return total

    def sizes(self, shapes: Sequence[Sizes], source: Ref | None) -> str:
        """A vector of sizes, which were so in each run; of *source*, if there is one, 0 stands for the same size.

        Raises:
            OnnxError: it cannot be told how to compute one.
        """
        before = self.graph.shapes(source) if source is not None else [()] * len(shapes)
        known: list[int | None] = []
        for place, column in enumerate(zip(*shapes, strict=True)):
            kept = all(len(shape) > place and shape[place] == size for shape, size in zip(before, column, strict=True))
            known.append(column[0] if len(set(column)) == 1 else 0 if kept else None)
        if source is not None and known.count(None) == 1:
            known[known.index(None)] = -1
        if None not in known:
            return self.ints(*(size for size in known if size is not None))
        columns = list(zip(*shapes, strict=True))
        # With sizes that are computed none is left out: 0 and -1 would hide from shape inference.
        return self.emit("Concat", [self.size(column, source) for column in columns], axis=0)


NEEDS_SIZES: Final = "must know the sizes of its input: name them in fixed"


def refuse(problem: str) -> NoReturn:
    """Say why an operation cannot be written.

    Raises:
        OnnxError: always.
    """
    raise OnnxError(problem)


def _equal(one: Array, two: Array) -> bool:
    return one.shape == two.shape and bool(np.array_equal(one, two, equal_nan=one.dtype.kind == "f"))


def _triangle(shape: Sizes, fill: Any, upper: int | None, place: int) -> Array:
    whole = np.full(shape, fill)
    if upper is None or len(shape) < 2:
        return whole
    rows, columns = np.indices(shape[-2:])
    kept = columns - rows >= place if upper else columns - rows <= place
    return np.where(kept, whole, np.zeros((), whole.dtype))
