"""Every kind of rule that an example can tell gets a suggestion that is read and holds."""

from pathlib import Path

import pytest
from tests.spec.cases import Case

from protocol_dsl.base.truth import Truth
from protocol_dsl.project.study import Study, load

PLAN = """\
history events complete
visits W0, W24
  window ± 7 days
  assess cd4, hiv_rna, stage
treatment obr "Optimized regimen" continuous from W0
arm active "Active" gives obr
arm control "Control" gives obr
"""


def study_of(test: str, tmp_path: Path, more: str = "") -> Study:
    body = f'{PLAN}deviation D1 "A rule"\n  when {test}\n{more}'
    (tmp_path / "case.proto").write_text(Case("", "", {"protocol": body}).protocol, encoding="utf-8")
    return load(tmp_path / "case.proto")


@pytest.mark.parametrize(
    ("test", "values"),
    [
        ("percent change in cd4 from W0 to W24 > 50 %", "cd4 at W0 100 cells/mm3 and cd4 at W24 150 cells/mm3"),
        ("change in cd4 from W0 to W24 < -50 cells/mm3", "cd4 at W0 100 cells/mm3 and cd4 at W24 50 cells/mm3"),
        ("count of cdc_event from W0 to W24 >= 2 times", "2"),
        ("log10 hiv_rna at W24 > 4", "hiv_rna at W24 10_000 copies/mL"),
        ("last_test >= 2004-06-14", "2004-06-13"),
        ("cd4 at W24 is recorded", "1 cells/mm3"),
        ("arm is active", "control"),
        ("stage at W24 is in {mild, severe}", "moderate"),
        ("karnofsky < 70 points", "69 points"),
        ("at least 2 of (failing is yes, karnofsky < 70 points, origin is north)", "south"),
        ("not (failing is yes and karnofsky between 40 points and 70 points)", "39 points"),
        ("any cdc_event in {B} from W0 to W24", "yes"),
        ("no adverse_event of grade at least 3 from W0 to W24", "no"),
        ("on PI at W24 or exposed to NRTI from W0 to W24", "unknown"),
        ("days from consent to W0 > 28 days", "days from consent to W0"),
    ],
)
def test_a_rule_has_its_values_and_both_findings(test: str, values: str, tmp_path: Path) -> None:
    study = study_of(test, tmp_path)
    (rule,) = study.test().rules
    shown = [words for boundary in rule.boundaries for words in (boundary.of, *boundary.values)]
    assert values in shown
    again = study_of(test, tmp_path, study.suggest()).test()
    assert again.holds
    assert {Truth.MET, Truth.NOT_MET}.isdisjoint(again.rules[0].unseen)


@pytest.mark.parametrize(
    "test",
    [
        "cd4 at W24 - cd4 at W0 > 50 cells/mm3",
        "consecutive cd4 < 200 cells/mm3 from W0 to W24",
        "cd4 at W24 > cd4 at W0",
    ],
)
def test_what_an_example_cannot_tell_is_not_suggested(test: str, tmp_path: Path) -> None:
    study = study_of(test, tmp_path)
    assert study.test().rules[0].boundaries == ()
    assert 'example "suggested for D1"' not in study.suggest()


def test_many_cycles_are_suggested_by_the_first_and_the_last(tmp_path: Path) -> None:
    more = (
        'treatment drug "Drug"\n  dose 10 mg oral, once daily for 1 days\n'
        "  cycles up to 12 from W0, spaced 2 weeks, then 4 weeks\n  window ± 1 days\n"
        'arm third "Third" gives drug\n'
    )
    found = study_of("failing is yes", tmp_path, more).suggest()
    cycles = [line.split()[2] for line in found.splitlines() if line.startswith("  expect cycle")]
    assert cycles == ["1", "2", "3", "12"]
    assert "cycle" not in study_of("failing is yes", tmp_path, more + found).suggest()
