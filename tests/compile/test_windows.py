"""Windows of many visits in columns: early, late, far from the plan, out of order, moved by months, long ago."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
from tests.compile.folders import write_folder
from tests.compile.test_agreement import study_of
from tests.compile.test_check import require_agreement

from protocol_dsl.base.days import write_days
from protocol_dsl.compile.answers import in_order
from protocol_dsl.compile.packed import Fields
from protocol_dsl.compile.visit_days import YEAR, visit_days
from protocol_dsl.project import column_check
from protocol_dsl.project.column_check import ColumnCheck
from protocol_dsl.readers.columns import spans

HEAD = """protocol WINDOWS "Made-up windows"
  language 1
treatment obr "Optimized regimen"
  continuous from W0
arm active "Active"
  gives obr
arm control "Control"
  gives obr
anchor SCR is screening
anchor W0 is randomization
eligibility at SCR
measure cd4 "CD4 count" in cells/mm3
visit SCR "Screening" at SCR
  window -28 to +0 days
visits W0, W4, W8, W12, W16
  window ± 7 days
  assess cd4
"""
GAPS = """interval gap "Gap"
  at most 30 days from W4 to W8
interval entry "Entry"
  at least 50 days from SCR to W8
"""
MONTHS = "visits M5, M6, M7\n  window -1 to +1 months\n  grace 20 days\n  arms active\n"
START = date(2004, 6, 14)
KEPT = {"SCR": -10, "W0": 0, "W4": 28, "W8": 56, "W12": 84, "W16": 112}
Rows = Mapping[str, Sequence[Mapping[str, str]]]


def rows(people: Mapping[str, Sequence[tuple[str, int]]], start: date = START, arm: str = "active") -> Rows:
    """A study in which participants had visits, by their label, so many days after randomization."""

    def row(name: str, days: int, **cells: str) -> Mapping[str, str]:
        return {"participant": name, "date": (start + timedelta(days=days)).isoformat(), **cells}

    return {
        "participants": [{"participant": name, "arm": arm} for name in people],
        "events": [
            row(name, days, event=event)
            for name in people
            for event, days in (("consent", -30), ("screening", -10), ("randomization", 0))
        ],
        "visits": [row(name, days, visit=label) for name, visits in people.items() for label, days in visits],
        "readings": [
            row(name, days, visit=label, measure="cd4", value="100")
            for name, visits in people.items()
            for label, days in visits
            if label.startswith("W")
        ],
    }


def judged(tmp_path: Path, text: str, data: Rows, as_of: str | None = None) -> int:
    """How many participants columns judge themselves, the same as the interpreter does."""
    folder = write_folder(tmp_path / "data", data, group=2)
    return require_agreement(study_of(text, tmp_path), folder, as_of)


def together(*parts: Rows) -> Rows:
    """The rows of several studies as those of one."""
    return {name: [row for part in parts for row in part[name]] for name in parts[0]}


LONG_AGO = rows({"Z": [*KEPT.items()]}, date(1990, 6, 14))
"""Somebody whose visits lie so far back that days of visits take more room in columns."""


@pytest.mark.parametrize("others", [[], [LONG_AGO]])
@pytest.mark.parametrize("as_of", [None, "2004-09-01", "2005-06-01"])
def test_early_late_and_missed_visits_are_judged_in_columns(
    as_of: str | None, others: Sequence[Rows], tmp_path: Path
) -> None:
    changed = [{}, {"W4": 20}, {"W4": 36}, {"W8": 49}, {"W8": 48}, {"W12": 91}, {"W12": 92}, {"W16": 140}]
    people = {f"P{number}": list({**KEPT, **change}.items()) for number, change in enumerate(changed)}
    people["P8"] = [(label, days) for label, days in KEPT.items() if label != "W8"]
    people["P9"] = []
    assert judged(tmp_path, HEAD + MONTHS, together(rows(people), *others), as_of) == len(people) + len(others)


@pytest.mark.parametrize("days_before", [-3, 0, 3])
def test_a_study_of_some_ten_years_is_judged_in_columns(days_before: int, tmp_path: Path) -> None:
    # From here on days of visits take fewer bits; windows that open before the first visit of all are judged too.
    as_of = date(2004, 10, 4)
    first = as_of - timedelta(days=visit_days(0, 0).back - YEAR + days_before)
    assert visit_days(0, (first - as_of).days).fields.bits == (12 if days_before < 0 else 15)
    data = together(rows({"P0": [("W0", 0), ("W4", 20)]}, first), rows({"P1": [*KEPT.items()]}))
    assert judged(tmp_path, HEAD + MONTHS, data, "2004-10-04") == 2


@pytest.mark.parametrize("days_after", [-1, 0, 1])
def test_a_window_opens_on_the_day_that_days_of_visits_are_counted_from(days_after: int, tmp_path: Path) -> None:
    # To columns a visit that was not held has that day: where a window holds it the interpreter judges the visits.
    text = HEAD.replace('visit SCR "Screening" at SCR\n  window -28 to +0 days\n', "")
    as_of = date(2004, 10, 4)
    opens = as_of - timedelta(days=visit_days(0, 0).back - days_after)
    data = together(rows({"P0": []}, opens + timedelta(days=7)), rows({"P1": [*KEPT.items()][1:]}))
    assert judged(tmp_path, text, data, as_of.isoformat()) == 2


def test_visits_out_of_order_are_told_in_columns(tmp_path: Path) -> None:
    people = {
        "P0": KEPT,
        "P1": {**KEPT, "W4": 50},  # far from its plan, and still before W8
        "P2": {**KEPT, "W4": 56},  # on the day of W8
        "P3": {**KEPT, "W4": 60},  # after W8
        "P4": {**KEPT, "W0": -10},  # on the day of screening
        "P5": {**KEPT, "W4": 70, "W8": 71, "W12": 72},
    }
    found = rows({name: list(days.items()) for name, days in people.items()})
    assert judged(tmp_path, HEAD, found) == len(people)


def test_a_second_row_of_a_visit_is_told_in_columns(tmp_path: Path) -> None:
    people = {"P0": [*KEPT.items()], "P1": [*KEPT.items(), ("W4", 29)], "P2": [*KEPT.items(), ("W4", 28)]}
    assert judged(tmp_path, HEAD, rows(people)) == len(people) - 1  # one row stands twice


def test_visits_of_another_arm_and_months_are_judged_in_columns(tmp_path: Path) -> None:
    visits = [*KEPT.items(), ("M5", 153), ("M6", 183), ("M7", 250)]
    people = {"P0": visits, "P1": visits[:-1], "P2": [*visits[:-1], ("M7", 183)], "P3": visits[:-3]}
    data = rows(people)
    folder = write_folder(tmp_path / "data", data, group=2)
    study = study_of(HEAD + MONTHS, tmp_path)
    assert require_agreement(study, folder, "2005-01-20") == len(people)
    other = write_folder(tmp_path / "other", rows(people, arm="control"), group=2)
    assert require_agreement(study, other, "2005-01-20") == len(people)


def test_days_of_another_century_are_judged_in_columns(tmp_path: Path) -> None:
    long_ago = rows({"P0": [*KEPT.items()]}, date(1904, 6, 14))
    assert judged(tmp_path, HEAD, together(long_ago, rows({"P1": [*KEPT.items()]}))) == 2


def test_files_in_order_are_checked_span_by_span(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spans, "PEOPLE_IN_A_SPAN", {"screen": 2, "check": 2})
    people = {f"P{number}": list({**KEPT, "W4": 22 + number}.items()) for number in range(7)}
    people["P3"].append(("Extra", 30))
    people["P5"].append(("W8", 57))
    assert judged(tmp_path, HEAD, rows(people)) == len(people)


def test_fields_are_read_as_they_were_put() -> None:
    fields = Fields("days", 15, 4)
    assert fields.columns(5) == ("days_0", "days_1")
    words = [0, 0]
    for place, value in enumerate((1, 32767, 0, 700, 31)):
        words[place // 4] |= value << fields.shift(place)
    assert [fields.read(words, place) for place in range(5)] == [1, 32767, 0, 700, 31]


def test_early_terminations_are_judged_in_columns(tmp_path: Path) -> None:
    ends = {"P0": ("W8", 50), "P1": ("", 50), "P2": ("ET", 50), "P3": ("W4", 28), "P4": ("W0", -40), "P5": ("W8", 40)}
    people = {name: [("SCR", -10), ("W0", 0), ("W4", 28)] for name in ends}
    data = rows(people)
    day = {name: (START + timedelta(days=days)).isoformat() for name, (_, days) in ends.items()}
    last = [
        {"participant": name, "visit": label, "date": day[name], "status": "early termination"}
        for name, (label, _) in ends.items()
    ]
    last[-1]["date"] = "2004-07"
    withdrawn = [{"participant": name, "event": "withdrawal", "date": day[name]} for name in ("P0", "P1", "P2")]
    found = {**data, "visits": [*data["visits"], *last], "events": [*data["events"], *withdrawn]}
    assert judged(tmp_path, HEAD + MONTHS, found, "2005-03-01") == len(people)
    planned = HEAD + "visit ET at withdrawal\n"
    assert judged(tmp_path / "planned", planned, found, "2005-03-01") == len(people)
    each = HEAD + "visit ET at withdrawal\n  arms active\n"
    assert judged(tmp_path / "each", each, found, "2005-03-01") == len(people)


MOVED = """visit W20 window ± 3 days
  counted from previous visit
