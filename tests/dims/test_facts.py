"""That facts prove what they should, and never change a value where they hold."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import shapenet
from shapenet.dims import Dim, assert_divisible, assert_equal, evaluate, parse
from shapenet.dims.facts import Facts
from shapenet.errors import DimError, ShapeError


def divisible(*pairs: str) -> Facts:
    """The facts that ``"D, N"`` states: N divides D."""
    facts = Facts()
    for pair in pairs:
        size, by = pair.split(",")
        facts = facts.with_divisible(parse(size), parse(by))
    return facts


@pytest.mark.parametrize(
    ("fact", "text", "proved"),
    [
        ("D, N", "N*(D//N)", "D"),
        ("D, N", "B*N*T*(D//N)", "B*D*T"),
        ("D, N", "N**2*(D//N)**2", "D**2"),
        ("D, N", "(B*D)//(T*N)*0 + (B*D)//N*N", "B*D"),
        ("D, N", "D%N", "0"),
        ("D, N", "(D+1)%N", "1%N"),
        ("D, N", "(D*E + B)//N", "E*(D//N) + B//N"),
        ("D, N", "(D*B*N + D)//N", "B*D + D//N"),
        ("D + B*N, N", "N*(D//N)", "D"),
        ("D, N", "(4*D)//(2*N)", "2*(D//N)"),
        ("4*D, N", "N*((4*D)//N)", "4*D"),
        ("D, 8", "8*(D//8)", "D"),
        ("D, 8", "2*(D//8)", "D//4"),
        ("D, 8", "24*(D//8)", "3*D"),
        ("D, 8", "D - D//2", "D//2"),
        ("D, 3", "5*(D//3)", "D + 2*(D//3)"),
        ("D, N*M", "M*N*(D//(N*M))", "D"),
        ("D, N*M", "M*(D//(N*M))", "D//N"),
        ("D, N*M", "N*(D//N)", "D"),
        ("D, 2*N", "2*(D//(2*N))", "D//N"),
        ("2*D, 2*N", "N*(D//N)", "D"),
        ("H-3, 2", "2*((H-3)//2)", "H-3"),
        ("12, N", "N*(12//N)", "12"),
        ("D + E, N", "N*((D+E)//N)", "D+E"),
        ("(D+1)//2, N", "N*((D+1)//2//N)", "(D+1)//2"),
    ],
)
def test_proves(fact: str, text: str, proved: str) -> None:
    facts = divisible(fact)
    assert facts.settle(parse(text)) == facts.settle(parse(proved))
    assert str(facts.settle(parse(text))) == str(facts.settle(parse(proved)))


@pytest.mark.parametrize("text", ["D//N", "D//(N*M)", "H//2", "D//3 + 1", "E//N", "N*(E//N)", "(D//N)*E"])
def test_prints_what_it_leaves_as_before(text: str) -> None:
    """What a function declares is read without its facts, and must be the same type."""
    facts = divisible("D, N", "D, N*M", "H, 4")
    assert str(facts.settle(parse(text))) == str(parse(text))


def test_nothing_is_proved_without_a_fact() -> None:
    assert Facts().settle(parse("N*(D//N)")) != parse("D")
    assert divisible("D, M").settle(parse("N*(D//N)")) != parse("D")
    assert divisible("D, N").settle(parse("2*N*(D//(2*N))")) != parse("D")
    assert divisible("D, 4").settle(parse("8*(D//8)")) != parse("D")


def test_divides_by_an_exact_quotient() -> None:
    facts = divisible("D, N")
    size = facts.settle(parse("D//N"))
    assert parse("D") // size == parse("N")
    assert parse("B*T*D") // (parse("B*T") * size) == parse("N")


def test_facts_of_facts() -> None:
    facts = divisible("D, N", "D//N, 2")
    assert facts.settle(parse("2*N*(D//N//2)")) == parse("D")
    assert facts.settle(parse("2*(D//N//2)")) == facts.settle(parse("D//N"))
    again = facts.with_divisible(parse("D"), parse("2*N")).with_divisible(parse("D"), parse("N"))
    assert again == facts


def test_equal_sizes() -> None:
    facts = Facts().with_equal(parse("C"), parse("D"))
    assert facts.settle(parse("2*C//N")) == parse("2*D//N")
    chained = facts.with_equal(parse("D"), 512).with_equal(parse("W"), parse("C//2"))
    assert chained.settle(parse("C + D + W")) == 512 + 512 + 256
    assert Facts().with_equal(parse("2*H"), parse("W")).settle(parse("W//2")) == parse("H")
    assert divisible("C, N").with_equal(parse("C"), parse("D")).settle(parse("N*(D//N)")) == parse("D")
    assert not Facts().with_equal(parse("N"), parse("N*M"))


def test_copies() -> None:
    dim = divisible("D, N").settle(parse("D//N"))
    assert pickle.loads(pickle.dumps(dim)) * parse("N") == parse("D")


def test_assertions_while_running() -> None:
    assert_divisible(12, 4)
    assert_divisible(0, 3)
    shapenet.assert_equal(3, 3)
    with pytest.raises(ShapeError, match=r"^assert_divisible expects 10 to be divisible by 3$"):
        shapenet.assert_divisible(10, 3)  # type: ignore[shape]
    with pytest.raises(ShapeError, match=r"^assert_divisible expects a divisor of 10 other than 0, got 0$"):
        assert_divisible(10, 0)  # type: ignore[shape]
    with pytest.raises(ShapeError, match=r"^assert_equal expects 4, got 3$"):
        assert_equal(3, 4)  # type: ignore[shape]


# --- properties -------------------------------------------------------------------------------------------------------

leaves = st.sampled_from("DEHNM") | st.integers(-4, 6).map(lambda n: f"({n})")
expressions = st.recursive(
    leaves | st.sampled_from(["(D//N)", "(D//(N*M))", "(E//M)", "(H//2)", "(H//4)"]),
    lambda c: st.tuples(c, st.sampled_from(["+", "-", "*", "//", "%"]), c).map(lambda t: f"({''.join(t)})"),
    max_leaves=7,
)
TRUE = ["D, N", "D, M*N", "D, M", "E, M", "H, 4", "H, 2", "H, 12", "D//N, M", "D+E, M", "D*H, 4*N", "H-4, 4", "2*D, N"]
small = st.integers(1, 4)


@settings(max_examples=600, deadline=None)
@given(expressions, st.lists(st.sampled_from(TRUE), max_size=4), small, small, *[st.integers(0, 3)] * 3, st.booleans())
def test_a_true_fact_never_changes_a_value(
    text: str, true: list[str], n: int, m: int, d: int, e: int, h: int, equal: bool
) -> None:
    env = {"N": n, "M": m, "D": d * n * m, "E": e * m, "H": 12 * h}
    try:
        expected = eval(text, {}, dict(env))
    except ZeroDivisionError:
        assume(False)
    facts = divisible(*true)
    facts = facts.with_equal(parse("E"), parse("M") * e) if equal else facts
    dim = read(text, facts)
    assert evaluate(dim, env) == expected
    assert facts.settle(dim) == dim
    assert evaluate(facts.settle(dim * parse("N*M*4") // 4), env) == expected * n * m


def read(text: str, facts: Facts) -> Dim:
    try:
        return facts.settle(parse(text))
    except DimError as error:
        assume("division by zero" not in str(error))
        raise


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from("ABCNM"), max_size=3), st.integers(1, 12), st.lists(st.sampled_from("NMK"), max_size=2))
def test_a_divisor_cancels_inside_every_product(others: list[str], number: int, divisors: list[str]) -> None:
    divisor, rest = "*".join([str(number), *divisors]), "*".join(["1", *others])
    facts = divisible(f"D, {divisor}")
    quotient = facts.settle(parse(f"D//({divisor})"))
    assert parse(rest) * quotient * parse(divisor) == parse(f"{rest}*D")
    assert facts.settle(parse(f"({rest}*D)//({divisor})")) * parse(divisor) == parse(f"{rest}*D")
