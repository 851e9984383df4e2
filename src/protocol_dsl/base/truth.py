"""Kleene's three values: not met, unknown, met."""

from collections.abc import Iterable
from enum import IntEnum


class Truth(IntEnum):
    """A finding; the numbers make ``and`` the least, ``or`` the greatest and ``not x`` two minus x."""

    NOT_MET = 0
    UNKNOWN = 1
    MET = 2

    @property
    def words(self) -> str:
        """``met``, ``not met`` or ``unknown``, as every output writes it."""
        return WORDS[self]


WORDS = {Truth.NOT_MET: "not met", Truth.UNKNOWN: "unknown", Truth.MET: "met"}


def all_of(truths: Iterable[int]) -> Truth:
    """Kleene's ``and``: the least of them; met when there are none."""
    return Truth(min(truths, default=Truth.MET))


def any_of(truths: Iterable[int]) -> Truth:
    """Kleene's ``or``: the greatest of them; not met when there are none."""
    return Truth(max(truths, default=Truth.NOT_MET))


def negation(truth: int) -> Truth:
    """Kleene's ``not``; what is unknown stays so."""
    return Truth(2 - truth)


def at_least(count: int, truths: Iterable[int]) -> Truth:
    """Whether at least ``count`` are met: unknown while the unknown ones could still decide.

    >>> at_least(2, [Truth.MET, Truth.UNKNOWN, Truth.NOT_MET]).words
    'unknown'
    """
    found = tuple(truths)
    if sum(truth == Truth.MET for truth in found) >= count:
        return Truth.MET
    return Truth.UNKNOWN if sum(truth != Truth.NOT_MET for truth in found) >= count else Truth.NOT_MET
