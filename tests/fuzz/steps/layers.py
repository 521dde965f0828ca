"""Steps that make a layer and call it."""

from __future__ import annotations

from typing import Final

from tests.fuzz.draw import Draw, Maker, Unfit


def conv2d(draw: Draw) -> str:
    x = draw.image(2)
    channels, filters = draw.layer_size(x, 1), str(draw.integer(1, 6))
    kernel = draw.extent(1, 3 if draw.free else 2)
    stride, padding = draw.extent(1, 2), draw.choice((draw.extent(0, 2), draw.extent(0, 2), '"same"', '"valid"'))
    if padding == '"same"' and not draw.free:
        stride = "1"
    options = [f"stride={stride}", f"padding={padding}", f"dilation={draw.extent(1, 2 if draw.free else 1)}"]
    if draw.chance(0.2):
        options.append(f"groups={channels}")
        filters = f"{channels} * 2" if draw.chance(0.7) else channels
    if draw.chance(0.2):
        options.append(f"padding_mode={draw.choice(('reflect', 'replicate', 'circular'))!r}")
    kept = [option for option in options if draw.chance(0.6) or option.startswith("groups")]
    return draw.layer(f"nn.Conv2d({', '.join([channels, filters, kernel, *kept])})") + f"({x})"


def conv2d_groups(draw: Draw) -> str:
    x = draw.image(2)
    channels = x.shape[1] if x.rank > 1 else 1
    groups = draw.choice([n for n in range(1, channels + 1) if channels % n == 0] or [1])
    filters = groups * draw.integer(1, 2)
    made = f"nn.Conv2d({draw.layer_size(x, 1)}, {draw.off(filters)}, {draw.extent(1, 2)}, groups={draw.off(groups)})"
    return f"{draw.layer(made)}({x})"


def conv1d(draw: Draw) -> str:
    x = draw.tensor(2, 3, where=lambda var: var.shape[-1] >= 3)
    padding = draw.choice(("0", "1", '"same"', '"valid"'))
    made = f"nn.Conv1d({draw.layer_size(x, -2)}, {draw.integer(1, 4)}, {draw.integer(1, 3)}, padding={padding})"
    return f"{draw.layer(made)}({x})"


def conv_transpose2d(draw: Draw) -> str:
    x = draw.image()
    options = draw.choice(
        (
            "",
            ", stride=2",
            ", stride=2, output_padding=1",
            ", 2, 1, (1, 0)",
            ", stride=(2, 1), padding=1",
            ", output_padding=1" if draw.free else ", dilation=2",
        )
    )
    made = f"nn.ConvTranspose2d({draw.layer_size(x, 1)}, {draw.integer(1, 4)}, {draw.extent(2, 3)}{options})"
    return f"{draw.layer(made)}({x})"


def conv_transpose1d(draw: Draw) -> str:
    x = draw.tensor(2, 3, where=lambda var: var.shape[-1] >= 1)
    options = draw.choice(("", ", stride=2", ", 2, 1, 1"))
    made = f"nn.ConvTranspose1d({draw.layer_size(x, -2)}, {draw.integer(1, 4)}, {draw.integer(2, 3)}{options})"
    return f"{draw.layer(made)}({x})"


def pool(draw: Draw) -> str:
    x = draw.image(2)
    kernel = draw.extent(1, 4 if draw.free else 2, x.shape[2:])
    more = draw.choice(("", f", {draw.extent(1, 3)}", f", stride={draw.extent(1, 2)}, ceil_mode=True", ", None, 0"))
    if draw.free:
        more = draw.choice((more, ", padding=1", ", padding=(1, 0)"))
    return draw.layer(f"nn.{draw.choice(('Max', 'Avg'))}Pool2d({kernel}{more})") + f"({x})"


def adaptive_pool(draw: Draw) -> str:
    x = draw.image()
    size = draw.choice((draw.extent(1, 5), f"(None, {draw.integer(1, 4)})", "None"))
    return draw.layer(f"nn.Adaptive{draw.choice(('Max', 'Avg'))}Pool2d({size})") + f"({x})"


def linear(draw: Draw) -> str:
    x = draw.tensor(1, 2, 3, 4)
    made = f"nn.Linear({draw.layer_size(x, -1)}, {draw.integer(1, 6)}{draw.choice(('', ', bias=False'))})"
    return f"{draw.layer(made)}({x})"


