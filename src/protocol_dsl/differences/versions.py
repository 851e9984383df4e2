"""Two protocols with their amendments held to one another, version by version."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from attrs import evolve

from protocol_dsl.differences.compare import compare
from protocol_dsl.differences.meaning import is_same
from protocol_dsl.differences.sentences import change
from protocol_dsl.differences.words import day_words, words
from protocol_dsl.model.changes import Change
from protocol_dsl.model.study import StudyModel, Version

ORIGINAL = "original"


def differences(old: StudyModel, new: StudyModel) -> tuple[Change, ...]:
    """What differs, in the order of the new protocol: what all versions have in common, then what some have.

    Versions of one name are held to one another; an amendment that only one of the two has is told with what it
    changes.
    """
    before, after = versions(old), versions(new)
    shared = [name for name in after if name in before]
    by_version = {name: tuple(compare(before[name].study, after[name].study)) for name in shared}
    everywhere = [each for each in by_version[ORIGINAL] if all(each in found for found in by_version.values())]
    found = list(everywhere)
    for name in shared:
        own = [each for each in by_version[name] if each not in everywhere]
        found += [of_version(each, name) for each in own] if len(shared) > 1 else own
    found += amendments(before, after)
    return tuple(found)


def versions(model: StudyModel) -> dict[str, Version]:
    """The versions of a protocol by the name of their amendment; the first is the original."""
    return {version.name or ORIGINAL: version for version in model.versions} or {ORIGINAL: Version(study=model)}


def of_version(found: Change, version: str) -> Change:
    """A difference that only some versions have."""
    where = "as first written" if version == ORIGINAL else f"as amended by {version}"
    return evolve(found, version=version, message=f"{where}: {found.message}")


def amendments(before: dict[str, Version], after: dict[str, Version]) -> Iterator[Change]:
    """Amendments that came, went, or come into force on another day."""
    for name, version in after.items():
        if name not in before:
            message = f"amendment {name} added, in force {in_force(version)}"
            yield Change(kind="amendment", name=name, act="added", message=message)
            yield from (of_version(each, name) for each in brought(name, after))
        elif name != ORIGINAL:
            yield from amendment_changed(before[name], version)
    for name, version in before.items():
        if name not in after:
            message = f"amendment {name} removed, which was in force {in_force(version)}"
            yield Change(kind="amendment", name=name, act="removed", message=message)


def brought(name: str, found: dict[str, Version]) -> Sequence[Change]:
    """What an amendment changes of the version before it."""
    before = next(one for one, other in pairwise(found) if other == name)
    return tuple(compare(found[before].study, found[name].study))


def in_force(version: Version) -> str:
    """The days on which an amendment comes into force."""
    everywhere = [] if version.day is None else [day_words(version.day)]
    return ", ".join([*everywhere, *(words(site) for site in version.sites)])


def amendment_changed(before: Version, after: Version) -> Iterator[Change]:
    """The title and the days of an amendment that both have."""
    if before.title != after.title:
        yield change("amendment", after.name, "title", "changed", (before.title, after.title))
    if before.day != after.day or not is_same(before.sites, after.sites):
        yield change("amendment", after.name, "day in force", "moved", (in_force(before), in_force(after)))


def between(model: StudyModel, first: str, last: str) -> tuple[Change, ...]:
    """What two versions of one protocol, by the names of their amendments, differ in."""
    found = versions(model)
    return tuple(compare(found[first].study, found[last].study))


def up_to(model: StudyModel, name: str) -> StudyModel:
    """The protocol as if no amendment after ``name`` had come."""
    kept: list[Version] = []
    for version in model.versions:
        kept.append(version)
        if (version.name or ORIGINAL) == name:
            break
    last = kept[-1].study if kept else model
    return evolve(
        model,
        versions=tuple(kept),
        deviations=last.deviations,
        grades=last.grades,
        analysis_sets=last.analysis_sets,
        endpoints=last.endpoints,
    )
