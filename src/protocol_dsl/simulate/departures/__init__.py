"""Departures that can be planted in a participant's data, and nothing else be found because of them."""

from collections import Counter
from collections.abc import Mapping

from attrs import evolve

from protocol_dsl.model.study import StudyModel
from protocol_dsl.simulate.departures.found import Asked, Departure, Distances, Found, Planted, Wanted
from protocol_dsl.simulate.departures.kinds import KINDS
from protocol_dsl.simulate.departures.seen import SEEN, seen
from protocol_dsl.simulate.draft import Draft

TRIES = 8
"""Times that a departure is drawn anew where the first one has consequences that are not listed."""


def plant(kind: str, draft: Draft, asked: Asked) -> Planted | None:
    """``draft`` with one departure, or ``None`` when it has no room for it."""
    for number in range(TRIES):
        found = KINDS[kind].plant(draft, evolve(asked, chance=asked.chance.again(number)))
        if found is not None and is_all(found, asked.study, asked.as_of):
            return found
    return None


def is_all(found: Planted, study: StudyModel, as_of: int) -> bool:
    """Whether the departure lists everything that the plan alone shows in the draft."""
    draft, departure = found
    return Counter(map(key, seen(draft, study, as_of))) == Counter(
        key(each) for each in departure.finds if each.code in SEEN
    )


def key(found: Found) -> tuple[object, ...]:
    """What tells one finding from another; days out may be left to the data."""
    rule = found.rule if found.code in {"DV16", "QY12"} else None
    return found.code, found.visit if found.code.startswith("DV") else None, found.treatment, found.cycle, rule


def possible(study: StudyModel) -> Mapping[str, tuple[str, ...]]:
    """The kinds that a protocol can have, with what each can be about."""
    return {kind: about for kind, item in KINDS.items() if (about := item.about(study))}


__all__ = ["KINDS", "Asked", "Departure", "Distances", "Wanted", "plant", "possible"]