visit W24 window ± 3 days
  counted from previous visit
  grace 10 days
visit W28 window ± 3 days
visit ET "End" at withdrawal window -7 to +14 days
"""


@pytest.mark.parametrize("others", [[], [LONG_AGO]])
@pytest.mark.parametrize("as_of", ["2004-11-05", "2004-12-01", "2005-06-01"])
def test_windows_that_move_with_the_previous_visit_are_judged_in_columns(
    as_of: str, others: Sequence[Rows], tmp_path: Path
) -> None:
    kept = {**KEPT, "W20": 140, "W24": 168, "W28": 196}
    people = {
        "P0": kept,
        "P1": {**kept, "W16": 119, "W20": 144},  # a week late, and then in the window that moved
        "P2": {**kept, "W16": 119, "W20": 143},
        "P3": {**kept, "W16": 105, "W20": 137},  # a week early, and then late
        "P4": {**kept, "W20": 150, "W24": 183},
        "P5": KEPT,
        "P6": {**KEPT, "W20": 140},
        "P7": {label: day for label, day in KEPT.items() if label != "W16"},  # W20 hangs on a visit missed
        "P8": {**KEPT, "W24": 168},  # W24 hangs on a visit that is not held, and is held
        "P9": {**kept, "W24": 193},  # W28 is in the plan before W24 moves past it
    }
    data = rows({name: list(days.items()) for name, days in people.items()})
    ends = [{"participant": "P5", "event": "withdrawal", "date": "2004-10-30"}]  # between W16 and W20
    ended = [{"participant": "P5", "date": "2004-11-01", "visit": "W20", "status": "early termination"}]
    found = {**data, "events": [*data["events"], *ends], "visits": [*data["visits"], *ended]}
    assert judged(tmp_path, HEAD + MOVED, together(found, *others), as_of) == len(people) + len(others)


@pytest.mark.parametrize(
    ("as_of", "standing"),
    [
        ("2004-12-04", ["expected", "not due"]),
        ("2004-12-05", ["overdue", "not due"]),
        ("2004-12-14", ["overdue", "not due"]),
        ("2004-12-15", ["missed", "undetermined"]),
    ],
)
def test_the_grace_of_a_window_that_moved_ends_ten_days_later(as_of: str, standing: list[str], tmp_path: Path) -> None:
    # W20 was held on day 142 instead of 140; the window of W24 is from day 167 to 173, which is 4 December.
    text = HEAD + MOVED.replace(
        "visit W28 window ± 3 days\n", "visit W28 window ± 3 days\n  counted from previous visit\n"
    )
    study = study_of(text, tmp_path)
    folder = write_folder(tmp_path / "data", rows({"P0": [*KEPT.items(), ("W20", 142)]}))
    assert require_agreement(study, folder, as_of) == 1
    visits = next(iter(study.check(folder, as_of=as_of))).visits
    assert [each.status for each in visits if each.visit in {"W24", "W28"}] == standing


SAME = "visit SAME at 150 days after SCR\n  window ± 7 days\n"


@pytest.mark.parametrize(("text", "planned"), [(SAME + MOVED, "2004-11-04"), (MOVED + SAME, "2004-11-01")])
def test_of_two_visits_of_one_day_the_first_in_the_text_is_the_previous(
    text: str, planned: str, tmp_path: Path
) -> None:
    # Both are planned for day 140; the one that is not counted from the previous visit was held three days later.
    study = study_of(HEAD + text, tmp_path)
    folder = write_folder(tmp_path / "data", rows({"P0": [*KEPT.items(), ("SAME", 143), ("W20", 144)]}))
    assert require_agreement(study, folder) == 1
    visits = {each.visit: each for each in next(iter(study.check(folder))).visits}
    day = visits["W20"].planned
    assert day is not None
    assert write_days(day) == planned


@pytest.mark.parametrize("as_of", [None, "2004-09-01"])
def test_without_a_table_of_visits_readings_with_labels_speak(as_of: str | None, tmp_path: Path) -> None:
    changed: Sequence[Mapping[str, int]] = [{}, {"W4": 20}, {"W8": 64}, {"W12": 140}, {"W16": 28}, {"W0": -40}]
    data = {**rows({f"P{number}": list({**KEPT, **change}.items()) for number, change in enumerate(changed)})}
    again = [{**row, "date": "2004-11-01", "value": ""} for row in data["readings"] if row["visit"] == "W4"]
    stray = {"participant": "P0", "measure": "cd4", "date": "2004-07-12", "value": "1", "visit": ""}
    other = {**stray, "participant": "P1", "visit": "Extra"}
    del data["visits"]
    data["readings"] = [*data["readings"], *again, stray, other]
    assert judged(tmp_path, HEAD, data, as_of) == len(changed)


def test_no_more_than_a_span_is_put_in_order_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spans, "PEOPLE_IN_A_SPAN", {"screen": 2, "check": 2})
    study = study_of(HEAD, tmp_path)
    data = rows({f"P{number}": [*KEPT.items(), ("odd", 50)] for number in range(9)})
    check = study.check(write_folder(tmp_path / "data", data, group=2), engine="duckdb", reasons="none")
    assert isinstance(check, ColumnCheck)
    sizes: list[int] = []

    def measured(table: str, path: str, *order: str, sample: str | None = None) -> str:
        sizes.append(len(duckdb.read_parquet(path).aggregate("participant").fetchall()))
        return in_order(table, path, *order, sample=sample)

    monkeypatch.setattr(column_check, "in_order", measured)
    assert len(list(check)) == 9
    assert len(check.spans) == 5
    assert max(sizes) == 2
    assert sum(sizes) == 2 * 9, "visits, and those that no plan has"


def test_visits_without_a_label_are_judged_in_columns(tmp_path: Path) -> None:
    days = list(KEPT.values())
    found = {
        "P0": days,
        "P1": [*days[:3], 45, 60],  # 45 is in no window
        "P2": [-10, 0, 27, 35],  # two in one window
        "P3": [-10, 0, 70, 71],  # as near to D68 as to D72, and as near to W8
    }
    people = {name: [("", day) for day in days] for name, days in found.items()}
    people["P4"] = [*KEPT.items(), ("", 30)]  # a label has taken W4
    people["P5"] = [("W4", 50), ("", 28), ("", 57)]
    overlapping = "visits D68, D72\n  window ± 4 days\n"
    assert judged(tmp_path, HEAD + overlapping, rows(people), "2005-06-01") == len(people)
    assert judged(tmp_path / "moved", HEAD + MOVED, rows(people), "2005-06-01") == len(people)


SERIES = """event progression "Progression"
visits CT "Tumour assessment" at W10
  then every 3 weeks until progression, death or withdrawal, whichever is first
  window ± 5 days
  grace 10 days
  assess cd4
