"""The picture of a summary: blocks as high as their images and as wide as their channels, and what flows where."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from typing import Final

from shapenet.dims import Shape
from shapenet.summaries.outline import INPUT
from shapenet.summaries.report import Drawn, Summary
from shapenet.summaries.sizes import at

_ACTIVATIONS: Final = "ReLU LeakyReLU ELU GELU SiLU Sigmoid Tanh Soft LogSoftmax Hardswish Mish"
_RESIZERS: Final = "MaxPool AvgPool Adaptive Upsample Pixel max_pool avg_pool interpolate"
_SEQUENCERS: Final = "Multihead Transformer RNN GRU LSTM Embedding attention embedding recurrent"
FAMILIES: Final[Mapping[str, tuple[str, str]]] = {
    "conv": ("convolution", "Conv FusedConv DFL conv"),
    "norm": (
        "normalisation",
        "BatchNorm LayerNorm GroupNorm InstanceNorm RMSNorm batch_norm layer_norm group_norm rms",
    ),
    "act": ("activation", f"{_ACTIVATIONS} {_ACTIVATIONS.lower()} leaky_relu log_softmax"),
    "pool": ("pooling, resizing", _RESIZERS),
    "dense": ("linear map", "Linear Bilinear linear bilinear matmul einsum"),
    "seq": ("attention, sequence", _SEQUENCERS),
    "join": ("joining", "add cat stack multiply subtract divide maximum minimum where"),
    "other": ("other", ""),
}
"""From a family of blocks to its name, and the beginnings of the names of those in it."""
_TIMES: Final = "\N{MULTIPLICATION SIGN}"
_SIGNS: Final = {"add": "+", "multiply": _TIMES, "cat": "‖", "stack": "‖", "subtract": "\N{MINUS SIGN}", "divide": "÷"}
_THIN: Final = frozenset({"norm", "act", "other", "join"})
_TALLEST, _WIDEST, _THIN_WIDTH, _ROUND = 190.0, 44.0, 7.0, 9.0
_AXIS_BELOW, _LANE = 14.0, 11.0
_COMFORTABLE, _LARGEST = 760.0, 2.4
"""The width up to which the picture of a small model is widened, and how many times at most."""


@dataclass(frozen=True)
class Box:
    """A block in its place; *middle* is the height of the axis that all stand on."""

    block: Drawn
    family: str
    left: float
    width: float
    height: float
    sign: str = ""

    @property
    def centre(self) -> float:
        """Its middle from the left."""
        return self.left + self.width / 2

    @property
    def right(self) -> float:
        """Where it ends."""
        return self.left + self.width


def family_of(block: Drawn) -> str:
    """The family that a block is coloured by."""
    found = (name for name, (_, starts) in FAMILIES.items() if block.type.startswith(tuple(starts.split())))
    return next(found, "other")


def figure(summary: Summary) -> str:
    """The picture, as SVG. Each block is a group with the place of its block."""
    boxes = _placed(summary)
    skips = _skips(boxes)
    deepest = max(box.height for box in boxes) / 2
    axis = 12 + max([deepest, *skips.values()])
    width, height = boxes[-1].right + 24, axis + deepest + 62
    parts = [
        f'<svg id="flow" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" height="{height:.0f}" '
        'role="group" aria-label="Data flow, from left to right. Arrow keys go from block to block.">',
        *_bands(boxes, axis + deepest + 40, height),
        *(_line(boxes, a, b, axis) for a, b in _edges(boxes) if b == a + 1),
        *(_arc(boxes, a, b, rise, axis) for (a, b), rise in skips.items()),
        *(_drawn(summary, box, place - 1, axis) for place, box in enumerate(boxes)),
        *_labels(summary, boxes, axis + deepest + _AXIS_BELOW),
        "</svg>",
    ]
    return "\n".join(parts)


def extent(shape: Shape, kind: str = "") -> tuple[int, int]:
    """The side of an image (or the length of a sequence) and the channels, of a shape of ints, batch first."""
    sizes = [dim if isinstance(dim, int) else 1 for dim in shape]
    if len(sizes) >= 4:
        return max(1, round(math.prod(sizes[2:]) ** (1 / (len(sizes) - 2)))), sizes[1]
    if len(sizes) == 3:
        channels, length = (sizes[1], sizes[2]) if "1d" in kind else (sizes[2], sizes[1])
        return max(1, length), channels
    return 1, sizes[-1] if sizes else 1


def _placed(summary: Summary) -> list[Box]:
    """All blocks from left to right, the model's input before them."""
    start = Drawn("input", "input", True, summary.inputs[0] if summary.inputs else (), (), None)
    blocks = [start, *summary.blocks]
    known = [(block, *extent(_sized(block.shape, summary.example), block.type)) for block in blocks]
    boxes = _lined_up(known, 1.0)
    return _lined_up(known, min(_LARGEST, max(1.0, _COMFORTABLE / boxes[-1].right)))


