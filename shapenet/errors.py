"""The errors shapenet raises on purpose. Each says who complains, about what, and what was expected."""

from __future__ import annotations


class DimError(ValueError):
    """A dimension expression that cannot be read or computed, such as ``"H//"`` or ``"H//0"``."""


class ShapeError(ValueError):
    """Shapes or hyperparameters that do not fit.

    The first line is ``f"{subject} {problem}"``: *subject* is the layer or operation, as its type prints it
    (``Linear[256, 10]``), *problem* is what it expected and what it got. mypy shows the very same line. *detail* adds
    what is known only while running.
    """

    def __init__(self, subject: str, problem: str, detail: str = "") -> None:
        super().__init__(f"{subject} {problem}\n  {detail}" if detail else f"{subject} {problem}")
        self.subject = subject
        self.problem = problem
        self.detail = detail

    def __reduce__(self) -> tuple[type[ShapeError], tuple[str, str, str], dict[str, object]]:
        return type(self), (self.subject, self.problem, self.detail), self.__dict__


class ContractError(ShapeError):
    """A value passed to, or returned from, a module that breaks the annotation of its ``__call__``."""


class GradientError(RuntimeError):
    """A backward pass that cannot be run, such as one from a tensor that requires no gradient."""


class CheckpointError(ValueError):
    """A file that is no checkpoint, or is one of something else; what it was to be loaded into is as it was.

    The text is ``f"{path}: {problem}"``: *problem* names the key, what was expected and what the file has.
    """

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path}: {problem}")
        self.path = path
        self.problem = problem

    def __reduce__(self) -> tuple[type[CheckpointError], tuple[str, str], dict[str, object]]:
        return type(self), (self.path, self.problem), self.__dict__


class DeviceError(RuntimeError):
    """A device that is unknown or cannot be used, or tensors on different devices in one operation."""


class SummaryError(ValueError):
    """A model that cannot be summed up without running it: what it does with a tensor depends on the elements."""
