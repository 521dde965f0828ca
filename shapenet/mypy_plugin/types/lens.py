"""mypy types seen as dimensions, and back.

An int is ``Literal[3]``, a name is a TypeVar, an expression is ``Size[Literal["H//2"], H]`` (the formula, then the
names in it, sorted), and what is unknown is ``Any``. mypy substitutes the names; ``canonical`` then computes anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress

from mypy.nodes import TypeInfo
from mypy.type_visitor import TypeTranslator
from mypy.types import (
    AnyType,
    Instance,
    LiteralType,
    NoneType,
    TupleType,
    Type,
    TypeAliasType,
    TypeOfAny,
    TypeVarTupleType,
    TypeVarType,
    UnionType,
    UnpackType,
    get_proper_type,
)
from mypy.version import __version__ as mypy_version

from shapenet.dims import MAX_TEXT, UNKNOWN, Dim, Expr, Facts, Pack, Shape, Unknown, names, parse, substitute, symbol
from shapenet.errors import DimError
from shapenet.mypy_plugin.types.classes import BOOL_TENSOR, INT_TENSOR, SIZE, TENSOR, Mentions, as_base, as_tensor
from shapenet.rules import ANY, BOOL, FLOAT, INT, Given, Kind, LayerRule, Maybe, Several

_TAKES_HALF_KNOWN = tuple(map(int, mypy_version.split(".")[:2])) >= (2, 4)
"""Whether mypy takes ``Tensor[*tuple[Any, ...], 16]`` for ``Tensor[B, 16]``. Where it does not, it is given none."""

Extent = Dim | None | tuple[Dim | None, ...]
"""The size that an argument of a layer says."""

Lookup = Callable[[str], TypeInfo]
"""From a class's full name to the class."""

Fact = tuple[str, Dim, Dim]
"""The name of the assertion, and the two sizes that it is about."""