def _lined_up(known: Sequence[tuple[Drawn, int, int]], scale: float) -> list[Box]:
    """The boxes of blocks with their images and channels, *scale* times as wide as they must be."""
    side, most = max(item[1] for item in known), max(item[2] for item in known)
    boxes: list[Box] = []
    left = 16.0
    for block, spatial, channels in known:
        family = family_of(block) if boxes else "input"
        sign = _SIGNS.get(block.type, "") if len(block.sources) > 1 else ""
        height = 16 + (_TALLEST - 16) * math.sqrt(spatial / side)
        width = scale * (9 + (_WIDEST - 9) * (math.log2(channels + 1) / math.log2(most + 1)) ** 2)
        if sign:
            width = height = 2 * _ROUND
        elif family in _THIN:
            width = _THIN_WIDTH * scale
        attached = family in _THIN and not sign and block.sources == (len(boxes) - 2,)
        left += 0 if not boxes else 2 if attached else 14 * scale
        boxes.append(Box(block, family, left, width, height, sign))
        left += width
    return boxes


def _sized(shape: Shape, values: Mapping[str, int]) -> Shape:
    return tuple(at(dim, values) for dim in shape)  # type: ignore[arg-type]  # shapes here have no packs


def _edges(boxes: Sequence[Box]) -> Iterator[tuple[int, int]]:
    """From box to box, by their places; the input is box 0."""
    for place, box in enumerate(boxes):
        for source in box.block.sources:
            yield (0 if source == INPUT else source + 1), place


def _skips(boxes: Sequence[Box]) -> dict[tuple[int, int], float]:
    """The edges that pass other boxes, and how high above the axis each runs: none on another."""
    levels: dict[tuple[int, int], float] = {}
    edges = {edge for edge in _edges(boxes) if edge[1] > edge[0] + 1}
    for a, b in sorted(edges, key=lambda edge: (edge[1] - edge[0], edge)):
        level = max(box.height for box in boxes[a : b + 1]) / 2 + _LANE
        for (c, d), other in sorted(levels.items(), key=lambda item: item[1]):
            if c <= b and a <= d and abs(level - other) < _LANE:
                level = other + _LANE
        levels[a, b] = level
    return levels


def _line(boxes: Sequence[Box], a: int, b: int, axis: float) -> str:
    start, end = boxes[a].right, boxes[b].left
    return f'<path class="line" d="M{start:.1f} {axis:.1f}H{end:.1f}"/>' if end - start > 4 else ""


def _arc(boxes: Sequence[Box], a: int, b: int, rise: float, axis: float) -> str:
    # What leaves a sum does not run over what arrives there.
    x, y = boxes[a].centre + (3 if boxes[a].sign else 0), boxes[b].centre - (3 if boxes[b].sign else 0)
    level = axis - rise
    start, end = axis - boxes[a].height / 2, axis - boxes[b].height / 2
    r = min(8.0, (y - x) / 2)
    up, down = f"q0 {-r:.1f} {r:.1f} {-r:.1f}", f"q{r:.1f} 0 {r:.1f} {r:.1f}"
    way = f"M{x:.1f} {start:.1f}V{level + r:.1f}{up}H{y - r:.1f}{down}V{end - 4:.1f}"
    tip = f'<path class="tip" d="M{y - 3.5:.1f} {end - 6:.1f}h7l-3.5 5.5z"/>'
    return f'<path class="skip" data-a="{a - 1}" data-b="{b - 1}" d="{way}"/>{tip}'


