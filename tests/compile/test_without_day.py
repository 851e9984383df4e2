"""Participants without the day on which eligibility is judged: what nothing dated decides is decided all the same."""

from pathlib import Path

import pytest
from tests.compile.folders import write_folder
from tests.compile.test_agreement import require_agreement, study_of
from tests.compile.test_check import require_agreement as require_check_agrees
from tests.compile.topics import declarations

RULES = (
    "age at W0 >= 18 years",
    "age at SCR >= 18 years",
    "failing is yes",
    "karnofsky is recorded",
    "days from consent to SCR >= 0 days",
    "latest cd4 before W0 < 300 cells/mm3",
    "latest cd4 before SCR < 300 cells/mm3",
    "lowest cd4 from 100 days before SCR to SCR < 300 cells/mm3",
    "mean cd4 before SCR < 300 cells/mm3",
    "latest cd4 before SCR is recorded",
    "consecutive cd4 < 300 cells/mm3 from 100 days before {judged} to {judged}",
    "cd4 at SC0 < 300 cells/mm3",
    "cd4 at SC0 is recorded",
    "any regimen_change before SCR",
    "no regimen_change from 100 days before SCR to SCR",
    "count of toxicity before SCR >= 1 times",
    "hiv1_infection is confirmed before SCR",
    "exposed to NRTI before SCR",
    "exposed to PI from 100 days before SCR to SCR",
    "on NNRTI at SCR",
    "on NNRTI at W0",
)
DAYS = {
    "randomized": {"consent": "2004-06-01", "screening": "2004-06-04", "randomization": "2004-06-14"},
    "screened": {"consent": "2004-06-01", "screening": "2004-06-04"},
    "consented": {"consent": "2004-06-01"},
    "nothing": {},
    "not_screened": {"consent": "2004-06-01", "randomization": "2004-06-14"},
}


def folder_of(place: Path) -> Path:
    """People of whom much is on record, and people of whom little is; one was screened twice."""
    people = [f"{name}_{much}" for name in DAYS for much in ("much", "little")]
    events = [
        {"participant": each, "event": event, "date": day}
        for each in people
        for event, day in DAYS[each.rpartition("_")[0]].items()
    ]
    twice = {"participant": "twice", "event": "screening", "date": "2004-06-04"}
    events += [twice, {**twice, "date": "2004-05-04"}]
    rich = [each for each in people if each.endswith("much")]
    dated = {"regimen_change": "2004-05-01", "toxicity": "2004-05", "hiv1_infection": "2000"}
    events += [{"participant": each, "event": event, "date": day} for each in rich for event, day in dated.items()]
    readings = [
        {"participant": each, "measure": "cd4", "date": day, "value": value, "visit": visit}
        for each in rich
        for day, value, visit in (
            ("2004-05-10", "250", ""),
            ("2004-06-04", "200", "SC0"),
            ("2004-06-10", "350", "B0"),
        )
    ]
    medications = [
        {"participant": each, "drug": drug, "start": "2003-01-01", "end": end}
        for each in rich
        for drug, end in (("zidovudine", "2003-05"), ("efavirenz", ""))
    ]
    attributes = {"birth_date": "1970-06-14", "failing": "yes", "karnofsky": "80"}
    tables = {
        "participants": [
            {"participant": each, **(attributes if each in rich else dict.fromkeys(attributes, ""))}
            for each in [*people, "twice"]
        ],
        "events": events,
        "readings": readings,
        "medications": medications,
        "visits": [{"participant": each, "visit": "SC0", "date": "2004-06-04", "status": "held"} for each in rich],
    }
    return write_folder(place, tables)


def text_of(judged: str) -> str:
    """A protocol with every rule, which are judged at some point."""
    text = declarations(frozenset({"attributes", "counts", "events", "visits", "drugs"}), f"eligibility at {judged}\n")
    kinds = (("inclusion", "require"), ("exclusion", "exclude if"))
    for number, rule in enumerate(RULES):
        kind, clause = kinds[number % 2]
        text += f'{kind} R{number} "Rule" {clause} {rule.format(judged=judged)}\n'
    return text


def test_whoever_was_not_randomized_is_judged_in_columns(tmp_path: Path) -> None:
    study = study_of(text_of("W0"), tmp_path)
    folder = folder_of(tmp_path / "data")
    found = {each.participant: each for each in study.check(folder)}
    listed = found["screened_much"].eligibility
    assert listed is not None
    assert listed.decisive.point is None
    assert listed.screenings == (listed.decisive,)
    # Any of the readings before screening may be the latest, since nobody knows up to when they are read.
    assert any(one.code == "QY07" for one in found["screened_much"].queries)
    assert not any(one.code == "QY07" for one in found["randomized_much"].queries)
    assert require_agreement(study, folder, None) == 2 * len(DAYS)
    assert require_check_agrees(study, folder) == 2 * len(DAYS)


AMENDED = ["", 'amendment AM1 "First" in force 2004-06-10\n']
ADULT = 'inclusion R1 "Adult" require age at W0 >= 18 years\n'


@pytest.mark.parametrize("amendment", AMENDED)
def test_whoever_was_screened_alone_has_the_screening_listed_in_any_version(amendment: str, tmp_path: Path) -> None:
    study = study_of(declarations(frozenset(), "eligibility at W0\n") + amendment + ADULT, tmp_path)
    consents = {"before": "2004-06-01", "after": "2004-06-11", "never": ""}
    events = [{"participant": name, "event": "consent", "date": day} for name, day in consents.items() if day]
    names = [f"{name}{screened}" for name in consents for screened in ("", "_screened")]
    events += [{**event, "participant": f"{event['participant']}_screened"} for event in events]
    events += [{"participant": name, "event": "screening", "date": "2004-06-12"} for name in names if "_" in name]
    data = {"participants": [{"participant": name} for name in names], "events": events}
    assert require_agreement(study, write_folder(tmp_path / "data", data), None) == len(names)


@pytest.mark.parametrize("amendment", AMENDED)
def test_whoever_was_screened_twice_has_both_listed(amendment: str, tmp_path: Path) -> None:
    study = study_of(declarations(frozenset(), "eligibility at W0\n") + amendment + ADULT, tmp_path)
    people = [{"participant": "twice"}]
    days = {"consent": "2004-05-01", "randomization": "2004-06-14"}
    events = [{"participant": "twice", "event": "screening", "date": f"2004-0{month}-04"} for month in (5, 6)]
    events += [{"participant": "twice", "event": event, "date": day} for event, day in days.items()]
    folder = write_folder(tmp_path / "data", {"participants": people, "events": events})
    assert require_agreement(study, folder, None) == 0


def test_whoever_was_not_screened_is_judged_in_columns(tmp_path: Path) -> None:
    study = study_of(text_of("SCR"), tmp_path)
    folder = folder_of(tmp_path / "data")
    assert require_agreement(study, folder, None) == 2 * len(DAYS)
    assert require_check_agrees(study, folder) == 2 * len(DAYS)
