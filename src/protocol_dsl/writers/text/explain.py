"""The text of ``explain``: what would decide, then each rule as a tree with the rows used."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from protocol_dsl.base.truth import Truth
from protocol_dsl.model.points import Place
from protocol_dsl.model.results import CycleResult, Deviation, Finding, ParticipantResult, Query, VisitResult
from protocol_dsl.writers.columns import visible
from protocol_dsl.writers.evidence import fact_words
from protocol_dsl.writers.ink import Ink, Tone
from protocol_dsl.writers.text.check import about
from protocol_dsl.writers.text.schedule import window
from protocol_dsl.writers.text.words import dated, paragraph, signed

TONES: dict[Truth, Tone] = {Truth.MET: "good", Truth.NOT_MET: "error", Truth.UNKNOWN: "warning"}
DEEPEST = 40
"""Columns after which a tree goes no further in."""
DECIDES = {"for": "for the participant", "against": "against the participant", "open": "open"}


class Explained(Protocol):
    """A rule with its tree of findings; visits and cycles have them too."""

    @property
    def rule(self) -> str:
        """Its name."""
        ...

    @property
    def kind(self) -> str:
        """``inclusion``, ``exclusion``, ``visit`` or ``cycle``."""
        ...

    @property
    def title(self) -> str:
        """Its title."""
        ...

    @property
    def finding(self) -> Finding:
        """The tree."""
        ...

    @property
    def decides(self) -> str:
        """What it means for the participant: for, against or open."""
        ...

    @property
    def place(self) -> Place | None:
        """Where it stands."""
        ...


def who_lines(result: ParticipantResult, ink: Ink) -> Iterator[str]:
    """The participant and the verdict."""
    parts = [result.participant]
    if result.site:
        parts.append(f"site {result.site}")
    if result.arm:
        parts.append(f"arm {result.arm}")
    line = visible(", ".join(parts))
    if result.eligibility is not None:
        decisive = result.eligibility.decisive
        line += f": {decisive.verdict}" + (f" on {dated(decisive.point)}" if decisive.point else "")
    yield ink(line, "strong")


def deciding_lines(rules: Iterable[Explained], verdict: str, ink: Ink) -> Iterator[str]:
    """For an undetermined participant: what each open rule waits for."""
    if verdict != "undetermined":
        return
    yield ""
    yield ink("What would decide it", "strong")
    for rule in rules:
        if rule.decides == "open":
            waits = tuple(dict.fromkeys(missing(rule.finding))) or (rule.finding.words,)
            yield from paragraph(f"{rule.rule} {rule.title}: {'; '.join(waits)}", "  ", "    ")


def missing(finding: Finding) -> Iterator[str]:
    """What is missing in a tree where it is unknown, in the order of the text."""
    if finding.truth is not Truth.UNKNOWN:
        return
    below = [each for part in finding.parts for each in missing(part)]
    yield from below or finding.missing


def rule_lines(rule: Explained, ink: Ink) -> Iterator[str]:
    """One rule: its place, what it decides, and its tree."""
    yield ""
    decides = DECIDES.get(rule.decides, "")
    title = " ".join(filter(None, (rule.kind, rule.rule, rule.title)))
    first, *others = paragraph(f"{title}: {decides}" if decides else title, more="  ")
    yield ink(first, "strong")
    yield from others
    if rule.place is not None and rule.place.file:
        yield ink(f"  {visible(rule.place.file)}:{rule.place.line}:{rule.place.column}", "faint")
    yield from tree_lines(rule.finding, "  ", ink)


def tree_lines(finding: Finding, indent: str, ink: Ink) -> Iterator[str]:
    """A finding, what is missing, the rows used, and the findings below it, each level two blanks further in."""
    found = finding.truth.words
    first, *others = paragraph(f"{found:<7} {finding.words}", indent, " " * 8)
    yield indent + ink(found, TONES[finding.truth]) + first[len(indent) + len(found) :]
    yield from others
    inner = f"{indent}{' ' * 8}"
    if not finding.parts:
        for each in finding.missing:
            yield from paragraph(f"missing: {each}", inner, "  ")
        for fact in finding.facts:
            yield from paragraph(fact_words(fact), inner, "  ")
    for part in finding.parts:
        yield from tree_lines(part, (indent + "  ")[:DEEPEST], ink)


def visit_lines(visit: VisitResult, ink: Ink) -> Iterator[str]:
    """A visit: planned day, window, actual day, status, why, and the rows used."""
    yield from course_lines(f"visit {visit.visit}", visit, ink)


def cycle_lines(cycle: CycleResult, ink: Ink) -> Iterator[str]:
    """A cycle, as a visit."""
    yield from course_lines(f"{cycle.treatment} cycle {cycle.cycle}", cycle, ink)


def course_lines(title: str, of: VisitResult | CycleResult, ink: Ink) -> Iterator[str]:
    """What a visit and a cycle have in common."""
    noun = "day" if of.days_out in {1, -1} and of.days_out_max is None else "days"
    out = f" ({signed(of.days_out, of.days_out_max)} {noun})" if of.days_out is not None else ""
    yield ""
    yield ink(visible(f"{title}: {of.status}{out}"), "strong")
    days: Sequence[tuple[str, str]] = (
        ("planned", dated(of.planned)),
        ("window", window(of.earliest, of.latest)),
        ("actual", dated(of.actual)),
    )
    for words, day in days:
        if day:
            yield f"  {words:<8} {day}"
    if of.reason:
        yield from paragraph(f"why      {of.reason}", "  ", " " * 9)
    for fact in of.facts:
        yield from paragraph(fact_words(fact), " " * 11, "  ")


def finding_lines(title: str, found: Sequence[Deviation] | Sequence[Query], ink: Ink) -> Iterator[str]:
    """Deviations or queries, with the rows that prove them; nothing where there are none."""
    if not found:
        return
    yield ""
    yield ink(title, "strong")
    for each in found:
        grade = f" {each.grade}" if isinstance(each, Deviation) else ""
        head = " ".join(filter(None, (f"{each.code}{grade}", about(each), dated(each.date))))
        yield from paragraph(f"{head}: {each.message}", "  ", "  ")
        for fact in each.facts:
            yield from paragraph(fact_words(fact), "      ", "  ")
