"""Assessments missed at a visit that was held."""

from collections.abc import Container, Iterator

from protocol_dsl.interpret.deviations.judged import About, Found, Judged, deviation, query
from protocol_dsl.interpret.plan import may_be_none
from protocol_dsl.interpret.readings_at_visits import readings_at
from protocol_dsl.interpret.reasons import once_facts, reading_fact
from protocol_dsl.interpret.schedule import row_facts
from protocol_dsl.interpret.visit_status import JudgedVisit
from protocol_dsl.model.deviation_codes import ASSESSMENT_MISSED, ASSESSMENT_UNDETERMINED
from protocol_dsl.model.schedule import Visit


def derive(judged: Judged) -> Iterator[Found]:
    """Measures of ``assess`` without a reading that belongs to the visit, as ``M at V`` defines it.

    Of a group of measures one is enough. An empty reading is none. Events named in ``assess`` are no readings and are
    not looked for. Where the data have no table of readings at all nothing can be said to be missing: that is one
    query, not a deviation for each visit.
    """
    measures = {measure.name for measure in judged.model.vocabulary.measures}
    held = [(item, tuple(asked(item.visit, measures))) for item in judged.visits if item.is_held]
    record = judged.facts.record
    if record.tables and "readings" not in record.tables and not record.readings:
        if any(groups for _, groups in held):
            message = "the data hold no readings, so that assessments cannot be judged"
            yield query(judged, ASSESSMENT_UNDETERMINED, About(), message)
        return
    for item, groups in held:
        for group in groups:
            yield from assessed(judged, item, group)


def asked(visit: Visit, measures: Container[str]) -> Iterator[tuple[str, ...]]:
    """What is asked for at a visit: each measure by itself, then several of which one is enough."""
    yield from ((name,) for name in visit.required if name in measures)
    yield from visit.either


def assessed(judged: Judged, item: JudgedVisit, group: tuple[str, ...]) -> Iterator[Found]:
    """One measure at one visit, or several of which one is enough."""
    found = [member for measure in group for member in readings_at(measure, item.visit, judged.facts)]
    if any(member.is_certain for member in found):
        return
    name = item.visit.name
    listed = ", ".join(group)
    about = About(
        rule=" or ".join(group),
        visit=name,
        date=item.matched.days,
        facts=once_facts(reading_fact(member.row) for member in found) or row_facts(item.matched.rows),
        place=item.visit.place,
    )
    some = listed if len(group) == 1 else f"any of {listed}"
    if found or may_be_none(item.visit, judged.facts):
        asked_for = "read" if found else "due"
        message = f"whether {some} was {asked_for} at visit {name} is not known"
        yield query(judged, ASSESSMENT_UNDETERMINED, about, message)
    else:
        message = f"{listed} was not read" if len(group) == 1 else f"none of {listed} was read"
        message += f" at visit {name}"
        yield deviation(judged, ASSESSMENT_MISSED, about, message, slot=item.matched.slot, actual=item.matched.days)
