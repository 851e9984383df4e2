"""When a planned visit was held."""

from protocol_dsl.base.days import Days
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.matching import match_visits
from protocol_dsl.model.records import VisitRow

LONGEST_STAY = 31
"""Days of one visit that are counted one by one; a longer one is more likely a slip of the pen."""


def held_on(visit: str, facts: Facts) -> tuple[Days, ...]:
    """The days on which the visit was held, none where it was not.

    A visit of several days gives each of them where both ends are known, else its first and its last. A visit that only
    unlabelled readings in its window tell of gives none: those readings serve by their nearness to the plan.
    """
    matched = match_visits(facts).visits.get(visit)
    if matched is None or matched.days is None or matched.is_inferred:
        return ()
    row = matched.rows[0]
    if not isinstance(row, VisitRow) or row.end is None or row.end.last <= matched.days.first:
        return (matched.days,)
    start, end = matched.days, row.end
    if start.is_known and end.is_known and end.first - start.first < LONGEST_STAY:
        return tuple(Days(day, day) for day in range(start.first, end.first + 1))
    return start, end
