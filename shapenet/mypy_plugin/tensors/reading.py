"""Reads a call: the shapes of its tensors, the values of its arguments, the parts of its index."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import EllipsisType
from typing import Any, Final

from mypy.nodes import ARG_STAR, ArgKind, CallExpr, EllipsisExpr, Expression, ListExpr, SliceExpr, StarExpr, TupleExpr
from mypy.plugin import FunctionContext, MethodContext
from mypy.types import (
    AnyType,
    CallableType,
    Instance,
    LiteralType,
    NoneType,
    Overloaded,
    TupleType,
    Type,
    TypeType,
    TypeVarType,
    UnionType,
    get_proper_type,
)

from shapenet import rules
from shapenet.dims import UNKNOWN, Dim, Pack, Shape, Unknown
from shapenet.mypy_plugin.calls.matching import choices
from shapenet.mypy_plugin.source.displays import rest_of
from shapenet.mypy_plugin.source.folding import extent, lens_at
from shapenet.mypy_plugin.types.classes import as_base
from shapenet.mypy_plugin.types.lens import Lookup

Value = Dim | tuple[Any, ...] | None
Tensors = list[tuple[Shape, rules.Kind]]
"""The shape and the kind of each."""


_NUMBERS: Final[Mapping[str, rules.Kind]] = {
    "builtins.bool": rules.BOOL,
    "numpy.bool": rules.BOOL,
    "builtins.int": rules.INT,
    "numpy.integer": rules.INT,
    "builtins.float": rules.FLOAT,
    "numpy.floating": rules.FLOAT,
}
"""The kinds of numbers, by their classes; a bool is an int, too."""
_DTYPES: Final[Mapping[str, rules.Kind]] = {
    "bool": rules.BOOL,
    "int": rules.INT,
    "uint": rules.INT,
    "float": rules.FLOAT,
}


class Call:
    """What a call says: its receiver's shape, and the values of its arguments."""

    def __init__(self, context: FunctionContext | MethodContext, lookup: Lookup) -> None:
        self.context = context
        self.lens = lens_at(context, lookup)

    @property
    def receiver(self) -> Shape:
        """The shape of the tensor whose method is called, or of a function's first argument."""
        shape = self.lens.shape_of(self._subject)
        if shape is None:
            raise rules.Undetermined
        return shape

    @property
    def kind(self) -> rules.Kind:
        """The kind of that tensor."""
        return self.lens.kind_of(self._subject)

    @property
    def _subject(self) -> Type:
        if isinstance(self.context, MethodContext):
            return self.context.type
        if not self.context.arg_types or not self.context.arg_types[0]:
            raise rules.Undetermined  # mypy says that it is missing
        return self.context.arg_types[0][0]

    def kind_of(self, name: str) -> rules.Kind:
        """The kind of an argument that is a tensor, or a number."""
        types = self.context.arg_types[self._place(name)]
        if not types:
            return rules.ANY
        proper = get_proper_type(types[0])
        if isinstance(proper, TypeVarType):  # a size
            proper = get_proper_type(proper.upper_bound)
        if isinstance(proper, LiteralType):
            proper = proper.fallback
        bases = proper.type.mro if isinstance(proper, Instance) else []
        numbers = (_NUMBERS[base.fullname] for base in bases if base.fullname in _NUMBERS)
        return next(numbers, None) or self.lens.kind_of(proper)

    def dtype(self, default: rules.Kind, name: str = "dtype") -> rules.Kind:
        """The kind that an argument such as ``np.int64``, ``int`` or ``"int64"`` says; *default* if there is none."""
        types = self.context.arg_types[self._place(name)]
        if not types or isinstance(get_proper_type(types[0]), NoneType):
            return default
        word = self.lens.word(types[0])
        if word is not None:
            return next((kind for start, kind in _DTYPES.items() if word.startswith(start)), rules.ANY)
        typ = get_proper_type(types[0])
        typ = get_proper_type(typ.ret_type if isinstance(typ, CallableType) else typ)
        typ = typ.item if isinstance(typ, TypeType) else typ
        if isinstance(typ, Overloaded):
            typ = get_proper_type(typ.items[0].ret_type)
        if isinstance(typ, Instance) and typ.type.fullname == "numpy.dtype" and typ.args:
            typ = get_proper_type(typ.args[0])
        bases = [base.fullname for base in typ.type.mro] if isinstance(typ, Instance) else []
        return next((kind for name, kind in _NUMBERS.items() if name in bases), rules.ANY)

    def asked(self, rule: rules.LayerRule, *names: str) -> Type | None:
        """What *rule* makes of the tensors of these names; None if one is missing."""
        types = {name: given[0] for name in names if (given := self.context.arg_types[self._place(name)])}
        if len(types) < len(names) or any(self.lens.shape_of(typ) is None for typ in types.values()):
            return None
        return self.lens.asked(rule, types)

    def shape(self, name: str) -> Shape | None:
        """The shape of a tensor argument; None for what is no tensor."""
        types = self.context.arg_types[self._place(name)]
        return self.lens.shape_of(types[0]) if types else None

    def tensors(self, name: str) -> list[Tensors] | None:
        """The shapes and kinds of the tensors in a list that is written out, or a tuple; None for others.

        There are several possibilities where tensors in it may have several shapes.
        """
        place = self._place(name)
        if not self.context.args[place]:
            return None
        expression, typ = self.context.args[place][0], get_proper_type(self.context.arg_types[place][0])
        items: list[Type] = []
        if isinstance(expression, ListExpr | TupleExpr):
            if any(isinstance(item, StarExpr) for item in expression.items):
                return None
            items = [self.context.api.get_expression_type(item) for item in expression.items]
        elif isinstance(typ, TupleType):
            items = typ.items
        else:
            return None
        found = [list(self._shapes(choice)) for choice in choices(items)]
        return found if all(len(tensors) == len(items) for tensors in found) else None

    def _shapes(self, types: Sequence[Type]) -> Iterator[tuple[Shape, rules.Kind]]:
        for typ in types:
            shape = self.lens.shape_of(typ)
            if shape is not None:
                yield shape, self.lens.kind_of(typ)

    def tensor_of_each(self, name: str) -> tuple[Shape, rules.Kind] | None:
        """The shape and the kind that all tensors in a sequence have; None if nobody knows it."""
        place = self._place(name)
        if not self.context.args[place]:
            return None
        typ = self.context.api.get_expression_type(self.context.args[place][0])  # which mypy's expectation hides
        sequence = as_base(typ, "typing.Iterable")
        shape = None if sequence is None else self.lens.shape_of(sequence.args[0])
        if sequence is None or shape is None or shape == (Pack(),):
            return None
        return shape, self.lens.kind_of(sequence.args[0])

    def value(self, name: str, default: Any = None) -> Any:
        """The value of an argument: ints, symbols, unknown, None, or tuples of them."""
        place = self._place(name)
        if not self.context.arg_types[place]:
            return default
        return self._value(self.context.arg_types[place][0], self.context.args[place][0])

    def written(self, name: str) -> Expression | None:
        """The source of an argument."""
        given = self.context.args[self._place(name)]
        return given[0] if given else None

    def word(self, name: str, default: str) -> str | Dim:
        """The text that an argument is, if it is written there."""
        types = self.context.arg_types[self._place(name)]
        word = self.lens.word(types[0]) if types else default
        return UNKNOWN if word is None else word

    def listed(self, name: str) -> list[Dim]:
        """The values of ``*name``, or of a sequence: separate ints, or one tuple.

        Raises:
            Undetermined: nobody knows how many there are.
        """
        return list(rules.ranked(tuple(self.sizes(name))))

    def sizes(self, name: str) -> list[Dim | Pack]:
        """As ``listed``; a ``Pack`` stands for those of which nobody knows how many there are."""
        place = self._place(name)
        given = self._given(place)
        if not given and not self._says_nothing(name):
            raise rules.Undetermined
        alone = len(given) == 1 and not self._is_int(place)
        found: list[Dim | Pack] = []
        for typ, expression, kind in given:
            found += self._spread(typ, expression) if alone or kind == ARG_STAR else [self._one(typ, expression)]
        return found

    def number(self, name: str, default: Dim = UNKNOWN) -> Dim:
        """The value of an argument that is an int."""
        return _dim(self.value(name, default))

    def size(self, name: str, default: Dim | None = None) -> Dim | None:
        """The value of an argument that is one number, or None."""
        value = self.value(name, default)
        return None if value is None else _dim(value)

    def one_or_more(self, name: str) -> Dim | list[Dim | Pack]:
        """The value of an argument that is an int or a sequence of ints.

        Raises:
            Undetermined: nobody knows which.
        """
        place = self._place(name)
        types = self.context.arg_types[place]
        if not types or isinstance(get_proper_type(types[0]), UnionType | AnyType | NoneType):
            raise rules.Undetermined
        return self.number(name) if self._is_int(place) else self.sizes(name)

    def is_none(self, name: str) -> bool:
        """Whether an argument is None, or left out."""
        types = self.context.arg_types[self._place(name)]
        return not types or isinstance(get_proper_type(types[0]), NoneType)

    def _given(self, place: int) -> list[tuple[Type, Expression, ArgKind]]:
        """The arguments there; mypy names ``*pair`` once for each of its items."""
        context = self.context
        given = zip(context.arg_types[place], context.args[place], context.arg_kinds[place], strict=True)
        return list({id(argument[1]): argument for argument in given}.values())

    def _says_nothing(self, name: str) -> bool:
        """Whether there is no argument at all that could be *name*: ``zeros(dtype=int)``."""
        call = self.context.context
        return isinstance(call, CallExpr) and not any(given in (None, name) for given in call.arg_names)

    def _spread(self, typ: Type, expression: Expression) -> list[Dim | Pack]:
        """The sizes in a sequence."""
        proper = get_proper_type(typ)
        if isinstance(expression, ListExpr | TupleExpr):
            found: list[Dim | Pack] = []
            for item in expression.items:
                inner = item.expr if isinstance(item, StarExpr) else item
                inner_type = self.context.api.get_expression_type(inner)
                found += (
                    self._spread(inner_type, inner) if isinstance(item, StarExpr) else [self._one(inner_type, inner)]
                )
            return found
        known = proper if isinstance(proper, TupleType) else rest_of(self.context.api, expression)
        return [Pack()] if known is None else list(self.lens.shape(known.items))

    def _one(self, typ: Type, expression: Expression) -> Dim:
        return _dim(self._value(typ, expression))

    def indices(self) -> list[rules.Index]:
        """The parts of ``x[...]``.

        Raises:
            Undetermined: nobody knows what they are.
        """
        if not self.context.args[0]:
            raise rules.Undetermined
        expression, typ = self.context.args[0][0], get_proper_type(self.context.arg_types[0][0])
        if isinstance(expression, TupleExpr) and isinstance(typ, TupleType) and len(expression.items) == len(typ.items):
            return [self._index(e, t) for e, t in zip(expression.items, typ.items, strict=True)]
        if isinstance(typ, TupleType):
            raise rules.Undetermined
        return [self._index(expression, typ)]

    def _index(self, expression: Expression, typ: Type) -> rules.Index:
        if isinstance(expression, EllipsisExpr):
            return ...
        if isinstance(expression, SliceExpr):
            bounds = (expression.begin_index, expression.end_index, expression.stride)
            return slice(*(None if bound is None else self._bound(bound) for bound in bounds))
        value = self._value(typ, expression)
        shape = self.lens.shape_of(typ)
        if shape is not None:
            rules.check_kind("index", "the index", self.lens.kind_of(typ), rules.INT)
            if shape == (Pack(),):
                raise rules.Undetermined
            return rules.IndexArray(shape)
        proper = get_proper_type(typ)
        is_slice = isinstance(proper, Instance) and proper.type.fullname == "builtins.slice"  # of unknown bounds
        if is_slice or isinstance(value, EllipsisType | tuple):
            raise rules.Undetermined
        return value  # type: ignore[no-any-return]

    def _bound(self, expression: Expression) -> Value:
        return self._value(self.context.api.get_expression_type(expression), expression)  # type: ignore[no-any-return]

    def _value(self, typ: Type, expression: Expression) -> Any:
        return extent(self.context.api, self.lens, typ, expression)

    def _is_int(self, place: int) -> bool:
        typ = get_proper_type(self.context.arg_types[place][0])
        return str(typ) in ("int", "builtins.int") or not isinstance(self.lens.dim(typ), Unknown)

    def _place(self, name: str) -> int:
        names = self.context.callee_arg_names
        return names.index(name) if name in names else 0  # mypy drops the names of an operator's parameters


def _dim(value: Value) -> Dim:
    """*value* as a size; mypy says what can be none."""
    return UNKNOWN if value is None or isinstance(value, tuple) else value
