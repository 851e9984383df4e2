"""Departures from the plan of cycles and doses."""

from collections.abc import Callable
from fractions import Fraction

from protocol_dsl.base.days import parse_days
from protocol_dsl.base.numbers import write_number
from protocol_dsl.model.schedule import Cycles, Treatment
from protocol_dsl.model.study import StudyModel
from protocol_dsl.simulate.chance import Chance
from protocol_dsl.simulate.conduct import cycle_days, cycle_rows, dose_days, treatments_of
from protocol_dsl.simulate.departures.found import Found, Planted, planted
from protocol_dsl.simulate.draft import Draft, Row, after, iso

OTHER_ROUTE = "intravenous"
LAST_BUT_ONE = 2


def cycled(draft: Draft, study: StudyModel) -> tuple[tuple[Treatment, Cycles], ...]:
    """The treatments in cycles of the participant's arm."""
    return tuple((item, item.course) for item in treatments_of(draft, study) if isinstance(item.course, Cycles))


def is_cycle(treatment: Treatment, cycle: int) -> Callable[[Row], bool]:
    """Whether a row belongs to that cycle."""
    return lambda row: row["treatment"] == treatment.name and row.get("cycle") == str(cycle)


def given(draft: Draft, treatment: Treatment) -> tuple[int, ...]:
    """The cycles that were given."""
    return tuple(
        sorted({int(row["cycle"]) for row in draft.of("administrations") if row["treatment"] == treatment.name})
    )


def shifted(draft: Draft, treatment: Treatment, cycle: int, days: int) -> Draft:
    """A cycle with every administration moved by some days."""
    which = is_cycle(treatment, cycle)
    rows = tuple(
        {**row, "date": iso(parse_days(row["date"][:10]).first + days) + row["date"][10:]}
        for row in draft.of("administrations")
        if which(row)
    )
    return draft.without("administrations", which).plus("administrations", *rows)


def some_cycle(draft: Draft, study: StudyModel, chance: Chance) -> tuple[Treatment, Cycles, int] | None:
    """A cycle that was given and has one given before and after it."""
    found = [
        (treatment, cycles, cycle)
        for treatment, cycles in cycled(draft, study)
        for cycle in given(draft, treatment)[1:-1]
    ]
    return chance.one_of(found) if found else None


def cycle_early(draft: Draft, study: StudyModel, chance: Chance, _: int) -> Planted | None:
    """DV04: a cycle started some days before its window opens."""
    if (found := some_cycle(draft, study, chance)) is None:
        return None
    treatment, cycles, cycle = found
    planned, days = cycle_days(draft, cycles)[cycle - 1], chance.whole(1, 4)
    move = after(planned, cycles.window.early) - days - planned
    about = Found(code="DV04", treatment=treatment.name, cycle=cycle, days_out=-days)
    return planted(shifted(draft, treatment, cycle, move), f"cycle {cycle} {days} days early", about)


def cycle_late(draft: Draft, study: StudyModel, chance: Chance, _: int) -> Planted | None:
    """DV05: a cycle started some days after its window closed."""
    if (found := some_cycle(draft, study, chance)) is None:
        return None
    treatment, cycles, cycle = found
    planned, days = cycle_days(draft, cycles)[cycle - 1], chance.whole(1, 4)
    move = after(planned, cycles.window.late) + days - planned
    about = Found(code="DV05", treatment=treatment.name, cycle=cycle, days_out=days)
    return planted(shifted(draft, treatment, cycle, move), f"cycle {cycle} {days} days late", about)


def cycle_missed(draft: Draft, study: StudyModel, chance: Chance, _: int) -> Planted | None:
    """DV06: a cycle never given."""
    if (found := some_cycle(draft, study, chance)) is None:
        return None
    treatment, _cycles, cycle = found
    about = Found(code="DV06", treatment=treatment.name, cycle=cycle)
    return planted(draft.without("administrations", is_cycle(treatment, cycle)), f"cycle {cycle} missed", about)


def cycle_extra(draft: Draft, study: StudyModel, chance: Chance, as_of: int) -> Planted | None:
    """DV07: one cycle more than planned, soon after the last one."""
    for treatment, cycles in chance.order(cycled(draft, study)):
        days = cycle_days(draft, cycles)
        start = days[-1] + dose_days(treatment)
        bound = start if cycles.none_after is None else after(draft.day_of(cycles.none_after), cycles.window.late)
        if len(given(draft, treatment)) == len(days) and start <= bound and start + 10 < as_of:
            number = len(days) + 1
            about = Found(code="DV07", treatment=treatment.name, cycle=number)
            rows = cycle_rows(draft, treatment, number, start)
            return planted(draft.plus("administrations", *rows), f"cycle {number} was not planned", about)
    return None


