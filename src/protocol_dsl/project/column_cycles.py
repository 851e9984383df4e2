"""Cycles judged in columns, as the interpreter would hand them on: so that both say the same of them."""

from collections.abc import Sequence
from functools import lru_cache

from protocol_dsl.base.days import Days
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.judged_cycles import JudgedCycle
from protocol_dsl.interpret.runs import Run
from protocol_dsl.interpret.schedule import counted_cycle
from protocol_dsl.interpret.slots import Slot
from protocol_dsl.interpret.standing import Standing
from protocol_dsl.model.records import Administration
from protocol_dsl.model.results import STATUSES, CycleResult
from protocol_dsl.model.schedule import Treatment
from protocol_dsl.model.study import StudyModel
from protocol_dsl.readers.connections import whole, whole_or_none

MOST_DAYS = 1 << 14
"""Days, and windows, that are remembered: participants of one study share most of theirs."""


def judged_cycle(model: StudyModel, row: Sequence[object]) -> JudgedCycle:
    """A cycle of a row: treatment, cycle, planned, earliest, latest, actual, status, days out, whether after the last.

    Of what was given only the first day is known here, and it stands as one administration.
    """
    place, number, planned, earliest, latest, actual, status, out, is_after_last = row
    treatment = model.treatments[whole(place)]
    start = on_day(actual)
    return JudgedCycle(
        treatment=treatment,
        number=whole(number),
        standing=Standing(STATUSES[whole(status)], whole_or_none(out)),
        slot=slot_on(planned, earliest, latest),
        run=None if start is None else begun(treatment, whole(number), start),
        is_after_last=bool(is_after_last),
    )


@lru_cache(MOST_DAYS)
def on_day(day: object) -> Days | None:
    """An ordinal number as days."""
    return None if day is None else Days(whole(day), whole(day))


@lru_cache(MOST_DAYS)
def slot_on(planned: object, earliest: object, latest: object) -> Slot | None:
    """A planned day with its window, or nothing where the anchor has no day."""
    found = on_day(planned), on_day(earliest), on_day(latest)
    return None if found[0] is None or found[1] is None or found[2] is None else Slot(found[0], found[1], found[2])


def begun(treatment: Treatment, number: int, start: Days) -> Run:
    """What was given in a cycle that began on a day."""
    row = Administration(treatment=treatment.name, first=start.first, last=start.last, cycle=number)
    return Run(rows=(row,), cycle=number)


def result_of(item: JudgedCycle, count: object, facts: Facts) -> CycleResult:
    """The cycle as a result, with the ``count`` of its administrations."""
    return counted_cycle(item, whole_or_none(count), facts, with_reason=False)
