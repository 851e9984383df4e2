"""What amendments change of the plan: the versions of each visit, treatment and interval, for columns."""

from collections.abc import Iterator, Mapping
from functools import lru_cache

from attrs import evolve

from protocol_dsl.base.values import frozen
from protocol_dsl.model.listed import listed_visits
from protocol_dsl.model.rules import RequiredInterval
from protocol_dsl.model.schedule import Cycles, Visit
from protocol_dsl.model.study import StudyModel, studies_of, treatment_called


@frozen(kw_only=True)
class VersionOfVisit:
    """A visit as some ``versions`` of the protocol plan it, by their numbers; none are named where all plan it so.

    ``place`` is the number of the visit among those that are listed.
    """

    place: int
    visit: Visit
    versions: tuple[int, ...] = ()


def amended_visits(model: StudyModel) -> Mapping[int, tuple[Visit | None, ...]]:
    """Each visit that amendments change, by its number: what each version plans, ``None`` where it plans no such."""
    plans = [{visit.name: visit for visit in version.study.visits} for version in model.versions]
    candidates = {
        place: tuple(plan.get(visit.name) for plan in plans)
        for place, visit in enumerate(listed_visits(model) if plans else ())
        # Of a series the members alone are listed.
        if any(visit.name in plan for plan in plans)
    }
    return {place: found for place, found in candidates.items() if len(set(found)) > 1}


def are_open_visits(model: StudyModel) -> bool:
    """Whether amendments change a series of visits, or one at withdrawal, so that columns do not know who has which."""
    visits = {visit for study in studies_of(model) for visit in study.visits}
    return any(
        (visit.series is not None or visit.is_at_withdrawal)
        and any(visit not in study.visits for study in studies_of(model))
        for visit in visits
    )


@lru_cache(maxsize=64)
def versions_of_visits(model: StudyModel) -> tuple[VersionOfVisit, ...]:
    """Every listed visit in its last version, then the other versions of those that amendments change."""
    amended = amended_visits(model)
    found = [
        VersionOfVisit(place=place, visit=visit, versions=numbers_of(visit, amended.get(place, ())))
        for place, visit in enumerate(listed_visits(model))
    ]
    for place, candidates in amended.items():
        others = dict.fromkeys(each for each in candidates if each is not None and each != found[place].visit)
        found += [VersionOfVisit(place=place, visit=each, versions=numbers_of(each, candidates)) for each in others]
    return tuple(found)


def numbers_of(item: object, candidates: tuple[object, ...]) -> tuple[int, ...]:
    """The versions of which it is one."""
    return tuple(number for number, each in enumerate(candidates) if each == item)


def amended_treatments(model: StudyModel) -> frozenset[int]:
    """The numbers of the treatments that amendments change, or that they change of what an arm gives."""
    return frozenset(
        place
        for place, treatment in enumerate(model.treatments)
        if len(
            {(treatment_called(treatment.name, study), givers_of(treatment.name, study)) for study in studies_of(model)}
        )
        > 1
    )


def amended_cycles(model: StudyModel) -> frozenset[int]:
    """Those of them in cycles, each of which holds in a version of its own."""
    return frozenset(
        place
        for study in studies_alike(model)
        for place in amended_treatments(model)
        if isinstance(study.treatments[place].course, Cycles)
    )


def givers_of(name: str, study: StudyModel) -> tuple[object, ...]:
    """The arms that give a treatment, each with the epochs in which it does."""
    gifts = ((arm.name, tuple(each for each in arm.in_epochs if each.treatment == name)) for arm in study.arms)
    return tuple(gift for gift, arm in zip(gifts, study.arms, strict=True) if name in arm.gives)


def studies_alike(model: StudyModel) -> Iterator[StudyModel]:
    """The plan of acts in each version that has one of its own, with the treatments of all versions in their places."""
    if not model.versions:
        return iter((model,))
    found: dict[StudyModel, None] = {}
    for study in studies_of(model):
        found[
            evolve(
                model,
                treatments=tuple(treatment_called(each.name, study) or each for each in model.treatments),
                arms=study.arms,
                epochs=study.epochs,
                prohibitions=study.prohibitions,
                versions=(),
            )
        ] = None
    return iter(found)


def intervals_of(model: StudyModel) -> tuple[RequiredInterval, ...]:
    """The required intervals of all versions, those of the last first."""
    return tuple(dict.fromkeys((*model.intervals, *(rule for study in studies_of(model) for rule in study.intervals))))
