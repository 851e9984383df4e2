"""A name and a code of one row that mean different things: one of the two is taken, and the other is told."""

from collections.abc import Iterable
from typing import Literal

from protocol_dsl.base.values import frozen


@frozen
class Doubt:
    """The cell that is not taken, why, and what histories it leaves open: which of the two is wrong nobody knows."""

    cell: Literal["name", "code"]
    words: str
    leaves_open: frozenset[str] = frozenset()


def doubt_of_code(meant: Iterable[str], named: Iterable[str], leaves_open: Iterable[str] = ()) -> Doubt:
    """A code of something else than what the row names."""
    words = f"this is a code of {' and '.join(meant)}, and the row names {' and '.join(named)}; the name is taken"
    return Doubt("code", words, frozenset(leaves_open))


def doubt_of_name(why: str, taken: Iterable[str], leaves_open: Iterable[str] = ()) -> Doubt:
    """A name that is none of the protocol's, and most likely another than that of the code."""
    words = f"{why}, and the code is of {' and '.join(taken)}; the code is taken"
    return Doubt("name", words, frozenset(leaves_open))


def holds_name(held: Iterable[str]) -> str:
    """Why a text in words of its own may mean something else than its code."""
    return f"this holds the name {' and '.join(held)}"
