"""``Summary``: what there is to say of a model and its layers, as data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shapenet import rules
from shapenet.dims import Shape
from shapenet.errors import SummaryError
from shapenet.nn import Module
from shapenet.nn.checks import checked_model
from shapenet.nn.planned import Planned
from shapenet.summaries.following import Block
from shapenet.summaries.inputs import inputs_of
from shapenet.summaries.outline import INPUT, Outline
from shapenet.summaries.sizes import at, formula_of
from shapenet.summaries.tracing import Trace, trace
from shapenet.summaries.work import Amount


@dataclass(frozen=True)
class Row:
    """A call of a layer."""

    path: str
    """Where the layer is in the model; empty for the model itself."""
    type: str
    """As its type is spelled: ``Conv2d[3, 16, 3]``."""
    inputs: tuple[Shape, ...]
    outputs: tuple[Shape, ...]
    parameters: int
    """How many numbers are learnt; those that an earlier row has are not counted again."""
    repeated: bool
    """Whether an earlier row has some of its parameters."""
    multiply_adds: Amount
    """In products of matrices and in convolutions."""
    buffer_bytes: Amount
    """What its output takes."""
    algorithm: str
    """How a convolution is computed at the example's sizes; empty for other layers."""
    scratch_bytes: int
    """What that borrows of the shared scratch memory."""
    called: bool = True

    @property
    def shapes(self) -> str:
        """``[B, 3, H, W] -> [B, 16, H, W]``."""
        if not self.called:
            return "not called"
        return f"{show(self.inputs)} -> {show(self.outputs)}"


@dataclass(frozen=True)
class Drawn:
    """A block of the picture: a layer, or an operation between layers."""

    path: str
    type: str
    is_layer: bool
    shape: Shape
    sources: tuple[int, ...]
    """Where its inputs come from, as places in ``Summary.blocks``; ``INPUT`` for the model's own."""
    row: int | None
    """Its place in ``Summary.rows``."""


@dataclass(frozen=True, repr=False)
class Summary:
    """What ``shapenet.summary`` says of a model. ``print`` shows it as a table."""

    name: str
    inputs: tuple[Shape, ...]
    outputs: tuple[Shape, ...]
    rows: tuple[Row, ...]
    blocks: tuple[Drawn, ...]
    example: Mapping[str, int]
    """A size for each name, for which numbers are given where a formula has none."""
    assumptions: tuple[str, ...]
    """What the sizes must be like for the formulas to hold."""
    fixed: Mapping[str, int]
    """Names that stand for one size: the model computes something of it that cannot be followed."""
    parameters: int
    parameter_bytes: int
    state_bytes: int
    """What buffers that are kept take, such as running means."""

    @property
    def multiply_adds(self) -> Amount:
        """Those of all layers."""
        return sum((row.multiply_adds for row in self.rows), Amount())

    @property
    def buffer_bytes(self) -> Amount:
        """What the outputs of all layers take."""
        return sum((row.buffer_bytes for row in self.rows), Amount())

    @property
    def scratch_bytes(self) -> int:
        """The shared scratch memory at the example's sizes: the largest need of a layer."""
        return max((row.scratch_bytes for row in self.rows), default=0)

    def __str__(self) -> str:
        from shapenet.summaries.text import text

        return text(self)

    __repr__ = __str__

    def markdown(self) -> str:
        """The table in Markdown."""
        from shapenet.summaries.text import markdown

        return markdown(self)

    def html(self) -> str:
        """A page that draws the data flow, with the table below. It needs nothing else, and no network."""
        from shapenet.summaries.page import page

        return page(self)


def summary(model: Module, *inputs: Sequence[int | str], sizes: Mapping[str, int] | None = None) -> Summary:
    """What each layer of *model* makes of which shape, and what it takes, told without running it on data.

    The model's ``__call__`` is followed with arrays that have a shape and no elements; each operation asks the rule
    that mypy asks, too. Formulas are checked at other sizes: where one does not hold, the name stands for a number, and
    ``fixed`` says so. The model is followed in evaluation mode, without its hooks, and nothing of it is changed.

    Args:
        model: what to sum up.
        inputs: the shapes of what it is called with, ``("B", 3, 224, 224)``; needed only if the annotations of its
            ``__call__`` do not say them.
        sizes: what is known of the names in the shapes: ``{"B": 8, "H": 224, "W": 224}``. Others stay symbols.

    Raises:
        SummaryError: an argument is wrong, the inputs are not known, or the model's computation depends on the elements
            of a tensor.
        TypeError: *model* is no module.
    """
    checked_model("summary", model)
    wanted = inputs_of(model, inputs)
    known = _checked({} if sizes is None else sizes, [name for part in wanted for name in part.names])
    found = trace(model, wanted, known)
    for name, size in found.fixed.items():
        if known.get(name, size) != size:
            raise SummaryError(f"{model.spelled} cannot be followed with {name} as {known[name]}")
    return _Teller(model, found, known).told()


def show(shapes: Iterable[Shape]) -> str:
    """``[B, 3, H, W], [B]``."""
    return ", ".join(map(rules.show, shapes))


def _checked(sizes: Mapping[str, int], names: Sequence[str]) -> dict[str, int]:
    if not isinstance(sizes, Mapping):
        raise SummaryError(f'summary expects sizes to be a dict such as {{"H": 224}}, got {sizes!r}')
    for name, size in sizes.items():
        if name not in names:
            told = ", ".join(dict.fromkeys(names)) or "nothing: all sizes are known"
            raise SummaryError(f"summary expects sizes of {told}, got {name!r}")
        if isinstance(size, bool) or not isinstance(size, int) or size < 1:
            raise SummaryError(f"summary expects sizes to be ints, at least 1, got {name}={size!r}")
    return dict(sizes)


