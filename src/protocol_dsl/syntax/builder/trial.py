"""Rules of the file's own declarations, eligibility, visits and deviations."""

from typing import Literal, cast

from lark import Token

from protocol_dsl.syntax import ast
from protocol_dsl.syntax.builder.expressions import expressions
from protocol_dsl.syntax.builder.parts import (
    Children,
    Figure,
    Group,
    Parts,
    Said,
    every,
    flat,
    head_of,
    maybe,
    names,
    one,
    origins,
    points,
    words,
)
from protocol_dsl.syntax.mistakes import CATEGORIES, incomplete, no_category
from protocol_dsl.syntax.session import Mistaken


class TrialRules(Parts):
    """A method for each rule; its docstring shows the text."""

    protocol_head = Parts.head
    library_head = Parts.head
    anchor_head = Parts.head
    define_head = Parts.head
    eligibility_head = Parts.head
    inclusion_head = Parts.head
    exclusion_head = Parts.head
    prohibit_head = Parts.head
    visit_head = Parts.head
    visits_head = Parts.head
    at_head = Parts.head
    class_head = Parts.head
    participation_head = Parts.head
    interval_head = Parts.head
    deviation_head = Parts.head
    grades_head = Parts.head

    def named_head(self, c: Children, word: str) -> tuple[ast.Name, ast.Title]:
        """Name and title in the head of a declaration."""
        name = one(head_of(c), ast.Name)
        return name, self.title(head_of(c), f"{word} {name.text}")

    # ------------------------------------------------------------------------ the file's own
    def protocol(self, c: Children) -> ast.Header:
        """``protocol ANRS123 "..."``."""
        clauses = cast("tuple[ast.HeaderClause, ...]", self.clauses(c))
        return ast.Header("protocol", *self.named_head(c, "protocol"), clauses, span=self.place(c))

    def library(self, c: Children) -> ast.Header:
        """``library hiv "..."``."""
        clauses = cast("tuple[ast.HeaderClause, ...]", self.clauses(c))
        return ast.Header("library", *self.named_head(c, "library"), clauses, span=self.place(c))

    def language(self, c: Children) -> ast.Language:
        """``language 1``."""
        return ast.Language(self.whole(one(c, Figure)), span=self.place(c))

    def registered(self, c: Children) -> ast.Registered:
        """``registered NCT00113282, EUDRACT "2004-001329-29"``."""
        numbers = tuple(part for part in every(c, object) if isinstance(part, ast.Name | ast.Code))
        return ast.Registered(numbers, span=self.place(c))

    def bare_number(self, c: Children) -> ast.Name:
        """``NCT00113282``."""
        return one(c, ast.Name)

    def sponsor(self, c: Children) -> ast.Sponsor:
        """``sponsor "..."``."""
        return ast.Sponsor(one(c, ast.Title), span=self.place(c))

    def design(self, c: Children) -> ast.Design:
        """``design phase 2, randomized``: the line as written."""
        line = str(one(c, Token)).removeprefix("design")
        parts = (" ".join(part.split()) for part in line.split(","))
        return ast.Design(tuple(part for part in parts if part), span=self.place(c))

    def planned(self, c: Children) -> ast.Planned:
        """``planned 98 participants``."""
        return ast.Planned(self.whole(one(c, Figure)), span=self.place(c))

    def enrolled(self, c: Children) -> ast.Enrolled:
        """``enrolled 57 participants``."""
        return ast.Enrolled(self.whole(one(c, Figure)), span=self.place(c))

    def source(self, c: Children) -> ast.Source:
        """``source REG "..." in "sources/NCT00113282.txt"``."""
        name = one(c, ast.Name)
        inside = next((i for i, part in enumerate(c) if isinstance(part, Token) and part.type == "IN"), len(c))
        title = self.title(c[:inside], f"source {name.text}")
        return ast.Source(name, title, maybe(c[inside:], ast.Title), span=self.place(c))

    def use(self, c: Children) -> ast.Use:
        """``use hiv (cd4, hiv_rna)``."""
        return ast.Use(one(c, ast.Name), names(c), span=self.place(c))

    def anchor(self, c: Children) -> ast.Anchor:
        """``anchor W0 is randomization``, ``anchor PD is first progression``."""
        name, *milestone = every(head_of(c), ast.Name)
        day = maybe(head_of(c), ast.EventPattern) or milestone[0]
        return ast.Anchor(name, day, origins(c), span=self.place(c))

    def define(self, c: Children) -> ast.Define:
        """``define low_cd4 "..." as TEST``."""
        expression = expressions(head_of(c))[0]
        return ast.Define(*self.named_head(c, "define"), expression, origins(c), span=self.place(c))

    # --------------------------------------------------------------------------- eligibility
    def eligibility(self, c: Children) -> ast.EligibilityAt:
        """``eligibility at SCR``."""
        return ast.EligibilityAt(points(head_of(c))[0], origins(c), span=self.place(c))

    def require(self, c: Children) -> Said:
        """``require TEST``."""
        return Said("require", expressions(c)[0], self.place(c))

    def exclude_if(self, c: Children) -> Said:
        """``exclude if TEST``."""
        return Said("exclude if", expressions(c)[0], self.place(c))

    def tested(self, c: Children, what: str) -> ast.Expression | None:
        """The test of the one clause ``what``."""
        found = self.said(c, what)
        return cast("ast.Expression", found.value) if found else None

    def inclusion(self, c: Children) -> ast.Criterion:
        """``inclusion I5 "..." require TEST``."""
        head = self.named_head(c, "inclusion")
        return ast.Criterion("inclusion", *head, self.tested(c, "require"), origins(c), span=self.place(c))

    def exclusion(self, c: Children) -> ast.Criterion:
        """``exclusion X1 "..." exclude if TEST``."""
        head = self.named_head(c, "exclusion")
        return ast.Criterion("exclusion", *head, self.tested(c, "exclude if"), origins(c), span=self.place(c))

    def prohibit(self, c: Children) -> ast.Prohibit:
        """``prohibit interferon from W0 to W52``."""
        drugs, period = head_of(c)[1:]
        return ast.Prohibit(
            cast("ast.Name", drugs), cast("ast.FromTo | ast.During", period), origins(c), span=self.place(c)
        )

    # -------------------------------------------------------------------------------- visits
    def planned_visit(self, c: Children) -> ast.PlannedVisit:
        """``screening "Screening" at SCR``, ``CT at M3 and M6``, ``C at cycle day 1, 8 of chemo``."""
        several = maybe(c, Group)
        first, *further = points(several.items) if several else (next(iter(points(c)), None),)
        name, title, days = one(c, ast.Name), maybe(c, ast.Title), maybe(c, ast.CycleDays)
        return ast.PlannedVisit(name, title, first, tuple(further), days, span=self.place(c))

    def telephone(self, c: Children) -> Said:
        """``by telephone``."""
        return Said("by telephone", value=True, span=self.place(c))

    def visit(self, c: Children) -> ast.Visits:
        """``visit W0 "Baseline"``, ``visits W64, W76``."""
        head = head_of(c)
        clauses = cast("tuple[ast.VisitClause, ...]", self.clauses(c))
        by_telephone = bool(every(head, Said))
        return ast.Visits(every(head, ast.PlannedVisit), by_telephone, clauses, span=self.place(c))

    visits = visit

    def visit_class(self, c: Children) -> ast.VisitClass:
        """``class clinic "Clinic visit"``."""
        clauses = cast("tuple[ast.ClassClause, ...]", self.clauses(c))
        by_telephone = bool(every(head_of(c), Said))
        return ast.VisitClass(*self.named_head(c, "class"), by_telephone, clauses, span=self.place(c))

    def of_class(self, c: Children) -> ast.OfClass:
        """``class clinic``."""
        return ast.OfClass(one(c, ast.Name), span=self.place(c))

    def either(self, c: Children) -> ast.Either:
        """``one of (chest_xray, chest_ct)``."""
        return ast.Either(names(c), span=self.place(c))

    def assess(self, c: Children) -> ast.Assess:
        """``assess cd4, one of (chest_xray, chest_ct)``."""
        parts = tuple(part for part in flat(c) if isinstance(part, ast.Name | ast.Either))
        return ast.Assess(parts, span=self.place(c))

    def in_arms(self, c: Children) -> ast.InArms:
        """``arms active``."""
        return ast.InArms(names(c), span=self.place(c))

    def grace(self, c: Children) -> ast.Grace:
        """``grace 7 days``."""
        return ast.Grace(one(c, ast.Amount), span=self.place(c))

    def analysis_window(self, c: Children) -> ast.AnalysisWindow:
        """``analysis window -14 to +14 days``."""
        return ast.AnalysisWindow(one(c, ast.Window), span=self.place(c))

    def at(self, c: Children) -> ast.AlsoAssess:
        """``at W52, W76 also assess hiv_dna``."""
        head = head_of(c)
        return ast.AlsoAssess(names(head), one(head, ast.Assess), origins(c), span=self.place(c))

    def participation(self, c: Children) -> ast.ParticipationEnds:
        """``participation ends at W96``."""
        return ast.ParticipationEnds(points(head_of(c))[0], origins(c), span=self.place(c))

    # ---------------------------------------------------------------------------- deviations
    def at_most(self, c: Children) -> Said:
        """``at most 14 days from SCR to W0``."""
        return Said("interval", ("at most", one(c, ast.Amount), *points(c)), self.place(c))

    def at_least_between(self, c: Children) -> Said:
        """``at least 14 days from SCR to W0``."""
        return Said("interval", ("at least", one(c, ast.Amount), *points(c)), self.place(c))

    def interval(self, c: Children) -> ast.RequiredInterval:
        """``interval entry "..." at most 14 days from SCR to W0``."""
        head = self.named_head(c, "interval")
        said = self.said(c, "interval")
        if said is None:
            raise Mistaken(incomplete(self.place(c), f"interval {head[0].text}", "at most 14 days from SCR to W0"))
        bound, length, start, end = cast(
            'tuple[Literal["at most", "at least"], ast.Amount, ast.Point, ast.Point]', said.value
        )
        return ast.RequiredInterval(*head, bound, length, start, end, origins(c), span=self.place(c))

    def when(self, c: Children) -> Said:
        """``when TEST``."""
        return Said("when", expressions(c)[0], self.place(c))

    def deviation_category(self, c: Children) -> Said:
        """``category prohibited medication``."""
        return Said("category", self.known_category(one(c, Said)), self.place(c))

    def deviation_grade(self, c: Children) -> Said:
        """``grade important``."""
        return Said("grade", one(c, Said).value, self.place(c))

    def deviation(self, c: Children) -> ast.Deviation:
        """``deviation D1 "..." when TEST``."""
        head = self.named_head(c, "deviation")
        test = self.tested(c, "when")
        category, grade = self.said(c, "category"), self.said(c, "grade")
        return ast.Deviation(
            *head,
            test,
            cast("str", category.value) if category else None,
            cast('Literal["important", "minor"]', grade.value) if grade else None,
            origins(c),
            span=self.place(c),
        )

    def category(self, c: Children) -> Said:
        """``missed visit``."""
        return Said("category of a line", words(c), self.place(c))

    def known_category(self, said: Said) -> str:
        """A category by its words; one that does not exist is reported."""
        category = str(said.value)
        if category not in CATEGORIES:
            self.session.report(no_category(said.span, category))
        return category

    def grade(self, c: Children) -> Said:
        """``important``."""
        return Said("grade of a line", words(c), self.place(c))

    def grade_line(self, c: Children) -> ast.GradeLine:
        """``missed visit at W24, W52 important``."""
        category = self.known_category(c[0]) if isinstance(c[0], Said) else "otherwise"
        grade = cast('Literal["important", "minor"]', every(c, Said)[-1].value)
        visits = names(c) if len(c) > 2 else ()  # noqa: PLR2004 -- more than a category and a grade
        return ast.GradeLine(category, visits, grade, span=self.place(c))

    otherwise = grade_line

    def grades(self, c: Children) -> ast.Grades:
        """``grades`` and its lines."""
        return ast.Grades(every(c, ast.GradeLine), origins(c), span=self.place(c))
