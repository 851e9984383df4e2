"""The page of the shipped libraries, made from their texts."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from protocol_dsl.base.source import Text
from protocol_dsl.syntax import ast
from protocol_dsl.syntax.parse import parse
from protocol_dsl.syntax.printer.clauses import data
from protocol_dsl.syntax.printer.expressions import names

HERE = Path(__file__).parent
LIBRARY = HERE.parent / "src" / "protocol_dsl" / "library"
MANY = 8
"""Codes that are listed; of more, the first and how many others."""

INTRODUCTION = """\
# Libraries that are shipped

A protocol brings in their declarations by name, with [`use`](reference/use.md): `use hiv (cd4, NRTI)`. Nothing else
comes in. A library of your own is a text beside the protocol. What stands here is made from the texts themselves.
"""


def shipped() -> str:
    """The page."""
    texts = [Text(path.name, path.read_text(encoding="utf-8")) for path in sorted(LIBRARY.glob("*.proto"))]
    return "\n".join([INTRODUCTION, *(line for text in texts for line in section(text))])


def section(text: Text) -> Iterator[str]:
    """One library: its title, what it says of itself, and its declarations by kind."""
    declarations = parse(text).file.declarations
    header = next(each for each in declarations if isinstance(each, ast.Header))
    yield f"## `{header.name.text}`: {header.title.text}\n"
    yield from preface(text.content)
    measures = [each for each in declarations if isinstance(each, ast.Measure)]
    yield from table("Measures", ("name", "title", "values", "codes"), map(measure, measures))
    ladders = [each for each in declarations if isinstance(each, ast.Ladder)]
    yield from table("Ladders", ("name", "title", "of", "grades"), map(ladder, ladders))
    classes = [each for each in declarations if isinstance(each, ast.Drugs)]
    yield from table("Classes of drugs", ("name", "title", "members"), map(drugs, classes))
    others = [each for each in declarations if isinstance(each, ast.Condition | ast.Event)]
    yield from table("Conditions and events", ("name", "title", "categories and grades", "codes"), map(event, others))


def preface(content: str) -> Iterator[str]:
    """The comment at the beginning of a library, as paragraphs."""
    for line in content.splitlines():
        if not line.startswith("#"):
            break
        yield line.removeprefix("#").strip()
    yield ""


def table(kind: str, heading: Iterable[str], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """A table with the number of its rows, unless there is none."""
    found = list(rows)
    if not found:
        return
    columns = tuple(heading)
    yield f"**{kind}**: {len(found)}\n"
    yield row(columns)
    yield "|" + "---|" * len(columns)
    yield from map(row, found)
    yield ""


def row(cells: Iterable[str]) -> str:
    """A row of a table."""
    return f"| {' | '.join(cells)} |"


def measure(node: ast.Measure) -> tuple[str, ...]:
    """A measure with its unit or choices."""
    values = node.kind.unit.text if isinstance(node.kind, ast.InUnit) else names(node.kind.choices)
    others = [data(clause) for clause in node.clauses if isinstance(clause, ast.Plausible | ast.Converts | ast.Normal)]
    return f"`{node.name.text}`", node.title.text, "; ".join([values, *others]), codes(node.clauses)


def ladder(node: ast.Ladder) -> tuple[str, ...]:
    """A ladder with its grades as they are written."""
    grades = ", ".join(data(clause) for clause in node.clauses if isinstance(clause, ast.Rung))
    return f"`{node.name.text}`", node.title.text, f"`{node.measure.text}`", grades


def drugs(node: ast.Drugs) -> tuple[str, ...]:
    """A class with its members and the classes it includes."""
    members = [
        f"{drug.name.text} {drug.atc.text}" if drug.atc else drug.name.text
        for clause in node.clauses
        if isinstance(clause, ast.Members)
        for drug in clause.drugs
    ]
    includes = [f"all of {names(clause.classes)}" for clause in node.clauses if isinstance(clause, ast.Includes)]
    return f"`{node.name.text}`", node.title.text, ", ".join([*members, *includes])


def event(node: ast.Condition | ast.Event) -> tuple[str, ...]:
    """A condition or an event with its categories, each with the number of its codes."""
    parts = []
    for clause in node.clauses:
        if isinstance(clause, ast.Category):
            parts.append(f"{clause.name.text} ({len(clause.codes)} codes)")
        elif isinstance(clause, ast.Graded):
            parts.append(data(clause))
    return f"`{node.name.text}`", node.title.text, ", ".join(parts), codes(node.clauses)


def codes(clauses: Iterable[object]) -> str:
    """The codes of a declaration, the first of many."""
    found = [
        f"{code.system.text} {code.code.text}"
        for clause in clauses
        if isinstance(clause, ast.Codes)
        for code in clause.codes
    ]
    more = f" and {len(found) - MANY} more" if len(found) > MANY else ""
    return ", ".join(found[:MANY]) + more
