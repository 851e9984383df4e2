"""The visits of a series that one participant has, and on what terms: as many as have come, and the next one."""

from collections.abc import Iterator

from attrs import evolve

from protocol_dsl.interpret.cycle_rules import CompiledRule, Ruling, ruled
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.judged_cycles import JudgedCycle
from protocol_dsl.interpret.participation import participation_end
from protocol_dsl.interpret.planned_slots import slot_at
from protocol_dsl.interpret.slots import MET, NOT_MET, UNKNOWN, Slot
from protocol_dsl.interpret.standing import Ending, Member, Terms
from protocol_dsl.interpret.stops import bounds, endings, happened, is_planned
from protocol_dsl.model.schedule import InCycles, Repeated, Visit
from protocol_dsl.model.series import cycle_member, last_number, repeated_member


def repeated(
    visit: Visit, series: Repeated, rules: tuple[CompiledRule, ...], recorded: int, facts: Facts
) -> Iterator[Member]:
    """The members of a repeated visit that exist: none is planned after a stop.

    Those of the text's own points are listed, and of the others those up to the cut-off (or to the end of participation
    before it), the next one, and as many as the data name (``recorded``).
    """
    stops, last = happened(series.stops, facts), bounds(series.stops)
    terms = Terms(endings=tuple(endings(stops)), why=", ".join(stop.words for stop in stops))
    until = last_listed(facts)
    slot: Slot | None = None
    is_in_doubt = False
    for number in range(1, last_number(series) + 1):
        has_come = slot is not None and until is not None and slot.planned.first <= until
        if number > max(len(series.points), recorded) and not has_come:
            return
        member = repeated_member(visit, series, number)
        slot = slot_at(member.point, member.window, facts)
        exists = is_planned(member.point, slot, last, stops, facts)
        if exists == NOT_MET:
            return
        ruling = ruled(rules, number, slot, member.window, facts)
        yield Member(member, ruled_terms(terms, ruling, is_in_doubt=is_in_doubt or exists != MET))
        if ruling.goes_on == NOT_MET:
            return
        is_in_doubt = is_in_doubt or ruling.goes_on == UNKNOWN


def ruled_terms(terms: Terms, ruling: Ruling, *, is_in_doubt: bool) -> Terms:
    """The terms of one member, with what the tests on its planned day made of it."""
    return evolve(
        terms,
        is_in_doubt=is_in_doubt or ruling.is_unknown,
        is_over=ruling.goes_on == NOT_MET,
        is_off=MET if ruling.goes_on == NOT_MET else NOT_MET,
        is_ruled_unknown=ruling.is_unknown,
        why=ruling.words or terms.why,
    )


def last_listed(facts: Facts) -> int | None:
    """The last day on which a plan without an end is followed: the cut-off, or the end of participation before it."""
    cutoff, end = facts.cutoff.day, participation_end(facts)
    return cutoff if cutoff is None or end is None else min(cutoff, end.last)


def in_cycles(
    visit: Visit, series: InCycles, cycles: tuple[JudgedCycle, ...], ends: tuple[Ending, ...]
) -> Iterator[Member]:
    """The visits of the planned cycles of a treatment."""
    for item in cycles:
        if item.slot is None and item.run is not None:
            continue
        if series.only.has(item.number) and item.standing.status != "unscheduled":
            terms = terms_in(item, series, ends)
            for day in series.days:
                yield Member(cycle_member(visit, series, item.number, day), terms)


def terms_in(item: JudgedCycle, series: InCycles, ends: tuple[Ending, ...]) -> Terms:
    """The terms of the visits of a cycle: those of the cycle until it has begun, or while a rule leaves it open."""
    is_given, status = item.run is not None, item.standing.status
    return Terms(
        endings=ends,
        is_over=not is_given and status == "not due",
        is_in_doubt=item.is_ruled_unknown or (not is_given and status == "undetermined"),
        is_waiting=not is_given and status in {"expected", "overdue"} and series.counted_from == "start",
        is_off=item.is_off,
        why="" if is_given and not item.is_ruled_unknown else item.why,
    )
