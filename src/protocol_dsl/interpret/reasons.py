"""The words of a finding, for clinicians: short, plain, one sentence.

A :class:`Trace` is handed to the closures that compute values; they note in it what they used and what they missed.
"""

from collections.abc import Iterable, Sequence

from protocol_dsl.base.days import Days, say_days, write_days
from protocol_dsl.base.numbers import several, write_range
from protocol_dsl.base.units import GRADE
from protocol_dsl.interpret.facts import FAR, Facts
from protocol_dsl.interpret.intervals import Quantity, as_range
from protocol_dsl.interpret.points import anchor_name, resolve, why_missing
from protocol_dsl.model.points import Period, Point
from protocol_dsl.model.records import Administration, Event, Medication, Reading
from protocol_dsl.model.results import Fact

FEW = 3
PREFIXES = ("not ", "may or may not be ", "")
"""What stands before a relation whose truth is 0, 1, 2."""


class Trace:
    """What a value used, what it missed, and why it is not known; ``is_exact`` where it is one number."""

    __slots__ = ("days", "facts", "is_exact", "missing", "names", "why")

    def __init__(self) -> None:
        """Nothing used yet."""
        self.facts: list[Fact] = []
        self.missing: list[str] = []
        self.days: list[Days] = []
        self.names: list[str] = []
        self.why = ""
        self.is_exact = False

    def miss(self, missing: str, why: str = "") -> None:
        """Note what is missing, and why the value is not known."""
        if missing not in self.missing:
            self.missing.append(missing)
        if why and not self.why:
            self.why = why

    def no_point(self, point: Point, facts: Facts) -> None:
        """Note that a point has no day."""
        words = why_missing(point.milestone, facts)
        self.miss(words, f"not known: {words}")

    def no_period(self, period: Period, facts: Facts) -> None:
        """Note which end of a period has no day."""
        for point in (period.start, period.end):
            if point is not None and resolve(point, facts) is None:
                self.no_point(point, facts)
        if facts.missing_horizon:
            self.miss(facts.missing_horizon, f"not known: {facts.missing_horizon}")

    def open_point(self, point: Point | None, facts: Facts) -> None:
        """Note that the day of what a point counts from is not known exactly, where it is not."""
        day = None if point is None else resolve(Point(point.milestone), facts)
        if point is not None and day is not None and not day.is_known:
            self.miss(f"the exact day of {anchor_name(point.milestone, facts.model)} ({say_days(day)})")

    def outside(self, why: str, period: Period, facts: Facts, missing: str = "") -> None:
        """Note that a fact may lie outside a period: what its own days lack, and those of the period."""
        if missing:
            self.miss(missing)
        self.why = self.why or why
        for point in (period.start, period.end):
            self.open_point(point, facts)
        entry = facts.model.eligibility_point
        if entry is not None and not facts.horizon.is_known and resolve(entry, facts) == facts.horizon:
            self.open_point(entry, facts)


def listed(items: Iterable[str]) -> str:
    """``one``, ``one and another``, ``one, another and a third``: each once."""
    *most, last = once(items)
    return f"{', '.join(most)} and {last}" if most else last


def reading_fact(row: Reading) -> Fact:
    """The reading as evidence."""
    return Fact(
        origin=row.origin,
        name=row.measure,
        value=row.written,
        unit=row.unit,
        date=write_days(Days(row.first, row.last)),
    )


def event_fact(row: Event) -> Fact:
    """The event as evidence."""
    return Fact(origin=row.origin, name=row.name, value=row.category or "", date=write_days(Days(row.first, row.last)))


def medication_fact(row: Medication) -> Fact:
    """The medication as evidence, dated by its start, or by its end where it has no start."""
    on = row.end if row.start.first <= 1 and row.end is not None else row.start
    return Fact(origin=row.origin, name=row.drug, value=row.written, date=write_days(on) if on.first > 1 else "")


def administration_fact(row: Administration) -> Fact:
    """The administration as evidence."""
    return Fact(
        origin=row.origin, name=row.treatment, value=row.written_dose, date=write_days(Days(row.first, row.last))
    )


def course(row: Medication) -> str:
    """The days of a medication: ``2001-03 to 2004-01-05``, ``since 2001``, ``until 2004``, ``start not known``."""
    if row.start.first <= 1:
        if row.end is None:
            return "start not known"
        return "start and end not known" if row.end.first <= 1 else f"until {write_days(row.end)}"
    start = write_days(row.start)
    return f"since {start}" if row.end is None else f"{start} to {write_days(row.end)}"


# ------------------------------------------------------------------------------- values
def quantity_words(value: Quantity, unit: str) -> str:
    """A number or an interval with its unit: ``200 cells/mm3``, ``< 50 copies/mL``."""
    written = write_range(as_range(value))
    return joined(GRADE, written) if unit == GRADE else joined(written, unit)


def date_words(value: Quantity) -> str:
    """Day numbers as a date: ``2004-06``."""
    found = as_range(value)
    if found.low is None or found.high is None:
        return "any day"
    return say_days(Days(int(found.low), int(found.high)))


def days_words(days: Sequence[Days]) -> str:
    """The days of the facts used, in brackets, if they are few: ``(2004-05-28)``."""
    written = once(say_days(day) for day in days)
    return f"({', '.join(written)})" if 0 < len(written) <= FEW else ""


# ------------------------------------------------------------------------------- periods
def point_words(point: Point) -> str:
    """The author's words for a point, or its milestone with the offset."""
    if point.words:
        return point.words
    parts = [several(abs(n), unit) for n, unit in ((point.months, "month"), (point.days, "day")) if n]
    if not parts:
        return point.milestone
    return f"{' and '.join(parts)} {'before' if min(point.months, point.days) < 0 else 'after'} {point.milestone}"


def period_words(period: Period, words: str = "", prefix: str = "") -> str:
    """What is left of the author's ``words`` after ``prefix``, else words made of the period's points."""
    if prefix and words.startswith(prefix):
        return words[len(prefix) :].strip()
    if period.start is not None and period.end is not None:
        start, end = period.start, period.end
        if start.milestone == end.milestone and not end.months and not end.days and min(start.months, start.days) < 0:
            return f"within {point_words(start)}"
        return f"from {point_words(period.start)} to {point_words(period.end)}"
    if period.end is not None:
        return f"before {point_words(period.end)}"
    return f"since {point_words(period.start)}" if period.start is not None else ""


def day_range(first: int, last: int) -> str:
    """The days of a period, in brackets: ``(2004-05-04 to 2004-06-01)``, ``(up to 2004-06-01)``; or nothing."""
    if last >= FAR:
        return "" if first <= 1 else f"(from {write_days(Days(first, first))})"
    end = write_days(Days(last, last))
    if first == last:
        return f"({end})"
    return f"(up to {end})" if first <= 1 else f"({write_days(Days(first, first))} to {end})"


def joined(*parts: str) -> str:
    """The parts that are not empty, with a blank between them."""
    return " ".join(part for part in parts if part)


def once(items: Iterable[str]) -> tuple[str, ...]:
    """Each of the items once, in the order in which it first comes."""
    return tuple(dict.fromkeys(items))


def once_facts(items: Iterable[Fact]) -> tuple[Fact, ...]:
    """Each fact once, in the order in which it first comes."""
    return tuple(dict.fromkeys(items))
