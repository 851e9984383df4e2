"""Counts of results by site, arm and what was found."""

from collections import Counter
from collections.abc import Iterable, Iterator

from attrs import Factory, define

from protocol_dsl.model.results import COUNTED, Counted, CountLine, ParticipantResult
from protocol_dsl.project.tally import Tally

Key = tuple[str, str, Counted, str, str]
"""Site, arm (empty where there is none), what is counted, its name, its grade."""


@define
class Counts:
    """Participants and findings so far; the only thing that is kept of a participant."""

    participants: Counter[Key] = Factory(Counter)
    numbers: Counter[Key] = Factory(Counter)

    def add(self, result: ParticipantResult) -> None:
        """Count one participant."""
        found = Counter(found_of(result))
        for (what, name, grade), number in found.items():
            self.take((result.site or "", result.arm or "", what, name, grade), 1, number)

    def take(self, key: Key, participants: int, number: int) -> None:
        """Count some participants at once who have ``number`` of it in all."""
        self.participants[key] += participants
        self.numbers[key] += number

    def tally(self) -> Tally:
        """The sums of all sites and arms, as whoever counts participants one by one has them."""
        sums: Counter[tuple[Counted, str]] = Counter()
        for (_, _, what, name, grade), number in self.numbers.items():
            sums[what, name if what == "verdict" else grade] += number
        important = sums["deviations", "important"]
        return Tally(
            participants=sums["participants", ""],
            verdicts={name: number for (what, name), number in sums.items() if what == "verdict"},
            deviations=important + sums["deviations", "minor"],
            important=important,
            queries=sums["queries", ""],
        )

    def lines(self) -> Iterator[CountLine]:
        """By site, then arm, then what is counted, in the order of the names."""
        for key in sorted(self.numbers, key=lambda key: (key[0], key[1], COUNTED.index(key[2]), key[3:])):
            site, arm, what, name, grade = key
            yield CountLine(
                site=site or None,
                arm=arm or None,
                what=what,
                name=name,
                grade=grade,
                participants=self.participants[key],
                number=self.numbers[key],
            )


def counted(results: Iterable[ParticipantResult]) -> Counts:
    """The counts of some participants."""
    counts = Counts()
    for result in results:
        counts.add(result)
    return counts


def found_of(result: ParticipantResult) -> Iterator[tuple[Counted, str, str]]:
    """Everything that counts of one participant: what it is, its name, its grade."""
    yield "participants", "", ""
    if result.eligibility is not None:
        decisive = result.eligibility.decisive
        yield "verdict", decisive.verdict, ""
        for each in decisive.criteria:
            if each.decides != "for":
                yield each.decides, each.rule, ""
    yield from (("deviations", each.category, each.grade) for each in result.deviations)
    yield from (("queries", each.code, "") for each in result.queries)
