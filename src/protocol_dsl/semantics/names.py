"""What a text declares, by name."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, TypeAlias

from protocol_dsl.base.source import Span
from protocol_dsl.base.values import frozen
from protocol_dsl.model.vocabulary import BUILT_IN_MILESTONES
from protocol_dsl.syntax import ast

Kind: TypeAlias = Literal[
    "source",
    "anchor",
    "visit",
    "series",
    "visit class",
    "milestone",
    "measure",
    "ladder",
    "class",
    "condition",
    "event",
    "attribute",
    "definition",
    "criterion",
    "treatment",
    "arm",
    "epoch",
    "interval",
    "deviation",
    "analysis set",
    "endpoint",
    "assumption",
    "amendment",
]
WORDS: Mapping[Kind, str] = {
    "source": "a source",
    "anchor": "an anchor",
    "visit": "a visit",
    "series": "a series of visits",
    "visit class": "a class of visits",
    "milestone": "a milestone",
    "measure": "a measure",
    "ladder": "a ladder of grades",
    "class": "a class of drugs",
    "condition": "a condition",
    "event": "an event",
    "attribute": "an attribute",
    "definition": "a definition",
    "criterion": "a criterion",
    "treatment": "a treatment",
    "arm": "an arm",
    "epoch": "an epoch",
    "interval": "a required interval",
    "deviation": "a deviation",
    "analysis set": "an analysis set",
    "endpoint": "an endpoint",
    "assumption": "an assumption",
    "amendment": "an amendment",
}
MEASURED: tuple[Kind, ...] = ("measure", "ladder")
"""What has readings: a ladder has one for each of its measure."""
BUILT_IN_ATTRIBUTES = ("sex", "site", "arm")
STUDY_TIME = re.compile(r"([WDM])(-?[0-9]+)")

Declared: TypeAlias = ast.Declaration | ast.PlannedVisit


@frozen
class Symbol:
    """A name: what it is, where it was declared (``home`` is a text's name, empty when built in), by which node."""

    name: str
    kind: Kind
    span: Span
    home: str = ""
    node: Declared | None = None
    visits: ast.Visits | None = None

    @property
    def is_built_in(self) -> bool:
        """Whether every text knows it without a declaration."""
        return not self.home


def built_in() -> Iterator[Symbol]:
    """The milestones and attributes that need no declaration."""
    nowhere = Span("", 0, 0)
    yield from (Symbol(name, "milestone", nowhere) for name in BUILT_IN_MILESTONES)
    yield from (Symbol(name, "attribute", nowhere) for name in BUILT_IN_ATTRIBUTES)


def kind_of_declaration(node: ast.Declaration) -> tuple[Kind, ast.Name] | None:
    """What a declaration declares, and its name; nothing for one without a name."""
    match node:
        case ast.Source():
            return "source", node.name
        case ast.Anchor():
            return "anchor", node.name
        case ast.Define():
            return "definition", node.name
        case ast.Criterion():
            return "criterion", node.name
        case ast.Treatment():
            return "treatment", node.name
        case ast.Arm():
            return "arm", node.name
        case ast.Epoch():
            return "epoch", node.name
        case ast.VisitClass():
            return "visit class", node.name
        case ast.RequiredInterval():
            return "interval", node.name
        case ast.Deviation():
            return "deviation", node.name
        case ast.Measure():
            return "measure", node.name
        case ast.Ladder():
            return "ladder", node.name
        case ast.Drugs():
            return "class", node.name
        case ast.Condition():
            return "condition", node.name
        case ast.Event():
            return "event", node.name
        case ast.Milestone():
            return "milestone", node.name
        case ast.Attribute():
            return "attribute", node.name
        case _:
            return kind_of_analysis(node)


def kind_of_analysis(node: ast.Declaration) -> tuple[Kind, ast.Name] | None:
    """The same for the declarations that are about the analysis."""
    match node:
        case ast.AnalysisSet():
            return "analysis set", node.name
        case ast.Endpoint():
            return "endpoint", node.name
        case ast.Assumption():
            return "assumption", node.name
        case ast.Amendment():
            return "amendment", node.name
        case _:
            return None


def is_series(visit: ast.PlannedVisit, declaration: ast.Visits) -> bool:
    """Whether a name of a head stands for several visits, ``CT1``, ``CT2``, or ``C1D1``, ``C1D8``."""
    is_repeated = any(isinstance(clause, ast.ThenEvery) for clause in declaration.clauses)
    return bool(visit.further) or visit.in_cycles is not None or is_repeated


def declared(file: ast.File) -> Iterator[Symbol]:
    """Every name that a text declares itself, in the order of the text, once for each declaration."""
    for node in file.declarations:
        if isinstance(node, ast.Visits):
            for visit in node.visits:
                kind: Kind = "series" if is_series(visit, node) else "visit"
                yield Symbol(visit.name.text, kind, visit.name.span, file.name, visit, node)
        elif found := kind_of_declaration(node):
            kind, name = found
            yield Symbol(name.text, kind, name.span, file.name, node)


def members_of(node: ast.Drugs) -> Iterator[ast.Drug]:
    """The drugs that a class lists itself."""
    for clause in node.clauses:
        if isinstance(clause, ast.Members):
            yield from clause.drugs


def amendment_of(node: Declared | None) -> ast.Since | None:
    """The clause ``since AM1`` of a declaration, if it has one."""
    if isinstance(node, ast.Retire):
        return node.since
    clauses: Iterable[object] = getattr(node, "clauses", ())
    return next((clause for clause in clauses if isinstance(clause, ast.Since)), None)


def may_share(one: Symbol, other: Symbol) -> bool:
    """Whether two names may be the same: a visit may be called like the anchor or milestone it is planned at."""
    kinds = {one.kind, other.kind}
    return "visit" in kinds and bool(kinds & {"anchor", "milestone"})


def is_study_time(name: str) -> bool:
    """Whether a name is a point in study time.

    >>> is_study_time("W52"), is_study_time("D-14"), is_study_time("W52_old")
    (True, True, False)
    """
    return STUDY_TIME.fullmatch(name) is not None
