"""What a plan says and nobody can follow: arms that are one, rules that rule each other out, values of no visit."""

import pytest
from tests.semantics.texts import read

NUMBERS = (108, 224, 229, 238, 280, 281, 282, 283, 284, 285, 286, 287, 288, 325, 326, 420)
CODES = {f"PD{number}" for number in NUMBERS}


def told(text: str) -> list[str]:
    """The codes of this page that a text gives."""
    return [each.code.number for each in read(text).diagnostics if each.code.number in CODES]


TWO = 'treatment t "T" continuous from W0\ntreatment u "U" continuous from W0\n'
ARMS = TWO + 'arm a "A" gives {}\narm b "B" gives {}\n'
EPOCHS = "epoch p from W0 to W4\nepoch q from W8 to W12\n"
AMENDED = 'arm {} gives {} since AM1\namendment AM1 "Open to all" in force 2005-01-01\n'


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (ARMS.format("t", "t ratio 2"), ["PD280"]),
        (ARMS.format("t, u", "u, t"), ["PD280"]),
        (ARMS.format("t gives u", "u, t"), ["PD280"]),
        (ARMS.format("t", "u"), []),
        (ARMS.format("t", "t, t"), []),
        (ARMS.format("t", "t, u"), []),
        (ARMS.format("t", "t") + 'arm c "C" gives t\n', ["PD280", "PD280"]),
        (ARMS.format("t in p, u in q", "u in p, t in q") + EPOCHS, []),
        (ARMS.format("t in p, u in q", "u in q, t in p") + EPOCHS, ["PD280"]),
        (ARMS.format("t", "t") + "visit W4 window ± 3 days arms b\n", []),
        (ARMS.format("t", "t") + "visit W4 window ± 3 days arms a, b\n", ["PD280"]),
        (ARMS.format("t", "t") + "deviation D1 when arm is B and failing is yes\n", []),
        (ARMS.format("t", "t") + "deviation D1 when arm is in {a, b} and failing is yes\n", ["PD280"]),
        (ARMS.format("t", "t") + "deviation D1 when failing is yes\n", ["PD280"]),
        (ARMS.format("t", "u") + AMENDED.format("b", "t"), []),
        (ARMS.format("t", "t") + AMENDED.format("b", "u"), []),
        (ARMS.format("t", "t") + AMENDED.format("a", "u") + "arm b gives u since AM1\n", ["PD280"]),
        (ARMS.format("t", "t ratio"), []),
        (TWO + 'arm a "A"\narm b "B"\n', []),
    ],
)
def test_arms_are_told_apart(text: str, codes: list[str]) -> None:
    assert told(text) == codes


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (ARMS.format("t ratio 2", "u"), ["PD289"]),
        (ARMS.format("t", "u ratio 1") + 'arm c "C" gives t, u\n', ["PD289", "PD289"]),
        (ARMS.format("t ratio 2", "u ratio 1"), []),
        (ARMS.format("t", "u"), []),
        (ARMS.format("t ratio 2", "u ratio"), []),
        (ARMS.format("t ratio 2", "u ratio 1") + AMENDED.format("b", "t"), ["PD289"]),
        (ARMS.format("t ratio 2", "u ratio 1") + AMENDED.format("b", "t ratio 1"), []),
    ],
)
def test_arms_with_a_ratio_have_one_each(text: str, codes: list[str]) -> None:
    assert [each.code.number for each in read(text).diagnostics if each.code.number == "PD289"] == codes


CYCLES = (
    'treatment t "T"\n  dose 5 mg oral, once daily\n  level low 2 mg\n'
    "  cycles up to 4 from W0, spaced 4 weeks{}\n  {}\n"
    'arm a "A" gives t\n'
)
LOW = "latest cd4 before W52 < 100 cells/mm3"
LOWER = "latest cd4 before W52 < 50 cells/mm3"


