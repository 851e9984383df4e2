"""Whether a participant certainly has a visit of a series, of which a reading is asked for."""

from sqlglot import exp

from protocol_dsl.compile.days import date_of
from protocol_dsl.compile.gather import AT_CUTOFF, BASE, Gather
from protocol_dsl.compile.points import ENDS
from protocol_dsl.compile.stops import first_event
from protocol_dsl.compile.tables import has_bit
from protocol_dsl.model.columns import NotInColumnsError
from protocol_dsl.model.listed import CycleMember, Listed, Member, listed
from protocol_dsl.model.points import Point, is_by
from protocol_dsl.model.schedule import Visit
from protocol_dsl.model.series import member_numbered, visit_called
from protocol_dsl.model.study import StudyModel
from protocol_dsl.trees import all_of, any_of, call, negated

LISTED, OVER, WAITING, OFF = CYCLE_BITS = "listed", "over", "waiting", "never_due"
"""Columns of bits, a cycle each: those listed, and of those that have not begun the ones not due, those expected, and
those that never are due."""


def is_planned(name: str, gather: Gather) -> exp.Expr:
    """Whether a visit is certainly in the plan of the participant.

    Raises:
        NotInColumnsError: It is one of a series that columns do not list, or in a cycle, which entry knows nothing of.
    """
    found = item_called(name, gather.model)
    if found is not None and any(visit_called(name, study) is None for study in gather.versions):
        return exp.false()
    if isinstance(found, Member | CycleMember) and not are_alike(name, gather):
        return exp.false()
    if isinstance(found, Member):
        return is_repeated(found, gather)
    if isinstance(found, CycleMember) and gather.knows_given:
        return has_bit(f"{LISTED}_{found.place}", 1 << (found.cycle - 1), BASE)
    if isinstance(found, Visit) and found.series is None:
        return exp.true()
    raise NotInColumnsError(f"a reading at {name}: a visit of a series that columns do not list, or in a cycle")


def item_called(name: str, model: StudyModel) -> Listed | None:
    """The visit of a name as columns list it."""
    return next((each for each in listed(model) if visit_of(each).name == name), None)


def visit_of(item: Listed) -> Visit:
    """The visit itself."""
    return item if isinstance(item, Visit) else item.visit


def is_repeated(member: Member, gather: Gather) -> exp.Expr:
    """Whether a member is planned: nothing has ended the series before, and those that the text lists not have come.

    A rule that ends the series acts on nobody whom a check judges in columns; of entry nothing says that.
    """
    is_known = gather.horizon == AT_CUTOFF or not member.series.rules
    if not is_known:
        return exp.false()
    series = (each for each in listed(gather.model) if isinstance(each, Member) and each.is_with(member))
    own = [each for each in series if each.number <= member.number]
    last = [one for one in own if one is member or not is_by(one.visit.point, member.visit.point)]
    found: list[exp.Expr] = []
    for one in last:
        for stop in one.stops:
            day = gather.point(stop) if isinstance(stop, Point) else first_event(stop.events, gather)
            found.append(negated(call("coalesce", gather.point(one.visit.point) > day, exp.false())))
    if member.number > len(member.series.points):
        before = next(one for one in own if one.number == member.number - 1)
        found.append(has_come(gather.point(before.visit.point), gather))
    return all_of(*found)


def are_alike(name: str, gather: Gather) -> bool:
    """Whether every version plans a visit, or the series in which it is, alike."""
    planned = {next((one for one in study.visits if is_or_has(one, name)), None) for study in gather.versions}
    return len(planned) == 1


def is_or_has(visit: Visit, name: str) -> bool:
    """Whether a visit has a name, or is the series of the one that has."""
    if visit.series is None:
        return visit.name == name
    return name.startswith(visit.name) and member_numbered(visit, name[len(visit.name) :]) is not None


def has_come(day: exp.Expr, gather: Gather) -> exp.Expr:
    """Whether a day of the plan is not after the cut-off, nor after any day that may end participation."""
    if gather.last_listed is None:
        return exp.false()
    ends = dict.fromkeys(study.participation_end for study in gather.versions)
    days = [gather.point(end) for end in (*map(Point, ENDS), *ends) if end is not None]
    first = exp.Least(this=days[0], expressions=days[1:], ignore_nulls=True)
    is_by_all = any_of(first.is_(exp.null()), day.copy() <= first.copy())
    return call("coalesce", all_of(day <= date_of(gather.last_listed), is_by_all), exp.false())
