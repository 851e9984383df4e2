"""Shifting every date shifts the schedule; the order of rows says nothing."""

from collections.abc import Callable

from attrs import evolve
from hypothesis import given as each
from hypothesis import settings
from hypothesis import strategies as st
from tests.interpret.courses import (
    CYCLES_ONLY,
    IL2,
    IL2_CYCLES,
    SCR,
    VISITS,
    W0,
    AnyRow,
    around,
    record,
    scheduled,
    week,
)

from protocol_dsl.base.days import Days, parse_days, write_days
from protocol_dsl.interpret.engine import Engine
from protocol_dsl.model.expressions import EventPattern
from protocol_dsl.model.points import Length, Point
from protocol_dsl.model.records import Administration, Cutoff, Event, Medication, Reading, Record, VisitRow
from protocol_dsl.model.results import CycleResult, ParticipantResult, VisitResult
from protocol_dsl.model.rules import Prohibition, RequiredInterval
from protocol_dsl.model.schedule import InCycles, Repeated, StopOn, Visit
from protocol_dsl.model.study import StudyModel

START = parse_days("2004-06-14").first
HANGING = Visit(name="V1", title="", point=week(16), window=around(-5, 5), counted_from="previous visit")
STOPS = (StopOn(EventPattern("progression")), week(40))
REPEATED = Visit(
    name="R",
    title="",
    point=week(6),
    window=around(-5, 5),
    series=Repeated(points=(week(6), week(10)), every=Length(days=42), stops=STOPS),
)
IN_CYCLES = Visit(
    name="C", title="", point=week(2), window=around(-1, 1), series=InCycles(treatment="il2", days=(1, 8))
)
FOLLOW_UP = Visit(name="FU", title="", point=Point("last dose of il2", days=28), window=around(-7, 7))
PLAN = evolve(
    CYCLES_ONLY,
    visits=(
        *(evolve(visit, assess=("cd4",)) for visit in VISITS),
        evolve(HANGING, grace_days=5),
        REPEATED,
        IN_CYCLES,
        FOLLOW_UP,
    ),
    prohibitions=(Prohibition(drugs="PI", start=W0, end=week(12)),),
    intervals=(RequiredInterval(name="R1", title="", bound="at most", length=Length(days=14), start=SCR, end=W0),),
)
CHAINED = evolve(
    PLAN, treatments=(evolve(IL2, course=evolve(IL2_CYCLES, counted_from="previous start", skipped_count=False)),)
)
OPEN = evolve(PLAN, treatments=(evolve(IL2, course=evolve(IL2_CYCLES, up_to=None, stops=STOPS)),))

days = st.integers(START - 20, START + 340)
dated = st.tuples(days, st.booleans())
labels = st.sampled_from(["W0", "W4", "W12", "W24", "V1", "", "TEL", "R1", "R3", "C1D1", "C2D8", "FU"])
statuses = st.sampled_from(["held", "held", "held", "not held", "early termination"])


def visit(label: str, day: int, status: str) -> VisitRow:
    name = None if label in {"", "TEL"} else label
    return VisitRow(visit=name, label=label, first=day, last=day, status=status)  # type: ignore[arg-type]  # one of three


rows = st.one_of(
    st.builds(visit, labels, days, statuses),
    st.builds(
        lambda day, cycle, given: Administration(
            treatment="il2", first=day, last=day, cycle=cycle, dose=4, route="subcutaneous", is_given=given
        ),
        days,
        st.one_of(st.none(), st.integers(1, 9)),
        st.sampled_from([True, True, True, False]),
    ),
    st.builds(
        lambda day, visit, value: Reading(measure="cd4", first=day, last=day, value=value, visit=visit),
        days,
        st.sampled_from([None, "W4", "W24"]),
        st.one_of(st.none(), st.integers(0, 4000)),
    ),
    st.builds(
        lambda day, n: Medication(drug="indinavir", start=Days(day, day), end=Days(day + n, day + n)),
        days,
        st.integers(0, 60),
    ),
    st.builds(
        lambda name, day: Event(name=name, first=day, last=day, related_to="il2"),
        st.sampled_from(["withdrawal", "discontinuation", "consent", "progression"]),
        days,
    ),
)
courses = st.lists(rows, max_size=25)


def moved_row(row: AnyRow, by: int) -> AnyRow:
    if isinstance(row, Medication):
        return evolve(row, start=moved_days(row.start, by), end=None if row.end is None else moved_days(row.end, by))
    return evolve(row, first=row.first + by, last=row.last + by)


