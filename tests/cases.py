"""One table of layers and operations, from which static, runtime and real shapes are tested.

A case is a piece of program: its text is run on real tensors, and is what mypy is asked about. Each entry of ``TABLE``
draws its hyperparameters at random, right ones and wrong ones.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

Shape = tuple[int, ...]

ELEMENT_LOSSES: Final = {
    "MSELoss": "mse_loss",
    "L1Loss": "l1_loss",
    "SmoothL1Loss": "smooth_l1_loss",
    "HuberLoss": "huber_loss",
    "KLDivLoss": "kl_div",
    "BCELoss": "binary_cross_entropy",
    "BCEWithLogitsLoss": "binary_cross_entropy_with_logits",
}


INTEGERS: Final = frozenset({"i", "labels"})
"""The names of inputs that are integers."""


@dataclass(frozen=True)
class Case:
    """An expression over tensors of given shapes, such as ``nn.Conv2d(3, 8, 3)(x)``."""

    name: str
    expression: str
    inputs: Mapping[str, Shape]


class Draw:
    """Random hyperparameters, as program text."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng

    def integer(self, low: int, high: int) -> int:
        return int(self.rng.integers(low, high + 1))

    def shape(self, low: int = 1, high: int = 5, rank: int | None = None) -> Shape:
        count = self.integer(0, 4) if rank is None else rank
        return tuple(self.integer(low, high) for _ in range(count))

    def extent(self, low: int, high: int) -> str:
        """An int or a pair; one in twelve is out of range."""
        if self.rng.random() < 1 / 12:
            low = low - 1
            high = low
        if self.rng.random() < 0.5:
            return str(self.integer(low, high))
        return f"({self.integer(low, high)}, {self.integer(low, high)})"

    def image(self, channels: int) -> Shape:
        return self.integer(1, 3), channels, self.integer(3, 14), self.integer(3, 14)

    def signal(self, channels: int) -> Shape:
        return self.integer(1, 3), channels, self.integer(3, 14)

    def batch(self, x: Shape) -> Shape:
        """*x*, or, sometimes, its first item alone; one time in thirty less even than that."""
        dropped = self.integer(0, 29)
        return x[2:] if dropped == 0 else x[1:] if dropped < 8 else x

    def small(self, low: int, high: int) -> str:
        """An int; one in twelve is out of range."""
        return str(low - 1 if self.rng.random() < 1 / 12 else self.integer(low, high))

    def filled(self, stride: str, padding: str) -> tuple[str, str]:
        """A stride, and a padding that may be a word; a word and a stride that do not fit each other are rare."""
        word = self.choice("", "", "", '"same"', '"valid"', '"full"' if self.rng.random() < 0.2 else "")
        return ("1" if word == '"same"' and self.rng.random() < 0.8 else stride), word or padding

    def padding_mode(self) -> str:
        return self.choice('"zeros"', '"zeros"', '"reflect"', '"replicate"', '"circular"')

    def reduction(self) -> str:
        return self.choice('"mean"', '"sum"', '"none"', '"none"', '"batchmean"' if self.rng.random() < 0.2 else '"sum"')

    def choice(self, *options: str) -> str:
        return str(self.rng.choice(options))

    def unlikely(self, right: int) -> int:
        """*right*, or, one time in ten, a number beside it."""
        return right + 1 if self.rng.random() < 0.1 else right


def conv2d(draw: Draw) -> Case:
    groups = draw.integer(1, 3)
    channels, filters = groups * draw.integer(1, 3), groups * draw.integer(1, 3)
    stride, padding = draw.filled(draw.extent(1, 3), draw.extent(0, 2))
    options = (
        f"{channels}, {filters}, {draw.extent(1, 4)}, stride={stride}, padding={padding}, "
        f"dilation={draw.extent(1, 2)}, groups={draw.unlikely(groups)}, padding_mode={draw.padding_mode()}"
    )
    return Case("Conv2d", f"nn.Conv2d({options})(x)", {"x": draw.batch(draw.image(draw.unlikely(channels)))})