"""


@pytest.mark.parametrize("as_of", ["2004-08-20", "2004-10-01", None])
def test_visits_in_a_series_are_judged_in_columns(as_of: str | None, tmp_path: Path) -> None:
    scans = {f"CT{number}": 70 + 21 * (number - 1) for number in range(1, 5)}
    people = {
        "P0": {**KEPT, **scans},
        "P1": {**KEPT, "CT1": 76, "CT2": 80},
        "P2": {**KEPT, "CT1": 70, "CT7": 196},  # as many are listed as the data name
        "P3": {**KEPT, "CT1": 70, "CT2": 91},
        "P4": KEPT,
        "P5": {**KEPT, **scans},
        "P6": {**KEPT, "CT99": 230},  # more than columns list
    }
    data = rows({name: list(days.items()) for name, days in people.items()})
    ends = [
        {"participant": "P3", "event": "progression", "date": "2004-09-20"},
        {"participant": "P4", "event": "withdrawal", "date": "2004-10-05"},
        {"participant": "P5", "event": "progression", "date": "2004-08-30"},  # CT3 and CT4 come after it
    ]
    found = {**data, "events": [*data["events"], *ends]}
    others = ["P6"] if as_of is None else []
    assert judged(tmp_path, HEAD + SERIES, found, as_of) == len(people) - len(others)


def test_of_a_reading_at_a_visit_that_columns_do_not_list_the_interpreter_says_that_it_was_held(tmp_path: Path) -> None:
    data = {**rows({"P0": [*KEPT.items()], "P1": [*KEPT.items()]})}
    scans = [{**row, "visit": f"CT{number}"} for row in data["readings"][-1:] for number in (1, 24, 25)]
    del data["visits"]
    data["readings"] = [*data["readings"], *scans]
    assert judged(tmp_path, HEAD + SERIES, data) == 1


def test_intervals_between_the_days_on_which_visits_were_held(tmp_path: Path) -> None:
    held = {
        "P0": KEPT,
        "P1": {**KEPT, "W8": 58},
        "P2": {**KEPT, "W8": 59},
        "P3": {"SCR": -10, "W0": 0, "W8": 39},
        "P4": {"SCR": -10, "W0": 0, "W4": 28},
    }
    data = rows({name: list(visits.items()) for name, visits in held.items()})
    twice = {**data["visits"][0], "participant": "P2", "visit": "W8", "date": (START + timedelta(days=60)).isoformat()}
    folder = write_folder(tmp_path / "data", {**data, "visits": [*data["visits"], twice]}, group=2)
    study = study_of(HEAD + GAPS, tmp_path)
    assert require_agreement(study, folder) == len(held)
    broken = {
        (result.participant, each.rule)
        for result in study.check(folder, engine="duckdb")
        for each in result.deviations
        if each.rule in {"gap", "entry"}
    }
    assert broken == {("P2", "gap"), ("P3", "entry")}


def test_an_interval_is_told_once_of_whoever_has_a_visit_without_a_label(tmp_path: Path) -> None:
    people = {"P0": [*{**KEPT, "W8": 59}.items(), ("", 100)], "P1": [*KEPT.items(), ("", 100)]}
    assert judged(tmp_path, HEAD + MOVED + GAPS, rows(people), "2005-06-01") == len(people)


RUN_IN = """visits RUN "Run-in" at 20 days before SCR and 6 days before SCR
  window ± 3 days
  assess cd4
inclusion R1 "Twice low" require cd4 at RUN1 < 200 cells/mm3 and cd4 at RUN2 < 200 cells/mm3
"""


def test_readings_at_visits_listed_in_a_series(tmp_path: Path) -> None:
    data = rows({name: list(KEPT.items()) for name in ("P0", "P1", "P2", "P3")})
    counts = {"P0": ("100", "199"), "P1": ("100", "200"), "P2": ("200", ""), "P3": ("100", None)}
    readings = [
        {"participant": name, "measure": "cd4", "date": (START + timedelta(days=day)).isoformat(), "value": value}
        | {"visit": label if name != "P1" else ""}
        for name, values in counts.items()
        for (label, day), value in zip((("RUN1", -30), ("RUN 2", -17)), values, strict=True)
        if value is not None
    ]
    found = {**data, "readings": [*data["readings"], *readings]}
    study = study_of(HEAD + RUN_IN, tmp_path)
    assert require_agreement(study, write_folder(tmp_path / "data", found, group=2)) == len(counts)
    results = study.screen(tmp_path / "data", engine="duckdb")
    verdicts = [each.eligibility.decisive.verdict for each in results if each.eligibility is not None]
    assert verdicts == ["eligible", "not eligible", "not eligible", "undetermined"]
