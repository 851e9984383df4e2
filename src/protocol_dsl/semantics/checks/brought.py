"""PD127: definitions from a library, and what they read."""

from collections.abc import Iterator

from protocol_dsl.base.diagnostics import Code, Diagnostic, Label
from protocol_dsl.semantics.brought import Brought, bringing, brought, lacking
from protocol_dsl.semantics.document import Chapter, Document
from protocol_dsl.semantics.names import Symbol, may_share
from protocol_dsl.syntax import ast

READ_MISSING = Code("PD127", "what it reads is not brought in")


def definitions_without_what_they_read(document: Document) -> Iterator[Diagnostic]:
    """PD127: a definition is brought in from a library, and something that it reads is not, or is another thing here.

    Its drugs would be nobody's, its readings those of another measure. What two definitions lack is told of the first.
    """
    for chapter in document.chapters:
        there = {each.symbol for each in brought(chapter)}
        for one in brought(chapter):
            if not isinstance(one.symbol.node, ast.Define):
                continue
            found = lacking(one, there)
            there.update(found)
            others = [(each, other) for each in found if (other := in_the_way(each, chapter))]
            yield from (another(one, each, other) for each, other in others)
            taken = {each.name for each, _ in others} | document.half_read
            if missing := tuple(each for each in found if each.name not in taken):
                yield not_brought(one, missing, chapter)


def in_the_way(symbol: Symbol, chapter: Chapter) -> Symbol | None:
    """What a text means by the name of something else in a library, so that this cannot be brought in beside it."""
    there = chapter.symbols.get(symbol.name, ())
    return next((other for other in there if not may_share(symbol, other)), None)


def another(one: Brought, read: Symbol, here: Symbol) -> Diagnostic:
    """A name means one thing to the definition, and another to the text that brings it in."""
    return READ_MISSING.at(
        one.name.span,
        f"{one.name.text} reads another {read.name} than the one here",
        label="reads another one",
        labels=(Label(here.span, "this one"), Label(read.span, "what it reads")),
        hint=f"give the {read.name} here another name, or write a definition of your own",
    )


def not_brought(one: Brought, missing: tuple[Symbol, ...], chapter: Chapter) -> Diagnostic:
    """Names that a definition reads are missing."""
    *names, last = (each.name for each in missing)
    listed = f"{', '.join(names)} and {last}" if names else last
    verb, it = ("are", "them") if names else ("is", "it")
    words, fix = bringing(missing, one, chapter)
    message = f"{one.name.text} reads {listed}, which {verb} not brought in"
    return READ_MISSING.at(one.name.span, message, hint=f"bring {it} in too: {words}", fix=fix)
