"""A made-up participant of whom exactly the facts of an example hold, read as any participant's data are read."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias, assert_never

from attrs import evolve

from protocol_dsl.base.days import LAST_DAY, CalendarRangeError, DayError, Days, add, parse_days, write_days
from protocol_dsl.base.numbers import write_number
from protocol_dsl.base.values import frozen
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.points import resolve, shift
from protocol_dsl.model.examples import (
    ExampleCase,
    Given,
    GivenAge,
    GivenCourse,
    GivenCutoff,
    GivenCycle,
    GivenDose,
    GivenEvent,
    GivenExposure,
    GivenMedication,
    GivenReading,
    GivenValue,
    GivenVisit,
)
from protocol_dsl.model.points import Period, Point
from protocol_dsl.model.records import FIRST_DAY, Cutoff, DataProblem, Event, Record
from protocol_dsl.model.schedule import Dose, Treatment
from protocol_dsl.model.study import StudyModel
from protocol_dsl.project.examples.periods import ReadPeriods
from protocol_dsl.readers import read_participants

NAME = "example"
STANDS_ON = "2001-01-01"
"""The day, a Monday, of every start of an example whose lines date none."""
STARTS = frozenset({"consent", "screening", "randomization", "first_dose"})
OTHER_DRUG = "a drug of no class"

Row: TypeAlias = Mapping[str, str]
TableRow: TypeAlias = tuple[str, Row]
"""A table and a row of it."""


@frozen
class MadeUp:
    """The record of an example, its cut-off, and facts of it that could not be used."""

    record: Record
    cutoff: Cutoff
    problems: tuple[DataProblem, ...]


def made_up(case: ExampleCase, model: StudyModel, periods: ReadPeriods) -> MadeUp:
    """The participant of a case."""
    writer = Writer(case, model, periods)
    rows = [row for fact in case.given for row in writer.rows(fact)]
    rows += [("events", {"event": name, "date": writer.stands_on}) for name in writer.undated]
    person: dict[str, object] = {"participant": NAME}
    tables: dict[str, list[Row]] = {}
    for table, row in rows:
        if table == "participants":
            person |= row
        elif row not in tables.setdefault(table, []):
            tables[table].append(row)
    as_of = next((days_of(fact.date) for fact in case.given if isinstance(fact, GivenCutoff)), None)
    records = read_participants(person | tables, named_by(case, model), as_of=as_of.last if as_of else None)
    record = next(iter(records))
    record = evolve(record, open_histories=record.open_histories | frozenset(open_kinds(case.given)))
    return MadeUp(record, records.cutoff, tuple(records.problems))


def named_by(case: ExampleCase, model: StudyModel) -> StudyModel:
    """The protocol with no more names than an example uses.

    Making those of a library ready to be looked up takes longer than all the rest.
    """
    events = {fact.events.name for fact in case.given if isinstance(fact, GivenEvent)}
    measures = {fact.measure for fact in case.given if isinstance(fact, GivenReading)}
    drugs = {fact.drugs for fact in case.given if isinstance(fact, GivenExposure)}
    has_any_drug = any(isinstance(fact, GivenMedication) for fact in case.given)
    known = model.vocabulary
    return evolve(
        model,
        vocabulary=evolve(
            known,
            events=tuple(each for each in known.events if each.name in events),
            conditions=tuple(each for each in known.conditions if each.name in events),
            measures=tuple(each for each in known.measures if each.name in measures),
            classes=tuple(each for each in known.classes if has_any_drug or each.name in drugs),
        ),
    )


def open_kinds(given: Iterable[Given]) -> Iterator[str]:
    """The histories of which an example says that they are not known."""
    for fact in given:
        if isinstance(fact, GivenEvent) and fact.is_open:
            yield fact.events.name
        if isinstance(fact, GivenExposure) and fact.answer == "unknown":
            yield "medications"


def days_of(date: str) -> Days | None:
    """The days of a date, which the checks have found to be one."""
    try:
        return parse_days(date)
    except DayError:
        return None


class Writer:
    """Writes the facts of a case as rows of a study folder, each dated where the example or the protocol says."""

    def __init__(self, case: ExampleCase, model: StudyModel, periods: ReadPeriods) -> None:
        """Know what ``case`` dates itself; every other start stands on one day, unless lines date anything."""
        self.model = model
        self.periods = periods
        self.case = case
        milestones = {milestone.name for milestone in model.vocabulary.milestones}
        dated = [fact for fact in case.given if isinstance(fact, GivenEvent) and fact.date]
        given = ({fact.events.name for fact in dated} & milestones) | set(case.empty)
        has_date = any(getattr(fact, "date", "") or getattr(fact, "start", "") for fact in case.given)
        wanted = starts(model) if case.is_row or not has_date else ()
        self.undated = tuple(name for name in wanted if name not in given)
        self.stands_on = first_start(case.given[: case.lines])
        self.held = {fact.visit: fact.date for fact in case.given if isinstance(fact, GivenVisit)}
        self._facts = Facts(milestone_record(dated, self.undated, self.stands_on), model, Cutoff(None))

    # ----------------------------------------------------------------------------------------------------------- days
    def day(self, point: Point | None) -> Days | None:
        """The day of a point of this participant; of none, that of the eligibility point."""
        at = point or self.model.eligibility_point
        return resolve(at, self._facts) if at else None

    def dated(self, point: Point | None) -> int:
        """The first day of a point; the one day on which everything undated stands, where it has none."""
        found = self.day(point)
        return found.first if found else parse_days(self.stands_on).first

    def in_period(self, given: Period, read: Period | None, *, early: bool) -> int:
        """A day in a period: its first or its last, as asked for, where it has both."""
        period = read if given == Period() and read is not None else given
        first, second = (period.start, period.end) if early else (period.end, period.start)
        return self.dated(first or second)

    # ----------------------------------------------------------------------------------------------------------- rows
    def rows(self, fact: Given) -> Iterator[TableRow]:
        """The rows that say ``fact``."""
        match fact:
            case GivenValue():
                yield "participants", {fact.name: fact.value}
            case GivenAge():
                # Half a year beyond the birthday, so that the age is the same at screening and at baseline.
                yield "participants", {"birth_date": born(self.dated(fact.point), fact.years)}
            case GivenReading():
                yield "readings", self.reading(fact)
            case GivenEvent():
                yield from self.events(fact)
            case GivenExposure():
                yield from self.exposure(fact)
            case GivenMedication():
                yield "medications", {"drug": fact.drug, "start": fact.start, "end": fact.end}
            case GivenVisit():
                yield "visits", {"visit": fact.visit, "date": fact.date, "status": fact.status}
            case GivenCycle():
                yield from cycle_rows(fact, self.treatment(fact.treatment))
            case GivenCourse():
                dose = self.treatment(fact.treatment).dose
                yield "administrations", administration(fact.treatment, dose, fact.start) | {"end_date": fact.end}
            case GivenDose():
                yield "administrations", self.single_dose(fact)
            case GivenCutoff():
                pass
            case _:
                assert_never(fact)

    def treatment(self, name: str) -> Treatment:
        """A treatment by its name, which the checks have found to be one."""
        return next(each for each in self.model.treatments if each.name == name)

    def reading(self, fact: GivenReading) -> Row:
        """A reading: at its visit on the day held or planned, else on the last day on which it is looked for."""
        date = fact.date
        if not date and fact.visit is not None:
            planned = next((visit.point for visit in self.model.visits if visit.name == fact.visit), None)
            date = self.held.get(fact.visit) or iso(self.dated(planned))
        if not date:
            read = self.periods.of_reading(fact.measure, fact.choice) if fact.choice else None
            date = iso(self.in_period(fact.period, read, early=False))
        row = {"measure": fact.measure, "date": date, "value": fact.value, "unit": fact.unit}
        return row | ({"visit": fact.visit} if fact.visit else {})

    def events(self, fact: GivenEvent) -> Iterator[TableRow]:
        """So many events, on days that follow each other."""
        pattern = fact.events
        category = pattern.categories[0] if pattern.categories else ""
        more = {"category": category, "grade": str(fact.grade or ""), "related_to": pattern.related_to or ""}
        row = {"event": pattern.name} | {key: value for key, value in more.items() if value}
        if fact.date:
            yield "events", {**row, "date": fact.date}
            return
        read = self.periods.of_events(pattern.name)
        period = read if fact.period == Period() and read is not None else fact.period
        first = self.in_period(period, None, early=True)
        step = 1 if period.start is not None else -1
        for number in range(fact.count):
            yield "events", {**row, "date": iso(first + number * step)}

    def exposure(self, fact: GivenExposure) -> Iterator[TableRow]:
        """A medication of the class; where there was none, a drug of no class shows that medications were asked for."""
        if fact.answer == "no":
            yield "medications", {"drug": OTHER_DRUG, "start": iso(self.dated(None) - 366), "end": ""}
        if fact.answer != "yes":
            return
        read = self.periods.of_drugs(fact.drugs, is_ongoing=fact.is_ongoing)
        period = read if fact.period == Period() and read is not None else fact.period
        # Over by the last day of a period without a first, so that exposed to one class is not on it as well.
        is_over = period.start is None and not fact.is_ongoing
        start = fact.date or iso(self.in_period(period, None, early=True) - int(is_over))
        yield "medications", {"drug": self.member(fact.drugs), "start": start, "end": "" if fact.is_ongoing else start}

    def member(self, drugs: str) -> str:
        """A drug of a class that is in no other class of which the example says no, or nothing."""
        classes = {each.name: [drug.name for drug in each.members] for each in self.model.vocabulary.classes}
        denied = {each.drugs for each in self.case.given if isinstance(each, GivenExposure) and each.answer != "yes"}
        denied |= {found[1] for title in self.case.empty if (found := EXPOSURE.match(title))}
        of_denied = {drug for name in denied - {drugs} for drug in classes.get(name, ())}
        members = classes[drugs]
        return next((drug for drug in members if drug not in of_denied), next(iter(members), OTHER_DRUG))

    def single_dose(self, fact: GivenDose) -> Row:
        """One administration: of the planned dose unless the example gives another."""
        row = administration(fact.treatment, self.treatment(fact.treatment).dose, fact.date)
        return row | ({"dose": fact.value, "unit": fact.unit} if fact.value else {})


EXPOSURE = re.compile(r"(?:exposed to|on) (\w+)")


def starts(model: StudyModel) -> tuple[str, ...]:
    """The milestones from which a protocol counts: that of eligibility, and every anchor that is a start."""
    point = model.eligibility_point
    wanted = [point.milestone] if point else []
    wanted += [anchor.milestone for anchor in model.anchors if anchor.milestone in STARTS]
    # The version of a criterion is the one in force on the day of consent.
    wanted += ["consent"] if model.versions else []
    return tuple(dict.fromkeys(wanted))


def first_start(lines: Iterable[Given]) -> str:
    """The day of the starts that a table leaves undated: the first of those that its lines date to the day."""
    starts = [each.date for each in lines if isinstance(each, GivenEvent) and each.events.name in STARTS]
    known = [days for date in starts if (days := days_of(date)) and days.is_known]
    return min((iso(days.first) for days in known), default=STANDS_ON)


def milestone_record(dated: Iterable[GivenEvent], undated: Iterable[str], stands_on: str) -> Record:
    """A participant with milestones alone, by whom points are dated; ``stands_on`` is the day of the undated."""
    found: dict[str, list[Event]] = {}
    for name, date in [*((fact.events.name, fact.date) for fact in dated), *((name, stands_on) for name in undated)]:
        if days := days_of(date):
            found.setdefault(name, []).append(Event(name=name, first=days.first, last=days.last))
    return Record(participant=NAME, events={name: tuple(events) for name, events in found.items()})


def cycle_rows(fact: GivenCycle, treatment: Treatment) -> Iterator[TableRow]:
    """The administrations of a cycle as planned, from its first day; one row that says so where it was not given."""
    row = {**administration(fact.treatment, treatment.dose, fact.date), "cycle": str(fact.cycle)}
    start = days_of(fact.date)
    if not fact.is_given or start is None or not start.is_known:
        yield "administrations", row | {"given": "yes" if fact.is_given else "no"}
        return
    dose = treatment.dose
    times = (dose.times_daily if dose else None) or 1
    for day in range((dose.days if dose else None) or 1):
        for turn in range(times):
            # Doses of one day differ by their hour: rows alike in every column would be one row written twice.
            yield "administrations", row | {"date": f"{iso(start.first + day)}T{8 + 12 * turn // times:02}:00"}


def administration(treatment: str, dose: Dose | None, date: str) -> dict[str, str]:
    """A row of ``administrations`` with the planned dose."""
    row = {"treatment": treatment, "date": date}
    if dose is not None:
        row |= {"dose": write_number(dose.amount), "unit": dose.unit, "route": dose.route or ""}
    return row


def shifted(point: Point) -> int | None:
    """The day of a point of someone whose milestone is undated."""
    found = shift(parse_days(STANDS_ON), point.months, point.days)
    return None if found is None else found.first


def born(on: int, years: int) -> str:
    """The birth date of someone whose last birthday was half a year before a day, if there is such a day."""
    try:
        return iso(add(on, months=-12 * years - 6))
    except CalendarRangeError:
        return iso(FIRST_DAY)


def iso(day: int) -> str:
    """A day as data have it, held to the years 1 to 9999."""
    held = min(max(day, FIRST_DAY), LAST_DAY)
    return write_days(Days(held, held))