class Lens:
    """Converts types to dimensions and back, within one place of the program.

    Dimensions know names, types know TypeVars; the lens remembers which is which. Two TypeVars of one name (from
    different scopes) get different names.
    """

    def __init__(self, lookup: Lookup, asserted: Callable[[Lens], Iterator[Fact]] | None = None) -> None:
        self.lookup = lookup
        self.variables: dict[str, TypeVarType | TypeVarTupleType] = {}
        self.undefined: list[DimError] = []
        """What was found of sizes that cannot be: ``H//N`` with ``N = 0``; it reads as unknown."""
        self.followed: dict[object, Dim] = {}  # names and attributes whose values have been looked for
        self._asserted = asserted
        self._facts = Facts()

    @property
    def facts(self) -> Facts:
        """What is asserted in the place; it is looked for when it is first asked for."""
        if self._asserted is not None:
            asserted, self._asserted = self._asserted(self), None
            for kind, size, other in asserted:
                add = self._facts.with_equal if kind == "assert_equal" else self._facts.with_divisible
                with suppress(DimError):
                    self._facts = add(size, other)
        return self._facts

    def settled(self, dim: Dim) -> Dim:
        """*dim* by the facts of the place."""
        try:
            return self.facts.settle(dim) if isinstance(dim, Expr) else dim
        except DimError:
            return UNKNOWN

    # --- types to dimensions ---

    def dim(self, typ: Type) -> Dim:
        """The dimension that a type argument says."""
        typ = get_proper_type(typ)
        if isinstance(typ, LiteralType):
            return _value(typ)
        if isinstance(typ, TypeVarType):
            return self.settled(symbol(self._name(typ)))
        if isinstance(typ, Instance) and typ.type.fullname == SIZE:
            return self._formula(typ)
        if isinstance(typ, Instance) and typ.last_known_value is not None:
            return self.dim(typ.last_known_value)
        return UNKNOWN

    def extent(self, typ: Type) -> Extent:
        """A dimension, or several, or None."""
        typ = get_proper_type(typ)
        return tuple(map(self._one, typ.items)) if isinstance(typ, TupleType) else self._one(typ)

    def word(self, typ: Type) -> str | None:
        """The text that a type says, such as ``Literal["same"]``."""
        typ = get_proper_type(typ)
        if isinstance(typ, Instance) and typ.last_known_value is not None:
            typ = typ.last_known_value
        if not isinstance(typ, LiteralType) or typ.fallback.type.is_enum:
            return None
        return typ.value if isinstance(typ.value, str) else None

    def hyperparameter(self, typ: Type) -> Extent | str:
        """What a type argument of a layer says."""
        word = self.word(typ)
        return self.extent(typ) if word is None else word

    def shape(self, arguments: Sequence[Type]) -> Shape:
        """The shape that the type arguments of a ``Tensor`` say."""
        dims: list[Dim | Pack] = []
        for argument in map(get_proper_type, arguments):
            if not isinstance(argument, UnpackType):
                dims.append(self.dim(argument))
                continue
            inner = get_proper_type(argument.type)
            if isinstance(inner, TupleType):
                dims.extend(self.shape(inner.items))
            else:
                dims.append(Pack(self._name(inner)) if isinstance(inner, TypeVarTupleType) else Pack())
        return tuple(dims)

    def shape_of(self, typ: Type) -> Shape | None:
        """The shape of a tensor type; that of ``Any`` is unknown; None for what is no tensor."""
        typ = get_proper_type(typ)
        if isinstance(typ, TypeVarType):
            typ = get_proper_type(typ.upper_bound)
        if isinstance(typ, AnyType):
            return (Pack(),)
        tensor = as_tensor(typ)
        return None if tensor is None else self.shape(tensor.args)

    def kind_of(self, typ: Type) -> Kind:
        """The kind of a tensor type; of a tensor of which nothing is known, and of ``Any``, nobody knows it."""
        typ = get_proper_type(typ)
        if isinstance(typ, TypeVarType):
            typ = get_proper_type(typ.upper_bound)
        for fullname, kind in ((INT_TENSOR, INT), (BOOL_TENSOR, BOOL)):
            if as_base(typ, fullname) is not None:
                return kind
        return ANY if self.shape_of(typ) == (Pack(),) else FLOAT

    def demanded(self, typ: Type) -> Kind:
        """The kind that an annotated tensor must be of; ``Tensor`` itself takes any."""
        kind = self.kind_of(typ)
        return kind if kind in (INT, BOOL) else ANY

    def _one(self, typ: Type) -> Dim | None:
        return None if isinstance(get_proper_type(typ), NoneType) else self.dim(typ)

    def _formula(self, size: Instance) -> Dim:
        formula = get_proper_type(size.args[0])
        if not isinstance(formula, LiteralType) or not isinstance(formula.value, str):
            return UNKNOWN
        try:
            written = parse(formula.value)
            values = dict(zip(sorted(names(written)), map(self.dim, size.args[1:]), strict=True))
            return self.settled(substitute(written, values))
        except DimError as error:
            self.undefined.append(error)
            return UNKNOWN

    def _name(self, variable: TypeVarType | TypeVarTupleType) -> str:
        name, count = variable.name, 1
        while self.variables.setdefault(name, variable).id != variable.id:
            count += 1
            name = f"{variable.name}_{count}"
        return name

    # --- dimensions to types ---

    def type_of(self, dim: Dim) -> Type:
        """The type argument that says *dim*."""
        dim = self.settled(dim)
        if isinstance(dim, Unknown):
            return AnyType(TypeOfAny.special_form)
        if isinstance(dim, int):
            return LiteralType(dim, self._builtin("bool" if isinstance(dim, bool) else "int"))
        text, free = str(dim), sorted(names(dim))
        variables = [self.variables[name] for name in free]
        if free == [text]:
            return variables[0]
        if len(text) > MAX_TEXT:  # it could not be read again
            return AnyType(TypeOfAny.special_form)
        return Instance(self.lookup(SIZE), [self.type_of_word(text), *variables])

    def type_of_word(self, word: str) -> Type:
        """The type argument that says *word*."""
        return LiteralType(word, self._builtin("str"))

    def arguments(self, shape: Shape) -> list[Type]:
        """The type arguments that say *shape*."""
        packs = [place for place, dim in enumerate(shape) if isinstance(dim, Pack)]
        if len(packs) > 1:  # a type can hold one only: join them
            shape = (*shape[: packs[0]], Pack(), *shape[packs[-1] + 1 :])
        if not _TAKES_HALF_KNOWN and Pack() in shape:
            shape = (Pack(),)
        return [self._unpack(dim) if isinstance(dim, Pack) else self.type_of(dim) for dim in shape]

    def tensor(self, shape: Shape, kind: Kind = FLOAT) -> Instance:
        """The type of a tensor of *shape*."""
        fullname = {INT: INT_TENSOR, BOOL: BOOL_TENSOR}.get(kind, TENSOR)
        return Instance(self.lookup(fullname), self.arguments(shape))

    def given(self, typ: Type) -> Given:
        """What is known of an argument of that type."""
        typ = get_proper_type(typ)
        if isinstance(typ, NoneType):
            return None
        if isinstance(typ, TupleType):
            return Several(tuple(map(self.given, typ.items)))
        shape = self.shape_of(typ)
        return self.dim(typ) if shape is None else shape

    def asked(self, rule: LayerRule, arguments: Mapping[str, Type]) -> Type:
        """The type of what a layer of that *rule* returns for arguments of these types.

        Raises:
            ShapeError: they do not fit.
            Undetermined: nobody knows what one of them is.
        """
        given = {name: self.given(typ) for name, typ in arguments.items()}
        answer = rule.accept(given)
        kinds = {name: self.kind_of(typ) for name, typ in arguments.items() if isinstance(given[name], tuple)}
        return self._answer(rule, answer, rule.kind(given, kinds))

    def _answer(self, rule: LayerRule, answer: Given, kind: Kind) -> Type:
        if isinstance(answer, Several):
            return self.tuple_of([self._answer(rule, part, kind) for part in answer.parts])
        if isinstance(answer, Maybe):
            return UnionType.make_union([self.tensor(answer.shape, kind), NoneType()])
        if not isinstance(answer, tuple):
            return NoneType() if answer is None else AnyType(TypeOfAny.special_form)
        one = self.tensor(answer, kind)
        if rule.doubled is False:
            return one
        both = self.tuple_of([one, self.tensor(answer, INT)])  # values, and their places
        return both if rule.doubled is True else UnionType.make_union([one, both])

    def tuple_of(self, items: Sequence[Type]) -> TupleType:
        """The type ``tuple[items]``."""
        return TupleType(list(items), self._builtin("tuple", AnyType(TypeOfAny.special_form)))

    def canonical(self, typ: Type) -> Type:
        """*typ* with each expression in it computed anew: after a substitution ``H//2`` may have become ``14//2``.

        A dimension that has become ``int`` is unknown.
        """
        return typ.accept(_Canonical(self)) if typ.accept(Mentions(SIZE, TENSOR)) else typ

    def _unpack(self, pack: Pack) -> UnpackType:
        if not pack.name:
            return UnpackType(self._builtin("tuple", AnyType(TypeOfAny.special_form)))
        return UnpackType(self.variables[pack.name])

    def _builtin(self, name: str, *arguments: Type) -> Instance:
        return Instance(self.lookup(f"builtins.{name}"), list(arguments))


