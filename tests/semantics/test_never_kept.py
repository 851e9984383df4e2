"""Plans that nobody can keep, and what looks like one and is none."""

import pytest
from tests.semantics.texts import read

OF_THE_PLAN = (210, 229, 231, 234, 235, 236, 237, 238, 239, 242, 243, 244, 245, 256, 265, 266, 267, 268, 269, 278)
CODES = {f"PD{number}" for number in (*OF_THE_PLAN, 321, 322, 323, 324, 345, 346, 418)}


def told(text: str) -> list[str]:
    """The codes of this page that a text gives."""
    return [each.code.number for each in read(text).diagnostics if each.code.number in CODES]


VISITS = "visits W4, W8 window {}\ninterval gap {}\n"
PREVIOUS = "visit W4 window ± 2 days\nvisit W8 window ± 2 days counted from previous visit\ninterval gap {}\n"
IN_CYCLES = (
    'treatment chemo "C" cycles every 21 days from W0 until death\narm a "A" gives chemo\n'
    "visits C at cycle day 1, 8 of chemo window ± 1 days\ninterval gap {}\n"
)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (VISITS.format("± 3 days", "at most 22 days from W4 to W8"), ["PD235"]),
        (VISITS.format("± 3 days", "at most 21 days from W4 to W8"), ["PD234"]),
        (VISITS.format("± 3 days", "at most 28 days from W4 to W8"), []),
        (VISITS.format("± 3 days", "at least 34 days from W4 to W8"), ["PD235"]),
        (VISITS.format("± 3 days", "at least 35 days from W4 to W8"), ["PD234"]),
        (VISITS.format("± 3 days", "at least 28 days from W4 to W8"), []),
        (VISITS.format("± 1 months", "at most 14 days from W4 to W8"), ["PD235"]),
        (VISITS.format("± 3 days", "at most 1 month from W4 to W8"), []),
        (VISITS.format("± 3 days", "at most 14 days from 1 day after W4 to W8"), ["PD234"]),
        (VISITS.format("± 3 days", "at most 14 days from SCR to W8"), []),
        (VISITS.format("± 3 days", "at most 14 days from W8 to W4"), ["PD236"]),
        (VISITS.format("± 3 days", "at most 14 days from W4 to W4"), ["PD236"]),
        (PREVIOUS.format("at most 14 days from W4 to W8"), ["PD235"]),
        ("visits W4, W8\ninterval gap at most 14 days from W4 to W8\n", ["PD234"]),
        ("interval gap at most 14 days from W0 to 1 month after W0\n", ["PD234"]),
        ("interval gap at most 29 days from W0 to 1 month after W0\n", []),
        (IN_CYCLES.format("at most 6 days from C1D1 to C1D8"), ["PD235"]),
        (IN_CYCLES.format("at most 5 days from C1D1 to C2D1"), []),
    ],
)
def test_an_interval_is_held_to_the_plan(text: str, codes: list[str]) -> None:
    assert told(text) == codes


BOTH = "interval one {} from SCR to W0\ninterval other {} from SCR to {}\n"


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (BOTH.format("at most 28 days", "at least 35 days", "W0"), ["PD239"]),
        (BOTH.format("at least 29 days", "at most 4 weeks", "W0"), ["PD239"]),
        (BOTH.format("at least 28 days", "at most 4 weeks", "W0"), []),
        (BOTH.format("at least 28 days", "at least 35 days", "W0"), []),
        (BOTH.format("at least 28 days", "at most 7 days", "W1"), []),
    ],
)
def test_two_intervals_are_held_to_one_another(text: str, codes: list[str]) -> None:
    assert told(text) == codes


def test_a_change_is_counted_from_the_earlier_visit() -> None:
    form = "visits W0, W24 window ± 3 days assess cd4\nendpoint primary P1 mean of {}"
    assert told(form.format("change in cd4 from W0 to W24")) == []
    found = [each for each in read(form.format("percent change in cd4 from W24 to W0")).diagnostics if each.hint]
    assert "write: percent change in cd4 from W0 to W24" in [each.hint for each in found]
    assert told(form.format("change in cd4 from W24 to W24")) == ["PD236"]


