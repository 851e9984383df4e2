"""A domain with what its supplement says of its rows: SUPP-- joined to its parent."""

from collections.abc import Iterator
from pathlib import Path

from attrs import field

from protocol_dsl.base.values import frozen
from protocol_dsl.readers.notes import Notes
from protocol_dsl.readers.sdtm.context import variables_of
from protocol_dsl.readers.sdtm.domains import DomainFile, plain
from protocol_dsl.readers.sources import Cells

Key = tuple[str, str, str]
"""USUBJID, IDVAR, IDVARVAL; the latter two are empty where the supplement is about the participant."""

NEEDED = ("USUBJID", "QNAM", "QVAL")


@frozen
class Supplemented:
    """A domain whose rows go on with variables of its supplement."""

    parent: DomainFile
    supplement: DomainFile
    added: tuple[str, ...]
    _values: dict[Key, dict[str, tuple[int, str]]] = field(alias="values")

    @property
    def domain(self) -> str:
        """The parent's letters."""
        return self.parent.domain

    @property
    def path(self) -> Path:
        """The parent's file."""
        return self.parent.path

    @property
    def variables(self) -> tuple[str, ...]:
        """The parent's variables, then those added."""
        return (*self.parent.variables, *self.added)

    def rows(self, notes: Notes) -> Iterator[tuple[int, Cells]]:
        """The parent's rows; what finds no row is noted at the end."""
        cell = variables_of(self.parent)
        keys = dict.fromkeys(key[1] for key in self._values)
        left = set(self._values)
        for number, cells in self.parent.rows(notes):
            participant = cell(cells, "USUBJID")
            found: dict[str, str] = {}
            for name in keys:
                key = (participant, name, plain(cell(cells, name)) if name else "")
                if key in self._values:
                    left.discard(key)
                    found |= {variable: text for variable, (_, text) in self._values[key].items()}
            yield number, [*cells, *(found.get(name, "") for name in self.added)]
        for key in sorted(left):
            participant, name, value = key
            for row, _ in self._values[key].values():
                words = (
                    f"no row of {self.domain} has {name} {value}" if name else f"{self.domain} has no such participant"
                )
                column = "IDVARVAL" if name else "USUBJID"
                notes.problem(self.supplement.domain, row, column, value or participant, words, participant=participant)


def join(parent: DomainFile, supplement: DomainFile, wanted: frozenset[str], notes: Notes) -> DomainFile:
    """``parent`` with the ``wanted`` variables that its supplement has; these, and no more, are kept in memory.

    Raises:
        UnreadableError: The supplement cannot be read to its end.
    """
    cell = variables_of(supplement)
    for variable in NEEDED:
        if variable not in cell.places:
            notes.problem(supplement.domain, None, variable, "", f"there is no variable {variable}; it is not read")
            return parent
    values: dict[Key, dict[str, tuple[int, str]]] = {}
    for number, cells in supplement.rows(notes):
        name, text = cell(cells, "QNAM").upper(), cell(cells, "QVAL")
        if name not in wanted or name in parent.variables:
            continue
        by = cell(cells, "IDVAR").upper()
        participant = cell(cells, "USUBJID")
        key = (participant, by, plain(cell(cells, "IDVARVAL")) if by else "")
        said = values.setdefault(key, {})
        if name in said and said[name][1] != text:
            words = f"{name} of this row has another value in row {said[name][0]}; neither is used"
            notes.problem(supplement.domain, number, "QVAL", text, words, participant=participant or None)
            text = ""
        said[name] = (number, text)
    added = tuple(sorted({name for said in values.values() for name in said}))
    return Supplemented(parent, supplement, added, values) if added else parent
