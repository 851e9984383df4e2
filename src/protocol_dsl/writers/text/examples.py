"""The text of ``test``: each example, why one fails, and what none has seen."""

from collections.abc import Iterator, Sequence

from protocol_dsl.base.numbers import write_run
from protocol_dsl.base.source import Span, Text
from protocol_dsl.model.tested import Answer, CaseResult, ExampleResult, ExampleResults, PlanSeen, RuleSeen
from protocol_dsl.writers.columns import visible
from protocol_dsl.writers.ink import Ink
from protocol_dsl.writers.text.explain import tree_lines
from protocol_dsl.writers.text.words import counted, paragraph

NONE = "no examples: an example holds facts and what must be found of them; test --suggest writes some"


def tested_lines(tested: ExampleResults, text: Text, ink: Ink) -> Iterator[str]:
    """One protocol: its examples in the order of the text, then what they have not seen."""
    yield ink(visible(text.name), "strong")
    if not tested.examples:
        yield f"  {NONE}"
        return
    for example in tested.examples:
        yield from example_lines(example, text, ink)
    yield ""
    failing = sum(not example.holds for example in tested.examples)
    total = counted(len(tested.examples), "example")
    participants = counted(sum(len(example.cases) for example in tested.examples), "made-up participant")
    yield f"{total} of {participants}: " + (f"{counted(failing, 'fails', 'fail')}" if failing else "all hold")
    yield from unseen_lines(tested, ink)


def example_lines(example: ExampleResult, text: Text, ink: Ink) -> Iterator[str]:
    """An example that holds in a line; of one that fails each row that does, with the reasons."""
    word = ink("holds", "good") if example.holds else ink("fails", "error")
    first, *others = paragraph(example.example.title, "  ", " " * 7)
    yield f"  {word}  {first.strip()}"
    yield from others
    for case in example.cases:
        if not case.holds:
            yield from case_lines(case, text, ink)


def case_lines(case: CaseResult, text: Text, ink: Ink) -> Iterator[str]:
    """A made-up participant of whom something else was found: the facts, then what was expected and why not."""
    for problem in case.problems:
        yield ink(f"    {where(case.case.place, text)}", "faint")
        yield from paragraph(f"{problem.value} cannot be used: {problem.problem}", "      ", "  ")
    given = "; ".join(fact.words for fact in case.case.given) or "nothing"
    for answer in case.answers:
        if not answer.holds:
            yield ink(f"    {where(answer.expected.place, text)}", "faint")
            yield from paragraph(f"given {given}", "      ", "  ")
            yield from paragraph(f"expected {answer.expected.words}, found {answer.found}", "      ", "  ")
            yield from reason_lines(answer, ink)


def reason_lines(answer: Answer, ink: Ink) -> Iterator[str]:
    """The tree of a finding, or the sentence where there is none."""
    if answer.finding is not None:
        yield from tree_lines(answer.finding, "        ", ink)
    elif answer.reason:
        yield from paragraph(answer.reason, "        ", "  ")


def where(span: Span, text: Text) -> str:
    """``protocols/anrs123.proto:222:3``."""
    place = text.position(span.start)
    return visible(f"{text.name}:{place.line}:{place.column}")


def unseen_lines(tested: ExampleResults, ink: Ink) -> Iterator[str]:
    """The rules with findings that no example has seen, and the visits and cycles that none speaks of."""
    rules = [rule for rule in tested.rules if rule.unseen]
    plan = [each for each in tested.plan if not each.count]
    if not rules and not plan:
        yield "Every rule is seen met, not met and unknown, and every visit and cycle spoken of."
        return
    yield ""
    yield ink("Not seen by any example", "strong")
    for rule in rules:
        yield from rule_lines(rule)
    yield from plan_lines(plan)


def rule_lines(rule: RuleSeen) -> Iterator[str]:
    """A rule, what nobody has seen of it, and the values that would tell."""
    unseen = ", ".join(truth.words for truth in rule.unseen)
    yield from paragraph(f"{rule.kind} {rule.rule}: {unseen}", "  ", "    ")
    for boundary in rule.boundaries:
        yield from paragraph(f"{boundary.of}: {', '.join(boundary.values)}", "      ", "  ")


def plan_lines(plan: Sequence[PlanSeen]) -> Iterator[str]:
    """The visits, and the cycles of each treatment."""
    visits = [each.name for each in plan if each.cycle is None]
    cycles: dict[str, list[int]] = {}
    for each in plan:
        if each.cycle is not None:
            cycles.setdefault(each.treatment, []).append(each.cycle)
    if visits:
        yield from paragraph(f"visits: {', '.join(visits)}", "  ", "    ")
    for treatment, numbers in cycles.items():
        yield from paragraph(f"cycles of {treatment}: {write_run(numbers)}", "  ", "    ")
