"""What is said of cycles that the data, or the version of the protocol, leave open."""

from pathlib import Path

from tests.spec.cases import Case
from tests.spec.test_spec import run

CHEMO = """treatment chemo "Chemotherapy"
  cycles up to 3 every 21 days from W0{}
  window ± 3 days
arm active "Active" gives chemo
"""
PERSON = "| id | arm | consent |\n| P1 | active | 2004-01-01 |\n"
CUTOFF = "2004-08-01"


def said(folder: Path, protocol: str, **tables: str) -> list[str]:
    """What deviations and queries say, in order."""
    case = Case("open", "open.md", {"participants": PERSON, "cutoff": CUTOFF, **tables, "protocol": protocol})
    result = run(case, folder).results[0]
    return [*(each.message for each in result.deviations), *(each.message for each in result.queries)]


def given(*rows: str, columns: str = "") -> str:
    """The table of administrations: day and cycle, and what ``columns`` there are besides."""
    return "".join([f"| id | treatment | date | cycle |{columns}\n", *(f"| P1 | chemo | {row} |\n" for row in rows)])


def test_an_event_that_may_have_ended_the_cycles_is_named(tmp_path: Path) -> None:
    protocol = CHEMO.format(" until adverse_event of grade at least 4 related to chemo or death")
    events = "| id | event | date | grade |\n| P1 | adverse_event | 2004-07-01 | 4 |\n"
    ended = "adverse_event on 2004-07-01 may have ended the cycles"
    assert said(tmp_path, protocol, events=events, administrations=given("2004-06-14 | 1", "2004-07-05 | 2")) == [
        f"whether cycle 2 of chemo, begun on 2004-07-05, was planned is not known: {ended}",
        f"whether cycle 3 of chemo was due, or given, is not known: {ended}",
    ]


def test_what_may_have_ended_a_treatment_is_named(tmp_path: Path) -> None:
    rows = given("2004-06-14 | 1")
    nameless = "| id | event | date |\n| P1 | discontinuation | 2004-07-01 |\n"
    (tmp_path / "a").mkdir()
    assert said(tmp_path / "a", CHEMO.format(""), events=nameless, administrations=rows)[0] == (
        "whether cycle 2 of chemo was due, or given, is not known: the discontinuation of 2004-07-01 names no treatment"
    )
    own = "| id | event | date | related_to |\n| P1 | discontinuation | 2004-07 | chemo |\n"
    (tmp_path / "b").mkdir()
    assert said(tmp_path / "b", CHEMO.format(""), events=own, administrations=rows)[0] == (
        "whether cycle 2 of chemo was due, or given, is not known: chemo was discontinued on 2004-07"
    )


def test_the_rows_that_may_be_a_cycle_are_named(tmp_path: Path) -> None:
    people = f"{PERSON}| P2 | active | 2004-01-01 |\n| P3 | active | 2004-01-01 |\n"
    rows = (
        "| id | treatment | date | cycle | given |\n| P1 | chemo | 2004-06 | | |\n"
        "| P2 | chemo | 2004-06-14 | 1 | oui |\n| P3 | chemo | | 1 | |\n"
    )
    tables = {"participants": people, "cutoff": "2004-07-04", "administrations": rows}
    result = run(Case("open", "open.md", {**tables, "protocol": CHEMO.format("")}), tmp_path)
    found = [each for one in result.results for each in one.queries if each.code == "QY03"]
    assert [(each.message, [fact.origin.row for fact in each.facts]) for each in found] == [
        ("whether what is dated 2004-06 was cycle 1 of chemo is not known", [2]),
        ("whether chemo of 2004-06-14 was given is not known", [3]),
        ("cycle 1 of chemo of some day up to 2004-07-04 may or may not have begun in its window", [4]),
    ]


def test_what_is_no_cycle_has_no_number(tmp_path: Path) -> None:
    protocol = CHEMO.replace('"Chemotherapy"\n', '"Chemotherapy"\n  dose 5 mg oral, once daily for 1 days\n')
    rows = given("2004-06-30 | | 6 | mg | oral", columns=" dose | unit | route |")
    people = PERSON.replace("consent |\n", "consent | randomization |\n").replace("01-01 |", "01-01 | |")
    assert said(tmp_path, protocol.format(""), administrations=rows, participants=people) == [
        "chemo of 2004-06-30: 6 mg was given, planned 5 mg",
        "chemo of 2004-06-30 began on 2004-06-30, but its window is not known",
    ]


AMENDED = """amendment AM1 "Another" in force 2004-06-10
  in force 2004-08-01 at site "02"
treatment chemo "Chemotherapy"
  dose 5 mg oral, once daily for {}
  level half 2 mg
  level low 1 mg
  cycles up to 1 from W0
  window ± 3 days
  none after W20
treatment chemo "Chemotherapy"
  dose 4 mg oral, once daily for {}
  cycles up to 1 from W0
  window ± 3 days
  none after W0
  since AM1
arm active "Active" gives chemo
"""
WHICH = "as first written or as amended by AM1, which is not known"


