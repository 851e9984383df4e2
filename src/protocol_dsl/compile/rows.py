"""The rows of readings that belong to a measure, and the value of each: of a ladder its grade."""

from sqlglot import exp

from protocol_dsl.base.values import frozen
from protocol_dsl.compile.gather import Gather
from protocol_dsl.compile.ladders import graded
from protocol_dsl.compile.periods import Bounds
from protocol_dsl.compile.tables import column
from protocol_dsl.compile.truth import all_hold


@frozen
class Rows:
    """The readings of a measure: its number in the table, and the ends of a row's value, null where it is empty."""

    measure: int
    low: exp.Expr
    high: exp.Expr

    def belonging(self, bounds: Bounds) -> exp.Expr:
        """Whether a row is one of them and lies in the period."""
        day = column("day")
        parts: list[exp.Expr] = [column("measure").eq(self.measure)]
        if bounds.first is not None:
            parts.append(day.copy() >= bounds.first.copy())
        parts.append(day.copy() <= bounds.last.copy())
        return all_hold(parts)


def rows_of(name: str, gather: Gather) -> Rows:
    """The readings of a measure or of a ladder."""
    ladder = next((one for one in gather.model.vocabulary.ladders if one.name == name), None)
    if ladder is None:
        return Rows(gather.layout.measure_number(name), column("low"), column("high"))
    return Rows(gather.layout.measure_number(ladder.measure), *graded(ladder, gather))
