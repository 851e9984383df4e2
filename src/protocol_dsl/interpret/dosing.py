"""Doses as recorded against doses as planned: amount, number, route, length, level."""

from collections.abc import Callable, Iterator

from attrs import evolve

from protocol_dsl.base.days import Days
from protocol_dsl.base.numbers import Number, exact, several, write_number
from protocol_dsl.base.units import factor_between
from protocol_dsl.base.values import frozen
from protocol_dsl.interpret.acts import by_version
from protocol_dsl.interpret.cycles import endings, read_rows
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.judged_cycles import JudgedCycle
from protocol_dsl.interpret.participation import as_read
from protocol_dsl.interpret.points import resolve
from protocol_dsl.interpret.runs import Run
from protocol_dsl.interpret.schedule import administrations
from protocol_dsl.interpret.slots import MET, NOT_MET, later
from protocol_dsl.model.deviation_codes import (
    DOSE_AMOUNT,
    DOSE_COUNT,
    DOSE_LENGTH,
    DOSE_LEVEL,
    DOSE_ROUTE,
    DeviationCode,
)
from protocol_dsl.model.records import Administration
from protocol_dsl.model.schedule import Dose, Level, Treatment
from protocol_dsl.model.study import versions_of


@frozen(kw_only=True)
class DosingFinding:
    """A dose other than planned, or (without a code) one that the data leave open."""

    code: DeviationCode | None
    message: str
    date: Days
    rows: tuple[Administration, ...]


def judge_cycle_doses(item: JudgedCycle, facts: Facts) -> Iterator[DosingFinding]:
    """The doses of one cycle, once the last planned day has passed."""
    dose, run, cutoff = item.treatment.dose, item.run, facts.cutoff.day
    if run is None or cutoff is None or dose is None:
        return
    if run.start.last + (dose.days or 1) - 1 >= cutoff:
        return
    name = item.name

    def judge(treatment: Treatment, rows: tuple[Administration, ...]) -> Iterator[DosingFinding]:
        if treatment.dose is not None:
            planned, unit = allowed(treatment, item.level, item.treatment), treatment.dose.unit
            if not planned:
                words = f"{name}: the level {item.level} cannot be compared with what is planned in {unit}"
                yield open_question(words, rows)
            yield from amounts(name, rows, planned, unit) if planned else ()
            yield from routes(name, rows, treatment.dose)

    course = (*counts(name, run.rows, dose), *lengths(name, run.rows, dose))
    if any(each.code is not None for each in course):
        least = least_owed(item.treatment, run, dose, facts)
        course = (*counts(name, run.rows, dose, least), *lengths(name, run.rows, dose, least))
    found = (*in_each_version(item.treatment, run.rows, facts, judge), *course)
    if item.is_ruled_unknown:
        # Whether it was to be given at all is not known, so that nothing of it is certainly other than planned.
        found = tuple(open_question(each.message, each.rows) for each in found)
    yield from found


def in_each_version(
    treatment: Treatment,
    rows: tuple[Administration, ...],
    facts: Facts,
    judge: Callable[[Treatment, tuple[Administration, ...]], Iterator[DosingFinding]],
) -> Iterator[DosingFinding]:
    """Each row against the version of the treatment in force on its day; one question where versions do not agree."""
    for versions, some in by_version(treatment, rows, facts):
        found = [tuple(judge(version, as_written_in(version, some, facts))) for version in versions]
        if all(each == found[0] for each in found):
            yield from found[0]
        else:
            yield open_question(f"{treatment.name}: which version of the protocol was in force is not known", some)


def as_written_in(version: Treatment, rows: tuple[Administration, ...], facts: Facts) -> tuple[Administration, ...]:
    """Doses in the unit of a version of their treatment, and amounts for the names of levels that this does not have.

    A dose in a unit that does not convert stays as it is. A name that stands for several amounts in other versions
    leaves the amount open.
    """
    if not facts.protocol.versions:
        return rows
    others = versions_of(version.name, facts.protocol)

    def as_written(row: Administration) -> Administration:
        if row.dose is not None:
            factor = factor_between(row.unit, version.unit)
            return row if factor is None else evolve(row, dose=exact(row.dose * factor), unit=version.unit)
        if row.level is None or any(level.is_called(row.level) for level in version.levels):
            return row
        called = (level for each in others for level in each.levels if level.is_called(row.level))
        amounts = {in_unit(level, version.unit) for level in called}
        return evolve(row, dose=amounts.pop() if len(amounts) == 1 else None, unit=version.unit, level=None)

    return tuple(map(as_written, rows))


def in_unit(level: Level, unit: str) -> Number | None:
    """The amount of a level in a unit, if it can be brought there."""
    factor = factor_between(level.unit, unit)
    return None if factor is None else exact(level.amount * factor)


