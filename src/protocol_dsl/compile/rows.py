"""The rows of readings that belong to a measure, or to a ladder, and the value of each."""

from sqlglot import exp

from protocol_dsl.base.values import frozen
from protocol_dsl.compile.periods import Bounds
from protocol_dsl.trees import all_of, column


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
            parts.append(day >= bounds.first)
        parts.append(day <= bounds.last)
        return all_of(*parts)
