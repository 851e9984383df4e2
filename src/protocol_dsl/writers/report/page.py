"""The report as one HTML file: no network, nothing that runs is needed to read it, every word from outside escaped."""

from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256
from importlib.resources import files
from itertools import chain

from attrs import Factory, define, field
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from protocol_dsl.base.days import say_days
from protocol_dsl.base.values import frozen
from protocol_dsl.model.results import ParticipantResult
from protocol_dsl.writers.columns import cut, visible
from protocol_dsl.writers.report.around import Closing, Heading
from protocol_dsl.writers.report.counts import Counts
from protocol_dsl.writers.report.findings import CODE_TITLES, Teller, Verdict, each_rule_once, together
from protocol_dsl.writers.report.flow import flow
from protocol_dsl.writers.report.listing import DATES, EVIDENCE, HEADINGS, NAME, NUMBERS, Filter, Listing, monitor_cells
from protocol_dsl.writers.report.milestones import Milestone
from protocol_dsl.writers.report.problems import grouped
from protocol_dsl.writers.report.timeline import Timeline, timeline

PACKAGE = "protocol_dsl.writers.report"
OPEN_UP_TO = 40
"""Participants whose parts stand open; with more, each is opened when it is wanted."""
MOST_DRAWN = 2_000
"""Timelines drawn; the findings of the others are told without."""


