"""PD130 to PD134: names that are declared, or brought in from a library, and that nothing uses or collects.

What an assumption affects is not used by that.
"""

import re
from collections.abc import Iterator

from protocol_dsl.base.diagnostics import Code, Diagnostic, Edit, Fix
from protocol_dsl.base.source import Span, Text
from protocol_dsl.semantics.brought import read_through
from protocol_dsl.semantics.document import Chapter, Document
from protocol_dsl.semantics.ladders import measured
from protocol_dsl.semantics.lower_schedule import first
from protocol_dsl.semantics.names import Kind, Symbol, amendment_of, declared, is_study_time, kind_of_declaration
from protocol_dsl.semantics.points import ALIASES
from protocol_dsl.syntax import ast

UNUSED = Code("PD130", "nothing uses it", "warning")
UNUSED_IMPORT = Code("PD131", "never used", "warning")
UNUSED_POINT = Code("PD132", "nothing is planned or judged by it", "warning")
UNUSED_SET = Code("PD133", "nothing is analysed in it", "warning")
NEVER_COLLECTED = Code("PD134", "no visit assesses it", "warning")

DATA: tuple[Kind, ...] = ("measure", "ladder", "class", "condition", "event", "attribute", "definition")
WORD = re.compile(r"[A-Za-z][A-Za-z0-9_]*(?:-[0-9]+)?")
REST_OF_LINE = re.compile(r"[ \t]*(?:\r?\n)?")


def called(chapter: Chapter) -> frozenset[str]:
    """Every name that a text uses besides declaring it, in its examples too, and by what it brings in."""
    found: set[str] = set()
    for name, declaration in chapter.nodes.within(ast.Name):
        if isinstance(declaration, ast.Use | ast.Assumption):
            continue
        own = kind_of_declaration(declaration)
        if own is None or own[1] is not name:
            found.add(name.text)
    for cell in chapter.nodes.of(ast.Cell):
        found.update(WORD.findall(cell.text))
    if any(map(is_study_time, found)):
        found.update(ALIASES)
    return read_through(frozenset(found), chapter)


def unused(document: Document, *kinds: Kind) -> Iterator[Symbol]:
    """The names of some kinds that the protocol declares and nothing uses."""
    chapter = document.main
    used = called(chapter)
    for symbol in declared(chapter.file):
        is_first = symbol.node is not None and amendment_of(symbol.node) is None
        if symbol.kind in kinds and symbol.name not in used and is_first:
            yield symbol


def data_unused(document: Document) -> Iterator[Diagnostic]:
    """PD130: a name of data, or a definition, is declared and nothing uses it.

    The rule that was to use it may be missing. One that says ``because`` is there on purpose.
    """
    for symbol in unused(document, *DATA):
        if first(ast.Because, getattr(symbol.node, "clauses", ())):
            continue
        what = "class of drugs" if symbol.kind == "class" else symbol.kind
        message = f"the {what} {symbol.name} is declared and nothing uses it"
        yield UNUSED.at(symbol.span, message, hint="leave the declaration out, or add the rule that is missing")


def imports_unused(document: Document) -> Iterator[Diagnostic]:
    """PD131: a name is brought in from a library and never used."""
    chapter = document.main
    used = called(chapter)
    for node in chapter.nodes.of(ast.Use):
        for place, name in enumerate(node.names):
            if name.text not in used:
                yield UNUSED_IMPORT.at(
                    name.span,
                    f"{name.text} is brought in from {node.library.text} and never used",
                    hint="take it out of the list",
                    fix=without(node, place, used, chapter.text),
                )


def without(node: ast.Use, place: int, used: frozenset[str], text: Text) -> Fix | None:
    """Take one name out of a list; with the last one the whole line goes. None where a comment would go with it."""
    names, title = node.names, f"take out {node.names[place].text}"
    if not any(name.text in used for name in names):
        rest = REST_OF_LINE.match(text.content, node.span.end)
        span, title = Span(text.name, node.span.start, rest.end() if rest else node.span.end), "take out the whole list"
    elif any(name.text in used for name in names[:place]):
        span = Span(text.name, names[place - 1].span.end, names[place].span.end)
    else:
        span = Span(text.name, names[place].span.start, names[place + 1].span.start)
    if "#" in text.words(span):
        return None
    return Fix(title, (Edit(span, ""),))


def points_unused(document: Document) -> Iterator[Diagnostic]:
    """PD132: an anchor or a milestone is declared, and no visit, rule or period counts from it."""
    for symbol in unused(document, "anchor", "milestone"):
        message = f"the {symbol.kind} {symbol.name} is declared and nothing counts from it"
        yield UNUSED_POINT.at(symbol.span, message, hint="leave the declaration out, or plan something by it")


def sets_unused(document: Document) -> Iterator[Diagnostic]:
    """PD133: an analysis set is declared, and no endpoint is analysed in it."""
    for symbol in unused(document, "analysis set"):
        message = f"no endpoint is analysed in {symbol.name}"
        yield UNUSED_SET.at(symbol.span, message, hint=f"add to an endpoint: analysed in {symbol.name}")


def endpoints_not_collected(document: Document) -> Iterator[Diagnostic]:
    """PD134: an endpoint reads a measure over some days, and no visit assesses it."""
    chapter = document.main
    nodes = chapter.nodes
    collected = {name.text for node in nodes.of(ast.Assess) for name in node.measures}
    read = [(node.measure, declaration) for node, declaration in nodes.within(ast.Pick)]
    read += [(node.measure, declaration) for node, declaration in nodes.within(ast.Consecutive)]
    graded = ((node.events.name, declaration) for node, declaration in nodes.within(ast.WorstGrade))
    read += [(name, declaration) for name, declaration in graded if chapter.find(name.text, "ladder")]
    for name, declaration in read:
        measure = measured(name.text, chapter)
        if isinstance(declaration, ast.Endpoint) and measure not in collected:
            message = f"{declaration.name.text} reads {measure}, and no visit assesses it"
            yield NEVER_COLLECTED.at(name.span, message, hint=f"add to a visit: assess {measure}")
