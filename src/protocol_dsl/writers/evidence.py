"""A row that was used, in words."""

from collections.abc import Iterable

from protocol_dsl.model.results import Fact


def evidence(facts: Iterable[Fact]) -> str:
    """``readings row 12: cd4 200 cells/mm3 (2004-05-28); visits row 40``."""
    return "; ".join(map(fact_words, facts))


def fact_words(fact: Fact) -> str:
    """``readings row 12: cd4 200 cells/mm3 (2004-05-28)``; parts that are not known are left out.

    >>> from protocol_dsl.model.records import Origin
    >>> fact_words(Fact(origin=Origin("visits", 40)))
    'visits row 40'
    """
    row = "" if fact.origin.row is None else f" row {fact.origin.row}"
    file = "" if fact.origin.file is None else f" of {fact.origin.file}"
    value = "" if fact.value == fact.name else fact.value
    about = " ".join(part for part in (fact.name, value, fact.unit if fact.value else "") if part)
    date = f"({fact.date})" if fact.date else ""
    said = " ".join(part for part in (about, date) if part)
    return f"{fact.origin.table}{row}{file}" + (f": {said}" if said else "")
