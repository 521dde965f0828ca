"""The algebra: what it proves, what it leaves alone, and that it never changes a value."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import TypeAlias

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from shapenet.dims import UNKNOWN, Dim, evaluate, names, parse, product, same, substitute, symbol
from shapenet.errors import DimError

NAMES = ("a", "b", "c")  # any integers
EXPONENTS = ("I", "J")  # not negative
Env: TypeAlias = dict[str, int]


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("2*C//2", "C"),
        ("(a*b)//b", "a"),
        ("(H-2)//2+1", "H//2"),
        ("(H-1)*2+2", "2*H"),
        ("((2*A-1)*B)//(2*A-1)", "B"),
        ("(H//2)//2", "H//4"),
        ("((H-1)//2+1-1)//2+1", "(H+3)//4"),
        ("(H+1)//2*2//2", "(H+1)//2"),
        ("X//N*N + X%N", "X"),
        ("(2*H)%2", "0"),
        ("H*0", "0"),
        ("(3*H)//2", "H + H//2"),
        ("(-H)//2", "H//2 - H"),
        ("(2*H+3)//4", "(H+1)//2"),
        ("(a*b+c)//b", "a + c//b"),
        ("(6*a*b)//(4*b)", "a + a//2"),
        ("a//(-b)", "(-a)//b"),
        ("2**(I+1)", "2*2**I"),
        ("2*2**(I-1)", "2**I"),
        ("2**I * 2**J", "2**(I+J)"),
        ("4**I", "2**(2*I)"),
        ("(2**(I+1))//2", "2**I"),
        ("1**I", "1"),
        ("-7//2", "-4"),
        ("-7%3", "2"),
        ("H**2 - H*H", "0"),
        ("(h*(d//h))//h", "d//h"),
        ("4**I", "2**I*2**I"),
        ("3*2**(I-2)", "2*2**(I-2) + 2**(I-2)"),
        ("2**(I-1) + 2**(I-1)", "2**I"),
        ("4*2**(I-J)", "2**(I-J+2)"),
        ("2**(I//2+1)", "2*2**(I//2)"),
        ("(2**I*2**J*C)//2**J", "2**I*C"),
        ("(2**I*2**J + 2**J)//(2**I+1)", "2**J"),
        ("(4**I-1)//(2**I-1)", "2**I+1"),
        ("((c%3)//5)//2", "(c%3)//10"),
        ("((H-1)//2+1)//2", "(H+1)//4"),
        ("(-H)%2", "H%2"),
        ("-(H//2) - H%2", "(-H)//2"),
    ],
)
def test_proves(text: str, canonical: str) -> None:
    assert parse(text) == parse(canonical)


@pytest.mark.parametrize(
    "text",
    ["N*(X//N)", "(2**I)//2", "H%2", "(C+1)//C", "a*b - 3", "2**(I-1)", "(-X)//N", "2*H - W + 1", "H//2 - 1", "a**2*b"],
)
def test_leaves_alone_and_prints(text: str) -> None:
    dim = parse(text)
    assert parse(str(dim)) == dim
    assert str(dim).replace(" ", "") == {"(C+1)//C": "1//C+1"}.get(text, text.replace(" ", ""))


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("1 + H*2 - W", "2*H - W + 1"),
        ("-H", "-H"),
        ("-(H//2)", "-(H//2)"),
        ("3*(H//2)", "3*(H//2)"),
        ("X - N*(X//N)", "X%N"),
        ("X - N*(X//N) + 1", "X - N*(X//N) + 1"),
        ("(H+1)//(W-1)", "(H+1)//(W-1)"),
        ("H//-2", "H//2 - H"),
        ("b*a*b", "a*b**2"),
        ("4**(I+1)", "4*2**(2*I)"),
        ("2**(I-J)", "2**(I-J)"),
        ("7", "7"),
    ],
)
def test_prints(text: str, printed: str) -> None:
    assert str(parse(text)) == printed
    assert parse(printed) == parse(text)


def test_different_things_differ() -> None:
    texts = ["N*(X//N)", "X", "(2**I)//2", "2**(I-1)", "H//2", "(H+1)//2", "H", "2", "H*W", "H+W", "H%2", "0"]
    assert len({parse(text) for text in texts}) == len(texts)


def test_unknown_absorbs() -> None:
    H = symbol("H")
    for result in (H + UNKNOWN, UNKNOWN * 2, 3 - UNKNOWN, H // UNKNOWN, UNKNOWN % H, -UNKNOWN, 2**UNKNOWN, UNKNOWN**2):
        assert result is UNKNOWN
    assert pickle.loads(pickle.dumps(UNKNOWN)) is UNKNOWN
    assert same(UNKNOWN, H)
    assert same(H, H + 0)
    assert not same(H, H + 1)


def test_substitution_is_simultaneous() -> None:
    swapped = substitute(parse("a - 2*b"), {"a": symbol("b"), "b": symbol("a")})
    assert swapped == parse("b - 2*a")
    assert substitute(parse("H//2"), {"H": 14}) == 7
    assert substitute(parse("H//2 + W"), {"W": UNKNOWN}) is UNKNOWN
    assert names(parse("2**I + a//(b+1)")) == {"I", "a", "b"}
    assert product([symbol("H"), 2, symbol("H")]) == parse("2*H**2")


def test_undefined_is_an_error() -> None:
    with pytest.raises(DimError, match="division by zero"):
        substitute(parse("H//N"), {"N": 0})
    with pytest.raises(DimError, match="no value for W"):
        evaluate(parse("H + W"), {"H": 1})
    with pytest.raises(DimError, match="not an integer"):
        evaluate(parse("2**I"), {"I": -1})


# --- properties -------------------------------------------------------------------------------------------------------

leaves = st.sampled_from(NAMES) | st.integers(-6, 6).map(lambda n: f"({n})")
powers = st.tuples(
    st.sampled_from([2, 3, 4]), st.sampled_from(["I", "J", "I+J", "I-J", "I//2"]), st.integers(-2, 3)
).map(lambda p: f"({p[0]}**({p[1]}+{p[2]}))")


def combined(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    operators = st.sampled_from(["+", "-", "*", "//", "%"])
    return st.tuples(children, operators, children).map(lambda t: f"({t[0]}{t[1]}{t[2]})")


expressions = st.recursive(leaves | powers, combined, max_leaves=8)
polynomials = st.recursive(
    leaves, lambda c: st.tuples(c, st.sampled_from("+-*"), c).map(lambda t: f"({t[0]}{t[1]}{t[2]})"), max_leaves=5
)
environments = st.fixed_dictionaries(
    {name: st.integers(-9, 9) for name in NAMES} | {name: st.integers(0, 5) for name in EXPONENTS}
)


def python(text: str, env: Env) -> int | None:
    """What Python says, or None where the expression is undefined."""
    try:
        value = eval(text, {}, dict(env))
    except ZeroDivisionError:
        return None
    return value if isinstance(value, int) else None  # a negative power is a float


def read(text: str) -> Dim:
    """The canonical form; expressions that divide by a plain 0 are refused when they are read."""
    try:
        return parse(text)
    except DimError as error:
        assume("division by zero" not in str(error))
        raise


@settings(max_examples=600, deadline=None)
@given(expressions, environments)
def test_canonicalising_never_changes_a_value(text: str, env: Env) -> None:
    expected = python(text, env)
    assume(expected is not None)
    assert evaluate(read(text), env) == expected


@settings(max_examples=200, deadline=None)
@given(expressions, environments, environments)
def test_substitution_agrees_with_evaluation(text: str, env: Env, other: Env) -> None:
    expected = python(text, env)
    assume(expected is not None)
    partly = substitute(read(text), {"a": env["a"]})
    assert evaluate(partly, {**other, **{name: env[name] for name in ("b", "c", *EXPONENTS)}}) == expected


@settings(max_examples=300, deadline=None)
@given(expressions)
def test_text_and_copies_give_it_back(text: str) -> None:
    dim = read(text)
    assert parse(str(dim)) == dim
    assert pickle.loads(pickle.dumps(dim)) == dim
    assert copy.deepcopy(dim) == dim


REWRITES: dict[str, Callable[[str, str, str, int], tuple[str, str]]] = {
    "commutes": lambda x, y, z, k: (f"{x}+{y}*{z}", f"{z}*{y}+{x}"),
    "associates": lambda x, y, z, k: (f"({x}*{y})*{z}", f"{x}*({y}*{z})"),
    "distributes": lambda x, y, z, k: (f"{x}*({y}+{z})", f"{x}*{y}+{x}*{z}"),
    "adds and takes": lambda x, y, z, k: (f"{x}", f"({x}+{y})-{y}"),
    "multiplies and divides by a number": lambda x, y, z, k: (f"{x}", f"({x}*{k})//{k}"),
    "pulls whole multiples out": lambda x, y, z, k: (f"({x}+{k}*{y})//{k}", f"{x}//{k}+{y}"),
    "pulls a divisor out": lambda x, y, z, k: (f"({x}+(-{k})*(a*b-2))//(a*b-2)", f"{x}//(a*b-2)-{k}"),
    "cancels in powers": lambda x, y, z, k: (f"({x}*(2**I-{k})*2**J)//((2**I-{k})*2**J)", f"{x}"),
    "spreads powers": lambda x, y, z, k: (f"({x}+{k})*2**(I-{k})", f"{x}*2**(I-{k}) + {k - 1}*2**(I-{k}) + 2**(I-{k})"),
    "divides twice": lambda x, y, z, k: (f"({x}//{k})//3", f"{x}//({k}*3)"),
    "shifts between divisions": lambda x, y, z, k: (f"({x}//{k}+{y})//2", f"({x}+{k}*{y})//({k}*2)"),
    "remainder": lambda x, y, z, k: (f"{x}%{k}", f"{x}-{k}*({x}//{k})"),
    "splits powers": lambda x, y, z, k: (f"2**(a+b+{k})", f"2**a*2**b*{2**k}"),
    "negates": lambda x, y, z, k: (f"-(-{x})", f"{x}"),
    "scales a fraction": lambda x, y, z, k: (f"({x}*{k})//(5*{k})", f"{x}//5"),
}


@pytest.mark.parametrize("rewrite", REWRITES)
@settings(max_examples=60, deadline=None)
@given(polynomials, polynomials, polynomials, st.integers(1, 7))
def test_rewrites_have_one_form(rewrite: str, x: str, y: str, z: str, k: int) -> None:
    before, after = REWRITES[rewrite](x, y, z, k)
    assert parse(before) == parse(after)


RING: dict[str, Callable[[str, str, str], tuple[str, str]]] = {
    "commutes": lambda x, y, z: (f"{x}+{y}*{z}", f"{z}*{y}+{x}"),
    "associates": lambda x, y, z: (f"({x}*{y})*{z}", f"{x}*({y}*{z})"),
    "associates sums": lambda x, y, z: (f"({x}+{y})+{z}", f"{x}+({y}+{z})"),
    "distributes": lambda x, y, z: (f"{x}*({y}+{z})", f"{x}*{y}+{x}*{z}"),
    "adds and takes": lambda x, y, z: (f"{x}", f"({x}+{y})-{y}"),
    "remainder": lambda x, y, z: (f"{x}%{y}", f"{x}-{y}*({x}//{y})"),
    "negates a fraction": lambda x, y, z: (f"(-{x})//(-{y})", f"{x}//{y}"),
}
small = st.recursive(leaves | powers, combined, max_leaves=3)


@pytest.mark.parametrize("law", RING)
@settings(max_examples=300, deadline=None)
@given(small, small, small)
def test_ring_laws_hold_for_every_expression(law: str, x: str, y: str, z: str) -> None:
    """Quotients and powers included; a division by a power of unknown sign is left as it is, and is the same twice."""
    before, after = RING[law](x, y, z)
    assert read(before) == read(after)


@settings(max_examples=300, deadline=None)
@given(polynomials, polynomials, polynomials)
def test_a_factor_cancels(x: str, y: str, factor: str) -> None:
    divisor = parse(factor)
    assume(divisor != 0)
    assert parse(f"({x}*{factor})//{factor}") == parse(x)
    assert parse(f"({x}*{factor}+{y})//{factor}") == parse(f"{x}+({y})//{factor}")