def moved_days(days: Days, by: int) -> Days:
    return Days(days.first + by, days.last + by)


def participant(found: list[AnyRow], by: int = 0) -> Record:
    milestones = [Event(name="screening", first=START - 13, last=START - 13)]
    milestones += [Event(name="randomization", first=START, last=START)]
    return record(*(moved_row(row, by) for row in (*milestones, *found)), events={})


def outline(result: ParticipantResult, by: int = 0) -> list[object]:
    """Everything that is said, days moved back, without rows, words and ids."""

    def back(day: Days | None) -> Days | None:
        return None if day is None else moved_days(day, -by)

    return [
        [
            (item.status, item.days_out, back(item.planned), back(item.earliest), back(item.latest), back(item.actual))
            for item in scheduled(result)
        ],
        [(item.code, item.grade, item.visit, item.cycle, back(item.date), item.days_out) for item in result.deviations],
        [(item.code, item.rule, item.visit, item.cycle, back(item.date)) for item in result.queries],
    ]


def without_rows(result: ParticipantResult) -> ParticipantResult:
    """Everything, without the evidence, whose order follows the rows."""

    def bare(items: tuple) -> tuple:  # type: ignore[type-arg]  # results of any kind
        return tuple(evolve(item, facts=()) for item in items)

    return evolve(
        result,
        visits=bare(result.visits),
        cycles=bare(result.cycles),
        deviations=bare(result.deviations),
        queries=bare(result.queries),
    )


@settings(max_examples=60, deadline=None)
@each(courses, st.integers(-3000, 3000), days, st.sampled_from([PLAN, CHAINED, OPEN]))
def test_shifting_every_date_shifts_the_schedule_and_changes_no_status(
    found: list[AnyRow], by: int, cutoff: int, plan: StudyModel
) -> None:
    here = Engine(plan, Cutoff(cutoff)).check(participant(found))
    there = Engine(plan, Cutoff(cutoff + by)).check(participant(found, by))
    assert outline(here) == outline(there, by)


@settings(max_examples=60, deadline=None)
@each(st.data(), courses, days, st.sampled_from([PLAN, CHAINED, OPEN]))
def test_shuffling_rows_changes_nothing_but_row_numbers(
    data: st.DataObject, found: list[AnyRow], cutoff: int, plan: StudyModel
) -> None:
    shuffled: list[AnyRow] = data.draw(st.permutations(found))
    check: Callable[[Record], ParticipantResult] = Engine(plan, Cutoff(cutoff)).check
    assert without_rows(check(participant(found))) == without_rows(check(participant(shuffled)))


def month_of(day: int) -> Days:
    return parse_days(write_days(Days(day, day))[:7])


@settings(max_examples=80, deadline=None)
@each(
    st.dictionaries(
        st.sampled_from(["W0", "W4", "W12", "W24", "V1", "R1", "R2", "R3"]), st.tuples(days, st.booleans())
    ),
    st.dictionaries(
        st.sampled_from(["randomization", "withdrawal", "death", "progression"]), st.tuples(days, st.booleans())
    ),
    days,
)
def test_a_date_made_more_precise_never_overturns_a_status(
    held: dict[str, tuple[int, bool]], milestones: dict[str, tuple[int, bool]], cutoff: int
) -> None:
    def made(*, is_exact: bool) -> Record:
        known = {name: Days(day, day) if sharp or is_exact else month_of(day) for name, (day, sharp) in held.items()}
        visits = [evolve(visit(name, 1, "held"), first=on.first, last=on.last) for name, on in known.items()]
        dates = {
            name: Days(day, day) if sharp or is_exact else month_of(day) for name, (day, sharp) in milestones.items()
        }
        events = [Event(name=name, first=on.first, last=on.last) for name, on in dates.items()]
        return record(*visits, *events, events={})

    vague, exact = (Engine(PLAN, Cutoff(cutoff)).check(made(is_exact=exactly)) for exactly in (False, True))
    # A stop made precise may take visits out of the plan that were open, and never one that was decided.
    known = {named(after): after for after in scheduled(exact)}
    for before in scheduled(vague):
        after = known.get(named(before))
        assert before.status in {"undetermined", "not due" if after is None else after.status}
        if after is None or before.days_out_max is None or before.days_out is None or after.days_out is None:
            continue
        assert min(before.days_out, before.days_out_max) <= after.days_out
        assert after.days_out <= max(before.days_out, before.days_out_max)


def named(item: VisitResult | CycleResult) -> str:
    return item.visit if isinstance(item, VisitResult) else f"{item.treatment}/{item.cycle}"
