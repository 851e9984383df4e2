"""What the engines get: limits in the unit of the value, points from their milestone, what each amendment leaves."""

from fractions import Fraction

import pytest
from tests.semantics.texts import read

from protocol_dsl.base.values import every
from protocol_dsl.model import expressions as model
from protocol_dsl.model.points import Point
from protocol_dsl.model.serial import dump, load
from protocol_dsl.model.study import SiteDay, StudyModel


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


ALT = """measure alt "ALT" in U/L
visit SC at SCR
  window ± 3 days
  assess alt
define uln "Upper limit" as upper limit of alt
"""


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ("latest alt before SCR <= 3 times upper limit of alt", ["latest"]),
        ("latest alt before SCR <= 3 times uln", ["latest"]),
        ("uln >= alt at SC", ["SC"]),
        ("latest alt before SCR / upper limit of alt <= first alt before SCR / uln", ["latest", "first"]),
        ("latest alt before SCR - first alt before SCR > uln", ["latest, first"]),
        ("latest alt before SCR > first alt before SCR + uln", ["first"]),
        ("latest alt before SCR between lower limit of alt and uln", ["latest", "latest"]),
        ("latest alt before SCR > uln rounded to 1 decimal", ["latest"]),
        ("log10 (latest alt before SCR / uln) > 0.3", ["latest"]),
        ("latest cd4 before SCR / 1 cells/mm3 > uln / 1 U/L", [""]),
        ("consecutive alt > (uln + 1 U/L) from 90 days before SCR to SCR", ["each"]),
        ("consecutive alt > (uln + alt at SC) from 90 days before SCR to SCR", ["SC"]),
    ],
)
def test_a_limit_of_normal_is_of_the_readings_beside_it(test: str, expected: list[str]) -> None:
    found = lowered(f'{ALT}inclusion I1 "A rule"\n  require {test}')
    assert [of_what(one) for one in every(model.LimitOfNormal, found.criteria[0].test)] == expected
    assert load(dump(found)) == found


def of_what(limit: model.LimitOfNormal) -> str:
    return (
        "each"
        if limit.of_each
        else ", ".join(getattr(one, "choice", "") or getattr(one, "visit", "") for one in limit.of)
    )


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


AMENDED = (
    'amendment AM1 "Older" in force 2005-06-01\n  in force 2005-07-01 at site "02"\n'
    'inclusion I1 "Adult"\n  require age at SCR >= 18 years\n'
    'inclusion I2 "Not old"\n  require age at SCR <= 65 years\n'
    "visits W4, W8\n  window ± 3 days\n"
    'inclusion I1 "Adult"\n  require age at SCR >= 21 years\n  since AM1\n'
    "visit W4\n  window ± 5 days\n  since AM1\n"
    "visit W12\n  window ± 3 days\n  since AM1\n"
    "retire I2 since AM1"
)


def test_each_amendment_leaves_a_whole_protocol() -> None:
    found = lowered(AMENDED)
    original, amended = found.versions
    assert [each.name for each in original.study.criteria] == ["I1", "I2"]
    assert [each.name for each in amended.study.criteria] == ["I1"]
    assert [each.window.late.days for each in original.study.visits] == [3, 3]
    assert [(each.name, each.window.late.days) for each in amended.study.visits] == [("W4", 5), ("W8", 3), ("W12", 3)]
    assert (amended.name, amended.day, amended.sites) == ("AM1", 732_098, (SiteDay("02", 732_128),))


def test_the_whole_model_holds_what_any_version_plans() -> None:
    found = lowered(AMENDED)
    assert [each.name for each in found.criteria] == ["I1", "I2"]
    assert [each.name for each in found.visits] == ["W4", "W8", "W12"]


def test_a_model_with_versions_can_be_stored() -> None:
    found = lowered(AMENDED)
    assert load(dump(found)) == found


def test_an_amended_definition_amends_the_rules_that_call_it() -> None:
    found = lowered(
        'amendment AM1 "Older" in force 2005-06-01\n'
        'define grown "Grown up" as age at SCR >= 18 years\ninclusion I1 "Adult"\n  require grown\n'
        'define grown "Grown up" as age at SCR >= 21 years\n  since AM1'
    )
    tests = [each.study.criteria[0].test for each in found.versions]
    assert tests[0] != tests[1]
    assert found.criteria[0].test == tests[1]


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
