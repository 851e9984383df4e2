"""What a person is told of the data as a whole, where protocol and data most likely do not speak of the same things."""

from collections.abc import Iterable, Iterator

from attrs import define, field

from protocol_dsl.interpret.deviations.assessments import asked
from protocol_dsl.model.records import Record
from protocol_dsl.model.study import StudyModel
from protocol_dsl.project.sites import Sites

TELLING = ("readings", "administrations")
"""Tables whose unknown names tell; anybody may take a drug that the protocol does not name."""
RANDOMIZATION = "randomization"
FEW, SHOWN = 10, 5
"""Participants of whom it says nothing that none has a reading; names that are listed before the rest is counted."""
ROUTES = (
    frozenset({"intravenous", "iv", "i.v."}),
    frozenset({"subcutaneous", "sc", "s.c.", "sq"}),
    frozenset({"intramuscular", "im", "i.m."}),
    frozenset({"oral", "po", "p.o."}),
)
"""Words for one route, as data and protocols shorten them."""


@define
class Remarks:
    """What was seen of the participants so far.

    Labels of visits count where nothing else is named: W0 and SCR are those of many trials. ``is_check``: assessments
    are judged.
    """

    model: StudyModel
    is_check: bool
    people: int = 0
    measures_read: set[str] = field(factory=set)
    groups: tuple[tuple[str, ...], ...] = field(init=False)
    """The measures that visits ask for; of several together one is enough."""
    is_known: bool = False
    has_known_visit: bool = False
    has_unknown_visit: bool = False
    has_unknown_arm: bool = False
    has_arm: bool = False
    has_randomization: bool = False
    other_routes: dict[str, set[str]] = field(factory=dict)
    met_routes: set[str] = field(factory=set)
    sites: Sites = field(init=False)

    @sites.default
    def _sites(self) -> Sites:
        return Sites(self.model)

    @groups.default
    def _groups(self) -> tuple[tuple[str, ...], ...]:
        measures = {one.name for one in self.model.vocabulary.measures}
        visits = self.model.visits if self.is_check else ()
        return tuple(dict.fromkeys(group for visit in visits for group in asked(visit, measures)))

    @property
    def says_what_lacks(self) -> bool:
        """Whether there are enough participants to say which measures nobody has a reading of."""
        return self.people >= FEW and bool(self.groups)

    @property
    def lacking(self) -> tuple[str, ...]:
        """The measures that visits ask for, and of which nobody so far has a reading."""
        lacking = (group for group in self.groups if self.measures_read.isdisjoint(group))
        return tuple(dict.fromkeys(name for group in lacking for name in group))

    def meet(self, record: Record) -> None:
        """Look at one participant more."""
        self.people += 1
        self.measures_read.update(record.readings)
        self.is_known |= bool(record.arm or record.readings or record.medications or record.administrations)
        self.has_known_visit |= any(row.visit for row in record.visits)
        self.has_unknown_visit |= any(row.label and not row.visit for row in record.visits)
        self.has_unknown_arm |= bool(record.arm_written and not record.arm)
        self.has_arm |= bool(record.arm)
        self.has_randomization |= RANDOMIZATION in record.events
        if record.site:
            self.sites.meet(record.site)
        for treatment in self.model.treatments:
            if treatment.dose and treatment.dose.route and treatment.name not in self.met_routes:
                rows = record.administrations.get(treatment.name, ())
                self.meet_routes(treatment.name, treatment.dose.route, (row.route for row in rows if row.route))

    def meet_routes(self, treatment: str, planned: str, routes: Iterable[str]) -> None:
        """Look at the routes of some administrations."""
        for route in routes:
            if any({route, planned.casefold()} <= words for words in ROUTES) and route != planned.casefold():
                self.other_routes.setdefault(treatment, set()).add(route)
            else:
                self.met_routes.add(treatment)

    def told(self, unused: Iterable[tuple[str, str]]) -> Iterator[str]:
        """The sentences; ``unused`` are tables and names of rows that were not read."""
        has_unknown = self.has_unknown_arm or any(table in TELLING for table, _ in unused)
        if not self.is_known and (has_unknown or (self.has_unknown_visit and not self.has_known_visit)):
            name = self.model.name
            yield f"{name} knows no arm, measure, drug or treatment that the data name: are they of another trial?"
        anchors = [anchor.name for anchor in self.model.anchors if anchor.milestone == RANDOMIZATION]
        if anchors and self.has_arm and not self.has_randomization:
            yield f"participants have arms, and none has an event {RANDOMIZATION}: nobody has a day {anchors[0]}"
        yield from self.sites.told()
        if self.says_what_lacks and self.measures_read and (names := self.lacking):
            listed = ", ".join(names[:SHOWN]) + (f" and {len(names) - SHOWN} more" if len(names) > SHOWN else "")
            yield f"nobody has a reading of {listed}, which visits ask for: are they in a table that is not here?"
        for treatment in self.model.treatments:
            routes = self.other_routes.get(treatment.name)
            if treatment.dose and routes and treatment.name not in self.met_routes:
                planned, found = treatment.dose.route, " or ".join(sorted(routes))
                yield (
                    f"every route of {treatment.name} in the data is {found}, and the protocol says {planned}: "
                    "if they are one, write the word of the data in the protocol"
                )
