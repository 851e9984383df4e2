"""Results as JSON: held to the schemas, and to the page that other software is written against."""

import json
from importlib.resources import files
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from tests.writers.samples import ATTRITION, EVERYBODY, MODEL, P1, PROBLEMS, SUMMARY, day

from protocol_dsl.model.results import ParticipantResult
from protocol_dsl.writers.diagnostics_json import diagnostics_json
from protocol_dsl.writers.results_json import (
    Closing,
    Heading,
    Kind,
    document,
    dumped,
    jsonl,
    line,
    participant_json,
    participant_lines,
)

KINDS: tuple[Kind, ...] = ("check", "screen", "schedule")
CLOSING = Closing(summary=SUMMARY, attrition=ATTRITION, problems=PROBLEMS)


def schema(name: str) -> dict[str, Any]:
    text = (files("protocol_dsl") / "writers" / "schemas" / f"{name}.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    Draft202012Validator.check_schema(found)
    return found


def heading(kind: Kind) -> Heading:
    return Heading(kind=kind, model=MODEL, as_of=day("2006-03-02"))


def written(kind: Kind, results: tuple[ParticipantResult, ...] = EVERYBODY) -> str:
    return "".join(document(heading(kind), participant_lines(kind, results), CLOSING))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("results", [EVERYBODY, ()])
def test_a_document_keeps_its_schema(kind: Kind, results: tuple[ParticipantResult, ...]) -> None:
    found = json.loads(written(kind, results))
    Draft202012Validator(schema(kind)).validate(found)
    assert len(found["participants"]) == len(results)


@pytest.mark.parametrize("kind", KINDS)
def test_a_line_is_the_participant_at_once(kind: Kind) -> None:
    assert list(participant_lines(kind, EVERYBODY)) == [line(participant_json(kind, each)) for each in EVERYBODY]


@pytest.mark.parametrize("kind", KINDS)
def test_every_line_keeps_its_schema(kind: Kind) -> None:
    lines = "".join(jsonl(heading(kind), EVERYBODY, lambda: CLOSING)).splitlines()
    validator = Draft202012Validator({"$ref": "#/$defs/line", "$defs": schema(kind)["$defs"]})
    for each in lines:
        validator.validate(json.loads(each))
    first, *participants, last = map(json.loads, lines)
    assert first["format"] == f"protocol-dsl/{kind}/1"
    assert [each["participant"] for each in participants] == [each.participant for each in EVERYBODY]
    assert last["summary"]["participants"] == 3


def test_the_schemas_refuse_what_is_not_described() -> None:
    found = json.loads(written("check"))
    found["participants"][1]["visits"][0]["status"] = "attended"
    found["surplus"] = 1
    assert len(list(Draft202012Validator(schema("check")).iter_errors(found))) == 2


def test_the_form_of_the_published_page() -> None:
    found = json.loads(written("check"))
    assert list(found) == ["format", "protocol", "reasons", "as_of", "summary", "participants", "data_problems"]
    assert found["summary"] == {
        "participants": 3,
        "eligible": 0,
        "not_eligible": 1,
        "undetermined": 1,
        "deviations": 2,
        "important": 1,
        "queries": 2,
        "data_problems": 3,
    }
    one = found["participants"][1]
    assert list(one) == ["participant", "site", "arm", "eligibility", "visits", "cycles", "deviations", "queries"]
    assert one["eligibility"]["criteria"][0] == {
        "rule": "I5",
        "kind": "inclusion",
        "title": "Low CD4 count",
        "finding": "met",
        "decides": "for",
        "boundary": True,
        "missing": [],
        "reason": "latest cd4 within 28 days before SCR is 200 cells/mm3 (2004-05-28), at most 200 cells/mm3",
        "file": "anrs123.proto",
        "line": 38,
        "column": 3,
        "facts": [
            {
                "table": "readings",
                "row": 12,
                "name": "cd4",
                "value": "200",
                "unit": "cells/mm3",
                "date": "2004-05-28",
            }
        ],
    }
    assert one["visits"][0] == {
        "visit": "W24",
        "planned": "2004-11-29",
        "earliest": "2004-11-22",
        "latest": "2004-12-06",
        "actual": "2004-12-09",
        "status": "late",
        "days_out": 3,
    }
    assert dumped(one["deviations"][1]) == (
        '{"id": "DV19/P1/W24/2004-12-09", "code": "DV19", "category": "visit window", "grade": "minor", "rule": "W24", '
        '"visit": "W24", "date": "2004-12-09", "planned": "2004-11-29", "earliest": "2004-11-22", '
        '"latest": "2004-12-06", "actual": "2004-12-09", "days_out": 3, '
        '"message": "visit W24 was held 3 days after its window closed", '
        '"facts": [{"table": "visits", "row": 40, "file": "visits.csv"}]}'
    )


def test_what_applies_sometimes_is_there_only_then() -> None:
    found = json.loads(line(participant_json("check", P1)))
    cycle, late = found["deviations"]
    assert (cycle["treatment"], cycle["cycle"], cycle["days_out_max"]) == ("il2", 2, -22)
    assert "days_out_max" not in late
    assert "screenings" in found["eligibility"]


def test_dates_are_written_as_they_are_known() -> None:
    cycle = json.loads(written("check"))["participants"][1]["deviations"][0]
    assert (cycle["actual"], cycle["date"]) == ("2004-07", "2004-07-01/2004-07-20")


def test_only_a_screening_has_attrition_and_only_a_schedule_reasons_for_days() -> None:
    screen, schedule = json.loads(written("screen")), json.loads(written("schedule"))
    assert screen["attrition"][0]["left"] == 2
    assert "visits" not in screen["participants"][1]
    assert "deviations" not in screen["summary"]
    assert schedule["participants"][1]["visits"][0]["reason"] == "24 weeks after W0 (2004-06-14)"


def test_the_same_results_give_the_same_bytes() -> None:
    assert written("check") == written("check")


def test_half_a_letter_survives_as_its_number() -> None:
    content = written("check").encode("utf-8", errors="backslashreplace")
    assert json.loads(content)["participants"][2]["participant"] == "Zoë\ud800"


def test_a_lint_document_without_mistakes_keeps_its_schema() -> None:
    Draft202012Validator(schema("lint")).validate(json.loads(diagnostics_json(["a.proto"], [], {})))
