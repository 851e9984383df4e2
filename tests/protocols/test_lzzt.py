"""LZZT whole: its text, its plan, and a real trial under its rules, row by row against a calculation by hand."""

import csv
import shutil
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from tests.protocols import lzzt_by_hand as by_hand
from tests.protocols.lzzt_records import participants

from protocol_dsl import load
from protocol_dsl.base.days import Days, write_days
from protocol_dsl.base.truth import Truth
from protocol_dsl.model.results import Deviation, ParticipantResult
from protocol_dsl.project.study import Study

PROTOCOL = Path(__file__).parents[2] / "protocols" / "lzzt.proto"
NUMBERS = {f"W{week}": number for number, week in by_hand.WEEKS.items()}
TABLE = {
    "W2": (106, 5, 13, 93, 0, 10),
    "W4": (93, 0, 10, 88, 0, 8),
    "W6": (86, 4, 13, 74, 2, 9),
    "W8": (74, 2, 12, 68, 2, 10),
    "W12": (68, 9, 12, 58, 3, 10),
    "W16": (58, 5, 10, 51, 3, 8),
    "W20": (51, 3, 9, 46, 2, 6),
    "W24": (46, 3, 11, 42, 2, 10),
    "W26": (42, 2, 10, 41, 2, 10),
}
"""Visits held, early and late; then without those of early termination."""


@pytest.fixture(scope="module")
def study() -> Study:
    return load(PROTOCOL)


@pytest.fixture(scope="module")
def trial(shared: Path) -> Path:
    return shared / "data" / "lzzt"


@pytest.fixture(scope="module", params=["rows made by hand", "xpt"])
def results(
    request: pytest.FixtureRequest, study: Study, trial: Path, tmp_path_factory: pytest.TempPathFactory
) -> list[ParticipantResult]:
    """The trial as these tests make its rows from CSV, and as the reader of SDTM reads it."""
    if request.param == "rows made by hand":
        return list(study.check(participants(trial)))
    folder = tmp_path_factory.mktemp(request.param)
    for path in trial.glob(f"*.{request.param}"):
        shutil.copyfile(path, folder / path.name)
    return list(study.check(folder))


@pytest.fixture(scope="module")
def plain_results(study: Study, trial: Path) -> list[ParticipantResult]:
    """Where early termination is no class of its own."""
    return list(study.check(participants(trial, knows_terminations=False)))


# -------------------------------------------------------------------------------------------------------- the text
def test_the_protocol_has_neither_errors_nor_warnings(study: Study) -> None:
    assert [item.message for item in study.diagnostics if item.severity != "note"] == []


def test_every_quotation_stands_in_its_source(shared: Path) -> None:
    found = load(PROTOCOL, sources=shared).diagnostics
    assert [item.message for item in found if item.code.number.startswith("PD4")] == []


def test_the_criteria_have_their_numbers(study: Study) -> None:
    names = [f"INCL{number:02}" for number in range(1, 9)] + [f"EXCL{number:02}" for number in range(9, 32)]
    assert [criterion.name for criterion in study.model.criteria] == names
    assert [criterion.kind for criterion in study.model.criteria] == ["inclusion"] * 8 + ["exclusion"] * 23


def test_the_criteria_are_those_of_the_trial(study: Study, trial: Path) -> None:
    names = [row["IETESTCD"] for row in by_hand.rows(trial, "ti")]
    assert [criterion.name for criterion in study.model.criteria] == names


def test_the_windows_of_the_plan(study: Study) -> None:
    person = {
        "participant": "P1",
        "arm": "Pbo",
        "events": [{"event": "screening", "date": "2013-12-26"}, {"event": "randomization", "date": "2014-01-02"}],
    }
    (result,) = study.schedule(person, as_of="2014-12-31")
    plan = {
        item.visit: (write_days(item.earliest), write_days(item.latest))
        for item in result.visits
        if item.visit in NUMBERS and item.earliest is not None and item.latest is not None
    }
    assert plan == {
        "W2": ("2014-01-13", "2014-01-19"),
        "W4": ("2014-01-27", "2014-02-02"),
        "W6": ("2014-02-10", "2014-02-16"),
        "W8": ("2014-02-24", "2014-03-02"),
        "W12": ("2014-03-23", "2014-03-31"),
        "W16": ("2014-04-20", "2014-04-28"),
        "W20": ("2014-05-18", "2014-05-26"),
        "W24": ("2014-06-15", "2014-06-23"),
        "W26": ("2014-06-30", "2014-07-06"),
    }


# ----------------------------------------------------------------------------------------------------- the real trial
def held(results: list[ParticipantResult]) -> dict[tuple[str, str], tuple[str, int]]:
    """Day and days out of each clinic visit held, by participant and visit number."""
    return {
        (result.participant, NUMBERS[item.visit]): (write_days(item.actual), item.days_out or 0)
        for result in results
        for item in result.visits
        if item.visit in NUMBERS and item.status in {"in window", "early", "late"} and item.actual is not None
    }


