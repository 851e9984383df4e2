"""The endpoints as one HTML file, in the frame of the check report: no network, no script, every word escaped."""

from collections.abc import Iterator, Mapping, Sequence

from attrs import field
from markupsafe import Markup

from protocol_dsl.base.numbers import write_number
from protocol_dsl.base.values import frozen
from protocol_dsl.model.endpoints import Course, TimeToEvent, TimeToReading
from protocol_dsl.model.estimates import Block, EndpointResult
from protocol_dsl.model.records import DataProblem
from protocol_dsl.model.series import visit_called
from protocol_dsl.writers.report.around import Heading
from protocol_dsl.writers.report.endpoints_axes import ArmForm, forms_of
from protocol_dsl.writers.report.endpoints_course import CourseDrawing, course_drawing
from protocol_dsl.writers.report.endpoints_dots import DotDrawing, dot_drawing
from protocol_dsl.writers.report.endpoints_survival import SurvivalDrawing, survival_drawing
from protocol_dsl.writers.report.endpoints_tables import (
    MOST_LISTED,
    ListedGroup,
    Table,
    block_notes,
    comparison_table,
    estimate_table,
    free_table,
    groups_of,
    listed_groups,
)
from protocol_dsl.writers.report.excerpts import Excerpt, excerpt
from protocol_dsl.writers.report.page import environment, fingerprint, packaged
from protocol_dsl.writers.report.problems import grouped


@frozen(kw_only=True)
class Reported:
    """What was reported: the endpoints, who was judged, who was chosen from the data, and what was not read."""

    participants: int
    results: Sequence[EndpointResult]
    chosen: tuple[str, ...] = ()
    problems: Sequence[DataProblem] = ()
    unused: Mapping[tuple[str, str], int] = field(factory=dict)
    after_cutoff: Mapping[str, int] = field(factory=dict)


@frozen(kw_only=True)
class Picture:
    """A drawing of one kind, and the analysis set and rule that it is of."""

    title: str
    course: CourseDrawing | None = None
    survival: SurvivalDrawing | None = None
    dots: DotDrawing | None = None


@frozen(kw_only=True)
class Part:
    """All that the page says of one endpoint."""

    result: EndpointResult
    level: str
    forms: tuple[ArmForm, ...]
    pictures: tuple[Picture, ...]
    tables: tuple[Table, ...]
    notes: tuple[str, ...]
    listed: tuple[ListedGroup, ...]
    line: Excerpt | None


def endpoints_page(heading: Heading, reported: Reported) -> Iterator[str]:
    """The page in pieces.

    Args:
        heading: What was run; its texts are quoted.
        reported: What came of it.
    """
    style = Markup(packaged("report.css") + packaged("endpoints.css"))  # noqa: S704 - the package's own words
    template = environment().get_template("endpoints.html.j2")
    yield from template.generate(
        heading=heading,
        model=heading.model,
        reported=reported,
        parts=[part_of(heading, result) for result in reported.results],
        most_listed=MOST_LISTED,
        problems=grouped(reported.problems),
        style=style,
        style_hash=fingerprint(style),
    )


def part_of(heading: Heading, result: EndpointResult) -> Part:
    """One endpoint."""
    groups = groups_of(result)
    tables = (estimate_table(result, groups), free_table(result, groups), comparison_table(result, groups))
    return Part(
        result=result,
        level=write_number(result.endpoint.confidence),
        forms=forms_of(result.blocks),
        pictures=tuple(pictures_of(heading, result, groups)),
        tables=tuple(table for table in tables if table is not None),
        notes=tuple(block_notes(groups)),
        listed=tuple(listed_groups(result.listed)),
        line=excerpt(result.endpoint.place, heading.texts),
    )


def pictures_of(heading: Heading, result: EndpointResult, groups: Mapping[str, Sequence[Block]]) -> Iterator[Picture]:
    """The drawings that help, if any."""
    endpoint = result.endpoint
    if isinstance(endpoint.kind, Course):
        called = (visit_called(at.visit, heading.model) for at in endpoint.kind.points)
        visits = {visit.name: visit for visit in called if visit}
        for title, blocks in groups.items():
            if (course := course_drawing(endpoint, blocks, visits)) is not None:
                yield Picture(title=title, course=course)
    elif isinstance(endpoint.kind, TimeToReading | TimeToEvent):
        for title, blocks in groups.items():
            for block in blocks:
                if (survival := survival_drawing(endpoint, block)) is not None:
                    yield Picture(title=title, survival=survival)
    elif (dots := dot_drawing(endpoint, groups)) is not None:
        yield Picture(title="", dots=dots)
