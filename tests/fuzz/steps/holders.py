"""Steps that call several layers at once, modules of one's own, and choices between tensors."""

from __future__ import annotations

from typing import Final

from tests.fuzz.draw import Draw, Maker, Var

_SAME: Final = ("nn.ReLU()", "nn.Tanh()", "nn.Identity()", "nn.Dropout(0.5)", "nn.GELU()")


def _image_layers(draw: Draw, x: Var) -> list[str]:
    channels, layers = draw.layer_size(x, 1), list[str]()
    for _ in range(draw.integer(1, 3)):
        filters = str(draw.integer(1, 4))
        made = (
            f"nn.Conv2d({channels}, {filters}, {draw.extent(1, 3)}, padding={draw.extent(1, 2)})",
            f"nn.ConvTranspose2d({channels}, {filters}, 2, stride={draw.extent(1, 2)})",
        )
        layers.append(draw.choice(made))
        channels = str(draw.off(int(filters)))
        if draw.chance(0.4):
            layers.append(draw.choice(_SAME))
        if draw.chance(0.3):
            layers.append(draw.choice((f"nn.BatchNorm2d({channels})", f"nn.GroupNorm(1, {channels})")))
    if draw.chance(0.3):
        layers.append(draw.choice(("nn.MaxPool2d(2, 1)", "nn.AvgPool2d(2, 1)", "nn.AdaptiveAvgPool2d((3, 2))")))
    if draw.chance(0.3):
        layers.append("nn.Flatten()" if draw.chance(0.6) else "nn.Flatten(2)")
    return layers


def sequential_of_images(draw: Draw) -> str:
    x = draw.image(3)
    return draw.layer(f"nn.Sequential({', '.join(_image_layers(draw, x))})") + f"({x})"


def _dense_layers(draw: Draw, x: Var) -> list[str]:
    size, layers = draw.layer_size(x, -1), list[str]()
    for _ in range(draw.integer(1, 3)):
        width = draw.integer(1, 5)
        layers.append(f"nn.Linear({size}, {width})")
        size = str(draw.off(width))
        if draw.chance(0.5):
            layers.append(draw.choice((*_SAME, f"nn.LayerNorm({size})", "nn.Softmax(-1)")))
    return layers


def sequential(draw: Draw) -> str:
    x = draw.tensor(1, 2, 3)
    layers = _dense_layers(draw, x)
    if len(layers) > 1 and draw.chance(0.3):
        layers[-2:] = [f"nn.Sequential({', '.join(layers[-2:])})"]
    return draw.layer(f"nn.Sequential({', '.join(layers)})") + f"({x})"


def sequential_item(draw: Draw) -> str:
    x = draw.tensor(1, 2, 3)
    made = f"nn.Sequential({', '.join(_dense_layers(draw, x))})"
    return f"{draw.layer(made)}[{draw.off(0)}]({x})"


def residual(draw: Draw) -> str:
    x = draw.tensor(1, 2, 3)
    size, width = draw.layer_size(x, -1), draw.integer(1, 5)
    body = f"nn.Linear({size}, {width})"
    second = draw.choice((f"nn.Sequential({body}, nn.ReLU(), nn.Linear({width}, {size}))", f"{body}, {body}"))
    if draw.free:
        second = draw.choice((second, body, f"nn.ReLU(), {body}"))
    return draw.layer(f"nn.Residual({second})") + f"({x})"


def repeat(draw: Draw) -> str:
    x = draw.tensor(1, 2, 3)
    size = draw.layer_size(x, -1)
    block = draw.choice((f"nn.Linear({size}, {size})", f"nn.LayerNorm({size})", "nn.Tanh()", "nn.Flatten(0, 0)"))
    if draw.free and draw.chance(0.4):
        block = f"nn.Linear({size}, {draw.integer(1, 4)})"
    return draw.layer(f"nn.Repeat(lambda: {block}, {draw.integer(1, 3)})") + f"({x})"


