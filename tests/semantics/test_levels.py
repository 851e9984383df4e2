"""Dose levels that are never planned, that are one amount, or that lower nothing."""

import pytest
from tests.semantics.texts import read


def told(text: str) -> list[str]:
    """The codes of levels that a text gives."""
    return [each.code.number for each in read(text).diagnostics if each.code.number.startswith("PD32")]


EPOCH = "epoch p from W0 to W12\n"
CHEMO = 'treatment chemo "C" cycles up to 4 every 21 days from W0\n'
COURSE = 'treatment t "T"\n  {}\narm a "A"\n  gives t{}\n'
DAILY = "dose 5 mg oral, once daily\n  continuous from W0 to W12\n  "
OFTEN = "dose 5 mg oral, once daily for 5 days\n  cycles up to 3 from W0, spaced 4 weeks\n  "
LATE = "level high 10 mg from W16"
LOW = "level low 5 mg from W0, "
IN_EPOCH = (
    "dose 5 mg oral, once daily\n  level low 5 mg from start of epoch, level high 10 mg from {} after start of epoch"
)
DELAYED = "delay while latest cd4 before W40 < 50 cells/mm3\n  "


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (COURSE.format(DAILY + LOW + LATE, ""), ["PD321"]),
        (COURSE.format(DAILY + LOW + "level high 10 mg from W12", ""), []),
        (COURSE.format(DAILY.replace(" to W12", "") + LOW + LATE, ""), []),
        (COURSE.format(DAILY + LOW + "level high 10 mg from SCR", ""), []),
        (COURSE.format(DAILY + "level low 5 mg from W0, level high 10 mg from W0", ""), ["PD321"]),
        (COURSE.format(DAILY.replace("from W0 to W12", "during p") + LOW + LATE, "") + EPOCH, ["PD321"]),
        (COURSE.format("dose 5 mg oral, once daily\n  " + LOW + LATE, " in p") + EPOCH, ["PD321"]),
        (COURSE.format(IN_EPOCH.format("13 weeks"), " in p") + EPOCH, ["PD321"]),
        (COURSE.format(IN_EPOCH.format("12 weeks"), " in p") + EPOCH, []),
        (COURSE.format(IN_EPOCH.format("13 weeks"), " in p") + "epoch p from W0 to death\n", []),
        (COURSE.format(OFTEN + LOW + LATE, ""), ["PD321"]),
        (COURSE.format(OFTEN + "window ± 60 days\n  " + LOW + LATE, ""), []),
        (COURSE.format(OFTEN + "counted from previous start\n  " + LOW + LATE, ""), []),
        (COURSE.format(OFTEN + "skipped cycles do not count\n  " + LOW + LATE, ""), []),
        (COURSE.format(OFTEN + DELAYED + LOW + LATE, ""), []),
        (COURSE.format(DAILY + "level high 10 mg from W2", ""), ["PD324"]),
        (COURSE.format(DAILY + "level low 5 mg, level high 10 mg from W2", ""), ["PD324"]),
        (COURSE.format(DAILY.replace("from W0", "from W2") + "level high 10 mg from W0", ""), []),
        (COURSE.format("continuous from W0\n  " + LATE, ""), ["PD324"]),
        (COURSE.format("cycles at cycle day 1 of chemo\n  " + LATE, ", chemo") + CHEMO, []),
    ],
)
def test_a_level_begins_while_its_treatment_is_given(text: str, codes: list[str]) -> None:
    assert told(text) == codes


@pytest.mark.parametrize(
    ("levels", "codes"),
    [
        ("level low 2 mg, level quarter 2 mg", ["PD322"]),
        ("level low 2 mg, level quarter 2000 ug", ["PD322"]),
        ("level low 2 mg, level quarter 1 mg", []),
        ("level low 5 mg", ["PD322"]),
        ("level full 5 mg, level low 2 mg", []),
        ("level one 5 mg from W0, level two 5 mg from W4", ["PD322"]),
        ("level one 5 mg from W0, level two 8 mg from W4, level three_ 5 mg from W8", []),
        ("level three_ 5 mg from W8, level two 5 mg from W4, level one 8 mg from W0", ["PD322"]),
        ("level one 5 mg from W0, level two 5 mg from SCR", []),
        ("level low 2 mL, level quarter 2 mg", ["PD320"]),
    ],
)
def test_levels_are_other_amounts(levels: str, codes: list[str]) -> None:
    assert told(COURSE.format(DAILY + levels, "")) == codes


@pytest.mark.parametrize(
    ("clauses", "codes"),
    [
        ("dose 5 mg oral\n  level other 5 mg", ["PD323"]),
        ("dose 5 mg oral\n  level other 8 mg", ["PD323"]),
        ("dose 5 mg oral\n  level other 0.004 g", []),
        ("dose 5 mg oral\n  level other 4 mL", ["PD320"]),
        ("dose 0 mg oral\n  level other 4 mg", []),
        ("level other 5 mg, level low 2 mg", ["PD323"]),
        ("level other 2 mg, level full 5 mg", []),
        ("level other 2 mg", []),
        ("level another 2 mg", []),
    ],
)
def test_a_dose_is_reduced_to_less(clauses: str, codes: list[str]) -> None:
    rule = "\n  cycles up to 3 from W0, spaced 4 weeks\n  reduce to other when failing is yes"
    assert told(COURSE.format(clauses + rule, "")) == codes
