"""``protocol-dsl screen``."""

from collections.abc import Iterable, Iterator
from typing import Unpack

import click

from protocol_dsl.apps.cli.endings import COULD_NOT_RUN
from protocol_dsl.apps.cli.options import master_option, verify_option
from protocol_dsl.apps.cli.output import spare
from protocol_dsl.apps.cli.progress import patient
from protocol_dsl.apps.cli.request import Given, data_options, request_of, require_spark
from protocol_dsl.apps.cli.studies import loaded, tell, verified
from protocol_dsl.apps.cli.written import write_run
from protocol_dsl.model.results import ParticipantResult
from protocol_dsl.project.runs import Screen
from protocol_dsl.writers.ink import Ink
from protocol_dsl.writers.text.problems import left_out_lines, problem_lines
from protocol_dsl.writers.text.screen import screen_lines


@click.command(short_help="Eligibility alone, for many candidates, with the attrition.")
@click.argument("protocol")
@click.argument("data")
@master_option
@verify_option
@data_options
def screen(*, protocol: str, data: str, verify: int, master: str | None, **given: Unpack[Given]) -> int:
    """Judge the eligibility of the candidates in DATA, and count how many each rule leaves.

    DATA is a study folder, a folder of SDTM domains, a DuckDB file, or a .json or .ndjson file of
    participants.

    Exit codes: 0 whatever the verdicts, 2 could not run.

    Example: protocol-dsl screen protocols/anrs123.proto examples/anrs123
    """
    request = request_of(**given)
    require_spark(request, master)
    spare(request.output, protocol, data)
    study = loaded(protocol, request.sources, is_quiet=request.quiet)
    with patient("reading the data", is_quiet=request.quiet):
        run = study.screen(
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
    write_run("screen", run, request, lambda results, ink: lines(run, results, ink))
    tell(run, request)
    verified(run, verify, is_quiet=request.quiet)
    return COULD_NOT_RUN if request.strict and run.summary.data_problems else 0


def lines(run: Screen, results: Iterable[ParticipantResult], ink: Ink) -> Iterator[str]:
    """The text of the run."""
    run.finish(results)
    yield from screen_lines(run.model, run.summary, run.attrition, run.as_of, ink, is_given=run.is_as_of_given)
    yield from problem_lines(run.problems, ink)
    yield from left_out_lines(run.end.unused, run.end.after_cutoff)
