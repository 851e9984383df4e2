"""Cells of a domain as cells of a table of the study folder."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from protocol_dsl.base.days import CalendarRangeError, write_days
from protocol_dsl.base.values import frozen
from protocol_dsl.model.study import StudyModel
from protocol_dsl.readers.notes import Notes
from protocol_dsl.readers.rows.participants import BUILT_IN
from protocol_dsl.readers.sdtm.context import COMPLETION, Context, Variables, disposition, known_days
from protocol_dsl.readers.sdtm.days import birth_days, without_clock_gaps
from protocol_dsl.readers.sdtm.domains import DomainFile, plain
from protocol_dsl.readers.sdtm.mapping import Rule, SdtmMapping
from protocol_dsl.readers.sdtm.places import NAME_COLUMNS
from protocol_dsl.readers.sdtm.relative import END, START, Periods, relative_filler
from protocol_dsl.readers.sdtm.study_days import StudyDays, study_days_of
from protocol_dsl.readers.sdtm.visits import VisitLabels
from protocol_dsl.readers.sdtm.vocabulary import Vocabulary, vocabulary_of
from protocol_dsl.readers.sources import Cells

Filler: TypeAlias = Callable[[Cells, Notes, int], str]

DATES = ("date", "end_date", "start", "end")
NUMBERS = ("dose", "grade", "site")
RELATIVE = {("medications", "start"): START, ("medications", "end"): END, ("events", "date"): START}
"""The columns of which SDTM may say no date, but where it lies."""
NOT_DONE = "NOT DONE"
LEFT_OUT = "left out by the mapping"


@frozen
class Translator:
    """Knows the mapping, the protocol's names, and what was gathered of the study."""

    mapping: SdtmMapping
    vocabulary: Vocabulary
    context: Context
    declared: tuple[str, ...]
    labels: VisitLabels

    def attributes(self, present: Mapping[str, int]) -> dict[str, str]:
        """The protocol's attributes that DM or its supplement has, and the variable of each."""
        found = {}
        for name in self.declared:
            variable = (self.mapping.word("attributes", name) or name).upper().rpartition(".")[2]
            if variable in present:
                found[name] = variable
        return found

    def study_days(self, file: DomainFile) -> StudyDays | None:
        """What compares the recorded study days of a domain."""
        return study_days_of(file, self.context.references)

    def is_counted_elsewhere(self, rule: Rule, made: Cells) -> bool:
        """Whether another rule counts this row already, under a name that stands for every row."""
        name = rule.counted_by
        if not name or not self.vocabulary.is_declared(rule.table, name):
            return False
        found = self.vocabulary.names[rule.table].find(made[1])
        if isinstance(found, str):
            return found == name
        return not self.vocabulary.is_doubtful(rule.table, made[1])

    def filler(self, rule: Rule, column: str, cell: Variables) -> Filler:
        """What fills a column of a rule's table from a row of its domain."""
        if column in rule.constant:
            constant = rule.constant[column]
            return lambda *_: constant
        variables = rule.columns.get(column, ())
        if column == "code" and any(name in rule.columns for name in NAME_COLUMNS):
            return self._code(rule, variables, cell)
        if column in NAME_COLUMNS:
            return self._name(rule, variables, cell)
        if rule.table == "participants" and column not in rule.columns:
            variables = (self.attributes(cell.places).get(column, ""),)
        special = self._special(rule, column, variables, cell)
        if special is not None:
            return special
        return lambda cells, *_: _first(cells, variables, cell)

    def _special(self, rule: Rule, column: str, variables: tuple[str, ...], cell: Variables) -> Filler | None:
        made: Filler | None = None
        if column == "birth_date":
            made = self._birth(variables, cell)
        elif column == "arm":
            made = self._arm(variables, cell)
        elif column == "visit":
            made = self.labels.filler(rule, variables, cell)
        elif column == "status":
            made = self._status(rule, variables, cell)
        elif column == "value":
            made = _value(rule, variables, cell)
        elif column == "category":
            made = self._category(variables, cell)
        elif column == "related_to":
            made = self._related(variables, cell)
        elif (rule.table, column) in RELATIVE:
            periods = Periods(self.context.references, self.context.reference_ends)
            made = relative_filler(rule, RELATIVE[rule.table, column], variables, cell, periods)
        elif column in DATES:
            made = lambda cells, *_: without_clock_gaps(_first(cells, variables, cell))  # noqa: E731 - as the others
        elif column in NUMBERS:
            made = lambda cells, *_: plain(_first(cells, variables, cell))  # noqa: E731 - as the others
        elif column in {"unit", "sex", "times"}:
            made = self._word({"unit": "units", "sex": "sexes", "times": "frequencies"}[column], variables, cell)
        return made

    def _meant(self, rule: Rule, cells: Cells, cell: Variables, number: int) -> tuple[str, str]:
        column = next(name for name in NAME_COLUMNS if name in rule.columns)
        texts = [(one, text) for one in rule.columns[column] if (text := cell(cells, one))]
        if rule.domain == "DS":
            found = disposition(cells, cell, self.mapping)
            is_passed = found.milestone == COMPLETION and number in self.context.passed
            if found.is_named:
                return (found.milestone, "") if found.milestone and not is_passed else ("", texts[0][1])
        if rule.table == "readings":
            chosen = self._measure(rule, cells, cell)
            if chosen is not None:
                return (chosen, "") if chosen else ("", f"{texts[0][1]}, {LEFT_OUT}" if texts else LEFT_OUT)
        if rule.table == "administrations":
            arms = self.context.arms.get(cell(cells, rule.participant), ())
            mapped = ((one, self.mapping.word("treatments", text) or text) for one, text in texts)
            texts = [(one, self.vocabulary.treatment(text, arms)) for one, text in mapped]
        return self.vocabulary.meant(rule.table, tuple(texts))

    def _measure(self, rule: Rule, cells: Cells, cell: Variables) -> str | None:
        """The measure that the mapping's own values choose; empty where they choose others of that test."""
        is_claimed = False
        for name, values in self.mapping.measures.items():
            matched = {one: cell(cells, one).upper() == value.upper() for one, value in values.items()}
            if not any(variable in cell.places for variable in values):
                continue
            if all(matched.values()):
                return name
            is_claimed = is_claimed or matched.get(f"{rule.domain}TESTCD", False)
        return "" if is_claimed else None

    def _name(self, rule: Rule, variables: tuple[str, ...], cell: Variables) -> Filler:
        return lambda cells, _, number: self._meant(rule, cells, cell, number)[0] if variables else ""

    def _code(self, rule: Rule, variables: tuple[str, ...], cell: Variables) -> Filler:
        return lambda cells, _, number: _first(cells, variables, cell) or self._meant(rule, cells, cell, number)[1]

    def _word(self, section: str, variables: tuple[str, ...], cell: Variables) -> Filler:
        def fill(cells: Cells, _notes: Notes, _number: int) -> str:
            written = _first(cells, variables, cell)
            found = self.mapping.word(section, written)
            # A frequency that is no number of times a day says nothing of them.
            return found if found is not None else "" if section == "frequencies" else written

        return fill

    def _birth(self, variables: tuple[str, ...], cell: Variables) -> Filler:
        def fill(cells: Cells, notes: Notes, number: int) -> str:
            written = cell(cells, variables[0]) if variables else ""
            years, unit = plain(cell(cells, "AGE")), cell(cells, "AGEU").upper()
            if written or not years:
                return written
            days = next((days for one in self.mapping.age_at if (days := known_days(cell(cells, one)))), None)
            participant = cell(cells, "USUBJID") or None
            if not years.isdecimal() or unit not in {"", "YEARS"}:
                words = "an age in whole years is expected; the birth date is not known"
                notes.problem("DM", number, "AGE", f"{years} {unit}".strip(), words, participant=participant)
                return ""
            if days is None:
                return ""
            try:
                return write_days(birth_days(int(years), days))
            except CalendarRangeError:
                words = "nobody is so old; the birth date is not known"
                notes.problem("DM", number, "AGE", years, words, participant=participant)
                return ""

        return fill

    def _arm(self, variables: tuple[str, ...], cell: Variables) -> Filler:
        def fill(cells: Cells, _notes: Notes, _number: int) -> str:
            texts = [cell(cells, one) for one in variables]
            written = [text for text in texts if text]
            if any(self.mapping.word("arms", text) == "" for text in written):
                return ""
            named = [self.mapping.word("arms", text) or text for text in written]
            known = (text for text in named if isinstance(self.vocabulary.arms.find(text), str))
            return next(known, named[0] if named else "")

        return fill

    def _status(self, rule: Rule, variables: tuple[str, ...], cell: Variables) -> Filler:
        def fill(cells: Cells, _notes: Notes, _number: int) -> str:
            if _first(cells, variables, cell).upper() in {"N", NOT_DONE}:
                return "not held"
            label = cell(cells, "VISIT").upper()
            participant, visit = cell(cells, rule.participant), plain(cell(cells, "VISITNUM"))
            date = next((cell(cells, one) for one in rule.columns.get("date", ())), "")
            is_early = label in self.mapping.termination_labels or self.context.is_early(participant, visit, date)
            return "early termination" if is_early else ""

        return fill

    def _category(self, variables: tuple[str, ...], cell: Variables) -> Filler:
        def fill(cells: Cells, _notes: Notes, _number: int) -> str:
            texts = (cell(cells, one) for one in variables)
            return next((text for text in texts if isinstance(self.vocabulary.categories.find(text), str)), "")

        return fill

    def _related(self, variables: tuple[str, ...], cell: Variables) -> Filler:
        """The one treatment of the protocol where there is one; of several, the data do not say which."""

        def fill(cells: Cells, _notes: Notes, _number: int) -> str:
            found = self.mapping.word("related", _first(cells, variables, cell))
            if found == "no":
                return "none"
            return self.vocabulary.treatments[0] if found == "yes" and len(self.vocabulary.treatments) == 1 else ""

        return fill


def _value(rule: Rule, variables: tuple[str, ...], cell: Variables) -> Filler:
    status = f"{rule.domain}STAT"

    def fill(cells: Cells, _notes: Notes, _number: int) -> str:
        return "" if cell(cells, status).upper() == NOT_DONE else plain(_first(cells, variables, cell))

    return fill


def _first(cells: Cells, variables: tuple[str, ...], cell: Variables) -> str:
    return next((text for one in variables if (text := cell(cells, one))), "")


def translator_of(mapping: SdtmMapping, model: StudyModel, context: Context) -> Translator:
    """The translator of one study."""
    vocabulary = vocabulary_of(model)
    declared = tuple(one.name for one in model.vocabulary.attributes if one.name not in {*BUILT_IN, "sex"})
    return Translator(mapping, vocabulary, context, declared, VisitLabels(mapping, vocabulary))
