"""Limits finer than what is held to them, and endpoints that compare or read what there is not."""

import pytest
from tests.semantics.texts import read

CODES = {f"PD{number}" for number in (242, 243, 244, 245, 345, 346, 418)}


def told(text: str) -> list[str]:
    """The codes of this page that a text gives."""
    return [each.code.number for each in read(text).diagnostics if each.code.number in CODES]


@pytest.mark.parametrize(
    ("test", "codes"),
    [
        ("latest weight before SCR rounded to 0 decimals = 2.5 kg", ["PD345"]),
        ("2.5 kg = latest weight before SCR rounded to 0 decimals", ["PD345"]),
        ("latest weight before SCR rounded to 1 decimal != 2.55 kg", ["PD345"]),
        ("latest weight before SCR rounded to 1 decimal = 2550 g", ["PD345"]),
        ("latest weight before SCR rounded to 1 decimal = 2500 g", []),
        ("latest weight before SCR rounded to 0 decimals <= 2.5 kg", []),
        ("latest weight before SCR = 2.5 kg", []),
        ("whole = 2.5 kg", ["PD345"]),
        ("whole = 2 kg", []),
        ("again = 2 kg", []),
        ("count of adverse_event before SCR = 1.5", ["PD345"]),
        ("days from SCR to W0 = 1.5 weeks", ["PD345"]),
        ("days from SCR to W0 = 2 weeks", []),
        ("age at SCR rounded to 0 decimals = 17.5 years", []),
        ("latest weight before SCR / 2 kg rounded to 1 decimal > 25", ["PD346"]),
        ("(latest weight before SCR / 2 kg) rounded to 1 decimal > 25", []),
    ],
)
def test_a_limit_is_no_finer_than_what_is_rounded(test: str, codes: list[str]) -> None:
    defined = "define whole as latest weight before SCR rounded to 0 decimals\ndefine again as again\n"
    assert told(defined + f"deviation D1 when {test}\n") == codes


ARMS = (
    'treatment t "T" continuous from W0\narm a "A" gives t\narm b "B" gives t\n'
    "visit W4 window ± 3 days assess cd4, stage{}\nvisit W8 window ± 3 days assess cd4\n"
)
ONE = 'treatment t "T" continuous from W0\narm a "A" gives t\nvisit W4 window ± 3 days assess cd4\n'
MEAN = "endpoint primary P1 mean of cd4 at W4\n  compare arms by wilcoxon\n"
EVENT = "endpoint primary P1 event adverse_event from W0 to W4\n  compare arms by fisher\n"


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (ARMS.format("") + MEAN, []),
        (ARMS.format(" arms a") + MEAN, ["PD245"]),
        (ARMS.format(" arms a") + MEAN.replace("W4", "W8"), []),
        (ARMS.format(" arms a, b") + MEAN, []),
        (ONE + MEAN, ["PD245"]),
        (ONE + MEAN.replace("  compare arms by wilcoxon\n", ""), []),
        (MEAN, []),
        (ARMS.format("") + MEAN.replace("wilcoxon", "fisher, wilcoxon"), ["PD244"]),
        (ARMS.format("") + MEAN.replace("wilcoxon", "t_test"), []),
        (ARMS.format("") + "endpoint primary P1\n  compare arms by logrank\n", []),
        (ARMS.format("") + "endpoint primary P1 course of cd4 at W4\n  compare arms by fisher\n", ["PD244"]),
        (ARMS.format("") + EVENT, []),
        ("endpoint primary P1 time from W0 to first death\n  competing death\n", ["PD242"]),
        ("endpoint primary P1 time from W0 to first death\n  competing withdrawal\n", []),
        ("endpoint primary P1 time from W0 to first cdc_event in {C}\n  competing cdc_event\n", []),
        (ONE + "endpoint primary P1 mean of cd4 at W4\n  confidence 5%\n", ["PD243"]),
        (ONE + "endpoint primary P1 mean of cd4 at W4\n  confidence 90%\n", []),
    ],
)
def test_an_endpoint_compares_what_there_is(text: str, codes: list[str]) -> None:
    assert told(text) == codes


def test_a_list_of_an_endpoint_names_each_thing_once() -> None:
    text = ARMS.format("") + 'endpoint primary P1 "A" course of cd4 at W4, W4\n  compare arms by wilcoxon, wilcoxon\n'
    assert [each.code.number for each in read(text).diagnostics if each.severity == "error"] == ["PD121", "PD121"]


RETIRED = (
    'visits W4, W8, W12 window ± 3 days assess cd4\namendment AM1 "A" in force 2005-06-01\nretire W8 since AM1\n'
    "define last_one as cd4 at W8\n"
)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (RETIRED + "endpoint primary P1 mean of cd4 at W8\n", ["PD418"]),
        (RETIRED + "endpoint primary P1 mean of last_one\n", ["PD418"]),
        (RETIRED + "endpoint primary P1 mean of change in cd4 from W4 to W8\n", ["PD418"]),
        (RETIRED + "endpoint primary P1 course of cd4 at W4, W8\n", ["PD418"]),
        (RETIRED + "endpoint primary P1 mean of cd4 at W12\n", []),
        (RETIRED + "endpoint primary P1 mean of karnofsky\n", []),
        (RETIRED + "endpoint primary P1 mean of cd4 at W8\nretire P1 since AM1\n", []),
        (RETIRED + "deviation D1 when cd4 at W8 < 5 cells/mm3\n", []),
    ],
)
def test_an_endpoint_reads_what_still_holds(text: str, codes: list[str]) -> None:
    assert told(text) == codes
