"""What a protocol plans for one participant, compiled once: cycles, series of visits, and the days they hang on."""

from collections.abc import Iterator

from protocol_dsl.base.days import Days
from protocol_dsl.base.values import every
from protocol_dsl.interpret.cycle_plan import CompiledCycles
from protocol_dsl.interpret.cycle_rules import CompiledRule
from protocol_dsl.interpret.cycles import endings, may_be_given
from protocol_dsl.interpret.cycles_in_force import judge_cycles_in_force
from protocol_dsl.interpret.cycles_inside import host_of
from protocol_dsl.interpret.doses import first_dose, goes_on, has_ended, last_dose
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.judged_cycles import JudgedCycle
from protocol_dsl.interpret.ladders import graded
from protocol_dsl.interpret.series import in_cycles, repeated
from protocol_dsl.interpret.standing import Member
from protocol_dsl.interpret.tests import compile_test
from protocol_dsl.model.epochs import epochs_giving, is_by_epoch, within
from protocol_dsl.model.given import GivenDay
from protocol_dsl.model.points import Point
from protocol_dsl.model.records import Cutoff, Reading, Record
from protocol_dsl.model.schedule import CycleRule, Cycles, InCycles, Repeated, Treatment, Visit
from protocol_dsl.model.series import member_numbered
from protocol_dsl.model.study import StudyModel, studies_of, treatment_called
from protocol_dsl.model.vocabulary import Ladder


class CompiledPlan:
    """The plan of a protocol; what it works out for a participant is kept with the participant's facts."""

    def __init__(self, model: StudyModel) -> None:
        """Compile the rules of cycles and of repeated visits."""
        self._model = model
        self._treatments = {treatment.name: treatment for treatment in model.treatments}
        self._cycles = {treatment.name: compile_versions(treatment.name, model) for treatment in model.treatments}
        self._of_arms = {
            (treatment.name, arm.name): compile_versions(treatment.name, model, arm.name)
            for treatment in model.treatments
            if is_by_epoch(treatment)
            for arm in model.arms
        }
        self._rules = [
            {
                visit.name: compile_rules(visit.series.rules, study)
                for visit in study.visits
                if isinstance(visit.series, Repeated)
            }
            for study in studies_of(model)
        ]

    def facts(self, record: Record, cutoff: Cutoff) -> Facts:
        """The facts of a participant, with this plan."""
        return Facts(record, self._model, cutoff, plan=self)

    # ------------------------------------------------------------------------------- cycles
    def every_cycle(self, facts: Facts) -> tuple[JudgedCycle, ...]:
        """The cycles of every treatment that has them, in the order of the text."""
        return tuple(cycle for treatment in self._cycles for cycle in self.cycles(treatment, facts))

    def cycles(self, treatment: str, facts: Facts) -> tuple[JudgedCycle, ...]:
        """The cycles of a treatment, worked out once; none while a rule of the plan itself is judged."""
        versions = self._versions(treatment, facts)
        if not any(versions) or facts.is_apart:
            return ()
        whole, key = facts.whole, ("cycles", treatment)
        found = whole.memo.get(key)
        if not isinstance(found, tuple):
            found = whole.memo[key] = judge_cycles_in_force(versions, whole.under(self._model))
        return found

    def cycle(self, given: GivenDay, facts: Facts) -> JudgedCycle | None:
        """The planned cycle whose day is meant, or nothing where there is none."""
        cycles = self.cycles(given.treatment, facts)
        return next((item for item in cycles if item.number == given.number and not item.is_extra), None)

    def _versions(self, treatment: str, facts: Facts) -> tuple[CompiledCycles | None, ...]:
        """The cycles of a treatment in each version, counted from the epoch in which the participant's arm gives it."""
        return self._of_arms.get((treatment, facts.record.arm or ""), self._cycles.get(treatment, ()))

    # ------------------------------------------------------------------------------- visits
    def members(self, version: int, visit: Visit, facts: Facts) -> Iterator[Member]:
        """The visits of a series that the participant has by one version of the protocol, in order."""
        study = studies_of(self._model)[version]
        match visit.series:
            case None:
                return
            case Repeated() as series:
                rules = () if facts.is_apart else self._rules[version][visit.name]
                yield from repeated(visit, series, rules, highest(visit, facts), facts)
            case InCycles() as series:
                compiled = next(iter(self._versions(series.treatment, facts)[version:]), None)
                if compiled is not None:
                    ends = tuple(endings(compiled.treatment, facts.under(study)))
                    yield from in_cycles(visit, series, self.cycles(series.treatment, facts), ends)

    # ------------------------------------------------------------------------------- grades
    def grades(self, ladder: Ladder, facts: Facts) -> tuple[Reading, ...]:
        """The readings of a ladder."""
        return graded(ladder, facts)

    # --------------------------------------------------------------------------------- days
    def day(self, given: GivenDay, facts: Facts) -> Days | None:
        """A day worked out from what was given, or ``None`` where there is none yet."""
        whole = facts.whole
        treatment = self._treatments.get(given.treatment)
        match given.what:
            case "first dose":
                return None if treatment is None else first_dose(treatment, whole)
            case "last dose":
                return self._last_dose((treatment,) if treatment else self._given_to(whole), whole)
            case "cycle" | "planned cycle":
                found = self.cycle(given, whole)
                if found is None:
                    return None
                planned = None if found.slot is None else found.slot.planned
                return planned if found.days is None or given.what == "planned cycle" else found.days

    def is_to_come(self, given: GivenDay, facts: Facts) -> bool:
        """Whether a day that nothing was given on yet may still come by the plan."""
        whole = facts.whole
        treatment = self._treatments.get(given.treatment)
        treatments = (treatment,) if treatment else self._given_to(whole)
        return any(goes_on(each, self._with_host(each, whole), whole) for each in treatments)

    def _given_to(self, facts: Facts) -> tuple[Treatment, ...]:
        """What the participant's arm gives; nothing where the arm is not known."""
        if self._model.arms and facts.record.arm is None:
            return ()
        return tuple(each for each in self._model.treatments if may_be_given(each, facts))

    def _last_dose(self, treatments: tuple[Treatment, ...], facts: Facts) -> Days | None:
        """The last dose of some treatments, once all of them have ended."""
        if facts.is_apart or not all(has_ended(each, self._with_host(each, facts), facts) for each in treatments):
            return None
        days = [day for each in treatments if (day := last_dose(each, facts)) is not None]
        return Days(max(day.first for day in days), max(day.last for day in days)) if days else None

    def _with_host(self, treatment: Treatment, facts: Facts) -> tuple[JudgedCycle, ...]:
        """The cycles of a treatment, and those of the one in whose cycles it is given."""
        host = host_of(treatment, facts)
        others = () if host is None else self.cycles(host.name, facts)
        return (*self.cycles(treatment.name, facts), *others)