class _Teller:
    """Makes a ``Summary`` of what was followed."""

    def __init__(self, model: Module, found: Trace, known: Mapping[str, int]) -> None:
        self.model, self.found, self.known = model, found, known
        self.example = _example(found, known)
        self._counted: set[int] = set()

    def told(self) -> Summary:
        world = self.found.world
        rows, places = self._rows()
        parameters = list(self.model.parameters())
        return Summary(
            name=self.model.spelled,
            inputs=self._shapes(self.found.given),
            outputs=self._shapes(self.found.results),
            rows=tuple(rows),
            blocks=self._blocks(places),
            example=self.example,
            assumptions=tuple(world.assumptions),
            fixed=self.found.fixed,
            parameters=sum(parameter.numel() for parameter in parameters),
            parameter_bytes=sum(parameter.data.nbytes for parameter in parameters),
            state_bytes=sum(buffer.data.nbytes for buffer in self.model.buffers()),
        )

    def _rows(self) -> tuple[list[Row], dict[int, int]]:
        """The rows, and from the numbers of blocks to their places."""
        rows, places = list[Row](), dict[int, int]()
        for block in self.found.blocks:
            if block.module is not None and (not block.children or block.products or _owns(block.module)):
                places[block.number] = len(rows)
                rows.append(self._row(block, block.module))
        for path, module in self.model.named_modules():
            count, _ = self._count(module, alone=True)
            if count:
                nothing = Amount()
                rows.append(Row(path, module.spelled, (), (), count, False, nothing, nothing, "", 0, called=False))
        return rows, places

    def _row(self, block: Block, module: Module) -> Row:
        parameters, repeated = self._count(module, alone=block.children > 0)
        algorithm, scratch = self._algorithm(block, module)
        return Row(
            path=block.path,
            type=block.name,
            inputs=self._shapes(block.inputs),
            outputs=self._shapes(block.outputs),
            parameters=parameters,
            repeated=repeated,
            multiply_adds=self._amount(block.products),
            buffer_bytes=self._amount([(out.dtype.itemsize, *out.shape) for out in block.outputs]),
            algorithm=algorithm,
            scratch_bytes=scratch,
        )

    def _count(self, module: Module, alone: bool) -> tuple[int, bool]:
        """The parameters that no earlier row has, and whether one has others."""
        own = list(module.parameters(recurse=not alone))
        new = [parameter for parameter in own if id(parameter) not in self._counted]
        self._counted |= set(map(id, new))
        return sum(parameter.numel() for parameter in new), len(new) < len(own)

    def _algorithm(self, block: Block, module: Module) -> tuple[str, int]:
        if not isinstance(module, Planned) or module.weight.device != "cpu":
            return "", 0
        (shape,) = self._shapes(block.inputs)
        sizes = [at(dim, self.example) for dim in rules.ranked(shape)]
        plan = module.plan(*(size for size in sizes if isinstance(size, int)))
        return plan.name, plan.scratch

    def _blocks(self, places: Mapping[int, int]) -> tuple[Drawn, ...]:
        """What is drawn, and where each block gets its inputs from."""
        blocks = self.found.blocks
        drawn = [block for block in blocks if block.is_whole and block.drawn is block]
        place_of = {block.number: place for place, block in enumerate(drawn)}
        return tuple(
            Drawn(
                path=block.path,
                type=block.name,
                is_layer=block.module is not None,
                shape=self._shapes(block.outputs[:1])[0] if block.outputs else (),
                sources=tuple(
                    dict.fromkeys(
                        source if source == INPUT else place_of[blocks[source].drawn.number]
                        for source in (outline.source for outline in block.inputs)
                        if source is not None
                    )
                ),
                row=places.get(block.number),
            )
            for block in drawn
        )

    def _shapes(self, outlines: Iterable[Outline]) -> tuple[Shape, ...]:
        return tuple(tuple(self._dim(size) for size in outline.shape) for outline in outlines)

    def _amount(self, products: Iterable[Sequence[int]]) -> Amount:
        return Amount(tuple(tuple(map(self._dim, factors)) for factors in products))

    def _dim(self, size: int) -> Any:
        return at(self.found.world.settled(formula_of(size)), self.known)


def _owns(module: Module) -> bool:
    return any(True for _ in module.parameters(recurse=False))


def _example(found: Trace, known: Mapping[str, int]) -> dict[str, int]:
    """Sizes for all names: one item in a batch, and square images, if that is as good as what was followed."""
    world = found.world
    batches = frozenset[str]().union(*(part.first for part in found.inputs))
    others = [name for name in world.values if name not in batches]
    largest = dict.fromkeys(others, max((world.values[name] for name in others[:1]), default=1))
    for values in ({**world.values, **largest, **dict.fromkeys(batches, 1)}, {**world.values, **largest}):
        chosen = {**{name: values[name] for name in world.values}, **known}
        if all(assumption.holds(chosen) for assumption in world.assumptions.values()):
            return chosen
    chosen = {**world.values, **known}
    for assumption in world.assumptions.values():
        if not assumption.holds(chosen):
            told = ", ".join(f"{name}={size}" for name, size in chosen.items())
            raise SummaryError(f"the sizes {told} were followed as if {assumption}, which does not hold for them")
    return chosen