def batch_norm2d(draw: Draw) -> str:
    x = draw.tensor(4, where=lambda var: 0 not in var.shape and var.shape[0] * var.shape[2] * var.shape[3] > 1)
    return draw.layer(f"nn.BatchNorm2d({draw.layer_size(x, 1)})") + f"({x})"


def batch_norm1d(draw: Draw) -> str:
    x = draw.tensor(2, 3, where=lambda var: 0 not in var.shape and var.shape[0] > 1)
    return draw.layer(f"nn.BatchNorm1d({draw.layer_size(x, 1)})") + f"({x})"


def instance_norm2d(draw: Draw) -> str:
    x = draw.image(2)
    return draw.layer(f"nn.InstanceNorm2d({draw.layer_size(x, 1)})") + f"({x})"


def group_norm(draw: Draw) -> str:
    x = draw.tensor(2, 3, 4, where=lambda var: 0 not in var.shape)
    channels = x.shape[1] if x.rank > 1 else 1
    groups = draw.choice([n for n in range(1, channels + 1) if channels % n == 0] or [1])
    number = "1" if draw.symbolic else str(draw.off(groups))
    return draw.layer(f"nn.GroupNorm({number}, {draw.layer_size(x, 1)})") + f"({x})"


def last_norm(draw: Draw) -> str:
    x = draw.tensor(1, 2, 3, 4)
    place = draw.integer(0, x.rank - 1) if x.rank else 0
    sizes = [draw.layer_size(x, i) for i in range(place, x.rank)]
    shape = sizes[0] if len(sizes) == 1 else f"({', '.join([*sizes, ''])})"
    return draw.layer(f"nn.{draw.choice(('LayerNorm', 'RMSNorm'))}({shape})") + f"({x})"


def activation(draw: Draw) -> str:
    names = ("ReLU", "ReLU6", "LeakyReLU", "ELU", "GELU", "SiLU", "Sigmoid", "Tanh", "Softplus", "Hardswish", "Mish")
    return draw.layer(f"nn.{draw.choice((*names, 'Identity', 'Dropout'))}()") + f"({draw.tensor()})"


def softmax(draw: Draw) -> str:
    x = draw.tensor()
    return draw.layer(f"nn.{draw.choice(('Softmax', 'LogSoftmax'))}({draw.dim(x)})") + f"({x})"


def flatten(draw: Draw) -> str:
    x = draw.tensor(2, 3, 4)
    dims = draw.choice(("", "0", "2" if x.rank > 2 else "1", "1, 2" if x.rank > 2 else "0, 1", "-2", "0, -2"))
    return draw.layer(f"nn.Flatten({dims})") + f"({x})"


def unflatten(draw: Draw) -> str:
    x = draw.tensor(1, 2, 3)
    dim = draw.dim(x)
    size = x.shape[dim] if -x.rank <= dim < x.rank else 4
    factor = draw.off(draw.choice([n for n in range(1, size + 1) if size % n == 0] or [1]))
    sizes = draw.choice(
        (f"({factor}, -1)", f"(-1, {factor})", f"({factor}, {size // factor if factor else 0})", "(-1,)")
    )
    return draw.layer(f"nn.Unflatten({dim}, {sizes})") + f"({x})"


def padding(draw: Draw) -> str:
    x = draw.tensor(3, 4, where=lambda var: min(var.shape[-2:]) >= 2)
    side = x.rank - 2 if x.rank in (3, 4) else 2
    kind = draw.choice(("Zero", "Reflection", "Replication", "Circular"))
    amounts = [str(draw.integer(0 if kind != "Zero" else -1, 2 if draw.free else 1)) for _ in range(2 * side)]
    size = draw.choice(("1", f"({', '.join(amounts)})"))
    return draw.layer(f"nn.{kind}Pad{side}d({size})") + f"({x})"


def upsample(draw: Draw) -> str:
    x = draw.image()
    size = draw.choice((draw.extent(1, 5), f"scale_factor={draw.extent(1, 2)}", "scale_factor=(1.5, 2.0)"))
    return draw.layer(f"nn.Upsample({size})") + f"({x})"


def pixel_shuffle(draw: Draw) -> str:
    x = draw.tensor(3, 4, where=lambda var: var.shape[-3] % 4 == 0)
    return draw.layer(f"nn.PixelShuffle({draw.off(2)})") + f"({x})"


def unfold(draw: Draw) -> str:
    x = draw.image(2)
    return draw.layer(f"nn.Unfold({draw.extent(1, 2)}, padding={draw.extent(0, 1)})") + f"({x})"


