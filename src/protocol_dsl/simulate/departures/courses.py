"""Departures from a continuous course: gaps, overlaps, levels."""

from protocol_dsl.base.numbers import Number, several, write_number
from protocol_dsl.base.values import frozen
from protocol_dsl.model.schedule import Continuous, Level, Treatment
from protocol_dsl.model.study import StudyModel
from protocol_dsl.simulate.departures.found import Asked, Found, Planted, planted
from protocol_dsl.simulate.draft import Draft, Row, day_in, iso
from protocol_dsl.simulate.in_force import treatment_on
from protocol_dsl.simulate.plan import treatments_of

SHORTEST = 60
"""Days of a stretch that is long enough to be cut in two."""


def continuous(study: StudyModel) -> tuple[str, ...]:
    """The treatments that an arm gives throughout, or in an epoch, without cycles."""
    in_epochs = {gift.treatment for arm in study.arms for gift in arm.in_epochs}
    return tuple(
        item.name
        for item in study.treatments
        if any(item.name in arm.gives for arm in study.arms)
        if isinstance(item.course, Continuous) or (item.course is None and item.name in in_epochs)
    )


def titrated(study: StudyModel) -> tuple[str, ...]:
    """Those of them with planned levels of more than one amount."""
    return tuple(
        item.name
        for item in study.treatments
        if item.name in continuous(study) and all(level.start for level in item.levels)
        if len({level.amount for level in item.levels}) > 1
    )


@frozen
class Stretch:
    """A row of a course that can be cut in two, the treatment, and a day in the middle of it."""

    row: Row
    treatment: Treatment
    middle: int


def stretches(draft: Draft, asked: Asked, names: tuple[str, ...]) -> list[Stretch]:
    """The long stretches of some treatments."""
    found = []
    given = {item.name: item for item in treatments_of(draft, asked.study)}
    for row in draft.of("administrations"):
        name = row["treatment"]
        if name in names and name in given and asked.means(name) and not row.get("cycle"):
            last = day_in({"date": row["end_date"]}) if row["end_date"] else asked.as_of
            if last - day_in(row) >= SHORTEST:
                found.append(Stretch(row, given[name], (day_in(row) + last) // 2))
    return found


def cut(draft: Draft, stretch: Stretch, end: str, begin: int) -> Draft:
    """The draft with a stretch that ends on one day and goes on from another."""
    parts = ({**stretch.row, "end_date": end}, {**stretch.row, "date": iso(begin)})
    rows = [row for row in draft.of("administrations") if row is not stretch.row]
    return draft.with_rows("administrations", [*rows, *parts])


def gap(draft: Draft, asked: Asked) -> Planted | None:
    """DV21: some days without the treatment in the middle of it."""
    if not (found := stretches(draft, asked, continuous(asked.study))):
        return None
    stretch, days = asked.chance.one_of(found), asked.days_late()
    name = stretch.treatment.name
    draft = cut(draft, stretch, iso(stretch.middle), stretch.middle + 1 + days)
    return planted(draft, f"{name} not given for {several(days, 'day')}", Found(code="DV21", treatment=name))


def overlap(draft: Draft, asked: Asked) -> Planted | None:
    """DV22: the treatment given twice on some days in the middle of it."""
    if not (found := stretches(draft, asked, continuous(asked.study))):
        return None
    stretch, days = asked.chance.one_of(found), asked.days_early()
    name = stretch.treatment.name
    draft = cut(draft, stretch, iso(stretch.middle), stretch.middle + 1 - days)
    return planted(draft, f"{name} given twice for {several(days, 'day')}", Found(code="DV22", treatment=name))


def course_undetermined(draft: Draft, asked: Asked) -> Planted | None:
    """QY16: a stretch that ended in a month, on the fifteenth of which the next one began."""
    if not (found := stretches(draft, asked, continuous(asked.study))):
        return None
    stretch = asked.chance.one_of(found)
    name, month = stretch.treatment.name, iso(stretch.middle)[:7]
    draft = cut(draft, stretch, month, day_in({"date": f"{month}-15"}))
    return planted(draft, f"a stretch of {name} that ended in {month}", Found(code="QY16", treatment=name))


def other_level(draft: Draft, asked: Asked) -> Planted | None:
    """DV13: another level than the one planned for a stretch."""
    names = titrated(asked.study)
    given = {item.name: item for item in treatments_of(draft, asked.study) if item.name in names}
    found = [
        (row, level)
        for row in draft.of("administrations")
        if row["treatment"] in given and asked.means(row["treatment"])
        for levels in [treatment_on(day_in(row), given[row["treatment"]], draft, asked.study).levels]
        for level in levels
        if row["level"] not in {"", level.name} and amount_of(row, levels) != level.amount
    ]
    if not found:
        return None
    chosen, level = asked.chance.one_of(found)
    changed = {**chosen, "level": level.name, "dose": write_number(level.amount)}
    draft = draft.with_rows(
        "administrations", [changed if row is chosen else row for row in draft.of("administrations")]
    )
    words = f"{chosen['treatment']} at level {level.name} in place of {chosen['level']}"
    return planted(draft, words, Found(code="DV13", treatment=chosen["treatment"]))


def amount_of(row: Row, levels: tuple[Level, ...]) -> Number | None:
    """The amount of the level that a row names."""
    return next((level.amount for level in levels if level.name == row["level"]), None)