@pytest.mark.parametrize(
    ("until", "rules", "codes"),
    [
        ("", f"repeat while {LOW}\n  stop when {LOW}", ["PD281"]),
        ("", f"stop when {LOW}\n  repeat while {LOWER}", ["PD281"]),
        ("", f"repeat while {LOW}\n  stop when {LOWER}", []),
        ("", f"repeat while not {LOW}\n  stop when {LOW}", []),
        ("", "repeat while any adverse_event\n  stop when any adverse_event", ["PD281"]),
        ("", "repeat while no adverse_event\n  stop when any adverse_event", []),
        ("", f"delay while {LOW}\n  stop when not {LOW}", ["PD281"]),
        ("", f"delay while {LOW}\n  repeat while {LOW}", ["PD281"]),
        ("", "stop when latest cd4 before W52 >= 0 cells/mm3", ["PD281"]),
        ("", "repeat while latest cd4 before W52 < 0 cells/mm3", ["PD281"]),
        (f" until {LOW}", f"repeat while {LOW}", ["PD281"]),
        (f" until death or {LOW}", "repeat while failing is no", []),
        ("", f"repeat while {LOW}\n  stop when latest hiv_rna before W52 > 50 copies/mL", []),
        ("", f"stop when {LOW}\n  reduce to low when {LOWER}", ["PD282"]),
        ("", f"delay while {LOW}\n  reduce to low when {LOW}", ["PD282"]),
        ("", f"stop when {LOWER}\n  reduce to low when {LOW}", []),
        ("", f"delay while {LOW}\n  reduce to low when lowest cd4 from W0 to W52 < 100 cells/mm3", []),
        ("", f"repeat while {LOW}\n  stop when {LOW}\n  reduce to low when {LOW}", ["PD281"]),
        ("", f"stop when {LOW}\n  repeat while nobody is yes", []),
        ("", f"delay while {LOW}\n  stop when {LOWER}", ["PD282"]),
        ("", f"delay while {LOW}\n  stop when {LOWER} or failing is yes", ["PD282"]),
        (f" until {LOWER}", f"delay while {LOW}", ["PD282"]),
        ("", f"delay while {LOWER}\n  stop when {LOW}", []),
        ("", f"stop when {LOW}\n  stop when {LOWER}", []),
        ("", f"repeat while {LOW}\n  reduce to low when not {LOW}", []),
    ],
)
def test_rules_of_cycles_leave_some_cycle(until: str, rules: str, codes: list[str]) -> None:
    assert told(CYCLES.format(until, rules)) == codes


def test_rules_that_rule_each_other_out_are_shown_as_written() -> None:
    found = read(CYCLES.format("", f"repeat while {LOWER}\n  stop when {LOW}")).diagnostics
    (one,) = [each for each in found if each.code.number == "PD281"]
    assert one.message == (
        f"no cycle of t after the first can be given: repeat while {LOWER} and stop when {LOW} rule it out"
    )
    assert not one.stops


def test_too_many_rules_are_left_alone() -> None:
    many = "\n  ".join(f"stop when latest cd4 before W52 < {number} cells/mm3" for number in range(1, 1_000))
    assert told(CYCLES.format("", many)) == []


ALSO = (
    "visit W8 window ± 3 days assess cd4\nvisit W16 window -28 to +7 days assess cd4\n"
    "visit W24 window ± 3 days assess cd4\n"
)


@pytest.mark.parametrize(
    ("rules", "codes"),
    [
        ("stop when lowest cd4 from W13 to W24 < 50 cells/mm3", ["PD283"]),
        ("stop when lowest cd4 from W12 to W24 < 50 cells/mm3", []),
        ("stop when latest cd4 within 4 weeks before W24 < 50 cells/mm3", ["PD283"]),
        ("stop when latest cd4 before W24 < 50 cells/mm3", []),
        ("repeat while any adverse_event from W20 to W24", ["PD283"]),
        ("stop when any adverse_event during late", ["PD283"]),
        ("stop when cd4 at W24 < 50 cells/mm3", ["PD283"]),
        ("stop when cd4 at W16 < 50 cells/mm3", []),
        ("stop when change in cd4 from W8 to W24 > 50 cells/mm3", ["PD283"]),
        ("stop when cd4 at W8 < 50 cells/mm3", []),
        ("stop when lowest cd4 from W13 to W24 < 50 cells/mm3\n  counted from previous start", []),
        ("stop when lowest cd4 from W13 to W24 < 50 cells/mm3\n  skipped cycles do not count", []),
        (f"stop when lowest cd4 from W13 to W24 < 50 cells/mm3\n  delay while {LOW}", []),
        ("stop when lowest cd4 from death to W24 < 50 cells/mm3", []),
    ],
)
def test_rules_of_cycles_read_what_comes_before_the_last(rules: str, codes: list[str]) -> None:
    assert told(CYCLES.format("", rules) + ALSO + "epoch late from W20 to W24\n") == codes


