"""A protocol's tree together with the libraries it uses, every name tied to its declaration."""

from collections.abc import Iterator, Mapping

from attrs import evolve, field

from protocol_dsl.base.source import Span, Text, Unread
from protocol_dsl.base.values import frozen
from protocol_dsl.model.points import Point
from protocol_dsl.semantics.extents import Extent, extents
from protocol_dsl.semantics.names import Kind, Symbol, amendment_of, built_in, declared, may_share
from protocol_dsl.semantics.nodes import Nodes, index
from protocol_dsl.semantics.series import member
from protocol_dsl.semantics.versions import stages
from protocol_dsl.syntax import ast


@frozen
class Chapter:
    """One text with its tree and its names; a library's own libraries are in ``used``, by name.

    ``extents`` are the definitions known here that lead into no circle. ``kinds`` keeps the kinds of the text's own
    definitions, ``planned`` the points of its visits, ``examples`` what was read of its examples and ``named`` the
    names in declarations, once they are asked for, since each may be called many times; they are the business of who
    fills them.
    """

    text: Text
    file: ast.File
    nodes: Nodes
    symbols: Mapping[str, tuple[Symbol, ...]]
    used: Mapping[str, "Chapter"]
    extents: Mapping[str, Extent]
    is_library: bool = False
    series: tuple[Symbol, ...] = ()
    kinds: dict[str, object] = field(factory=dict, eq=False, repr=False)
    planned: dict[str, Point | None] = field(factory=dict, eq=False, repr=False)
    examples: dict[str, object] = field(factory=dict, eq=False, repr=False)
    named: dict[int, tuple[object, tuple[ast.Name, ...]]] = field(factory=dict, eq=False, repr=False)

    def find(self, name: str, *kinds: Kind) -> Symbol | None:
        """What ``name`` stands for among ``kinds`` (all when none is given)."""
        found = self.symbols.get(name) or self.members(name)
        return next((symbol for symbol in found if not kinds or symbol.kind in kinds), None)

    def members(self, name: str) -> tuple[Symbol, ...]:
        """The visit of a series that a name stands for, ``CT3``, or nothing."""
        found = (member(symbol, name) for symbol in self.series)
        return tuple(symbol for symbol in found if symbol)[:1]

    def known(self, *kinds: Kind) -> tuple[str, ...]:
        """The names that stand for one of ``kinds``."""
        return tuple(
            name for name, found in self.symbols.items() if not kinds or any(symbol.kind in kinds for symbol in found)
        )

    def home(self, symbol: Symbol) -> "Chapter":
        """The chapter in which a name was declared, so that its node can be read with the names known there."""
        if symbol.is_built_in or symbol.home == self.text.name:
            return self
        return next((used.home(symbol) for used in self.used.values() if used.knows(symbol)), self)

    def knows(self, symbol: Symbol) -> bool:
        """Whether this very declaration can be named here."""
        return symbol in self.symbols.get(symbol.name, ())

    @property
    def header(self) -> ast.Header | None:
        """The first header of the text."""
        return next(self.nodes.of(ast.Header), None)


@frozen
class Document:
    """The protocol, then its libraries in the order in which they are first used; ``sources`` by file, if found.

    ``broken`` are the declarations of which a part could not be read: what they lack is not asked for again.
    ``half_read`` are the words of the heads of all declarations of texts with mistakes of syntax: such a name may have
    been declared where nothing could be read, so nobody is told that it is unknown; among them are the names that one
    declared twice was meant to be. ``mistakes`` are the places of the
    errors found so far, for the checks that need rules without any.
    """

    main: Chapter
    libraries: tuple[Chapter, ...]
    sources: Mapping[str, str | Unread | None]
    broken: frozenset[Span] = frozenset()
    half_read: frozenset[str] = frozenset()
    mistakes: frozenset[Span] = frozenset()

    @property
    def chapters(self) -> tuple[Chapter, ...]:
        """The protocol and its libraries."""
        return (self.main, *self.libraries)


def chapter(
    text: Text,
    file: ast.File,
    used: Mapping[str, Chapter],
    *,
    is_library: bool = False,
    besides: ast.File | None = None,
) -> Chapter:
    """The chapter of a text: its own names first, then those it uses, then those built in.

    ``besides`` are declarations that only lend their names: those of other versions, which a rule may still call.
    """
    nodes = index(file)
    lent = () if besides is None else declared(besides)
    symbols: dict[str, tuple[Symbol, ...]] = {}
    for symbol in (*declared(file), *imported(nodes, used), *built_in(), *lent):
        there = symbols.get(symbol.name, ())
        if not there or all(may_share(symbol, other) for other in there):
            symbols[symbol.name] = (*there, symbol)
    series = tuple(symbol for found in symbols.values() for symbol in found if symbol.kind == "series")
    return Chapter(text, file, nodes, symbols, used, known_extents(file, symbols, used), is_library, series)


def known_extents(
    file: ast.File, symbols: Mapping[str, tuple[Symbol, ...]], used: Mapping[str, Chapter]
) -> Mapping[str, Extent]:
    """The extents of the definitions that a text can call."""
    own: dict[str, ast.Expression] = {}
    imported_ones: dict[str, Extent] = {}
    for symbol in (each for found in symbols.values() for each in found):
        if isinstance(symbol.node, ast.Define) and symbol.home == file.name:
            own[symbol.name] = symbol.node.expression
        elif isinstance(symbol.node, ast.Define):
            for library in used.values():
                if library.knows(symbol) and symbol.name in library.extents:
                    imported_ones[symbol.name] = library.extents[symbol.name]
    return extents(own, imported_ones)


def imported(nodes: Nodes, used: Mapping[str, Chapter]) -> Iterator[Symbol]:
    """The names that ``use`` brings in, as far as the libraries have them."""
    for use in nodes.of(ast.Use):
        if library := used.get(use.library.text):
            for name in use.names:
                if (symbol := library.find(name.text)) and not symbol.is_built_in:
                    yield symbol


def documents(document: Document) -> tuple[Document, ...]:
    """The document as the protocol stood first, then as each amendment left it; without amendments, itself alone."""
    main = document.main
    found = stages(main.file)
    if len(found) == 1:
        return (document,)
    return tuple(evolve(document, main=as_written(main, stage.file)) for stage in found)


def as_written(main: Chapter, file: ast.File) -> Chapter:
    """The chapter of a protocol with the declarations of ``file`` in place of all its own."""
    return chapter(main.text, file, main.used, besides=main.file)


def are_versions(one: Symbol, other: Symbol) -> bool:
    """Whether two declarations of a name are versions of one, by an amendment."""
    versions = (amendment_of(symbol.visits or symbol.node) for symbol in (one, other))
    return one.kind == other.kind and any(version is not None for version in versions)