def conv1d(draw: Draw) -> Case:
    groups = draw.integer(1, 2)
    channels, filters = groups * draw.integer(1, 3), groups * draw.integer(1, 3)
    stride, padding = draw.filled(draw.small(1, 3), draw.small(0, 2))
    options = f"stride={stride}, padding={padding}, dilation={draw.small(1, 2)}, groups={groups}"
    kernel = draw.small(1, 4)
    layer = f"nn.Conv1d({channels}, {filters}, {kernel}, {options}, padding_mode={draw.padding_mode()})(x)"
    inputs = {"x": draw.batch(draw.signal(draw.unlikely(channels))), "w": (filters, channels // groups, 3)}
    return Case("Conv1d", draw.choice(layer, f"F.conv1d(x, w, {options})"), inputs)


def functional_conv2d(draw: Draw) -> Case:
    groups = draw.integer(1, 2)
    weight = (2 * groups, draw.integer(1, 2), draw.integer(1, 3), draw.integer(1, 3))
    stride, padding = draw.filled(draw.extent(1, 3), draw.extent(0, 2))
    options = f"stride={stride}, padding={padding}, groups={groups}"
    x = draw.batch(draw.image(groups * draw.unlikely(weight[1])))
    inputs = {"x": x, "w": weight, "b": (draw.unlikely(weight[0]),)}
    return Case("F.conv2d", draw.choice(f"F.conv2d(x, w, {options})", f"F.conv2d(x, w, b, {options})"), inputs)


def conv_transpose2d(draw: Draw) -> Case:
    groups, small = draw.integer(1, 3), draw.choice("0", "0", "1", "(1, 0)")
    options = (
        f"stride={draw.extent(1, 3)}, padding={draw.extent(0, 2)}, output_padding={small}, dilation={draw.extent(1, 2)}"
    )
    channels, filters, kernel = groups * draw.integer(1, 3), draw.integer(1, 3), draw.integer(1, 4)
    layer = f"nn.ConvTranspose2d({channels}, {groups * filters}, {draw.extent(1, 4)}, {options}, groups={groups})(x)"
    call = draw.choice(layer, f"F.conv_transpose2d(x, w, b, {options}, groups={groups})")
    x = draw.batch(draw.image(draw.unlikely(channels)))
    return Case("ConvTranspose2d", call, {"x": x, "w": (channels, filters, kernel, 2), "b": (groups * filters,)})


def conv_transpose1d(draw: Draw) -> Case:
    options = (
        f"stride={draw.small(1, 3)}, padding={draw.small(0, 2)}, output_padding={draw.choice('0', '0', '1')}, "
        f"dilation={draw.small(1, 2)}"
    )
    channels, filters, kernel = draw.integer(1, 3), draw.integer(1, 3), draw.small(1, 4)
    layer = f"nn.ConvTranspose1d({channels}, {filters}, {kernel}, {options})(x)"
    call = draw.choice(layer, f"F.conv_transpose1d(x, w, b, {options})")
    x = draw.batch(draw.signal(draw.unlikely(channels)))
    return Case("ConvTranspose1d", call, {"x": x, "w": (channels, filters, 3), "b": (filters,)})


def pad(draw: Draw) -> Case:
    mode = draw.choice("constant", "constant", "reflect", "replicate", "circular")
    count, least = 2 * draw.integer(0, 3), -1 if mode == "constant" else 0
    amounts = ", ".join(str(draw.integer(least, 2)) for _ in range(count + (draw.rng.random() < 0.1)))
    x = draw.shape(2, 5, rank=draw.integer(2, 4))
    return Case("pad", f'F.pad(x, ({amounts}{"," if amounts else ""}), "{mode}")', {"x": x})


def max_pool2d(draw: Draw) -> Case:
    options = (
        f"{draw.extent(2, 4)}, stride={draw.extent(1, 3)}, padding={draw.extent(0, 2)}, dilation={draw.extent(1, 2)}"
    )
    more = draw.choice("", ", ceil_mode=True", ", ceil_mode=False, return_indices=False")
    pair = ", return_indices=True"
    call = draw.choice(
        f"nn.MaxPool2d({options}{more})(x)",
        f"F.max_pool2d(x, {options}{more})",
        f"nn.MaxPool2d({options}{pair})(x)[1]",
        f"F.max_pool2d(x, {options}{pair})[1]",
        "nn.MaxPool2d((3, 2), None)(x)",
    )
    return Case("MaxPool2d", call, {"x": draw.image(draw.integer(1, 3))})


def avg_pool2d(draw: Draw) -> Case:
    options = f"{draw.extent(2, 4)}, stride={draw.extent(1, 3)}, padding={draw.extent(0, 2)}"
    options += draw.choice("", ", ceil_mode=True")
    counted = draw.choice("", ", count_include_pad=False", ", divisor_override=3")
    call = draw.choice(f"nn.AvgPool2d({options}{counted})(x)", f"F.avg_pool2d(x, {options})", "nn.AvgPool2d((3, 2))(x)")
    return Case("AvgPool2d", call, {"x": draw.image(draw.integer(1, 3))})


def adaptive_pool2d(draw: Draw) -> Case:
    size = draw.choice(draw.extent(1, 8), f"({draw.integer(1, 5)}, None)", "None")
    call = draw.choice(
        f"nn.AdaptiveAvgPool2d({size})(x)",
        f"F.adaptive_avg_pool2d(x, {size})",
        f"nn.AdaptiveMaxPool2d({size})(x)",
        f"nn.AdaptiveMaxPool2d({size}, True)(x)[0]",
        f"F.adaptive_max_pool2d(x, {size}, return_indices=True)[1]",
    )
    return Case("AdaptivePool2d", call, {"x": draw.image(draw.integer(1, 3))})


def unfold(draw: Draw) -> Case:
    options = f"{draw.extent(1, 4)}, {draw.extent(1, 2)}, {draw.extent(0, 2)}, stride={draw.extent(1, 3)}"
    call = draw.choice(f"nn.Unfold({options})(x)", f"F.unfold(x, {options})", "nn.Unfold((3, 2))(x)")
    return Case("Unfold", call, {"x": draw.image(draw.integer(1, 3))})


def fold(draw: Draw) -> Case:
    height, width = draw.integer(2, 6), draw.integer(2, 6)
    count = (height + 1) * ((width - 1) // 2 + 1)  # for a kernel (2, 1), padding (1, 0) and stride (1, 2)
    options = f"({height}, {width}), (2, 1), padding=(1, 0), stride=({draw.integer(0, 5) and 1}, 2)"
    x = (draw.integer(1, 3), draw.unlikely(2 * draw.integer(1, 3)), draw.unlikely(count))
    return Case("Fold", draw.choice(f"nn.Fold({options})(x)", f"F.fold(x, {options})"), {"x": x})


def dropout2d(draw: Draw) -> Case:
    call = draw.choice("nn.Dropout2d(0.3)(x)", "F.dropout2d(x, 0.3, training=False)")
    return Case("Dropout2d", call, {"x": draw.image(2) if draw.rng.random() < 0.7 else draw.shape()})


def resizing(draw: Draw) -> Case:
    scale = draw.extent(1, 3)
    more = draw.choice("", ', mode="bilinear"', ', mode="bilinear", align_corners=True', ', mode="nearest-exact"')
    call = draw.choice(
        f"nn.Upsample(scale_factor={scale}{more})(x)",
        f"nn.Upsample({draw.extent(1, 9)}{more})(x)",
        f"F.interpolate(x, {draw.extent(1, 9)}{more})",
        f"F.interpolate(x, scale_factor={scale}{more})",
        "nn.Upsample()(x)",
    )
    return Case("Upsample", call, {"x": draw.image(draw.integer(1, 3))})


def pixel_shuffle(draw: Draw) -> Case:
    factor = draw.small(1, 3)
    if draw.rng.random() < 0.5:
        call = draw.choice(f"nn.PixelShuffle({factor})(x)", f"F.pixel_shuffle(x, {factor})")
        return Case("PixelShuffle", call, {"x": (*draw.shape(1, 2), draw.unlikely(36), 2, 3)[-draw.integer(2, 4) :]})
    call = draw.choice(f"nn.PixelUnshuffle({factor})(x)", f"F.pixel_unshuffle(x, {factor})")
    return Case("PixelUnshuffle", call, {"x": (2, draw.unlikely(6), 12)})


def pad_layer(draw: Draw) -> Case:
    kind = draw.choice("Constant", "Zero", "Reflection", "Replication", "Circular")
    least = -1 if kind in ("Constant", "Zero") else 0
    value = ", value=0.5" if kind == "Constant" else ""
    for_signal = draw.rng.random() < 0.4
    count = 2 if for_signal else 4
    amounts = draw.choice("1", f"({', '.join(str(draw.integer(least, 2)) for _ in range(count))})")
    x = draw.batch(draw.signal(2) if for_signal else draw.image(2))
    return Case("Pad", f"nn.{kind}Pad{1 if for_signal else 2}d({amounts}{value})(x)", {"x": x})


def unflatten(draw: Draw) -> Case:
    sizes = draw.choice("(2, 3)", "(3, -1)", "(-1,)", "(2, 2)", "(-1, -1)", "(1, 6, 1)")
    return Case("Unflatten", f"nn.Unflatten({draw.integer(-2, 2)}, {sizes})(x)", {"x": (6, draw.unlikely(6))})


def linear(draw: Draw) -> Case:
    x = (*draw.shape(rank=draw.integer(0, 3)), draw.integer(1, 6))
    features, out = draw.unlikely(x[-1]), draw.integer(1, 5)
    call = draw.choice(f"nn.Linear({features}, {out})(x)", "F.linear(x, w, b)")
    return Case("Linear", call, {"x": x, "w": (out, features), "b": (draw.unlikely(out),)})


def embedding(draw: Draw) -> Case:
    rows, width = draw.small(1, 5), draw.integer(1, 4)
    call = draw.choice(f"nn.Embedding({rows}, {width})(i)", "F.embedding(i, w)")
    return Case("Embedding", call, {"i": draw.shape(), "w": (3, 2) if draw.rng.random() < 0.9 else (3, 2, 1)})


def bilinear(draw: Draw) -> Case:
    batch = draw.shape(1, 3, rank=draw.integer(0, 2))
    first, second, out = draw.integer(1, 4), draw.integer(1, 4), draw.integer(1, 4)
    call = draw.choice(f"nn.Bilinear({draw.unlikely(first)}, {second}, {out})(x, y)", "F.bilinear(x, y, w, b)")
    other = tuple(map(draw.unlikely, batch))
    inputs = {"x": (*batch, first), "y": (*other, second), "w": (out, first, second), "b": (draw.unlikely(out),)}
    return Case("Bilinear", call, inputs)


def attention(draw: Draw) -> Case:
    batch, targets, sources = draw.shape(1, 3, rank=draw.integer(0, 2)), draw.integer(1, 4), draw.integer(1, 4)
    size, out = draw.integer(1, 4), draw.integer(1, 4)
    call = draw.choice("(q, k, v)", "(q, k, v, m)", "(q, k, v, is_causal=True)", "(q, k, v, scale=0.5, attn_mask=m)")
    inputs = {
        "q": (*batch, targets, size),
        "k": (*(1 if draw.rng.random() < 0.3 else count for count in batch), sources, draw.unlikely(size)),
        "v": (*batch[draw.integer(0, len(batch)) :], draw.unlikely(sources), out),
        "m": (draw.unlikely(targets), sources),
    }
    return Case("attention", f"F.scaled_dot_product_attention{call}", inputs)


def multihead_attention(draw: Draw) -> Case:
    heads, count, targets, sources = (draw.integer(1, 3) for _ in range(4))
    size = heads * draw.integer(1, 3)
    first = draw.rng.random() < 0.5
    layer = f"nn.MultiheadAttention({draw.unlikely(size)}, {heads}{', batch_first=True' if first else ''})"
    options = draw.choice(
        "[0]",
        "[1]",
        ", m, average_attn_weights=False)[1]",
        ", need_weights=False)[0]",
        ", attn_mask=a)[1]",
        ", attn_mask=n)[0]",
    )
    if draw.rng.random() < 0.2:
        return Case("MultiheadAttention", f"{layer}(x, x, x)[0]", {"x": (targets, size)})
    sides = [(length, count, size) for length in (targets, sources)]
    q, k = ((side[1], side[0], side[2]) if first else side for side in sides)
    inputs: dict[str, Shape] = {
        "q": q,
        "k": k if draw.rng.random() < 0.9 else k[1:],
        "m": (count, sources),
        "a": (targets, draw.unlikely(sources)),
        "n": (heads * count, targets, draw.unlikely(sources)),
    }
    call = f"{layer}(q, k, k{options}" if options.startswith(",") else f"{layer}(q, k, k){options}"
    return Case("MultiheadAttention", call, inputs)


def recurrent(draw: Draw) -> Case:
    kind = draw.choice("RNN", "GRU", "LSTM")
    features, hidden, layers, length, count = (draw.integer(1, 3) for _ in range(5))
    both, first = draw.rng.random() < 0.4, draw.rng.random() < 0.4
    options = f"{draw.unlikely(features)}, {hidden}, {layers}, bidirectional={both}, batch_first={first}"
    start = draw.choice("", ", h", ", hx=h") if kind != "LSTM" else draw.choice("", ", (h, c)", ", hx=(h, c)")
    part = draw.choice("[0]", "[1]") if kind != "LSTM" else draw.choice("[0]", "[1][0]", "[1][1]")
    state = ((1 + both) * layers, draw.unlikely(count), hidden)
    x = (count, length, features) if first else (length, count, features)
    inputs: dict[str, Shape] = {"x": x, "h": state, "c": ((1 + both) * layers, draw.unlikely(count), hidden)}
    if draw.rng.random() < 0.2:
        inputs = {name: (shape[0], *shape[2:]) for name, shape in inputs.items()}
    return Case(kind, f"nn.{kind}({options})(x{start}){part}", inputs)


def recurrent_cell(draw: Draw) -> Case:
    kind = draw.choice("RNNCell", "GRUCell", "LSTMCell")
    features, hidden, count = (draw.integer(1, 3) for _ in range(3))
    start, part = draw.choice("", ", h"), ""
    if kind == "LSTMCell":
        start, part = draw.choice("", ", (h, c)"), draw.choice("[0]", "[1]")
    inputs: dict[str, Shape] = {
        "x": (count, features),
        "h": (draw.unlikely(count), hidden),
        "c": (draw.unlikely(count), hidden),
    }
    if draw.rng.random() < 0.3:
        inputs = {name: shape[1:] for name, shape in inputs.items()}
    return Case(kind, f"nn.{kind}({draw.unlikely(features)}, {hidden})(x{start}){part}", inputs)


def softmax(draw: Draw) -> Case:
    dim = draw.integer(-3, 2)
    call = draw.choice(
        f"x.softmax({dim})", f"F.softmax(x, {dim})", f"nn.Softmax({dim})(x)", f"nn.LogSoftmax(dim={dim})(x)"
    )
    return Case("softmax", call, {"x": draw.shape()})


def dfl(draw: Draw) -> Case:
    bins = draw.integer(1, 5)
    x = (draw.integer(1, 3), 4 * draw.unlikely(bins), draw.integer(1, 6))
    call = draw.choice(f"nn.DFL({bins})(x)", f"nn.DFL({bins})(x)", f"nn.DFL(c={bins})(x)", "nn.DFL(0)(x)")
    return Case("DFL", call, {"x": x if draw.integer(0, 9) else x[1:]})


def transformer_encoder_layer(draw: Draw) -> Case:
    heads, count, length = (draw.integer(1, 3) for _ in range(3))
    size = heads * draw.integer(1, 3)
    first, alone = draw.rng.random() < 0.5, draw.rng.random() < 0.2
    more = draw.choice("", ', activation="gelu"', ", norm_first=True, bias=False")
    options = f"{draw.small(1, 6)}{more}{', batch_first=True' if first else ''}"
    layer = f"nn.TransformerEncoderLayer({draw.unlikely(size)}, {heads}, {options})"
    x = (length, size) if alone else (count, length, size) if first else (length, count, size)
    batch = () if alone else (count,)
    call = draw.choice("(x)", "(x, a)", "(x, src_key_padding_mask=m)", "(x, n, m, True)", "(x, is_causal=True)")
    inputs: dict[str, Shape] = {
        "x": x if draw.integer(0, 14) else (1, *x, size),
        "m": (*batch, draw.unlikely(length)),
        "a": (length, draw.unlikely(length)),
        "n": (heads * (1 if alone else count), length, length),
    }
    return Case("TransformerEncoderLayer", layer + call, inputs)


def joining(draw: Draw) -> Case:
    dim, rank = draw.integer(-3, 3), draw.integer(1, 3)
    x = draw.shape(1, 4, rank=rank)
    place = dim % rank
    y = tuple(draw.integer(1, 4) if i == place else draw.unlikely(size) for i, size in enumerate(x))
    call = draw.choice(f"([x, y], {dim})", f"((x, y, x), dim={dim})", f"([y], {dim})", "([x, x])", f"((y, x), {dim})")
    return Case("cat", f"shapenet.cat{call}", {"x": x, "y": y if draw.integer(0, 14) else (1, *y)})


def of_some_kind(draw: Draw, case: Case) -> Case:
    """*case*, or, one time in three, with integers for *x*."""
    if draw.integer(0, 2):
        return case
    inputs = {"i" if name == "x" else name: shape for name, shape in case.inputs.items()}
    return Case(case.name, re.sub(r"\bx\b", "i", case.expression), inputs)


def reshaping(draw: Draw) -> Case:
    x = (draw.integer(1, 3), draw.unlikely(4), draw.integer(1, 3))
    call = draw.choice(
        f"x.view({x[0]}, -1)",
        "x.reshape(*x.shape[:2], -1)",
        "x.reshape((*x.shape[1:], x.size(0)))",
        "shapenet.reshape(x, (x.shape[0], -1))",
        "x.reshape([-1, x.shape[-1]])",
        "x.reshape(-1, *x.shape[1:], 2)",
        "x.view(len(x) * x.size(1), -1)",
        "x.view_as(y)",
        "x.reshape_as(y)",
        "x.unflatten(1, (2, -1))",
        "shapenet.unflatten(x, -2, [2, 2])",
        "shapenet.zeros(*x.shape[1:], x.numel())",
        "shapenet.ones(x.ndim, *x.size())",
        "shapenet.zeros_like(x)",
        "shapenet.linspace(0, 1, x.shape[1])",
        "shapenet.linspace(0, 1, -1)",
        "shapenet.stack([x, y.view_as(x)])",
        "shapenet.full_like(x, 2)",
    )
    return of_some_kind(draw, Case("reshaping", call, {"x": x, "y": (draw.unlikely(x[1]), x[0], x[2])}))


def squeezing(draw: Draw) -> Case:
    dims = draw.choice("", "0", "-1", "1", "(0, -1)", "[0, 1]", "(0, 0)")
    call = draw.choice(
        f"x.squeeze({dims})",
        f"shapenet.squeeze(x, {dims})",
        f"x.unsqueeze({draw.integer(-3, 3)})",
        f"shapenet.unsqueeze(x, {draw.integer(-5, 4)})",
    )
    return of_some_kind(draw, Case("squeeze", call, {"x": draw.shape(1, 2, rank=draw.integer(1, 4))}))


def repeating(draw: Draw) -> Case:
    x = draw.shape(1, 3)
    wanted = [draw.unlikely(size) if size > 1 else draw.integer(0, 4) for size in x]
    new = [draw.integer(1, 2) for _ in range(draw.integer(0 if x else 1, 2))]
    sizes = ", ".join(str(size if draw.rng.random() < 0.7 else -1) for size in wanted)
    front = "".join(f"{size}, " for size in new)
    counts = ", ".join(str(draw.integer(0, 3)) for _ in range(draw.integer(1, 5)))
    enough = ", ".join([str(draw.integer(-1 if draw.integer(0, 9) == 0 else 0, 3)) for _ in (*new, *x)])
    call = draw.choice(
        f"x.expand({front}{sizes})",
        f"x.broadcast_to([{front}{sizes}])",
        f"shapenet.broadcast_to(x, [{front}{sizes}])",
        "x.expand_as(y)",
        f"x.repeat({enough})",
        f"x.repeat(({counts},))",
        f"x.tile({counts})",
        f"shapenet.tile(x, [{enough}])",
        f"x.repeat_interleave({draw.small(0, 3)}, {draw.integer(-2, 1)})",
        f"shapenet.repeat_interleave(x, {draw.small(0, 3)})",
    )
    return of_some_kind(draw, Case("repeat", call, {"x": x, "y": (*new, *wanted)}))


def arranging(draw: Draw) -> Case:
    rank = draw.integer(1, 4)
    a, b, c = (draw.integer(-rank, rank - (draw.rng.random() < 0.9)) for _ in range(3))
    call = draw.choice(
        f"x.movedim({a}, {b})",
        f"shapenet.movedim(x, ({a}, {b}), ({b}, {c}))",
        f"x.swapaxes({a}, {b})",
        f"shapenet.swapdims(x, {a}, {b})",
        f"shapenet.transpose(x, {a}, {b})",
        "x.T",
        "x.mT",
        f"x.flip({a}, {b})",
        f"shapenet.flip(x, [{a}])",
        f"x.roll({c}, {a})",
        f"shapenet.roll(x, ({c}, 1), {draw.choice(f'({a}, {b})', str(a))})",
        "x.roll(2)",
        f"x.tril({c})",
        f"shapenet.triu(x, {c})",
        f"x.diagonal({c}, {a}, {b})",
        f"shapenet.diag(x, {c})",
    )
    return of_some_kind(draw, Case("arranging", call, {"x": draw.shape(1, 4, rank=rank)}))


def dividing(draw: Draw) -> Case:
    x = draw.shape(1, 6, rank=draw.integer(1, 3))
    dim = draw.integer(-len(x), len(x) - (draw.rng.random() < 0.9))
    size = x[dim] if dim < len(x) else 1
    first = draw.integer(0, size)
    sections = draw.choice(str([first, draw.unlikely(size - first)]), f"({size},)", str(draw.small(1, 4)))
    start = draw.integer(-size, size)
    length = draw.unlikely(draw.integer(0, size - start if start >= 0 else -start))
    part = draw.choice("[0]", "[-1]")
    call = draw.choice(
        f"x.split({sections}, {dim}){part}",
        f"shapenet.split(x, {sections}, dim={dim}){part}",
        f"x.chunk({draw.small(1, 5)}, {dim}){part}",
        f"x.tensor_split({draw.small(1, 5)}, {dim}){part}",
        f"shapenet.tensor_split(x, ({first}, {draw.integer(-3, 6)}), {dim}){part}",
        f"x.unbind({dim}){part}",
        f"x.narrow({dim}, {start}, {length})",
        f"x.select({dim}, {draw.unlikely(draw.integer(-size, size - 1))})",
    )
    return of_some_kind(draw, Case("dividing", call, {"x": x}))


def stacking(draw: Draw) -> Case:
    x, dim = draw.shape(1, 4, rank=draw.integer(0, 3)), draw.integer(-4, 3)
    y = tuple(draw.unlikely(size) for size in x)
    call = draw.choice(f"([x, y], {dim})", f"((y, x, y), dim={dim})", "([x])", f"(x.unbind(), {dim})")
    return Case("stack", f"shapenet.stack{call}", {"x": x, "y": y if draw.integer(0, 14) else (1, *y)})


def flatten(draw: Draw) -> Case:
    start, end = draw.integer(-3, 3), draw.integer(-3, 3)
    call = draw.choice(f"nn.Flatten({start}, {end})(x)", f"x.flatten({start}, {end})", "nn.Flatten()(x)", "x.flatten()")
    return Case("Flatten", call, {"x": draw.shape()})


def batch_norm(draw: Draw) -> Case:
    channels = draw.integer(1, 4)
    image, signal = draw.image(channels), draw.batch(draw.signal(channels))
    wrong = draw.unlikely(channels)
    options = draw.choice("", ", affine=False", ", momentum=None, track_running_stats=False", ", 1e-3, 0.5")
    call, x = [
        (f"nn.BatchNorm2d({wrong}{options})(x)", image),
        (f"nn.BatchNorm1d({wrong}{options})(x)", (7, *signal[-2:]) if len(signal) == 3 else signal),
        (f"nn.BatchNorm1d({wrong}{options})(x)", (5, channels)),
        (f"nn.InstanceNorm2d({wrong}, affine=True)(x)", draw.batch((1, *image[1:]))),
        ("F.batch_norm(x, m, v, training=True)", (2, *image[1:])),
        ("F.instance_norm(x, m, v)", image),
        ("F.instance_norm(x)", (3, *signal[-2:])),
    ][draw.integer(0, 6)]
    return Case("BatchNorm", call, {"x": x, "m": (wrong,), "v": (wrong,)})


def group_norm(draw: Draw) -> Case:
    groups, size = draw.integer(1, 3), draw.integer(1, 3)
    x = (draw.integer(2, 3), draw.unlikely(groups * size), *draw.shape(2, 4, rank=draw.integer(0, 3)))
    x = x[:1] if draw.integer(0, 14) == 0 else x
    number = draw.unlikely(groups)
    call = draw.choice(f"nn.GroupNorm({number}, {groups * size})(x)", f"F.group_norm(x, {number})")
    return Case("GroupNorm", call, {"x": x})


def layer_norm(draw: Draw) -> Case:
    x = draw.shape(1, 5, rank=draw.integer(1, 4))
    last = [draw.unlikely(size) for size in x[-draw.integer(1, len(x)) :]]
    last += [1] if draw.integer(0, 14) == 0 else []
    shape = str(last[0]) if len(last) == 1 else str(tuple(last))
    call = draw.choice(
        f"nn.LayerNorm({shape})(x)",
        f"nn.LayerNorm({shape}, 1e-3, bias=False)(x)",
        f"nn.RMSNorm({shape})(x)",
        f"F.layer_norm(x, {shape})",
        f"F.rms_norm(x, {shape})",
        "nn.LayerNorm(0)(x)",
    )
    return Case("LayerNorm", call, {"x": x})


def fused_conv_bn(draw: Draw) -> Case:
    channels = draw.integer(1, 3)
    stride, padding = draw.filled(draw.extent(1, 2), draw.extent(0, 2))
    options = f"{channels}, {draw.integer(1, 3)}, {draw.extent(1, 3)}, {stride}, {padding}"
    mode = draw.choice("", f", padding_mode={draw.padding_mode()}")
    x = (draw.integer(2, 3), *draw.image(draw.unlikely(channels))[1:])
    return Case("FusedConvBN", f"nn.FusedConvBN({options}{mode})(x)", {"x": draw.batch(x)})


def shape_preserving(draw: Draw) -> Case:
    plain = ("ReLU", "ReLU6", "LeakyReLU", "ELU", "GELU", "SiLU", "Sigmoid", "Tanh", "Softplus", "Hardswish", "Mish")
    layer = draw.choice(
        *(f"nn.{name}()(x)" for name in plain),
        *(f"F.{name}(x)" for name in ("relu6", "leaky_relu", "elu", "silu", "hardswish", "mish")),
        *('F.gelu(x, "tanh")', "F.softplus(x, 2.0)", "nn.Dropout(0.3)(x)", "nn.Identity()(x)"),
        *("x.exp()", "F.sigmoid(x)", "-x", "2 / (x + 1.5)", "x.tanh()"),
        *(
            "i.exp()",
            "shapenet.rsqrt(i + 1)",
            "i.floor()",
            "shapenet.sign(x)",
            "~(x > 0)",
            "~i",
            "~x",
            "(x > 0).ceil()",
        ),
        *(
            "x.isnan()",
            "-(x > 1)",
            "shapenet.logical_not(i)",
            "i % 2",
            "3 // (i + 1)",
            "True & (x > 0)",
            "i.clamp(max=2.5)",
        ),
    )
    shape = draw.shape()
    return Case("shape-preserving", layer, {"x": shape, "i": shape})


def sequential(draw: Draw) -> Case:
    width, features = draw.integer(1, 3), draw.integer(1, 20)
    layers = f"nn.Conv2d(2, {width}, {draw.extent(1, 3)}, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(2)"
    layers += f", nn.Linear({features}, 5)"
    return Case("Sequential", f"nn.Sequential({layers})(x)", {"x": draw.image(2)})


def losses(draw: Draw) -> Case:
    name = draw.choice(*ELEMENT_LOSSES)
    function = ELEMENT_LOSSES[name]
    options = f"reduction={draw.reduction()}"
    x = draw.shape(1, 4)
    y = tuple(map(draw.unlikely, x))
    weight = tuple(draw.unlikely(size) for size in x[draw.integer(0, len(x)) :])
    if name.startswith("BCE") and draw.rng.random() < 0.5:
        return Case(name, f"F.{function}(x, y, w, {options})", {"x": x, "y": y, "w": weight})
    return Case(name, draw.choice(f"nn.{name}({options})(x, y)", f"F.{function}(x, y, {options})"), {"x": x, "y": y})


def losses_of_classes(draw: Draw) -> Case:
    x, options = draw.shape(1, 4, rank=draw.integer(1, 4)), f"reduction={draw.reduction()}"
    classes = x[min(1, len(x) - 1)]
    labels = tuple(map(draw.unlikely, () if len(x) == 1 else (x[0], *x[2:])))
    name, function = ("CrossEntropyLoss", "cross_entropy") if draw.rng.random() < 0.5 else ("NLLLoss", "nll_loss")
    call = draw.choice(f"nn.{name}({options})(x, labels)", f"F.{function}(x, labels, w, {options})")
    if draw.rng.random() < 0.3:
        call = f"F.cross_entropy(x, y, w, {options})"
    y = tuple(map(draw.unlikely, x))
    return Case(name, call, {"x": x, "y": y, "labels": labels, "w": (draw.unlikely(classes),)})


def losses_of_pairs(draw: Draw) -> Case:
    x, options = draw.shape(1, 4, rank=draw.integer(0, 3)), f"reduction={draw.reduction()}"
    call = draw.choice(f"nn.CosineEmbeddingLoss({options})(x, y, t)", f"F.cosine_embedding_loss(x, y, t, {options})")
    inputs = {"x": x, "y": tuple(map(draw.unlikely, x)), "t": tuple(map(draw.unlikely, x[:-1]))}
    return Case("CosineEmbeddingLoss", call, inputs)


def arithmetic(draw: Draw) -> Case:
    x = draw.shape(1, 3)
    y = tuple(size if draw.rng.random() < 0.7 else draw.integer(1, 3) for size in x[draw.integer(0, len(x)) :])
    operator = draw.choice("+", "-", "*", "/", "//", "%", ">", "<=", "&")
    function = draw.choice("maximum", "minimum", "logical_and", "pow")
    call = draw.choice(f"x {operator} y", f"x.{function}(y)", f"shapenet.{function}(x, y)", "x.clamp(0, y)")
    kinds = draw.choice("xy", "xy", "iy", "xi", "mi", "im", "ii", "mm")
    if operator in "//%" or "pow" in call:
        kinds = kinds.replace("i", "x")  # integers are zeros, by which nothing is divided
    for name, kind in zip("xy", kinds, strict=True):
        call = re.sub(
            rf"\b{name}\b",
            {"m": f"({name} > 0)", "i": name.replace("x", "i").replace("y", "labels")}.get(kind, name),
            call,
        )
    return Case("broadcast", call, {"x": x, "y": y, "i": x, "labels": y})


def selection_by_mask(draw: Draw) -> Case:
    x = draw.shape(1, 3)
    y, m = (tuple(draw.unlikely(size) for size in x[draw.integer(0, len(x)) :]) for _ in range(2))
    call = draw.choice(
        "shapenet.where(m > 0, x, y)",
        "shapenet.where(m > 0, 1.5, y)",
        "shapenet.where(m > 0, x, 2)",
        "x.where(m > 0, y)",
        "x.where(m > 0, 3.0)",
        "x.masked_fill(m > 0, -1.0)",
    )
    return Case("where", call, {"x": x, "y": y, "m": m})


def matmul(draw: Draw) -> Case:
    x = draw.shape(2, 3, rank=draw.integer(1, 4))
    rank = draw.integer(1, 4)
    y = (x[-1],) if rank == 1 else (*x[-rank:-2], draw.unlikely(x[-1]), draw.integer(1, 4))
    return Case("matmul", "x @ y", {"x": x, "y": y})


def ordering(draw: Draw) -> Case:
    dim, keep = draw.integer(-3, 2), draw.choice("", ", keepdim=True")
    k = draw.integer(-1 if draw.rng.random() < 0.1 else 0, 3)
    call = draw.choice(
        f"max({dim}{keep})",
        f"min(dim={dim}{keep})",
        "min()",
        f"argmin({dim}{keep})",
        "argmax()",
        f"sort({dim}, descending=True)",
        f"argsort({dim})",
        f"topk({k}, {dim})",
        f"topk({k}, dim={dim}, largest=False)",
    )
    part = "" if call.startswith("arg") or call == "min()" else draw.choice("[0]", "[1]", ".values", ".indices")
    name, x = draw.choice("x", "i"), draw.shape(0 if draw.rng.random() < 0.1 else 1, 4)
    called = draw.choice(f"{name}.{call}", f"shapenet.{call.replace('(', f'({name}, ', 1)}".replace(", )", ")"))
    return Case("ordering", called + part, {name: x})


def picking(draw: Draw) -> Case:
    x = draw.shape(1, 4, rank=draw.integer(1, 3))
    dim = draw.integer(-len(x), len(x) - 1)
    index = tuple(draw.integer(1, 5) if place == dim % len(x) else draw.unlikely(size) for place, size in enumerate(x))
    index = (*index, 1) if draw.integer(0, 14) == 0 else index
    name = draw.choice("i", "i", "i", "i", "i", "i", "x")
    call = draw.choice(f"gather({dim}, {name})", f"take_along_dim({name}, {dim})", f"index_select({dim}, {name}[0])")
    call = draw.choice(f"x.{call}", f"shapenet.{call.replace('(', '(x, ', 1)}")
    if draw.integer(0, 3) == 0:
        source = draw.choice("x", "y", "2.0")
        call = draw.choice(f"x.scatter({dim}, {name}, {source})", f"shapenet.scatter_add(x, {dim}, {name}, y)")
    one_hot = f"F.one_hot({name}, {draw.small(1, 4)})"
    return Case(
        "picking", call if draw.integer(0, 5) else one_hot, {"x": x, "i": index, "y": tuple(map(draw.unlikely, index))}
    )


def product(draw: Draw) -> Case:
    b, m, k, n = (draw.integer(1, 3) for _ in range(4))
    name = draw.choice("mm", "bmm", "mv", "dot", "outer")
    x, y = {
        "mm": ((m, k), (draw.unlikely(k), n)),
        "bmm": ((b, m, k), (draw.unlikely(b), draw.unlikely(k), n)),
        "mv": ((m, k), (draw.unlikely(k),)),
        "dot": ((k,), (draw.unlikely(k),)),
        "outer": ((m,), (n,)),
    }[name]
    y = (1, *y) if draw.integer(0, 14) == 0 else y
    return Case(name, draw.choice(f"x.{name}(y)", f"shapenet.{name}(x, y)"), {"x": x, "y": y})


def equation(draw: Draw) -> Case:
    text = draw.choice(
        *(
            "bij,bjk->bik",
            "...ij,...jk",
            "ij,kj",
            "bhi,bhj->bij",
            "ii,ij->i",
            "i...,i->...",
            "b...,...b->...",
            "ij,ij->",
        ),
        *("ij,jk->il", "ij,k", "ij,kl,mn", "i1,j"),
    )
    sizes = {letter: draw.integer(1, 3) for letter in text if letter.isalpha()}
    hidden = draw.shape(1, 3, rank=2)
    inputs: dict[str, Shape] = {}
    for name, term in zip("xy", text.partition("->")[0].split(","), strict=False):
        before, dots, after = term.partition("...")
        middle = tuple(map(draw.unlikely, hidden[draw.integer(0, 2) :])) if dots else ()
        letters = [tuple(draw.unlikely(sizes.get(letter, 1)) for letter in part) for part in (before, after)]
        inputs[name] = (*letters[0], *middle, *letters[1])
    return Case("einsum", f'shapenet.einsum("{text}", x, y)', inputs)


def reduction(draw: Draw) -> Case:
    dims = draw.choice("", "0", "-1", "(0, 1)", "dim=1, keepdim=True", "dim=(-1, 0), keepdim=True", "(0, 0)", "2")
    name = draw.choice("sum", "mean", "amax", "amin", "any", "all", "logsumexp")
    dims = dims if name != "logsumexp" or dims else "0"
    return Case("reduction", draw.choice(f"x.{name}({dims})", f"shapenet.{name}(x, {dims})"), {"x": draw.shape()})


def statistics(draw: Draw) -> Case:
    dim = draw.integer(-3, 2)
    call = draw.choice(
        f"var({dim}, correction=0)",
        f"std(dim=(0, {dim}), unbiased=False, keepdim=True)",
        f"norm(dim={dim})",
        f"norm(1, {dim}, True)",
        "norm()",
        f"prod({dim})",
        "prod()",
        f"cumsum({dim})",
        f"cumprod(dim={dim})",
    )
    name = draw.choice("x", "x", "x", "i", "(x > 1)")
    called = draw.choice(f"{name}.{call}", f"shapenet.{call.replace('(', f'({name}, ', 1)}".replace(", )", ")"))
    shape = draw.shape()
    return Case("statistics", called, {"x": shape, "i": shape})


def reshape(draw: Draw) -> Case:
    x = draw.shape(1, 4, rank=3)
    sizes = draw.choice(
        f"{x[0] * x[1]}, {x[2]}", f"-1, {x[2]}", f"({x[1]}, -1)", f"{x[0]}, 1, -1", "-1", "3, -1", "7", "-1, -1"
    )
    return Case("reshape", f"x.reshape({sizes})", {"x": x})


def permutation(draw: Draw) -> Case:
    call = draw.choice(
        "permute(2, 0, 1)", "permute((0, -1, 1))", "permute(0, 1, 1)", "transpose(0, -1)", "transpose(1, 3)"
    )
    return Case("permute", f"x.{call}", {"x": draw.shape(rank=3)})


def selection(draw: Draw) -> Case:
    parts = ["0", "-1", "1", ":", "1:", ":2", "::2", "-2:", "3:1:-1", "...", "None", "i"]
    count = draw.integer(1, 4)
    return Case(
        "index",
        f"x[{', '.join(draw.choice(*parts) for _ in range(count))}]",
        {"x": draw.shape(1, 4, rank=3), "i": (2,)},
    )


TABLE: Final[tuple[Callable[[Draw], Case], ...]] = (
    adaptive_pool2d,
    arithmetic,
    arranging,
    attention,
    avg_pool2d,
    batch_norm,
    bilinear,
    conv1d,
    conv2d,
    conv_transpose1d,
    conv_transpose2d,
    dfl,
    dividing,
    dropout2d,
    embedding,
    equation,
    flatten,
    fold,
    functional_conv2d,
    fused_conv_bn,
    group_norm,
    joining,
    layer_norm,
    linear,
    losses,
    losses_of_classes,
    losses_of_pairs,
    matmul,
    max_pool2d,
    multihead_attention,
    ordering,
    pad,
    pad_layer,
    permutation,
    picking,
    pixel_shuffle,
    product,
    recurrent,
    recurrent_cell,
    reduction,
    repeating,
    reshape,
    reshaping,
    resizing,
    selection,
    selection_by_mask,
    sequential,
    shape_preserving,
    softmax,
    squeezing,
    stacking,
    statistics,
    transformer_encoder_layer,
    unflatten,
    unfold,
)
