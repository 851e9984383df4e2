"""The version of a treatment that holds for an act: the one in force on the day of the act."""

from collections.abc import Iterable, Iterator

from protocol_dsl.base.days import Days
from protocol_dsl.interpret.amendments import in_force, studies
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.model.records import Administration
from protocol_dsl.model.schedule import Treatment
from protocol_dsl.model.study import StudyModel, treatment_called


def studies_on(row: Administration, facts: Facts) -> tuple[StudyModel, ...]:
    """The versions of the protocol that may be in force on the day of an administration."""
    versions = studies(facts)
    return tuple(versions[number] for number in in_force(Days(row.first, row.last), facts))


def by_version(
    treatment: Treatment, rows: Iterable[Administration], facts: Facts
) -> Iterator[tuple[tuple[Treatment, ...], tuple[Administration, ...]]]:
    """Administrations by the versions of their treatment that may hold on their days, each version once.

    ``treatment`` stands in where no version that may hold plans it: what is given then is none of its arm's.
    """
    if not facts.model.versions:
        yield (treatment,), tuple(rows)
        return
    found: dict[tuple[Treatment, ...], list[Administration]] = {}
    for row in rows:
        possible = (treatment_called(treatment.name, study) for study in studies_on(row, facts))
        versions = tuple(dict.fromkeys(each for each in possible if each is not None))
        found.setdefault(versions or (treatment,), []).append(row)
    for versions, some in found.items():
        yield versions, tuple(some)
