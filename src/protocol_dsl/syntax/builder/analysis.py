"""Rules of endpoints, analysis sets, assumptions, amendments and examples."""

from typing import Literal, cast

from lark import Token

from protocol_dsl.base.source import Span
from protocol_dsl.syntax import ast
from protocol_dsl.syntax.builder.expressions import expressions, period, sign_of
from protocol_dsl.syntax.builder.parts import (
    SAID_TWICE,
    Children,
    Parts,
    Said,
    every,
    head_of,
    names,
    one,
    origins,
    points,
    words,
)
from protocol_dsl.syntax.mistakes import incomplete
from protocol_dsl.syntax.session import Mistaken


class AnalysisRules(Parts):
    """A method for each rule; its docstring shows the text."""

    analysis_head = Parts.head
    endpoint_head = Parts.head
    assumption_head = Parts.head
    amendment_head = Parts.head
    retire_head = Parts.head
    example_head = Parts.head

    def called(self, c: Children, word: str) -> tuple[ast.Name, ast.Title]:
        """Name and title in the head of a declaration."""
        name = one(head_of(c), ast.Name)
        return name, self.title(head_of(c), f"{word} {name.text}")

    # -------------------------------------------------------------------------- analysis sets
    def set_base(self, c: Children) -> Said:
        """``randomized``."""
        return Said("base", words(c), self.place(c))

    def set_part(self, c: Children) -> ast.Name:
        """``missed visit`` or a name; the checker looks for it."""
        return ast.Name(str(one(c, Said).value), span=self.place(c))

    def without(self, c: Children) -> Said:
        """``without eligibility, D1``."""
        return Said("without", every(c, ast.Name), self.place(c))

    def analysis(self, c: Children) -> ast.AnalysisSet:
        """``analysis set ITT "..." is randomized``."""
        head = self.called(c, "analysis set")
        base = cast('Literal["randomized", "treated", "everyone"]', one(head_of(c), Said).value)
        left_out = self.said(c, "without")
        without = cast("tuple[ast.Name, ...]", left_out.value) if left_out else ()
        return ast.AnalysisSet(*head, base, without, origins(c), span=self.place(c))

    # ------------------------------------------------------------------------------ endpoints
    def rank(self, c: Children) -> Said:
        """``primary``."""
        return Said("rank", words(c), self.place(c))

    def endpoint(self, c: Children) -> ast.Endpoint:
        """``endpoint primary P1 "..." proportion with TEST``."""
        rank = cast('Literal["primary", "secondary", "exploratory"]', one(head_of(c), Said).value)
        parts = self.clauses(c)
        kinds = tuple(part for part in parts if isinstance(part, ENDPOINT_KIND))
        for again in kinds[1:]:
            message = "an endpoint measures one thing, and here is a second one"
            self.session.report(SAID_TWICE.at(self.session.of(again), message, hint="declare a second endpoint"))
        clauses = tuple(part for part in parts if not isinstance(part, ENDPOINT_KIND))
        return ast.Endpoint(
            rank,
            *self.called(c, "endpoint"),
            kinds[0] if kinds else None,
            cast("tuple[ast.EndpointClause, ...]", clauses),
            span=self.place(c),
        )

    def proportion_with(self, c: Children) -> ast.ProportionWith:
        """``proportion with TEST``."""
        return ast.ProportionWith(expressions(c)[0], span=self.place(c))

    def median_of(self, c: Children) -> ast.Average:
        """``median of VALUE``."""
        return ast.Average("median", expressions(c)[0], span=self.place(c))

    def mean_of(self, c: Children) -> ast.Average:
        """``mean of VALUE``."""
        return ast.Average("mean", expressions(c)[0], span=self.place(c))

    def course(self, c: Children) -> ast.Course:
        """``course of cd4 at W0, W4``."""
        return ast.Course(one(c, ast.Name), names(c), span=self.place(c))

    def log10_course(self, c: Children) -> ast.Course:
        """``course of log10 hiv_rna at W0, W4``."""
        return ast.Course(one(c, ast.Name), names(c), log10=True, span=self.place(c))

    def time_to_visit(self, c: Children) -> ast.TimeToFirst:
        """``time from W0 to first visit with cd4 >= 200 cells/mm3``."""
        comparison = (str(sign_of(c)), one(c, ast.Amount))
        return ast.TimeToFirst(points(c)[0], one(c, ast.Name), comparison, span=self.place(c))

    def time_to_event(self, c: Children) -> ast.TimeToFirst:
        """``time from W0 to first cdc_event or relapse``."""
        return ast.TimeToFirst(points(c)[0], None, None, every(c, ast.EventPattern), span=self.place(c))

    def events_in(self, c: Children) -> ast.EventsIn:
        """``event cdc_event in {B, C} from W0 to W96``."""
        return ast.EventsIn(one(c, ast.EventPattern), self.asked(c), span=self.place(c))

    def count_in(self, c: Children) -> ast.CountIn:
        """``count of regimen_change from W0 to W52``."""
        return ast.CountIn(one(c, ast.EventPattern), self.asked(c), span=self.place(c))

    def worst_grade(self, c: Children) -> ast.WorstGrade:
        """``worst grade of adverse_event related to il2 from W0 to W52``."""
        return ast.WorstGrade(one(c, ast.EventPattern), period(c), span=self.place(c))

    def asked(self, c: Children) -> ast.Period:
        """The period that the grammar promises."""
        found = period(c)
        assert found is not None  # noqa: S101 -- the grammar's promise
        return found

    def analysed_in(self, c: Children) -> ast.AnalysedIn:
        """``analysed in ITT``."""
        return ast.AnalysedIn(names(c), span=self.place(c))

    def missing_rule(self, c: Children) -> Said:
        """``observed only``."""
        return Said("rule", words(c), self.place(c))

    def missing_counts(self, c: Children) -> ast.MissingCounts:
        """``missing counts as failure, observed only``."""
        rules = tuple(cast("ast.MissingRule", said.value) for said in every(c, Said))
        return ast.MissingCounts(rules, span=self.place(c))

    def compare(self, c: Children) -> ast.Compare:
        """``compare arms by fisher``."""
        return ast.Compare(names(c), span=self.place(c))

    def confidence(self, c: Children) -> ast.Confidence:
        """``confidence 95%``."""
        return ast.Confidence(one(c, ast.Amount), span=self.place(c))

    def competing(self, c: Children) -> ast.Competing:
        """``competing death``."""
        return ast.Competing(names(c), span=self.place(c))

    def censored_at(self, c: Children) -> ast.CensoredAt:
        """``censored at last CT``."""
        return ast.CensoredAt(names(c), span=self.place(c))

    def endpoint_window(self, c: Children) -> ast.Window:
        """``analysis window -14 to +14 days``."""
        return one(c, ast.Window)

    # --------------------------------------------------------------- assumptions and amendments
    def affects(self, c: Children) -> Said:
        """``affects il2, W4``."""
        return Said("affects", names(c), self.place(c))

    def assumption(self, c: Children) -> ast.Assumption:
        """``assumption A1 "..." because "..." affects il2``."""
        head = self.called(c, "assumption")
        affected = self.said(c, "affects")
        clauses = origins(c)
        because = next((clause for clause in clauses if isinstance(clause, ast.Because)), None)
        return ast.Assumption(
            *head,
            because,
            cast("tuple[ast.Name, ...]", affected.value) if affected else (),
            tuple(clause for clause in clauses if clause is not because),
            span=self.place(c),
        )

    def in_force(self, c: Children) -> Said:
        """``in force 2005-06-01``."""
        return Said("in force", one(c, ast.DateLiteral), self.place(c))

    def in_force_at_site(self, c: Children) -> ast.SiteDate:
        """``in force 2005-07-01 at site "02"``."""
        return ast.SiteDate(one(c, ast.DateLiteral), one(c, ast.Title), span=self.place(c))

    def amendment(self, c: Children) -> ast.Amendment:
        """``amendment AM1 "..." in force 2005-06-01``."""
        head = self.called(c, "amendment")
        said, sites = self.said(c, "in force"), every(c, ast.SiteDate)
        if said is None and not sites:
            raise Mistaken(incomplete(self.place(c), f"amendment {head[0].text}", "in force 2005-06-01"))
        date = cast("ast.DateLiteral", said.value) if said else None
        return ast.Amendment(*head, date, sites, origins(c), span=self.place(c))

    def retire(self, c: Children) -> ast.Retire:
        """``retire W4, I7 since AM1``."""
        head = head_of(c)
        amendment = one(head, ast.Name)
        since = ast.Since(amendment, span=amendment.span)
        return ast.Retire(names(head), since, origins(c), span=self.place(c))

    # ------------------------------------------------------------------------------- examples
    def row(self, c: Children) -> ast.Row:
        """``| 199 cells/mm3 | met |``."""
        token = one(c, Token)
        return ast.Row(split_cells(self.place(c), str(token.value)[:-1], "|", 1), span=self.place(c))

    def given(self, c: Children) -> ast.Given:
        """``given randomization 2004-06-14, arm active``."""
        line = str(one(c, Token).value)
        cells = split_cells(self.place(c), line, ",", len("given"))
        return ast.Given(tuple(cell for cell in cells if cell.text), span=self.place(c))

    def expect(self, c: Children) -> ast.Expect:
        """``expect cycle 1 of il2 on 2004-06-28``."""
        line = str(one(c, Token).value)
        return ast.Expect(split_cells(self.place(c), line, "\0", len("expect"))[0], span=self.place(c))

    def example(self, c: Children) -> ast.Example:
        """``example "..."`` and its lines."""
        title = self.title(head_of(c), "this example")
        return ast.Example(title, every(c, ast.Row), every(c, ast.Given), every(c, ast.Expect), span=self.place(c))


def split_cells(whole: Span, line: str, separator: str, skip: int) -> tuple[ast.Cell, ...]:
    """The parts of a line between separators, trimmed and with single blanks, after ``skip`` characters."""
    found = []
    offset = skip
    for part in line[skip:].split(separator):
        # A row that was mended is longer than what the author wrote; its cells end where the line does.
        begin = min(whole.start + offset + len(part) - len(part.lstrip()), whole.end)
        end = min(begin + len(part.strip()), whole.end)
        found.append(ast.Cell(" ".join(part.split()), span=Span(whole.file, begin, end)))
        offset += len(part) + len(separator)
    return tuple(found)


ENDPOINT_KIND = (
    ast.ProportionWith,
    ast.Average,
    ast.Course,
    ast.TimeToFirst,
    ast.EventsIn,
    ast.CountIn,
    ast.WorstGrade,
)
