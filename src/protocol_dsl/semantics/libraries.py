"""The libraries that a text uses, read before anything is checked."""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import TypeAlias

from attrs import evolve, field

from protocol_dsl.base.diagnostics import Code, Diagnostic, Label
from protocol_dsl.base.nearest import did_you_mean
from protocol_dsl.base.source import Span, Text
from protocol_dsl.base.values import frozen
from protocol_dsl.semantics.document import Chapter, chapter
from protocol_dsl.syntax import ast
from protocol_dsl.syntax.parse import Parsed, parse

UNKNOWN_LIBRARY = Code("PD110", "no such library")
LIBRARY_CYCLE = Code("PD111", "this library uses itself")

KEPT = 16
"""Libraries whose trees are kept; a protocol uses two or three."""
Loader: TypeAlias = Callable[[str], Text | None]
Catalogue: TypeAlias = Callable[[], Iterable[str]]
"""The names of all libraries that could be loaded, asked for only when one is not found."""


@frozen
class Reading:
    """What has been read so far: chapters by library name in the order of first use, mistakes, broken declarations."""

    load: Loader
    known: Catalogue = tuple
    chapters: Mapping[str, Chapter] = field(factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()
    broken: frozenset[Span] = frozenset()


def read(text: Text, load: Loader, known: Catalogue = tuple) -> tuple[Chapter, Reading]:
    """A protocol's chapter, and what was read on the way to it."""
    return read_text(text, Reading(load, known), ())


def read_text(text: Text, so_far: Reading, path: tuple[str, ...]) -> tuple[Chapter, Reading]:
    """The chapter of one text; ``path`` are the libraries on the way to it, so that a circle ends."""
    parsed = parsed_library(text) if path else parse(text)
    so_far = evolve(
        so_far, diagnostics=(*so_far.diagnostics, *parsed.diagnostics), broken=so_far.broken | parsed.broken
    )
    used: dict[str, Chapter] = {}
    for declaration in parsed.file.declarations:
        if isinstance(declaration, ast.Use):
            so_far = read_library(declaration, so_far, path)
            if declaration.library.text in so_far.chapters and declaration.library.text not in path:
                used[declaration.library.text] = so_far.chapters[declaration.library.text]
    return chapter(text, parsed.file, used, is_library=bool(path)), so_far


@lru_cache(maxsize=KEPT)
def parsed_library(text: Text) -> Parsed:
    """The tree of a library, which one protocol after another uses."""
    return parse(text)


def read_library(use: ast.Use, so_far: Reading, path: tuple[str, ...]) -> Reading:
    """PD110 and PD111, or the library's chapter added to what was read.

    A circle of libraries would have no first declaration, so that no order of reading could tell what a name means.
    """
    name = use.library.text
    if name in path:
        way = " uses ".join((*path[path.index(name) :], name))
        mistake = LIBRARY_CYCLE.at(
            use.library.span, f"libraries in a circle: {way}", hint="move what both need to a third"
        )
        return evolve(so_far, diagnostics=(*so_far.diagnostics, mistake))
    if name in so_far.chapters:
        return so_far
    text = so_far.load(name)
    if text is None:
        mistake = UNKNOWN_LIBRARY.at(
            use.library.span,
            f"there is no library {name}",
            hint=did_you_mean(name, so_far.known())
            or f"a library is shipped with protocol-dsl, or is {name}.proto or {name}.protocol beside the protocol",
        )
        return evolve(so_far, diagnostics=(*so_far.diagnostics, mistake))
    found, so_far = read_text(text, so_far, (*path, name))
    return evolve(so_far, chapters={**so_far.chapters, name: found})


def used_at(name: str, chapter_of_use: Chapter) -> tuple[Label, ...]:
    """Where a library is used, for messages that end inside it."""
    return tuple(
        Label(use.library.span, "used here") for use in chapter_of_use.nodes.of(ast.Use) if use.library.text == name
    )
