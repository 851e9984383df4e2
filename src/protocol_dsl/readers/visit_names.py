"""The names and codes that data may use for the visits that a protocol plans."""

from protocol_dsl.model.series import every_series, member_called
from protocol_dsl.model.study import StudyModel
from protocol_dsl.readers.names import Names, Words


class VisitNames:
    """Visits found by name, title or code; members of a series by theirs, ``CT7``, ``C2D8``, whatever their number."""

    def __init__(self, model: StudyModel) -> None:
        """Know the visits of ``model``."""
        self._names: Names[str] = Names()
        self._series = every_series(model)
        for visit in model.visits:
            if visit.series is None:
                self._names.add(visit.name, visit.name, visit.title)
                self._names.add_codes(visit.name, visit.name, visit.codes)

    @property
    def words(self) -> Words:
        """The names and codes of the visits that are in no series."""
        return self._names.words

    def find(self, label: str) -> str | None:
        """The planned visit that a label names, or nothing."""
        found = self._names.find(label)
        if isinstance(found, str):
            return found
        return next((one.name for each in self._series if (one := member_called(each, label.strip()))), None)
