"""``protocol-dsl check``."""

from collections.abc import Iterable, Iterator
from importlib import import_module
from typing import Unpack

import click

from protocol_dsl.apps.cli.endings import COULD_NOT_RUN, FOUND
from protocol_dsl.apps.cli.options import master_option, verify_option
from protocol_dsl.apps.cli.output import spare
from protocol_dsl.apps.cli.progress import patient
from protocol_dsl.apps.cli.request import Given, Request, data_options, request_of, require_interpreter, require_spark
from protocol_dsl.apps.cli.studies import loaded, tell, verified
from protocol_dsl.apps.cli.written import write_run
from protocol_dsl.model.results import ParticipantResult
from protocol_dsl.project.runs import Check
from protocol_dsl.writers.ink import Ink
from protocol_dsl.writers.text.check import CheckText
from protocol_dsl.writers.text.problems import left_out_lines, problem_lines


@click.command(short_help="Eligibility, visits, cycles, deviations and queries of participants.")
@click.argument("protocol")
@click.argument("data")
@master_option
@verify_option
@data_options
def check(*, protocol: str, data: str, verify: int, master: str | None, **given: Unpack[Given]) -> int:
    """Check the participants in DATA against PROTOCOL.

    DATA is a study folder, a folder of SDTM domains, a DuckDB file, or a .json or .ndjson file of
    participants.

    Exit codes: 0 no deviation, 1 deviations, 2 could not run.

    Example: protocol-dsl check protocols/anrs123.proto examples/anrs123
    """
    request = request_of(**given)
    require_spark(request, master)
    spare(request.output, protocol, data)
    run = reported(protocol, data, request) if request.form == "html" else listed(protocol, data, request, master)
    tell(run, request)
    verified(run, verify, is_quiet=request.quiet)
    summary = run.summary
    if request.strict and (summary.queries or summary.data_problems):
        return COULD_NOT_RUN
    return FOUND if summary.deviations and not request.exit_zero else 0


def reported(protocol: str, data: str, request: Request) -> Check:
    """Check ``data`` and write the report, whose module is imported only then."""
    require_interpreter(request.engine, "the report")
    run: Check = import_module("protocol_dsl.apps.cli.report").reported(protocol, data, request)
    return run


def listed(protocol: str, data: str, request: Request, master: str | None) -> Check:
    """Check ``data`` and write the results in any format but html; the run, at its end."""
    study = loaded(protocol, request.sources, is_quiet=request.quiet)
    with patient("reading the data", is_quiet=request.quiet):
        run = study.check(
            data,
            as_of=request.as_of,
            participants=request.participants,
            sites=request.sites,
            reasons=request.reasons,
            mapping=request.mapping,
            engine=request.engine,
            memory=request.memory,
            master=master,
        )
    write_run("check", run, request, lambda results, ink: check_lines(run, results, ink))
    return run


def check_lines(run: Check, results: Iterable[ParticipantResult], ink: Ink) -> Iterator[str]:
    """The text of the run."""
    gathered = CheckText()
    for result in results:
        gathered.take(result)
    yield from gathered.lines(run.model, run.summary, run.as_of, ink, is_given=run.is_as_of_given)
    yield from problem_lines(run.problems, ink)
    yield from left_out_lines(run.end.unused, run.end.after_cutoff)