def test_what_every_version_forbids_is_told_with_what_each_plans(tmp_path: Path) -> None:
    rows = given("2004-06-18 | 1 | 3 | mg | oral | 7", columns=" dose | unit | route | times |")
    assert said(tmp_path, AMENDED.format("3 days", "2 days"), administrations=rows) == [
        "cycle 1 of chemo began 1 day after its window closed",
        "cycle 1 of chemo had 7 administrations, planned 3 or 2",
        "cycle 1 of chemo took 1 day from first to last administration, planned 3 or 2",
        f"cycle 1 of chemo may have begun after the last point: {WHICH}",
        "chemo: which version of the protocol was in force is not known",
    ]


LEVELS = """treatment chemo "Chemotherapy"
  dose 4 mg oral, once daily for 2 days
  level half 2 mg
  cycles up to 1 from W0
  window ± 3 days
  reduce to half when latest weight before W52 < 50 kg
arm active "Active" gives chemo
"""
UNKNOWN = "reduce to half when latest weight before W52 < 50 kg: unknown on 2004-06-14"


def test_a_level_that_is_open_says_why(tmp_path: Path) -> None:
    rows = given("2004-06-14 | 1 | 4 | mg | oral", "2004-06-15 | 1 | 3 | mg | oral", columns=" dose | unit | route |")
    assert said(tmp_path, LEVELS, administrations=rows) == [
        "cycle 1 of chemo: 3 mg was given, planned 4 or 2 mg",
        f"cycle 1 of chemo: 4 mg was given, planned 2 mg: {UNKNOWN}",
    ]


def test_of_a_day_on_which_some_doses_are_doubtful_the_first_need_not_be_one(tmp_path: Path) -> None:
    rows = given("2004-06-14 | 1 | 3 | mg | oral", "2004-06-15 | 1 | 4 | mg | oral", columns=" dose | unit | route |")
    assert said(tmp_path, LEVELS, administrations=rows) == [
        "cycle 1 of chemo: 3 mg was given, planned 4 or 2 mg",
        f"whether every dose of cycle 1 of chemo was as planned is not known: {UNKNOWN}",
    ]


def test_a_level_that_cannot_be_compared_with_the_unit_of_the_day(tmp_path: Path) -> None:
    first, _, _ = LEVELS.partition("arm")
    later = first.replace("4 mg oral", "2 tablets oral").replace("level half 2 mg", "level low 1 tablet")
    later = later.replace("reduce to half", "reduce to low") + "  since AM1\n"
    protocol = f'amendment AM1 "Tablets" in force 2004-06-15\n{first}{later}arm active "Active" gives chemo\n'
    readings = "| id | measure | date | value | unit |\n| P1 | weight | 2004-06-10 | 49 | kg |\n"
    rows = given(
        "2004-06-15 | 1 | 1 | tablet | oral", "2004-06-16 | 1 | 1 | tablet | oral", columns=" dose | unit | route |"
    )
    assert said(tmp_path, protocol, administrations=rows, readings=readings) == [
        "cycle 1 of chemo: the level half cannot be compared with what is planned in tablets",
    ]


def test_one_dose_that_may_be_either_of_two_open_cycles_leaves_both_open(tmp_path: Path) -> None:
    early = CHEMO.partition("arm")[0].format("")
    later = early.replace("21 days", "11 days") + "  since AM1\n"
    dates = 'amendment AM1 "Closer" in force 2004-06-20\n  in force 2004-09-01 at site "02"\n'
    protocol = f'{dates}{early}{later}arm active "Active" gives chemo\n'
    assert said(tmp_path, protocol, administrations=given("2004-06-14 | ", "2004-07-05 | ")) == [
        f"cycle 2 of chemo of 2004-07-05 may or may not have begun in its window: {WHICH}",
        f"whether cycle 3 of chemo was due, or given, is not known: {WHICH}",
    ]


def test_a_visit_says_why_the_cycle_that_it_counts_from_is_not_due(tmp_path: Path) -> None:
    stop = "\n  stop when any adverse_event of grade at least 4"
    protocol = CHEMO.format(stop) + (
        'arm other "Other" gives obr\ntreatment obr "Other" continuous from W0\n'
        'visit X "X-ray" at 3 days before cycle 2 of chemo\n  window ± 1 days\n'
    )
    event = "| {} | adverse_event | 2004-06-20 | {} | |\n"
    events = "| id | event | date | grade | related_to |\n" + event.format("P1", 4) + event.format("P3", 1)
    people = "| id | arm |\n| P1 | active |\n| P2 | other |\n| P3 | active |\n| P4 | active |\n"
    stopped = "| P3 | discontinuation | 2004-07-01 | | chemo |\n"
    case = Case(
        "off", "off.md", {"participants": people, "cutoff": CUTOFF, "events": events + stopped, "protocol": protocol}
    )
    reasons = [result.visits[0].reason.partition("; ")[2] for result in run(case, tmp_path).results]
    rule = "stop when any adverse_event of grade at least 4"
    assert reasons == [
        f"cycle 2 of chemo is not due: {rule}: met on 2004-07-05",
        "other does not give chemo",
        "cycle 2 of chemo is not due: chemo was discontinued on 2004-07-01",
        f"whether cycle 2 of chemo is due is not known: {rule}: unknown on 2004-07-05; the dates leave it open",
    ]
