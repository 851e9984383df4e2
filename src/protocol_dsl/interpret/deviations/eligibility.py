"""Randomized though not eligible, or with eligibility still open."""

from collections.abc import Iterator

from protocol_dsl.interpret.deviations.judged import About, Found, Judged, deviation, query
from protocol_dsl.interpret.participation import day_of
from protocol_dsl.interpret.reasons import once_facts
from protocol_dsl.model.deviation_codes import ELIGIBILITY_OPEN, NOT_ELIGIBLE
from protocol_dsl.model.results import CriterionResult, Decides


def derive(judged: Judged) -> Iterator[Found]:
    """The screening that decides, against randomization: a deviation for each criterion that decides against.

    One query where eligibility is open, about the first criterion that leaves it so.
    """
    if judged.eligibility is None or not judged.is_randomized:
        return
    screening = judged.eligibility.decisive
    if screening.verdict == "not eligible":
        for rule in deciding(screening.criteria, "against"):
            message = f"randomized though not eligible: {named((rule,))}"
            yield deviation(judged, NOT_ELIGIBLE, about(judged, (rule,)), message)
    elif screening.verdict == "undetermined":
        rules = deciding(screening.criteria, "open")
        message = f"randomized with eligibility undetermined: {named(rules)}"
        yield query(judged, ELIGIBILITY_OPEN, about(judged, rules), message)


def deciding(criteria: tuple[CriterionResult, ...], how: Decides) -> tuple[CriterionResult, ...]:
    """The criteria that decide so."""
    return tuple(criterion for criterion in criteria if criterion.decides == how)


def about(judged: Judged, rules: tuple[CriterionResult, ...]) -> About:
    """The first of the rules, on the day of randomization."""
    return About(
        rule=rules[0].rule,
        date=day_of(judged.facts.events("randomization")),
        facts=once_facts(fact for rule in rules for fact in rule.facts),
        place=rules[0].place,
    )


def named(rules: tuple[CriterionResult, ...]) -> str:
    """The rules with their titles."""
    return ", ".join(f"{rule.rule} {rule.title}".strip() for rule in rules)
