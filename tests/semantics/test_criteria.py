"""What it costs to hold criteria against each other, and what is said where it would cost too much."""

from hypothesis import given
from tests.semantics.test_decide import KNOWN, tests
from tests.semantics.texts import library, read
from tests.spec.cases import Case

from protocol_dsl.base.source import Text
from protocol_dsl.model.expressions import Test
from protocol_dsl.semantics import libraries
from protocol_dsl.semantics.analyse import Analysis
from protocol_dsl.semantics.decide.possible import Effort, Wanted, possible, space_of
from protocol_dsl.semantics.decide.ranges import is_common, range_of, whole
from protocol_dsl.semantics.decide.rules import Criteria, criteria
from protocol_dsl.semantics.document import Document
from protocol_dsl.semantics.passes import DECISIONS

MASS = 'measure mass "Mass" in kg\nmeasure fat "Fat" in kg\n'


def apiece(count: int) -> str:
    """Criteria of which each asks about a measure of its own."""
    measures = "".join(f'measure m{n} "A measure" in kg\n' for n in range(count))
    return measures + "".join(f'inclusion I{n} "A rule" require latest m{n} before W0 > {n} kg\n' for n in range(count))


def limits(count: int) -> str:
    """Criteria with a limit each on one measure, one stricter than the other."""
    rules = (f'inclusion I{n} "A rule" require latest mass before W0 > {n + 1} kg\n' for n in range(count))
    return MASS + "".join(rules)


def tangled(count: int) -> str:
    """Criteria that each relate three values, all of them the same."""
    form = "latest mass before W0 > {0} kg or latest fat before W0 < {0} kg and age at W0 > {0} years"
    return MASS + "".join(f'inclusion I{n} "A rule" require {form.format(n + 1)}\n' for n in range(count))


def decided(content: str) -> tuple[Criteria, int]:
    """The criteria of a text after every question about them, and the steps that these took."""
    main, _ = libraries.read(Text("case.proto", Case("", "", {"protocol": content}).protocol), library, tuple)
    found = criteria(Document(main, (), {}))
    for check in DECISIONS:
        tuple(check(found))
    return found, Effort().left - found.effort.left


def codes(found: Analysis) -> set[str]:
    return {each.code.number for each in found.diagnostics}


def test_limits_on_one_value_take_few_steps() -> None:
    found, steps = decided(limits(100))
    assert steps <= 100 * 99 / 2 * 4
    assert len(found.related) == 99


def test_criteria_that_share_nothing_are_never_held_against_each_other() -> None:
    found, steps = decided(apiece(400))
    assert (steps, found.effort.gave_up) == (0, False)


def test_steps_end_and_it_is_said_once_that_something_was_not_decided() -> None:
    found, steps = decided(tangled(300))
    assert steps == Effort().left
    assert found.effort.gave_up
    told = [each for each in read(tangled(300)).diagnostics if each.code.number == "PD336"]
    assert len(told) == 1


def test_steps_end_with_the_tests_of_deviations_too() -> None:
    measures = "".join(f'measure m{n} "A measure" in kg\n' for n in range(20))
    half = f"at least 10 of ({', '.join(f'latest m{n} before W0 > 1 kg' for n in range(20))})"
    found = read(measures + f'deviation D1 "Half and not half" when {half} and not {half}\n')
    assert "PD336" in codes(found)
    assert "PD330" not in codes(found)


def test_criteria_that_few_steps_decide_leave_nothing_open() -> None:
    assert "PD336" not in codes(read(tangled(3)))


@given(tests, tests)
def test_a_range_has_exactly_the_numbers_that_meet_its_test(one: Test, other: Test) -> None:
    mine, theirs = range_of(one, KNOWN), range_of(other, KNOWN)
    if mine is None:
        return
    alone = whole(mine.unknown, KNOWN)
    assert alone is not None
    assert is_common((alone, mine)) is possible([Wanted(one)], space_of([one], KNOWN), Effort())
    if theirs is None or theirs.unknown != mine.unknown:
        return
    space = space_of([one, other], KNOWN)
    assert is_common((mine, theirs)) is possible([Wanted(one), Wanted(other)], space, Effort())
    if is_common((theirs,)):
        beyond = [Wanted(other), Wanted(one, is_met=False)]
        assert mine.covers(theirs) is not possible(beyond, space, Effort())
