"""PD217 to PD223, PD226, PD229, PD240, PD241: arms, criteria, grades, histories, endpoints."""

from collections.abc import Iterator

from protocol_dsl.base.diagnostics import Code, Diagnostic, Label
from protocol_dsl.base.source import Span
from protocol_dsl.semantics.apart import is_before
from protocol_dsl.semantics.document import Document
from protocol_dsl.semantics.first_days import first_days
from protocol_dsl.semantics.lower_schedule import every, first
from protocol_dsl.semantics.names import amendment_of
from protocol_dsl.semantics.points import resolve, write_point
from protocol_dsl.syntax import ast

EMPTY_ARM = Code("PD217", "gives nothing")
UNUSED_TREATMENT = Code("PD218", "given by no arm", "warning")
TWO_GRADES = Code("PD219", "a second grade")
TWO_HISTORIES = Code("PD220", "said again here")
NO_ELIGIBILITY_POINT = Code("PD221", "judged when?")
NO_TEST_SAID = Code("PD222", "has no test")
SAID_AGAIN = Code("PD223", "said again here")
NEVER_READ = Code("PD229", "nothing of it is read", "warning")
NO_COUNT = Code("PD226", "not a number that can be")
FAILURE_OF_NO_PROPORTION = Code("PD240", "not a proportion")
NO_ENDPOINT = Code("PD241", "reports nothing")

MOST_DAILY = 100
MOST_DECIMALS = 27
"""As many as a number in a text has digits."""

ONCE = (
    ast.Window,
    ast.CountedFrom,
    ast.Grace,
    ast.AnalysisWindow,
    ast.OfClass,
    ast.NoneAfter,
    ast.Dose,
    ast.ChosenBy,
    ast.Ratio,
    ast.Plausible,
    ast.Graded,
    ast.Language,
)


def empty_arms(document: Document) -> Iterator[Diagnostic]:
    """PD217: an arm gives no treatment, so that nobody could follow it."""
    for node in document.main.nodes.of(ast.Arm):
        if first(ast.Gives, node.clauses) is None and node.span not in document.broken:
            yield EMPTY_ARM.at(node.name.span, f"arm {node.name.text} gives nothing", hint="add: gives TREATMENT")


def treatments_no_arm_gives(document: Document) -> Iterator[Diagnostic]:
    """PD218: a treatment is declared and no arm gives it, so that none of its doses is ever due."""
    nodes = document.main.nodes
    given = {name.text for node in nodes.of(ast.Gives) for name in node.treatments}
    # A treatment that is given by another name was most likely renamed, which is told where it is given.
    renamed = given - set(document.main.known("treatment"))
    for treatment in nodes.of(ast.Treatment):
        if treatment.name.text not in given and not renamed and not document.half_read:
            name = treatment.name.text
            yield UNUSED_TREATMENT.at(treatment.name.span, f"no arm gives {name}", hint=f"add to an arm: gives {name}")


def grades_of_one_rank(document: Document) -> Iterator[Diagnostic]:
    """PD219: two lines grade the same deviations, and neither goes before the other."""
    seen: dict[tuple[str, str], Span] = {}
    for line in document.main.nodes.of(ast.GradeLine):
        for visit in [name.text for name in line.visits] or [""]:
            rank = (line.category, visit)
            if rank in seen:
                what = f"{line.category} at {visit}" if visit else line.category
                yield TWO_GRADES.at(
                    line.span,
                    f"{what} is graded twice",
                    labels=(Label(seen[rank], "graded here first"),),
                    hint="keep one of the two lines",
                )
            seen.setdefault(rank, line.span)


def histories_said_twice(document: Document) -> Iterator[Diagnostic]:
    """PD220: a history is declared complete or open twice."""
    seen: dict[str, ast.History] = {}
    for node in document.main.nodes.of(ast.History):
        if (before := seen.get(node.of.text)) and amendment_of(node) is None:
            yield TWO_HISTORIES.at(
                node.of.span,
                f"history {node.of.text} is declared twice",
                labels=(Label(before.of.span, f"{before.state} here"),),
                hint="keep one of the two",
            )
        seen.setdefault(node.of.text, node)


def eligibility_points_missing(document: Document) -> Iterator[Diagnostic]:
    """PD221: there are criteria, and no day on which they are judged."""
    nodes = document.main.nodes
    criterion = next(nodes.of(ast.Criterion), None)
    if criterion and next(nodes.of(ast.EligibilityAt), None) is None and "eligibility" not in document.half_read:
        yield NO_ELIGIBILITY_POINT.at(
            criterion.name.span,
            f"{criterion.name.text} is a rule of entry, and no point is named at which it is judged",
            hint="add: eligibility at screening",
        )


def periods_never_read(document: Document) -> Iterator[Diagnostic]:
    """PD229: a rule of entry asks for what lies after the day on which it is judged, when none of it is known."""
    chapter = document.main
    judged = next(chapter.nodes.of(ast.EligibilityAt), None)
    day = resolve(judged.point, chapter) if judged else None
    at = write_point(judged.point) if judged else ""
    for criterion in chapter.nodes.of(ast.Criterion) if day else ():
        told: set[Span] = set()
        for start, place in first_days(criterion.test, chapter):
            if is_before(day, start) and place not in told:
                told.add(place)
                yield NEVER_READ.at(
                    place,
                    f"{criterion.name.text} is judged at {at}, and nothing after that day is read",
                    hint="let the period begin earlier, or judge eligibility later",
                )


