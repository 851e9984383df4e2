"""KEYNOTE-024 whole: its text, and participants whose cycles and scans were worked out by hand."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from protocol_dsl import ProtocolError, load
from protocol_dsl.base.days import Days, write_days
from protocol_dsl.model.results import ParticipantResult
from protocol_dsl.project.study import Study

ROOT = Path(__file__).parents[2]
PROTOCOL = ROOT / "protocols" / "keynote024.proto"
SCREENED, RANDOMIZED = "2015-02-16", "2015-03-02"
LABORATORY = {
    "neutrophils": ("2.0", "10^9/L"),
    "platelets": ("150", "10^9/L"),
    "haemoglobin": ("12", "g/dL"),
    "alt_uln": ("1", "times"),
    "ast_uln": ("1", "times"),
}
SCREENING = LABORATORY | {
    "ecog": ("1", "points"),
    "tps": ("80", "%"),
    "bilirubin_uln": ("1", "times"),
    "creatinine_uln": ("1", "times"),
    "ct": ("34", "mm"),
}
JUDGED = {
    "stage_iv": "yes",
    "measurable": "yes",
    "life_expectancy": "yes",
    "egfr_mutation": "no",
    "alk_translocation": "no",
    "prior_systemic": "no",
    "untreated_brain_metastases": "no",
    "active_autoimmune": "no",
    "pneumonitis": "no",
    "active_infection": "no",
    "pregnant": "no",
}
Row = Mapping[str, str]
Dates = Mapping[str, str]
"""Dates by what happened on them."""


@pytest.fixture(scope="module")
def study() -> Study:
    return load(PROTOCOL)


def readings(visit: str, date: str, values: Mapping[str, tuple[str, str]]) -> list[Row]:
    return [
        {"measure": name, "date": date, "value": value, "unit": unit, "visit": visit}
        for name, (value, unit) in values.items()
    ]


def person(arm: str, events: Dates, doses: Mapping[str, list[str]], others: Dates) -> dict[str, Any]:
    """An eligible participant: doses of each treatment by cycle, each with its visit that day, and other visits."""
    prefixes = {"pembrolizumab": "P", "doublet": "C", "pembrolizumab_after": "X"}
    given: list[Row] = []
    held = {"SCR": SCREENED, **others}
    read = readings("SCR", SCREENED, SCREENING)
    for treatment, days in doses.items():
        for cycle, day in enumerate(days, start=1):
            visit = f"{prefixes[treatment]}{cycle}D1"
            amount = {} if treatment == "doublet" else {"dose": "200", "unit": "mg", "route": "intravenous"}
            given.append({"treatment": treatment, "cycle": str(cycle), "date": day, **amount})
            held[visit] = day
            more = {} if treatment == "doublet" else {"ecog": ("1", "points")}
            read += readings(visit, day, LABORATORY | more)
    for visit, day in others.items():
        read += readings(visit, day, {"ct": ("30", "mm")} if visit.startswith("SCAN") else LABORATORY)
    happened = {"consent": SCREENED, "screening": SCREENED, "randomization": RANDOMIZED} | dict(events)
    return {
        "participant": "P1",
        "arm": arm,
        "birth_date": "1955-01-01",
        **JUDGED,
        "events": [{"event": name, "date": day} for name, day in happened.items()],
        "medications": [{"drug": "paracetamol", "start": "2015-01-01", "end": "2015-01-02"}],
        "administrations": given,
        "visits": [{"visit": name, "date": day} for name, day in held.items()],
        "readings": read,
    }


def checked(study: Study, person: Mapping[str, Any], as_of: str) -> ParticipantResult:
    (result,) = study.check(person, as_of=as_of)
    assert result.eligibility is not None
    assert result.eligibility.decisive.verdict == "eligible"
    return result


def planned(day: Days | None) -> str:
    return write_days(day) if day else ""


def cycles(result: ParticipantResult, treatment: str, most: int = 9) -> list[tuple[int, str, str]]:
    """Number, planned day and status of the first cycles that the plan has so far."""
    having = [each for each in result.cycles if each.treatment == treatment]
    return [(each.cycle, planned(each.planned), each.status) for each in having[:most]]


def visits(result: ParticipantResult, *names: str) -> list[tuple[str, str, str]]:
    """Name, planned day and status of visits whose names begin so, those of other arms left out."""
    having = [each for each in result.visits if each.visit.startswith(names) and each.status != "not applicable"]
    return [(each.visit, planned(each.planned), each.status) for each in having]


def found(result: ParticipantResult) -> list[tuple[str, str | None, str]]:
    """Code, visit or rule, and day of every deviation."""
    return [(each.code, each.visit or each.rule, planned(each.date)) for each in result.deviations]


# ------------------------------------------------------------------------------------------------------------- the text
def test_the_protocol_has_neither_errors_nor_warnings(study: Study) -> None:
    assert [item.message for item in study.diagnostics] == []


def test_its_examples_see_every_criterion_met_not_met_and_unknown(study: Study) -> None:
    tested = study.test()
    assert [each.example.title for each in tested.examples if not each.holds] == []
    assert [rule.rule for rule in tested.rules if rule.kind in {"inclusion", "exclusion"} and rule.unseen] == []


def test_one_more_cycle_contradicts_the_last_cycle_at_w102(tmp_path: Path) -> None:
    text = PROTOCOL.read_text(encoding="utf-8").replace(
        "cycles up to 35 every 21 days from W0", "cycles up to 36 every 21 days from W0"
    )
    changed = tmp_path / "keynote024.proto"
    changed.write_text(text, encoding="utf-8")
    with pytest.raises(ProtocolError) as caught:
        load(changed)
    assert any("W105" in item.message and "W102" in item.message for item in caught.value.diagnostics)


# ----------------------------------------------------------------------------------------------------- by hand, in 2015
def test_progression_in_the_middle_ends_cycles_and_scans(study: Study) -> None:
    # The scan of 6 May shows the progression. The cycle of 25 May and the scan of 6 July are not in the plan; the last
    # dose was on 4 May, and 30 days later is 3 June; two months after 6 May is 6 July.
    doses = {"pembrolizumab": ["2015-03-02", "2015-03-23", "2015-04-13", "2015-05-04"]}
    others = {"SCAN1": "2015-05-06", "FU": "2015-06-11", "SURV1": "2015-07-20"}
    result = checked(study, person("pembro", {"progression": "2015-05-06"}, doses, others), "2015-08-01")
    assert cycles(result, "pembrolizumab") == [
        (1, "2015-03-02", "in window"),
        (2, "2015-03-23", "in window"),
        (3, "2015-04-13", "in window"),
        (4, "2015-05-04", "in window"),
    ]
    assert visits(result, "SCAN", "FU", "SURV") == [
        ("SCAN1", "2015-05-04", "in window"),
        ("FU", "2015-06-03", "late"),
        ("SURV1", "2015-07-06", "in window"),
        ("SURV2", "2015-09-06", "not due"),
    ]
    assert found(result) == [("DV19", "FU", "2015-06-11")]


def test_a_delayed_cycle_moves_those_after_it_and_no_scan(study: Study) -> None:
    # Cycle 2 began on the last day of its window, so cycle 3 is planned on 16 April and may begin until 19 April; it
    # began on 21 April. Cycle 4 is planned on 12 May, and was not given by 15 May. The scan stays nine weeks after W0.
    doses = {"pembrolizumab": ["2015-03-02", "2015-03-26", "2015-04-21"]}
    result = checked(study, person("pembro", {}, doses, {"SCAN1": "2015-05-11"}), "2015-05-20")
    assert cycles(result, "pembrolizumab", 5) == [
        (1, "2015-03-02", "in window"),
        (2, "2015-03-23", "in window"),
        (3, "2015-04-16", "late"),
        (4, "2015-05-12", "missed"),
        (5, "2015-06-02", "not due"),
    ]
    assert visits(result, "SCAN", "FU") == [
        ("SCAN1", "2015-05-04", "in window"),
        ("SCAN2", "2015-07-06", "not due"),
        ("FU", "", "not due"),
    ]
    assert found(result) == [
        ("DV05", "pembrolizumab", "2015-04-21"),
        ("DV06", "pembrolizumab", "2015-05-16"),
        ("DV20", "P4D1", "2015-05-16"),
    ]


def test_a_death_before_the_scan_owes_nothing_more(study: Study) -> None:
    # Cycle 3 could still have begun on 16 April, the day after the death.
    doses = {"pembrolizumab": ["2015-03-02", "2015-03-23"]}
    result = checked(study, person("pembro", {"death": "2015-04-15"}, doses, {}), "2015-06-01")
    assert cycles(result, "pembrolizumab") == [
        (1, "2015-03-02", "in window"),
        (2, "2015-03-23", "in window"),
        (3, "2015-04-13", "not due"),
    ]
    assert visits(result, "SCAN", "FU", "SURV") == [("FU", "2015-04-22", "not due"), ("SURV1", "", "not due")]
    assert found(result) == []


CHEMOTHERAPY = {
    "doublet": ["2015-03-02", "2015-03-23", "2015-04-13"],
    "pembrolizumab_after": ["2015-05-18", "2015-06-08"],
}
HELD = {"C1D8": "2015-03-09", "C2D8": "2015-03-30", "C3D8": "2015-04-20", "SCAN1": "2015-05-04"}


def test_pembrolizumab_after_progression_on_chemotherapy(study: Study) -> None:
    # Cycle 4 is planned on the day of the progression, and is not due. The switch is 35 days after 13 April.
    events = {"progression": "2015-05-04", "switch": "2015-05-18"}
    result = checked(study, person("chemo", events, CHEMOTHERAPY, HELD), "2015-06-20")
    assert cycles(result, "doublet") == [
        (1, "2015-03-02", "in window"),
        (2, "2015-03-23", "in window"),
        (3, "2015-04-13", "in window"),
        (4, "2015-05-04", "not due"),
    ]
    assert cycles(result, "pembrolizumab_after", 3) == [
        (1, "2015-05-18", "in window"),
        (2, "2015-06-08", "in window"),
        (3, "2015-06-29", "not due"),
    ]
    assert visits(result, "SCAN", "FU", "SURV") == [
        ("SCAN1", "2015-05-04", "in window"),
        ("FU", "", "not due"),
        ("SURV1", "2015-07-04", "expected"),
    ]
    assert found(result) == []


def test_pembrolizumab_before_progression_is_too_early(study: Study) -> None:
    # The switch of 18 May comes a day before the progression; chemotherapy was due on 4 May, and its scan was held.
    doses = {**CHEMOTHERAPY, "pembrolizumab_after": ["2015-05-18"]}
    events = {"progression": "2015-05-19", "switch": "2015-05-18"}
    result = checked(study, person("chemo", events, doses, HELD), "2015-05-31")
    assert ("DV16", "switch_order", "2015-05-18") in found(result)
    assert ("DV06", "doublet", "2015-05-08") in found(result)


def test_a_progression_known_to_the_month_leaves_the_rest_open(study: Study) -> None:
    # In May 2015 cycle 4 was planned on the 4th and a scan too; who had progressed by then had neither.
    doses = {"pembrolizumab": ["2015-03-02", "2015-03-23", "2015-04-13"]}
    result = checked(study, person("pembro", {"progression": "2015-05"}, doses, {}), "2015-06-20")
    assert cycles(result, "pembrolizumab")[3:] == [
        (4, "2015-05-04", "undetermined"),
        (5, "2015-05-25", "undetermined"),
    ]
    assert visits(result, "SCAN") == [("SCAN1", "2015-05-04", "undetermined")]
    assert [each.code for each in result.queries if each.rule == "pembrolizumab"] == ["QY03", "QY03"]
    assert "DV06" not in {each.code for each in result.deviations}


def test_times_to_progression_and_death(study: Study) -> None:
    # P1 progressed 65 days after randomization and was alive on 20 July; P2 died after 44 days.
    first = person("pembro", {"progression": "2015-05-06"}, {"pembrolizumab": ["2015-03-02"]}, {"SURV1": "2015-07-20"})
    second = person("chemo", {"death": "2015-04-15"}, {"doublet": ["2015-03-02"]}, {}) | {"participant": "P2"}
    times = {
        (result.endpoint.name, arm.arm): [(step.days, step.events) for step in arm.curve if step.events]
        for result in study.endpoints([first, second], as_of="2015-08-01").results
        if result.endpoint.name in {"PFS", "OS"}
        for block in result.blocks
        for arm in block.arms
    }
    assert times == {
        ("PFS", "pembro"): [(65, 1)],
        ("PFS", "chemo"): [(44, 1)],
        ("OS", "pembro"): [],
        ("OS", "chemo"): [(44, 1)],
    }
