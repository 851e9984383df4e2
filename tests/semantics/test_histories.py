"""PD247, PD248: endpoints and criteria of events of which nobody is known to have had none."""

import pytest
from tests.semantics.texts import read

from protocol_dsl.base.source import Text
from protocol_dsl.semantics.analyse import analyse

EVENTS = 'event relapse "Relapse"\n  grades 1 to 5\nevent progression "Progression"\n  grades 1 to 5\n'
SAID = "history events complete\n"


def told(text: str, code: str = "PD247") -> list[str]:
    """The name that a code is told of, and one word for each further place."""
    found = [each for each in read(EVENTS + text).diagnostics if each.code.number == code]
    firsts = [each.message.partition(" has no ")[2].split()[0] for each in found]
    return firsts + ["other" for each in found for _ in each.labels]


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("event relapse from W0 to W52", ["relapse"]),
        ("count of relapse from W0 to W52", ["relapse"]),
        ("worst grade of relapse from W0 to W52", ["relapse"]),
        ("proportion with no relapse from W0 to W52", ["relapse"]),
        ("proportion with hiv1_infection is confirmed", ["hiv1_infection"]),
        ("median of count of relapse from W0 to W52", ["relapse"]),
        ("proportion with any relapse from W0 to W52 or any progression from W0 to W52", ["relapse", "other"]),
        ("time from W0 to first relapse or progression or death", ["relapse", "other"]),
        ("time from W0 to first relapse\n  competing progression, death", ["relapse", "other"]),
        ("time from W0 to first relapse of grade at least 3 or progression of grade at least 3", ["relapse", "other"]),
        ("event relapse of grade at least 3 from W0 to W52", []),
        ("time from W0 to first relapse of grade at least 3 or death", []),
        ("time from W0 to first death", []),
    ],
)
def test_endpoints_of_which_nobody_has_none(kind: str, names: list[str]) -> None:
    text = f'endpoint primary P1 "An endpoint"\n  {kind}\n'
    assert told(text) == names
    assert told(SAID + "history conditions complete\n" + text) == []
    assert told("history events open\nhistory conditions open\n" + text) == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('define well "Well" as no relapse from W0 to W52\n', []),
        (
            'define well "Well" as no relapse from W0 to W52\nendpoint primary P1 "Well" proportion with well\n',
            ["relapse"],
        ),
        ('inclusion I1 "Infected" require hiv1_infection is confirmed\n', []),
        ('history relapse complete\nendpoint primary P1 "Relapse" event relapse from W0 to W52\n', []),
        (
            'history relapse complete\nendpoint primary P1 "First" time from W0 to first relapse or progression\n',
            ["progression"],
        ),
        ('historie events complete\nendpoint primary P1 "Relapse" event relapse from W0 to W52\n', []),
        ('history events\nendpoint primary P1 "Relapse" event relapse from W0 to W52\n', []),
    ],
)
def test_what_is_told_of_a_history(text: str, names: list[str]) -> None:
    assert told(text) == names


@pytest.mark.parametrize(
    ("criterion", "names"),
    [
        ('exclusion X1 "Relapse" exclude if any relapse from 3 months before SCR to SCR', ["relapse"]),
        ('exclusion X1 "Relapse" exclude if any relapse of grade at least 3 before SCR', ["relapse"]),
        ('exclusion X1 "Infected" exclude if hiv1_infection is confirmed before SCR', ["hiv1_infection"]),
        ('exclusion X1 "Either" exclude if any relapse before SCR or any progression before SCR', ["relapse", "other"]),
        ('exclusion X1 "Neither" exclude if not (no relapse before SCR)', ["relapse"]),
        ('inclusion I1 "No relapse" require no relapse before SCR', ["relapse"]),
        ('inclusion I1 "No relapse" require not (any relapse before SCR)', ["relapse"]),
        ('inclusion I1 "Two" require at least 2 of (no relapse before SCR, age at SCR >= 18 years)', ["relapse"]),
        ('define well "Well" as no relapse before SCR\ninclusion I1 "Well" require well', ["relapse"]),
        ('define ill "Ill" as any relapse before SCR\nexclusion X1 "Ill" exclude if ill', ["relapse"]),
        ('define ill "Ill" as any relapse before SCR\ninclusion I1 "Ill" require ill', []),
        ('inclusion I1 "Infected" require hiv1_infection is confirmed before SCR', []),
        ('inclusion I1 "Relapsed" require any relapse before SCR', []),
        ('exclusion X1 "Never relapsed" exclude if no relapse before SCR', []),
        ('exclusion X1 "Exposed" exclude if exposed to NRTI before SCR', []),
        ('exclusion X1 "Unknown" exclude if any unheard before SCR', []),
    ],
)
def test_criteria_that_nobody_without_a_row_passes(criterion: str, names: list[str]) -> None:
    assert told(f"{criterion}\n", "PD248") == names
    assert told(f"{SAID}history conditions complete\n{criterion}\n", "PD248") == []
    assert told(f"history events open\nhistory conditions open\n{criterion}\n", "PD248") == []
    assert told(f"historie events complete\nhistorie conditions complete\n{criterion}\n", "PD248") == []


def test_each_of_many_definitions_is_looked_into_once() -> None:
    """Sixty, of which each calls the two before it: a million millions if each call were followed."""
    first = 'define d0 "D" as any relapse before SCR\ndefine d1 "D" as any relapse before SCR\n'
    others = "".join(f'define d{place} "D" as d{place - 1} or d{place - 2}\n' for place in range(2, 60))
    text = f'{first}{others}endpoint primary P1 "P" proportion with d59\nexclusion X1 "X" exclude if d59\n'
    assert told(text) == told(text, "PD248") == ["relapse"]


LIBRARY = """library wards "What wards record"
  language 1
event fall "Fall"
define fallen "Has fallen" as any fall
"""


def test_what_a_definition_of_a_library_asks_is_told_where_the_protocol_calls_it() -> None:
    """Nobody repairs a library of others; the clause that is missing belongs into the protocol."""
    head = 'protocol CASE "A case"\n  language 1\nuse wards (fall, fallen)\nanchor SCR is screening\n'
    rules = 'eligibility at SCR\nexclusion X1 "Fallen" exclude if fallen\n'
    text = Text("case.proto", f'{head}{rules}endpoint primary P1 "Fallen" proportion with fallen\n')
    found = analyse(text, lambda _: Text("library/wards.proto", LIBRARY), lambda _: None)
    told = {each.code.number: each for each in found.diagnostics if each.code.number in {"PD247", "PD248"}}
    assert {number: (each.span.file, text.position(each.span.start).line) for number, each in told.items()} == {
        "PD247": ("case.proto", 7),
        "PD248": ("case.proto", 6),
    }
    assert all("has no fall on record" in each.message for each in told.values())
    assert told["PD248"].hint == "where the data have every one, write: history fall complete"
