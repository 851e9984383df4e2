"""All nodes of one kind within a test."""

from collections.abc import Iterator
from typing import TypeVar

import attrs

Node = TypeVar("Node")


def every(kind: type[Node], within: object) -> Iterator[Node]:
    """Each node of ``kind`` in ``within``, itself included, in the order of the text."""
    if isinstance(within, kind):
        yield within
    if isinstance(within, tuple):
        for part in within:
            yield from every(kind, part)
    elif attrs.has(kind_of := type(within)):
        for field in attrs.fields(kind_of):
            yield from every(kind, getattr(within, field.name))
