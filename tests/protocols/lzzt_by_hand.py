"""What the LZZT protocol asks, worked out from the trial's CSV tables with plain loops: no code of the engine.

Days are calendar dates. A visit number is written as the protocol writes it (``4``, ``8.1``).
"""

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

WEEKS = {"4": 2, "5": 4, "7": 6, "8": 8, "9": 12, "10": 16, "11": 20, "12": 24, "13": 26}
"""Clinic visits after baseline, and the week each is planned for."""

WITHIN = {"4": 3, "5": 3, "7": 3, "8": 3, "9": 4, "10": 4, "11": 4, "12": 4, "13": 3}
"""Days that a visit may be off its planned day, either side."""

CLINIC = ("1", "2", "3", *WEEKS)
VITALS = {"SYSBP": CLINIC, "DIABP": CLINIC, "PULSE": CLINIC, "TEMP": CLINIC, "WEIGHT": ("1", "3", *WEEKS)}
ASSESSED: Mapping[str, tuple[str, ...]] = {
    **VITALS,
    "HEIGHT": ("1",),
    **dict.fromkeys(("HGB", "WBC", "PLAT", "CREAT", "ALT", "AST"), ("1", *WEEKS)),
}
"""Visits at which each measure of LB and VS is assessed."""
AT_TERMINATION = ASSESSED.keys() - {"WEIGHT", "HEIGHT"}
"""What is assessed at a visit of early termination too."""

LONGEST_SCREENING = 14
BEGINNING, MIDDLE = 54, 81
"""Milligrams a day of the high dose before the patches of visit 4 and after those of visit 12, and between."""


class Held(NamedTuple):
    """A clinic visit after baseline that took place; ``days_out`` is negative when early, 0 within the window."""

    day: date
    days_out: int
    is_early_termination: bool


class Course(NamedTuple):
    """A course of one dose, in milligrams a day; an absent end is open."""

    start: date
    end: date | None
    dose: float


def rows(folder: Path, domain: str) -> list[dict[str, str]]:
    """The rows of a domain; texts are in cp1252 where they are not plain."""
    with (folder / f"{domain}.csv").open(encoding="cp1252", newline="") as file:
        return list(csv.DictReader(file))


def visit_number(text: str) -> str:
    """``4`` for ``4.0``, ``8.1`` for ``8.1``."""
    return text.removesuffix(".0")


def treated(folder: Path) -> set[str]:
    """Participants of sites 701 to 707 who had at least one dose."""
    return {row["USUBJID"] for row in rows(folder, "dm") if row["RFXSTDTC"] and "701" <= row["SITEID"] <= "707"}


def days_of_visits(folder: Path) -> dict[tuple[str, str], date]:
    """The day of each visit by participant and number; no number stands twice for one participant."""
    found: dict[tuple[str, str], date] = {}
    for row in rows(folder, "sv"):
        key = row["USUBJID"], visit_number(row["VISITNUM"])
        assert key not in found
        found[key] = date.fromisoformat(row["SVSTDTC"])
    return found


def terminations(folder: Path) -> dict[str, tuple[str, date]]:
    """Treated participants who did not complete: the visit number their last visit is filed under, and its day."""
    people = treated(folder)
    return {
        row["USUBJID"]: (visit_number(row["VISITNUM"]), date.fromisoformat(row["DSSTDTC"]))
        for row in rows(folder, "ds")
        if row["USUBJID"] in people and row["DSCAT"] == "DISPOSITION EVENT" and row["DSDECOD"] != "COMPLETED"
    }


def visits(folder: Path) -> dict[tuple[str, str], Held]:
    """Every clinic visit after baseline that took place, by participant and visit number."""
    days, ended = days_of_visits(folder), terminations(folder)
    found = {}
    for (person, number), day in days.items():
        if number not in WEEKS or person not in treated(folder):
            continue
        off = (day - days[person, "3"]).days - 7 * WEEKS[number]
        beyond = max(0, abs(off) - WITHIN[number])
        is_last = ended.get(person, ("", day))[0] == number
        found[person, number] = Held(day, beyond if off > 0 else -beyond, is_last)
    return found


