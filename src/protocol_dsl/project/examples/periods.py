"""Where a protocol first reads what an example gives without a date."""

from collections.abc import Iterator

from protocol_dsl.interpret.walk import every
from protocol_dsl.model.expressions import CountOf, ExposedTo, Happens, IsConfirmed, OnDrugs, Pick
from protocol_dsl.model.points import Period
from protocol_dsl.model.study import StudyModel


class ReadPeriods:
    """The first period, in the order of the text, in which each reading, event and class is asked for."""

    def __init__(self, model: StudyModel) -> None:
        """Look through the rules of ``model`` once."""
        rules = (model.criteria, model.deviations, model.endpoints, model.definitions, model.treatments)
        self._readings: dict[tuple[str, str], Period] = {}
        self._drugs: dict[tuple[str, bool], Period] = {}
        for pick in every(Pick, rules):
            self._readings.setdefault((pick.measure, pick.choice), pick.period)
        for drugs in every(ExposedTo, rules):
            self._drugs.setdefault((drugs.drugs, False), drugs.period)
        for ongoing in every(OnDrugs, rules):
            self._drugs.setdefault((ongoing.drugs, True), Period(ongoing.point, ongoing.point))
        self._events: dict[str, Period] = {}
        for name, period in events_read(rules):
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


def events_read(rules: object) -> Iterator[tuple[str, Period]]:
    """Each condition and event that rules ask for, with the period."""
    for confirmed in every(IsConfirmed, rules):
        yield confirmed.condition, confirmed.period
    for happens in every(Happens, rules):
        yield happens.events.name, happens.period
    for count in every(CountOf, rules):
        yield count.events.name, count.period
