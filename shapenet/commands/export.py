"""``python -m shapenet export``: a model as an ONNX file."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

from shapenet.checkpoint import load, load_metadata, load_state
from shapenet.commands import loading
from shapenet.commands.command import Command, CommandError, one_line
from shapenet.nn import Module


def export(given: argparse.Namespace) -> int:
    """Export as the arguments say.

    Raises:
        CommandError: onnx is not installed, or the model, a shape or the weights do not fit.
    """
    try:
        from shapenet import onnx
    except ModuleNotFoundError as error:
        raise CommandError(one_line(error)) from None
    model = loading.model(given.model)
    try:
        if given.weights is not None:
            _load(model, given.weights)
        onnx.export(model, given.output, *given.shape, fixed=given.fixed)
    except (LookupError, OSError, RuntimeError, TypeError, ValueError) as error:
        raise CommandError(one_line(error)) from error
    print(f"wrote {given.output}")
    return 0


def _load(model: Module, path: Path) -> None:
    """Load a state, or the model's part of a checkpoint."""
    if "shapenet" in load_metadata(path):
        load(path, model=model, generator=False)
    else:
        model.load_state_dict(load_state(path))


def _shape(text: str) -> tuple[int, ...]:
    try:
        sizes = tuple(int(part) for part in text.split(","))
    except ValueError:
        sizes = ()
    if not sizes or min(sizes) < 1:
        raise argparse.ArgumentTypeError(f"expected sizes such as 1,3,224,224, got {text!r}")
    return sizes


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", help=loading.MODEL_HELP)
    parser.add_argument("--output", type=Path, required=True, metavar="FILE", help="the ONNX file to write")
    parser.add_argument(
        "--weights", type=Path, metavar="FILE", help="a safetensors file: a state, or a checkpoint of a training run"
    )
    parser.add_argument(
        "--shape",
        type=_shape,
        action="append",
        default=[],
        metavar="SIZES",
        help="an example of the shape of an input, such as 1,3,224,224; once for each input, in their order. It is not "
        "needed where the annotation of __call__ says all sizes but the first",
    )
    parser.add_argument(
        "--fixed",
        action="append",
        default=[],
        metavar="NAME",
        help="the name of a size, such as H, that is to be the example's; other names of the annotation stay open",
    )


COMMAND: Final = Command(
    name="export",
    help="write a model as an ONNX file",
    description="Writes a model as an ONNX file, which is checked by ONNX's own checker and strict shape inference. "
    "Exits with 0, or with 2 if the model, a shape or the weights do not fit, or something has no operation in ONNX.",
    add_arguments=_add_arguments,
    run=export,
)
