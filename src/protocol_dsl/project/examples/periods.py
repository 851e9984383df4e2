"""Where a protocol first reads what an example gives without a date."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from protocol_dsl.base.values import every
from protocol_dsl.model.expressions import CountOf, ExposedTo, Happens, IsConfirmed, OnDrugs, Pick
from protocol_dsl.model.points import Period
from protocol_dsl.model.study import StudyModel

Node = TypeVar("Node")


class ReadPeriods:
    """The first period, in the order of the text, in which each reading, event and class is asked for."""

    def __init__(self, model: StudyModel) -> None:
        """Look through the rules of ``model`` once."""
        rules = (model.criteria, model.deviations, model.endpoints, model.definitions, model.treatments)
        self._readings: dict[tuple[str, str], Period] = {}
        self._drugs: dict[tuple[str, bool], Period] = {}
        nodes = tuple(every(object, rules))
        for pick in of(Pick, nodes):
            self._readings.setdefault((pick.measure, pick.choice), pick.period)
        for drugs in of(ExposedTo, nodes):
            self._drugs.setdefault((drugs.drugs, False), drugs.period)
        for ongoing in of(OnDrugs, nodes):
            self._drugs.setdefault((ongoing.drugs, True), Period(ongoing.point, ongoing.point))
        self._events: dict[str, Period] = {}
        for name, period in events_read(nodes):
            self._events.setdefault(name, period)

    def of_reading(self, measure: str, choice: str) -> Period | None:
        """Where ``latest cd4`` is first read."""
        return self._readings.get((measure, choice))

    def of_drugs(self, drugs: str, *, is_ongoing: bool) -> Period | None:
        """Where exposure to a class, or being on it, is first asked for."""
        return self._drugs.get((drugs, is_ongoing))

    def of_events(self, name: str) -> Period | None:
        """Where a condition or an event is first asked for."""
        return self._events.get(name)


def of(kind: type[Node], nodes: Iterable[object]) -> Iterator[Node]:
    """The nodes of one kind."""
    return (node for node in nodes if isinstance(node, kind))


def events_read(nodes: Sequence[object]) -> Iterator[tuple[str, Period]]:
    """Each condition and event that rules ask for, with the period."""
    for confirmed in of(IsConfirmed, nodes):
        yield confirmed.condition, confirmed.period
    for happens in of(Happens, nodes):
        yield happens.events.name, happens.period
    for count in of(CountOf, nodes):
        yield count.events.name, count.period
