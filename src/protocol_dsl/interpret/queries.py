"""Questions that the data themselves raise: visits against each other, readings against their measure."""

from collections.abc import Iterator
from itertools import chain, pairwise

from protocol_dsl.base.days import Days, say_days
from protocol_dsl.base.numbers import Range
from protocol_dsl.base.values import every, frozen
from protocol_dsl.interpret.deviations.judged import About, Derive, Found, Judged, query
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.matching import Row
from protocol_dsl.interpret.periods import Resolved, compile_period
from protocol_dsl.interpret.readings import sources
from protocol_dsl.interpret.reasons import listed, reading_fact
from protocol_dsl.interpret.schedule import row_facts
from protocol_dsl.interpret.visit_status import JudgedVisit, held_in_plan_order
from protocol_dsl.model.deviation_codes import (
    IMPLAUSIBLE,
    PLAN_TOO_LONG,
    READINGS_DISAGREE,
    TWO_VISITS_ONE_DAY,
    VISIT_DUPLICATE,
    VISITS_REVERSED,
)
from protocol_dsl.model.expressions import Pick
from protocol_dsl.model.points import Place
from protocol_dsl.model.records import Reading
from protocol_dsl.model.schedule import Cycles, Repeated
from protocol_dsl.model.series import MOST
from protocol_dsl.model.study import StudyModel
from protocol_dsl.model.vocabulary import Measure


# -------------------------------------------------------------------------------- visits
def duplicates(judged: Judged) -> Iterator[Found]:
    """Second visits with one label: the one nearest the plan counts."""
    for item in judged.visits:
        for row in item.matched.duplicates:
            name = item.visit.name
            day = Days(row.first, row.last)
            about = About(visit=name, rule=name, date=day, facts=row_facts((row,)), place=item.visit.place)
            counted = "" if item.matched.days is None else f", the one of {say_days(item.matched.days)} counts"
            yield query(
                judged,
                VISIT_DUPLICATE,
                about,
                f"a second visit {name} {'on' if day.is_known else 'of'} {say_days(day)}{counted}",
            )


@frozen
class OnDay:
    """A visit of some day: its name, its planned day if it has one, and its rows."""

    name: str
    planned: Days | None
    rows: tuple[Row, ...]


def one_day(judged: Judged) -> Iterator[Found]:
    """Two visits on one day, unless the plan puts them there; unscheduled and early-termination visits count too."""
    by_day: dict[int, list[OnDay]] = {}
    for item in judged.visits:
        days = item.matched.days
        if days is not None and days.is_known:
            by_day.setdefault(days.first, []).append(OnDay(item.visit.name, planned(item), item.matched.rows))
    others = [(row, "early termination") for row in judged.matching.terminations]
    others += [(row, "unscheduled") for row in judged.matching.unscheduled]
    for row, otherwise in others:
        if row.first == row.last:
            by_day.setdefault(row.first, []).append(OnDay(row.label or otherwise, None, (row,)))
    for day, found in sorted(by_day.items()):
        if len(found) > 1 and not is_planned_so(found):
            on, name = Days(day, day), found[0].name
            message = f"visits {' and '.join(visit.name for visit in found)} on one day, {say_days(on)}"
            facts = row_facts(tuple(row for visit in found for row in visit.rows))
            yield query(judged, TWO_VISITS_ONE_DAY, About(visit=name, rule=name, date=on, facts=facts), message)


def is_planned_so(found: list[OnDay]) -> bool:
    """Whether the plan puts some visits on one day."""
    return found[0].planned is not None and len({visit.planned for visit in found}) == 1


def reversed_order(judged: Judged) -> Iterator[Found]:
    """A visit certainly held before the one that the plan puts before it."""
    for before, item in pairwise(held_in_plan_order(judged.visits)):
        first, second = before.matched.days, item.matched.days
        is_planned_so = is_certainly_before(planned(before), planned(item))
        if first is None or second is None or second.last >= first.first or not is_planned_so:
            continue
        name = item.visit.name
        message = (
            f"visit {name} ({say_days(second)}) before visit {before.visit.name} ({say_days(first)}), "
            "which the plan puts first"
        )
        facts = row_facts((*before.matched.rows, *item.matched.rows))
        about = About(visit=name, rule=name, date=second, facts=facts, place=item.visit.place)
        yield query(judged, VISITS_REVERSED, about, message)


def is_certainly_before(one: Days | None, other: Days | None) -> bool:
    """Whether one planned day is before another, whichever of their days they are."""
    return one is not None and other is not None and one.last < other.first


def planned(item: JudgedVisit) -> Days | None:
    """The planned day of a visit."""
    return None if item.matched.slot is None else item.matched.slot.planned


