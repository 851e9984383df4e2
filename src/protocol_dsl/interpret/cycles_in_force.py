"""The cycles of a treatment that amendments change: each cycle in the version in force on its planned day."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from attrs import evolve

from protocol_dsl.base.days import Days
from protocol_dsl.base.values import frozen
from protocol_dsl.interpret.acts import studies_on
from protocol_dsl.interpret.amendments import amended_words, in_force, in_force_when_planned, studies
from protocol_dsl.interpret.cycle_plan import CompiledCycles
from protocol_dsl.interpret.cycles import and_then, judge_cycles, may_be_given
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.judged_cycles import NO_NUMBER, JudgedCycle
from protocol_dsl.interpret.runs import Run
from protocol_dsl.interpret.slots import MET, UNKNOWN, Slot, any_of
from protocol_dsl.interpret.standing import Standing, held
from protocol_dsl.model.records import Administration
from protocol_dsl.model.schedule import Treatment

OUT = {"early", "late"}


@frozen(kw_only=True)
class Chosen:
    """A cycle in the versions that may hold of it, by their numbers; without an ``item`` none of them plans it.

    ``words`` say which versions they are.
    """

    number: int
    versions: tuple[int, ...]
    item: JudgedCycle | None
    words: str = ""


Placed = tuple[dict[int, Run], ...]
"""Of each version, what was given without a number and is known to be a cycle, by its number."""


def judge_cycles_in_force(compiled: Sequence[CompiledCycles | None], facts: Facts) -> tuple[JudgedCycle, ...]:
    """Every planned cycle in order, then those that no version in force planned.

    A version plans its cycles as if it had always held; of each cycle the version stands that is in force on or before
    the day for which the version before it plans it. What was given without a number is one cycle at most: where two
    versions take it for two, each version is judged again, knowing which it is.

    Args:
        compiled: The treatment's cycles in each version of the protocol, ``None`` where it has none.
        facts: The participant.
    """
    placed: Placed = tuple({} for _ in compiled)
    while True:
        judged = [
            () if each is None else judge_cycles(each, facts.under(study), known)
            for each, study, known in zip(compiled, studies(facts), placed, strict=True)
        ]
        if len(judged) == 1:
            return judged[0]
        chosen = tuple(chosen_of(judged, facts))
        if not place(chosen, judged, placed):
            break
    cycles = tuple(once(each.item for each in chosen if each.item is not None))
    return (*cycles, *besides(judged, chosen, cycles, facts))


def is_besides(item: JudgedCycle) -> bool:
    """Whether a cycle was given without being planned."""
    return item.is_extra or (item.slot is None and item.run is not None and item.standing.status == "unscheduled")


def plan_of(found: tuple[JudgedCycle, ...]) -> Mapping[int, JudgedCycle]:
    """The cycles that a version plans, by number."""
    return {item.number: item for item in found if item.number > NO_NUMBER and not is_besides(item)}


# ----------------------------------------------------------------------------- the version that holds
def chosen_of(judged: Sequence[tuple[JudgedCycle, ...]], facts: Facts) -> Iterator[Chosen]:
    """Each cycle that some version plans, in the versions that may hold of it."""
    plans = [plan_of(found) for found in judged]
    for number in sorted({number for plan in plans for number in plan}):
        candidates = [plan.get(number) for plan in plans]
        versions = in_force_when_planned(candidates, planned, facts)
        words = amended_words(candidates, versions, facts)
        item = combined([candidates[version] for version in versions], words)
        yield Chosen(number=number, versions=versions, item=item, words=words)


def planned(item: JudgedCycle) -> Days | None:
    """The planned day of a cycle."""
    return None if item.slot is None else item.slot.planned


def combined(candidates: Sequence[JudgedCycle | None], words: str) -> JudgedCycle | None:
    """A cycle as the versions that may hold have it; what they agree on stands, and all else is open.

    ``words`` say which versions they are.
    """
    found = [item for item in candidates if item is not None]
    if not found:
        return None
    last = evolve(found[-1], why=and_then(found[-1].why, words))
    if len(candidates) == 1:
        return last
    run = next((item.run for item in reversed(found) if item.run is not None), None)
    slots = [item.slot for item in found if item.slot is not None]
    slot = any_of(slots) if slots else None
    possible = tuple(each for item in found for each in item.possible or (item,))
    if len(found) < len(candidates):
        # A version that does not plan it asks nothing of its doses.
        possible = (*possible, evolve(last, run=None, standing=Standing("unscheduled")))
    return evolve(
        last,
        standing=agreed(possible, run, slot),
        slot=slot,
        run=run,
        is_after_last=all(item.is_after_last for item in possible),
        is_ruled_unknown=any(item.is_ruled_unknown for item in found),
        is_over=all(item.is_over for item in found),
        is_off=off(candidates),
        possible=possible,
        perhaps=tuple(dict.fromkeys(row for item in possible for row in item.perhaps)),
        doubt=and_then(*dict.fromkeys(item.doubt for item in found), words),
    )


def off(candidates: Sequence[JudgedCycle | None]) -> int:
    """Whether a cycle never is due, by all versions that may hold of it; one that does not plan it has none."""
    found = {MET if item is None else item.is_off for item in candidates}
    return found.pop() if len(found) == 1 else UNKNOWN


def agreed(possible: Sequence[JudgedCycle], run: Run | None, slot: Slot | None) -> Standing:
    """Where a cycle stands by all versions that may hold of it: the days out are as open as they leave the window."""
    status = possible[0].standing.status
    if any(item.standing.status != status or item.run != run for item in possible):
        return Standing("undetermined")
    return held(run.start, slot) if run is not None and status in OUT else possible[0].standing


# ------------------------------------------------------------------------------- one run, one cycle
def place(chosen: Sequence[Chosen], judged: Sequence[tuple[JudgedCycle, ...]], placed: Placed) -> bool:
    """Note what was given without a number and stands for two cycles in two versions; whether anything is new.

    It is the cycle of which the version is certain, then the one planned nearest to it, then the earlier.
    """
    plans, is_new = [plan_of(found) for found in judged], False
    taken: list[tuple[Chosen, Run]] = []
    for one, run in sorted(unnumbered(chosen), key=nearness):
        first = next((found for found in taken if share(found[1], run)), None)
        if first is None:
            taken.append((one, run))
            continue
        winner, own = first
        for version in one.versions if len(winner.versions) == 1 else ():
            item = plans[version].get(one.number)
            if item is not None and item.run is not None and winner.number not in placed[version]:
                placed[version][winner.number] = own
                is_new = True
    return is_new


def unnumbered(chosen: Sequence[Chosen]) -> Iterator[tuple[Chosen, Run]]:
    """The cycles that were given, as far as the data do not number them, with what was given."""
    for each in chosen:
        if each.item is not None and each.item.run is not None and each.item.run.cycle is None:
            yield each, each.item.run


def nearness(one: tuple[Chosen, Run]) -> tuple[bool, int, int]:
    """The order of cycles for one run."""
    chosen, run = one
    slot = None if chosen.item is None else chosen.item.slot
    return len(chosen.versions) > 1, 0 if slot is None else slot.distance(run.start), chosen.number


def share(one: Run, other: Run) -> bool:
    """Whether two runs have administrations in common."""
    return any(row in other.rows for row in one.rows)


def once(items: Iterable[JudgedCycle]) -> Iterator[JudgedCycle]:
    """The cycles, each run told with the first of them only; where two may be it, that leaves both open."""
    told: list[Run] = []
    for item in items:
        if item.run is not None and item.run.cycle is None and any(share(item.run, run) for run in told):
            open_item = evolve(item, standing=Standing("undetermined"), is_off=UNKNOWN, possible=())
            yield evolve(open_item, run=None, perhaps=item.run.rows)
            continue
        told += [item.run] if item.run is not None else []
        yield item


# ------------------------------------------------------------------------------------------ besides
def besides(
    judged: Sequence[tuple[JudgedCycle, ...]], chosen: Sequence[Chosen], cycles: tuple[JudgedCycle, ...], facts: Facts
) -> Iterator[JudgedCycle]:
    """What was given and is none of the cycles chosen, as the version in force on its first day sees it."""
    told = {row for item in cycles if item.run is not None for row in item.run.rows}
    perhaps = {
        row: item.doubt for item in cycles for each in item.possible if each.run is not None for row in each.run.rows
    }
    words = {each.number: each.words for each in chosen}
    # What the version in force says comes first, and stands.
    for is_of_version in (True, False):
        for version, items in enumerate(judged):
            for item in items:
                left = () if item.run is None else tuple(row for row in item.run.rows if row not in told)
                if item.run is None or not left or (is_of_version and version not in in_force(item.run.start, facts)):
                    continue
                told.update(left)
                if not is_of_other_arm(item.treatment, left[0], facts):
                    run = evolve(item.run, rows=left)
                    yield beside(evolve(item, run=run), words, doubt=perhaps.get(left[0], ""))


def beside(item: JudgedCycle, words: Mapping[int, str], doubt: str) -> JudgedCycle:
    """What was given besides, of a version that may plan it; ``words`` say by which versions each cycle is planned.

    ``doubt`` is why it may be a cycle all the same, if it may.
    """
    if doubt:
        standing = Standing("undetermined")
        one = evolve(nameless(item), standing=standing, is_extra=False, is_after_last=False, doubt=doubt)
        # Nothing is planned for doses that are no cycle.
        return evolve(one, possible=(one, evolve(one, run=None)))
    if is_besides(item) or item.number == NO_NUMBER:
        return item
    return evolve(
        nameless(item), standing=Standing("unscheduled"), is_extra=True, level=None, why=words.get(item.number, "")
    )


def nameless(item: JudgedCycle) -> JudgedCycle:
    """What was given, under the number that the data give it, with nothing of what a version planned for it."""
    number = NO_NUMBER if item.run is None or item.run.cycle is None else item.run.cycle
    return evolve(item, number=number, slot=None, possible=())


def is_of_other_arm(treatment: Treatment, row: Administration, facts: Facts) -> bool:
    """Whether it is told as the treatment of another arm: no version in force on its day gives it by this one."""
    return any(treatment.name in arm.gives for arm in facts.model.arms) and not any(
        may_be_given(treatment, facts.under(study)) for study in studies_on(row, facts)
    )