def module_list(draw: Draw) -> str:
    """Members of one kind or several, by their places."""
    x = draw.tensor(1, 2, 3)
    size = draw.layer_size(x, -1)
    made = f"nn.Linear({size}, {draw.integer(1, 4)})"
    others = (made, f"nn.Linear({size}, {draw.integer(1, 4)})", f"nn.LayerNorm({size})", *_SAME)
    members = [made, *(draw.choice(others) if draw.chance(0.5) else made for _ in range(draw.integer(0, 2)))]
    place = draw.off(draw.integer(-len(members), len(members) - 1))
    listed = f"[{', '.join(members)}]"
    if draw.chance(0.2):
        listed = f"[{made} for _ in range({len(members)})]"
    return draw.layer(f"nn.ModuleList({listed})") + f"[{place}]({x})"


def module_dict(draw: Draw) -> str:
    x = draw.tensor(1, 2, 3)
    size = draw.layer_size(x, -1)
    made = draw.choice((f"nn.LayerNorm({size})", "nn.Tanh()"))
    name = draw.choice(("'a'", "'a'", "'b'"))
    return (
        draw.layer(f"nn.ModuleDict({{'a': nn.Linear({size}, {draw.integer(1, 4)}), 'b': {made}}})") + f"[{name}]({x})"
    )


def starred(draw: Draw) -> str:
    """A list of layers, starred, among others."""
    x = draw.tensor(1, 2, 3)
    layers = _dense_layers(draw, x)
    cut = draw.integer(0, len(layers))
    listed = f"[{', '.join(layers[:cut])}]"
    if cut and not draw.is_module and draw.chance(0.4):
        listed = draw.layer(listed)
    elif draw.chance(0.3):
        listed = f"nn.ModuleList({listed})" if cut else listed
    return draw.layer(f"nn.Sequential({', '.join([f'*{listed}', *layers[cut:]])})") + f"({x})"


def repeated_in_a_list(draw: Draw) -> str:
    x = draw.tensor(1, 2, 3)
    size = draw.layer_size(x, -1)
    block = f"nn.Linear({size}, {draw.off(int(size)) if size.isdigit() else size})"
    count = draw.integer(1, 3)
    last = draw.choice(("", f", nn.Linear({size}, 2)"))
    return draw.layer(f"nn.Sequential(*[{block} for _ in range({count})]{last})") + f"({x})"


def nested(draw: Draw) -> str:
    """Sequential within Sequential, and a part of it."""
    x = draw.tensor(1, 2, 3)
    layers = _dense_layers(draw, x)
    inner = f"nn.Sequential({', '.join(layers)})"
    made = f"nn.Sequential({inner}, {draw.choice(_SAME)})"
    part = draw.choice(("", "[0]", "[0][0]", "[:1]", "[1:]", "[0][:1]", "[-2]"))
    return draw.layer(made) + f"{part}({x})"


def choice(draw: Draw) -> str:
    """One of two tensors of one kind: to mypy, integers or floats are just tensors."""
    x, y = draw.tensor(kind="fib"), draw.tensor(kind="fib")
    made = draw.ones(draw.sizes(x)) if x.kind == "f" else f"{x}.clone()"
    other = made if x.kind != y.kind or draw.chance(0.5) else str(y)
    return f"{x} if {'self.flag' if draw.is_module else 'flag'} else {other}"


def chosen_layer(draw: Draw) -> str:
    x = draw.tensor(1, 2, 3)
    size, width = draw.layer_size(x, -1), draw.integer(1, 4)
    made = f"nn.Linear({size}, {width}) if {draw.choice(('True', 'False'))} else nn.Linear({size}, {draw.off(width)})"
    return draw.layer(f"({made})") + f"({x})"


def own_module_of_images(draw: Draw) -> str:
    x = draw.floats(4, where=lambda var: min(var.shape[2:]) >= 2 and 0 not in var.shape)
    channels = draw.layer_size(x, 1)
    return draw.layer(draw.choice((f"Kept({channels})", f"Grown({channels})", "Pooled()"))) + f"({x})"


def own_module(draw: Draw) -> str:
    kind = draw.choice(("Doubled", "Swapped", "Widened"))
    x = draw.floats(1, 2, 3, 4) if kind == "Doubled" else draw.floats(2)
    return draw.layer(f"{kind}()") + f"({x})"


TABLE: Final[tuple[Maker, ...]] = (
    choice,
    chosen_layer,
    module_dict,
    module_list,
    module_list,
    nested,
    own_module,
    own_module_of_images,
    repeat,
    repeated_in_a_list,
    residual,
    sequential,
    sequential_item,
    sequential_of_images,
    starred,
)
