"""Rows of ``participants``: site, birth, sex, arm, and the attributes that the protocol declares."""

from collections.abc import Mapping

from protocol_dsl.model.records import AttributeFact, Origin
from protocol_dsl.model.study import StudyModel
from protocol_dsl.model.vocabulary import SEXES, Attribute
from protocol_dsl.readers.cells import YES_OR_NO, DayCells, choice, reading
from protocol_dsl.readers.drafts import REPEATED, Draft
from protocol_dsl.readers.layout import UNREAD, Purpose
from protocol_dsl.readers.names import Names, Near, fold
from protocol_dsl.readers.notes import Notes
from protocol_dsl.readers.sources import Cells
from protocol_dsl.readers.streams import Row

SEX = Attribute(name="sex", kind="choice", choices=SEXES)
SEX_SHORT = {"f": "female", "m": "male", "i": "intersex", "u": "unknown"}
BUILT_IN = ("participant", "site", "birth_date", "arm")
NO_ARM = "the protocol has no such arm"
TWICE = "the participant stands in two rows; what they disagree on is not used"


class ParticipantRows:
    """Reads ``participants``."""

    def __init__(
        self, model: StudyModel, places: Mapping[str, int], days: DayCells, notes: Notes, purpose: Purpose
    ) -> None:
        """Know the attributes and arms of ``model``, as far as ``purpose`` reads them."""
        self._notes = notes
        self._days = days
        self._places = places
        self._reads_arm = ("participants", "arm") not in UNREAD[purpose]
        self._arms: Names[str] = Names()
        for arm in model.arms:
            self._arms.add(arm.name, arm.name, arm.title)
            self._arms.add_codes(arm.name, arm.name, arm.codes)
        declared = {one.name: one for one in model.vocabulary.attributes if one.name not in BUILT_IN}
        self._attributes = {fold(name): one for name, one in ({"sex": SEX} | declared).items() if fold(name) in places}
        self._choices = {name: _choices(one) for name, one in self._attributes.items()}

    def words(self, attribute: str) -> tuple[str, ...]:
        """The words of an attribute that is a choice, folded."""
        return tuple(self._choices[fold(attribute)])

    def site(self, cells: Cells) -> str:
        """The site that a row names, or an empty text."""
        place = self._places.get("site")
        return "" if place is None else cells[place].strip()

    def read(self, participant: str, rows: list[Row]) -> Draft:
        """A draft of the participant whom ``rows`` are about; there is more than one row only by mistake."""
        number, cells = rows[0]
        if len(rows) > 1:
            cells = self._agreed(participant, rows)
        draft = Draft(participant, Origin("participants", number))
        draft.site = self.site(cells) or None
        self._birth(draft, cells)
        if self._reads_arm and "arm" in self._places:
            self._arm(draft, cells[self._places["arm"]])
        for name, attribute in self._attributes.items():
            self._attribute(draft, attribute, cells[self._places[name]])
        return draft

    def problem(self, draft: Draft, column: str, value: str, words: str) -> None:
        """Note what cannot be used."""
        row = draft.origin.row
        self._notes.problem("participants", row, column, value, words, participant=draft.participant)

    def _agreed(self, participant: str, rows: list[Row]) -> Cells:
        """One row of several: a cell they disagree on is empty, so that their order decides nothing."""
        seen: list[Cells] = []
        for number, cells in rows:
            folded = [fold(cell) for cell in cells]
            if seen:
                words = REPEATED if folded in seen else TWICE
                self._notes.problem("participants", number, "participant", participant, words, participant=participant)
            seen.append(folded)
        columns = zip(*(cells for _, cells in rows), strict=True)
        spelled = [{fold(cell): cell.strip() for cell in reversed(column) if cell.strip()} for column in columns]
        return [next(iter(each.values())) if len(each) == 1 else "" for each in spelled]

    def _birth(self, draft: Draft, cells: Cells) -> None:
        place = self._places.get("birth_date")
        if place is None:
            return
        day = self._days(cells[place])
        draft.birth_written = cells[place].strip()
        if day.problem:
            self.problem(draft, "birth_date", draft.birth_written, day.problem)
        elif day.is_written:
            draft.birth = day.days

    def _arm(self, draft: Draft, written: str) -> None:
        draft.arm_written = written.strip()
        if not draft.arm_written:
            return
        found = self._arms.find(written)
        if isinstance(found, str):
            draft.arm = found
        else:
            self.problem(draft, "arm", written, found.words if isinstance(found, Near) else NO_ARM)

    def _attribute(self, draft: Draft, attribute: Attribute, written: str) -> None:
        text = written.strip()
        if not text:
            return
        if attribute.kind == "date":
            day = self._days(text)
            if day.problem:
                self.problem(draft, attribute.name, written, day.problem)
            else:
                draft.attributes[attribute.name] = AttributeFact(day.days, text, draft.origin)
            return
        if attribute.kind == "number":
            found = reading(text, may_be_negative=True)
        else:
            found = choice(text, self._choices[fold(attribute.name)])
        if found.problem or found.value is None:
            self.problem(draft, attribute.name, written, found.problem)
            return
        value = fold(found.value) if isinstance(found.value, str) else found.value
        draft.attributes[attribute.name] = AttributeFact(value, text, draft.origin)


def _choices(attribute: Attribute) -> Mapping[str, str]:
    if attribute.kind == "yes or no":
        return YES_OR_NO
    words = {fold(word): word for word in attribute.choices}
    if attribute.name == "sex":
        words |= {short: word for short, word in SEX_SHORT.items() if fold(word) in words}
    return words
