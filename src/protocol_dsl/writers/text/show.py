"""The text of ``show``: a protocol in words, each rule with where it comes from."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar, assert_never

from protocol_dsl.model.study import StudyModel
from protocol_dsl.syntax import ast
from protocol_dsl.syntax.printer import print_expression, print_point
from protocol_dsl.syntax.printer.clauses import header, treatment
from protocol_dsl.syntax.printer.expressions import amount, events
from protocol_dsl.writers.ink import Ink
from protocol_dsl.writers.text.activities import activity_lines
from protocol_dsl.writers.text.words import paragraph

FURTHER = "    "
Node = TypeVar("Node")


def show_lines(file: ast.File, model: StudyModel, ink: Ink) -> Iterator[str]:
    """The whole protocol: what it is, arms, treatments, visits, rules, deviations, assumptions, sources."""
    yield from title_lines(file, model, ink)
    yield from part("Arms", [line for each in of(ast.Arm, file) for line in arm_lines(each)], ink)
    yield from part("Treatments", [line for each in of(ast.Treatment, file) for line in treatment_lines(each)], ink)
    if model.visits:
        yield from part("Schedule of activities", list(activity_lines(model)), ink)
    points = [print_point(each.point) for each in of(ast.EligibilityAt, file)]
    rules = [line for each in of(ast.Criterion, file) for line in criterion_lines(each)]
    yield from part(f"Eligibility at {points[0]}" if points else "Eligibility", rules, ink)
    yield from part("During the study", list(conduct_lines(file)), ink)
    yield from part("Grades of deviations", list(grade_lines(file)), ink)
    yield from part("Histories", list(history_lines(file)), ink)
    yield from part("Endpoints", [line for each in of(ast.Endpoint, file) for line in endpoint_lines(each)], ink)
    yield from part("Assumptions", [line for each in of(ast.Assumption, file) for line in assumption_lines(each)], ink)
    yield from part("Sources", [line for each in of(ast.Source, file) for line in source_lines(each)], ink)


def of(kind: type[Node], file: ast.File) -> tuple[Node, ...]:
    """The declarations of one kind."""
    return tuple(each for each in file.declarations if isinstance(each, kind))


def part(title: str, lines: Sequence[str], ink: Ink) -> Iterator[str]:
    """A titled part; nothing where it is empty."""
    if lines:
        yield ""
        yield ink(title, "strong")
        yield from lines


def title_lines(file: ast.File, model: StudyModel, ink: Ink) -> Iterator[str]:
    """Name and title, and the clauses below them."""
    first, *others = paragraph(f"{model.name}: {model.title}", more="  ")
    yield ink(first, "strong")
    yield from others
    for head in of(ast.Header, file):
        for clause in head.clauses:
            if not isinstance(clause, ast.Language | ast.OriginClause):
                yield from paragraph(header(clause), "  ", "  ")
    for anchor in of(ast.Anchor, file):
        day = anchor.day.text if isinstance(anchor.day, ast.Name) else f"the first {events(anchor.day)}"
        yield from paragraph(f"{anchor.name.text} is the day of {day}", "  ", "  ")


def arm_lines(arm: ast.Arm) -> Iterator[str]:
    """An arm with what it gives."""
    yield from paragraph(f"{arm.name.text}  {arm.title.text}", "  ", "  ")
    yield from clause_lines(arm.clauses)


def treatment_lines(each: ast.Treatment) -> Iterator[str]:
    """A treatment with its dose and its course."""
    yield from paragraph(f"{each.name.text}  {each.title.text}", "  ", "  ")
    yield from clause_lines(each.clauses)


def clause_lines(clauses: Iterable[ast.TreatmentClause | ast.Gives | ast.Ratio]) -> Iterator[str]:
    """The clauses as written, those that are checks of the author left out; where they come from last."""
    for clause in clauses:
        if isinstance(clause, ast.ExpectLastCycle | ast.ExpectCount | ast.Codes | ast.OriginClause):
            continue
        yield from paragraph(treatment(clause), FURTHER, "  ")
    yield from origin_lines(clauses)


def criterion_lines(rule: ast.Criterion) -> Iterator[str]:
    """A rule: name, title, test, and where it comes from."""
    yield from paragraph(f"{rule.name.text:<4} {rule.title.text}", "  ", "     ")
    if rule.test is not None:
        word = "requires" if rule.kind == "inclusion" else "excludes if"
        yield from paragraph(f"{word} {print_expression(rule.test)}", FURTHER, "  ")
    yield from origin_lines(rule.clauses)


def conduct_lines(file: ast.File) -> Iterator[str]:
    """Prohibited medication, required intervals, the protocol's own deviations, the end of participation."""
    for each in of(ast.Prohibit, file):
        span = f"from {print_point(each.start)} to {print_point(each.end)}"
        yield from paragraph(f"no {each.drugs.text} {span}", "  ", "  ")
        yield from origin_lines(each.clauses)
    for interval in of(ast.RequiredInterval, file):
        yield from paragraph(f"{interval.name.text}  {interval.title.text}", "  ", "  ")
        span = f"from {print_point(interval.start)} to {print_point(interval.end)}"
        yield from paragraph(f"{interval.bound} {amount(interval.length)} {span}", FURTHER, "  ")
        yield from origin_lines(interval.clauses)
    for own in of(ast.Deviation, file):
        yield from paragraph(f"{own.name.text}  {own.title.text}", "  ", "  ")
        if own.test is not None:
            yield from paragraph(f"deviates when {print_expression(own.test)}", FURTHER, "  ")
        yield from origin_lines(own.clauses)
    for end in of(ast.ParticipationEnds, file):
        yield from paragraph(f"participation ends at {print_point(end.point)}", "  ", "  ")
        yield from origin_lines(end.clauses)


