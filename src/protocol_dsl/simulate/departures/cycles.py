"""Departures from the plan of cycles and doses."""

from collections.abc import Callable, Iterator
from fractions import Fraction

from protocol_dsl.base.days import parse_days
from protocol_dsl.base.numbers import several, write_number
from protocol_dsl.base.values import frozen
from protocol_dsl.model.schedule import Cycles, InCycles, Treatment
from protocol_dsl.model.study import StudyModel
from protocol_dsl.simulate.conduct import cycle_rows, is_from_previous
from protocol_dsl.simulate.departures.found import Asked, Found, Planted, planted
from protocol_dsl.simulate.draft import Draft, Row, after, day_in, iso
from protocol_dsl.simulate.plan import (
    PlannedCycle,
    arm_of,
    cycles_of,
    dose_days,
    inside_of,
    starts_of,
    treatments_of,
    version_plan,
)

OTHER_ROUTES = ("intravenous", "oral")
LAST_BUT_ONE = 2


# ------------------------------------------------------------------------- what it can be about
def in_cycles(study: StudyModel) -> tuple[str, ...]:
    """The treatments in more than two cycles that an arm gives: a departure lies between a first and a last one."""
    return tuple(
        item.name
        for item in study.treatments
        if isinstance(item.course, Cycles) and (item.course.up_to or LAST_BUT_ONE + 1) > LAST_BUT_ONE
        if any(item.name in arm.gives for arm in study.arms)
    )


def numbered(study: StudyModel) -> tuple[str, ...]:
    """Those of which the plan says how many."""
    found = {item.name for item in study.treatments if isinstance(item.course, Cycles) and item.course.up_to}
    return tuple(name for name in in_cycles(study) if name in found)


def dosed(study: StudyModel, has: Callable[[Treatment], bool]) -> tuple[str, ...]:
    """Those of the treatments in cycles whose dose is such."""
    return tuple(item.name for item in study.treatments if item.name in in_cycles(study) and item.dose and has(item))


def with_amount(study: StudyModel) -> tuple[str, ...]:
    """Those with a planned amount."""
    return dosed(study, lambda item: item.dose is not None and item.dose.amount > 0)


def counted(study: StudyModel) -> tuple[str, ...]:
    """Those with a planned number of administrations, more than two."""
    return dosed(study, lambda item: has_count(item) and number_of(item) > LAST_BUT_ONE)


def routed(study: StudyModel) -> tuple[str, ...]:
    """Those with a planned route."""
    return dosed(study, lambda item: item.dose is not None and item.dose.route is not None)


def lasting(study: StudyModel) -> tuple[str, ...]:
    """Those whose cycles take a planned number of days, more than one."""
    return dosed(study, lambda item: dose_days(item) >= LAST_BUT_ONE)


def of_a_day(study: StudyModel) -> tuple[str, ...]:
    """Those of which a cycle is one administration, and on which nothing else is counted from its day."""
    series = {visit.series.treatment for visit in study.visits if isinstance(visit.series, InCycles)}
    series |= {inside.treatment for item in study.treatments if (inside := inside_of(item)) is not None}
    return tuple(
        item.name
        for item in study.treatments
        if item.name in in_cycles(study) and item.name not in series
        if number_of(item) == 1 and not is_from_previous(item)
    )


def bounded(study: StudyModel) -> tuple[str, ...]:
    """Those with a last point."""
    return tuple(
        item.name
        for item in study.treatments
        if item.name in in_cycles(study) and isinstance(item.course, Cycles) and item.course.none_after is not None
    )


def of_some_arm(study: StudyModel) -> tuple[str, ...]:
    """Treatments in cycles that one arm gives and another does not."""
    return tuple(
        item.name
        for item in study.treatments
        if isinstance(item.course, Cycles) and 0 < sum(item.name in arm.gives for arm in study.arms) < len(study.arms)
    )


def has_count(treatment: Treatment) -> bool:
    """Whether the number of administrations of a cycle is planned."""
    dose = treatment.dose
    return dose is not None and dose.times_daily is not None and dose.days is not None


def number_of(treatment: Treatment) -> int:
    """The administrations of a cycle."""
    return dose_days(treatment) * ((treatment.dose.times_daily if treatment.dose else None) or 1)


# ---------------------------------------------------------------------------------- rows
@frozen
class Given:
    """A cycle as planned, and the day on which it was begun."""

    cycle: PlannedCycle
    start: int

    @property
    def treatment(self) -> Treatment:
        """The treatment in the version that plans the cycle."""
        return self.cycle.treatment

    def about(self, code: str, days_out: int | None = None) -> Found:
        """What must be found of the cycle."""
        return Found(code=code, treatment=self.treatment.name, cycle=self.cycle.number, days_out=days_out)

    @property
    def words(self) -> str:
        """``cycle 3 of il2``."""
        return f"cycle {self.cycle.number} of {self.treatment.name}"


