"""PD247: endpoints of events of which nobody is known to have had none."""

import pytest
from tests.semantics.texts import read

EVENTS = 'event relapse "Relapse"\n  grades 1 to 5\nevent progression "Progression"\n  grades 1 to 5\n'
SAID = "history events complete\n"


def told(text: str) -> list[str]:
    """The name that PD247 is told of, and one word for each further place."""
    found = [each for each in read(EVENTS + text).diagnostics if each.code.number == "PD247"]
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
