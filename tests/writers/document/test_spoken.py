"""Rules as they are read aloud."""

from pathlib import Path

import pytest
from tests.writers.document.shown import ROOT, entries, sentences, shown

from protocol_dsl.base.source import Text
from protocol_dsl.syntax import ast
from protocol_dsl.syntax.parse import parse
from protocol_dsl.writers.document.content import Table
from protocol_dsl.writers.document.lexicon import Lexicon
from protocol_dsl.writers.document.spoken import clause, sentence

PREAMBLE = """protocol TRIAL "A trial"
  language 1
anchor SCR is screening
anchor W0 is randomization
measure cd4 "CD4 cell count" in cells/mm3
measure weight "Body weight" in kg
drugs NRTI "Nucleoside inhibitors"
  members zidovudine J05AF01
condition hiv "HIV infection"
event bleeding "Bleeding"
  category A
  category B
  grades 1 to 5
attribute failing "Failing" is yes or no
attribute stage "Stage" is one of {early, late}
define low "Low count" as latest cd4 before SCR < 50 cells/mm3
treatment drug "The drug"
  continuous from W0
arm solo "First arm" gives drug
visit W0 "Baseline" assess cd4
visit W24 assess cd4
eligibility at SCR
"""


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        (
            "latest cd4 within 28 days before SCR <= 200 cells/mm3",
            "the latest CD4 cell count within 28 days before screening is at most 200 cells/mm3",
        ),
        ("age at SCR >= 18 years", "the age at screening is at least 18 years"),
        ("not age at SCR >= 18 years", "the age at screening is not at least 18 years"),
        ("cd4 at W24 between 10_000 cells/mm3 and 20_000 cells/mm3", "10,000 cells/mm3 and 20,000 cells/mm3"),
        (
            "change in cd4 from W0 to W24 > 50 cells/mm3",
            "the change in CD4 cell count from Baseline to week 24",
        ),
        ("failing is yes", "“Failing” is yes"),
        ("stage is in {early, late}", "“Stage” is early or late"),
        ("cd4 at W24 is recorded", "the CD4 cell count at week 24 is recorded"),
        ("hiv is confirmed before SCR", "“HIV infection” is confirmed before screening"),
        ("exposed to NRTI", "ever exposed to “Nucleoside inhibitors”"),
        ("not exposed to NRTI", "never exposed to “Nucleoside inhibitors”"),
        ("exposed to NRTI from 30 days before SCR to SCR", "inhibitors” within 30 days before screening"),
        ("on NRTI at SCR", "on “Nucleoside inhibitors” at screening"),
        ("any bleeding in {A, B} of grade at least 3 from SCR to SCR", "grade at least 3 on the day of screening"),
        ("no bleeding before SCR", "no “Bleeding” before screening"),
        ("not (no bleeding before SCR)", "any “Bleeding” before screening"),
        ("low", "“Low count”"),
        ("arm is solo", "the arm is First arm"),
        ("consecutive cd4 < 50 cells/mm3 from SCR to W0", "two readings in a row of CD4 cell count from screening"),
        ("log10 cd4 at W24 < 3", "the logarithm (base 10) of the CD4 cell count at week 24 is below 3"),
        (
            "(cd4 at W24 - cd4 at W0) * 2 times weight at W0 rounded to 1 decimal > 5 kg",
            "(the CD4 cell count at week 24 minus the CD4 cell count at Baseline) times",
        ),
        ("count of bleeding from SCR to W0 > 2 events", "the number of “Bleeding” from screening to randomization"),
        ("days from SCR to 7 days after W0 < 30 days", "from screening to 7 days after randomization is below 30 days"),
    ],
)
def test_a_rule_reads_well(written: str, spoken: str) -> None:
    file = parse(Text("trial.proto", f'{PREAMBLE}\ndefine asked "A" as {written}\n')).file
    node = [each for each in file.declarations if isinstance(each, ast.Define)][-1]
    words = Lexicon(
        titles={
            "cd4": "CD4 cell count",
            "weight": "Body weight",
            "NRTI": "Nucleoside inhibitors",
            "hiv": "HIV infection",
            "bleeding": "Bleeding",
            "failing": "Failing",
            "stage": "Stage",
            "low": "Low count",
            "solo": "First arm",
        },
        visits={"W0": "Baseline"},
        anchors={"SCR": "screening", "W0": "randomization"},
    )
    assert spoken in sentence(node.expression, words)


def test_parts_of_a_rule_stand_below_each_other(tmp_path: Path) -> None:
    rule = (
        'inclusion I1 "Many"\n  require age at SCR >= 18 years and (exposed to NRTI or low)\n'
        "    and not (failing is yes or stage is late)\n    and at least 2 of (failing is no, low, exposed to NRTI)\n"
    )
    found = entries(shown(PREAMBLE + rule, tmp_path))["I1"]
    assert sentences(found.clauses[0]) == (
        "Requires: all of these:",
        "the age at screening is at least 18 years",
        "ever exposed to “Nucleoside inhibitors” or “Low count”",
        "none of these:",
        "“Failing” is yes",
        "“Stage” is late",
        "at least 2 of these:",
        "“Failing” is no",
        "“Low count”",
        "ever exposed to “Nucleoside inhibitors”",
    )


def test_every_expression_of_the_language_can_be_said() -> None:
    path = ROOT / "tests" / "syntax" / "every_construct.proto"
    file = parse(Text(path.name, path.read_text(encoding="utf-8"))).file
    words = Lexicon(titles={}, visits={}, anchors={})
    said = [
        (sentence(node, words), sentence(node, words, is_met=False), clause(node, words))
        for kind in (*ast.Test.__args__, *ast.Value.__args__)
        for node in ast.every(kind, file.declarations)
    ]
    assert len(said) > 50
    assert all(one and one != other for one, other, _ in said)


def test_versions_say_until_when_they_hold(tmp_path: Path) -> None:
    text = (
        'amendment AM1 "Wider" in force 2005-06-01\n'
        'inclusion I1 "Few"\n  require latest cd4 before SCR <= 200 cells/mm3\n'
        'inclusion I1 "Few"\n  require latest cd4 before SCR <= 250 cells/mm3\n  since AM1\n'
        "visits W4, W8, W12\n  window ± 3 days\n"
        "visit W8\n  window ± 7 days\n  since AM1\n"
        "visit W16\n  window ± 7 days\n  since AM1\nretire W12 since AM1\n"
    )
    document = shown(PREAMBLE + text, tmp_path)
    found = entries(document)
    assert [(fact.label, fact.names) for fact in found["AM1"].facts] == [
        ("in force", ()),
        ("changes", ("I1", "W8", "W16")),
        ("ends", ("W12",)),
    ]
    assert [(fact.label, fact.names) for fact in found["I1"].facts] == [("until amendment", ("AM1",))]
    assert [(fact.label, fact.words) for fact in found["W4, W8, W12"].facts] == [
        ("until amendment", "AM1 (W8)"),
        ("ended by amendment", "AM1 (W12)"),
    ]
    table = next(block for part in document.parts for block in part.blocks if isinstance(block, Table))
    notes = dict(zip((note.mark for note in table.notes), (note.words for note in table.notes), strict=True))
    told = {cell.words: [notes[mark] for mark in cell.marks] for cell in table.heading if cell.marks}
    assert told == {
        "W8": ["Until amendment AM1 (2005-06-01) with another window."],
        "W12": ["Until amendment AM1 (2005-06-01)."],
        "W16": ["Since amendment AM1 (2005-06-01)."],
    }
