"""All nodes of a text by their class, found in one walk, so that forty checks do not walk forty times."""

from collections.abc import Iterator, Mapping
from typing import TypeVar

from protocol_dsl.base.source import Span
from protocol_dsl.base.values import frozen, parts
from protocol_dsl.syntax import ast

T = TypeVar("T")
U = TypeVar("U")


@frozen
class Nodes:
    """The nodes of a text by class, each class in the order of the text, with the declaration each stands in."""

    by_class: Mapping[type, tuple[tuple[object, ast.Declaration], ...]]

    def of(self, kind: type[T]) -> Iterator[T]:
        """Every node of exactly this class, in the order of the text."""
        for node, _ in self.by_class.get(kind, ()):
            if isinstance(node, kind):
                yield node

    def either(self, one: type[T], other: type[U]) -> Iterator[T | U]:
        """Every node of the first class, then every node of the second."""
        yield from self.of(one)
        yield from self.of(other)

    def within(self, kind: type[T]) -> Iterator[tuple[T, ast.Declaration]]:
        """Every node of exactly this class, and the declaration it stands in."""
        for node, declaration in self.by_class.get(kind, ()):
            if isinstance(node, kind):
                yield node, declaration


def index(file: ast.File) -> Nodes:
    """The nodes of ``file`` by class."""
    found: dict[type, list[tuple[object, ast.Declaration]]] = {}
    for declaration in file.declarations:
        stack: list[object] = [declaration]
        while stack:
            node = stack.pop()
            kind = node.__class__
            if kind is Span:
                continue
            if kind is not tuple:
                found.setdefault(kind, []).append((node, declaration))
            stack += parts(node)[::-1]
    return Nodes({kind: tuple(nodes) for kind, nodes in found.items()})
