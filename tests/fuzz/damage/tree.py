"""A program whose syntax tree is being damaged."""

from __future__ import annotations

import ast
import random
from typing import TypeVar

from tests.fuzz.damage.pieces import ANNOTATIONS, VALUES

Node = TypeVar("Node", bound=ast.AST)
Function = ast.FunctionDef | ast.AsyncFunctionDef


class Damage:
    """A program that is being damaged."""

    def __init__(self, text: str, rng: random.Random) -> None:
        self.tree = ast.parse(text)
        self.rng = rng

    def one(self, kind: type[Node]) -> Node | None:
        """A random node of that kind."""
        nodes = [node for node in ast.walk(self.tree) if isinstance(node, kind)]
        return self.rng.choice(nodes) if nodes else None

    def function(self) -> Function | None:
        nodes = [node for node in ast.walk(self.tree) if isinstance(node, Function)]
        return self.rng.choice(nodes) if nodes else None

    def value(self) -> ast.expr:
        """An expression that seldom fits."""
        return self.expression(self.rng.choice(VALUES))

    def annotation(self) -> ast.expr:
        return self.expression(self.rng.choice(ANNOTATIONS))

    def expression(self, text: str) -> ast.expr:
        return ast.parse(text, mode="eval").body


def replace(tree: ast.AST, old: ast.AST, new: ast.AST) -> None:
    """Put *new* in the place of *old*."""
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if value is old:
                setattr(parent, name, new)
            elif isinstance(value, list) and old in value:
                value[value.index(old)] = new
