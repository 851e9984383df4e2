"""What a reading finds besides records: problems, unused rows, rows after the cut-off."""

from collections import Counter
from collections.abc import Sequence

from attrs import define, field

from protocol_dsl.model.records import DataProblem
from protocol_dsl.readers.layout import LAYOUTS
from protocol_dsl.readers.values import NoTextError, cell_text, is_no_number, kind

LONGEST = 200
"""Characters of a cell that a problem shows; a cell may hold a whole file."""

WORDS = frozenset(
    ("participant", "site", "event", "measure", "drug", "treatment", "visit", "code", "related_to", "route", "reason")
)
"""Columns in which no text is out of place."""

NO_TEXT = "this is no text"

ORDER = {table: place for place, table in enumerate(LAYOUTS)}


@define
class Notes:
    """Gathered while records are read; whole once the last one is."""

    problems: list[DataProblem] = field(factory=list)
    unused: Counter[tuple[str, str]] = field(factory=Counter)
    after_cutoff: Counter[str] = field(factory=Counter)

    def problem(  # noqa: PLR0913, PLR0917 - a place has as many parts
        self,
        table: str,
        row: int | None,
        column: str | None,
        value: str,
        words: str,
        participant: str | None = None,
        file: str | None = None,
    ) -> None:
        """Note that ``value`` cannot be used, and why in ``words``."""
        shown = value if len(value) <= LONGEST else f"{value[:LONGEST]}... ({len(value):,} characters)"
        self.problems.append(
            DataProblem(
                table=table, row=row, column=column, value=shown, problem=words, participant=participant, file=file
            )
        )

    def cell(self, table: str, row: int | None, column: str, value: object, participant: str | None = None) -> str:
        """The text of a value of a table that holds more than text.

        A list or the like stays visible as such: whoever reads the column finds that it is no date, number or unit.
        In a column of names and free words, where anything goes, it is noted here and left out; so are NaN and the
        infinities, which name nobody and nothing. That a row names no participant is told by whoever reads it.
        """
        folded = column.strip().lower()
        try:
            text = cell_text(value)
        except NoTextError as error:
            if folded not in WORDS:
                return kind(value)
            self.problem(table, row, column, kind(value), str(error), participant=participant)
            return ""
        if folded not in WORDS or not is_no_number(value, text):
            return text
        if folded != "participant":
            self.problem(table, row, column, text, NO_TEXT, participant=participant)
        return ""

    def listed(self) -> Sequence[DataProblem]:
        """The problems in an order that does not depend on the order of rows."""
        return sorted(self.problems, key=_place)


def _place(problem: DataProblem) -> tuple[int, str, str, str, str, str, int]:
    return (
        ORDER.get(problem.table, len(ORDER)),
        problem.participant or "",
        problem.column or "",
        problem.value,
        problem.problem,
        problem.file or "",
        problem.row or 0,
    )