def judge_continuous_doses(treatment: Treatment, rows: tuple[Administration, ...]) -> Iterator[DosingFinding]:
    """The doses of a treatment without cycles: amount, route and times a day of each row."""
    dose = treatment.dose
    if dose is None or not rows:
        return
    yield from amounts(treatment.name, rows, allowed(treatment, None), dose.unit)
    yield from routes(treatment.name, rows, dose)
    planned = dose.times_daily
    other = tuple(row for row in rows if planned is not None and row.times is not None and row.times != planned)
    if other and planned is not None:
        message = f"{treatment.name} was given {other[0].times} times a day, planned {planned}"
        yield DosingFinding(code=DOSE_COUNT, message=message, date=day_of(other[0]), rows=other)


# ------------------------------------------------------------------------------- amounts
def allowed(treatment: Treatment, reduced: str | None, planned_by: Treatment | None = None) -> tuple[Number, ...]:
    """The amounts that may be given: any level, or only the one that a rule reduces to.

    Where this version of the treatment has no level of that name, it has the amount of the version ``planned_by``.
    """
    if reduced is not None:
        own = tuple(level.amount for level in treatment.levels if level.is_called(reduced))
        others = () if own or planned_by is None else planned_by.levels
        called = (in_unit(level, treatment.unit) for level in others if level.is_called(reduced))
        return own or tuple(amount for amount in called if amount is not None)
    planned = () if treatment.dose is None else (treatment.dose.amount,)
    return tuple(dict.fromkeys((*planned, *(level.amount for level in treatment.levels))))


def amount_of(row: Administration, treatment: Treatment) -> Number | None:
    """The amount of a row, or that of the level it names; none in a unit that is not that of the treatment."""
    if row.dose is not None or row.level is None:
        return row.dose if row.unit == treatment.unit else None
    return next((level.amount for level in treatment.levels if level.is_called(row.level)), None)


def amounts(
    name: str, rows: tuple[Administration, ...], planned: tuple[Number, ...], unit: str
) -> Iterator[DosingFinding]:
    """Rows whose amount is none of the planned ones, and rows that do not tell or in a unit that does not convert."""
    told = tuple(row for row in rows if row.dose is not None)
    other = tuple(row for row in told if row.unit == unit and row.dose not in planned)
    if other:
        words = " or ".join(write_number(amount) for amount in planned)
        message = f"{name}: {written(other[0])} was given, planned {words} {unit}"
        yield DosingFinding(code=DOSE_AMOUNT, message=message, date=day_of(other[0]), rows=other)
    unknown = tuple(row for row in rows if row.dose is None and row.level is None)
    unread = next((row.written_dose for row in unknown if row.written_dose), "")
    if unknown and planned:
        yield open_question(
            f"{name}: {f'{unread} is no dose that can be read' if unread else 'no dose is recorded'}", unknown
        )
    elsewhere = tuple(row for row in told if row.unit != unit)
    if elsewhere and planned:
        message = f"{name}: {written(elsewhere[0])} cannot be compared with what is planned in {unit}"
        yield open_question(message, elsewhere)


def written(row: Administration) -> str:
    """The dose of a row."""
    return "" if row.dose is None else f"{write_number(row.dose)} {row.unit}"


# ----------------------------------------------------------------- route, number, length
def routes(name: str, rows: tuple[Administration, ...], dose: Dose) -> Iterator[DosingFinding]:
    """Rows given by another route, and rows that do not tell."""
    if dose.route is None:
        return
    other = tuple(row for row in rows if row.route and row.route.casefold() != dose.route.casefold())
    if other:
        message = f"{name} was given {other[0].route}, planned {dose.route}"
        yield DosingFinding(code=DOSE_ROUTE, message=message, date=day_of(other[0]), rows=other)
    unknown = tuple(row for row in rows if not row.route)
    if unknown:
        yield open_question(f"{name}: no route is recorded", unknown)


@frozen
class Least:
    """The days of a cycle on which doses were certainly owed; ``doubt`` is why that may not be all of them, if so."""

    days: int
    doubt: str = ""


def least_owed(treatment: Treatment, run: Run, dose: Dose, facts: Facts) -> Least:
    """Nothing is owed once participation or the treatment has ended; a row of an uncertain day may be one of these."""
    found, doubt = dose.days or 1, ""
    for ending in endings(treatment, facts):
        before = max(ending.days.first - run.start.last, 0)
        if before < found:
            found = before
            is_sure = ending.is_certain and ending.days.is_known
            doubt = "" if is_sure else "participation or treatment may have ended in it"
    last = run.start.last + (dose.days or 1) - 1
    for row in read_rows(treatment, facts):
        if row.is_in_doubt and row.cycle is not None and row.cycle == run.cycle:
            return Least(0, "whether a dose of it was given is not known")
        is_open = row.is_in_doubt or (row.is_given and row.first != row.last)
        if is_open and row.cycle is None and row.first <= last and row.last >= run.start.first:
            return Least(0, "an uncertain dose, or one of an uncertain day, may belong to it")
    return Least(found, doubt)


