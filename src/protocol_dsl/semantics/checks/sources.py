"""PD401 to PD409: where rules come from."""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath, PureWindowsPath

from protocol_dsl.base.diagnostics import Code, Diagnostic, Edit, Fix
from protocol_dsl.base.source import Unread
from protocol_dsl.semantics.document import Document
from protocol_dsl.semantics.lower_schedule import first
from protocol_dsl.semantics.passages import Passage, Search, SourceWords, nearest_passage
from protocol_dsl.semantics.visit_classes import clauses_of
from protocol_dsl.syntax import ast

QUOTE_NOT_FOUND = Code("PD401", "not in the source")
SOURCE_ABSENT = Code("PD402", "not there", "note")
QUOTE_WITHOUT_FILE = Code("PD403", "nowhere to look")
UNUSED_SOURCE = Code("PD404", "nothing refers to it", "warning")
PATH_OUTSIDE = Code("PD405", "outside the protocol's folder")
NO_ORIGIN = Code("PD406", "where does this come from?", "warning")
AFFECTS_NOTHING = Code("PD407", "affects nothing", "warning")
NO_REASON = Code("PD408", "why?", "warning")
SOURCE_UNREAD = Code("PD409", "cannot be read", "warning")

LIKE = 0.7
LONGEST_HINT = 300


def folded(text: str) -> str:
    """A text with its white space folded to single blanks; nothing else is changed."""
    return " ".join(text.split())


def sources(document: Document) -> Mapping[str, ast.Source]:
    """The declared sources by name."""
    return {node.name.text: node for node in document.main.nodes.of(ast.Source)}


def quotes_not_found(document: Document) -> Iterator[Diagnostic]:
    """PD401: a quotation is not in its source word for word (white space apart)."""
    known = sources(document)
    texts = {path: folded(text) for path, text in document.sources.items() if isinstance(text, str)}
    words = {path: SourceWords(text) for path, text in document.sources.items() if isinstance(text, str)}
    search = Search()
    for node in document.main.nodes.either(ast.Quote, ast.Against):
        source = known.get(node.source.text)
        path = source.file.text if source and source.file else ""
        if path in texts and folded(node.fragment.text) not in texts[path]:
            yield not_found(node, nearest_passage(node.fragment.text, words[path], search))


def not_found(node: ast.Quote | ast.Against, nearest: Passage | None) -> Diagnostic:
    """The message of PD401, with the passage most like the quotation and where they differ."""
    message = f"these words are not in {node.source.text}"
    if nearest is None or not (nearest.theirs or nearest.quoted):
        return QUOTE_NOT_FOUND.at(
            node.fragment.span, message, hint="copy the words from the source, with their spelling"
        )
    has = f'has "{nearest.theirs}"' if nearest.theirs else "has nothing"
    where = f'where "{nearest.quoted}" is quoted' if nearest.quoted else "besides"
    fix = None
    if nearest.likeness >= LIKE and '"' not in nearest.words:
        fix = Fix("copy the passage", (Edit(node.fragment.span, f'"{nearest.words}"'),), "unsafe")
    return QUOTE_NOT_FOUND.at(
        node.fragment.span,
        f"{message}: line {nearest.line} {has} {where}",
        hint=f"the source writes: {shortened(nearest.words)}",
        fix=fix,
    )


def shortened(words: str) -> str:
    """Some words, the end of many left out."""
    return words if len(words) <= LONGEST_HINT else f"{words[:LONGEST_HINT].rpartition(' ')[0]} ..."


def sources_absent(document: Document) -> Iterator[Diagnostic]:
    """PD402: a source's file is not there, so that its quotations could not be looked up."""
    counts = Counter(quote.source.text for quote in document.main.nodes.either(ast.Quote, ast.Against))
    for node in document.main.nodes.of(ast.Source):
        count = counts[node.name.text]
        if node.file and count and not leaves(node.file.text) and document.sources.get(node.file.text) is None:
            quotations = "1 quotation" if count == 1 else f"{count} quotations"
            yield SOURCE_ABSENT.at(
                node.file.span,
                f"{node.file.text} is not there, so that {quotations} could not be looked up",
                hint="lint --sources FOLDER looks for it in another folder",
            )


def sources_unread(document: Document) -> Iterator[Diagnostic]:
    """PD409: a source's file is there and is no text, so that its quotations could not be looked up."""
    for node in document.main.nodes.of(ast.Source):
        found = document.sources.get(node.file.text) if node.file else None
        if node.file and isinstance(found, Unread):
            yield SOURCE_UNREAD.at(
                node.file.span,
                f"the document {node.file.text} {found.why}",
                hint="quotations are looked up in plain text of at most 5 MB",
            )


