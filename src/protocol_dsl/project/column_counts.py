"""Counts of those whom columns judge: of participants who are alike one is judged, and counted for all of them."""

from collections import Counter
from collections.abc import Iterable, Sequence

from protocol_dsl.compile.alike import Family
from protocol_dsl.model.deviation_codes import ELIGIBILITY_OPEN, NOT_ELIGIBLE
from protocol_dsl.model.results import Counted, ParticipantResult
from protocol_dsl.project.counts import Counts, found_of
from protocol_dsl.readers.connections import whole

OF_ENTRY: frozenset[tuple[Counted, str]] = frozenset(
    {("deviations", NOT_ELIGIBLE.category), ("queries", ELIGIBILITY_OPEN.number)}
)
"""What entry alone can bring, of whoever has nothing beside the plan."""


def family_of(what: Counted, name: str) -> Family:
    """What participants must be alike in to have as much of it."""
    return "entry" if what in {"verdict", "against", "open"} or (what, name) in OF_ENTRY else "conduct"


def count_alike(counts: Counts, result: ParticipantResult, rows: Iterable[Sequence[object]]) -> None:
    """Count all who are as one participant is: rows of the participant, the family, site, arm and their number."""
    found = Counter(found_of(result))
    for _, family, site, arm, cell in rows:
        people = whole(cell)
        for (what, name, grade), number in found.items():
            if family_of(what, name) == family:
                key = (str(site or ""), str(arm or ""), what, name, grade)
                counts.take(key, people, people * number)
