"""Whether anybody can meet some tests: held to a search through all participants of a small world."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import product
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocol_dsl.base.numbers import Number
from protocol_dsl.base.source import Text
from protocol_dsl.base.truth import Truth, all_of, any_of, at_least, negation
from protocol_dsl.model.expressions import (
    AgeAt,
    And,
    AtLeast,
    AttributeValue,
    Between,
    Compare,
    Constant,
    DefinedTest,
    DefinedValue,
    ExposedTo,
    IsOneOf,
    IsRecorded,
    Log10,
    Not,
    Operator,
    Or,
    ReadingAt,
    Test,
    Value,
)
from protocol_dsl.model.points import Period, Point
from protocol_dsl.model.vocabulary import Attribute, Measure, Vocabulary
from protocol_dsl.semantics.analyse import analyse
from protocol_dsl.semantics.decide.possible import Effort, Wanted, possible, space_of
from protocol_dsl.semantics.decide.unknowns import Sample, domains_of

CD4, TEMPERATURE = ReadingAt("cd4", "W0"), ReadingAt("temperature", "W0")
AGE, STAGE, FAILING = AgeAt(Point("screening")), AttributeValue("stage"), AttributeValue("failing")
EXPOSED = ExposedTo("NRTI", Period())
VOCABULARY = Vocabulary(
    measures=(Measure(name="cd4", title="", unit="kg"), Measure(name="temperature", title="", may_be_negative=True)),
    attributes=(
        Attribute(name="stage", kind="choice", choices=("a", "b", "c")),
        Attribute(name="failing", kind="yes or no", choices=("yes", "no")),
    ),
)
KNOWN = domains_of(VOCABULARY)
HALVES = [Fraction(each, 2) for each in range(-3, 6)]
QUARTERS = [Fraction(each, 4) for each in range(-8, 13)]
WORLD: Mapping[object, tuple[Sample, ...]] = {
    CD4: (*(each for each in QUARTERS if each >= 0), None),
    TEMPERATURE: (*QUARTERS, None),
    AGE: (0, 1, 2, 3, 4, None),
    STAGE: ("a", "b", "c", None),
    FAILING: ("yes", "no", None),
    EXPOSED: (False, True),
}
"""Every value that tests with limits at halves from -1.5 to 2.5 tell apart."""

operators = st.sampled_from(get_args(Operator))
limits = st.sampled_from(HALVES).map(Constant)
numbers: st.SearchStrategy[Value] = st.sampled_from([CD4, TEMPERATURE, AGE, DefinedValue("count", CD4)])
leaves: st.SearchStrategy[Test] = st.one_of(
    st.builds(Compare, numbers, operators, limits),
    st.builds(Compare, limits, operators, numbers),
    st.builds(Between, numbers, limits, limits),
    st.builds(IsOneOf, st.just(STAGE), st.lists(st.sampled_from("abc"), min_size=1).map(tuple)),
    st.builds(IsOneOf, st.just(FAILING), st.sampled_from([("yes",), ("no",)])),
    st.builds(IsRecorded, st.sampled_from([CD4, AGE, STAGE])),
    st.just(EXPOSED),
)


def grown(inner: st.SearchStrategy[Test]) -> st.SearchStrategy[Test]:
    """Tests made of tests."""
    some = st.lists(inner, min_size=2, max_size=3).map(tuple)
    counted = some.flatmap(lambda parts: st.builds(AtLeast, st.integers(1, len(parts)), st.just(parts)))
    named = st.builds(DefinedTest, st.just("named"), inner)
    return st.one_of(st.builds(And, some), st.builds(Or, some), st.builds(Not, inner), counted, named)


tests = st.recursive(leaves, grown, max_leaves=6)


def judged(test: Test, person: Mapping[object, Sample]) -> Truth:
    """What a test finds of a participant, said as plainly as can be."""
    match test:
        case And(parts=parts):
            return all_of(judged(part, person) for part in parts)
        case Or(parts=parts):
            return any_of(judged(part, person) for part in parts)
        case AtLeast(count=count, tests=parts):
            return at_least(count, [judged(part, person) for part in parts])
        case Not(part=part):
            return negation(judged(part, person))
        case DefinedTest(test=part):
            return judged(part, person)
        case IsRecorded(value=value):
            return truth(person[value] is not None)
        case IsOneOf(value=value, choices=choices):
            word = person[value]
            return Truth.UNKNOWN if word is None else truth(word in choices)
        case Between(value=value, low=low, high=high):
            found = [number(each, person) for each in (low, value, high)]
            return Truth.UNKNOWN if found[1] is None else truth(sorted(found, key=order) == found)
        case Compare(left=left, operator=operator, right=right):
            one, other = number(left, person), number(right, person)
            return Truth.UNKNOWN if one is None or other is None else truth(HOLDS[operator](one, other))
        case ExposedTo():
            return truth(person[EXPOSED] is True)
        case _:
            raise AssertionError(test)


HOLDS = {
    "<": lambda one, other: one < other,
    "<=": lambda one, other: one <= other,
    ">": lambda one, other: one > other,
    ">=": lambda one, other: one >= other,
    "=": lambda one, other: one == other,
    "!=": lambda one, other: one != other,
}


def order(value: Number | None) -> Number:
    """A number to sort by."""
    assert value is not None
    return value


def truth(is_met: bool) -> Truth:  # noqa: FBT001 -- it is what it converts
    """Met or not met."""
    return Truth.MET if is_met else Truth.NOT_MET


def number(value: Value, person: Mapping[object, Sample]) -> Number | None:
    """The number that a value is."""
    if isinstance(value, Constant):
        return value.number
    found = person[value.value if isinstance(value, DefinedValue) else value]
    assert not isinstance(found, str)
    return found


def persons(wanted: list[Wanted]) -> Iterator[Mapping[object, Sample]]:
    """Every participant of the small world; a value is absent only where a test asks for its absence."""
    shown = repr([each.test for each in wanted])
    asked = {value for value in WORLD if repr(value) in shown}
    absent = {value for value in asked if f"IsRecorded(value={value!r}" in shown}
    spaces = [[each for each in WORLD[value] if each is not None or value in absent] for value in asked]
    for chosen in product(*spaces):
        yield dict(zip(asked, chosen, strict=True))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.builds(Wanted, tests, st.booleans()), min_size=1, max_size=2))
def test_somebody_is_found_exactly_where_there_is_somebody(wanted: list[Wanted]) -> None:
    found = possible(wanted, space_of((each.test for each in wanted), KNOWN), Effort())
    really = any(
        all((judged(each.test, person) == Truth.MET) == each.is_met for each in wanted) for person in persons(wanted)
    )
    assert found is really


@pytest.mark.parametrize(
    ("of_log", "exponent", "operator", "limit", "is_possible"),
    [
        (">", 4, "<=", 10_000, False),
        (">=", 4, "<=", 10_000, True),
        # 10 to 4.5 is 31622.7766...
        ("<", Fraction(9, 2), ">", 31_622, True),
        ("<", Fraction(9, 2), ">=", 31_623, False),
        (">", Fraction(9, 2), "<", 31_623, True),
        (">=", Fraction(9, 2), "<=", Fraction(316_227, 10), False),
        (">", -1, "<=", Fraction(1, 10), False),
        ("<", -1, "=", 0, True),
    ],
)
def test_a_limit_on_a_logarithm_is_one_on_its_value(
    of_log: Operator, exponent: Number, operator: Operator, limit: Number, is_possible: object
) -> None:
    tests = [Compare(Log10(CD4), of_log, Constant(exponent)), Compare(CD4, operator, Constant(limit))]
    assert possible([Wanted(test) for test in tests], space_of(tests, KNOWN), Effort()) is is_possible


def test_what_is_not_decided_is_said() -> None:
    parts = tuple(ExposedTo(f"CLASS{each}", Period()) for each in range(300))
    wanted = [Wanted(And(parts))]
    assert possible(wanted, space_of([And(parts)], KNOWN), Effort()) is None
    assert possible([Wanted(EXPOSED)], space_of([EXPOSED], KNOWN), Effort(left=0)) is None


def test_a_criterion_with_a_name_that_could_not_be_read_is_not_decided() -> None:
    text = '"F\nrequire SCR \ninclusion I""require age at SCR=216 month'
    found = analyse(Text("case.proto", text), lambda _: None, lambda _: None)
    assert found.model is None
    assert not {each.code.number for each in found.diagnostics} & {"PD330", "PD331", "PD332"}