def tests_missing(document: Document) -> Iterator[Diagnostic]:
    """PD222: a criterion or a deviation has no test."""
    for node in document.main.nodes.either(ast.Criterion, ast.Deviation):
        if node.test is None and node.span not in document.broken:
            word = "when"
            if isinstance(node, ast.Criterion):
                word = "require" if node.kind == "inclusion" else "exclude if"
            yield NO_TEST_SAID.at(node.name.span, f"{node.name.text} says nothing to judge", hint=f"add: {word} TEST")


def declarations_said_twice(document: Document) -> Iterator[Diagnostic]:
    """PD223: what can be said once only is said twice, as a declaration or as a clause of one."""
    nodes = document.main.nodes
    points = [node for node in nodes.of(ast.EligibilityAt) if amendment_of(node) is None]
    ends = [node for node in nodes.of(ast.ParticipationEnds) if amendment_of(node) is None]
    yield from (said_again(node.span, "eligibility", points[0].span) for node in points[1:])
    yield from (said_again(node.span, "participation ends", ends[0].span) for node in ends[1:])
    for chapter in document.chapters:
        for node in chapter.file.declarations:
            seen: dict[type, Span] = {}
            for clause in getattr(node, "clauses", ()):
                if isinstance(clause, ONCE):
                    if type(clause) in seen:
                        yield said_again(clause.span, "this", seen[type(clause)])
                    seen.setdefault(type(clause), clause.span)


def said_again(span: Span, words: str, before: Span) -> Diagnostic:
    """The message of PD223."""
    return SAID_AGAIN.at(
        span, f"{words} is said twice", labels=(Label(before, "said here first"),), hint="keep one of the two"
    )


def numbers_that_cannot_be(document: Document) -> Iterator[Diagnostic]:
    """PD226: a ratio of nothing, more tests asked for than there are, a dose on no day, a thousand decimals."""
    for chapter in document.chapters:
        for node in chapter.nodes.of(ast.AtLeast):
            if not 1 <= node.count <= len(node.tests):
                message = f"at least {node.count} of {len(node.tests)} tests decides nothing"
                yield NO_COUNT.at(node.span, message, hint=f"write a number from 1 to {len(node.tests)}")
        for ratio in chapter.nodes.of(ast.Ratio):
            if ratio.parts < 1:
                yield NO_COUNT.at(ratio.span, "nobody is allocated to this arm", hint="write ratio 1 or more")
        for dose in chapter.nodes.of(ast.Dose):
            yield from doses_that_cannot_be(dose)
        for rounded in chapter.nodes.of(ast.Rounded):
            if rounded.decimals > MOST_DECIMALS:
                yield NO_COUNT.at(rounded.span, f"a number is rounded to at most {MOST_DECIMALS} decimals")
        for analysis in chapter.nodes.of(ast.Confidence):
            if not 0 < analysis.level.number < 100:  # noqa: PLR2004 - percent
                yield NO_COUNT.at(analysis.span, "a confidence lies between 0% and 100%", hint="write: confidence 95%")


def doses_that_cannot_be(dose: ast.Dose) -> Iterator[Diagnostic]:
    """The messages about a dose on no day, or more often than anyone can be given it; a placebo's may be 0 mg."""
    if dose.amount.number < 0:
        yield NO_COUNT.at(dose.amount.span, "this dose is less than nothing", hint="write 0 or more")
    if dose.times_daily is not None and not 1 <= dose.times_daily <= MOST_DAILY:
        message = f"a dose is given 1 to {MOST_DAILY} times a day, and not {dose.times_daily} times"
        yield NO_COUNT.at(dose.span, message)
    if dose.length and dose.length.number <= 0:
        yield NO_COUNT.at(dose.length.span, "this dose is given on no day", hint="write: for 1 day, or more")


def failures_of_no_proportion(document: Document) -> Iterator[Diagnostic]:
    """PD240: a missing value counts as failure where nothing succeeds or fails."""
    for node in document.main.nodes.of(ast.Endpoint):
        for clause in every(ast.MissingCounts, node.clauses):
            if "failure" in clause.rules and node.kind and not isinstance(node.kind, ast.ProportionWith):
                yield FAILURE_OF_NO_PROPORTION.at(
                    clause.span,
                    f"{node.name.text} is no proportion, so that nothing missing can count as failure",
                    hint="write: missing counts as observed only",
                )


def endpoints_of_nothing(document: Document) -> Iterator[Diagnostic]:
    """PD241: an endpoint does not say what it reports."""
    for node in document.main.nodes.of(ast.Endpoint):
        if node.kind is None and node.span not in document.broken:
            yield NO_ENDPOINT.at(
                node.name.span,
                f"endpoint {node.name.text} does not say what it reports",
                hint="add: proportion with TEST, median of VALUE, or another of the kinds of endpoint",
            )
