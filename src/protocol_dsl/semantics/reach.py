"""Which declarations a declaration leads to by the names in it."""

from collections.abc import Iterator

from protocol_dsl.base.source import Span
from protocol_dsl.semantics.document import Chapter, Document
from protocol_dsl.semantics.extents import calls
from protocol_dsl.semantics.kinds import plain_definition
from protocol_dsl.semantics.points import resolve
from protocol_dsl.syntax import ast


def is_sound(node: object, chapter: Chapter, document: Document) -> bool:
    """Whether neither a declaration nor any that it leads to holds a mistake, told or kept silent.

    Where a text could not be read whole, a name in it may have been declared there, and nobody is told that it is
    unknown; what it stands for is unknown all the same.
    """
    if not document.mistakes:
        return True
    found = list(reached(node, chapter))
    if any(is_unresolved(at, home, document) for at, home in found):
        return False
    places = [place_of(at) for at, _ in found] + [anchor.span for anchor in chapter.nodes.of(ast.Anchor)]
    return not any(holds(place, mistake) for place in places if place for mistake in document.mistakes)


def is_unresolved(node: object, home: Chapter, document: Document) -> bool:
    """Whether a name in a declaration stands for nothing, and that is not told."""
    if not document.half_read:
        return False
    unknown = any(name.text in document.half_read and name.text not in home.symbols for name in names_in(node, home))
    return unknown or any(resolve(point, home) is None for point in ast.every(ast.NamedPoint, node))


def place_of(node: object) -> Span | None:
    """Where a node stands."""
    span = getattr(node, "span", None)
    return span if isinstance(span, Span) else None


def holds(place: Span, mistake: Span) -> bool:
    """Whether a mistake begins in a declaration."""
    return place.file == mistake.file and place.start <= mistake.start <= place.end


def reached(node: object, chapter: Chapter) -> Iterator[tuple[object, Chapter]]:
    """A declaration and all those that it leads to, each once, with the text in which its names are known."""
    seen: set[int] = set()
    waiting: list[tuple[object, Chapter]] = [(node, chapter)]
    while waiting:
        at, home = waiting.pop()
        if id(at) in seen:
            continue
        seen.add(id(at))
        yield at, home
        called = (symbol for name in names_in(at, home) for symbol in home.symbols.get(name.text, ()))
        waiting.extend((each.visits or each.node, home.home(each)) for each in called if each.node is not None)


def names_in(node: object, home: Chapter) -> tuple[ast.Name, ...]:
    """The names in a declaration, found once: many rules lead to the same few."""
    # With the node itself: its number would else be another's once it is gone.
    _, found = home.named.get(id(node)) or home.named.setdefault(id(node), (node, tuple(ast.every(ast.Name, node))))
    return found


def visits_read(node: object, chapter: Chapter) -> Iterator[ast.Name]:
    """The visits at which a declaration reads something, by itself or by the definitions that it calls."""
    yield from (each.visit for each in ast.every(ast.ReadingAt, node))
    yield from (visit for each in ast.every(ast.Change, node) for visit in (each.start, each.end))
    yield from (visit for each in ast.every(ast.Course, node) for visit in each.visits)
    for name in calls(node):
        if found := plain_definition(name, chapter):
            yield from visits_read(*found)