JUDGED = "eligibility at {}\nvisits SCR, W0, W4 window -35 to +3 days assess cd4\ninclusion I1 require {}\n"


@pytest.mark.parametrize(
    ("point", "test", "codes"),
    [
        ("SCR", "cd4 at W4 > 50 cells/mm3", []),  # its window begins before randomization
        ("W0", "lowest cd4 from W1 to W4 > 50 cells/mm3", ["PD229"]),
        ("SCR", "lowest cd4 from W1 to W4 > 50 cells/mm3", ["PD229"]),
        ("SCR", "lowest cd4 from W0 to W4 > 50 cells/mm3", []),
        ("3 days after SCR", "lowest cd4 from 2 days after W0 to W4 > 50 cells/mm3", []),
        ("3 days after SCR", "lowest cd4 from 4 days after W0 to W4 > 50 cells/mm3", ["PD229"]),
        ("SCR", "on PI at W4", ["PD229"]),
        ("SCR", "late and (late or later)", ["PD229"]),
        ("SCR", "change in cd4 from SCR to W8 > 50 cells/mm3", ["PD229"]),
        ("SCR", "cd4 at V99 > 50 cells/mm3", []),
        ("SCR", "cd4 at W12 > 50 cells/mm3", []),  # its window moves with the visit before
        ("SCR", "change in cd4 from SCR to C1D1 > 50 cells/mm3", []),
    ],
)
def test_criteria_read_nothing_after_the_day_of_judging(point: str, test: str, codes: list[str]) -> None:
    more = 'visit W8 window ± 3 days assess cd4\ndefine late "L" as lowest cd4 from W1 to W4 > 50 cells/mm3\n'
    more += "visit W12 window ± 3 days counted from previous visit assess cd4\n"
    more += 'define later "M" as not late\n'
    series = 'treatment c "C" cycles every 21 days from W0 until death\narm x "X" gives c\n'
    days = "visits C at cycle day 1 of c window ± 1 days assess cd4\n"
    assert told(JUDGED.format(point, test) + more + series + days) == codes


@pytest.mark.parametrize(
    ("dose", "codes"),
    [
        ("5 kg", ["PD325"]),
        ("5 mg/kg", []),
        ("0 kg", []),
        ("5 mg/day", ["PD326"]),
        ("5 mg/kg/d", ["PD326"]),
        ("5 mg/dL", []),
    ],
)
def test_a_dose_is_what_somebody_takes(dose: str, codes: list[str]) -> None:
    text = f'treatment t "T"\n  dose {dose} oral, once daily\n  continuous from W0\narm a "A" gives t\n'
    assert told(text) == codes


