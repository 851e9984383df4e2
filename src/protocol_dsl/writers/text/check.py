"""The text of ``check``: what a monitor reads first, then participant by participant."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from attrs import Factory, define

from protocol_dsl.base.days import Days
from protocol_dsl.model.deviation_codes import QUERY_CODES
from protocol_dsl.model.results import CriterionResult, Deviation, ParticipantResult, Query, Screening, Summary
from protocol_dsl.model.rules import CATEGORIES, DeviationCategory, Grade
from protocol_dsl.model.study import StudyModel
from protocol_dsl.writers.columns import table
from protocol_dsl.writers.ink import Ink, Tone
from protocol_dsl.writers.text.words import counted, dated, heading, rest, shortened

Row: TypeAlias = tuple[str, ...]
FEW = 5
"""Participants on the limit of one rule that are listed; more of them are a line: many are on that of a score."""


@define
class CheckText:
    """Gathers, while participants pass, only what the text shows of them."""

    verdicts: dict[str, list[Row]] = Factory(lambda: {"not eligible": [], "undetermined": []})
    boundary: list[Row] = Factory(list)
    by_site: Counter[tuple[str, Grade]] = Factory(Counter)
    by_arm: Counter[tuple[str, Grade]] = Factory(Counter)
    deviations: dict[DeviationCategory, list[Row]] = Factory(lambda: {category: [] for category in CATEGORIES})
    important: dict[DeviationCategory, int] = Factory(lambda: dict.fromkeys(CATEGORIES, 0))
    queries: dict[str, list[Row]] = Factory(lambda: {code.number: [] for code in QUERY_CODES})

    def take(self, result: ParticipantResult) -> None:
        """Keep the lines of one participant."""
        who = (result.participant, result.site or "")
        if result.eligibility is not None:
            decisive = result.eligibility.decisive
            if decisive.verdict in self.verdicts:
                self.verdicts[decisive.verdict].append((*who, deciding_words(decisive)))
            self.boundary += [
                (*who, item.rule, item.reason or item.finding.words) for item in decisive.criteria if item.is_boundary
            ]
        for deviation in result.deviations:
            self.important[deviation.category] += deviation.grade == "important"
            self.by_site[result.site or "none", deviation.grade] += 1
            self.by_arm[result.arm or "none", deviation.grade] += 1
            self.deviations[deviation.category].append((*who, *deviation_row(deviation)))
        for query in result.queries:
            self.queries[query.code].append((*who, about(query), dated(query.date), query.message))

    def lines(
        self, model: StudyModel, summary: Summary, as_of: Days | None, ink: Ink, *, is_given: bool
    ) -> Iterator[str]:
        """The text, without the data problems."""
        yield from heading(model, summary.participants, as_of, ink, is_given=is_given)
        yield ""
        yield from summary_lines(summary, ink)
        shown: tuple[tuple[str, Tone], ...] = (("not eligible", "error"), ("undetermined", "warning"))
        for verdict, tone in shown:
            title = f"{verdict.capitalize()}: {len(self.verdicts[verdict]):,}"
            yield from section(title, tone, ("participant", "site", "why"), self.verdicts[verdict], ink)
        title = f"Exactly on a limit: {len(self.boundary):,}"
        rows = list(gathered_by_rule(self.boundary))
        yield from section(title, "note", ("participant", "site", "rule", "what"), rows, ink)
        for category, rows in self.deviations.items():
            grave = f", {self.important[category]:,} important" if self.important[category] else ""
            title = f"Deviations, {category}: {len(rows):,}{grave}"
            yield from section(title, "error", ("participant", "site", "grade", "rule", "date", "what"), rows, ink)
        yield from counted_by("site", self.by_site, ink)
        yield from counted_by("arm", self.by_arm, ink)
        for code in QUERY_CODES:
            rows = self.queries[code.number]
            title = f"Queries, {code.title}: {len(rows):,}"
            yield from section(title, "note", ("participant", "site", "rule", "date", "what"), rows, ink)


def gathered_by_rule(boundary: Sequence[Row]) -> Iterator[Row]:
    """The rows of values on a limit; those of a rule that has many, such as one about a score, are one."""
    by_rule: dict[str, list[Row]] = {}
    for row in boundary:
        by_rule.setdefault(row[2], []).append(row)
    for rule, rows in by_rule.items():
        who, site, _, what = rows[0]
        more = len(rows) - 1
        yield from rows if len(rows) <= FEW else [(f"{who} and {more:,} more", site, rule, what)]


def section(title: str, tone: Tone, headings: Sequence[str], rows: Sequence[Row], ink: Ink) -> Iterator[str]:
    """A titled table; nothing where it has no rows; a column that is empty in all of them is left out."""
    if not rows:
        return
    yield ""
    yield ink(title, tone)
    shown = shortened(rows)
    filled = [place for place in range(len(headings)) if any(row[place] for row in shown)]
    yield from table(
        [headings[place] for place in filled], [[row[place] for place in filled] for row in shown], indent="  "
    )
    yield from rest(len(rows))


def counted_by(what: str, counts: Counter[tuple[str, Grade]], ink: Ink) -> Iterator[str]:
    """The deviations of each site or arm by grade; nothing where all are of one."""
    names = sorted({name for name, _ in counts})
    if len(names) < 2:  # noqa: PLR2004  # one alone is the summary again
        return
    grave = [(name, counts[name, "important"], counts[name, "minor"]) for name in names]
    rows = [(name, f"{important:,}", f"{minor:,}", f"{important + minor:,}") for name, important, minor in grave]
    yield from section(f"Deviations by {what}", "error", (what, "important", "minor", "all"), rows, ink)


def summary_lines(summary: Summary, ink: Ink) -> Iterator[str]:
    """The counts, one line each."""
    judged = summary.eligible + summary.not_eligible + summary.undetermined
    if judged:
        verdicts = (
            ink(f"{summary.eligible:,} eligible", "good"),
            f"{summary.not_eligible:,} not eligible",
            f"{summary.undetermined:,} undetermined",
        )
        yield f"  eligibility    {', '.join(verdicts)}"
    important = f", {summary.important:,} of them important" if summary.deviations else ""
    yield f"  deviations     {summary.deviations:,}{important}"
    yield f"  queries        {summary.queries:,}"
    yield f"  data problems  {summary.data_problems:,}"


def deciding_words(screening: Screening) -> str:
    """What decides: the rules against, or where none is, the open ones."""
    against = [each for each in screening.criteria if each.decides == "against"]
    deciding = against or [each for each in screening.criteria if each.decides == "open"]
    if not deciding:
        return "no rule could be judged"
    first, *others = deciding
    more = f"; and {counted(len(others), 'more rule')}: {', '.join(each.rule for each in others)}" if others else ""
    return f"{criterion_words(first)}{more}"


def criterion_words(criterion: CriterionResult) -> str:
    """``I5 Low CD4 count: latest cd4 ...``."""
    title = " ".join(filter(None, (criterion.rule, criterion.title)))
    return f"{title}: {criterion.reason}" if criterion.reason else title


def about(of: Deviation | Query) -> str:
    """The visit, the cycle or the rule that it is about.

    >>> from protocol_dsl.model.results import Query
    >>> about(Query(id="", code="QY03", message="", treatment="il2", cycle=2))
    'il2 cycle 2'
    """
    if of.visit is not None:
        return of.visit
    if of.cycle is not None:
        return f"{of.treatment or of.rule or ''} cycle {of.cycle}".strip()
    return of.rule or of.treatment or ""


def deviation_row(deviation: Deviation) -> Row:
    """Grade, what it is about, date, words."""
    return (deviation.grade, about(deviation), dated(deviation.date), deviation.message)
