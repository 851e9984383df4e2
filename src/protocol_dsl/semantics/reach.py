"""Which declarations a declaration leads to by the names in it."""

from collections.abc import Iterator

from protocol_dsl.base.source import Span
from protocol_dsl.semantics.document import Chapter, Document
from protocol_dsl.syntax import ast


def is_sound(node: object, chapter: Chapter, document: Document) -> bool:
    """Whether neither a declaration nor any that it leads to holds a mistake."""
    if not document.mistakes:
        return True
    places = [*reached(node, chapter), *(anchor.span for anchor in chapter.nodes.of(ast.Anchor))]
    return not any(holds(place, mistake) for place in places for mistake in document.mistakes)


def holds(place: Span, mistake: Span) -> bool:
    """Whether a mistake begins in a declaration."""
    return place.file == mistake.file and place.start <= mistake.start <= place.end


def reached(node: object, chapter: Chapter) -> Iterator[Span]:
    """The places of a declaration and of all those that it leads to, each once."""
    seen: set[int] = set()
    waiting: list[tuple[object, Chapter]] = [(node, chapter)]
    while waiting:
        at, home = waiting.pop()
        if id(at) in seen:
            continue
        seen.add(id(at))
        span = getattr(at, "span", None)
        if isinstance(span, Span):
            yield span
        called = (symbol for name in ast.every(ast.Name, at) for symbol in home.symbols.get(name.text, ()))
        waiting.extend((each.visits or each.node, home.home(each)) for each in called if each.node is not None)
