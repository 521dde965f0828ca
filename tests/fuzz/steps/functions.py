"""Steps that are functions."""

from __future__ import annotations

from typing import Final

from tests.fuzz.draw import Draw, Maker, Unfit


def cat(draw: Draw) -> str:
    x = draw.tensor(1, 2, 3, 4)
    place = draw.integer(0, x.rank - 1) if x.rank else 0
    sizes = draw.sizes(x)
    if sizes:
        sizes[place] = str(draw.integer(1, 4))
    dim = draw.off(place if draw.chance(0.5) else place - x.rank)
    others = [draw.ones(sizes) if draw.chance(0.6) else str(x) for _ in range(draw.integer(0, 2))]
    others.insert(draw.integer(0, len(others)), str(x))
    listed = ", ".join(others)
    return f"cat({draw.choice((f'[{listed}]', f'({listed},)'))}, {draw.choice(('', 'dim='))}{dim})"


def pad(draw: Draw) -> str:
    x = draw.tensor(1, 2, 3, 4)
    mode = draw.choice(("constant", "constant", "reflect", "replicate", "circular"))
    least = -1 if mode == "constant" or draw.free else 0
    most = 2 if draw.free or mode in ("constant", "replicate") else 0 if mode == "reflect" else 1
    pairs = draw.integer(1, x.rank + (1 if draw.free else 0)) if x.rank else 1
    amounts = [str(draw.integer(least, most)) for _ in range(2 * pairs)]
    if x.rank and not draw.free and 0 in x.shape:
        raise Unfit
    return f"F.pad({x}, ({', '.join(amounts)}){'' if mode == 'constant' else f', {mode!r}'})"


def conv2d(draw: Draw) -> str:
    x = draw.image(2)
    filters = draw.integer(1, 4)
    kernel = [str(draw.integer(1, 3)) for _ in range(2)] if draw.free else [str(draw.integer(1, 2)) for _ in range(2)]
    weight = draw.ones([str(filters), draw.size(x, 1), *kernel])
    bias = draw.choice(("", f", {draw.ones([str(draw.off(filters))])}"))
    options = draw.choice(("", ", padding=1", ", stride=2", ", stride=(1, 2), padding=(2, 0)", ', padding="same"'))
    return f"F.conv2d({x}, {weight}{bias}{options})"


def conv1d(draw: Draw) -> str:
    x = draw.tensor(2, 3, where=lambda var: var.shape[-1] >= 3)
    weight = draw.ones([str(draw.integer(1, 4)), draw.size(x, -2), str(draw.integer(1, 3))])
    return f"F.conv1d({x}, {weight}{draw.choice(('', ', padding=1', ', stride=2', ', dilation=1', ', groups=1'))})"


def conv_transpose2d(draw: Draw) -> str:
    x = draw.image()
    weight = draw.ones([draw.size(x, 1), str(draw.integer(1, 3)), str(draw.integer(2, 3)), str(draw.integer(2, 3))])
    options = draw.choice(("", ", stride=2", ", stride=2, output_padding=1", ", stride=(2, 1)", ", None, 2, 0"))
    return f"F.conv_transpose2d({x}, {weight}{options})"


def linear(draw: Draw) -> str:
    x = draw.tensor(1, 2, 3, 4)
    width = draw.integer(1, 5)
    bias = draw.choice(("", f", {draw.ones([str(draw.off(width))])}"))
    return f"F.linear({x}, {draw.ones([str(width), draw.size(x, -1)])}{bias})"


def pool(draw: Draw) -> str:
    x = draw.image(2)
    kernel, stride = draw.extent(1, 3, x.shape[2:]), draw.extent(1, 3)
    kind = draw.choice(("max", "avg"))
    more = draw.choice(("", f", {stride}", f", stride={stride}, ceil_mode=True", ", padding=1" if draw.free else ""))
    return f"F.{kind}_pool2d({x}, {kernel}{more})"


def pool_with_places(draw: Draw) -> str:
    x = draw.image(2)
    return f"F.max_pool2d({x}, {draw.extent(1, 2)}, return_indices=True)[{draw.integer(0, 1)}]"


def adaptive_pool(draw: Draw) -> str:
    x = draw.image()
    size = draw.choice((draw.extent(1, 5), f"(None, {draw.integer(1, 4)})", "(2, None)"))
    return f"F.adaptive_{draw.choice(('max', 'avg'))}_pool2d({x}, {size})"


def interpolate(draw: Draw) -> str:
    x = draw.image()
    size = draw.choice((draw.extent(1, 5), f"scale_factor={draw.extent(1, 2)}", "scale_factor=1.5"))
    return f"F.interpolate({x}, {size}{draw.choice(('', ', mode=' + repr('bilinear')))})"


def softmax(draw: Draw) -> str:
    x = draw.tensor()
    return f"F.{draw.choice(('softmax', 'log_softmax'))}({x}, {draw.choice(('', 'dim='))}{draw.dim(x)})"


