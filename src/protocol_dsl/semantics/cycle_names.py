"""Cycles as a text names them: ``C3``, ``C1 to C3``, ``C4 on, every second cycle``."""

import re

from protocol_dsl.model.schedule import CycleRange, Only
from protocol_dsl.syntax import ast

CYCLE = re.compile(r"C([1-9][0-9]*)")
MOST_CYCLES = 10_000
ORDINALS = {
    word: number
    for number, word in enumerate(
        ("second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"), 2
    )
}


def cycle_number(name: ast.Name) -> int | None:
    """The number of a cycle written ``C3``; nothing for another word, or a number beyond all plans."""
    found = CYCLE.fullmatch(name.text)
    number = int(found[1]) if found else 0
    return number if 1 <= number <= MOST_CYCLES else None


def range_of(written: ast.CycleRange | None) -> CycleRange | None:
    """The cycles that a range names; nothing where its words are no cycles."""
    if written is None:
        return CycleRange(1)
    first = cycle_number(written.first)
    last = None if written.last is None else cycle_number(written.last)
    if first is None or (written.last is not None and last is None):
        return None
    return CycleRange(first, None if written.goes_on else last or first)


def only_of(written: ast.Only | None) -> Only:
    """The cycles that a clause ``only`` means; all of them without one, or while it holds mistakes."""
    if written is None:
        return Only()
    step = 1 if written.ordinal is None else ORDINALS.get(written.ordinal.text, 1)
    ranges = [range_of(each) for each in written.ranges or (None,)]
    return Only(tuple(CycleRange(each.first, each.last, step) for each in ranges if each))