@pytest.mark.parametrize(
    ("window", "hint"),
    [
        ("+3 to +7 days", "plan it 3 days later, and write: window -0 to +4 days"),
        ("-28 to -1 days", "plan it 1 days earlier, and write: window -27 to +0 days"),
        ("-0 to +7 days", None),
        ("-7 to +0 days", None),
        ("+7 to +3 days", None),
    ],
)
def test_a_window_holds_the_planned_day(window: str, hint: str | None) -> None:
    text = f'class clinic "C" window {window}\nvisit W4 class clinic\n'
    found = [each.hint for each in read(text).diagnostics if each.code.number == "PD237"]
    assert found == ([hint] if hint else [])


def test_an_analysis_window_may_lie_where_it_will() -> None:
    assert told("visit W4 window ± 3 days\n  analysis window +1 to +2 days\n") == []


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("visit FU at 30 days after withdrawal window ± 3 days\n", ["PD238"]),
        ("visit FU at 30 days after death\n", ["PD238"]),
        ("visit ET at withdrawal\n", []),
        ("visit FU at 30 days before completion\n", []),
        ("participation ends at W48\nvisits W48, W52 window ± 3 days\n", ["PD238"]),
        ("participation ends at W48\nvisit FU at 30 days after withdrawal window ± 3 days\n", []),
        ("participation ends at W4\nvisit W8 window ± 3 days counted from previous visit\n", []),
        (IN_CYCLES.format("at most 30 days from C1D1 to C1D8"), []),
    ],
)
def test_a_visit_is_planned_before_the_end(text: str, codes: list[str]) -> None:
    assert told(text) == codes


SERIES = "visits S at {}\n  then every 4 weeks until {}\n  window ± 3 days\n  assess cd4\n"
READ = "endpoint primary P1 mean of cd4 at {}\n"
WITHOUT = "visits S at W8 and W12\n  window ± 3 days\n  assess cd4\n"
AMENDED = (
    "visits S at W4\n  then every 4 weeks until W8\n  window ± 3 days\n  assess cd4\n  since AM1\n"
    'amendment AM1 "A" in force 2005-01-01\n'
)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (SERIES.format("W8", "W4"), ["PD265"]),
        (SERIES.format("W8 and W12", "death or W10"), ["PD265"]),
        (SERIES.format("W8 and W12", "W12"), []),
        (SERIES.format("W8", "1 month after W0"), ["PD265"]),
        (SERIES.format("W4", "1 month after W0"), []),
        (SERIES.format("V8", "W4").replace("V8", "W8") + "visit W4 window ± 1 days\n", ["PD265"]),
        (SERIES.format("W8", "closing") + "visit closing at W4 window ± 1 days\n", ["PD265"]),
        (SERIES.format("W4", "W16") + READ.format("S4"), []),
        (SERIES.format("W4", "W16") + READ.format("S5"), ["PD266"]),
        (SERIES.format("W4", "W16") + "at S5 also assess weight\n" + READ.format("S5"), ["PD266"]),
        (SERIES.format("W4", "death") + READ.format("S5"), []),
        (SERIES.format("W4", "W16") + AMENDED + READ.format("S4"), []),
        (WITHOUT + READ.format("S2"), []),
        (SERIES.format("W8", "W4") + READ.format("S2"), ["PD265", "PD266"]),
    ],
)
def test_a_visit_of_a_series_comes_before_its_end(text: str, codes: list[str]) -> None:
    assert told(text) == codes