def all_given(draft: Draft, asked: Asked) -> Iterator[Given]:
    """Every planned cycle that was given."""
    for treatment in treatments_of(draft, asked.study):
        if isinstance(treatment.course, Cycles) and asked.means(treatment.name):
            starts = starts_of(draft, treatment.name)
            for cycle in cycles_of(draft, treatment, asked.study, starts, asked.as_of):
                if cycle.number in starts:
                    yield Given(cycle, starts[cycle.number])


def some_cycle(draft: Draft, asked: Asked, names: tuple[str, ...]) -> Given | None:
    """A cycle of one of some treatments that was given, with one given before and after it."""
    every = list(all_given(draft, asked))
    numbers = {(item.treatment.name, item.cycle.number) for item in every}
    found = [
        item
        for item in every
        if item.treatment.name in names
        and all((item.treatment.name, item.cycle.number + step) in numbers for step in (-1, 1))
    ]
    return asked.chance.one_of(found) if found else None


def is_cycle(item: Given) -> Callable[[Row], bool]:
    """Whether a row belongs to that cycle."""
    return lambda row: row["treatment"] == item.treatment.name and row.get("cycle") == str(item.cycle.number)


def later(row: Row, days: int) -> Row:
    """A row some days later, at the same hour."""
    return {**row, "date": iso(day_in(row) + days) + row["date"][10:]}


def shifted(draft: Draft, item: Given, days: int, study: StudyModel) -> Draft:
    """A cycle moved by some days, with the visits and the other treatments counted from it."""
    inside = {each.name: found for each in study.treatments if (found := inside_of(each)) is not None}
    names = {
        item.treatment.name,
        *(
            name
            for name, found in inside.items()
            if found.treatment == item.treatment.name and found.counted_from == "start"
        ),
    }
    number = str(item.cycle.number)
    rows = [
        later(row, days) if row["treatment"] in names and row.get("cycle") == number else row
        for row in draft.of("administrations")
    ]
    draft = draft.with_rows("administrations", rows)
    labels = tuple(
        f"{visit.name}{item.cycle.number}D"
        for visit in study.visits
        if isinstance(visit.series, InCycles) and visit.series.treatment == item.treatment.name
        if visit.series.counted_from == "start"
    )
    for table in ("visits", "readings"):
        draft = draft.with_rows(
            table, [later(row, days) if labels and row["visit"].startswith(labels) else row for row in draft.of(table)]
        )
    return draft


# ------------------------------------------------------------------------------- the days
def cycle_early(draft: Draft, asked: Asked) -> Planted | None:
    """DV04: a cycle started some days before its window opens."""
    if (item := some_cycle(draft, asked, in_cycles(asked.study))) is None:
        return None
    days = asked.days_early()
    moved = shifted(draft, item, item.cycle.slot.earliest - days - item.start, asked.study)
    return planted(moved, f"{item.words} {several(days, 'day')} early", item.about("DV04", -days))


def cycle_late(draft: Draft, asked: Asked) -> Planted | None:
    """DV05: a cycle started some days after its window closed."""
    if (item := some_cycle(draft, asked, in_cycles(asked.study))) is None:
        return None
    days = asked.days_late()
    moved = shifted(draft, item, item.cycle.slot.latest + days - item.start, asked.study)
    return planted(moved, f"{item.words} {several(days, 'day')} late", item.about("DV05", days))


def cycle_missed(draft: Draft, asked: Asked) -> Planted | None:
    """DV06: a cycle never given."""
    if (item := some_cycle(draft, asked, in_cycles(asked.study))) is None:
        return None
    return planted(draft.without("administrations", is_cycle(item)), f"{item.words} missed", item.about("DV06"))


def cycle_undetermined(draft: Draft, asked: Asked) -> Planted | None:
    """QY03: a cycle dated to the month, of which some days lie inside its window and some outside."""
    if (item := some_cycle(draft, asked, of_a_day(asked.study))) is None:
        return None
    month, slot = iso(item.start)[:7], item.cycle.slot
    days = parse_days(month)
    if (slot.earliest <= days.first and days.last <= slot.latest) or days.last >= asked.as_of:
        return None
    finds = [item.about("QY03")]
    finds += [item.about("QY11")] if item.treatment.dose and item.treatment.dose.days else []
    changed = draft.changed("administrations", is_cycle(item), date=month)
    return planted(changed, f"{item.words} dated to the month", *finds)


def cycle_extra(draft: Draft, asked: Asked) -> Planted | None:
    """DV07: one cycle more than planned, soon after the last one."""
    every = list(all_given(draft, asked))
    for name in asked.chance.order(in_cycles(asked.study)):
        found = [item for item in every if item.treatment.name == name]
        course = found[-1].treatment.course if found else None
        if not isinstance(course, Cycles) or course.up_to != len(found):
            continue
        last = found[-1]
        start = last.start + dose_days(last.treatment)
        bound = start if course.none_after is None else after(draft.day_of(course.none_after), course.window.late)
        if start <= bound and start + 10 < asked.as_of:
            number = len(found) + 1
            rows = cycle_rows(draft, last.treatment, number, start, asked.study)
            about = Found(code="DV07", treatment=name, cycle=number)
            return planted(draft.plus("administrations", *rows), f"cycle {number} of {name} was not planned", about)
    return None