def fold(draw: Draw) -> str:
    x = draw.tensor(3, where=lambda var: var.shape[1] % 4 == 0 and var.shape[2] > 0)
    length = x.shape[-1] if x.rank else 1
    return draw.layer(f"nn.Fold(({draw.off(2)}, {draw.off(length + 1)}), 2)") + f"({x})"


def dropout2d(draw: Draw) -> str:
    return draw.layer("nn.Dropout2d(0.3)") + f"({draw.tensor(4)})"


def recurrent(draw: Draw) -> str:
    x = draw.tensor(2, 3, where=lambda var: 0 not in var.shape)
    kind, hidden = draw.choice(("RNN", "GRU", "LSTM")), draw.integer(1, 4)
    more = draw.choice(("", ", 2", ", bidirectional=True", ", batch_first=True", ", 2, bidirectional=True"))
    part = draw.choice(("[0]", "[0]", "[1][0]" if kind == "LSTM" else "[1]"))
    return draw.layer(f"nn.{kind}({draw.layer_size(x, -1)}, {hidden}{more})") + f"({x}){part}"


def recurrent_cell(draw: Draw) -> str:
    x = draw.tensor(1, 2, where=lambda var: 0 not in var.shape)
    kind, hidden = draw.choice(("RNN", "GRU", "LSTM")), draw.integer(1, 4)
    state = [*draw.sizes(x)[:-1], str(draw.off(hidden))]
    given = "" if kind == "LSTM" or draw.chance(0.5) else f", {draw.ones(state)}"
    part = f"[{draw.integer(0, 1)}]" if kind == "LSTM" else ""
    return draw.layer(f"nn.{kind}Cell({draw.layer_size(x, -1)}, {hidden})") + f"({x}{given}){part}"


def multihead_attention(draw: Draw) -> str:
    x = draw.tensor(2, 3, where=lambda var: 0 not in var.shape)
    size = x.shape[-1] if x.rank else 2
    heads = draw.choice([n for n in range(1, size + 1) if size % n == 0] or [1])
    number = "1" if draw.symbolic else str(draw.off(heads))
    more = draw.choice(("", ", batch_first=True"))
    made = f"nn.MultiheadAttention({draw.layer_size(x, -1)}, {number}{more})"
    return f"{draw.layer(made)}({x}, {x}, {x}){draw.choice(('[0]', '[1]'))}"


def encoder_layer(draw: Draw) -> str:
    x = draw.tensor(2, 3, where=lambda var: 0 not in var.shape)
    made = f"nn.TransformerEncoderLayer({draw.layer_size(x, -1)}, 1, {draw.integer(1, 6)})"
    return f"{draw.layer(made)}({x})"


def embedding(draw: Draw) -> str:
    x = draw.tensor(kind="i")
    return draw.layer(f"nn.Embedding({draw.integer(1, 4)}, {draw.integer(1, 4)})") + f"({x} * 0)"


def bilinear(draw: Draw) -> str:
    x = draw.tensor(1, 2, 3)
    size = draw.layer_size(x, -1)
    return draw.layer(f"nn.Bilinear({size}, {size}, {draw.integer(1, 4)})") + f"({x}, {x})"


def fused(draw: Draw) -> str:
    x = draw.image(2)
    if not x.rank or x.shape[0] < 2:
        raise Unfit
    made = f"nn.FusedConvBN({draw.layer_size(x, 1)}, {draw.integer(1, 4)}, {draw.extent(1, 2)}, padding=1)"
    return f"{draw.layer(made)}({x})"


def loss(draw: Draw) -> str:
    x = draw.tensor()
    name = draw.choice(("MSELoss", "L1Loss", "SmoothL1Loss", "BCEWithLogitsLoss"))
    options = draw.choice(("", 'reduction="none"', 'reduction="sum"'))
    return draw.layer(f"nn.{name}({options})") + f"({x}, {draw.ones(draw.sizes(x))})"


TABLE: Final[tuple[Maker, ...]] = (
    activation,
    adaptive_pool,
    batch_norm1d,
    batch_norm2d,
    bilinear,
    conv1d,
    conv2d,
    conv2d,
    conv2d_groups,
    conv_transpose1d,
    conv_transpose2d,
    dropout2d,
    embedding,
    encoder_layer,
    flatten,
    fold,
    fused,
    group_norm,
    instance_norm2d,
    last_norm,
    linear,
    linear,
    loss,
    multihead_attention,
    padding,
    pixel_shuffle,
    pool,
    recurrent,
    recurrent_cell,
    softmax,
    unflatten,
    unfold,
    upsample,
)
