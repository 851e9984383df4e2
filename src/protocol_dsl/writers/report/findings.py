"""Deviations, queries and verdicts of a participant, each with its reasons, its rows and its rule."""

from collections.abc import Iterable, Iterator, Mapping

from attrs import evolve

from protocol_dsl.base.days import write_days
from protocol_dsl.base.source import Text
from protocol_dsl.base.values import frozen
from protocol_dsl.model.deviation_codes import DEVIATION_CODES, QUERY_CODES
from protocol_dsl.model.points import Place
from protocol_dsl.model.results import CriterionResult, Deviation, ParticipantResult, Query
from protocol_dsl.model.rules import Criterion
from protocol_dsl.model.schedule import Treatment
from protocol_dsl.model.series import visit_called
from protocol_dsl.model.study import StudyModel
from protocol_dsl.writers.evidence import fact_words
from protocol_dsl.writers.report.excerpts import Excerpt, excerpt

CODE_TITLES: Mapping[str, str] = {code.number: code.title for code in (*DEVIATION_CODES, *QUERY_CODES)}


@frozen(kw_only=True)
class Told:
    """A finding as the report tells it, or several with the same reasons; ``grade`` is empty for a query.

    ``shown_above`` is the place of a rule that an earlier finding of the participant shows already; ``rule`` is then
    ``None``.
    """

    messages: tuple[str, ...]
    code: str
    title: str
    grade: str
    category: str
    date: str
    reasons: tuple[str, ...]
    evidence: tuple[str, ...]
    rule: Excerpt | None
    shown_above: str = ""


@frozen(kw_only=True)
class Verdict:
    """A criterion that decides against a participant, or leaves the verdict open."""

    verdict: str
    rule: str
    title: str
    reason: str
    missing: tuple[str, ...]
    evidence: tuple[str, ...]
    line: Excerpt | None


@frozen
class Teller:
    """Tells findings with the texts that their rules stand in."""

    model: StudyModel
    texts: Mapping[str, Text]

    def deviation(self, each: Deviation, result: ParticipantResult) -> Told:
        """A deviation."""
        return self.told(each, result, grade=each.grade, category=each.category)

    def query(self, each: Query, result: ParticipantResult) -> Told:
        """A query."""
        return self.told(each, result, grade="", category="")

    def told(self, each: Deviation | Query, result: ParticipantResult, *, grade: str, category: str) -> Told:
        """Either."""
        return Told(
            messages=(each.message,),
            code=each.code,
            title=CODE_TITLES.get(each.code, ""),
            grade=grade,
            category=category,
            date="" if each.date is None else write_days(each.date),
            reasons=tuple(dict.fromkeys(reasons_of(each, result))),
            evidence=tuple(map(fact_words, each.facts)),
            rule=excerpt(each.place or self.place_of(each), self.texts),
        )

    def place_of(self, each: Deviation | Query) -> Place | None:
        """Where the visit, treatment or criterion stands, for a finding that names none."""
        if each.visit is not None:
            visit = visit_called(each.visit, self.model)
            return None if visit is None else visit.place
        named: tuple[Criterion | Treatment, ...] = (*self.model.criteria, *self.model.treatments)
        return next((rule.place for rule in named if rule.name in {each.rule, each.treatment}), None)

    def verdicts(self, result: ParticipantResult) -> Iterator[Verdict]:
        """The criteria against, or where none is, the open ones; none for someone eligible."""
        if result.eligibility is None or result.eligibility.decisive.verdict == "eligible":
            return
        decisive = result.eligibility.decisive
        deciding = "against" if decisive.verdict == "not eligible" else "open"
        for each in decisive.criteria:
            if each.decides == deciding:
                yield self.verdict(decisive.verdict, each)

    def verdict(self, verdict: str, each: CriterionResult) -> Verdict:
        """One criterion."""
        return Verdict(
            verdict=verdict,
            rule=each.rule,
            title=each.title,
            reason=each.reason,
            missing=each.missing,
            evidence=tuple(map(fact_words, each.facts)),
            line=excerpt(each.place, self.texts),
        )


def together(findings: Iterable[Told]) -> Iterator[Told]:
    """The findings that differ in their messages alone, as one: the many readings missed at one visit."""
    groups: dict[Told, list[str]] = {}
    for each in findings:
        groups.setdefault(evolve(each, messages=()), []).extend(each.messages)
    return (evolve(each, messages=tuple(messages)) for each, messages in groups.items())


def each_rule_once(findings: Iterable[Told]) -> tuple[Told, ...]:
    """The findings, each rule shown with the first that rests on it."""
    shown: set[Excerpt] = set()
    told = []
    for each in findings:
        if each.rule is not None and each.rule in shown:
            told.append(evolve(each, rule=None, shown_above=each.rule.where))
            continue
        if each.rule is not None:
            shown.add(each.rule)
        told.append(each)
    return tuple(told)


def reasons_of(each: Deviation | Query, result: ParticipantResult) -> Iterator[str]:
    """What the criterion, the visit or the cycle it is about says of itself, as far as prose was asked for."""
    if result.eligibility is not None and each.visit is None and each.cycle is None:
        for criterion in result.eligibility.decisive.criteria:
            if criterion.rule == each.rule and criterion.reason:
                yield criterion.reason
    for visit in result.visits:
        if each.visit is not None and visit.visit == each.visit and visit.reason:
            yield f"{visit.visit}: {visit.reason}"
    for cycle in result.cycles:
        if each.cycle is not None and (cycle.treatment, cycle.cycle) == (each.treatment, each.cycle) and cycle.reason:
            yield f"{cycle.treatment} cycle {cycle.cycle}: {cycle.reason}"
