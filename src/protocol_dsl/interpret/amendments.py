"""Which version of the protocol is in force: on a day, at a participant's site."""

from collections.abc import Callable, Iterator, Sequence
from typing import Generic, TypeVar

from protocol_dsl.base.days import Days
from protocol_dsl.base.values import frozen
from protocol_dsl.interpret.facts import FAR, Facts
from protocol_dsl.interpret.slots import NOT_MET, UNKNOWN, later
from protocol_dsl.model.study import StudyModel, Version, studies_of

T = TypeVar("T")


def first_day(version: Version, facts: Facts) -> Days:
    """The day on which an amendment comes into force for a participant; any of its days where no site is known."""
    day = FAR if version.day is None else version.day
    site = facts.record.site
    if site is not None:
        own = next((each.day for each in version.sites if folded(each.site) == folded(site)), day)
        return Days(own, own)
    days = [day, *(each.day for each in version.sites)]
    return Days(min(days), max(days))


def folded(site: str) -> str:
    """The name of a site as names are compared."""
    return site.strip().casefold()


def holds_on(version: Version, day: Days, facts: Facts) -> int:
    """Whether an amendment is in force on a day: 2 certainly, 1 perhaps, 0 not."""
    return 2 - later(first_day(version, facts), day)


def in_force(day: Days, facts: Facts) -> tuple[int, ...]:
    """The versions that may be in force on a day, by number: one, unless the day or the site leaves it open."""
    found = {0}
    for number, version in enumerate(facts.model.versions):
        truth = holds_on(version, day, facts) if number else UNKNOWN
        if truth != NOT_MET:
            found = {number} if truth != UNKNOWN else found | {number}
    return tuple(sorted(found))


def studies(facts: Facts) -> tuple[StudyModel, ...]:
    """The protocol in each of its versions, one where nothing was ever amended."""
    return studies_of(facts.model)


@frozen
class Held(Generic[T]):
    """A rule, the day from which it is in force, and the first day on which it no longer is; ``None`` without a limit.

    ``words`` say which amendment brought it, if one did.
    """

    rule: T
    start: Days | None = None
    end: Days | None = None
    words: str = ""


def held(rules: Callable[[StudyModel], Sequence[T]], facts: Facts) -> Iterator[Held[T]]:
    """Each rule of any version with the days on which it is in force, in the order of the text and of the versions."""
    versions = [rules(study) for study in studies(facts)]
    for rule in dict.fromkeys(rule for found in versions for rule in found):
        has = [rule in found for found in versions]
        for number in (number for number, is_there in enumerate(has) if is_there and not (number and has[number - 1])):
            end = next((later for later in range(number, len(has)) if not has[later]), None)
            yield Held(
                rule,
                first_day(facts.model.versions[number], facts) if number else None,
                None if end is None else first_day(facts.model.versions[end], facts),
                version_words([facts.model.versions[number].name]) if number else "",
            )


def in_force_when_planned(
    candidates: Sequence[T | None], planned: Callable[[T], Days | None], facts: Facts
) -> tuple[int, ...]:
    """The versions that may hold of something planned, by number.

    An amendment holds if it is in force on or before the day for which the version before it plans it; what is new, on
    the day for which it is planned itself. Without such a day the last version stands: nothing is due yet.

    Args:
        candidates: What each version of the protocol plans, ``None`` where it plans no such thing.
        planned: The day for which a version plans it, ``None`` where the participant has no such day.
        facts: The participant.
    """
    found = {0}
    for number in range(1, len(candidates)):
        new = candidates[number]
        following: set[int] = set()
        for before in found:
            old = candidates[before]
            if new == old:
                following.add(before)
                continue
            asked = new if old is None else old
            day = None if asked is None else planned(asked)
            truth = 2 if day is None else holds_on(facts.model.versions[number], day, facts)
            following |= {number} if truth != NOT_MET else set()
            following |= {before} if truth <= UNKNOWN else set()
        found = following
    return tuple(sorted(found))


def amended_by(candidates: Sequence[object], number: int, facts: Facts) -> str:
    """The amendment that brought what holds in a version, or nothing where it is as it was first."""
    while number and candidates[number - 1] == candidates[number]:
        number -= 1
    return facts.model.versions[number].name


def amended_words(candidates: Sequence[object], numbers: Sequence[int], facts: Facts) -> str:
    """Which versions may hold of something, in words; nothing where it was never amended."""
    if len(candidates) == 1:
        return ""
    return version_words([amended_by(candidates, number, facts) for number in numbers])


def version_words(names: Sequence[str]) -> str:
    """Which versions hold: ``as amended by AM1``, or that it is not known which; nothing for the first.

    >>> version_words(["AM1"]), version_words(["", "AM1"]), version_words([""])
    ('as amended by AM1', 'as first written or as amended by AM1, which is not known', '')
    """
    words = [f"as amended by {name}" if name else "as first written" for name in dict.fromkeys(names)]
    if len(words) > 1:
        return f"{' or '.join(words)}, which is not known"
    return "" if not any(names) else words[0]
