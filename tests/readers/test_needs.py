"""What a protocol reads: all that its rules name, and nothing else."""

import inspect
from pathlib import Path

import attrs
import pytest

from protocol_dsl.model import endpoints, expressions, rules
from protocol_dsl.model.needs import Needs, Use
from protocol_dsl.model.points import Place
from protocol_dsl.project.study import load
from protocol_dsl.readers.layout import LAYOUTS
from protocol_dsl.readers.needs.asked import asked_at
from protocol_dsl.readers.needs.tables import OPTIONAL, REQUIRED

ROOT = Path(__file__).parents[2]
HEADER = 'protocol TRIAL "A trial"\n  language 1\nanchor SCR is screening\nanchor W0 is randomization\n'
WORDS = """measure cd4 "CD4" in cells/mm3
measure glucose "Glucose" in mg/dL
  converts 1 mmol/L to 18.016 mg/dL
measure unused "Unused" in kg
drugs NRTI "Nucleosides"
  members zidovudine J05AF01
condition hiv "HIV"
event bleeding "Bleeding"
  grades 1 to 5
  category A
  category B
attribute failing "Failing" is yes or no
attribute never_asked "Never asked" is yes or no
"""


def needs(text: str, folder: Path) -> Needs:
    path = folder / "trial.proto"
    path.write_text(HEADER + text, encoding="utf-8")
    return load(path).needs()


def columns(found: Needs, table: str) -> list[str]:
    return [each.column for one in found.tables if one.table == table for each in one.columns]


def test_a_protocol_that_reads_nothing_needs_participants_alone(tmp_path: Path) -> None:
    found = needs("", tmp_path)
    assert [each.table for each in found.tables] == ["participants", "events"]
    assert columns(found, "participants") == ["participant", "site"]
    assert [(each.name, each.kind) for each in found.events] == [
        ("consent", "milestone"),
        ("screening", "milestone"),
        ("randomization", "milestone"),
    ]


def test_what_no_rule_reads_is_not_asked_for(tmp_path: Path) -> None:
    rule = 'eligibility at SCR\ninclusion I1 "I" require failing is yes and latest glucose before SCR < 200 mg/dL\n'
    found = needs(WORDS + rule, tmp_path)
    assert [each.name for each in found.measures] == ["glucose"]
    assert [each.name for each in found.attributes] == ["failing"]
    assert found.classes == ()
    assert [each.name for each in found.events if each.kind != "milestone"] == []
    assert columns(found, "readings") == ["participant", "measure", "date", "value", "unit"]


@pytest.mark.parametrize(
    ("ends", "asked"),
    [("", {"completion", "withdrawal", "death"}), ("participation ends at 90 days after W0\n", {"death"})],
    ids=["as always", "as the text says"],
)
def test_an_endpoint_needs_to_know_when_participation_ended(ends: str, asked: set[str], tmp_path: Path) -> None:
    found = needs(f'{WORDS}{ends}endpoint primary P1 "Bleeding" time from W0 to first bleeding\n', tmp_path)
    milestones = {each.name for each in found.events if each.kind == "milestone"}
    assert milestones - {"consent", "screening", "randomization"} == asked


def test_units_that_convert_are_named(tmp_path: Path) -> None:
    found = needs(WORDS + "visit W0 assess cd4, glucose\n", tmp_path)
    assert {each.name: each.units[0] for each in found.measures} == {"cd4": "cells/uL", "glucose": "mmol/L"}
    assert "IU/mL" not in found.measures[1].units


def test_each_thing_says_which_rules_read_it(tmp_path: Path) -> None:
    rules_read = (
        "eligibility at SCR\n"
        'inclusion I1 "I" require cd4 at W0 > 5 cells/mm3 and exposed to NRTI and age at SCR > 18 years\n'
        'exclusion X1 "X" exclude if any bleeding in {B} of grade at least 3 before SCR or hiv is confirmed\n'
        "visit W0 assess cd4\n"
    )
    found = needs(WORDS + rules_read, tmp_path)
    assert [(each.kind, each.name) for each in found.measures[0].used_by] == [("inclusion", "I1"), ("visit", "W0")]
    assert found.measures[0].used_by[0].place == Place(str(tmp_path / "trial.proto"), 19, 11)
    assert [each.name for each in found.classes[0].used_by] == ["I1"]
    events = {each.name: each for each in found.events}
    assert (events["bleeding"].grades, len(events["bleeding"].categories)) == ((1, 5), 2)
    assert [each.name for each in events["hiv"].used_by] == ["X1"]
    by_column = {each.column: [use.name for use in each.used_by] for one in found.tables for each in one.columns}
    assert by_column["birth_date"] == ["I1"]
    assert by_column["category"] == by_column["grade"] == ["X1"]
    assert "related_to" not in by_column