def _drawn(summary: Summary, box: Box, place: int, axis: float) -> str:
    told = f"{box.block.path}: {box.block.type}, {_shown(box.block.shape)}"
    if box.block.path == box.block.type:
        told = f"{box.block.type}, {_shown(box.block.shape)}"
    first = ' tabindex="0"' if place == INPUT else ' tabindex="-1"'
    shape = (
        f'<circle cx="{box.centre:.1f}" cy="{axis:.1f}" r="{_ROUND}"/>'
        f'<text x="{box.centre:.1f}" y="{axis + 4:.1f}" class="sign">{box.sign}</text>'
        if box.sign
        else f'<rect x="{box.left:.1f}" y="{axis - box.height / 2:.1f}" width="{box.width:.1f}" '
        f'height="{box.height:.1f}" rx="{min(3.0, box.width / 3):.1f}"/>'
    )
    return (
        f'<g class="block {box.family}" data-i="{place}" role="button"{first} aria-label="{escape(told)}">'
        f"<title>{escape(told)}</title>{shape}</g>"
    )


def _shown(shape: Shape) -> str:
    return f"[{', '.join(map(str, shape))}]"


def _bands(boxes: Sequence[Box], label: float, height: float) -> Iterator[str]:
    """What belongs to one part of the model stands on one band, with its name."""
    groups = [(name, list(group)) for name, group in groupby(boxes[1:], key=_Parts(boxes[1:])) if name]
    for number, (name, group) in enumerate(groups):
        left, right = group[0].left - 5, group[-1].right + 5
        place = f'x="{left:.1f}" y="0" width="{right - left:.1f}" height="{height:.1f}"'
        yield f'<rect class="band b{number % 2}" {place}/>'
        fits = int((right - left) / 6.6)
        if fits >= min(len(name), 7):
            short = name if len(name) <= fits else f"{name[: fits - 1]}…"
            yield f'<text class="part" x="{(left + right) / 2:.1f}" y="{label + 12:.1f}">{escape(short)}</text>'


class _Parts:
    """The part of the model that a box belongs to: the first word of its path, or two where most share the first."""

    def __init__(self, boxes: Sequence[Box]) -> None:
        firsts = [box.block.path.split(".")[0] for box in boxes]
        self._common = {first for first in firsts if firsts.count(first) > 0.6 * len(firsts)}

    def __call__(self, box: Box) -> str:
        words = box.block.path.split(".")
        most = 2 if words[0] in self._common else 1
        return ".".join(words[:most]) if len(words) > most else ""


def _labels(summary: Summary, boxes: Sequence[Box], y: float) -> Iterator[str]:
    """Channels over the size of the image, where they change and there is room."""
    last, free = "", 0.0
    for box in boxes:
        if box.sign:
            continue
        sizes = _sized(box.block.shape, summary.example)
        image = _TIMES.join(map(str, sizes[2:])) if len(sizes) >= 4 else str(sizes[1]) if len(sizes) == 3 else ""
        channels = str(sizes[2] if len(sizes) == 3 else sizes[1] if len(sizes) > 1 else "")
        told = f"{channels}|{image}"
        half = max(len(channels), len(image)) * 2.9 + 3
        if told == last or box.centre - half < free:
            continue
        last, free = told, box.centre + half
        yield f'<text class="size" x="{box.centre:.1f}" y="{y:.1f}">{channels}</text>'
        yield f'<text class="size faint" x="{box.centre:.1f}" y="{y + 12:.1f}">{image}</text>'
