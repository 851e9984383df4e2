"""ANRS 123 whole: its text, its cycles, its made-up participants, and real people under its rules."""

import json
from collections import Counter
from pathlib import Path

import pytest
from tests.protocols.planted import differences

from protocol_dsl import ProtocolError, load
from protocol_dsl.base.days import write_days
from protocol_dsl.base.truth import Truth
from protocol_dsl.project.study import Study
from protocol_dsl.simulate import every_departure, simulate, write_study

ROOT = Path(__file__).parents[2]
PROTOCOL = ROOT / "protocols" / "anrs123.proto"
EXAMPLE = ROOT / "examples" / "anrs123"
CYCLES = [
    "2004-06-28",
    "2004-07-26",
    "2004-09-06",
    "2004-10-18",
    "2004-11-29",
    "2005-01-10",
    "2005-02-21",
    "2005-04-04",
]


@pytest.fixture(scope="module")
def study() -> Study:
    return load(PROTOCOL)


def test_the_protocol_has_neither_errors_nor_warnings(study: Study) -> None:
    assert [item.message for item in study.diagnostics if item.severity != "note"] == []


def test_every_quotation_stands_in_the_registry_record(shared: Path) -> None:
    found = load(PROTOCOL, sources=shared).diagnostics
    assert [item.message for item in found if item.code.number.startswith("PD4")] == []


def test_the_eight_cycles_of_a_participant_randomized_on_14_june_2004(study: Study) -> None:
    person = {
        "participant": "P1",
        "arm": "active",
        "events": [{"event": "screening", "date": "2004-06-01"}, {"event": "randomization", "date": "2004-06-14"}],
    }
    (result,) = study.schedule(person, as_of="2005-12-31")
    planned = [write_days(cycle.planned) for cycle in result.cycles if cycle.planned]
    assert planned == CYCLES


def test_a_first_cycle_at_w0_contradicts_the_last_cycle_at_w42(tmp_path: Path) -> None:
    text = PROTOCOL.read_text(encoding="utf-8").replace("cycles up to 8 from W2", "cycles up to 8 from W0")
    changed = tmp_path / "anrs123.proto"
    changed.write_text(text, encoding="utf-8")
    with pytest.raises(ProtocolError) as caught:
        load(changed)
    assert any("W40" in item.message and "W42" in item.message for item in caught.value.diagnostics)


def test_check_finds_exactly_what_was_planted_in_the_example(study: Study) -> None:
    assert differences(study, EXAMPLE) == []


def test_departures_of_every_kind_that_the_protocol_has_are_planted() -> None:
    planted = json.loads((EXAMPLE / "planted.json").read_text(encoding="utf-8"))["departures"]
    codes = {find["code"] for item in planted for find in item.get("finds", [])}
    # This protocol prohibits nothing, titrates nothing, requires no interval and defines no deviation of its own.
    assert codes >= {f"DV{number:02}" for number in range(1, 21)} - {"DV13", "DV14", "DV16", "DV17"}


@pytest.mark.parametrize("seed", range(3))
def test_check_finds_exactly_what_was_planted_whatever_the_seed(study: Study, tmp_path: Path, seed: int) -> None:
    write_study(simulate(study.model, 80, seed, every_departure(study.model)), tmp_path)
    assert differences(study, tmp_path) == []


def test_nothing_is_found_where_nothing_was_planted(study: Study, tmp_path: Path) -> None:
    write_study(simulate(study.model, 40, 5), tmp_path)
    assert differences(study, tmp_path) == []


def test_real_people_of_actg_175_under_these_rules(study: Study, shared: Path) -> None:
    run = study.screen(shared / "data" / "actg175", reasons="none")
    found: dict[str, Counter[str]] = {}
    boundary = 0
    for result in run:
        assert result.eligibility is not None
        for criterion in result.eligibility.decisive.criteria:
            found.setdefault(criterion.rule, Counter())[criterion.finding.words] += 1
            boundary += criterion.rule == "I5" and criterion.is_boundary
    assert found["I5"] == {"met": 173, "not met": 1966}
    assert boundary == 9
    assert found["I6"] == {Truth.UNKNOWN.words: 2139}
    assert found["I2"] == {Truth.UNKNOWN.words: 2139} or found["I2"] == {Truth.NOT_MET.words: 2139}
    assert len(run.end.problems) == 4
    assert {(problem.table, problem.column) for problem in run.end.problems} == {("medications", "end")}


def test_check_of_actg_175_adds_one_kind_of_problem(study: Study, shared: Path) -> None:
    run = study.check(shared / "data" / "actg175", reasons="none")
    assert sum(1 for _ in run) == 2139
    kinds = Counter((problem.table, problem.column) for problem in run.end.problems)
    assert kinds == {("medications", "end"): 4, ("participants", "arm"): 2139}
