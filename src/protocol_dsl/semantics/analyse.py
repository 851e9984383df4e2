"""A text to its model, with every mistake on the way: the one entry of this room."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice

from attrs import evolve

from protocol_dsl.base.diagnostics import Code, Diagnostic
from protocol_dsl.base.source import Span, Text, Unread
from protocol_dsl.base.values import frozen
from protocol_dsl.model.study import StudyModel
from protocol_dsl.semantics.checks.edges import AT_THE_EDGE
from protocol_dsl.semantics.checks.limits import NOT_PLAUSIBLE
from protocol_dsl.semantics.checks.names import meant_by_second_ones
from protocol_dsl.semantics.checks.sizes import RULES_TOO_LARGE
from protocol_dsl.semantics.decide.rules import criteria
from protocol_dsl.semantics.document import Chapter, Document, as_written, documents
from protocol_dsl.semantics.libraries import Catalogue, Loader, read
from protocol_dsl.semantics.lower import lower
from protocol_dsl.semantics.once import told_once
from protocol_dsl.semantics.passes import DECISIONS, LATER, OF_VERSIONS, PASSES
from protocol_dsl.semantics.versions import FOR_EVERYBODY
from protocol_dsl.syntax import ast

AND_MORE = Code("PD125", "and more", "note")
MOST_OF_A_KIND = 200

HEAD = re.compile(r'^[A-Za-z][^"\n]*', re.MULTILINE)
WORD = re.compile(r"[A-Za-z][A-Za-z0-9_]*(?:-[0-9]+)?")


@frozen
class Analysis:
    """What a text means and what is wrong with it; ``model`` is ``None`` while an error stands that stops it.

    ``texts`` are all texts by name, to show where a mistake is; ``file`` is the tree of the protocol itself.
    """

    model: StudyModel | None
    diagnostics: tuple[Diagnostic, ...]
    texts: Mapping[str, Text]
    file: ast.File

    def with_more(self, found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
        """The diagnostics, with others of the protocol's own text in their places."""
        return in_order([*self.diagnostics, *first_ones(iter(found))], tuple(self.texts))


def analyse(
    text: Text, load: Loader, find_source: Callable[[str], str | Unread | None], known_libraries: Catalogue = tuple
) -> Analysis:
    """Read, check and lower ``text``.

    Args:
        text: The protocol.
        load: The text of a library by its name, or ``None`` when there is none.
        find_source: The words of a source document by the path that the protocol gives, or ``None`` when it is absent,
            or why it cannot be read.
        known_libraries: The names of all libraries there are, for the hint at a misspelt one.
    """
    main, reading = read(text, load, known_libraries)
    libraries = tuple(reading.chapters.values())
    files_with_mistakes = {mistake.span.file for mistake in reading.diagnostics if mistake.severity == "error"}
    half_read = frozenset(
        word
        for chapter in (main, *libraries)
        if chapter.text.name in files_with_mistakes
        for word in (*head_words(chapter.text.content), *names_not_brought(chapter))
    )
    half_read |= {*meant_by_second_ones(main).values()}
    document = Document(main, libraries, sources(main, find_source), reading.broken, half_read)
    found = [*reading.diagnostics, *mistakes(document)]
    document = evolve(document, mistakes=frozenset(each.span for each in found if each.stops))
    if not document.mistakes:
        found += [mistake for check in LATER for mistake in first_ones(check(document))]
    if not any(each.code == RULES_TOO_LARGE for each in found):
        # A limit of which was told already may be why a criterion decides nothing.
        beyond = frozenset(each.span for each in found if each.code in {NOT_PLAUSIBLE, AT_THE_EDGE})
        decided = criteria(evolve(document, mistakes=document.mistakes | beyond))
        found += [mistake for check in DECISIONS for mistake in first_ones(check(decided))]
    texts = {chapter.text.name: chapter.text for chapter in document.chapters}
    diagnostics = tuple(told_once(in_order(found, tuple(texts)), texts))
    model = None if any(mistake.stops for mistake in diagnostics) else lower(document)
    return Analysis(model, diagnostics, texts, main.file)


def mistakes(document: Document) -> Iterator[Diagnostic]:
    """What the checks find: each in the whole text, or in each version of it, and then nothing told twice."""
    *earlier, last = documents(document)
    versions = (*(bearing_on_all(each, document) for each in earlier), last)
    for check in PASSES:
        if check not in OF_VERSIONS or not earlier:
            yield from first_ones(check(document))
            continue
        told: set[tuple[str, Span]] = set()
        for mistake in (mistake for each in versions for mistake in first_ones(check(each))):
            if (mistake.code.number, mistake.span) not in told:
                yield mistake
            told.add((mistake.code.number, mistake.span))


def bearing_on_all(version: Document, whole: Document) -> Document:
    """An earlier version without the rules of which only the last version is ever judged."""
    file = version.main.file
    kept = tuple(node for node in file.declarations if not isinstance(node, FOR_EVERYBODY))
    return evolve(version, main=as_written(whole.main, ast.File(file.name, kept)))


def first_ones(found: Iterator[Diagnostic]) -> Iterator[Diagnostic]:
    """PD125: the first mistakes of a check; where there are more, a note in place of the others.

    Nobody repairs thousands before reading the text again, and each may ask which of thousands of names was meant.
    """
    yield from islice(found, MOST_OF_A_KIND)
    if (other := next(found, None)) is not None:
        message = f"{other.code.number} is told {MOST_OF_A_KIND} times, and not of this place and any after it"
        yield AND_MORE.at(other.span, message, hint="repair some of the others first")


def head_words(content: str) -> Iterator[str]:
    """The words of the lines that begin declarations, strings left out."""
    for line in HEAD.findall(content):
        yield from WORD.findall(line)


def names_not_brought(chapter: Chapter) -> Iterator[str]:
    """The names that a library would have brought, had it been there."""
    for use in chapter.nodes.of(ast.Use):
        if use.library.text not in chapter.used:
            yield from (name.text for name in use.names)


def sources(main: Chapter, find_source: Callable[[str], str | Unread | None]) -> Mapping[str, str | Unread | None]:
    """The words of each source document that the protocol names, by its path, or why it cannot be read."""
    files = dict.fromkeys(source.file.text for source in main.nodes.of(ast.Source) if source.file)
    return {file: find_source(file) for file in files}


def in_order(found: list[Diagnostic], names: tuple[str, ...]) -> tuple[Diagnostic, ...]:
    """The mistakes in the order of the texts, of which these are the names, the protocol's first."""
    order = {name: number for number, name in enumerate(names)}
    return tuple(sorted(found, key=lambda mistake: (order[mistake.span.file], mistake.span.start, mistake.code.number)))
