"""``python -m shapenet train``: a classifier of images is trained, with all that a training needs."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final

from shapenet import functional
from shapenet.autograd import no_grad
from shapenet.backend import check_device, manual_seed
from shapenet.checkpoint import Checkpoints
from shapenet.commands import loading
from shapenet.commands.command import INTERRUPTED, Command, CommandError, one_line
from shapenet.commands.training_data import DATA_HELP, Data, data
from shapenet.data import DataLoader
from shapenet.errors import DeviceError
from shapenet.nn import Module
from shapenet.nn.modes import evaluating
from shapenet.optim import SGD, Adagrad, Adam, AdamW, Optimizer, RMSprop
from shapenet.tensors import Tensor
from shapenet.training import Callback, CSVLog, History, JSONLLog, Progress, accuracy, fit

OPTIMIZERS: Final[Mapping[str, Callable[..., Optimizer]]] = {
    "adagrad": Adagrad,
    "adam": Adam,
    "adamw": AdamW,
    "rmsprop": RMSprop,
    "sgd": partial(SGD, momentum=0.9),
}
_LOGS: Final[Mapping[str, Callable[[Path], Callback]]] = {".csv": CSVLog, ".jsonl": JSONLLog}
_DIGITS: Final = 100
_TRIAL: Final = 2  # items that show whether a model takes them


def train(given: argparse.Namespace) -> int:
    """Train as the arguments say.

    Returns:
        0, or 130 after Ctrl-C.

    Raises:
        CommandError: the model, the data or an option is wrong, or they do not fit each other.
    """
    checkpoints = _checkpoints(given)
    callbacks = [Progress("images"), *_logs(given.log)]
    manual_seed(given.seed)
    try:
        device = check_device(given.device)
    except DeviceError as error:
        raise CommandError(one_line(error)) from None
    model = loading.model(given.model).to(device)
    images = data(given.data)
    _check(model, images, given)
    try:
        history = _fit(model, images, given, callbacks, checkpoints)
    except BrokenPipeError:
        raise
    except Exception as error:  # whatever the user's model raises
        raise CommandError(one_line(error)) from error
    return _report(history, given)


def _fit(
    model: Module,
    images: Data,
    given: argparse.Namespace,
    callbacks: list[Callback],
    checkpoints: Checkpoints | None,
) -> History:
    return fit(
        model,
        functional.cross_entropy,
        OPTIMIZERS[given.optimizer](model.parameters(), lr=given.lr),
        DataLoader(images.train, batch_size=given.batch_size, shuffle=True, seed=given.seed),
        epochs=given.epochs,
        validation=DataLoader(images.held_out, batch_size=given.batch_size),
        metrics={"accuracy": accuracy},
        callbacks=callbacks,
        checkpoints=checkpoints,
        resume=given.resume,
    )


def _check(model: Module, images: Data, given: argparse.Namespace) -> None:
    """Check that the model takes the images and gives a score to each class, before anything is trained."""
    first = Tensor(images.train.tensors[0].data[:_TRIAL]).to(given.device)
    try:
        with no_grad(), evaluating(model):
            scores: Any = model(first)
    except Exception as error:
        raise CommandError(f"{given.model} does not take these images: {loading.said(error)}") from error
    wanted = f"[{len(first)}, {len(images.classes)}]"
    shape = scores.data.shape if isinstance(scores, Tensor) else None
    if shape is None or len(shape) != 2 or shape[0] != len(first) or shape[1] < len(images.classes):
        got = type(scores).__name__ if shape is None else list(shape)
        raise CommandError(f"expected scores {wanted} from {given.model}, one for each class, got {got}")
    if not any(True for _ in model.parameters()):
        raise CommandError(f"{given.model} has no parameters to train")


def _checkpoints(given: argparse.Namespace) -> Checkpoints | None:
    if given.checkpoint is None:
        if given.resume:
            raise CommandError("--resume needs --checkpoint FOLDER, where to resume from")
        return None
    checkpoints = Checkpoints(given.checkpoint)
    found = len(checkpoints.paths())
    if found and not given.resume:
        raise CommandError(f"there are {found} checkpoints in {given.checkpoint}: --resume continues from the last")
    return checkpoints


def _logs(name: str | None) -> list[Callback]:
    if name is None:
        return []
    path = Path(name)
    if path.suffix not in _LOGS:
        raise CommandError(f"expected a log that ends in {' or '.join(_LOGS)}, got {name!r}")
    return [_LOGS[path.suffix](path)]


def _report(history: History, given: argparse.Namespace) -> int:
    if not history.stopped:
        last = history.rows[-1]
        accurate, loss = last["val_accuracy"], last["val_loss"]
        print(f"held-out accuracy {accurate:.4f}, loss {loss:.4f}, after {len(history.rows)} epochs")
        return 0
    if given.checkpoint is not None:
        print(f"written to {given.checkpoint}: the same command with --resume continues")
    return INTERRUPTED


def _int(text: str, at_least: int) -> int:
    # Python makes no int of thousands of digits, and no training counts so far.
    if not text.isdecimal() or len(text) > _DIGITS or int(text) < at_least:
        raise argparse.ArgumentTypeError(f"expected an int, at least {at_least}, got {text!r}")
    return int(text)


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    count = partial(_int, at_least=1)
    parser.add_argument("model", help=loading.MODEL_HELP)
    parser.add_argument("--data", required=True, help=DATA_HELP)
    parser.add_argument("--epochs", type=count, default=10, help="passes through the data (default: 10)")
    parser.add_argument("--batch-size", type=count, default=64, help="images in a batch (default: 64)")
    parser.add_argument("--lr", type=float, default=1e-3, help="the learning rate (default: 0.001)")
    parser.add_argument(
        "--optimizer", choices=OPTIMIZERS, default="adamw", help="(default: adamw); sgd has a momentum of 0.9"
    )
    parser.add_argument("--device", default="cpu", help="cpu, cuda or cuda:0 (default: cpu)")
    parser.add_argument("--checkpoint", metavar="FOLDER", help="write a checkpoint after each epoch; three are kept")
    parser.add_argument("--resume", action="store_true", help="continue from the last checkpoint, if there is one")
    parser.add_argument("--log", metavar="FILE", help="write a line for each epoch, as .csv or .jsonl")
    parser.add_argument(
        "--seed", type=partial(_int, at_least=0), default=0, help="of the weights and of the order (default: 0)"
    )


COMMAND: Final = Command(
    name="train",
    help="train a classifier of images",
    description="Trains a model that gives a score to each class of images, by cross-entropy, and says how well it "
    "does on images that were held out. Ctrl-C ends it after the step at work. Exits with 0, with 2 if something is "
    "wrong with what it was given, with 130 after Ctrl-C.",
    add_arguments=_add_arguments,
    run=train,
)