def _value(literal: LiteralType) -> Dim:
    """The int that a literal is, or a member of an ``IntEnum``."""
    value: object = literal.value
    if literal.fallback.type.is_enum and literal.fallback.type.has_base("builtins.int"):
        member = literal.fallback.type.names.get(str(value))
        typ = get_proper_type(member.type) if member is not None else None
        last = typ.last_known_value if isinstance(typ, Instance) else None
        value = None if last is None else last.value
    return value if isinstance(value, int) else UNKNOWN


def _any_for_int(dimension: Type) -> Type:
    typ = get_proper_type(dimension)
    plain = isinstance(typ, Instance) and typ.type.fullname == "builtins.int" and typ.last_known_value is None
    return AnyType(TypeOfAny.special_form) if plain else dimension


class _Canonical(TypeTranslator):
    def __init__(self, lens: Lens) -> None:
        super().__init__()
        self.lens = lens

    def visit_instance(self, t: Instance, /) -> Type:
        if t.type.fullname == SIZE:
            return self.lens.type_of(self.lens.dim(t))
        inside = super().visit_instance(t)
        if isinstance(inside, Instance) and t.type.has_base(TENSOR):
            inside = inside.copy_modified(args=[_any_for_int(argument) for argument in inside.args])
            if not _TAKES_HALF_KNOWN and t.type.has_type_var_tuple_type:
                return inside.copy_modified(args=self.lens.arguments(self.lens.shape(inside.args)))
        return inside

    def visit_type_alias_type(self, t: TypeAliasType, /) -> Type:
        return t if t.is_recursive else get_proper_type(t).accept(self)
