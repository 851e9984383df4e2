"""How far apart cycles are: a length for each, the last of them repeating."""

from itertools import pairwise

from protocol_dsl.model.points import Length
from protocol_dsl.semantics.cycle_names import range_of
from protocol_dsl.semantics.points import length
from protocol_dsl.syntax import ast


def paces_fit(node: ast.Cycles) -> bool:
    """Whether the paces say one length for each cycle: from C1 on, without gaps, the last going on."""
    ranges = [range_of(pace.cycles) for pace in node.paces]
    known = [each for each in ranges if each is not None]
    if len(known) < len(ranges) or not known:
        return not ranges
    follows = all(
        one.last is not None and one.last >= one.first and other.first == one.last + 1 for one, other in pairwise(known)
    )
    last = known[-1].last
    return known[0].first == 1 and follows and (last is None or (node.up_to is not None and last >= node.up_to))


def spacings_of(node: ast.Cycles) -> tuple[Length, ...]:
    """The lengths from each cycle to the next, the last repeating; nothing while the text holds other mistakes."""
    if not node.paces:
        found = [length(spacing) for spacing in node.spacings]
        return tuple(each for each in found if each) if None not in found else ()
    if not paces_fit(node):
        return ()
    lengths: list[Length] = []
    for pace in node.paces:
        step, cycles = length(pace.length), range_of(pace.cycles)
        if step is None or cycles is None:
            return ()
        lengths += [step] * (1 if cycles.last is None else cycles.last - cycles.first + 1)
    return tuple(lengths)
