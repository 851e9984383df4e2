"""Rules of values, tests and periods."""

from typing import Literal, cast

from attrs import evolve
from lark import Token

from protocol_dsl.base.diagnostics import Edit, Fix
from protocol_dsl.syntax import ast
from protocol_dsl.syntax.builder.parts import Children, Figure, Group, Parts, every, maybe, names, one, points
from protocol_dsl.syntax.habits import OTHER_COMPARISON, SIGNS
from protocol_dsl.syntax.mistakes import OTHER_WORD
from protocol_dsl.syntax.session import Mistaken


def expressions(c: Children) -> tuple[ast.Expression, ...]:
    """The values and tests among the children."""
    return cast("tuple[ast.Expression, ...]", every(c, cast("type[object]", EXPRESSION)))


def period(c: Children) -> ast.Period | None:
    """The period among the children, if there is one."""
    return cast("ast.Period | None", maybe(c, cast("type[object]", PERIOD)))


EXPRESSION = ast.Value | ast.Test
PERIOD = ast.Before | ast.Within | ast.FromTo | ast.During


class ExpressionRules(Parts):
    """A method for each rule; its docstring shows the text."""

    # ------------------------------------------------------------------------------- periods
    def before(self, c: Children) -> ast.Before:
        """``before P``."""
        return ast.Before(points(c)[0], span=self.place(c))

    def within(self, c: Children) -> ast.Within:
        """``within 28 days before P``."""
        return ast.Within(one(c, ast.Amount), points(c)[0], span=self.place(c))

    def from_to(self, c: Children) -> ast.FromTo:
        """``from P to Q``."""
        start, end = points(c)
        return ast.FromTo(start, end, span=self.place(c))

    def during(self, c: Children) -> ast.During:
        """``during washout``."""
        return ast.During(one(c, ast.Name), span=self.place(c))

    # -------------------------------------------------------------------------------- events
    def events(self, c: Children) -> ast.EventPattern:
        """``E in {B, C} of grade at least 3 related to il2``."""
        categories = maybe(c, Group)
        related = every(c, ast.Name)[1:]
        return ast.EventPattern(
            one(c, ast.Name),
            names([categories]) if categories else (),
            maybe(c, ast.Amount),
            related[0] if related else None,
            span=self.place(c),
        )

    def in_categories(self, c: Children) -> Group:
        """``in {B, C}``."""
        return one(c, Group)

    def least_grade(self, c: Children) -> ast.Amount:
        """``of grade at least 3``."""
        return one(c, ast.Amount)

    def related(self, c: Children) -> ast.Name:
        """``related to il2``."""
        return one(c, ast.Name)

    # -------------------------------------------------------------------------------- values
    def parenthesis(self, c: Children) -> object:
        """``( ... )``; around an ``and`` it is kept, for it says how the author reads an ``or`` beside it."""
        inner = c[1]
        return self.deep(evolve(inner, is_grouped=True) if isinstance(inner, ast.And) else inner, c)

    def amount_value(self, c: Children) -> ast.AmountValue:
        """``200 cells/mm3``."""
        return ast.AmountValue(one(c, ast.Amount), span=self.place(c))

    def date_value(self, c: Children) -> ast.DateValue:
        """``2004-06-14``."""
        return ast.DateValue(one(c, ast.DateLiteral), span=self.place(c))

    def named(self, c: Children) -> ast.NamedValue:
        """A word by itself."""
        return ast.NamedValue(self.unit(c), span=self.place(c))

    def age_at(self, c: Children) -> ast.AgeAt:
        """``age at SCR``."""
        return ast.AgeAt(points(c)[0], span=self.place(c))

    def reading_at(self, c: Children) -> ast.ReadingAt:
        """``cd4 at W52``."""
        measure, visit = every(c, ast.Name)
        return ast.ReadingAt(measure, visit, span=self.place(c))

    def pick(self, c: Children) -> Token:
        """``latest``."""
        return one(c, Token)

    average = pick

    def picked(self, c: Children) -> ast.Pick:
        """``latest cd4 before SCR``."""
        choice = cast("ast.Choice", str(c[0]))
        return ast.Pick(choice, one(c, ast.Name), period(c), span=self.place(c))

    def picked_recorded(self, c: Children) -> ast.Pick:
        """``latest recorded cd4 before SCR``."""
        choice = cast("ast.Choice", str(c[0]))
        return ast.Pick(choice, one(c, ast.Name), period(c), recorded=True, span=self.place(c))

    def change(self, c: Children) -> ast.Change:
        """``change in cd4 from W0 to W24``."""
        measure, start, end = every(c, ast.Name)
        return ast.Change(measure, start, end, span=self.place(c))

    def percent_change(self, c: Children) -> ast.Change:
        """``percent change in cd4 from W0 to W24``."""
        measure, start, end = every(c, ast.Name)
        return ast.Change(measure, start, end, percent=True, span=self.place(c))

    def days_from_to(self, c: Children) -> ast.DaysFromTo:
        """``days from SCR to W0``."""
        start, end = points(c)
        return ast.DaysFromTo(start, end, span=self.place(c))

    def count_of(self, c: Children) -> ast.CountOf:
        """``count of regimen_change from W0 to W52``."""
        return ast.CountOf(one(c, ast.EventPattern), period(c), span=self.place(c))

    def log10(self, c: Children) -> ast.Log10:
        """``log10 hiv_rna at W52``."""
        return self.deep(ast.Log10(expressions(c)[0], span=self.place(c)), c)

    def limit_of_normal(self, c: Children) -> ast.LimitOfNormal:
        """``upper limit of alt``."""
        end = cast('Literal["lower", "upper"]', str(c[0]))
        return ast.LimitOfNormal(end, one(c, ast.Name), span=self.place(c))

    def arithmetic(self, c: Children) -> ast.Arithmetic:
        """``a + b``."""
        left, right = expressions(c)
        operator = cast('Literal["+", "-", "*", "/"]', str(c[1]))
        return self.deep(ast.Arithmetic(left, operator, right, span=self.place(c)), c)

    plus = arithmetic
    minus = arithmetic
    multiplied = arithmetic
    divided = arithmetic

    def times(self, c: Children) -> ast.Times:
        """``3 times VALUE``."""
        figure = one(c, Figure)
        number = ast.Amount(figure.number, span=figure.span)
        return self.deep(ast.Times(number, expressions(c)[0], span=self.place(c)), c)

    def rounded(self, c: Children) -> ast.Rounded:
        """``VALUE rounded to 2 decimals``."""
        decimals = self.whole(one(c, Figure))
        return self.deep(ast.Rounded(expressions(c)[0], decimals, span=self.place(c)), c)

    # --------------------------------------------------------------------------------- tests
    def operator(self, c: Children) -> Token:
        """``<=``; the signs ``≤ ≥ ≠`` are reported and read as what they mean."""
        token = one(c, Token)
        sign = SIGNS.get(str(token.value))
        if sign is None:
            return token
        span = self.session.token(token)
        fix = Fix(f"write {sign}", (Edit(span, sign),))
        self.session.report(OTHER_COMPARISON.at(span, f"write {sign}, not {token}", fix=fix))
        return Token(token.type, sign, token.start_pos, end_pos=token.end_pos)

    def comparison(self, c: Children) -> ast.Comparison:
        """``a <= b``."""
        left, right = expressions(c)
        return self.deep(ast.Comparison(left, sign_of(c), right, span=self.place(c)), c)

    def between(self, c: Children) -> ast.Between:
        """``a between b and c``."""
        value, low, high = expressions(c)
        return self.deep(ast.Between(value, low, high, span=self.place(c)), c)

    def is_choice(self, c: Children) -> ast.Is:
        """``macrolin is yes``."""
        return self.deep(ast.Is(expressions(c)[0], one(c, ast.Name), span=self.place(c)), c)

    def is_in(self, c: Children) -> ast.IsIn:
        """``status is in {a, b}``."""
        return self.deep(ast.IsIn(expressions(c)[0], names(c), span=self.place(c)), c)

    def is_recorded(self, c: Children) -> ast.IsRecorded:
        """``cd4 at W0 is recorded``."""
        return self.deep(ast.IsRecorded(expressions(c)[0], span=self.place(c)), c)

    def is_confirmed(self, c: Children) -> ast.IsConfirmed:
        """``hiv1_infection is confirmed before SCR``."""
        subject = expressions(c)[0]
        if not isinstance(subject, ast.NamedValue):
            message = "only a condition is confirmed, by its name"
            raise Mistaken(OTHER_WORD.at(subject.span, message, hint="such as hiv1_infection is confirmed"))
        return ast.IsConfirmed(subject.name, period(c), span=self.place(c))

    def exposed_to(self, c: Children) -> ast.ExposedTo:
        """``exposed to NRTI before SCR``."""
        return ast.ExposedTo(one(c, ast.Name), period(c), span=self.place(c))

    def on_drugs(self, c: Children) -> ast.OnDrugs:
        """``on NRTI at SCR``."""
        return ast.OnDrugs(one(c, ast.Name), points(c)[0], span=self.place(c))

    def any_of(self, c: Children) -> ast.Happens:
        """``any cdc_event from W0 to W52``."""
        return ast.Happens("any", one(c, ast.EventPattern), period(c), span=self.place(c))

    def no_of(self, c: Children) -> ast.Happens:
        """``no cdc_event before W0``."""
        return ast.Happens("no", one(c, ast.EventPattern), period(c), span=self.place(c))

    def consecutive(self, c: Children) -> ast.Consecutive:
        """``consecutive hiv_rna > 10_000 copies/mL from W0 to W52``."""
        asked = period(c)
        assert asked is not None  # noqa: S101 -- the grammar's promise
        node = ast.Consecutive(one(c, ast.Name), sign_of(c), expressions(c)[0], asked, span=self.place(c))
        return self.deep(node, c)

    def at_least(self, c: Children) -> ast.AtLeast:
        """``at least 2 of (a, b, c)``."""
        count = self.whole(one(c, Figure))
        return self.deep(ast.AtLeast(count, expressions(c), span=self.place(c)), c)

    def and_(self, c: Children) -> ast.And:
        """``a and b``."""
        return self.deep(ast.And(expressions(c), span=self.place(c)), c)

    def or_(self, c: Children) -> ast.Or:
        """``a or b``."""
        return self.deep(ast.Or(expressions(c), span=self.place(c)), c)

    def not_(self, c: Children) -> ast.Not:
        """``not a``."""
        return self.deep(ast.Not(expressions(c)[0], span=self.place(c)), c)


def sign_of(c: Children) -> ast.Operator:
    """The comparison sign among the children."""
    token = next(child for child in c if isinstance(child, Token) and child.type == "OPERATOR")
    return cast("ast.Operator", str(token.value))
