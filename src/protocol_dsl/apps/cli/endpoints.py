"""``protocol-dsl endpoints``, and ``protocol-dsl explain --endpoint``."""

from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Literal, TypeAlias

import click

from protocol_dsl.apps.cli.endings import COULD_NOT_RUN
from protocol_dsl.apps.cli.kept import opened_at_end
from protocol_dsl.apps.cli.options import (
    engine_option,
    exit_zero_option,
    mapping_option,
    output_option,
    quiet_option,
    sources_option,
    strict_option,
)
from protocol_dsl.apps.cli.output import ink_of, require_jinja, spare
from protocol_dsl.apps.cli.progress import patient, watched
from protocol_dsl.apps.cli.request import reading, require_day, require_interpreter
from protocol_dsl.apps.cli.stops import Stop
from protocol_dsl.apps.cli.studies import loaded, note
from protocol_dsl.base.nearest import did_you_mean
from protocol_dsl.model.estimates import EndpointResult
from protocol_dsl.project.endpoints import EndpointEnd, Endpoints, MissingPackageError
from protocol_dsl.project.extras import EngineName
from protocol_dsl.project.study import Study
from protocol_dsl.writers import endpoints_json
from protocol_dsl.writers.endpoints_csv import endpoint_rows
from protocol_dsl.writers.ink import Ink
from protocol_dsl.writers.report.around import Heading
from protocol_dsl.writers.text.endpoints import endpoints_text, explained_heading, outcome_lines
from protocol_dsl.writers.text.problems import left_out_lines, problem_lines

TextForm: TypeAlias = Literal["text", "json", "jsonl", "csv"]
Form: TypeAlias = TextForm | Literal["html"]
PAGE = "protocol_dsl.writers.report.endpoints_page"


@click.command(short_help="Every endpoint, by arm.")
@click.argument("protocol")
@click.argument("data")
@click.option("--as-of", metavar="DATE", help="Read nothing dated later. [default: the latest date in the data]")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "jsonl", "csv", "html"]),
    default="text",
    show_default=True,
    help="json is one document, jsonl an endpoint a line, csv an estimate a line, html a page with pictures.",
)
@output_option
@click.option("--endpoint", "names", metavar="NAME", multiple=True, help="This one only; may be repeated.")
@click.option("--participant", "participants", metavar="ID", multiple=True, help="This one only; may be repeated.")
@click.option("--site", "sites", metavar="ID", multiple=True, help="This site only; may be repeated.")
@engine_option("Who judges; only the interpreter judges endpoints.")
@sources_option
@mapping_option
@strict_option("Exit with 2 for data problems too.")
@quiet_option
@exit_zero_option
@reading
def endpoints(
    *,
    protocol: str,
    data: str,
    as_of: str | None,
    form: Form,
    output: Path | None,
    names: tuple[str, ...],
    participants: tuple[str, ...],
    sites: tuple[str, ...],
    engine: EngineName,
    sources: Path | None,
    mapping: Path | None,
    strict: bool,
    quiet: bool,
    exit_zero: bool,
) -> int:
    """Report every endpoint of PROTOCOL on the participants in DATA, by arm.

    Which participants are missing, and why one counts as it does: protocol-dsl explain PROTOCOL DATA --endpoint NAME.

    Exit codes: 0, or 2 could not run.

    Example: protocol-dsl endpoints protocols/anrs123.proto examples/anrs123
    """
    del exit_zero  # every command takes it; this one finds nothing that would be answered with 1
    if as_of is not None:
        require_day(as_of)
    require_interpreter(engine, "endpoints")
    spare(output, protocol, data)
    if form == "html":
        require_jinja()
    study = loaded(protocol, sources, is_quiet=quiet)
    require_names(study, names)
    run = study.endpoints(data, as_of=as_of, participants=participants, sites=sites, mapping=mapping)
    with patient("judging the participants", is_quiet=quiet):
        try:
            end = run.end
        except MissingPackageError as error:
            raise Stop(str(error)) from None
    with opened_at_end(output, form=form) as out:
        if form == "html":
            out.writelines(page(study, run, {"endpoint": names, "participant": participants, "site": sites}))
        else:
            out.writelines(pieces(run, form, names, ink_of(None if output else out)))
    if not quiet:
        note("engine: interpreter")
    return COULD_NOT_RUN if strict and end.problems else 0


def require_names(study: Study, names: tuple[str, ...]) -> None:
    """Refuse the name of no endpoint.

    Raises:
        Stop: The protocol has no such endpoint.
    """
    known = [endpoint.name for endpoint in study.model.endpoints]
    for name in names:
        if name not in known:
            hint = did_you_mean(name, known)
            raise Stop(f"{name} is no endpoint of {study.model.name}" + (f"; {hint}" if hint else ""))


def page(study: Study, run: Endpoints, chosen: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """The page, for which Jinja2 is loaded only now; ``chosen`` are the endpoints, participants and sites asked for."""
    room = import_module(PAGE)
    end = run.end
    heading = Heading(model=run.model, texts=study.texts, as_of=run.as_of, is_as_of_given=run.is_as_of_given)
    reported = room.Reported(
        participants=end.participants,
        results=results_of(end, chosen["endpoint"]),
        chosen=tuple(f"{what} {', '.join(which)}" for what, which in chosen.items() if which),
        problems=end.problems,
        unused=end.unused,
        after_cutoff=end.after_cutoff,
    )
    found: Iterator[str] = room.endpoints_page(heading, reported)
    return found


def results_of(end: EndpointEnd, names: tuple[str, ...]) -> list[EndpointResult]:
    """The endpoints that were asked for, or all."""
    return [result for result in end.results if not names or result.endpoint.name in names]


def pieces(run: Endpoints, form: TextForm, names: tuple[str, ...], ink: Ink) -> Iterator[str]:
    """The output, in the format that was asked for."""
    end = run.end
    results = results_of(end, names)
    match form:
        case "json":
            yield from endpoints_json.document(run.model, run.as_of, end.participants, results, end.problems)
        case "jsonl":
            yield from endpoints_json.jsonl(run.model, run.as_of, end.participants, results, end.problems)
        case "csv":
            yield from endpoint_rows(results)
        case "text":
            lines = endpoints_text(run.model, end.participants, results, run.as_of, ink, is_given=run.is_as_of_given)
            yield from (f"{each}\n" for each in lines)
            yield from (f"{each}\n" for each in problem_lines(end.problems, ink))
            yield from (f"{each}\n" for each in left_out_lines(end.unused, end.after_cutoff))


def explained_endpoint(run: Endpoints, name: str, ink: Ink, *, is_quiet: bool) -> Iterator[str]:
    """Each participant's outcome of one endpoint, and why; the protocol has such an endpoint."""
    place = [endpoint.name for endpoint in run.model.endpoints].index(name)
    outcomes = [found[place] for found in watched(run, is_quiet=is_quiet)]
    yield explained_heading(name, run.model.endpoints[place].title, len(outcomes), ink)
    for outcome in outcomes:
        yield from outcome_lines(outcome)
