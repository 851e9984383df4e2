"""Declarations and whole files as text."""

from collections.abc import Iterable, Sequence
from typing import assert_never

from protocol_dsl.syntax import ast
from protocol_dsl.syntax.printer import clauses
from protocol_dsl.syntax.printer.clauses import quoted
from protocol_dsl.syntax.printer.expressions import (
    amount,
    cycle_days,
    events,
    names,
    print_expression,
    print_period,
    print_point,
)

INDENT = "  "


def print_file(file: ast.File) -> str:
    """A whole text; declarations of one line and of one kind stand together, others apart."""
    parts: list[str] = []
    before: tuple[type, bool] | None = None
    for node in file.declarations:
        words = print_declaration(node)
        now = (type(node), "\n" not in words)
        if before is not None and not (before == now and now[1]):
            parts.append("")
        parts.append(words)
        before = now
    return "\n".join([*parts, ""]) if parts else ""


def laid_out(head: str, lines: Iterable[str] = ()) -> str:
    """A head and its clauses, indented."""
    return "\n".join([head, *(INDENT + line for line in lines)])


def entitled(word: str, name: ast.Name, title: ast.Title) -> str:
    """``word NAME "title"``."""
    return f"{word} {name.text} {quoted(title)}"


def print_declaration(node: ast.Declaration) -> str:
    """One declaration, without a line end after its last line."""
    match node:
        case (
            ast.Measure()
            | ast.Ladder()
            | ast.Drugs()
            | ast.Condition()
            | ast.Event()
            | ast.Milestone()
            | ast.Attribute()
            | ast.History()
        ):
            return data(node)
        case ast.AnalysisSet() | ast.Endpoint() | ast.Assumption() | ast.Amendment() | ast.Retire() | ast.Example():
            return analysis(node)
        case ast.Treatment() | ast.Arm() | ast.Prohibit() | ast.Epoch():
            return treatment(node)
        case (
            ast.VisitClass()
            | ast.Visits()
            | ast.AlsoAssess()
            | ast.ParticipationEnds()
            | ast.RequiredInterval()
            | ast.Deviation()
            | ast.Grades()
        ):
            return schedule(node)
        case _:
            return trial(node)


def data(node: ast.DataDeclaration) -> str:
    """What the participants' data is called."""
    match node:
        case ast.Measure(name, title, kind, parts):
            return laid_out(f"{entitled('measure', name, title)} {value_kind(kind)}", map(clauses.data, parts))
        case ast.Ladder(name, title, measure, parts):
            return laid_out(f"{entitled('ladder', name, title)} of {measure.text}", map(clauses.data, parts))
        case ast.Drugs(name, title, parts):
            return laid_out(entitled("drugs", name, title), map(clauses.data, parts))
        case ast.Condition(name, title, parts):
            return laid_out(entitled("condition", name, title), map(clauses.data, parts))
        case ast.Event(name, title, parts):
            return laid_out(entitled("event", name, title), map(clauses.data, parts))
        case ast.Milestone(name, title, parts):
            return laid_out(entitled("milestone", name, title), map(clauses.data, parts))
        case ast.Attribute(name, title, kind, parts):
            return laid_out(f"{entitled('attribute', name, title)} {value_kind(kind)}", map(clauses.origin, parts))
        case ast.History(of, state, parts):
            return laid_out(f"history {of.text} {state}", map(clauses.origin, parts))
        case _:
            assert_never(node)


def value_kind(node: ast.YesNo | ast.OneOf | ast.InUnit | ast.IsDate) -> str:
    """What values a measure or an attribute has."""
    match node:
        case ast.YesNo():
            return "is yes or no"
        case ast.OneOf(choices):
            return f"is one of {{{names(choices)}}}"
        case ast.InUnit(unit):
            return f"in {unit.text}"
        case ast.IsDate():
            return "is a date"
        case _:
            assert_never(node)


def trial(node: ast.TrialDeclaration) -> str:
    """The plan."""
    match node:
        case ast.Header(word, name, title, parts):
            return laid_out(entitled(word, name, title), map(clauses.header, parts))
        case ast.Source(name, title, file):
            return entitled("source", name, title) + (f" in {quoted(file)}" if file else "")
        case ast.Use(library, brought):
            return f"use {library.text} ({names(brought)})"
        case ast.Anchor(name, day, parts):
            what = day.text if isinstance(day, ast.Name) else f"first {events(day)}"
            return laid_out(f"anchor {name.text} is {what}", map(clauses.origin, parts))
        case ast.Define(name, title, expression, parts):
            head = f"{entitled('define', name, title)} as {print_expression(expression)}"
            return laid_out(head, map(clauses.origin, parts))
        case ast.EligibilityAt(point, parts):
            return laid_out(f"eligibility at {print_point(point)}", map(clauses.origin, parts))
        case ast.Criterion(kind, name, title, test, parts):
            asks = "require" if kind == "inclusion" else "exclude if"
            said = [f"{asks} {print_expression(test)}"] if test else []
            return laid_out(entitled(kind, name, title), [*said, *map(clauses.origin, parts)])
        case _:
            assert_never(node)


