"""``check --format html``: a report, for which Jinja2 is loaded when it is asked for."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib import import_module
from typing import TypeAlias

from protocol_dsl.apps.cli.kept import opened_at_end
from protocol_dsl.apps.cli.output import opened, require_jinja
from protocol_dsl.apps.cli.progress import patient, watched
from protocol_dsl.apps.cli.request import Request
from protocol_dsl.apps.cli.studies import loaded
from protocol_dsl.interpret.engine import Engine
from protocol_dsl.model.records import Record
from protocol_dsl.model.results import ParticipantResult, Reasons
from protocol_dsl.model.study import StudyModel
from protocol_dsl.project.asked import day_number
from protocol_dsl.project.records import open_records
from protocol_dsl.project.runs import Check
from protocol_dsl.project.study import Study
from protocol_dsl.readers import Selection, StudyRecords
from protocol_dsl.writers.report.around import Closing, Heading
from protocol_dsl.writers.report.milestones import Milestone, milestones_of

Results: TypeAlias = Iterable[tuple[ParticipantResult, Sequence[Milestone]]]
Writer: TypeAlias = Callable[[Heading, Results, Callable[[], Closing]], Iterator[str]]

PAGE = "protocol_dsl.writers.report.page"


class CheckWithMilestones(Check):
    """A check that keeps, until it is taken, when the milestones of the participant judged last were."""

    def __init__(self, model: StudyModel, records: StudyRecords, reasons: Reasons) -> None:
        """As any run."""
        super().__init__(model, records, reasons)
        self.milestones: dict[str, tuple[Milestone, ...]] = {}

    def judged(self, engine: Engine, record: Record) -> ParticipantResult:
        """Everything."""
        self.milestones = {record.participant: milestones_of(record)}
        return super().judged(engine, record)


def report_run(study: Study, data: str, request: Request) -> CheckWithMilestones:
    """The run that a report is made from."""
    only = Selection(frozenset(request.participants), frozenset(request.sites))
    as_of = day_number(request.as_of)
    records = open_records(data, study.model, as_of=as_of, only=only, purpose="check", mapping=request.mapping)
    return CheckWithMilestones(study.model, records, request.reasons or "all")


def report_writer() -> Writer:
    """What writes the page.

    Raises:
        Stop: Jinja2 is not installed.
    """
    require_jinja()
    writer: Writer = import_module(PAGE).report
    return writer


def reported(protocol: str, data: str, request: Request) -> Check:
    """Check ``data`` and write the page; the run, at its end.

    Raises:
        Stop: Jinja2 is not installed, or the protocol cannot be read or has errors.
    """
    writer = report_writer()
    study = loaded(protocol, request.sources, is_quiet=request.quiet)
    with patient("reading the data", is_quiet=request.quiet):
        run = report_run(study, data, request)
    heading = Heading(
        model=run.model,
        texts=study.texts,
        reasons=run.reasons,
        as_of=run.as_of,
        is_as_of_given=run.is_as_of_given,
    )
    results = ((result, run.milestones.get(result.participant, ())) for result in watched(run, is_quiet=request.quiet))
    opening = opened_at_end if request.is_selective else opened
    with opening(request.output, form=request.form) as out:
        out.writelines(writer(heading, results, lambda: closing(run)))
    return run


def closing(run: Check) -> Closing:
    """What is known at the end."""
    end = run.end
    return Closing(
        summary=end.summary,
        attrition=end.attrition,
        problems=end.problems,
        unused=end.unused,
        after_cutoff=end.after_cutoff,
    )
