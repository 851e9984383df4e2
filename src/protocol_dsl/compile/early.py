"""Everyone as cycles know them, before the points that count from what was given."""

from collections.abc import Collection
from functools import lru_cache

from sqlglot import exp

from protocol_dsl.base.values import every
from protocol_dsl.compile.cycle_plan import open_cycles
from protocol_dsl.compile.gather import BASE
from protocol_dsl.model.amended import versions_of_visits
from protocol_dsl.model.columns import measures_named, visits_named
from protocol_dsl.model.given import GivenDay, given_day
from protocol_dsl.model.listed import CycleMember, listed
from protocol_dsl.model.points import Point
from protocol_dsl.model.schedule import Cycles, Treatment
from protocol_dsl.model.study import StudyModel, studies_of

EARLY = "base_before"


@lru_cache(maxsize=64)
def days_asked(model: StudyModel) -> tuple[GivenDay, ...]:
    """The days worked out from what was given that some point counts from."""
    visits = tuple(each.visit for each in versions_of_visits(model))
    told = tuple(told_in(study) for study in (model, *studies_of(model)))
    return given_days(tuple(every(Point, (visits, told, model.deviations))))


def places_asked(model: StudyModel) -> frozenset[int]:
    """The treatments, by number, of whose doses such a day is worked out; that of a last dose of all is of each."""
    return places_of({day.treatment for day in days_asked(model)}, model)


def places_followed(model: StudyModel) -> frozenset[int]:
    """The treatments, by number, on whose cycles more hangs than they themselves: days but first doses, and visits.

    Of a treatment given in the cycles of another these are followed too.
    """
    names = {day.treatment for day in days_asked(model) if day.what != "first dose"}
    names |= {model.treatments[each.place].name for each in listed(model) if isinstance(each, CycleMember)}
    found = places_of(names, model)
    courses = [model.treatments[place].course for place in found]
    hosts = {each.inside.treatment for each in courses if isinstance(each, Cycles) and each.inside is not None}
    return found | places_of(hosts, model)


def are_days_open(model: StudyModel) -> bool:
    """Whether more hangs on cycles that columns do not follow, of which they do not know any day."""
    return bool(places_followed(model) & open_cycles(model))


def places_of(names: Collection[str], model: StudyModel) -> frozenset[int]:
    """The numbers of treatments; an empty name stands for each of them."""
    return frozenset(place for place, each in enumerate(model.treatments) if {"", each.name} & {*names})


def told_in(study: StudyModel) -> object:
    """What a version tells besides its visits."""
    plans = tuple(planned_from(treatment) for treatment in study.treatments)
    return study.intervals, study.prohibitions, study.epochs, study.participation_end, plans


def planned_from(treatment: Treatment) -> object:
    """What the plan of a treatment counts from; the tests of its rules see of what was given only what is read."""
    course = treatment.course
    if isinstance(course, Cycles):
        return treatment.levels, course.stops, course.none_after, course.start if course.inside is None else None
    return treatment.levels, course


def given_days(points: tuple[Point, ...]) -> tuple[GivenDay, ...]:
    """Such days among those that points count from."""
    found = (given_day(point.milestone) for point in points)
    return tuple(dict.fromkeys(day for day in found if day is not None))


def are_given(within: object) -> bool:
    """Whether some point of these rules counts from such a day."""
    return bool(given_days(tuple(every(Point, within))))


def speaks_of_given(within: object, model: StudyModel) -> bool:
    """Whether some point of these rules counts from such a day, or that of a visit at which they read something."""
    if are_given(within):
        return True
    names = measures_named(within)
    ladders = tuple(one for one in model.vocabulary.ladders if one.name in names)
    visits = visits_named((within, ladders))
    return are_given(tuple(each.visit.point for each in versions_of_visits(model) if each.visit.name in visits))


def has_rules_of_given(model: StudyModel) -> bool:
    """Whether such a day says whom other rules concern: those about what was taken, of the protocol's own, of cycles.

    The rules of cycles that lie in those of another treatment speak of the days of these.
    """
    taken = tuple((study.prohibitions, study.participation_end) for study in studies_of(model))
    courses = (each.course for study in studies_of(model) for each in study.treatments)
    has_rules = any(isinstance(each, Cycles) and each.inside is not None and each.rules for each in courses)
    return (
        has_rules or speaks_of_given(model.deviations, model) or (any(rules for rules, _ in taken) and are_given(taken))
    )


def hangs_on_columns(model: StudyModel) -> bool:
    """Whether other rules hang on such days as columns know them: where these are open nothing does."""
    return has_rules_of_given(model) and not are_days_open(model)


def people(model: StudyModel) -> exp.Table:
    """Everyone, under the name by which statements know them."""
    return exp.to_table(EARLY, alias=BASE) if days_asked(model) else exp.to_table(BASE)
