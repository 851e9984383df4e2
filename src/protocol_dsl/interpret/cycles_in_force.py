"""The cycles of a treatment that amendments change: each cycle in the version in force on its planned day."""

from collections.abc import Iterator, Sequence

from attrs import evolve

from protocol_dsl.base.days import Days
from protocol_dsl.interpret.amendments import amended_words, in_force, in_force_when_planned, studies
from protocol_dsl.interpret.cycle_plan import CompiledCycles
from protocol_dsl.interpret.cycles import judge_cycles
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.judged_cycles import JudgedCycle
from protocol_dsl.interpret.slots import any_of
from protocol_dsl.interpret.standing import Standing


def judge_cycles_in_force(compiled: Sequence[CompiledCycles | None], facts: Facts) -> tuple[JudgedCycle, ...]:
    """Every planned cycle in order, then those that no version in force planned.

    A version plans its cycles as if it had always held; of each cycle the version stands that is in force on or before
    the day for which the version before it plans it.

    Args:
        compiled: The treatment's cycles in each version of the protocol, ``None`` where it has none.
        facts: The participant.
    """
    judged = [
        () if each is None else judge_cycles(each, facts.under(study))
        for each, study in zip(compiled, studies(facts), strict=True)
    ]
    if len(judged) == 1:
        return judged[0]
    plans = [{item.number: item for item in found if not is_besides(item)} for found in judged]
    chosen = tuple(
        item
        for number in sorted({number for plan in plans for number in plan})
        if (item := choose([plan.get(number) for plan in plans], facts)) is not None
    )
    return (*chosen, *besides(judged, chosen, facts))


def is_besides(item: JudgedCycle) -> bool:
    """Whether a cycle was given without being planned."""
    return item.is_extra or (item.slot is None and item.run is not None and item.standing.status == "unscheduled")


def choose(candidates: list[JudgedCycle | None], facts: Facts) -> JudgedCycle | None:
    """A cycle in the version that holds, or nothing where none that may hold plans it."""
    numbers = in_force_when_planned(candidates, planned, facts)
    possible = [item for number in numbers if (item := candidates[number]) is not None]
    if not possible:
        return None
    words = amended_words(candidates, numbers, facts)
    last = evolve(possible[-1], why="; ".join(part for part in (possible[-1].why, words) if part))
    if len(possible) == len(numbers) and all(item.standing == last.standing for item in possible):
        return last
    slots = [item.slot for item in possible if item.slot is not None]
    return evolve(last, standing=Standing("undetermined"), slot=any_of(slots) if slots else None)


def planned(item: JudgedCycle) -> Days | None:
    """The planned day of a cycle."""
    return None if item.slot is None else item.slot.planned


def besides(
    judged: Sequence[tuple[JudgedCycle, ...]], chosen: tuple[JudgedCycle, ...], facts: Facts
) -> Iterator[JudgedCycle]:
    """What was given and is none of the cycles chosen, as the version in force on its first day sees it."""
    told = [item.run for item in chosen if item.run is not None]
    # What the version in force says comes first, and stands.
    for is_of_version in (True, False):
        for number, items in enumerate(judged):
            for item in items:
                if item.run is None or item.run in told or not is_besides(item):
                    continue
                if not is_of_version or number in in_force(item.run.start, facts):
                    told.append(item.run)
                    yield item