def grade_lines(file: ast.File) -> Iterator[str]:
    """``missed visit at W24, W52: important``."""
    for grades in of(ast.Grades, file):
        for line in grades.lines:
            visits = f" at {', '.join(visit.text for visit in line.visits)}" if line.visits else ""
            yield f"  {line.category}{visits}: {line.grade}"


def history_lines(file: ast.File) -> Iterator[str]:
    """What absence proves."""
    for each in of(ast.History, file):
        yield from paragraph(f"{each.of.text}: {each.state}", "  ", "  ")
        yield from origin_lines(each.clauses)


def endpoint_lines(each: ast.Endpoint) -> Iterator[str]:
    """An endpoint by name; what it counts stands in the text."""
    yield from paragraph(f"{each.rank:<11}  {each.name.text:<4} {each.title.text}", "  ", "                ")


def assumption_lines(each: ast.Assumption) -> Iterator[str]:
    """What was decided, why, and what it affects."""
    yield from paragraph(f"{each.name.text:<4} {each.title.text}", "  ", "     ")
    if each.because is not None:
        yield from paragraph(f"because {each.because.reason.text}", FURTHER, "  ")
    if each.affects:
        yield from paragraph(f"affects {', '.join(name.text for name in each.affects)}", FURTHER, "  ")


def source_lines(each: ast.Source) -> Iterator[str]:
    """A document by name."""
    where = f" ({each.file.text})" if each.file is not None else ""
    yield from paragraph(f"{each.name.text}  {each.title.text}{where}", "  ", "  ")


def origin_lines(clauses: Iterable[object]) -> Iterator[str]:
    """Where a rule comes from, a line each."""
    for clause in clauses:
        if isinstance(clause, ast.OriginClause):
            yield from paragraph(origin_words(clause), FURTHER, "  ")


def origin_words(clause: ast.OriginClause) -> str:
    """``REG: "18 Years and older"``."""
    match clause:
        case ast.Quote():
            return f'{clause.source.text}: "{clause.fragment.text}"'
        case ast.Cite():
            return f"{clause.source.text}, {clause.section.text}"
        case ast.Against():
            return f'although {clause.source.text}: "{clause.fragment.text}"'
        case ast.Because():
            return f"because {clause.reason.text}"
        case ast.Since():
            return f"since {clause.amendment.text}"
        case _:
            assert_never(clause)