def quotes_without_file(document: Document) -> Iterator[Diagnostic]:
    """PD403: a quotation comes from a source that names no file, so that nobody could look it up."""
    known = sources(document)
    for node in document.main.nodes.of(ast.Quote):
        source = known.get(node.source.text)
        if source and source.file is None:
            yield QUOTE_WITHOUT_FILE.at(
                node.source.span,
                f"{node.source.text} names no file in which this quotation could be found",
                hint=f"write: cite {node.source.text} and the section, or add to the source: in FILE",
            )


def sources_unused(document: Document) -> Iterator[Diagnostic]:
    """PD404: a source is declared and nothing refers to it."""
    nodes = document.main.nodes
    used = {node.source.text for node in nodes.either(ast.Quote, ast.Against)}
    used |= {node.source.text for node in nodes.of(ast.Cite)}
    for name, node in sources(document).items():
        # A source that is called by another name was most likely renamed, which is told where it is called.
        if name not in used and not document.half_read and used <= {*sources(document)}:
            yield UNUSED_SOURCE.at(
                node.name.span, f"nothing refers to the source {name}", hint=f"quote {name}, or cite it"
            )


def paths_outside(document: Document) -> Iterator[Diagnostic]:
    """PD405: a source's path leaves the protocol's folder; no path may."""
    for node in document.main.nodes.of(ast.Source):
        if node.file and leaves(node.file.text):
            yield PATH_OUTSIDE.at(
                node.file.span,
                "this path leaves the folder of the protocol",
                hint="copy the source beside the protocol, and name it from there with forward slashes",
            )


def leaves(path: str) -> bool:
    """Whether a path is absolute, climbs, or is none of this kind.

    >>> leaves("sources/a.txt"), leaves("../a.txt"), leaves("C:/a.txt")
    (False, True, True)
    """
    absolute = PurePosixPath(path).is_absolute() or PureWindowsPath(path).drive or PureWindowsPath(path).root
    return bool(absolute) or "\\" in path or "://" in path or ".." in PurePosixPath(path).parts or not path.strip()


def rules_without_origin(document: Document) -> Iterator[Diagnostic]:
    """PD406: a rule has neither a source nor an assumption, so that nobody could tell who decided it.

    Asked for only in a protocol that names a source at all.
    """
    nodes = document.main.nodes
    if not sources(document):
        return
    assumed = {name.text for node in nodes.of(ast.Assumption) for name in node.affects}
    rules = (ast.Criterion, ast.Treatment, ast.Arm, ast.RequiredInterval, ast.Deviation, ast.Endpoint)
    for declaration in document.main.file.declarations:
        if declaration.span in document.broken:
            continue
        if isinstance(declaration, rules) and not has_origin(declaration.clauses):
            names: tuple[ast.Name, ...] = (declaration.name,)
        elif isinstance(declaration, ast.Visits) and not has_origin(clauses_of(declaration, document.main)):
            names = tuple(visit.name for visit in declaration.visits)
        elif isinstance(declaration, ast.Prohibit) and not has_origin(declaration.clauses):
            is_known = document.main.find(declaration.drugs.text, "class") is not None
            names = (declaration.drugs,) if is_known else ()
        else:
            continue
        for name in names:
            if name.text not in assumed:
                yield NO_ORIGIN.at(
                    name.span,
                    f"{name.text} has neither a source nor an assumption",
                    hint=f"quote a source, cite a section of it, or let an assumption affect {name.text}",
                )


def has_origin(clauses: tuple[object, ...]) -> bool:
    """Whether a rule says where it comes from."""
    return any(isinstance(clause, ast.Quote | ast.Cite | ast.Because) for clause in clauses)


def assumptions_of_nothing(document: Document) -> Iterator[Diagnostic]:
    """PD407: an assumption names nothing that it affects."""
    for node in document.main.nodes.of(ast.Assumption):
        if not node.affects and node.span not in document.broken:
            message = f"assumption {node.name.text} affects nothing"
            yield AFFECTS_NOTHING.at(node.name.span, message, hint="add: affects RULE")


def assumptions_without_reason(document: Document) -> Iterator[Diagnostic]:
    """PD408: an assumption does not say why it was made."""
    for node in document.main.nodes.of(ast.Assumption):
        if node.because is None and first(ast.Because, node.clauses) is None and node.span not in document.broken:
            message = f"assumption {node.name.text} gives no reason"
            yield NO_REASON.at(node.name.span, message, hint='add: because "..."')