@pytest.mark.parametrize(
    ("dose", "quote", "hint"),
    [
        ("4.5 mIU", "4.5 million International units", "did you mean MIU?"),
        ("4.5 mg", "4.5 million International units", "did you mean MIU?"),
        ("4.5 mg", "a dose of 4.5 million units", "did you mean MU?"),
        ("4.5 mg", "4.5 million grams", "did you mean Mg?"),
        ("4.5 mg", "4.5 mg", ""),
    ],
)
def test_a_dose_is_in_the_millions_of_its_quote(dose: str, quote: str, hint: str) -> None:
    text = f'source REG "R"\ntreatment t "T"\n  dose {dose} oral\n  continuous from W0\n  quote REG "{quote}"\n'
    found = [each.hint for each in read(text).diagnostics if each.code.number == "PD304"]
    assert found == ([hint] if hint else [])


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("visits S at W4\n  then every 0 weeks until W16\n  window ± 3 days\n", ["PD224"]),
        ("anchor W0 is randomization\nanchor D0 is first_dose\n", ["PD108"]),
        ("anchor W0 is randomization\nanchor D0 is randomization\n", []),
        (CYCLES.format("", "window ± 3 days\n  dose 1 mg for 5 days").replace("4 weeks", "0 weeks"), ["PD224"]),
        (CYCLES.format("", "expect 3 cycles").replace("up to 4", "up to 0"), ["PD224"]),
    ],
)
def test_no_time_and_another_day_are_told_of_once(text: str, codes: list[str]) -> None:
    assert told(text) == codes


VISITS = "visits W0, W4, W8 window ± 3 days assess cd4\n"
TIME = "endpoint primary P1 time from {} to first visit with cd4 > 200 cells/mm3\n"
LOWEST = "endpoint primary P1 mean of lowest cd4 {}\n"


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (VISITS + TIME.format("W8"), ["PD284"]),
        (VISITS + TIME.format("60 days after W0"), ["PD284"]),
        (VISITS + TIME.format("W4"), []),
        (VISITS + "visit ET at withdrawal assess cd4\n" + TIME.format("W8"), []),
        (VISITS + "visit W12 window ± 3 days\nat W12 also assess cd4\n" + TIME.format("W8"), []),
        (
            VISITS
            + "visits S at W12\n  then every 4 weeks until death\n  window ± 3 days\n  assess cd4\n"
            + TIME.format("W8"),
            [],
        ),
        (
            VISITS
            + "visits S at W12\n  then every 4 weeks until death\n  window ± 3 days\nat S2 also assess cd4\n"
            + TIME.format("W8"),
            [],
        ),
        (VISITS + "visits S at W12 and W16 window ± 3 days assess cd4\n" + TIME.format("W12"), []),
        (VISITS + "visits S at W12 and W16 window ± 3 days assess cd4\n" + TIME.format("W16"), ["PD284"]),
        (VISITS + "visits W12 window ± 3 days assess one of (cd4, weight)\n" + TIME.format("W8"), []),
        (VISITS + LOWEST.format("from W12 to W16"), ["PD284"]),
        (VISITS + LOWEST.format("from W6 to W7"), ["PD284"]),
        (VISITS + LOWEST.format("from 53 days after W0 to W16"), []),
        (VISITS + LOWEST.format("from 60 days after W0 to W16"), ["PD284"]),
        (VISITS + LOWEST.format("before W16"), []),
        (VISITS + LOWEST.format("from 8 weeks before SCR to SCR"), []),
        (VISITS + "deviation D1 when lowest cd4 from W12 to W16 < 50 cells/mm3\n", []),
    ],
)
def test_what_is_followed_is_assessed_then(text: str, codes: list[str]) -> None:
    assert told(text) == codes


TWICE = "deviation D1 when consecutive cd4 < 50 cells/mm3 {}\n"


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (VISITS + TWICE.format("from W4 to W8"), []),
        (VISITS + TWICE.format("from W6 to W8"), ["PD285"]),
        (VISITS + TWICE.format("from W1 to W3"), ["PD285"]),
        (VISITS + TWICE.format("within 4 weeks before W8"), []),
        (VISITS + TWICE.format("within 2 weeks before W8"), ["PD285"]),
        (VISITS + TWICE.format("from 1 year before SCR to SCR"), []),
        (VISITS + TWICE.format("from 28 days before W0 to W0"), []),
        (VISITS.replace("± 3 days", "± 1 months") + TWICE.format("from W6 to W8"), []),
        (VISITS.replace("assess", "counted from previous visit assess") + TWICE.format("from W6 to W8"), []),
        ("visits W4 window ± 3 days assess weight\n" + TWICE.format("from W6 to W8"), []),
    ],
)
def test_two_readings_in_a_row_have_two_visits(text: str, codes: list[str]) -> None:
    assert told(text) == codes


