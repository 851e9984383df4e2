"""Rules of plans that go on: until when, in which cycles, and the days worked out from what was given."""

from protocol_dsl.syntax import ast
from protocol_dsl.syntax.builder.expressions import expressions
from protocol_dsl.syntax.builder.parts import (
    STUDY_TIME,
    Children,
    Figure,
    Group,
    Parts,
    every,
    maybe,
    one,
    points,
    stops,
)


class StopRules(Parts):
    """A method for each rule; its docstring shows the text."""

    def until(self, c: Children) -> Group:
        """``until progression, death or 2 years after W0, whichever is first``."""
        return Group(tuple(part for part in every(c, object) if isinstance(part, ast.Stop)), self.place(c))

    def next_stop(self, c: Children) -> ast.Stop:
        """``or death``."""
        return next(part for part in c if isinstance(part, ast.Stop))

    def whichever(self, c: Children) -> None:
        """``, whichever is first``: says how the list is meant anyway."""

    def until_test(self, c: Children) -> ast.Stop:
        """``latest cd4 before W0 > 500 cells/mm3``; a name alone may also stand for an event or a point."""
        found = expressions(c)[0]
        if isinstance(found, ast.NamedValue) and STUDY_TIME.fullmatch(found.name.text):
            return ast.StopAt(ast.NamedPoint(found.name, span=self.place(c)), span=self.place(c))
        if isinstance(found, ast.NamedValue):
            return ast.StopNamed(found.name, span=self.place(c))
        return ast.StopWhen(found, span=self.place(c))

    def until_events(self, c: Children) -> ast.StopOn:
        """``adverse_event of grade at least 4``."""
        return ast.StopOn(one(c, ast.EventPattern), span=self.place(c))

    def until_point(self, c: Children) -> ast.StopAt:
        """``2 years after W0``."""
        return ast.StopAt(one(c, ast.OffsetPoint), span=self.place(c))

    def first_dose(self, c: Children) -> ast.DosePoint:
        """``first dose of chemo``."""
        return ast.DosePoint("first", one(c, ast.Name), span=self.place(c))

    def last_dose(self, c: Children) -> ast.DosePoint:
        """``last dose of chemo``, ``last dose``."""
        return ast.DosePoint("last", maybe(c, ast.Name), span=self.place(c))

    def cycle_start(self, c: Children) -> ast.CyclePoint:
        """``cycle 2 of chemo``."""
        return ast.CyclePoint(self.whole(one(c, Figure)), one(c, ast.Name), span=self.place(c))

    def days_of_cycles(self, c: Children) -> ast.CycleDays:
        """``cycle day 1, 8, 15 of chemo``."""
        days = tuple(self.whole(figure) for figure in every(c, Figure))
        return ast.CycleDays(days, one(c, ast.Name), span=self.place(c))

    def next_day(self, c: Children) -> Figure:
        """``, 8``."""
        return one(c, Figure)

    def moment(self, c: Children) -> Group:
        """``M3 and M6``."""
        return Group(points(c), self.place(c))

    def then_every(self, c: Children) -> ast.ThenEvery:
        """``then every 6 months until progression or death``."""
        return ast.ThenEvery(one(c, ast.Amount), stops(c), span=self.place(c))

    def only(self, c: Children) -> ast.Only:
        """``only in C2 on, every second cycle``."""
        return ast.Only(every(c, ast.CycleRange), maybe(c, ast.Name), span=self.place(c))

    def every_few(self, c: Children) -> ast.Name:
        """``, every second cycle``."""
        return one(c, ast.Name)
