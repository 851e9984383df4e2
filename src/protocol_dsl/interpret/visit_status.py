"""The status of each visit at the cut-off."""

from collections.abc import Iterator

from protocol_dsl.base.days import write_days
from protocol_dsl.base.values import frozen
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.matching import Matched, Matching, match_visits
from protocol_dsl.interpret.moved_windows import previous_visits
from protocol_dsl.interpret.participation import participation_end
from protocol_dsl.interpret.plan import is_applicable, is_in_doubt, is_off, may_be_none, terms_of
from protocol_dsl.interpret.slots import MET, NOT_MET, UNKNOWN, later
from protocol_dsl.interpret.standing import Due, Ending, Standing, Terms, begun_with, held, not_held
from protocol_dsl.model.points import Length, Window
from protocol_dsl.model.records import VisitRow
from protocol_dsl.model.schedule import Visit

KEY = "standing of a visit"
NO_WINDOW = Window(Length(), Length())


@frozen(kw_only=True)
class JudgedVisit:
    """A planned visit with its status."""

    matched: Matched
    standing: Standing

    @property
    def visit(self) -> Visit:
        """The planned visit."""
        return self.matched.visit

    @property
    def is_held(self) -> bool:
        """Whether it was held, early termination included, by a participant to whom it applies."""
        return self.matched.days is not None and self.standing.status != "not applicable"


def judge_visits(facts: Facts) -> tuple[JudgedVisit, ...]:
    """Every planned visit in the order of the text."""
    matching = match_visits(facts)
    endings = endings_of(facts)
    return tuple(
        JudgedVisit(matched=matched, standing=standing_of(matched, facts, endings, matching))
        for matched in matching.visits.values()
    )


def endings_of(facts: Facts) -> tuple[Ending, ...]:
    """The end of participation, from which no visit is due."""
    end = participation_end(facts)
    return () if end is None else (Ending(days=end, words=f"participation ended on {write_days(end)}"),)


def judge_visit(matched: Matched, facts: Facts, endings: tuple[Ending, ...], matching: Matching) -> Standing:
    """The status of one visit, decided in the order that the language fixes."""
    visit = matched.visit
    if not is_applicable(visit, facts):
        return Standing("not applicable")
    if matched.is_termination and visit.window == NO_WINDOW:
        return Standing("early termination")
    terms = terms_of(visit, facts)
    if matched.days is not None:
        return Standing("undetermined") if may_be_none(visit, facts) else held(matched.days, matched.slot)
    if matched.terminations or terms.is_over or is_off(visit, facts) == MET:
        return Standing("not due")
    if matched.slot is None and visit.is_moved:
        return hanging(matched, facts, endings, matching)
    return begun_with(terms, not_held(due(matched, facts, endings, terms)))


def due(matched: Matched, facts: Facts, endings: tuple[Ending, ...], terms: Terms) -> Due:
    """What decides about a visit that was not held."""
    return Due(
        slot=matched.slot,
        cutoff=facts.cutoff.day,
        endings=(*endings, *terms.endings),
        grace_days=grace_days(matched.visit, facts),
        perhaps=bool(matched.perhaps),
        is_in_doubt=(
            terms.is_in_doubt
            or is_in_doubt(matched.visit, facts)
            or is_off(matched.visit, facts) == UNKNOWN
            or (bool(matched.visit.arms) and facts.record.arm is None)
        ),
    )


def grace_days(visit: Visit, facts: Facts) -> int:
    """How long records of the visit may still come in: no longer where one has, and says that it was not held."""
    return 0 if rows_not_held(visit, facts) else visit.grace_days


def rows_not_held(visit: Visit, facts: Facts) -> tuple[VisitRow, ...]:
    """The rows that say the visit was not held."""
    return tuple(
        row
        for row in facts.record.visits
        if row.visit == visit.name and row.status == "not held" and facts.belongs(row.first, row.last)
    )


def hanging(matched: Matched, facts: Facts, endings: tuple[Ending, ...], matching: Matching) -> Standing:
    """A visit whose window hangs on a previous one that was not held.

    It is not due while the previous one is still to come, or where participation ended before the plan's own window
    closed; otherwise its window is unknown, and so is the visit.
    """
    previous = previous_visits(facts).get(matched.visit.name)
    if previous is None or not previous.before:
        return Standing("not due")
    latest = previous.visit.slot.latest
    if any(ending.is_certain and later(ending.days, latest) == NOT_MET for ending in endings):
        return Standing("not due")
    found = (matching.visits[each.visit.name] for each in previous.before)
    before = {standing_of(each, facts, endings, matching).status for each in found}
    is_open = not previous.may_be_first and before <= {"not due", "expected", "overdue"}
    return Standing("not due" if is_open else "undetermined")


def standing_of(matched: Matched, facts: Facts, endings: tuple[Ending, ...], matching: Matching) -> Standing:
    """The status of one visit, worked out once: others may hang on it, on which others hang."""
    key = (KEY, matched.visit.name)
    found = facts.memo.get(key)
    if not isinstance(found, Standing):
        found = facts.memo[key] = judge_visit(matched, facts, endings, matching)
    return found


def held_in_plan_order(visits: tuple[JudgedVisit, ...]) -> Iterator[JudgedVisit]:
    """The visits held whose planned day is known, by planned day, then in the order of the text."""
    found = [item for item in visits if item.is_held and item.matched.slot is not None]
    return iter(sorted(found, key=planned_key))


def planned_key(item: JudgedVisit) -> tuple[int, int]:
    """Where the plan puts a visit."""
    slot = item.matched.slot
    return (0, 0) if slot is None else (slot.planned.first, slot.planned.last)
