"""The reasons of a rule as a tree, ready to be written: findings within findings."""

from collections.abc import Iterator

from protocol_dsl.base.days import Days
from protocol_dsl.base.values import frozen
from protocol_dsl.interpret.eligibility import EligibilityRules
from protocol_dsl.interpret.facts import Facts
from protocol_dsl.model.points import Place
from protocol_dsl.model.results import Finding


@frozen(kw_only=True)
class RuleExplanation:
    """Why a rule found what it found; ``kind`` is inclusion, exclusion, visit or cycle, ``decides`` what it means."""

    rule: str
    kind: str
    title: str
    finding: Finding
    decides: str = ""
    point: Days | None = None
    place: Place | None = None


def explain_eligibility(rules: EligibilityRules, facts: Facts) -> tuple[RuleExplanation, ...]:
    """Each criterion at the screening that decides, in the order of the text."""
    day = rules.day(facts)
    return tuple(
        RuleExplanation(
            rule=criterion.name,
            kind=criterion.kind,
            title=criterion.title,
            finding=finding,
            decides=("against", "open", "for")[finding.truth if criterion.kind == "inclusion" else 2 - finding.truth],
            point=day,
            place=criterion.place,
        )
        for criterion, finding in rules.explain(facts)
    )


def leaves(finding: Finding) -> Iterator[Finding]:
    """The findings that are made of no others, in the order of the text."""
    if not finding.parts:
        yield finding
    for part in finding.parts:
        yield from leaves(part)
