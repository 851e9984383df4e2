"""The CDISC pilot: the same records from every format, and what an independent calculation found."""

import csv
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from tests.readers.sdtm.samples import MODEL, write_json

from protocol_dsl.base.days import parse_days
from protocol_dsl.model.records import Record
from protocol_dsl.model.study import StudyModel
from protocol_dsl.readers import read_study

CLINIC = {"4": "W2", "5": "W4", "7": "W6", "8": "W8", "9": "W12", "10": "W16", "11": "W20", "12": "W24", "13": "W26"}
FORMATS = ("xpt", "csv", "json", "ndjson")
DOMAINS = ("dm", "sv", "ds", "suppds", "ex", "cm", "mh", "lb", "vs")


def copied(shared: Path, kind: str, place: Path) -> Path:
    """The trial's domains in one format."""
    place.mkdir()
    for domain in DOMAINS:
        source = shared / "data" / "lzzt" / f"{domain}.{'xpt' if kind == 'xpt' else 'csv'}"
        target = place / f"{domain}.{kind}"
        if kind in {"xpt", "csv"}:
            target.write_bytes(source.read_bytes())
        else:
            write_json(source.read_text("utf-8"), domain.upper(), target)
    return place


def table(shared: Path, domain: str) -> Sequence[Mapping[str, str]]:
    with (shared / "data" / "lzzt" / f"{domain}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def everyone(shared: Path, kind: str, place: Path, model: StudyModel) -> Sequence[Record]:
    records = read_study(copied(shared, kind, place / kind), model)
    found = tuple(records)
    assert [(one.table, one.column, one.value) for one in records.problems] == [("VS", "VSPOS", "STANDING, SUPINE")]
    return found


@pytest.fixture(scope="module")
def people(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Sequence[Record]:
    return everyone(shared, "csv", tmp_path_factory.mktemp("lzzt"), MODEL)


@pytest.mark.parametrize("kind", [kind for kind in FORMATS if kind != "csv"])
def test_every_format_gives_the_same_records(
    kind: str, shared: Path, tmp_path: Path, model: StudyModel, people: Sequence[Record]
) -> None:
    assert everyone(shared, kind, tmp_path, model) == people


def test_the_visits_held_are_those_of_sv_and_the_early_terminations_those_of_ds(
    shared: Path, people: Sequence[Record]
) -> None:
    treated = {row["USUBJID"] for row in table(shared, "dm") if row["RFXSTDTC"]}
    early = {
        (row["USUBJID"], row["VISITNUM"])
        for row in table(shared, "ds")
        if row["DSCAT"] == "DISPOSITION EVENT" and row["DSDECOD"] != "COMPLETED"
    }
    expected = sorted(
        (
            row["USUBJID"],
            CLINIC[number],
            parse_days(row["SVSTDTC"]).first,
            "early termination" if (row["USUBJID"], row["VISITNUM"]) in early else "held",
        )
        for row in table(shared, "sv")
        if row["USUBJID"] in treated and (number := row["VISITNUM"].removesuffix(".0")) in CLINIC
    )
    found = sorted(
        (person.participant, visit.visit, visit.first, str(visit.status))
        for person in people
        if person.participant in treated
        for visit in person.visits
        if visit.visit in CLINIC.values() and visit.visit is not None
    )
    assert found == expected
    assert len(found) == 624
    assert Counter(status for *_, status in found) == {"held": 561, "early termination": 63}


def test_visits_of_no_plan_keep_their_labels(people: Sequence[Record]) -> None:
    labels = Counter(visit.label.split()[0] for person in people for visit in person.visits if visit.visit is None)
    assert labels == {"SCREENING": 106, "AMBUL": 175, "WEEK": 147, "UNSCHEDULED": 48, "AE": 33, "RETRIEVAL": 18}


def test_telephone_visits_go_by_their_number(people: Sequence[Record]) -> None:
    assert sum(visit.visit == "W10" for person in people for visit in person.visits) == 59


def test_milestones(people: Sequence[Record]) -> None:
    counted = Counter(name for person in people for name in person.events if name != "alzheimer")
    assert counted == {
        "screening": 125,
        "randomization": 106,
        "first_dose": 106,
        "completion": 41,
        "withdrawal": 63,
        "death": 2,
        "ENTCRIT": 2,
    }
    assert sum(person.arm is None for person in people) == 19


def test_a_treatment_of_several_is_that_of_the_arm(people: Sequence[Record]) -> None:
    pairs = Counter((person.arm, name) for person in people for name in person.administrations)
    assert pairs == {("arm_p", "placebo"): 36, ("arm_l", "low"): 35, ("arm_h", "high"): 35}


def test_birth_is_an_interval_that_gives_the_age(shared: Path, people: Sequence[Record]) -> None:
    births = {person.participant: person.birth for person in people}
    for row in table(shared, "dm"):
        birth = births[row["USUBJID"]]
        assert birth is not None
        assert birth.last - birth.first in {364, 365}


def test_not_done_is_an_empty_reading(people: Sequence[Record]) -> None:
    pulses = [reading for person in people for reading in person.readings.get("pulse", ())]
    assert len(pulses) == 3349 + 2
    assert sum(reading.value is None for reading in pulses) == 2


def test_facts_name_domain_row_and_file(people: Sequence[Record]) -> None:
    first = people[0]
    assert (first.origin.table, first.origin.row, first.origin.file) == ("DM", 2, "dm.csv")
    reading = first.readings["alt"][0]
    assert (reading.origin.table, reading.origin.row, reading.origin.file) == ("LB", 2, "lb.csv")
    assert first.visits[0].origin.table == "SV"
