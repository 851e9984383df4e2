"""PD100 to PD102, PD109, PD112, PD113: the head of a text, and what may stand in a library."""

from collections.abc import Iterator

from protocol_dsl.base.diagnostics import Code, Diagnostic, Edit, Fix, Label, respelt
from protocol_dsl.base.nearest import did_you_mean
from protocol_dsl.base.source import Span
from protocol_dsl.semantics.document import Document
from protocol_dsl.syntax import ast

NO_HEADER = Code("PD100", "the text begins here")
SECOND_HEADER = Code("PD101", "a second head")
EDITION = Code("PD102", "edition of the language")
OTHER_HEADER = Code("PD109", "the other kind of text")
NOT_IN_LIBRARY = Code("PD112", "not in this library")
NOT_FOR_LIBRARY = Code("PD113", "not for a library")

LATEST_EDITION = 1
FOR_LIBRARIES = (
    ast.Header,
    ast.Use,
    ast.Source,
    ast.Define,
    ast.Measure,
    ast.Ladder,
    ast.Drugs,
    ast.Condition,
    ast.Event,
    ast.Milestone,
    ast.Attribute,
    ast.Assumption,
)


def missing_headers(document: Document) -> Iterator[Diagnostic]:
    """PD100: a text does not begin with its name, so that no result could say what it is about."""
    for chapter in document.chapters:
        word = "library" if chapter.is_library else "protocol"
        if chapter.header is None and word not in document.half_read:
            yield NO_HEADER.at(
                Span(chapter.text.name, 0, 0),
                f"this text has no line that names the {word}",
                hint=f'begin with: {word} NAME "title" language 1',
            )


def second_headers(document: Document) -> Iterator[Diagnostic]:
    """PD101: a text names its protocol twice."""
    for chapter in document.chapters:
        headers = tuple(chapter.nodes.of(ast.Header))
        for header in headers[1:]:
            yield SECOND_HEADER.at(
                header.name.span,
                f"this text is already named {headers[0].name.text}",
                labels=(Label(headers[0].name.span, "named here"),),
                hint="keep one of the two",
            )


def editions(document: Document) -> Iterator[Diagnostic]:
    """PD102: a text does not say which edition of the language it is written in, or an edition unknown here.

    An edition keeps its meaning for good; without one a later version could read the text differently.
    """
    for chapter in document.chapters:
        header = chapter.header
        if header is None or header.span in document.broken:
            continue
        said = [clause for clause in header.clauses if isinstance(clause, ast.Language)]
        if not said:
            after = Span(header.span.file, header.span.end, header.span.end)
            fix = Fix("say language 1", (Edit(after, "\n  language 1"),))
            message = f"{header.kind} {header.name.text} does not say its edition of the language"
            yield EDITION.at(header.name.span, message, hint="add the line: language 1", fix=fix)
        for clause in said:
            if clause.edition != LATEST_EDITION:
                message = f"edition {clause.edition} of the language is not known to this version"
                yield EDITION.at(clause.span, message, hint=f"editions up to {LATEST_EDITION} are known")


def headers_of_the_other_kind(document: Document) -> Iterator[Diagnostic]:
    """PD109: a library is run as a protocol, or a protocol is used as a library."""
    for chapter in document.chapters:
        wanted = "library" if chapter.is_library else "protocol"
        if chapter.header and chapter.header.kind != wanted:
            yield OTHER_HEADER.at(
                chapter.header.name.span,
                f"{chapter.header.name.text} is a {chapter.header.kind}, and a {wanted} is needed here",
                hint="a library is brought in by a protocol with: use",
            )


def names_not_in_libraries(document: Document) -> Iterator[Diagnostic]:
    """PD112: a name is used from a library that does not declare it."""
    for chapter in document.chapters:
        for use in chapter.nodes.of(ast.Use):
            library = chapter.used.get(use.library.text)
            for name in use.names if library else ():
                symbol = library.find(name.text) if library else None
                if library and (symbol is None or symbol.is_built_in) and name.text not in document.half_read:
                    known = [
                        each for each in library.symbols if (found := library.find(each)) and not found.is_built_in
                    ]
                    yield NOT_IN_LIBRARY.at(
                        name.span,
                        f"the library {use.library.text} does not declare {name.text}",
                        hint=did_you_mean(name.text, known),
                        fix=respelt(name.span, name.text, known),
                    )


def declarations_not_for_libraries(document: Document) -> Iterator[Diagnostic]:
    """PD113: a library declares a part of a study, which would then hold for every protocol that uses it."""
    for chapter in document.libraries:
        for node in chapter.file.declarations:
            if not isinstance(node, FOR_LIBRARIES):
                start = Span(node.span.file, node.span.start, node.span.start + 1)
                yield NOT_FOR_LIBRARY.at(
                    start,
                    "a library declares what data is called, and nothing of a study's own",
                    hint="move this to the protocol",
                )
