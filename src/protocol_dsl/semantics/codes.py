"""Every code of this room, for the pages and the docs."""

from types import ModuleType

from protocol_dsl.base.diagnostics import Code
from protocol_dsl.semantics import analyse, libraries
from protocol_dsl.semantics.checks import (
    alike,
    amendments,
    arms,
    brought,
    circles,
    collected,
    counted,
    criteria,
    cycle_rules,
    cycles,
    cycles_inside,
    distances,
    doses,
    edges,
    endpoints,
    ends,
    epochs,
    examples,
    header,
    histories,
    intervals,
    kinds,
    ladders,
    limits,
    names,
    open_plans,
    rules,
    series,
    sizes,
    sources,
    times,
    titration,
    units,
    unused,
    visit_classes,
    visits,
    words,
)

MODULES: tuple[ModuleType, ...] = (
    header,
    brought,
    names,
    unused,
    libraries,
    analyse,
    circles,
    sizes,
    words,
    alike,
    visits,
    visit_classes,
    distances,
    intervals,
    doses,
    titration,
    cycles,
    cycles_inside,
    cycle_rules,
    open_plans,
    series,
    epochs,
    ends,
    arms,
    rules,
    histories,
    kinds,
    ladders,
    limits,
    edges,
    units,
    times,
    counted,
    endpoints,
    collected,
    criteria,
    sources,
    amendments,
    examples,
)
ALL_CODES: tuple[Code, ...] = tuple(
    sorted(
        {code for module in MODULES for code in vars(module).values() if isinstance(code, Code)},
        key=lambda code: code.number,
    )
)


def list_codes() -> tuple[tuple[str, str, str], ...]:
    """Number, severity and label of every code of this room, by number."""
    return tuple((code.number, code.severity, code.label) for code in ALL_CODES)
