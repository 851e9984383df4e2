"""How large expressions become once every definition that they call stands in its place.

A definition is short to write, and each that calls the one before it twice is twice as large: twenty of them are a
million parts.
"""

from collections.abc import Mapping
from typing import get_args

from protocol_dsl.base.values import frozen, parts
from protocol_dsl.semantics.ways import ways
from protocol_dsl.syntax import ast

MOST_LEVELS = 150
"""Python can walk a model a little deeper than this, and a pickle of it no deeper than twice as much."""
MOST_PARTS = 100_000
"""All rules of a text together; a rule of a real protocol has fewer than a hundred."""

EXPRESSIONS = frozenset(get_args(ast.Expression))


@frozen
class Extent:
    """Expressions one inside the other, and how many there are in all."""

    levels: int = 0
    parts: int = 0

    @property
    def is_too_deep(self) -> bool:
        """Whether it has more levels than can be worked out."""
        return self.levels > MOST_LEVELS


def extent(node: object, known: Mapping[str, Extent]) -> Extent:
    """The extent of all expressions of a node; ``known`` are the definitions that they may call."""
    levels = count = 0
    stack: list[tuple[object, int]] = [(node, 1)]
    while stack:
        at, level = stack.pop()
        if type(at) in EXPRESSIONS:
            called = known.get(at.name.text) if isinstance(at, ast.NamedValue) else None
            inner = called or Extent()
            levels, count = max(levels, level + inner.levels), count + 1 + inner.parts
            level += 1
        stack.extend((part, level) for part in parts(at))
    return Extent(levels, count)


def calls(node: object) -> tuple[str, ...]:
    """The names that stand for a value or a test in a node."""
    found: dict[str, None] = {}
    stack = [node]
    while stack:
        at = stack.pop()
        if isinstance(at, ast.NamedValue):
            found[at.name.text] = None
        stack += parts(at)
    return tuple(found)


def extents(own: Mapping[str, ast.Expression], used: Mapping[str, Extent]) -> Mapping[str, Extent]:
    """The extent of each definition; one that leads into a circle, or calls another that is too deep, has none.

    Args:
        own: The definitions of a text by name.
        used: The extents of those that it uses from libraries.
    """
    called = {name: calls(expression) for name, expression in own.items()}
    found = dict(used)
    for name in ways(tuple(own), lambda name: called.get(name, ())).order:
        known = (found.get(other) for other in called.get(name, ()) if other in own)
        if name in own and all(each is not None and not each.is_too_deep for each in known):
            found[name] = extent(own[name], found)
    return found