def cycle_after_last_point(draft: Draft, asked: Asked) -> Planted | None:
    """DV08: the last cycle started after the last point, and so late as well."""
    every = list(all_given(draft, asked))
    for name in asked.chance.order(bounded(asked.study)):
        found = [item for item in every if item.treatment.name == name]
        course = found[-1].treatment.course if found else None
        if not isinstance(course, Cycles) or course.none_after is None:
            continue
        last, slot = found[-1], found[-1].cycle.slot
        bound = max(after(draft.day_of(course.none_after), course.window.late), slot.latest)
        start = bound + asked.days_late()
        if start + 10 < asked.as_of:
            moved = shifted(draft, last, start - last.start, asked.study)
            finds = (last.about("DV08"), last.about("DV05", start - slot.latest))
            return planted(moved, f"{last.words} started after the last point", *finds)
    return None


def other_arm(draft: Draft, asked: Asked) -> Planted | None:
    """DV03: a cycle of a treatment that another arm gives."""
    study = asked.study
    own = arm_of(draft, study).gives
    for treatment in asked.chance.order([item for item in study.treatments if item.name in of_some_arm(study)]):
        plan = dict(version_plan(draft, treatment, {}, asked.as_of))
        if treatment.name in own or not asked.means(treatment.name) or 1 not in plan:
            continue
        start = plan[1].slot.planned
        if start + 10 < asked.as_of:
            rows = cycle_rows(draft, treatment, 1, start, study)
            words = f"given {treatment.name}, which arm {draft.arm} does not give"
            about = Found(code="DV03", treatment=treatment.name)
            return planted(draft.plus("administrations", *rows), words, about)
    return None


# ------------------------------------------------------------------------------ the doses
def dose_amount(draft: Draft, asked: Asked) -> Planted | None:
    """DV09: a part of the planned dose throughout a cycle, which is the amount of no level."""
    item = some_cycle(draft, asked, with_amount(asked.study))
    if item is None or item.treatment.dose is None:
        return None
    levels = {Fraction(level.amount) for level in item.treatment.levels}
    amounts = [Fraction(item.treatment.dose.amount) / part for part in (2, 4, 5)]
    less = next((amount for amount in amounts if amount not in levels), amounts[0] / 3)
    changed = draft.changed("administrations", is_cycle(item), dose=write_number(less))
    return planted(changed, f"{item.words} at {write_number(less)} {item.treatment.dose.unit}", item.about("DV09"))


def dose_count(draft: Draft, asked: Asked) -> Planted | None:
    """DV10: an administration of a cycle left out, neither the first nor the last."""
    if (item := some_cycle(draft, asked, counted(asked.study))) is None:
        return None
    which = is_cycle(item)
    rows = sorted(row["date"] for row in draft.of("administrations") if which(row))
    left_out = rows[len(rows) // 2]
    draft = draft.without("administrations", lambda row: which(row) and row["date"] == left_out)
    return planted(draft, f"{item.words} with an administration left out", item.about("DV10"))


def dose_route(draft: Draft, asked: Asked) -> Planted | None:
    """DV11: another route throughout a cycle."""
    item = some_cycle(draft, asked, routed(asked.study))
    if item is None or item.treatment.dose is None:
        return None
    route = next(route for route in OTHER_ROUTES if route != item.treatment.dose.route)
    return planted(
        draft.changed("administrations", is_cycle(item), route=route), f"{item.words} given {route}", item.about("DV11")
    )


def dose_length(draft: Draft, asked: Asked) -> Planted | None:
    """DV12: the last day of a cycle two days later than planned."""
    if (item := some_cycle(draft, asked, lasting(asked.study))) is None:
        return None
    which = is_cycle(item)
    last = max(day_in(row) for row in draft.of("administrations") if which(row))
    draft = draft.with_rows(
        "administrations",
        [later(row, 2) if which(row) and day_in(row) == last else row for row in draft.of("administrations")],
    )
    return planted(draft, f"{item.words} two days longer", item.about("DV12"))


def dose_unknown(draft: Draft, asked: Asked) -> Planted | None:
    """QY11: an administration without its dose."""
    if (item := some_cycle(draft, asked, with_amount(asked.study))) is None:
        return None
    which = is_cycle(item)
    first = min(row["date"] for row in draft.of("administrations") if which(row))
    draft = draft.changed("administrations", lambda row: which(row) and row["date"] == first, dose="")
    return planted(draft, f"{item.words} with a dose not recorded", item.about("QY11"))