def highest(visit: Visit, facts: Facts) -> int:
    """The highest number of a repeated visit that the data name."""
    labels = {row.visit for row in facts.record.visits if row.visit and row.visit.startswith(visit.name)}
    numbers = (label[len(visit.name) :] for label in labels if member_numbered(visit, label[len(visit.name) :]))
    return max(map(int, numbers), default=0)


def compile_rules(rules: tuple[CycleRule, ...], model: StudyModel) -> tuple[CompiledRule, ...]:
    """Rules with their tests compiled."""
    return tuple(
        CompiledRule(rule, compile_test(rule.test, model).judge, tuple(dict.fromkeys(every(Point, rule.test))))
        for rule in rules
    )


def compile_versions(name: str, model: StudyModel, arm: str = "") -> tuple[CompiledCycles | None, ...]:
    """The cycles of a treatment in each version of the protocol, one where nothing was ever amended.

    Those that count from the start of an epoch count from that in which ``arm`` gives them, if it is named.
    """
    found = studies_of(model)
    treatments = (treatment_called(name, study) for study in found)
    return tuple(
        None if treatment is None else compile_cycles(of_arm(treatment, arm, study), study)
        for treatment, study in zip(treatments, found, strict=True)
    )


def of_arm(treatment: Treatment, name: str, model: StudyModel) -> Treatment:
    """A treatment as an arm gives it; as written, and so without a day, where it counts from no epoch of the arm."""
    arm = next((each for each in model.arms if each.name == name), None)
    epochs = epochs_giving(treatment.name, arm, model) if is_by_epoch(treatment) else ()
    return within(treatment, epochs[0]) if epochs else treatment


def compile_cycles(treatment: Treatment, model: StudyModel) -> CompiledCycles | None:
    """The cycles of a treatment with their rules compiled; nothing for one without cycles."""
    if not isinstance(treatment.course, Cycles):
        return None
    days = None if treatment.dose is None else treatment.dose.days
    return CompiledCycles(
        treatment=treatment,
        cycles=treatment.course,
        length=days or 1,
        rules=compile_rules(treatment.course.rules, model),
    )
