"""Rules of the losses: which shapes belong together, and what the reduction leaves of them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Final

from shapenet.dims import UNKNOWN, Dim, Pack, Shape, Unknown, same
from shapenet.errors import ShapeError
from shapenet.rules.base import Given, LayerRule
from shapenet.rules.kinds import FLOAT, INT, Kind, check_kind
from shapenet.rules.shapes import Undetermined, broadcast, difference, show

_REDUCTIONS: Final = ("mean", "sum", "none")

WORDS: Final = frozenset((*_REDUCTIONS, "batchmean"))
"""The reductions."""

_ANY: Final[Shape] = (Pack(),)


@dataclass(frozen=True)
class LossRule(LayerRule):
    """A loss: one number of each element, of each vector or of each label, and what becomes of them together."""

    reduction: str | Dim = "mean"

    reductions: ClassVar[tuple[str, ...]] = _REDUCTIONS

    def __post_init__(self) -> None:
        self._word("reduction", *self.reductions)

    def _reduced(self, losses: Shape) -> Shape:
        if not isinstance(self.reduction, str):
            return _ANY
        return losses if self.reduction == "none" else ()

    def _equal(self, x: Shape, target: Shape) -> Shape:
        both = common(x, target)
        if both is None:
            got = f"{show(x)} and {show(target)}: {difference(x, target)}"
            raise ShapeError(str(self), f"expects two equal shapes, got {got}")
        return both


@dataclass(frozen=True)
class WeightedLoss(LossRule):
    """A loss whose elements, or classes, may have weights."""

    weights: ClassVar[tuple[str, ...]] = ()
    """The names of the weights that it takes."""

    @abstractmethod
    def check_weight(self, name: str, x: Shape, weight: Shape) -> None:
        """Check the shape of the weight *name* for an input of shape *x*.

        Raises:
            ShapeError: it does not fit.
        """


@dataclass(frozen=True)
class ElementLoss(WeightedLoss):
    """A loss of each element of two tensors of one shape."""

    def output(self, x: Shape, target: Shape = ()) -> Shape:
        return self._reduced(self._equal(x, target))

    def check_weight(self, name: str, x: Shape, weight: Shape) -> None:
        try:
            fits = common(broadcast(x, weight), x) is not None
        except Undetermined:
            return
        except ShapeError:
            fits = False
        if not fits:
            raise ShapeError(str(self), f"expects {name} to broadcast to {show(x)}, got {show(weight)}")


@dataclass(frozen=True)
class MSELoss(ElementLoss):
    """Two tensors of one shape ``-> []``."""


@dataclass(frozen=True)
class L1Loss(ElementLoss):
    """Two tensors of one shape ``-> []``."""


@dataclass(frozen=True)
class SmoothL1Loss(ElementLoss):
    """Two tensors of one shape ``-> []``."""


@dataclass(frozen=True)
class HuberLoss(ElementLoss):
    """Two tensors of one shape ``-> []``."""


@dataclass(frozen=True)
class KLDivLoss(ElementLoss):
    """Two tensors of one shape ``-> []``."""

    reductions = (*_REDUCTIONS, "batchmean")


@dataclass(frozen=True)
class BCELoss(ElementLoss):
    """Two tensors of one shape ``-> []``; the weight broadcasts to it."""

    weights = ("weight",)


@dataclass(frozen=True)
class BCEWithLogitsLoss(ElementLoss):
    """Two tensors of one shape ``-> []``; the weights broadcast to it."""

    weights = ("weight", "pos_weight")


@dataclass(frozen=True)
class ClassLoss(WeightedLoss):
    """A loss of scores ``[N, C, ...]`` for labels ``[N, ...]``, or of ``[C]`` for ``[]``; the weight is ``[C]``."""

    weights = ("weight",)
    scores: ClassVar[str]
    """What the input is called."""
    soft: ClassVar[bool]
    """Whether a target may also be a probability for each class."""

    def output(self, x: Shape, target: Shape = ()) -> Shape:
        if not x:
            raise ShapeError(str(self), f"expects {self.scores} [C] or [N, C, ...], got []")
        labels = without_classes(x)
        if common(labels, target) is None and not (self.soft and common(x, target) is not None):
            wanted = f"labels {show(labels)}"
            if self.soft and len(target) == len(x):
                wanted = f"probabilities {show(x)}"
            elif self.soft and len(target) != len(labels):
                wanted += f" or probabilities {show(x)}"
            raise ShapeError(str(self), f"expects {wanted} for {self.scores} {show(x)}, got {show(target)}")
        return self._reduced(labels)

    def kind(self, arguments: Mapping[str, Given], kinds: Mapping[str, Kind]) -> Kind:
        x, target = (arguments.get(name) for name in ("input", "target"))
        for name, kind in kinds.items():
            wanted = FLOAT
            if name == "target" and isinstance(x, tuple) and isinstance(target, tuple):
                labels = without_classes(x)
                if Pack() in (*labels, *target):
                    continue
                wanted = INT if len(target) == len(labels) else FLOAT
            check_kind(str(self), name, kind, wanted)
        return FLOAT

    def check_weight(self, name: str, x: Shape, weight: Shape) -> None:
        classes = _classes(x)
        if common((classes,), weight) is None:
            raise ShapeError(str(self), f"expects {name} [{classes}] for {self.scores} {show(x)}, got {show(weight)}")


@dataclass(frozen=True)
class CrossEntropyLoss(ClassLoss):
    """``[N, C, ...], [N, ...] -> []``, or two tensors of one shape; or both without N."""

    scores = "logits"
    soft = True


@dataclass(frozen=True)
class NLLLoss(ClassLoss):
    """``[N, C, ...], [N, ...] -> []``, or both without N."""

    scores = "log-probabilities"
    soft = False


@dataclass(frozen=True)
class CosineEmbeddingLoss(LossRule):
    """``[N, D], [N, D], [N] -> []``, or all without N."""

    takes = MappingProxyType({"target": (FLOAT, INT)})

    def output(self, x: Shape, y: Shape = (), target: Shape = ()) -> Shape:
        vectors = self._equal(x, y)
        if any(isinstance(dim, Pack) for dim in vectors):
            return self._reduced(target)
        if len(vectors) not in (1, 2) or vectors[-1] == 0:
            raise ShapeError(str(self), f"expects vectors [D] or [N, D] that are not empty, got {show(vectors)}")
        losses = common(vectors[:-1], target)
        if losses is None:
            raise ShapeError(str(self), f"expects labels {show(vectors[:-1])} for {show(vectors)}, got {show(target)}")
        return self._reduced(losses)


def common(x: Shape, y: Shape) -> Shape | None:
    """The one shape that both are, as far as it is known; None if they cannot be one."""
    packs = [[isinstance(dim, Pack) for dim in shape] for shape in (x, y)]
    if packs[0] != packs[1]:
        return None if not any(map(any, packs)) else y if any(packs[0]) else x
    pairs = list(zip(x, y, strict=True))
    if not all(same(a, b) for a, b in pairs if not isinstance(a, Pack) and not isinstance(b, Pack)):
        return None
    return tuple(b if isinstance(a, Unknown) or a == Pack() else a for a, b in pairs)


def without_classes(x: Shape) -> Shape:
    """The shape of the labels for scores of shape *x*, ``[C]`` or ``[N, C, ...]``."""
    if any(isinstance(dim, Pack) for dim in x[:2]):
        return _ANY
    return () if len(x) == 1 else (*x[:1], *x[2:])


def _classes(x: Shape) -> Dim:
    classes = x[min(1, len(x) - 1)]
    return UNKNOWN if isinstance(classes, Pack) or isinstance(x[0], Pack) else classes