PREVIOUS = " window ± 3 days counted from previous visit\n"


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (f"visit W4{PREVIOUS}visit W8{PREVIOUS}", ["PD286"]),
        (f"visit W8{PREVIOUS}visit W4{PREVIOUS}", ["PD286"]),
        (f"visits W4, W8{PREVIOUS}", []),
        (f"visit W4{PREVIOUS}visit SCR\n", []),
        (f"visit W0\nvisit W4{PREVIOUS}", []),
        (f"visit V at W4\nvisit W4{PREVIOUS}", []),
        (f"visit W4{PREVIOUS}visit V at W4\n", ["PD286"]),
        (f"visits S at W4\n  then every 4 weeks until W16\n {PREVIOUS}", []),
        (ARMS.format("t", "u") + f"visit W0 arms a\nvisit W4 arms b{PREVIOUS}", ["PD286"]),
        (ARMS.format("t", "u") + f"visit W0 arms a\nvisit W4{PREVIOUS}", []),
        (
            CYCLES.format("", "") + f"visits C at cycle day 1 of t window ± 1 days\nvisit W4{PREVIOUS}",
            [],
        ),
        ("visit W4 window ± 3 days counted from previous start\n", ["PD287"]),
        ('class c "C" window ± 3 days counted from previous start\nvisit W4 class c\n', ["PD287"]),
        (CYCLES.format("", "counted from previous visit"), ["PD287"]),
        (CYCLES.format("", "counted from previous start"), []),
    ],
)
def test_a_window_moves_with_something(text: str, codes: list[str]) -> None:
    assert told(text) == codes


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("participation ends at W52\nprohibit PI from W60 to W72\n", ["PD288"]),
        ("participation ends at W52\nprohibit PI from W52 to W72\n", []),
        ("participation ends at W52\nprohibit PI during late\nepoch late from W60 to W72\n", ["PD288"]),
        ("prohibit PI from 1 day after death to 1 month after death\n", ["PD288"]),
        ("prohibit PI from W60 to W72\n", []),
        ("participation ends at W8\n" + CYCLES.format("", "") + 'treatment u "U" continuous from W9\n', ["PD238"]),
        ("participation ends at W8\n" + CYCLES.format("", "").replace("from W0", "from W9"), ["PD238"]),
    ],
)
def test_what_is_planned_comes_before_the_end(text: str, codes: list[str]) -> None:
    assert told(text) == codes


AMENDMENT = 'amendment AM1 "More" in force 2005-06-01{}visit W4 window ± 3 days since AM1\n'


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ('\n  in force 2005-06-01 at site "02"\n', "\n"),
        (
            '\n  in force 2005-06-01 at site "02" in force 2005-07-01 at site "03"\n',
            '\n in force 2005-07-01 at site "03"\n',
        ),
        (' in force 2005-06-01 at site "02"\n', "\n"),
        (' in force 2005-06-01 at site "02" # as told\n', " # as told\n"),
    ],
)
def test_the_day_of_all_sites_is_taken_out(written: str, left: str) -> None:
    analysis = read(AMENDMENT.format(written))
    (found,) = [each for each in analysis.diagnostics if each.code.number == "PD420"]
    assert found.fix is not None
    assert found.fix.safety == "unsafe"
    (edit,) = found.fix.edits
    text = analysis.texts[edit.span.file].content
    mended = text[: edit.span.start] + edit.words + text[edit.span.end :]
    assert AMENDMENT.format(left) in mended
    assert "PD420" not in {each.code.number for each in read(AMENDMENT.format(left)).diagnostics}


def test_an_amendment_declared_twice_is_told_once() -> None:
    found = {each.code.number for each in read(AMENDMENT.format("\n") * 2).diagnostics}
    assert "PD105" in found
    assert "PD411" not in found


def test_a_day_of_its_own_is_another_one() -> None:
    assert told(AMENDMENT.format('\n  in force 2005-07-01 at site "02"\n')) == []
    assert told(AMENDMENT.replace(" in force 2005-06-01{}", ' in force 2005-06-01 at site "02"\n')) == []
