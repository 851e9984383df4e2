"""The tables of a study folder, made row by row from domains."""

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from attrs import define, evolve, field

from protocol_dsl.base.values import frozen
from protocol_dsl.readers.layout import LAYOUTS
from protocol_dsl.readers.notes import Notes
from protocol_dsl.readers.sdtm.cells import Translator
from protocol_dsl.readers.sdtm.context import Variables, variables_of
from protocol_dsl.readers.sdtm.domains import DomainFile, plain
from protocol_dsl.readers.sdtm.mapping import Rule
from protocol_dsl.readers.sdtm.mixed import Mixed, mixed_of
from protocol_dsl.readers.sdtm.places import INSTEAD_BIT, NOT_ASKED_BIT, Place, Places
from protocol_dsl.readers.sdtm.study_days import StudyDays
from protocol_dsl.readers.sources import Cells

WHOLE_ROW = "the whole row"
"""A column that no protocol asks for: it tells rows apart that differ in a variable which fills no column."""

YES = "Y"

Filler: TypeAlias = Callable[[Cells, Notes, int], str]


@frozen
class RuleReader:
    """One rule at work on one domain."""

    rule: Rule
    offset: int
    cell: Variables
    translator: Translator
    fillers: tuple[Filler, ...]
    others: tuple[Filler, ...]

    def row(self, number: int, cells: Cells, notes: Notes) -> tuple[int, Cells] | None:
        """The row of the study folder, or nothing where the rule has none."""
        rule, cell = self.rule, self.cell
        if any(_word(cells, name, cell) not in values for name, values in rule.only.items()):
            return None
        if any(_word(cells, name, cell) in values for name, values in rule.never.items()):
            return None
        packed = self.offset | number << 1
        participant = cell(cells, rule.participant)
        if rule.unless_disposed and self.translator.context.is_disposed(participant, rule):
            return None
        if is_not_asked(rule, cells, cell):
            return packed | NOT_ASKED_BIT, [participant, *[""] * (len(self.fillers) + 1)]
        fillers = self.fillers
        if rule.instead and is_read_instead(rule, cells, cell):
            packed, fillers = packed | INSTEAD_BIT, self.others
        made = [participant, *(fill(cells, notes, number) for fill in fillers), "\x1f".join(cells)]
        if self.translator.is_counted_elsewhere(rule, made):
            return None
        return packed, made


def is_not_asked(rule: Rule, cells: Cells, cell: Variables) -> bool:
    """Whether a row says that nobody asked, or stands for a question that has no answer."""
    if any(_word(cells, name, cell) in values for name, values in rule.not_asked.items()):
        return True
    asked = (answers for name, answers in rule.answered.items() if _word(cells, name, cell) == YES)
    return any(not any(cell(cells, one) for one in answers) for answers in asked)


def is_read_instead(rule: Rule, cells: Cells, cell: Variables) -> bool:
    """Whether the variables of ``instead`` tell more of the value: a value with a unit, or one at all."""
    own, other = (
        tuple(any(cell(cells, one) for one in columns.get(column, ())) for column in ("value", "unit"))
        for columns in (rule.columns, rule.instead)
    )
    return other[0] and (not own[0] or (other[1] and not own[1]))


def _word(cells: Cells, variable: str, cell: Variables) -> str:
    return plain(cell(cells, variable)).upper()


@frozen
class Part:
    """A domain from which rows of a table are made, and what looks at its rows besides."""

    file: DomainFile
    readers: tuple[RuleReader, ...]
    study_days: StudyDays | None
    mixed: Mixed | None


@define
class SdtmTable:
    """A table of the study folder; its row numbers say where each row stood, see ``places``."""

    table: str
    heading: tuple[str, ...]
    parts: list[Part] = field(factory=list)

    @property
    def name(self) -> str:
        """The files it is made from."""
        return ", ".join(dict.fromkeys(str(part.file.path) for part in self.parts))

    def rows(self, notes: Notes) -> Iterator[tuple[int | None, Cells]]:
        """Each row's number and cells."""
        for part in self.parts:
            for number, cells in part.file.rows(notes):
                if part.study_days is not None:
                    part.study_days.check(number, cells, notes)
                for reader in part.readers:
                    found = reader.row(number, cells, notes)
                    if found is not None:
                        if part.mixed is not None:
                            part.mixed.count(cells, dict(zip(self.heading, found[1], strict=True)))
                        yield found
            if part.mixed is not None:
                part.mixed.note(notes)


def build_tables(
    rules: tuple[Rule, ...], files: Mapping[str, DomainFile], translator: Translator, places: Places
) -> Mapping[str, SdtmTable]:
    """The tables for which there is a domain.

    Args:
        rules: The rules that hold for this study.
        files: The domains that can be read.
        translator: What turns cells of a domain into cells of a table.
        places: Takes down where the rows come from.
    """
    tables: dict[str, SdtmTable] = {}
    checked: set[str] = set()
    for table in LAYOUTS:
        for domain in dict.fromkeys(rule.domain for rule in rules if rule.table == table):
            file = files.get(domain)
            if file is None:
                continue
            own = [rule for rule in rules if rule.table == table and rule.domain == domain]
            columns = _columns(table, translator.attributes(variables_of(file).places))
            made = tables.setdefault(table, SdtmTable(table, ("participant", *columns, WHOLE_ROW)))
            readers = tuple(_reader(rule, file, columns, translator, places) for rule in own)
            # A domain may fill several tables; its study days are looked at once.
            study_days = None if domain in checked else translator.study_days(file)
            mixed = mixed_of(file, translator.mapping, translator.vocabulary) if table == "readings" else None
            made.parts.append(Part(file, readers, study_days, mixed))
            checked.add(domain)
    return tables


def _reader(
    rule: Rule, file: DomainFile, columns: tuple[str, ...], translator: Translator, places: Places
) -> RuleReader:
    cell = variables_of(file)
    variables = {column: rule.variable(column, cell.places) for column in ("participant", *columns)}
    if rule.table == "participants":
        variables |= translator.attributes(cell.places)
    others = variables | {column: rule.other_variable(column, cell.places) for column in rule.instead}
    offset = places.add(Place(rule, file.path.name, variables, others))
    other = evolve(rule, columns={**rule.columns, **rule.instead})
    return RuleReader(
        rule,
        offset,
        cell,
        translator,
        fillers=tuple(translator.filler(rule, column, cell) for column in columns),
        others=tuple(translator.filler(other, column, cell) for column in columns),
    )


def _columns(table: str, attributes: Mapping[str, str]) -> tuple[str, ...]:
    own = LAYOUTS[table].columns[1:]
    if table != "participants":
        return own
    return tuple(dict.fromkeys((*own, *attributes)))
