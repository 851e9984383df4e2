"""All nodes of one kind within a test."""

from collections.abc import Iterator
from typing import TypeVar

from protocol_dsl.base.values import field_names

Node = TypeVar("Node")


def every(kind: type[Node], within: object) -> Iterator[Node]:
    """Each node of ``kind`` in ``within``, itself included, in the order of the text."""
    if isinstance(within, kind):
        yield within
    if isinstance(within, tuple):
        for part in within:
            yield from every(kind, part)
    for name in field_names(type(within)):
        yield from every(kind, getattr(within, name))
