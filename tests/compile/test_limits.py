"""Values on a limit, beside it and censored there, and days where periods end: each, for chance seldom draws them."""

from datetime import date, timedelta
from itertools import product
from pathlib import Path
from typing import get_args

import pytest
from tests.compile.folders import write_folder
from tests.compile.test_agreement import require_agreement, study_of
from tests.compile.topics import declarations

from protocol_dsl.model.expressions import Operator

CELLS = (None, "", "199", "200", "201", "<200", "<=200", "<201", ">199", ">=200", ">200")
RULES = (
    "latest cd4 before SCR {} 200 cells/mm3",
    "lowest cd4 before SCR {} 200 cells/mm3",
    "highest recorded cd4 before SCR {} 200 cells/mm3",
    "mean cd4 before SCR {} 200 cells/mm3",
    "mean cd4 before SCR {} 200.000000001 cells/mm3",
    "median recorded cd4 before SCR {} 200 cells/mm3",
    "first cd4 before SCR {} latest cd4 before SCR",
    "first cd4 before SCR + latest cd4 before SCR {} 400 cells/mm3",
    "3 times latest cd4 before SCR {} 600 cells/mm3",
    "log10 latest hiv_rna before SCR {} 2.3",
    "consecutive cd4 {} 200 cells/mm3 from 100 days before SCR to SCR",
)


@pytest.mark.parametrize("operator", get_args(Operator))
def test_values_on_a_limit_are_judged_in_columns(operator: str, tmp_path: Path) -> None:
    people = {f"P{number:03}": cells for number, cells in enumerate(product(CELLS, repeat=2))}
    events = [
        {"participant": name, "event": event, "date": "2004-06-14"}
        for name in people
        for event in ("consent", "screening")
    ]
    readings = [
        {"participant": name, "measure": measure, "date": day, "value": cell}
        for name, cells in people.items()
        for day, cell in zip(("2004-06-01", "2004-06-08"), cells, strict=True)
        for measure in ("cd4", "hiv_rna")
        if cell is not None
    ]
    data = {"participants": [{"participant": name} for name in people], "events": events, "readings": readings}
    text = declarations(frozenset({"counts"}))
    for number, rule in enumerate(RULES):
        text += f'inclusion R{number} "Rule" require {rule.format(operator)}\n'
    study = study_of(text, tmp_path)
    assert require_agreement(study, write_folder(tmp_path / "data", data), None, ["listed"]) == len(people)


SCREENED = date(2004, 6, 14)
DAYS = (
    *((SCREENED + timedelta(days=days)).isoformat() for days in (-101, -100, -29, -28, -1, 0, 1)),
    "2004-03",
    "2004",
)
PERIODS = ("before SCR", "from 100 days before SCR to SCR", "within 28 days before SCR", "from SCR to W0")
DATED = (
    "exposed to NRTI {}",
    "any regimen_change {}",
    "count of regimen_change {} = 1 times",
    "lowest recorded cd4 {} is recorded",
    "latest cd4 {} < 200 cells/mm3",
)
AT = ("SCR", "W0", "28 days before SCR", "100 days before SCR")


@pytest.mark.parametrize("history", ["", "history medications complete\nhistory events complete\n"])
def test_days_on_a_border_are_judged_in_columns(history: str, tmp_path: Path) -> None:
    found: dict[str, list[dict[str, str]]] = {
        name: [] for name in ("participants", "events", "readings", "medications")
    }
    for number, (first, last) in enumerate(product(("", *DAYS), repeat=2)):
        own = {"participant": f"P{number:03}"}
        found["participants"].append({**own, "birth_date": f"1986-06-{13 + number % 4}"})
        milestones = {"consent": "2004-06-01", "screening": SCREENED.isoformat(), "randomization": "2004-06-15"}
        happened = [*milestones.items(), *(("regimen_change", day) for day in {first, last})]
        found["events"] += [{**own, "event": event, "date": day} for event, day in happened]
        found["medications"].append({**own, "drug": "zidovudine", "start": min(first, last), "end": last})
        found["readings"] += [
            {**own, "measure": "cd4", "date": day, "value": value}
            for day, value in ((first, "100"), (last, "300"))
            if len(day) == len("2004-06-14")
        ]
    text = declarations(frozenset({"counts", "events", "drugs"})) + history
    tests = [rule.format(period) for rule in DATED for period in PERIODS] + [f"on NRTI at {point}" for point in AT]
    for number, test in enumerate([*tests, "age at SCR >= 18 years", "age at W0 > 17 years"]):
        text += f'inclusion R{number} "Rule" require {test}\n'
    study = study_of(text, tmp_path)
    judged = require_agreement(study, write_folder(tmp_path / "data", found), None, ["listed"])
    assert judged == len(found["participants"])
