"""What the engines get: limits in the unit of the value, points from their milestone, amendments left out."""

from fractions import Fraction

import pytest
from tests.semantics.texts import read

from protocol_dsl.model import expressions as model
from protocol_dsl.model.points import Point
from protocol_dsl.model.study import StudyModel


def lowered(content: str) -> StudyModel:
    found = read(content)
    assert found.model is not None, [mistake.message for mistake in found.diagnostics]
    return found.model


def rule(test: str) -> model.Test:
    return lowered(f'inclusion I1 "A rule"\n  require {test}').criteria[0].test


@pytest.mark.parametrize(
    ("test", "number", "unit"),
    [
        ("latest cd4 before SCR < 0.2 cells/nL", 200, "cells/mm3"),
        ("latest weight before SCR < 500 g", Fraction(1, 2), "kg"),
        ("days from SCR to W0 <= 2 weeks", 14, "days"),
        ("percent change in cd4 from W0 to W4 > 20 percent", 20, "%"),
    ],
)
def test_a_limit_is_in_the_unit_of_the_value(test: str, number: object, unit: str) -> None:
    visits = "visit W0\n  assess cd4\nvisit W4\n  window ± 3 days\n  assess cd4\n"
    found = lowered(f'{visits}inclusion I1 "A rule"\n  require {test}').criteria[0].test
    assert isinstance(found, model.Compare)
    assert isinstance(found.right, model.Constant)
    assert (found.right.number, found.right.unit) == (number, unit)
    assert found.right.words in test


def test_a_constant_on_the_left_is_converted_too() -> None:
    found = rule("500 g < latest weight before SCR")
    assert isinstance(found, model.Compare)
    assert isinstance(found.left, model.Constant)
    assert found.left.number == Fraction(1, 2)


def test_a_logarithm_stands_on_the_left() -> None:
    found = rule("4 < log10 latest hiv_rna before SCR")
    assert isinstance(found, model.Compare)
    assert isinstance(found.left, model.Log10)
    assert found.operator == ">"


def test_no_event_is_not_any_event() -> None:
    found = rule("no cdc_event in {C} before SCR")
    assert isinstance(found, model.Not)
    assert isinstance(found.part, model.Happens)
    assert found.part.events == model.EventPattern("cdc_event", ("C",))


def test_choices_are_folded_and_definitions_keep_their_name() -> None:
    content = 'define bad "Bad" as failing is Yes\ninclusion I1 "A rule"\n  require not bad'
    found = lowered(content).criteria[0].test
    assert isinstance(found, model.Not)
    assert isinstance(found.part, model.DefinedTest)
    assert isinstance(found.part.test, model.IsOneOf)
    assert found.part.test.choices == ("yes",)


@pytest.mark.parametrize(
    ("point", "expected"),
    [
        ("W52", Point("randomization", 0, 364)),
        ("D-14", Point("randomization", 0, -14)),
        ("M3", Point("randomization", 3, 0)),
        ("SCR", Point("screening")),
        ("death", Point("death")),
        ("2 weeks after W1", Point("randomization", 0, 21)),
        ("1 year before M3", Point("randomization", -9, 0)),
        ("late", Point("randomization", 0, 371)),
    ],
)
def test_points_count_from_their_milestone(point: str, expected: Point) -> None:
    found = lowered(
        f'visit late "Late" at 7 days after W52\n  window ± 3 days\ninclusion I1 "A"\n  require on PI at {point}'
    )
    test = found.criteria[0].test
    assert isinstance(test, model.OnDrugs)
    assert test.point == expected
    assert test.point.words == point


def test_what_an_amendment_brings_is_left_out_and_said() -> None:
    found = lowered(
        'amendment AM1 "Older" in force 2005-06-01\n'
        'inclusion I1 "Adult"\n  require age at SCR >= 18 years\n'
        'inclusion I1 "Adult"\n  require age at SCR >= 21 years\n  since AM1'
    )
    assert len(found.criteria) == 1
    assert "inclusion I1 since AM1 is not run by this version" in found.ignored


def test_one_visit_assesses_what_is_added_to_it() -> None:
    found = lowered("visits W4, W8\n  window ± 3 days\n  assess cd4\nat W8 also assess hiv_rna, cd4")
    assert [visit.assess for visit in found.visits] == [("cd4",), ("cd4", "hiv_rna")]
    assert found.visits[0].title == "W4"
    assert found.visits[0].window.late.days == 3


def test_mistakes_come_in_the_order_of_the_text_and_leave_no_model() -> None:
    found = read('inclusion I2 "B"\n  require cd5 is yes\ninclusion I1 "A"\n  require failing')
    assert [mistake.code.number for mistake in found.diagnostics] == ["PD103", "PD305"]
    assert found.model is None


def test_a_name_whose_declaration_could_not_be_read_is_not_called_unknown() -> None:
    found = read('measure height "Body height" inn cm\ninclusion I1 "A"\n  require latest height before SCR > 150 cm')
    assert [mistake.code.number[:3] for mistake in found.diagnostics if mistake.severity == "error"] == ["PD0"]


def test_a_comment_is_not_among_the_words() -> None:
    found = rule("failing is yes  # as the investigator judges it\n    and exposed to NRTI")
    assert found.words == "failing is yes and exposed to NRTI"
