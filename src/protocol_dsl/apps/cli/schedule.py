"""``protocol-dsl schedule``."""

from collections.abc import Iterable, Iterator
from typing import Unpack

import click

from protocol_dsl.apps.cli.endings import COULD_NOT_RUN
from protocol_dsl.apps.cli.output import spare
from protocol_dsl.apps.cli.progress import patient
from protocol_dsl.apps.cli.request import Given, data_options, request_of, require_interpreter
from protocol_dsl.apps.cli.stops import Stop
from protocol_dsl.apps.cli.studies import loaded, tell
from protocol_dsl.apps.cli.written import write_run
from protocol_dsl.base.days import DayError, parse_days
from protocol_dsl.base.nearest import did_you_mean
from protocol_dsl.model.results import ParticipantResult
from protocol_dsl.model.study import StudyModel
from protocol_dsl.project.records import Data
from protocol_dsl.project.runs import Schedule
from protocol_dsl.writers.ink import Ink
from protocol_dsl.writers.text.problems import left_out_lines, problem_lines
from protocol_dsl.writers.text.schedule import schedule_lines
from protocol_dsl.writers.text.words import heading

NOBODY = "plan"
"""The name of the participant that ``--anchor`` makes up."""


@click.command(short_help="Planned visits and cycles, their windows, and why each day.")
@click.argument("protocol")
@click.argument("data", required=False)
@click.option("--anchor", "anchors", metavar="NAME=DATE", multiple=True, help="Instead of DATA: W0=2004-06-14.")
@click.option("--arm", metavar="ARM", help="With --anchor: on this arm.")
@click.option("--verbose", is_flag=True, help="List in the text too what is not applicable: that of other arms.")
@data_options
def schedule(
    *,
    protocol: str,
    data: str | None,
    anchors: tuple[str, ...],
    arm: str | None,
    verbose: bool,
    **given: Unpack[Given],
) -> int:
    """Plan the visits and cycles of the participants in DATA, or of someone with the anchors given.

    The status of each is that at the cut-off.

    Exit codes: 0, or 2 could not run.

    Example: protocol-dsl schedule protocols/anrs123.proto --anchor W0=2004-06-14 --arm active
    """
    request = request_of(**given)
    spare(request.output, protocol, data or protocol)
    if (data is None) != bool(anchors):
        raise Stop("schedule needs either DATA or --anchor, as --anchor W0=2004-06-14")
    if arm is not None and data is not None:
        raise Stop("--arm goes with --anchor; the participants in DATA have their arms")
    require_interpreter(request.engine, "schedule")
    study = loaded(protocol, request.sources, is_quiet=request.quiet)
    source: Data = made_up(study.model, anchors, arm) if data is None else data
    with patient("reading the data", is_quiet=request.quiet):
        run = study.schedule(
            source,
            as_of=request.as_of,
            participants=request.participants,
            sites=request.sites,
            mapping=request.mapping,
        )
    write_run("schedule", run, request, lambda results, ink: lines(run, results, ink, is_whole=verbose))
    tell(run, request)
    return COULD_NOT_RUN if request.strict and run.summary.data_problems else 0


def made_up(model: StudyModel, anchors: tuple[str, ...], arm: str | None) -> dict[str, object]:
    """A participant of whom nothing is known but some milestones and the arm.

    Raises:
        Stop: An anchor or the arm is not the protocol's, a milestone is given twice, or a date is none.
    """
    found: dict[str, object] = {"participant": NOBODY}
    if arm is not None:
        require_known(arm, [each.name for each in model.arms], "arm")
        found["arm"] = arm
    milestones = {each.name: each.name for each in model.vocabulary.milestones}
    milestones |= {each.name: each.milestone for each in model.anchors}
    dates: dict[str, str] = {}
    for words in anchors:
        name, _, date = words.partition("=")
        require_known(name, list(milestones), "anchor")
        milestone = milestones[name]
        if milestone in dates:
            raise Stop(f"--anchor says twice when {milestone} was: give one date")
        try:
            parse_days(date)
        except DayError as error:
            raise Stop(f"--anchor {words}: {error}") from None
        dates[milestone] = date
    return {**found, "events": [event_row(milestone, date, model) for milestone, date in dates.items()]}


def event_row(milestone: str, date: str, model: StudyModel) -> dict[str, object]:
    """The row of a milestone, or of an event that gives an anchor its day."""
    first = next((each.first for each in model.anchors if each.name == milestone), None)
    if first is None:
        return {"event": milestone, "date": date}
    row: dict[str, object] = {"event": first.name, "date": date}
    if first.categories:
        row["category"] = first.categories[0]
    if first.least_grade is not None:
        row["grade"] = str(first.least_grade)
    return row if first.related_to is None else {**row, "related_to": first.related_to}


def require_known(name: str, known: list[str], what: str) -> None:
    """Refuse a name that is none of ``known``.

    Raises:
        Stop: It is none.
    """
    if name not in known:
        hint = did_you_mean(name, known)
        raise Stop(f"the protocol has no {what} {name}" + (f"; {hint}" if hint else ""))


def lines(run: Schedule, results: Iterable[ParticipantResult], ink: Ink, *, is_whole: bool) -> Iterator[str]:
    """The text of the run: the participants as they come, then how many they were."""
    for result in results:
        yield from schedule_lines(result, ink, is_whole=is_whole)
    yield from heading(run.model, run.summary.participants, run.as_of, ink, is_given=run.is_as_of_given)
    yield from problem_lines(run.problems, ink)
    yield from left_out_lines(run.end.unused, run.end.after_cutoff)
