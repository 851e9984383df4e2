"""What the protocol's own deviations speak of that is still to come: points, and visits at which something is read."""

from collections.abc import Iterator, Mapping

from sqlglot import exp

from protocol_dsl.base.values import every
from protocol_dsl.compile.belonging import edge, visit_named
from protocol_dsl.compile.days import date_of
from protocol_dsl.compile.gather import Gather
from protocol_dsl.compile.members import are_alike, is_planned
from protocol_dsl.model.columns import PARTICIPANT, VISITS
from protocol_dsl.model.expressions import Change, ReadingAt, Test
from protocol_dsl.model.points import Period, Point
from protocol_dsl.trees import all_of, any_of, call, column, named, named_table, negated, query_of

SEEN = "seen_visits"


def waits(test: Test, gather: Gather, cutoff: int, seen: dict[str, int]) -> Iterator[exp.Expr]:
    """Conditions of which one holds where a test speaks of what is to come; ``seen`` are visits asked for by column."""
    ends = {period.end for period in every(Period, test)}
    for point in dict.fromkeys(every(Point, test)):
        yield is_to_come(gather.point(point), cutoff, is_end=point in ends)
    for name in visits_read(test):
        yield is_visit_to_come(name, gather, cutoff, seen)


def is_to_come(day: exp.Expr, cutoff: int, *, is_end: bool) -> exp.Expr:
    """Whether a point has no day, or one after the cut-off that is not the end of a period."""
    is_absent = day.copy().is_(exp.null())
    return is_absent if is_end else any_of(is_absent, day.copy() > date_of(cutoff))


def visits_read(test: Test) -> Iterator[str]:
    """The visits at which a test reads something."""
    found = [one.visit for one in every(ReadingAt, test)]
    found += [name for one in every(Change, test) for name in (one.start, one.end)]
    return iter(dict.fromkeys(found))


def is_visit_to_come(name: str, gather: Gather, cutoff: int, seen: dict[str, int]) -> exp.Expr:
    """Whether a visit is planned whose window certainly has not opened, and of which there is no row.

    Of one that moves with another, is planned for those who end early, or has other versions, the plan by itself does
    not say when it opens.
    """
    visit = visit_named(name, gather)
    if visit.is_moved or visit.is_at_withdrawal or not are_alike(name, gather):
        return exp.false()
    place = gather.layout.visit_number(name)
    seen[f"seen_{place}"] = place
    is_later = call("coalesce", edge(visit, visit.window.early, gather) > date_of(cutoff), exp.true())
    has_row = call("coalesce", column(f"seen_{place}", SEEN), exp.false())
    return all_of(is_planned(name, gather), is_later, negated(has_row))


def seen_visits(seen: Mapping[str, int]) -> exp.Select:
    """One row a participant: whether there is a row of each visit asked for, whatever it says."""
    query = query_of(column(PARTICIPANT))
    for name, place in seen.items():
        query = query.select(named(call("bool_or", column("visit").eq(place)), name), copy=False)
    return query.from_(named_table(VISITS), copy=False).group_by(column(PARTICIPANT), copy=False)
