"""The interpreter: a protocol compiled once, then one participant at a time."""

from collections.abc import Iterator

from attrs import evolve

from protocol_dsl.base.truth import Truth
from protocol_dsl.interpret.compiled_plan import CompiledPlan
from protocol_dsl.interpret.deviations.derive import derivations
from protocol_dsl.interpret.deviations.judged import Found, Judged, deviations_in_order, queries_in_order
from protocol_dsl.interpret.eligibility import EligibilityRules
from protocol_dsl.interpret.epochs import epoch_results
from protocol_dsl.interpret.explain import RuleExplanation, explain_eligibility
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.interpret.judged_cycles import JudgedCycle
from protocol_dsl.interpret.matching import match_visits
from protocol_dsl.interpret.plan import planned_visits
from protocol_dsl.interpret.schedule import cycle_result, other_visits, visit_result
from protocol_dsl.interpret.visit_status import JudgedVisit, judge_visits
from protocol_dsl.model.expressions import NOWHERE
from protocol_dsl.model.points import Place
from protocol_dsl.model.records import Cutoff, Record
from protocol_dsl.model.results import (
    CycleResult,
    Finding,
    ParticipantResult,
    Reasons,
    Status,
    Verdict,
    VisitResult,
)
from protocol_dsl.model.study import StudyModel

AGAINST: frozenset[Status] = frozenset({"early", "late", "overdue", "missed", "undetermined", "unscheduled"})
"""Statuses whose reason is given where only what is against the participant is explained."""


class Engine:
    """The meaning of a protocol, compiled once; each method is pure, and keeps nothing of a participant."""

    def __init__(self, model: StudyModel, cutoff: Cutoff) -> None:
        """The protocol, read up to ``cutoff``; its day is ``None`` where the data have no date."""
        self.model = model
        self.cutoff = cutoff
        self._plan = CompiledPlan(model)
        self._rules = EligibilityRules(model, self._plan)
        self._derivations = derivations(model)

    def check(self, record: Record, reasons: Reasons = "all") -> ParticipantResult:
        """Eligibility, visits, cycles, deviations and queries of one participant."""
        facts = self._plan.facts(record, self.cutoff)
        judged = self._judged(facts, reasons)
        found: list[Found] = [item for derive in self._derivations for item in derive(judged)]
        if reasons == "none":
            found = [evolve(item, facts=()) for item in found]
        return ParticipantResult(
            participant=record.participant,
            site=record.site,
            arm=record.arm,
            eligibility=judged.eligibility,
            visits=tuple(self._visits(judged.visits, facts, reasons)),
            cycles=tuple(self._cycle_results(judged.cycles, facts, reasons)),
            deviations=deviations_in_order(found),
            queries=queries_in_order(found),
            epochs=epoch_results(facts),
        )

    def screen(self, record: Record, reasons: Reasons = "all") -> ParticipantResult:
        """Eligibility alone."""
        return ParticipantResult(
            participant=record.participant,
            site=record.site,
            arm=record.arm,
            eligibility=self._rules.judge(self._plan.facts(record, self.cutoff), reasons),
        )

    def schedule(self, record: Record) -> ParticipantResult:
        """Planned visits and cycles with the reason for each day, and their status at the cut-off."""
        facts = self._plan.facts(record, self.cutoff)
        return ParticipantResult(
            participant=record.participant,
            site=record.site,
            arm=record.arm,
            eligibility=None,
            visits=tuple(self._visits(judge_visits(facts), facts, "all")),
            cycles=tuple(self._cycle_results(self._plan.every_cycle(facts), facts, "all")),
            epochs=epoch_results(facts),
        )

    def verdict(self, record: Record) -> Verdict:
        """The verdict of the screening that decides, without prose."""
        return self._rules.verdict(record, self.cutoff)

    def explain(self, record: Record) -> tuple[RuleExplanation, ...]:
        """Why: each criterion as a tree of findings, then each visit and cycle with the reason for its day."""
        facts = self._plan.facts(record, self.cutoff)
        visits = {visit.name: visit for visit in planned_visits(facts)}
        treatments = {treatment.name: treatment for treatment in self.model.treatments}
        found = list(explain_eligibility(self._rules, facts))
        for item in self._visits(judge_visits(facts), facts, "all"):
            visit = visits.get(item.visit)
            title, place = ("", None) if visit is None else (visit.title, visit.place)
            found.append(explained(item, item.visit, "visit", title, place))
        for cycle in self._cycle_results(self._plan.every_cycle(facts), facts, "all"):
            treatment = treatments[cycle.treatment]
            rule = f"{cycle.treatment}/{cycle.cycle}"
            found.append(explained(cycle, rule, "cycle", treatment.title, treatment.place))
        return tuple(found)

    # ------------------------------------------------------------------------- parts
    def _judged(self, facts: Facts, reasons: Reasons) -> Judged:
        """Everything that deviations are derived from."""
        return Judged(
            facts=facts,
            eligibility=self._rules.judge(facts, reasons),
            eligibility_facts=self._rules.limited(facts),
            matching=match_visits(facts),
            visits=judge_visits(facts),
            cycles=self._plan.every_cycle(facts),
        )

    def _visits(self, visits: tuple[JudgedVisit, ...], facts: Facts, reasons: Reasons) -> Iterator[VisitResult]:
        """Planned visits in the order of the text, then the others by day."""
        for item in visits:
            yield visit_result(item, facts, with_reason=wants(reasons, item.standing.status))
        yield from other_visits(match_visits(facts), with_reason=wants(reasons, "unscheduled"))

    def _cycle_results(self, cycles: tuple[JudgedCycle, ...], facts: Facts, reasons: Reasons) -> Iterator[CycleResult]:
        """The cycles as results."""
        for item in cycles:
            yield cycle_result(item, facts, with_reason=wants(reasons, item.standing.status))


def wants(reasons: Reasons, status: Status) -> bool:
    """Whether a reason is asked for."""
    return reasons == "all" or (reasons == "against" and status in AGAINST)


def explained(
    item: VisitResult | CycleResult, rule: str, kind: str, title: str, place: Place | None
) -> RuleExplanation:
    """A visit or cycle as an explanation; what is undetermined is unknown, what departs from the plan is not met."""
    truth = Truth.MET
    if item.status == "undetermined":
        truth = Truth.UNKNOWN
    elif item.status in AGAINST:
        truth = Truth.NOT_MET
    words = f"{item.status}: {item.reason}" if item.reason else item.status
    finding = Finding(truth=truth, words=words, place=place or NOWHERE, facts=item.facts)
    return RuleExplanation(rule=rule, kind=kind, title=title, finding=finding, point=item.planned, place=place)
