"""Rules of what the participants' data is called."""

from typing import Literal, cast

from protocol_dsl.base.source import Span
from protocol_dsl.base.values import frozen
from protocol_dsl.syntax import ast
from protocol_dsl.syntax.builder.expressions import expressions
from protocol_dsl.syntax.builder.parts import (
    Children,
    Figure,
    Parts,
    every,
    head_of,
    maybe,
    names,
    one,
    origins,
)
from protocol_dsl.syntax.mistakes import OTHER_WORD
from protocol_dsl.syntax.session import Mistaken


@frozen
class Reach:
    """On which side of its limit a rung of a ladder begins."""

    relation: ast.Relation
    span: Span


class DataRules(Parts):
    """A method for each rule; its docstring shows the text."""

    measure_head = Parts.head
    ladder_head = Parts.head
    drugs_head = Parts.head
    condition_head = Parts.head
    event_head = Parts.head
    milestone_head = Parts.head
    attribute_head = Parts.head
    history_complete = Parts.head
    history_open = Parts.head

    def entitled(self, c: Children, word: str) -> tuple[ast.Name, ast.Title]:
        """Name and title in the head of a declaration."""
        head = head_of(c)
        name = one(head, ast.Name)
        return name, self.title(head, f"{word} {name.text}")

    # ------------------------------------------------------------------------------- measure
    def measure(self, c: Children) -> ast.Measure:
        """``measure cd4 "..." in cells/mm3``."""
        kind = one(head_of(c), cast("type[ast.InUnit | ast.OneOf]", ast.InUnit | ast.OneOf))
        clauses = cast("tuple[ast.MeasureClause, ...]", self.clauses(c))
        return ast.Measure(*self.entitled(c, "measure"), kind, clauses, span=self.place(c))

    def in_unit(self, c: Children) -> ast.InUnit:
        """``in cells/mm3``."""
        return ast.InUnit(one(c, ast.Name), span=self.place(c))

    def one_of(self, c: Children) -> ast.OneOf:
        """``is one of {a, b}``."""
        return ast.OneOf(names(c), span=self.place(c))

    def plausible(self, c: Children) -> ast.Plausible:
        """``plausible 0 cells/mm3 to 3_000 cells/mm3``."""
        low, high = every(c, ast.Amount)
        return ast.Plausible(low, high, span=self.place(c))

    def may_be_negative(self, c: Children) -> ast.MayBeNegative:
        """``may be negative``."""
        return ast.MayBeNegative(span=self.place(c))

    def converts(self, c: Children) -> ast.Converts:
        """``converts 1 mmol/L to 18.016 mg/dL``."""
        source, target = every(c, ast.Amount)
        return ast.Converts(source, target, span=self.place(c))

    def normal(self, c: Children) -> ast.Normal:
        """``normal for female 7 U/L to 35 U/L``."""
        low, high = every(c, ast.Amount)
        return ast.Normal(low, high, maybe(c, ast.Name), span=self.place(c))

    # -------------------------------------------------------------------------------- ladder
    def ladder(self, c: Children) -> ast.Ladder:
        """``ladder alt_grade "..." of alt``."""
        measure = every(head_of(c), ast.Name)[1]
        clauses = cast("tuple[ast.Rung | ast.OriginClause, ...]", self.clauses(c))
        return ast.Ladder(*self.entitled(c, "ladder"), measure, clauses, span=self.place(c))

    def rung(self, c: Children) -> ast.Rung:
        """``grade 2 from 2.6 times upper limit of alt``."""
        (limit,) = expressions(c)
        return ast.Rung(self.whole(one(c, Figure)), one(c, Reach).relation, limit, span=self.place(c))

    def rung_relation(self, c: Children) -> Reach:
        """``from``, ``above``, ``to``, ``below``."""
        return Reach(cast("ast.Relation", str(c[0])), self.place(c))

    # ---------------------------------------------------------------- drugs, conditions, events
    def drugs(self, c: Children) -> ast.Drugs:
        """``drugs NRTI "..."``."""
        clauses = cast("tuple[ast.DrugsClause, ...]", self.clauses(c))
        return ast.Drugs(*self.entitled(c, "drugs"), clauses, span=self.place(c))

    def drug(self, c: Children) -> ast.Drug:
        """``zidovudine J05AF01``."""
        name, *atc = every(c, ast.Name)
        return ast.Drug(name, atc[0] if atc else None, span=self.place(c))

    def members(self, c: Children) -> ast.Members:
        """``members zidovudine J05AF01, lamivudine``."""
        return ast.Members(every(c, ast.Drug), span=self.place(c))

    def includes(self, c: Children) -> ast.Includes:
        """``includes NRTI, NNRTI``."""
        return ast.Includes(names(c), span=self.place(c))

    def condition(self, c: Children) -> ast.Condition:
        """``condition hiv1_infection "..."``."""
        clauses = cast("tuple[ast.Codes | ast.OriginClause, ...]", self.clauses(c))
        return ast.Condition(*self.entitled(c, "condition"), clauses, span=self.place(c))

    def event(self, c: Children) -> ast.Event:
        """``event cdc_event "..."``."""
        clauses = cast("tuple[ast.EventClause, ...]", self.clauses(c))
        return ast.Event(*self.entitled(c, "event"), clauses, span=self.place(c))

    def event_category(self, c: Children) -> ast.Category:
        """``category B "Symptomatic" icd10 "B37.0"``."""
        codes = maybe(c, ast.Codes)
        return ast.Category(one(c, ast.Name), maybe(c, ast.Title), codes.codes if codes else (), span=self.place(c))

    def graded(self, c: Children) -> ast.Graded:
        """``grades 1 to 5``."""
        low, high = every(c, Figure)
        return ast.Graded(self.whole(low), self.whole(high), span=self.place(c))

    def milestone(self, c: Children) -> ast.Milestone:
        """``milestone first_injection "..."``."""
        clauses = cast("tuple[ast.Codes | ast.OriginClause, ...]", self.clauses(c))
        return ast.Milestone(*self.entitled(c, "milestone"), clauses, span=self.place(c))

    # --------------------------------------------------------------------- attributes, histories
    def attribute(self, c: Children) -> ast.Attribute:
        """``attribute macrolin "..." is yes or no``."""
        kinds = ast.YesNo | ast.OneOf | ast.InUnit | ast.IsDate
        kind = one(head_of(c), cast("type[ast.YesNo | ast.OneOf | ast.InUnit | ast.IsDate]", kinds))
        return ast.Attribute(*self.entitled(c, "attribute"), kind, origins(c), span=self.place(c))

    def yes_no(self, c: Children) -> ast.YesNo:
        """``is yes or no``."""
        return ast.YesNo(span=self.place(c))

    def is_date(self, c: Children) -> ast.IsDate:
        """``is a date``."""
        first, second = every(c, ast.Name)
        if (first.text, second.text) != ("a", "date"):
            message = f"is {first.text} {second.text} is none of the kinds that an attribute may have"
            hint = "write is yes or no, is one of {...}, in a unit, or is a date"
            raise Mistaken(OTHER_WORD.at(first.span.to(second.span), message, hint=hint))
        return ast.IsDate(span=self.place(c))

    def history(self, c: Children) -> ast.History:
        """``history medications complete``."""
        head = head_of(c)
        state = cast('Literal["complete", "open"]', str(head[-1]))
        return ast.History(one(head, ast.Name), state, origins(c), span=self.place(c))