def too_long(judged: Judged) -> Iterator[Found]:
    """A plan without an end of which the last member that is followed has come: what comes after it is not judged."""
    cutoff = judged.facts.cutoff.day
    last_visits = {f"{visit.name}{MOST}" for visit in judged.model.visits if isinstance(visit.series, Repeated)}
    for item in judged.visits:
        day = planned(item)
        if item.visit.name in last_visits and day is not None and cutoff is not None and day.first <= cutoff:
            about = About(visit=item.visit.name, rule=item.visit.name, date=day, place=item.visit.place)
            message = f"the plan goes on after visit {item.visit.name}, and at most {MOST:,} of a series are followed"
            yield query(judged, PLAN_TOO_LONG, about, message)
    for cycle in judged.cycles:
        course, day = cycle.treatment.course, None if cycle.slot is None else cycle.slot.planned
        is_last = cycle.number == MOST and isinstance(course, Cycles) and course.up_to is None
        if is_last and day is not None and cutoff is not None and day.first <= cutoff:
            name = cycle.treatment.name
            about = About(rule=name, treatment=name, cycle=MOST, date=day, place=cycle.treatment.place)
            message = f"{name} goes on after cycle {MOST:,}, and at most {MOST:,} cycles are followed"
            yield query(judged, PLAN_TOO_LONG, about, message)


# ------------------------------------------------------------------------------ readings
@frozen
class LatestOf:
    """A ``latest M`` of a rule, its period compiled."""

    rule: str
    place: Place
    pick: Pick
    period: Resolved
    is_criterion: bool


def disagreements(model: StudyModel) -> Derive:
    """Readings that may each be the latest and differ, for every ``latest`` of a criterion or an own deviation."""
    versions = [version.study for version in model.versions] or [model]
    rules = [(rule.name, rule.place, rule.test, True) for study in versions for rule in study.criteria]
    rules += [(rule.name, rule.place, rule.test, False) for rule in model.deviations]
    wanted = tuple(
        LatestOf(name, place, pick, compile_period(pick.period), is_criterion)
        for name, place, test, is_criterion in dict.fromkeys(rules)
        for pick in dict.fromkeys(every(Pick, test))
        if pick.choice == "latest"
    )

    def derive(judged: Judged) -> Iterator[Found]:
        asked = judged.eligibility.decisive.criteria if judged.eligibility else ()
        places = {(criterion.rule, criterion.place) for criterion in asked}
        for latest in wanted:
            if latest.is_criterion and (latest.rule, latest.place) not in places:
                continue
            facts = judged.eligibility_facts if latest.is_criterion else judged.facts
            rows = competing(latest, facts)
            if len({row.value for row in rows}) > 1:
                values = listed(sorted({value_words(row) for row in rows}))
                day = Days(min(row.first for row in rows), max(row.last for row in rows))
                found = tuple(reading_fact(row) for row in rows)
                about = About(rule=latest.rule, date=day, facts=found, place=latest.place)
                message = f"{latest.pick.words or 'latest ' + latest.pick.measure}: {values} may each be the latest"
                yield query(judged, READINGS_DISAGREE, about, message)

    return derive


def value_words(row: Reading) -> str:
    """A value as it is written, with its unit."""
    return f"{row.written} {row.unit}".strip() if row.written else "no value"


def competing(latest: LatestOf, facts: Facts) -> list[Reading]:
    """The readings that may each be the latest."""
    bounds = latest.period(facts)
    if bounds is None:
        return []
    return [member.row for member in sources(latest.pick, bounds, facts)]


def implausible(model: StudyModel) -> Derive:
    """Readings certainly outside the plausible range of their measure; they are used all the same."""
    measures = tuple(measure for measure in model.vocabulary.measures if measure.plausible is not None)

    def derive(judged: Judged) -> Iterator[Found]:
        for measure in measures:
            for row in judged.facts.readings(measure.name):
                if is_implausible(row, measure):
                    day = Days(row.first, row.last)
                    message = f"{measure.name} of {value_words(row)} ({say_days(day)}) is outside its plausible range"
                    about = About(rule=measure.name, date=day, facts=(reading_fact(row),))
                    yield query(judged, IMPLAUSIBLE, about, message)

    return derive


def is_implausible(row: Reading, measure: Measure) -> bool:
    """Whether every value that the reading may have is outside the range."""
    if row.value is None or isinstance(row.value, str) or measure.plausible is None:
        return False
    low, high = measure.plausible
    if isinstance(row.value, Range):
        return row.value.is_outside(low, high)
    return row.value < low or row.value > high


def reading_queries(model: StudyModel) -> Derive:
    """The questions that readings raise."""
    return all_of(disagreements(model), implausible(model))


def visit_queries(judged: Judged) -> Iterator[Found]:
    """The questions that visits raise against each other, and a plan that goes on too long."""
    return chain(duplicates(judged), one_day(judged), reversed_order(judged), too_long(judged))


def data_queries(model: StudyModel) -> Derive:
    """All of these questions."""
    return all_of(visit_queries, reading_queries(model))


def all_of(*parts: Derive) -> Derive:
    """Several derivations as one."""

    def derive(judged: Judged) -> Iterator[Found]:
        return chain.from_iterable(part(judged) for part in parts)

    return derive
