"""Which version of an amended protocol a participant is held to, worked out from the planned days alone."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from protocol_dsl.model.rules import Criterion
from protocol_dsl.model.schedule import Treatment
from protocol_dsl.model.study import StudyModel, Version, studies_of
from protocol_dsl.simulate.draft import Draft

T = TypeVar("T")
NEVER = 10_000_000
"""A day after every other: at a site that an amendment leaves out it is never in force."""


def first_day(version: Version, site: str) -> int:
    """The day on which an amendment comes into force at a site."""
    return next(
        (each.day for each in version.sites if each.site == site), NEVER if version.day is None else version.day
    )


def version_on(day: int, draft: Draft, study: StudyModel) -> StudyModel:
    """The protocol as it is in force on a day."""
    return studies_of(study)[number_on(day, draft, study)]


def number_on(day: int, draft: Draft, study: StudyModel) -> int:
    """The version in force on a day, by number."""
    numbers = (
        number for number, version in enumerate(study.versions) if number and first_day(version, draft.site) <= day
    )
    return max(numbers, default=0)


def chosen(
    candidates: Sequence[T | None], planned: Callable[[T], int | None], draft: Draft, study: StudyModel
) -> T | None:
    """What holds of something planned: an amendment does if it is in force on the day the version before plans it.

    ``candidates`` are what each version plans, ``None`` where it plans no such thing.
    """
    found = candidates[0]
    for version, new in zip(study.versions[1:], candidates[1:], strict=True):
        asked = new if found is None else found
        if new == found or asked is None:
            continue
        day = planned(asked)
        if day is None or first_day(version, draft.site) <= day:
            found = new
    return found


def criteria_of(draft: Draft, study: StudyModel) -> tuple[Criterion, ...]:
    """The criteria that decide about a participant: those in force on the day of consent."""
    return version_on(draft.milestones["consent"], draft, study).criteria


def treatment_on(day: int, treatment: Treatment, draft: Draft, study: StudyModel) -> Treatment:
    """A treatment as it is in force on a day."""
    found = version_on(day, draft, study).treatments
    return next((each for each in found if each.name == treatment.name), treatment)
