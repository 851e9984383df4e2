"""The cycles of a treatment that is given in the cycles of another: each goes with the one in which it lies."""

from collections.abc import Iterator
from itertools import islice

from protocol_dsl.interpret.cycle_plan import CompiledCycles, Step, last_points, over
from protocol_dsl.interpret.cycle_rules import Ruling, ruled
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.judged_cycles import JudgedCycle
from protocol_dsl.interpret.planned_slots import slot_at
from protocol_dsl.interpret.series import terms_in
from protocol_dsl.interpret.slots import NOT_MET, UNKNOWN
from protocol_dsl.interpret.stops import is_planned
from protocol_dsl.model.cycles import cycle_point
from protocol_dsl.model.schedule import Cycles, InCycles, Treatment
from protocol_dsl.model.study import treatment_called


def host_of(treatment: Treatment, facts: Facts) -> Treatment | None:
    """The treatment in whose cycles one is given; nothing for one with a plan of its own."""
    course = treatment.course
    if not isinstance(course, Cycles) or course.inside is None:
        return None
    return treatment_called(course.inside.treatment, facts.model)


def steps_inside(compiled: CompiledCycles, inside: InCycles, facts: Facts, limit: int) -> Iterator[Step]:
    """At most ``limit`` cycles, in those of the other treatment that the text names."""
    cycles, last = compiled.cycles, last_points(compiled.cycles)
    ruling = Ruling(slot=None)
    for item in islice(cycles_meant(inside, facts), limit):
        slot = slot_at(cycle_point(cycles, item.number), cycles.window, facts)
        if ruling.goes_on == NOT_MET:
            ruling = over(slot, ruling)
        elif item.is_over:
            ruling = Ruling(slot=slot, goes_on=NOT_MET, words=item.why)
        else:
            ruling = ruled(compiled.rules, item.number, slot, cycles.window, facts)
        exists = is_planned(None, ruling.slot, last, (), facts)
        terms = terms_in(item, inside, ())
        if exists != NOT_MET or ruling.slot != slot:
            exists = UNKNOWN if terms.is_in_doubt and exists != NOT_MET else exists
            yield Step(number=item.number, ruling=ruling, exists=exists, terms=terms)
        if exists == NOT_MET:
            return


def cycles_meant(inside: InCycles, facts: Facts) -> Iterator[JudgedCycle]:
    """The planned cycles of the other treatment in which this one is given."""
    cycles = () if facts.plan is None else facts.plan.cycles(inside.treatment, facts)
    for item in cycles:
        is_besides = item.number < 1 or (item.slot is None and (item.is_extra or item.is_after_last))
        if inside.only.has(item.number) and not is_besides:
            yield item