def environment() -> Environment:
    """Templates that escape everything, show every character, and refuse a name that nobody gave."""
    found = Environment(
        loader=PackageLoader(PACKAGE, "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=shown,
    )
    found.globals["newline"] = Markup("\n")
    found.filters["number"] = lambda value: f"{value:,}"
    found.filters["signed"] = lambda value: "" if value is None else f"{value:+d}"
    found.filters["dated"] = lambda days: "" if days is None else say_days(days)
    found.filters["cut"] = lambda words: cut(visible(words), NAME)
    return found


def shown(value: object) -> object:
    """A text without what would act on its reader: controls, direction marks, halves of letters."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return visible(value)
    return value


@frozen(kw_only=True)
class Ruled:
    """A participant who is not eligible, or not certainly, with the criteria that say so."""

    participant: str
    site: str
    verdicts: tuple[Verdict, ...]
    link: int | None


@define
class RuleCount:
    """A criterion with its words, and how many verdicts rest on it."""

    first: Verdict
    against: int = 0
    undecided: int = 0


@define
class Report:
    """Gathers, while participants pass, what the report shows of them; the part of each is written at once.

    What is kept of a participant with nothing found is a few counts.
    """

    heading: Heading
    counts: Counts = Factory(Counts)
    listing: Listing = Factory(Listing)
    queries: list[tuple[tuple[str, ...], int]] = Factory(list)
    verdicts: list[Ruled] = Factory(list)
    rules: dict[str, RuleCount] = Factory(dict)
    parts: list[str] = Factory(list)
    templates: Environment = field(factory=environment, repr=False)

    def take(self, result: ParticipantResult, milestones: Sequence[Milestone] = ()) -> None:
        """Keep one participant."""
        teller = Teller(self.heading.model, self.heading.texts)
        verdicts = tuple(teller.verdicts(result))
        is_found = bool(result.deviations or result.queries)
        link = len(self.parts) + 1
        self.counts.add(result)
        self.listing.add(result, link)
        self.queries += [(monitor_cells(result, each), link) for each in result.queries]
        self.rule(result, verdicts, link if is_found else None)
        if is_found:
            self.parts.append(self.part(result, milestones, teller, verdicts, link))

    def rule(self, result: ParticipantResult, verdicts: tuple[Verdict, ...], link: int | None) -> None:
        """Keep a verdict that is not for the participant."""
        if verdicts:
            ruled = Ruled(participant=result.participant, site=result.site or "", verdicts=verdicts, link=link)
            self.verdicts.append(ruled)
        for each in verdicts:
            count = self.rules.setdefault(each.rule, RuleCount(each))
            if each.verdict == "not eligible":
                count.against += 1
            else:
                count.undecided += 1

    def part(
        self,
        result: ParticipantResult,
        milestones: Sequence[Milestone],
        teller: Teller,
        verdicts: tuple[Verdict, ...],
        link: int,
    ) -> str:
        """The part of a participant with something found."""
        drawing: Timeline | None = None
        if link <= MOST_DRAWN:
            drawing = timeline(result, milestones, self.heading.as_of)
        deviations = (teller.deviation(each, result) for each in result.deviations)
        queries = (teller.query(each, result) for each in result.queries)
        return self.templates.get_template("participant.html.j2").render(
            result=result,
            milestones=milestones,
            number=link,
            drawing=drawing,
            verdicts=verdicts,
            findings=each_rule_once(together(chain(deviations, queries))),
        )

    def pieces(self, closing: Closing) -> Iterator[str]:
        """The file, in pieces."""
        filters = self.listing.filters()
        style = Markup(style_of(filters))  # noqa: S704 - the package's own words, and numbers
        script = Markup(packaged("report.js"))  # noqa: S704 - as above
        template = self.templates.get_template("report.html.j2")
        return template.generate(
            heading=self.heading,
            model=self.heading.model,
            closing=closing,
            summary=closing.summary,
            flow=flow(closing.attrition, closing.summary),
            tables=self.tables(),
            code_titles=CODE_TITLES,
            headings=HEADINGS,
            number_columns=NUMBERS,
            date_columns=DATES,
            folded_from=EVIDENCE,
            filters=filters,
            rows=self.listing.rows,
            listed=[(row.cells, row.marks, row.participant) for row in self.listing.rows],
            queries=[(cells, "", link) for cells, link in self.queries],
            verdicts=self.verdicts,
            rules=self.rules_in_order(),
            parts=map(Markup, self.parts),
            how_many=len(self.parts),
            is_open=len(self.parts) <= OPEN_UP_TO,
            most_drawn=MOST_DRAWN,
            problems=grouped(closing.problems),
            style=style,
            style_hash=fingerprint(style),
            script=script,
            script_hash=fingerprint(script),
        )

    def rules_in_order(self) -> list[RuleCount]:
        """The criteria that decide or leave it open, in the order of the text."""
        order = {each.name: place for place, each in enumerate(self.heading.model.criteria)}
        return [self.rules[name] for name in sorted(self.rules, key=lambda name: (order.get(name, len(order)), name))]

    def tables(self) -> list[dict[str, object]]:
        """The tables of counts: title, heading of the first column, lines."""
        counts = self.counts
        return [
            {"title": "By category", "first": "category", "lines": counts.by_category(), "is_whole": False},
            {"title": "By code", "first": "code", "lines": counts.by_code(), "is_whole": False},
            {"title": "By site", "first": "site", "lines": counts.by_site(), "is_whole": True},
            {"title": "By arm", "first": "arm", "lines": counts.by_arm(), "is_whole": True},
        ]


def packaged(name: str) -> str:
    """A file of the templates."""
    return (files(PACKAGE) / "templates" / name).read_text(encoding="utf-8")


def style_of(filters: Sequence[Filter]) -> str:
    """The style, and a rule for each choice of the filters: rows of another value are not shown."""
    chosen = [
        f"  .listing:has(#f-{choice.mark}:checked) tbody tr:not(.{choice.mark}) {{ display: none; }}"
        for each in filters
        for choice in each.choices
    ]
    rules = ["@media screen {", *chosen, "}", ""] if chosen else []
    return packaged("report.css") + "\n".join(rules)


def fingerprint(words: str) -> str:
    """The hash by which a browser lets a style or script run, and no other."""
    return "sha256-" + b64encode(sha256(words.encode()).digest()).decode("ascii")


def report(
    heading: Heading,
    results: Iterable[tuple[ParticipantResult, Sequence[Milestone]]],
    close: Callable[[], Closing],
) -> Iterator[str]:
    """The report in pieces.

    Args:
        heading: What was run.
        results: Each participant with the milestones that a timeline marks; read one by one.
        close: Called when they have been read.
    """
    gathered = Report(heading=heading)
    for result, milestones in results:
        gathered.take(result, milestones)
    yield from gathered.pieces(close())