def element_loss(draw: Draw) -> str:
    x = draw.tensor(kind="f")
    name = draw.choice(("mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss", "binary_cross_entropy_with_logits"))
    reduction = draw.choice(("", ', reduction="none"', ', reduction="sum"'))
    return f"F.{name}({x}, {draw.ones(draw.sizes(x))}{reduction})"


def cross_entropy(draw: Draw) -> str:
    x = draw.tensor(1, 2, 3, 4, where=lambda var: 0 not in var.shape)
    sizes = draw.sizes(x)
    labels = [] if len(sizes) < 2 else [sizes[0], *sizes[2:]]
    target = f"zeros({', '.join(labels)}, dtype='int64')" if labels else "zeros((), dtype='int64')"
    name = draw.choice(("F.cross_entropy", "F.nll_loss"))
    return f"{name}({x}, {target}{draw.choice(('', ', reduction=' + repr('none')))})"


def attention(draw: Draw) -> str:
    x = draw.tensor(2, 3, 4)
    *batch, _, size = draw.sizes(x) if x.rank >= 2 else ["2", "2"]
    key = draw.ones([*batch, str(draw.integer(1, 3)), size])
    return f"F.scaled_dot_product_attention({x}, {key}, {key})"


def unfold(draw: Draw) -> str:
    x = draw.image(2)
    return f"F.unfold({x}, {draw.extent(1, 2, x.shape[2:])}, padding={draw.extent(0, 1)}, stride={draw.extent(1, 2)})"


def last_norm(draw: Draw) -> str:
    x = draw.tensor(1, 2, 3, 4)
    place = draw.integer(0, x.rank - 1) if x.rank else 0
    sizes = draw.sizes(x)[place:]
    shape = sizes[0] if len(sizes) == 1 else f"({', '.join([*sizes, ''])})"
    return f"F.{draw.choice(('layer_norm', 'rms_norm'))}({x}, {shape})"


def group_norm(draw: Draw) -> str:
    x = draw.tensor(2, 3, 4, where=lambda var: 0 not in var.shape)
    channels = x.shape[1] if x.rank > 1 else 1
    groups = draw.choice([n for n in range(1, channels + 1) if channels % n == 0] or [1])
    return f"F.group_norm({x}, {1 if draw.symbolic and draw.chance(0.7) else draw.off(groups)})"


def batch_norm(draw: Draw) -> str:
    x = draw.tensor(3, 4, where=lambda var: 0 not in var.shape and var.shape[0] > 1)
    size = draw.size(x, 1)
    return f"F.batch_norm({x}, zeros({size}), ones({size}), training={draw.choice(('True', 'False'))})"


def instance_norm(draw: Draw) -> str:
    x = draw.tensor(3, 4, where=lambda var: 0 not in var.shape and var.shape[-1] > 1)
    return f"F.instance_norm({x})"


def pixel_shuffle(draw: Draw) -> str:
    x = draw.tensor(3, 4, where=lambda var: var.shape[-3] % 4 == 0)
    return f"F.pixel_shuffle({x}, {draw.off(2)})"


def pixel_unshuffle(draw: Draw) -> str:
    x = draw.tensor(3, 4, where=lambda var: var.shape[-1] % 2 == 0 and var.shape[-2] % 2 == 0)
    return f"F.pixel_unshuffle({x}, {draw.off(2)})"


def embedding(draw: Draw) -> str:
    x = draw.tensor(kind="i")
    return f"F.embedding({x} * 0, {draw.ones([str(draw.integer(2, 4)), str(draw.integer(1, 4))])})"


def bilinear(draw: Draw) -> str:
    x = draw.tensor(1, 2, 3)
    *batch, size = draw.sizes(x) or ["2"]
    other, out = str(draw.integer(1, 3)), str(draw.integer(1, 3))
    return f"F.bilinear({x}, {draw.ones([*batch, other])}, {draw.ones([out, size, other])})"


def activation(draw: Draw) -> str:
    x = draw.tensor()
    names = ("relu", "relu6", "leaky_relu", "elu", "gelu", "silu", "sigmoid", "tanh", "softplus", "hardswish", "mish")
    return f"F.{draw.choice((*names, 'dropout'))}({x})"


def creation(draw: Draw) -> str:
    """A new tensor, with sizes of one that is there."""
    x = draw.tensor()
    sizes = [str(draw.integer(1, 5)) if draw.chance(0.3) else size for size in draw.sizes(x)]
    if draw.chance(0.3):
        listed = ", ".join([*sizes, "2"][:2])
        return draw.choice((f"eye({listed})", f"eye({draw.integer(1, 4)})"))
    return draw.ones(sizes)


TABLE: Final[tuple[Maker, ...]] = (
    activation,
    adaptive_pool,
    attention,
    batch_norm,
    bilinear,
    cat,
    cat,
    conv1d,
    conv2d,
    conv_transpose2d,
    creation,
    cross_entropy,
    element_loss,
    embedding,
    group_norm,
    instance_norm,
    interpolate,
    last_norm,
    linear,
    pad,
    pixel_shuffle,
    pixel_unshuffle,
    pool,
    pool_with_places,
    softmax,
    unfold,
)