def tally(results: list[ParticipantResult]) -> dict[str, tuple[int, int, int]]:
    """Visits held, early and late, by visit."""
    found = Counter((item.visit, item.status) for result in results for item in result.visits)
    return {
        name: (
            sum(found[name, status] for status in ("in window", "early", "late")),
            found[name, "early"],
            found[name, "late"],
        )
        for name in NUMBERS
    }


def deviations(results: list[ParticipantResult], code: str) -> list[tuple[str, Deviation]]:
    return [(result.participant, item) for result in results for item in result.deviations if item.code == code]


def test_every_visit_held(plain_results: list[ParticipantResult]) -> None:
    assert tally(plain_results) == {name: counts[:3] for name, counts in TABLE.items()}


def test_early_termination_as_a_class_of_its_own(results: list[ParticipantResult]) -> None:
    assert tally(results) == {name: counts[3:] for name, counts in TABLE.items()}


def test_each_visit_is_as_far_out_as_counted_by_hand(plain_results: list[ParticipantResult], trial: Path) -> None:
    expected = {key: (item.day.isoformat(), item.days_out) for key, item in by_hand.visits(trial).items()}
    assert held(plain_results) == expected


def test_each_visit_without_early_termination(results: list[ParticipantResult], trial: Path) -> None:
    expected = {
        key: (item.day.isoformat(), item.days_out)
        for key, item in by_hand.visits(trial).items()
        if not item.is_early_termination
    }
    assert held(results) == expected


def test_each_early_termination_is_seen_on_its_day(results: list[ParticipantResult], trial: Path) -> None:
    found = {
        result.participant: write_days(item.actual)
        for result in results
        for item in result.visits
        if item.visit == "ET" and item.actual is not None
    }
    assert found == {person: day.isoformat() for person, (_, day) in by_hand.terminations(trial).items()}


def test_missed_visits(results: list[ParticipantResult], trial: Path) -> None:
    found = {
        (person, NUMBERS[item.visit])
        for person, item in deviations(results, "DV20")
        if item.visit is not None and item.visit in NUMBERS
    }
    assert found == by_hand.missed_visits(trial)


def test_long_screenings(results: list[ParticipantResult], trial: Path) -> None:
    days = by_hand.days_of_visits(trial)
    found = {person: days_between(item.date, days[person, "1"]) for person, item in deviations(results, "DV16")}
    assert found == by_hand.long_screenings(trial)


def test_missed_assessments(study: Study, results: list[ParticipantResult], trial: Path) -> None:
    tests = {
        measure.name: coding.code
        for measure in study.model.vocabulary.measures
        for coding in measure.codes
        if coding.code in by_hand.ASSESSED
    }
    numbers = {"SCR": "1", "SCR2": "2", "W0": "3", **NUMBERS}
    ended = {person: number for person, (number, _) in by_hand.terminations(trial).items()}
    found = {
        (person, ended[person] if item.visit == "ET" else numbers[item.visit], tests[item.rule])
        for person, item in deviations(results, "DV15")
        if item.visit is not None and item.rule is not None and item.rule in tests
    }
    assert found == by_hand.missed_assessments(trial)


def test_steps_of_the_titration(results: list[ParticipantResult], trial: Path) -> None:
    found: dict[str, set[str]] = {}
    for person, item in deviations(results, "DV13"):
        found.setdefault(person, set()).add(item.message.split("level ")[1].split()[0])
    assert found == by_hand.other_steps(trial)


def test_no_course_has_a_gap_or_an_overlap(results: list[ParticipantResult]) -> None:
    assert deviations(results, "DV21") + deviations(results, "DV22") == []


def test_courses_follow_one_another_without_gap(trial: Path) -> None:
    assert list(by_hand.gaps(trial)) == []


def test_the_entry_criteria_that_sites_report_unmet(results: list[ParticipantResult]) -> None:
    found = [person for person, item in deviations(results, "DV17") if item.rule == "reported_violation"]
    assert found == ["01-703-1175", "01-705-1382"]


def test_a_malignant_disease_without_a_date_leaves_its_criterion_open(results: list[ParticipantResult]) -> None:
    (result,) = (item for item in results if item.participant == "01-705-1382")
    assert result.eligibility is not None
    (criterion,) = (item for item in result.eligibility.decisive.criteria if item.rule == "EXCL25")
    assert criterion.finding == Truth.UNKNOWN


def days_between(found: Days | None, first: date) -> int:
    """Days from ``first`` to a day that is known."""
    assert found is not None
    assert found.first == found.last
    return found.first - first.toordinal()


def test_four_participants_received_another_arm_than_assigned(study: Study, shared: Path) -> None:
    folder = shared / "data" / "lzzt"
    with (folder / "dm.csv").open(encoding="utf-8", newline="") as file:
        wanted = {row["USUBJID"] for row in csv.DictReader(file) if row["ARMCD"] != row["ACTARMCD"]}
    run = study.check(folder, reasons="none")
    found = {result.participant for result in run for item in result.deviations if item.rule == "arm_received"}
    assert found == wanted
    assert len(found) == 4