def cycle_after_last_point(draft: Draft, study: StudyModel, chance: Chance, as_of: int) -> Planted | None:
    """DV08: the last cycle started after the last point, and so late as well."""
    for treatment, cycles in chance.order(cycled(draft, study)):
        days = cycle_days(draft, cycles)
        if cycles.none_after is None or len(given(draft, treatment)) < len(days):
            continue
        late = chance.whole(1, 4)
        bound = after(max(draft.day_of(cycles.none_after), days[-1]), cycles.window.late)
        if bound + late + 10 < as_of:
            number = len(days)
            moved = shifted(draft, treatment, number, bound + late - days[-1])
            days_out = bound + late - after(days[-1], cycles.window.late)
            return planted(
                moved,
                f"cycle {number} started after the last point",
                Found(code="DV08", treatment=treatment.name, cycle=number),
                Found(code="DV05", treatment=treatment.name, cycle=number, days_out=days_out),
            )
    return None


def other_arm(draft: Draft, study: StudyModel, chance: Chance, as_of: int) -> Planted | None:
    """DV03: a cycle of a treatment that another arm gives."""
    own = {treatment.name for treatment in treatments_of(draft, study)}
    for treatment in chance.order(study.treatments):
        if treatment.name in own or not isinstance(treatment.course, Cycles):
            continue
        start = cycle_days(draft, treatment.course)[0]
        if start + 10 < as_of:
            rows = cycle_rows(draft, treatment, 1, start)
            about = Found(code="DV03", treatment=treatment.name)
            return planted(
                draft.plus("administrations", *rows),
                f"given {treatment.name}, which arm {draft.arm} does not give",
                about,
            )
    return None


def dose_amount(draft: Draft, study: StudyModel, chance: Chance, _: int) -> Planted | None:
    """DV09: half the planned dose throughout a cycle."""
    found = some_cycle(draft, study, chance)
    if found is None or found[0].dose is None:
        return None
    treatment, _cycles, cycle = found
    half = write_number(Fraction(treatment.dose.amount) / 2) if treatment.dose else ""
    about = Found(code="DV09", treatment=treatment.name, cycle=cycle)
    return planted(
        draft.changed("administrations", is_cycle(treatment, cycle), dose=half),
        f"cycle {cycle} at half the dose",
        about,
    )


def dose_count(draft: Draft, study: StudyModel, chance: Chance, _: int) -> Planted | None:
    """DV10: an administration of a cycle left out, neither the first nor the last."""
    if (found := some_cycle(draft, study, chance)) is None:
        return None
    treatment, _cycles, cycle = found
    rows = sorted(row["date"] for row in draft.of("administrations") if is_cycle(treatment, cycle)(row))
    if len(rows) <= LAST_BUT_ONE:
        return None
    left_out = rows[len(rows) // 2]
    which = is_cycle(treatment, cycle)
    about = Found(code="DV10", treatment=treatment.name, cycle=cycle)
    draft = draft.without("administrations", lambda row: which(row) and row["date"] == left_out)
    return planted(draft, f"cycle {cycle} with an administration left out", about)


def dose_route(draft: Draft, study: StudyModel, chance: Chance, _: int) -> Planted | None:
    """DV11: another route throughout a cycle."""
    found = some_cycle(draft, study, chance)
    if found is None or found[0].dose is None or found[0].dose.route in {None, OTHER_ROUTE}:
        return None
    treatment, _cycles, cycle = found
    about = Found(code="DV11", treatment=treatment.name, cycle=cycle)
    draft = draft.changed("administrations", is_cycle(treatment, cycle), route=OTHER_ROUTE)
    return planted(draft, f"cycle {cycle} given by another route", about)


def dose_length(draft: Draft, study: StudyModel, chance: Chance, _: int) -> Planted | None:
    """DV12: the last day of a cycle two days later than planned."""
    found = some_cycle(draft, study, chance)
    if found is None or found[0].dose is None or (found[0].dose.days or 1) < LAST_BUT_ONE:
        return None
    treatment, _cycles, cycle = found
    which = is_cycle(treatment, cycle)
    last = max(row["date"][:10] for row in draft.of("administrations") if which(row))
    rows = tuple(
        {**row, "date": iso(parse_days(last).first + 2) + row["date"][10:]}
        for row in draft.of("administrations")
        if which(row) and row["date"].startswith(last)
    )
    draft = draft.without("administrations", lambda row: which(row) and row["date"].startswith(last))
    about = Found(code="DV12", treatment=treatment.name, cycle=cycle)
    return planted(draft.plus("administrations", *rows), f"cycle {cycle} two days longer", about)


def dose_unknown(draft: Draft, study: StudyModel, chance: Chance, _: int) -> Planted | None:
    """QY11: an administration without its dose."""
    found = some_cycle(draft, study, chance)
    if found is None or found[0].dose is None:
        return None
    treatment, _cycles, cycle = found
    which = is_cycle(treatment, cycle)
    first = min(row["date"] for row in draft.of("administrations") if which(row))
    draft = draft.changed("administrations", lambda row: which(row) and row["date"] == first, dose="")
    about = Found(code="QY11", treatment=treatment.name, cycle=cycle)
    return planted(draft, f"cycle {cycle} with a dose not recorded", about)
