"""Departures as they are asked for in words: ``DV19``, ``DV19:W24``, ``DV01:I5=3``."""

import re

from protocol_dsl.base.nearest import did_you_mean
from protocol_dsl.model.points import Place
from protocol_dsl.model.study import StudyModel
from protocol_dsl.simulate.departures import KINDS, Wanted, possible

WORDS = re.compile(r"(?P<kind>[^:=]+)(?::(?P<about>[^:=]+))?(?:=(?P<count>[1-9][0-9]{0,6}))?")


class NotPossible(Exception):  # noqa: N818 - it is an answer, not a fault
    """A departure that a protocol cannot have; ``place`` is where the protocol says what it was to be about."""

    def __init__(self, message: str, place: Place | None = None) -> None:
        """``message`` says why."""
        super().__init__(message)
        self.place = place


def every_departure(study: StudyModel) -> tuple[Wanted, ...]:
    """One departure of every kind that a protocol can have."""
    return tuple(Wanted(kind=kind) for kind in possible(study))


def wanted(words: str, study: StudyModel) -> Wanted:
    """A departure as it is asked for: a kind, perhaps what it is to be about, perhaps how many.

    Raises:
        NotPossible: There is no such kind, or the protocol cannot have it, or not about that.
    """
    found = WORDS.fullmatch(words.strip())
    if found is None:
        message = f"{words} is no departure: write a kind, perhaps what it is about, perhaps how many, as DV19:W24=3"
        raise NotPossible(message)
    kind, about, count = found["kind"].strip(), (found["about"] or "").strip(), int(found["count"] or 1)
    if kind not in KINDS:
        raise NotPossible(f"no kind of departure is called {kind}; {did_you_mean(kind, KINDS) or ', '.join(KINDS)}")
    title, names = KINDS[kind].title, KINDS[kind].about(study)
    if not names:
        raise NotPossible(f"{kind} ({title}) cannot be planted: {KINDS[kind].lacks}", place_of(about, study))
    if about and not is_among(about, names, study):
        named = [name for name in names if name]
        hint = did_you_mean(about, named) or (f"it can be about {', '.join(named)}" if named else "ask for it alone")
        raise NotPossible(f"{kind} ({title}) cannot be planted about {about}; {hint}", place_of(about, study))
    return Wanted(kind=kind, about=about, count=count)


def is_among(about: str, names: tuple[str, ...], study: StudyModel) -> bool:
    """Whether a departure can be about something, a member of a series of visits too."""
    series = tuple(visit.name for visit in study.visits if visit.series is not None and visit.name in names)
    return about in names or any(about.startswith(name) and about[len(name) :][:1].isdigit() for name in series)


def place_of(name: str, study: StudyModel) -> Place | None:
    """Where the protocol declares something, or nothing where it declares no such thing."""
    places = {
        **{rule.name: rule.place for rule in study.intervals},
        **{rule.name: rule.place for rule in study.deviations},
        **{rule.name: rule.place for rule in study.treatments},
        **{rule.name: rule.place for rule in study.visits},
        **{rule.name: rule.place for rule in study.criteria},
    }
    return places.get(name)