def treatment(node: ast.TreatmentDeclaration) -> str:
    """Treatments and arms."""
    match node:
        case ast.Treatment(name, title, rules):
            return laid_out(entitled("treatment", name, title), map(clauses.treatment, rules))
        case ast.Arm(name, title, gifts):
            return laid_out(entitled("arm", name, title), map(clauses.treatment, gifts))
        case ast.Prohibit(drugs, period, parts):
            return laid_out(f"prohibit {drugs.text} {print_period(period)}", map(clauses.origin, parts))
        case ast.Epoch(name, title, start, end, parts):
            head = f"{entitled('epoch', name, title)} from {print_point(start)} to {print_point(end)}"
            said = (
                "without treatment" if isinstance(part, ast.WithoutTreatment) else clauses.origin(part)
                for part in parts
            )
            return laid_out(head, said)
        case _:
            assert_never(node)


def planned_visit(node: ast.PlannedVisit) -> str:
    """``screening "Screening" at SCR``."""
    title = f" {quoted(node.title)}" if node.title else ""
    if node.in_cycles:
        return f"{node.name.text}{title} at {cycle_days(node.in_cycles)}"
    points = " and ".join(map(print_point, (*([node.point] if node.point else []), *node.further)))
    return node.name.text + title + (f" at {points}" if points else "")


def is_series(node: ast.Visits) -> bool:
    """Whether the one name of a head stands for several visits."""
    is_repeated = any(isinstance(clause, ast.ThenEvery) for clause in node.clauses)
    return is_repeated or any(visit.further or visit.in_cycles for visit in node.visits)


def schedule(node: ast.VisitDeclaration) -> str:
    """Visits and deviations."""
    match node:
        case ast.VisitClass(name, title, by_telephone, parts):
            head = entitled("class", name, title) + (" by telephone" if by_telephone else "")
            return laid_out(head, map(clauses.visit, parts))
        case ast.Visits(visits, by_telephone, parts):
            word = "visit" if len(visits) == 1 and not is_series(node) else "visits"
            planned = ", ".join(map(planned_visit, visits))
            head = f"{word} {planned}" + (" by telephone" if by_telephone else "")
            return laid_out(head, map(clauses.visit, parts))
        case ast.AlsoAssess(at, assess, origins):
            return laid_out(f"at {names(at)} also {clauses.assess(assess)}", map(clauses.origin, origins))
        case ast.ParticipationEnds(point, origins):
            return laid_out(f"participation ends at {print_point(point)}", map(clauses.origin, origins))
        case ast.RequiredInterval(name, title, bound, length, start, end, origins):
            said = f"{bound} {amount(length)} from {print_point(start)} to {print_point(end)}"
            return laid_out(entitled("interval", name, title), [said, *map(clauses.origin, origins)])
        case ast.Deviation(name, title, test, category, grade, origins):
            said_of = [
                *([f"when {print_expression(test)}"] if test else []),
                *([f"category {category}"] if category else []),
                *([f"grade {grade}"] if grade else []),
            ]
            return laid_out(entitled("deviation", name, title), [*said_of, *map(clauses.origin, origins)])
        case ast.Grades(lines, origins):
            whose = [line.category + (f" at {names(line.visits)}" if line.visits else "") for line in lines]
            rows = columns([(who, line.grade) for who, line in zip(whose, lines, strict=True)])
            return laid_out("grades", [*("    ".join(row).rstrip() for row in rows), *map(clauses.origin, origins)])
        case _:
            assert_never(node)


WIDEST = 120
"""Letters up to which the other cells of a column are filled; a cell that is wider stands out by itself."""


def columns(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """The cells of a table, each as wide as the widest of its column."""
    count = max(map(len, rows), default=0)
    widths = [min(max(len(row[i]) for row in rows if i < len(row)), WIDEST) for i in range(count)]
    return [[cell.ljust(widths[i]) for i, cell in enumerate(row)] for row in rows]


def analysis(node: ast.AnalysisDeclaration) -> str:
    """Endpoints, assumptions, amendments, examples."""
    match node:
        case ast.AnalysisSet(name, title, base, without, parts):
            left_out = [f"without {names(without)}"] if without else []
            head = f"{entitled('analysis set', name, title)} is {base}"
            return laid_out(head, [*left_out, *map(clauses.origin, parts)])
        case ast.Endpoint(rank, name, title, kind, rules):
            said = [clauses.kind(kind)] if kind else []
            return laid_out(entitled(f"endpoint {rank}", name, title), [*said, *map(clauses.endpoint, rules)])
        case ast.Assumption(name, title, because, affects, parts):
            said = [
                *([clauses.origin(because)] if because else []),
                *([f"affects {names(affects)}"] if affects else []),
            ]
            return laid_out(entitled("assumption", name, title), [*said, *map(clauses.origin, parts)])
        case ast.Amendment(name, title, date, sites, parts):
            at_sites = [f"in force {site.date.text} at site {quoted(site.site)}" for site in sites]
            head = entitled("amendment", name, title)
            return laid_out(f"{head} in force {date.text}" if date else head, [*at_sites, *map(clauses.origin, parts)])
        case ast.Retire(retired, since, parts):
            return laid_out(f"retire {names(retired)} {clauses.origin(since)}", map(clauses.origin, parts))
        case ast.Example(title, rows, given, expect):
            table = columns([[cell.text for cell in row.cells] for row in rows])
            lines = [f"| {' | '.join(row)} |" for row in table]
            lines += [f"given {', '.join(fact.text for fact in line.facts)}" for line in given]
            lines += [f"expect {line.words.text}" for line in expect]
            return laid_out(f"example {quoted(title)}", lines)
        case _:
            assert_never(node)
