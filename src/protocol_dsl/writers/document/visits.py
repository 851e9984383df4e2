"""Each declaration of visits as an entry."""

from collections.abc import Iterable, Iterator
from typing import assert_never

from protocol_dsl.base.source import Span
from protocol_dsl.base.values import frozen
from protocol_dsl.semantics.names import is_series
from protocol_dsl.semantics.series import names as first_names
from protocol_dsl.syntax import ast
from protocol_dsl.syntax.printer.clauses import only, window
from protocol_dsl.writers.document.content import Clause, Entry
from protocol_dsl.writers.document.lexicon import Lexicon, amount_words, days_words, listed
from protocol_dsl.writers.document.sentences import counted, until_words


@frozen(kw_only=True)
class Described:
    """An entry with what it was made from: its names, where it stands, and its clauses for where it comes from."""

    entry: Entry
    names: tuple[str, ...]
    span: Span
    clauses: tuple[object, ...]


def visit_entries(
    classes: Iterable[ast.VisitClass],
    visits: Iterable[ast.Visits],
    besides: Iterable[ast.AlsoAssess],
    words: Lexicon,
) -> Iterator[Described]:
    """What is said of classes of visits, of visits, and of what is assessed besides, each in the order of the text."""
    for shared in classes:
        said = [clause(each, words) for each in shared.clauses]
        by_telephone = (Clause("By telephone."),) if shared.by_telephone else ()
        clauses = (*by_telephone, *(each for each in said if each is not None))
        entry = Entry(name=shared.name.text, title=shared.title.text, tag="class of visits", clauses=clauses)
        yield Described(entry=entry, names=(shared.name.text,), span=shared.name.span, clauses=shared.clauses)
    for node in visits:
        names = tuple(each.name.text for each in node.visits)
        title = "; ".join(each.title.text for each in node.visits if each.title)
        said = [clause(each, words) for each in node.clauses]
        clauses = (*planned(node, words), *(each for each in said if each is not None))
        tag = "telephone visit" if node.by_telephone else "visit"
        entry = Entry(name=", ".join(names), title=title, tag=tag, clauses=clauses)
        yield Described(entry=entry, names=names, span=node.visits[0].name.span, clauses=node.clauses)
    for also in besides:
        names = tuple(name.text for name in also.visits)
        clauses = (Clause(f"Also assesses {assess_words(also.assess, words)}."),)
        entry = Entry(name=", ".join(names), title="", tag="also assessed", clauses=clauses)
        yield Described(entry=entry, names=(), span=also.visits[0].span, clauses=also.clauses)


def assess_words(node: ast.Assess, words: Lexicon) -> str:
    """What is assessed: ``Weight, and one of CD4 cell count or Plasma HIV-1 RNA``."""
    return listed(
        f"one of ({listed((words.title(name.text) for name in part.measures), 'or')})"
        if isinstance(part, ast.Either)
        else words.title(part.text)
        for part in node.parts
    )


def planned(node: ast.Visits, words: Lexicon) -> Iterator[Clause]:
    """The points of visits whose name is not their point."""
    for each in node.visits:
        name = each.name.text
        points = [words.point(point) for point in (each.point, *each.further) if point is not None]
        if is_series(each, node):
            members = members_words(each, node)
            yield Clause(f"{members} are planned {member_days(each, words)}.")
        elif points:
            yield Clause(f"{name} is planned at {points[0]}.")


def members_words(each: ast.PlannedVisit, node: ast.Visits) -> str:
    """The visits of a series: ``CT1, CT2 and so on``."""
    first = first_names(each, node)
    return f"{', '.join(first)} and so on" if is_open(node) else listed(first)


def member_days(each: ast.PlannedVisit, words: Lexicon) -> str:
    """Where the visits of a series are planned."""
    if each.in_cycles:
        return f"on {days_words(each.in_cycles.days)} of the cycles of {words.title(each.in_cycles.treatment.text)}"
    points = [words.point(point) for point in (each.point, *each.further) if point is not None]
    return f"at {listed(points or [words.visit(each.name.text)])}"


def series_rules(node: ast.Visits, words: Lexicon) -> Iterator[tuple[ast.Name, str]]:
    """By what each series of a declaration goes on: its first visits, where they are planned, and which only."""
    further = ""
    for said in node.clauses:
        if isinstance(said, ast.ThenEvery):
            further += f", then every {amount_words(said.length)}{until_words(said.until, words)}"
        elif isinstance(said, ast.Only):
            further += f", {only(said)}"
    for each in node.visits:
        if is_series(each, node):
            yield each.name, f"{members_words(each, node)}: {member_days(each, words)}{further}"


def is_open(node: ast.Visits) -> bool:
    """Whether a series of visits goes on beyond those that are named first."""
    return any(isinstance(each, ast.ThenEvery) for each in node.clauses) or any(each.in_cycles for each in node.visits)


def clause(node: ast.VisitClause, words: Lexicon) -> Clause | None:
    """A clause of visits; nothing for codes and origins."""
    match node:
        case ast.Window():
            return Clause(f"{window(node).capitalize()}.")
        case ast.CountedFrom(reference):
            return Clause(f"The window is counted from {counted(reference)}.")
        case ast.Assess():
            return Clause(f"Assesses {assess_words(node, words)}.")
        case ast.OfClass(name):
            return Clause(f"As every visit of class {words.title(name.text)} ({name.text}).")
        case ast.ThenEvery(length, stops):
            return Clause(f"Then every {amount_words(length)}{until_words(stops, words)}.")
        case ast.Only():
            return Clause(f"O{only(node)[1:]}.")
        case ast.InArms(arms):
            return Clause(f"Only in {listed(words.title(name.text) for name in arms)}.")
        case ast.Grace(length):
            return Clause(f"Overdue for {amount_words(length)} after the window, then missed.")
        case ast.AnalysisWindow(inner):
            return Clause(f"For endpoints, readings in a {window(inner)} count.")
        case ast.Codes() | ast.Quote() | ast.Cite() | ast.Against() | ast.Because() | ast.Since():
            return None
        case _:
            assert_never(node)
