"""Which planned visit a VISITNUM and a VISIT name."""

from collections.abc import Callable
from typing import TypeAlias

from protocol_dsl.base.values import frozen
from protocol_dsl.readers.notes import Notes
from protocol_dsl.readers.sdtm.context import Variables
from protocol_dsl.readers.sdtm.domains import plain
from protocol_dsl.readers.sdtm.mapping import Rule, SdtmMapping
from protocol_dsl.readers.sdtm.vocabulary import Vocabulary
from protocol_dsl.readers.sources import Cells

Filler: TypeAlias = Callable[[Cells, Notes, int], str]


@frozen
class VisitLabels:
    """By the mapping, else by the number as a code of the protocol, else by the label as a name or title."""

    mapping: SdtmMapping
    vocabulary: Vocabulary

    def filler(self, rule: Rule, variables: tuple[str, ...], cell: Variables) -> Filler:
        """What fills the column ``visit``."""
        is_visit = rule.table == "visits"
        number_variable = variables[0] if variables else ""
        label_variable = variables[1] if len(variables) > 1 else ""

        def fill(cells: Cells, notes: Notes, number: int) -> str:
            visit_number, label = plain(cell(cells, number_variable)), cell(cells, label_variable)
            participant = cell(cells, rule.participant) or None
            mapped = self.mapping.word("visits", visit_number) or self.mapping.word("visits", label)
            if mapped:
                return mapped
            if visit_number and not _is_number(visit_number):
                if is_visit:
                    words = "a visit number is a number; the visit goes by its label"
                    notes.problem(rule.domain, number, number_variable, visit_number, words, participant=participant)
                return label or visit_number
            by_number, by_label = self.vocabulary.visit(visit_number, label)
            if is_visit and by_number and by_label and by_number != by_label:
                words = f"the number is that of {by_number}, the label ({label}) that of {by_label}; the number counts"
                notes.problem(rule.domain, number, number_variable, visit_number, words, participant=participant)
            return by_number or label or visit_number

        return fill


def _is_number(text: str) -> bool:
    return text.isascii() and text.removeprefix("-").replace(".", "", 1).isdecimal()