CYCLES = 'treatment t "T"\n  dose 5 mg oral, once daily for 5 days\n  cycles {}\narm a "A"\n  gives t{}\n'
EPOCH = "epoch p from W0 to W12\n"


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (CYCLES.format("every 4 weeks from W8 until W4", ""), ["PD210"]),
        (CYCLES.format("up to 4 from W8, spaced 4 weeks until death or W4", ""), ["PD210"]),
        (CYCLES.format("up to 4 from W8, spaced 4 weeks\n  none after W4\n  expect 4 cycles", ""), ["PD210"]),
        (CYCLES.format("every 4 weeks from W8 until W8", ""), []),
        (CYCLES.format("every 4 weeks from SCR until W4", ""), []),
        (CYCLES.format("up to 4 from start of epoch, spaced 4 weeks", " in p") + EPOCH, []),
        (CYCLES.format("up to 5 from start of epoch, spaced 4 weeks", " in p") + EPOCH, ["PD278"]),
        (CYCLES.format("up to 2 from 13 weeks after start of epoch, spaced 4 weeks", " in p") + EPOCH, ["PD278"]),
        (CYCLES.format("every 4 weeks from start of epoch until death", " in p") + EPOCH, ["PD278"]),
        (
            CYCLES.format(
                "every 4 weeks from start of epoch until death\n  none after 12 weeks after start of epoch", " in p"
            )
            + EPOCH,
            [],
        ),
        (CYCLES.format("every 4 weeks from start of epoch until death", " in p") + "epoch p from W0 to death\n", []),
    ],
)
def test_cycles_come_before_their_end(text: str, codes: list[str]) -> None:
    assert told(text) == codes


ZOL = 'treatment t "T" cycles at cycle day 1 of chemo\n  only in {}\n'
OF_ZOL = "visit V at cycle 1 of t\n"
CHEMO = 'treatment chemo "C" cycles up to 4 every 21 days from W0{}\narm a "A" gives chemo\n'
INSIDE = "visits C at cycle day 1 of chemo\n  {}\n  window ± 1 days\n  assess cd4\n"


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (CHEMO.format("") + INSIDE.format("only in C2 on"), []),
        (CHEMO.format("") + INSIDE.format("only in C1, C6 to C8"), ["PD267"]),
        (CHEMO.format("") + INSIDE.format("only in D1"), []),
        (CHEMO.format("") + INSIDE.format("only every second cycle"), []),
        (CHEMO.format("").replace("gives chemo", "gives chemo, t") + ZOL.format("C6 on"), ["PD267"]),
        (CHEMO.format("").replace("gives chemo", "gives chemo, t") + ZOL.format("C2 on"), []),
        (CHEMO.format("").replace("gives chemo", "gives chemo, t") + ZOL.format("C2 on") + OF_ZOL, ["PD256"]),
        (INSIDE.format("only in C6 on"), []),
        (CHEMO.format(" skipped cycles do not count") + INSIDE.format("only in C6 on"), []),
        (CHEMO.format("") + INSIDE.format("counted from plan") + READ.format("C4D1"), []),
        (CHEMO.format("") + INSIDE.format("counted from plan") + READ.format("C5D1"), ["PD256"]),
        (CHEMO.format("") + INSIDE.format("arms a"), []),
    ],
)
def test_a_cycle_that_is_named_is_one_of_the_plan(text: str, codes: list[str]) -> None:
    assert told(text) == codes


RULE = 'treatment t "T" cycles up to 4 every 21 days from W0\n  {}\narm a "A" gives t\n'
EVER = "define ever as any adverse_event\n"


@pytest.mark.parametrize(
    ("rule", "codes"),
    [
        ("delay while any adverse_event of grade at least 3", ["PD269"]),
        ("delay while exposed to PI", ["PD269"]),
        ("delay while hiv1_infection is confirmed", ["PD269"]),
        ("delay while count of adverse_event >= 2", ["PD269"]),
        ("delay while 2 < count of adverse_event", ["PD269"]),
        ("delay while ever or latest cd4 before W8 < 50 cells/mm3", ["PD269"]),
        ("delay while at least 1 of (ever, latest cd4 before W8 < 50 cells/mm3)", ["PD269"]),
        ("delay while any adverse_event and latest cd4 before W8 < 50 cells/mm3", []),
        ("delay while count of adverse_event < 2", []),
        ("delay while no adverse_event", []),
        ("delay while failing is yes", []),
        ("delay while on PI at W4", []),
        ("stop when any adverse_event", []),
    ],
)
def test_a_delay_can_be_over(rule: str, codes: list[str]) -> None:
    assert told(EVER + RULE.format(rule)) == codes
