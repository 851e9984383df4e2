"""Which version of the criteria is in force: on the day of consent, at the participant's site."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from attrs import evolve
from sqlglot import exp

from protocol_dsl.base.days import LAST_DAY
from protocol_dsl.base.values import frozen
from protocol_dsl.compile.comparison import Compiled
from protocol_dsl.compile.days import date_of
from protocol_dsl.compile.gather import BASE, Gather
from protocol_dsl.compile.tests import compile_test
from protocol_dsl.compile.truth import UNKNOWN
from protocol_dsl.model.columns import NotInColumnsError
from protocol_dsl.model.points import Point
from protocol_dsl.model.rules import Criterion
from protocol_dsl.model.study import StudyModel, Version, studies_of
from protocol_dsl.trees import all_of, any_of, call, case, column, grouped, is_null, negated, number

CONSENT, SCREENING = Point("consent"), Point("screening")
T = TypeVar("T")


@frozen
class Entry:
    """The criteria as they hold for each participant; null where the version in force does not ask one.

    ``version`` is the number of that version, and their count where nothing says which it is; nothing where the
    protocol was never amended. ``is_screened`` is whether the participant was screened, nothing where the point itself
    tells.
    """

    point: exp.Expr
    criteria: tuple[Compiled, ...]
    version: exp.Expr | None = None
    is_screened: exp.Expr | None = None


def compile_entry(model: StudyModel, gather: Gather) -> Entry:
    """The criteria of every version, and which of them holds.

    Whoever has no site where sites have days of their own is left to the interpreter.

    Raises:
        NotInColumnsError: A criterion has a construct that columns do not judge; the message names it.
    """
    studies = [version.study for version in model.versions] or [model]
    gathers = [in_version(study, model, gather) for study in studies]
    points = [each.point(each.horizon) for each in gathers]
    version = version_in_force(model.versions, gather) if model.versions else None
    criteria = tuple(compile_criterion(one.name, gathers, version) for one in model.criteria)
    point = chosen([*points, points[-1]], version)
    # Asked of every protocol: whoever was screened twice has both listed, by the interpreter.
    is_screened = negated(is_null(gather.point(SCREENING)))
    return Entry(point, criteria, version, is_screened if tells_screening(model) else None)


def tells_screening(model: StudyModel) -> bool:
    """Whether only a column of its own tells that somebody was screened.

    Whoever has a screening, and no day on which eligibility is judged, has the screening listed.
    """
    points = {study.eligibility_point for study in studies_of(model)}
    return any(point is not None and point.milestone != SCREENING.milestone for point in points)


def in_version(study: StudyModel, model: StudyModel, gather: Gather) -> Gather:
    """What asks for the same tables by the words of one version.

    Raises:
        NotInColumnsError: The version has no point of eligibility, or an anchor of its own.
    """
    if study.eligibility_point is None:
        raise NotInColumnsError("no point at which it is judged")
    if any(one not in model.anchors for one in study.anchors if one.first is not None):
        raise NotInColumnsError("an anchor that an amendment changes")
    return evolve(gather, model=study, protocol=model, horizon=study.eligibility_point)


def compile_criterion(name: str, gathers: Sequence[Gather], version: exp.Expr | None) -> Compiled:
    """A criterion in the version that holds.

    Raises:
        NotInColumnsError: Columns do not judge it, or it is an inclusion in one version and an exclusion in another.
    """
    listed = [next((one for one in each.model.criteria if one.name == name), None) for each in gathers]
    if len({one.kind for one in listed if one is not None}) > 1:
        raise NotInColumnsError("an inclusion that an amendment makes an exclusion")
    found = [
        None if one is None else compile_test(one.test, gather) for one, gather in zip(listed, gathers, strict=True)
    ]
    nothing = Compiled(exp.null(), exp.null())
    options = [nothing if each is None else each for each in found]
    if version is not None:
        options.append(options[-1] if agree(listed, gathers) else undecided(found))
    truths, boundaries = [each.truth for each in options], [each.is_boundary for each in options]
    return Compiled(chosen(truths, version), chosen(boundaries, version))


def agree(listed: Sequence[Criterion | None], gathers: Sequence[Gather]) -> bool:
    """Whether all versions ask the same of a criterion, on the same day."""
    return len({*listed}) == 1 and len({each.horizon for each in gathers}) == 1


def undecided(found: Sequence[Compiled | None]) -> Compiled:
    """A criterion of which nothing says which version holds: unknown, and a boundary case if it is one in any."""
    boundaries = dict.fromkeys(each.is_boundary for each in found if each is not None)
    return Compiled(number(UNKNOWN), any_of(*boundaries))


def chosen(options: Sequence[exp.Expr], version: exp.Expr | None) -> exp.Expr:
    """The option of the version that holds, asked only where they differ."""
    first, *others = options
    if version is None or all(each == first for each in others):
        return first
    by_number = ((number(place), each) for place, each in enumerate(options))
    return grouped(case(*by_number, of=version.copy()))


def version_in_force(versions: Sequence[Version], gather: Gather) -> exp.Expr:
    """The number of the last version that is in force on the day of consent; their count where there is none."""
    consent = gather.point(CONSENT)
    for version in reversed(versions):
        days = [day_everywhere(version), *(each.day for each in version.sites)]
        if version.sites:
            is_between = all_of(consent.copy() >= date_of(min(days)), consent.copy() < date_of(max(days)))
            gather.leave(all_of(column("site_folded", BASE).is_(exp.null()), is_between))
    return grouped(case((is_null(consent), number(len(versions))), otherwise=in_force_on(consent, versions)))


def day_everywhere(version: Version) -> int:
    """The day on which an amendment comes into force but at sites of their own; never where it names sites alone."""
    return LAST_DAY if version.day is None else version.day


def day_in_force(version: Version) -> exp.Expr:
    """The day on which an amendment comes into force at the participant's site."""
    day = date_of(day_everywhere(version))
    if not version.sites:
        return day
    site = column("site_folded", BASE)
    names = [(exp.Literal.string(each.site.strip().casefold()), each.day) for each in version.sites]
    return grouped(case(*((site.copy().eq(name), date_of(first)) for name, first in names), otherwise=day))


def in_force_on(day: exp.Expr, versions: Sequence[Version]) -> exp.Expr:
    """The number of the last version that is in force on a day."""
    latest_first = range(len(versions) - 1, 0, -1)
    found = [(day.copy() >= day_in_force(versions[place]), number(place)) for place in latest_first]
    return grouped(case(*found, otherwise=number(0)))


def in_force_when_planned(
    candidates: Sequence[T | None], planned: Callable[[T], exp.Expr], versions: Sequence[Version]
) -> exp.Expr:
    """The number of the version that holds of something planned, as :mod:`protocol_dsl.interpret.amendments` says.

    Args:
        candidates: What each version plans, ``None`` where it plans no such thing.
        planned: The date for which a version plans it, null where the participant has no such day.
        versions: The versions of the protocol.
    """

    def following(before: int, later: int) -> exp.Expr:
        if later == len(candidates):
            return number(before)
        old, new = candidates[before], candidates[later]
        asked = new if old is None else old
        if new == old or asked is None:
            return following(before, later + 1)
        is_in_force = call("coalesce", planned(asked) >= day_in_force(versions[later]), exp.true())
        return grouped(case((is_in_force, following(later, later + 1)), otherwise=following(before, later + 1)))

    return following(0, 1)


def site_matters(versions: Sequence[Version]) -> bool:
    """Whether some amendment comes into force on other days at other sites."""
    return any(version.sites for version in versions)