def test_the_columns_of_a_treatment_follow_its_plan(tmp_path: Path) -> None:
    text = 'treatment pill "Pill"\n  continuous from W0\n  dose 5 mg oral, twice daily\narm solo "Solo" gives pill\n'
    found = needs(text, tmp_path)
    assert columns(found, "administrations") == [
        "participant",
        "treatment",
        "date",
        "dose",
        "unit",
        "route",
        "end_date",
        "times",
        "given",
    ]
    assert found.treatments[0].units[:1] == ("mg/dL",) or "g" in found.treatments[0].units
    assert columns(found, "participants") == ["participant", "site", "arm"]


def test_every_version_of_a_rule_is_read(tmp_path: Path) -> None:
    text = (
        "eligibility at SCR\n"
        'inclusion I1 "I" require latest cd4 before SCR > 5 cells/mm3\n'
        'amendment AM1 "Other" in force 2020-01-01\n'
        'inclusion I1 "I" require latest glucose before SCR > 5 mg/dL\n  since AM1\n'
    )
    assert [each.name for each in needs(WORDS + text, tmp_path).measures] == ["cd4", "glucose"]


def test_every_column_of_the_tables_says_what_it_is_for() -> None:
    for table, layout in LAYOUTS.items():
        assert all((table, column) in REQUIRED for column in layout.required)
    unread = {
        ("events", "end_date"),
        ("administrations", "reason"),
        *(("medications", column) for column in ("dose", "unit", "route")),
    }
    for table, layout in LAYOUTS.items():
        assert {(table, column) for column in layout.optional} - set(OPTIONAL) == {
            each for each in unread if each[0] == table
        }


@pytest.mark.parametrize("module", [expressions, endpoints, rules], ids=["expressions", "endpoints", "rules"])
def test_no_node_reads_anything_unseen(module: object) -> None:
    reads = {"measure", "drugs", "condition", "milestone"}
    for _, kind in inspect.getmembers(module, attrs.has):
        named = reads & {field.name for field in attrs.fields(kind)}
        if named:
            node = object.__new__(kind)
            for field in attrs.fields(kind):
                object.__setattr__(node, field.name, "x")
            assert list(asked_at(node, Use("visit"))), f"{kind.__name__} names a {named.pop()}"


@pytest.mark.parametrize("name", ["anrs123", "lzzt"])
def test_the_shipped_protocols_need_what_they_declare(name: str) -> None:
    study = load(ROOT / "protocols" / f"{name}.proto")
    found = study.needs()
    assert {each.name for each in found.visits} == {each.name for each in study.model.visits}
    assert {each.name for each in found.treatments} == {each.name for each in study.model.treatments}
    assert {use.name for each in found.measures for use in each.used_by} <= {
        *(each.name for each in study.model.criteria),
        *(each.name for each in study.model.visits),
        *(each.name for each in study.model.endpoints),
        *(each.name for each in study.model.deviations),
    }


def test_series_of_visits_are_called_by_their_members() -> None:
    found = load(ROOT / "tests" / "writers" / "document" / "oncology.proto").needs()
    labels = {each.name: (each.members, each.goes_on) for each in found.visits}
    assert labels["C"] == (("C1D1", "C1D8"), True)
    assert labels["X"] == (("X2D1",), True)
    assert labels["CT"] == (("CT1", "CT2", "CT3"), True)
    assert labels["W0"] == ((), False)
    assert {each.name: each.visits for each in found.measures}["weight"] == ("W0", "C", "CT2", "FU")


def test_what_counts_from_doses_and_cycles_needs_administrations() -> None:
    found = load(ROOT / "tests" / "writers" / "document" / "oncology.proto").needs()
    assert [use.name for use in found.treatments[0].used_by] == ["chemo", "C", "X", "FU", "CALL"]
    assert [each.name for each in found.events if " " in each.name] == []
    assert {each.name: [use.name for use in each.used_by] for each in found.events}["progression"] == [
        "chemo",
        "CT",
        "PD",
        "PFS",
    ]


def test_an_epoch_needs_the_milestone_it_counts_from(tmp_path: Path) -> None:
    text = 'milestone begun "Begun"\nepoch period1 "One" from 1 day after begun to 9 days after begun\n'
    found = needs(text, tmp_path)
    assert {each.name: [(use.kind, use.name) for use in each.used_by] for each in found.events}["begun"] == [
        ("epoch", "period1")
    ]
