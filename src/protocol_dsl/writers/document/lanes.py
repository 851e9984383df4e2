"""The plan on a line of study time: epochs, visits with their windows, and what each arm is given."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from protocol_dsl.model.epochs import as_given
from protocol_dsl.model.schedule import Arm, Continuous, Cycles, InCycles, Repeated, Treatment, Visit
from protocol_dsl.model.series import MOST, repeated_member
from protocol_dsl.model.study import StudyModel
from protocol_dsl.writers.document.bars import (
    DRAWN_OF_AN_OPEN_PLAN,
    cycle_bars,
    days_in_cycles,
    repeated_bars,
    treatment_bars,
    visit_bar,
)
from protocol_dsl.writers.document.clock import Clock, clock_of, cycle_days, day_words, scale
from protocol_dsl.writers.document.timeline import Band, Bar, Lane, Timeline

BEFORE = ("consent", "screening")


def timeline(model: StudyModel, rules: Mapping[str, str]) -> Timeline | None:
    """The plan of a protocol; nothing where it plans neither visits nor treatments on its own time.

    Args:
        model: The protocol.
        rules: How open plans of treatments and series of visits go on, in words, by name.
    """
    clock = clock_of(model)
    visits = [visit for visit in model.visits if visit.series is None and clock.day(visit.point) is not None]
    last = max([0.0, *(visit_bar(visit, clock).last for visit in visits), *ends(model, clock)])
    lanes = [*visit_lanes(model, visits, clock, last, rules), *arm_lanes(model, visits, clock, last, rules)]
    bars = [bar for lane in lanes for bar in lane.bars]
    epochs = tuple(bands(model, clock))
    if not bars and not epochs:
        return None
    first = min([0.0, *(bar.first for bar in bars), *(band.first for band in epochs)])
    last = max([last, *(bar.last for bar in bars), first + 1])
    unit, ticks = scale(first, last)
    drawn = {visit.name for visit in visits} | {lane.series for lane in lanes}
    apart = [visit for visit in model.visits if visit.name not in drawn]
    return Timeline(
        title=f"Timeline of {model.name}",
        origin=clock.origin.replace("_", " "),
        unit=unit,
        first=first,
        last=last,
        ticks=ticks,
        lanes=tuple(lanes),
        epochs=epochs,
        before=tuple((each.name, tied(each)) for each in apart if each.point.milestone in BEFORE),
        after=tuple((each.name, tied(each)) for each in apart if each.point.milestone not in BEFORE),
    )


def tied(visit: Visit) -> str:
    """What a visit hangs on that study time does not know."""
    when = "" if visit.point.words in {"", visit.name} else visit.point.words
    return when or visit.point.milestone.replace("_", " ")


def bands(model: StudyModel, clock: Clock) -> Iterator[Band]:
    """The epochs whose days are known."""
    for epoch in model.epochs:
        first, last = clock.day(epoch.start), clock.day(epoch.end)
        if first is not None and last is not None:
            without = ", without treatment" if epoch.is_without_treatment else ""
            yield Band(
                title=epoch.title,
                words=f"{epoch.title}, day {day_words(first)} to {day_words(last)}{without}",
                first=first,
                last=last,
                is_without_treatment=epoch.is_without_treatment,
            )


# ----------------------------------------------------------------------------------------------- how far the plan goes
def ends(model: StudyModel, clock: Clock) -> Iterator[float]:
    """The last days of what has one, and of as much of an open plan as shows how it goes on."""
    yield from (band.last for band in bands(model, clock))
    for treatment in model.treatments:
        for each in (treatment, *(part for arm in model.arms for part in as_given(treatment, arm, model))):
            yield from ends_of(each, clock)
    for visit in model.visits:
        if isinstance(visit.series, Repeated):
            yield from ends_of_series(visit, visit.series, clock)


def ends_of(treatment: Treatment, clock: Clock) -> Iterator[float]:
    """The last day of a treatment."""
    match treatment.course:
        case Continuous(_, end):
            yield (None if end is None else clock.day(end)) or 0.0
        case Cycles() as cycles if cycles.up_to is not None:
            yield from (bar.last for bar in cycle_bars(treatment, cycles, clock, 0))
        case Cycles() as cycles:
            bound = clock.bound(iter((cycles.none_after, *cycles.stops)))
            yield from (
                [bound]
                if bound is not None
                else islice((day for _, day in cycle_days(cycles, clock)), DRAWN_OF_AN_OPEN_PLAN)
            )
        case None:
            return


def ends_of_series(visit: Visit, series: Repeated, clock: Clock) -> Iterator[float]:
    """The last day of a series of visits."""
    if clock.day(visit.point) is None:
        return
    bound, further = clock.bound(iter(series.stops)), DRAWN_OF_AN_OPEN_PLAN - len(series.points)
    is_drawn_on = series.every is not None and bound is None
    number = min(MOST, len(series.points) + (max(2, further) if is_drawn_on else 0))
    yield visit_bar(repeated_member(visit, series, number), clock).last
    yield bound or 0.0


# --------------------------------------------------------------------------------------------------------------- lanes
def visit_lanes(
    model: StudyModel, visits: Sequence[Visit], clock: Clock, last: float, rules: Mapping[str, str]
) -> Iterator[Lane]:
    """The visits that every arm has: the single ones together, each series by itself."""
    common = tuple(visit_bar(visit, clock) for visit in visits if not visit.arms)
    if common or any(clock.day(visit.point) is None for visit in model.visits):
        yield Lane(group="", name="Visits", bars=common)
    yield from series_lanes("", [visit for visit in model.visits if not visit.arms], clock, last, rules)


def series_lanes(
    group: str, visits: Sequence[Visit], clock: Clock, last: float, rules: Mapping[str, str]
) -> Iterator[Lane]:
    """A lane for each series of visits that is repeated."""
    for visit in visits:
        if isinstance(visit.series, Repeated) and clock.day(visit.point) is not None:
            bars = tuple(repeated_bars(visit, visit.series, clock, last))
            yield series_lane(group, visit, bars, rules)


def series_lane(group: str, visit: Visit, bars: tuple[Bar, ...], rules: Mapping[str, str]) -> Lane:
    """The lane of a series, under its name and title."""
    title = visit.name if visit.title == visit.name else f"{visit.name}: {visit.title}"
    return Lane(group=group, name=title, bars=bars, series=visit.name, rule=rules.get(visit.name, ""))


def arm_lanes(
    model: StudyModel, visits: Sequence[Visit], clock: Clock, last: float, rules: Mapping[str, str]
) -> Iterator[Lane]:
    """What each arm is given with the visits in its cycles, and the visits that only some arms have."""
    given = {each.name: each for each in model.treatments}
    for arm in model.arms:
        own = tuple(visit_bar(visit, clock) for visit in visits if arm.name in visit.arms)
        if own:
            yield Lane(group=arm.title, name="Visits of this arm", bars=own)
        yield from series_lanes(arm.title, [each for each in model.visits if arm.name in each.arms], clock, last, rules)
        for treatment in (given[name] for name in arm.gives if name in given):
            parts = as_given(treatment, arm, model)
            if bars := tuple(bar for each in parts for bar in treatment_bars(each, model, clock, last)):
                rule = rules.get(treatment.name, "")
                yield Lane(group=arm.title, name=treatment.title, bars=bars, rule=rule)
                yield from cycle_lanes(model, arm, treatment, bars, rules)


def cycle_lanes(
    model: StudyModel, arm: Arm, treatment: Treatment, cycles: tuple[Bar, ...], rules: Mapping[str, str]
) -> Iterator[Lane]:
    """The visits in the cycles of a treatment, as an arm is given it."""
    for visit in model.visits:
        series = visit.series
        is_of_arm = not visit.arms or arm.name in visit.arms
        if isinstance(series, InCycles) and series.treatment == treatment.name and is_of_arm:
            bars = tuple(days_in_cycles(visit, series, cycles))
            yield series_lane(arm.title, visit, bars, rules)
