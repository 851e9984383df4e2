"""The text of ``endpoints``: a table for each analysis set and rule, then comparisons, who is missing, and how."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TypeAlias

from protocol_dsl.base.days import Days
from protocol_dsl.model.endpoints import Course
from protocol_dsl.model.estimates import ArmEstimates, Block, Comparison, EndpointResult, Estimate, Listed
from protocol_dsl.model.outcomes import Outcome
from protocol_dsl.model.study import StudyModel
from protocol_dsl.writers.columns import WIDTH, cut, table, width_of
from protocol_dsl.writers.evidence import fact_words
from protocol_dsl.writers.figures import estimate_words, interval_words, p_words, points
from protocol_dsl.writers.ink import Ink
from protocol_dsl.writers.text.words import counted, heading, paragraph

LISTED = 10
"""Participants listed of one endpoint; the other formats have them all."""
ARM = 30
SHORT = {
    "first quartile": "Q1",
    "third quartile": "Q3",
    "standard deviation": "SD",
    "minimum": "min",
    "maximum": "max",
    "competing events": "competing",
    "participants with an event": "with one",
    "rate per 100 person-years": "per 100 py",
}
WIDEST = 1000
"""A table is first laid out as wide as it likes, to see whether it fits."""
Column: TypeAlias = tuple[str, str]
"""A statistic, and what it is at."""
Row: TypeAlias = tuple[str, ArmEstimates]
"""A visit, or nothing, and an arm."""
NAMES = {"fisher": "Fisher", "wilcoxon": "Wilcoxon", "logrank": "log-rank"}


def endpoints_text(  # noqa: PLR0913 - the parts of the text, two of them settings
    model: StudyModel,
    participants: int,
    results: Sequence[EndpointResult],
    as_of: Days | None,
    ink: Ink,
    *,
    is_given: bool,
) -> Iterator[str]:
    """The text, without the data problems."""
    yield from heading(model, participants, as_of, ink, is_given=is_given)
    if not results:
        yield ""
        yield "The protocol has no endpoint."
    for result in results:
        yield ""
        yield from endpoint_lines(result, ink)


def endpoint_lines(result: EndpointResult, ink: Ink) -> Iterator[str]:
    """One endpoint."""
    endpoint = result.endpoint
    first, *more = paragraph(f"{endpoint.name} ({endpoint.rank}): {endpoint.title}", "", "  ")
    yield ink(first, "strong")
    yield from more
    unit = f", in {endpoint.unit}" if endpoint.unit else ""
    yield from paragraph(f"{endpoint.words}{unit}", "  ", "  ")
    for _, found in groupby(result.blocks, key=lambda block: (block.analysis_set, block.missing)):
        blocks = list(found)
        yield from paragraph(block_words(blocks[0]), "  ", "  ")
        yield from block_lines(blocks, is_course=isinstance(endpoint.kind, Course))
    yield from listed_lines(result.listed)
    for words in result.notes:
        yield from paragraph(words, "  ", "  ")


def block_words(block: Block) -> str:
    """The analysis set and the rule."""
    rule = f"; missing counts as {block.missing}" if block.missing else ""
    return f"{block.analysis_set} ({block.set_title}){rule}"


def block_lines(blocks: Sequence[Block], *, is_course: bool) -> Iterator[str]:
    """The arms of the blocks of one set and rule: several only where there are visits."""
    arms = [(block.visit or "", arm) for block in blocks for arm in block.arms]
    for columns in fitting(arms, columns_of([arm for _, arm in arms]), is_course=is_course):
        yield from arm_table(arms, columns, is_course=is_course)
    for block in blocks:
        yield from free_lines(block)
        for each in block.comparisons:
            prefix = f"{block.visit}: " if block.visit else ""
            yield from paragraph(prefix + comparison_words(each), "    ", "  ")
        yield from (each for words in block.notes for each in paragraph(words, "    ", "  "))
        yield from word_lines(block)


def word_lines(block: Block) -> Iterator[str]:
    """What is to say of single estimates."""
    prefix = f"{block.visit}, " if block.visit else ""
    for arm in block.arms:
        for estimate in arm.estimates:
            if estimate.words and estimate.statistic != "event-free":
                yield from paragraph(f"{prefix}{arm.arm}, {estimate.statistic}: {estimate.words}", "    ", "  ")


def fitting(arms: Sequence[Row], columns: Sequence[Column], *, is_course: bool) -> Iterator[Sequence[Column]]:
    """The columns in as many tables as fit the width."""
    while columns:
        size = len(columns)
        while size > 1 and max(map(width_of, arm_table(arms, columns[:size], is_course=is_course))) > WIDTH:
            size -= 1
        yield columns[:size]
        columns = columns[size:]


def arm_table(arms: Sequence[Row], columns: Sequence[Column], *, is_course: bool) -> list[str]:
    """One table: who is counted, then some of the estimates."""
    awaits = any(arm.pending for _, arm in arms)
    with_interval = {name for name in columns if any(has_interval(arm, name) for _, arm in arms)}
    rows = [
        (
            *((visit,) if is_course else ()),
            cut(arm.arm, ARM),
            *map(str, (arm.counted, arm.n, arm.missing)),
            *((str(arm.pending),) if awaits else ()),
            *(cell for name in columns for cell in cells_of(arm, name, is_around=name in with_interval)),
        )
        for visit, arm in arms
    ]
    head = (("visit",) if is_course else ()) + ("arm", "in set", "n", "missing") + (("pending",) if awaits else ())
    names = [word for name in columns for word in headings_of(name, is_around=name in with_interval)]
    first = 2 if is_course else 1
    numbers = frozenset(range(first, len(head) + len(names)))
    return table((*head, *names), rows, indent="    ", numbers=numbers, wraps=first - 1, width=WIDEST)


def columns_of(arms: Sequence[ArmEstimates]) -> tuple[Column, ...]:
    """The estimates that any arm has, in order, but for those of planned visits, which have a table of their own."""
    found = [(each.statistic, each.at) for arm in arms for each in arm.estimates if each.statistic != "event-free"]
    order = list(dict.fromkeys(found))
    counts = [each for each in order if each[0] == "count"]
    if counts and all(at.isdigit() for _, at in counts):
        counts.sort(key=lambda each: int(each[1]))
    return (*(each for each in order if each[0] != "count"), *counts)


def headings_of(column: Column, *, is_around: bool) -> tuple[str, ...]:
    """The heading of an estimate, and that of its interval."""
    statistic, at = column
    name = at if statistic == "count" else SHORT.get(statistic, statistic)
    return (name, "interval") if is_around else (name,)


def has_interval(arm: ArmEstimates, column: Column) -> bool:
    """Whether an arm has an interval of an estimate."""
    found = estimate_of(arm, column)
    return found is not None and (found.low is not None or found.high is not None)


def estimate_of(arm: ArmEstimates, column: Column) -> Estimate | None:
    """The estimate of an arm."""
    return next((each for each in arm.estimates if (each.statistic, each.at) == column), None)


def cells_of(arm: ArmEstimates, column: Column, *, is_around: bool) -> Iterator[str]:
    """An estimate of an arm, and its interval."""
    found = estimate_of(arm, column)
    if found is None:
        yield "0" if column[0] == "count" else "-"
    else:
        yield estimate_words(found)
    if is_around:
        yield "" if found is None else interval_words(found)


def free_lines(block: Block) -> Iterator[str]:
    """The share without the event at planned visits: a line a visit, a column an arm."""
    by_visit: dict[str, dict[str, Estimate]] = {}
    for arm in block.arms:
        for each in arm.estimates:
            if each.statistic == "event-free":
                by_visit.setdefault(each.at, {})[arm.arm] = each
    if not by_visit:
        return
    arms = [arm.arm for arm in block.arms]
    rows = [
        (visit, *(free_words(found[arm]) if arm in found else "-" for arm in arms)) for visit, found in by_visit.items()
    ]
    yield from table(("event-free", *(cut(arm, ARM) for arm in arms)), rows, indent="    ")


def free_words(estimate: Estimate) -> str:
    """``87.0 % (64.8 to 95.6 %)``."""
    around = interval_words(estimate)
    return f"{estimate_words(estimate)} ({around})" if around else estimate_words(estimate)


def comparison_words(each: Comparison) -> str:
    """``active - control: +10.6 points (-13.5 to +31.3)``; ``active against control: Fisher p = 0.5493``."""
    if each.method == "difference":
        if each.difference is None:
            return each.words
        low, high = points(each.low or 0.0), points(each.high or 0.0)
        return f"{each.arm} - {each.versus}: {points(each.difference)} percentage points ({low} to {high})"
    name = NAMES.get(each.method, each.method)
    if each.p is None:
        return f"{each.arm} against {each.versus}: {name} {each.words}"
    statistic = "" if each.statistic is None else f", z = {each.statistic:+.3f}"
    return f"{each.arm} against {each.versus}: {name} {p_words(each.p)}{statistic}"


def listed_lines(listed: Sequence[Listed]) -> Iterator[str]:
    """Who has no answer and why; the rest are counted."""
    for state, words in (("missing", "missing"), ("pending", "pending"), ("observed", "to know")):
        found = [each for each in listed if each.state == state]
        for each in found[:LISTED]:
            visit = f" {each.visit}" if each.visit else ""
            yield from paragraph(f"{words}: {each.participant}{visit}: {each.words}", "    ", "  ")
        if len(found) > LISTED:
            yield f"    {words}: {len(found) - LISTED:,} more (--format json has them all)"


# -------------------------------------------------------------------------------------------------------------- explain
def outcome_lines(outcome: Outcome) -> Iterator[str]:
    """What the endpoint finds of one participant, and why."""
    who = outcome.participant + (f" ({outcome.arm})" if outcome.arm else "")
    if not outcome.sets:
        yield from paragraph(f"{who}: in none of its analysis sets", "  ", "  ")
    for part in outcome.parts:
        visit = f" {part.visit}" if part.visit else ""
        yield from paragraph(f"{who}{visit}: {part.state}: {part.words}", "  ", "  ")
        for words in part.notes:
            yield from paragraph(words, "    ", "  ")
        for fact in part.facts:
            yield from paragraph(fact_words(fact), "    ", "  ")


def explained_heading(name: str, title: str, participants: int, ink: Ink) -> str:
    """What the lines below are about."""
    return ink(f"{name}: {title}, {counted(participants, 'participant')}", "strong")
