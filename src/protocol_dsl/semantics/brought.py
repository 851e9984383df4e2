"""What a text brings in from its libraries, and what that reads there by name."""

from collections.abc import Collection, Iterator

from attrs import evolve

from protocol_dsl.base.diagnostics import Edit, Fix
from protocol_dsl.base.source import Span
from protocol_dsl.base.values import frozen
from protocol_dsl.semantics.document import Chapter
from protocol_dsl.semantics.names import Symbol
from protocol_dsl.semantics.nodes import index
from protocol_dsl.semantics.references import references
from protocol_dsl.syntax import ast


@frozen
class Brought:
    """A name in the list of a ``use``, what it stands for, and the library that brings it."""

    use: ast.Use
    name: ast.Name
    symbol: Symbol
    library: Chapter


def brought(chapter: Chapter) -> Iterator[Brought]:
    """The names that a text brings in, as far as its libraries have them."""
    for use in chapter.nodes.of(ast.Use):
        library = chapter.used.get(use.library.text)
        for name in use.names if library else ():
            symbol = library.find(name.text) if library else None
            if library and symbol and not symbol.is_built_in:
                yield Brought(use, name, symbol, library)


def read_by(symbol: Symbol, home: Chapter) -> tuple[Symbol, ...]:
    """What the text that declares a definition or a ladder means by the names in it, each once.

    A class of drugs takes the members of those it includes along, and reads nothing by name.
    """
    if not isinstance(symbol.node, ast.Define | ast.Ladder):
        return ()
    alone = evolve(home, nodes=index(ast.File(home.text.name, (symbol.node,))))
    found = (home.find(called.name.text, *called.kinds) for called in references(alone))
    return tuple(dict.fromkeys(each for each in found if each and not each.is_built_in))


def lacking(one: Brought, there: Collection[Symbol]) -> tuple[Symbol, ...]:
    """What a name that is brought in reads and that is not ``there``, with what that reads in turn."""
    found: dict[Symbol, None] = {}
    stack = [(one.symbol, one.library.home(one.symbol))]
    while stack:
        at, home = stack.pop()
        new = [each for each in read_by(at, home) if each not in found and each not in there]
        found.update(dict.fromkeys(new))
        stack += [(each, home.home(each)) for each in reversed(new)]
    return tuple(found)


def read_through(names: frozenset[str], chapter: Chapter) -> frozenset[str]:
    """Names of a text with those that are read by what it brings in under them."""
    known = {each.symbol.name: each for each in brought(chapter)}
    found = set(names)
    stack = [known[name] for name in names if name in known]
    while stack:
        at = stack.pop()
        new = {each.name for each in read_by(at.symbol, at.library.home(at.symbol))} - found
        found |= new
        stack += [known[name] for name in new if name in known]
    return frozenset(found)


def bringing(missing: tuple[Symbol, ...], one: Brought, chapter: Chapter) -> tuple[str, Fix]:
    """What to write so that ``missing`` is brought in beside ``one``: each name from the library that declares it."""
    uses = {use.library.text: use for use in reversed((*chapter.nodes.of(ast.Use),))} | {one.use.library.text: one.use}
    edits: list[Edit] = []
    clauses: list[str] = []
    for library, names in by_library(missing, chapter).items():
        listed = ", ".join(names)
        if use := uses.get(library):
            end = use.names[-1].span.end
            edits.append(Edit(Span(use.span.file, end, end), f", {listed}"))
        else:
            start = one.use.span.start
            edits.append(Edit(Span(one.use.span.file, start, start), f"use {library} ({listed})\n"))
        clauses.append(f"use {library} ({f'{one.name.text}, ' if use is one.use else ''}{listed})")
    return " and ".join(clauses), Fix(f"bring in {', '.join(each.name for each in missing)}", tuple(edits))


def by_library(missing: tuple[Symbol, ...], chapter: Chapter) -> dict[str, list[str]]:
    """Names by the library that declares each."""
    found: dict[str, list[str]] = {}
    for symbol in missing:
        found.setdefault(library_of(symbol, chapter), []).append(symbol.name)
    return found


def library_of(symbol: Symbol, chapter: Chapter) -> str:
    """The name of the library that declares something, perhaps one that a library uses."""
    for name, used in chapter.used.items():
        if used.text.name == symbol.home:
            return name
    return next((found for used in chapter.used.values() if (found := library_of(symbol, used))), "")