def counts(
    name: str, rows: tuple[Administration, ...], dose: Dose, least: Least | None = None
) -> Iterator[DosingFinding]:
    """The number of administrations of a cycle against times a day on each planned day; ``least`` may be owed alone."""
    if dose.times_daily is None or dose.days is None:
        return
    least = least or Least(dose.days)
    planned, given = dose.times_daily * dose.days, administrations(rows)
    if given is None:
        yield open_question(f"{name}: the number of administrations is not recorded", rows)
    elif given > planned or given < dose.times_daily * least.days:
        message = f"{name} had {several(given, 'administration')}, planned {planned}"
        yield DosingFinding(code=DOSE_COUNT, message=message, date=day_of(rows[0]), rows=rows)
    elif given < planned and least.doubt:
        yield open_question(f"{name} had {several(given, 'administration')}, planned {planned}: {least.doubt}", rows)


def lengths(
    name: str, rows: tuple[Administration, ...], dose: Dose, least: Least | None = None
) -> Iterator[DosingFinding]:
    """The days from the first to the last administration of a cycle against the planned ones."""
    if dose.days is None:
        return
    least = least or Least(dose.days)
    ends = [row.end or day_of(row) for row in rows]
    shortest = max(day.first for day in ends) - min(row.last for row in rows) + 1
    longest = max(day.last for day in ends) - min(row.first for row in rows) + 1
    if shortest > dose.days or longest < least.days:
        took = several(shortest, "day") if shortest == longest else f"{shortest} to {longest} days"
        if any(row.goes_on for row in rows):
            took = f"at least {several(shortest, 'day')}"
        message = f"{name} took {took} from first to last administration, planned {dose.days}"
        yield DosingFinding(code=DOSE_LENGTH, message=message, date=day_of(rows[0]), rows=rows)
    elif shortest != longest:
        yield open_question(f"{name}: its length is not known, the dates are partial", rows)
    elif longest < dose.days and least.doubt:
        yield open_question(f"{name} took {several(longest, 'day')}, planned {dose.days}: {least.doubt}", rows)


# -------------------------------------------------------------------------------- levels
def is_titrated(treatment: Treatment) -> bool:
    """Whether the plan gives each level its own days."""
    return any(level.start is not None for level in treatment.levels)


def judge_levels(treatment: Treatment, rows: tuple[Administration, ...], facts: Facts) -> Iterator[DosingFinding]:
    """Titration: each row against the level planned for each of its days, one finding for each planned level.

    An amount that is no level at all is another dose, not another level.
    """
    if not is_titrated(treatment):
        return
    wrong: dict[str, list[Administration]] = {}
    unknown: list[Administration] = []
    for row in rows:
        if is_other_dose(row, treatment):
            continue
        amount = amount_of(row, treatment)
        for day, is_certain in turning_days(row, treatment, facts):
            level, is_known = level_on(treatment, day, facts)
            if not is_known or (level is not None and amount is None):
                unknown.append(row)
            elif level is not None and amount != level.amount:
                (wrong.setdefault(level.name, []) if is_certain else unknown).append(row)
    for name, found in wrong.items():
        kept = tuple(dict.fromkeys(found))
        level_words = f"level {name} of {treatment.name} was planned"
        message = f"{written(kept[0]) or kept[0].level} was given where {level_words}"
        yield DosingFinding(code=DOSE_LEVEL, message=message, date=day_of(kept[0]), rows=kept)
    if unknown:
        yield open_question(f"{treatment.name}: the level given is not known", tuple(dict.fromkeys(unknown)))


def turning_days(row: Administration, treatment: Treatment, facts: Facts) -> Iterator[tuple[int, bool]]:
    """The ends of a row and the days within it on which another level is planned, each with whether the row has it.

    Between two of them the plan does not change, so that the days between need no judging.
    """
    end = day_of(row) if row.end is None else as_read(row.end.first, row.end.last, facts)
    starts = (resolve(level.start, facts) for level in treatment.levels if level.start is not None)
    turns = {day for start in starts if start is not None for day in (start.first, start.last)}
    within = {day for day in turns if row.first < day < end.last}
    for day in sorted({row.first, row.last, end.first, end.last, *within}):
        yield day, row.last <= day <= end.first


def is_other_dose(row: Administration, treatment: Treatment) -> bool:
    """Whether a row has no amount, or one that is no level at all: told where amounts are judged."""
    if treatment.dose is None:
        return False
    if row.dose is None:
        return row.level is None
    return amount_of(row, treatment) not in allowed(treatment, None)


def level_on(treatment: Treatment, day: int, facts: Facts) -> tuple[Level | None, bool]:
    """The level planned for a day, the one that began last; and whether that is known.

    Before the first level nothing is planned; a level whose start has no day leaves the plan unknown.
    """
    found: Level | None = None
    begun = Days(0, 0)
    on = Days(day, day)
    for level in treatment.levels:
        if level.start is None:
            continue
        start = resolve(level.start, facts)
        if start is None or later(start, on) not in {MET, NOT_MET}:
            return None, False
        if later(start, on) == NOT_MET and start.first >= begun.first:
            found, begun = level, start
    return found, True


# --------------------------------------------------------------------------------- words
def open_question(message: str, rows: tuple[Administration, ...]) -> DosingFinding:
    """A dose that the data leave open."""
    return DosingFinding(code=None, message=message, date=day_of(rows[0]), rows=rows)


def day_of(row: Administration) -> Days:
    """The day of a row."""
    return Days(row.first, row.last)