def missed_visits(folder: Path) -> set[tuple[str, str]]:
    """Clinic visits that did not take place though the participant was in the study beyond their window.

    A visit that an early termination is filed under was not due.
    """
    days, ended = days_of_visits(folder), terminations(folder)
    last = {
        row["USUBJID"]: date.fromisoformat(row["DSSTDTC"])
        for row in rows(folder, "ds")
        if row["DSCAT"] == "DISPOSITION EVENT"
    }
    return {
        (person, number)
        for person in treated(folder)
        for number, week in WEEKS.items()
        if (person, number) not in days
        and ended.get(person, ("", None))[0] != number
        and last[person] > days[person, "3"] + timedelta(days=7 * week + WITHIN[number])
    }


def long_screenings(folder: Path) -> dict[str, int]:
    """Participants with more than 14 days from screening to baseline, and how many."""
    days = days_of_visits(folder)
    lengths = {person: (days[person, "3"] - days[person, "1"]).days for person in treated(folder)}
    return {person: length for person, length in lengths.items() if length > LONGEST_SCREENING}


def missed_assessments(folder: Path) -> set[tuple[str, str, str]]:
    """Participant, visit number and test that was planned at a visit that took place, and has no result there.

    A visit of early termination has the number of the visit that it is filed under, for which it does not stand.
    """
    recorded = set()
    for domain in ("lb", "vs"):
        tests, results = f"{domain.upper()}TESTCD", f"{domain.upper()}STRESC"
        for row in rows(folder, domain):
            if row[results]:
                recorded.add((row["USUBJID"], visit_number(row["VISITNUM"]), row[tests]))
    ended = terminations(folder)
    planned = {
        (person, number, test)
        for person, number in days_of_visits(folder)
        for test, numbers in ASSESSED.items()
        if (test in AT_TERMINATION if ended.get(person, ("", None))[0] == number else number in numbers)
    }
    return planned - recorded


def courses(folder: Path) -> dict[str, list[Course]]:
    """The courses of each participant, in the order of their starts."""
    found: dict[str, list[Course]] = defaultdict(list)
    for row in rows(folder, "ex"):
        end = date.fromisoformat(row["EXENDTC"]) if row["EXENDTC"] else None
        found[row["USUBJID"]].append(Course(date.fromisoformat(row["EXSTDTC"]), end, float(row["EXDOSE"])))
    return {person: sorted(listed, key=lambda one: one.start) for person, listed in found.items()}


def gaps(folder: Path) -> Iterator[tuple[str, date, int]]:
    """Participant, day of a new course, and the days without treatment before it; negative for days treated twice."""
    for person, listed in courses(folder).items():
        for before, after in pairwise(listed):
            if before.end is None:
                continue
            days = (after.start - before.end).days - 1
            if days:
                yield person, after.start, days


def other_steps(folder: Path) -> dict[str, set[str]]:
    """High-dose participants with a course whose first or last day has the dose of another step of the titration.

    The steps by participant are those planned on such days: ``beginning`` to W2, ``middle`` to W24, then ``ending``.
    """
    high = {row["USUBJID"] for row in rows(folder, "dm") if row["ARMCD"] == "Xan_Hi"}
    days = days_of_visits(folder)
    found: dict[str, set[str]] = defaultdict(set)
    for person, listed in courses(folder).items():
        if person not in high:
            continue
        baseline = days[person, "3"]
        for course in listed:
            for day in {course.start, course.end or course.start}:
                step, dose = planned_step(day, baseline)
                if course.dose != dose:
                    found[person].add(step)
    return dict(found)


def planned_step(day: date, baseline: date) -> tuple[str, int]:
    """The step planned for a day; a new one begins on the morning after the planned day of its visit."""
    if day <= baseline + timedelta(weeks=2):
        return "beginning", BEGINNING
    if day <= baseline + timedelta(weeks=24):
        return "middle", MIDDLE
    return "ending", BEGINNING
