"""``protocol-dsl explain``."""

from collections.abc import Iterator
from pathlib import Path

import click

from protocol_dsl.apps.cli.endpoints import explained_endpoint, require_names
from protocol_dsl.apps.cli.kept import opened_at_end
from protocol_dsl.apps.cli.options import mapping_option, output_option, quiet_option, sources_option
from protocol_dsl.apps.cli.output import ink_of, spare
from protocol_dsl.apps.cli.request import reading, require_day
from protocol_dsl.apps.cli.stops import Stop
from protocol_dsl.apps.cli.studies import loaded
from protocol_dsl.base.nearest import did_you_mean
from protocol_dsl.model.results import Deviation, ParticipantResult, Query
from protocol_dsl.model.study import StudyModel
from protocol_dsl.project.runs import Explanation
from protocol_dsl.writers.ink import Ink
from protocol_dsl.writers.text.explain import (
    cycle_lines,
    deciding_lines,
    finding_lines,
    rule_lines,
    visit_lines,
    who_lines,
)
from protocol_dsl.writers.text.schedule import schedule_table

ELIGIBILITY = ("inclusion", "exclusion")


@click.command(short_help="The reasons for one participant, as a tree.")
@click.argument("protocol")
@click.argument("data")
@click.argument("participant", required=False)
@click.argument("name", metavar="[RULE or VISIT]", required=False)
@click.option("--endpoint", metavar="NAME", help="What this endpoint finds of each participant, or of PARTICIPANT.")
@click.option("--as-of", metavar="DATE", help="Read nothing dated later. [default: the latest date in the data]")
@output_option
@sources_option
@mapping_option
@quiet_option
@reading
def explain(
    *,
    protocol: str,
    data: str,
    participant: str | None,
    name: str | None,
    endpoint: str | None,
    as_of: str | None,
    output: Path | None,
    sources: Path | None,
    mapping: Path | None,
    quiet: bool,
) -> int:
    """Say why PROTOCOL finds of PARTICIPANT what it finds, with the rows of DATA that it used.

    With the name of a rule, a visit, a treatment or a deviation: of that alone. With --endpoint: what that endpoint
    finds of every participant.

    Exit codes: 0, or 2 could not run.

    Example: protocol-dsl explain protocols/anrs123.proto examples/anrs123 P01 I5
    """
    if as_of is not None:
        require_day(as_of)
    if endpoint is not None and name is not None:
        raise Stop(f"ask for {name} or for --endpoint {endpoint}: they are told apart")
    spare(output, protocol, data)
    study = loaded(protocol, sources, is_quiet=quiet)
    if endpoint is not None:
        require_names(study, (endpoint,))
        who = () if participant is None else (participant,)
        run = study.endpoints(data, as_of=as_of, participants=who, mapping=mapping)
        with opened_at_end(output) as out:
            ink = ink_of(None if output else out)
            out.writelines(f"{line}\n" for line in explained_endpoint(run, endpoint, ink, is_quiet=quiet))
        return 0
    if participant is None:
        raise Stop("name a participant, or an endpoint with --endpoint NAME")
    explanation = study.explain(data, participant, as_of=as_of, mapping=mapping)
    with opened_at_end(output) as out:
        ink = ink_of(None if output else out)
        lines = everything(explanation, ink) if name is None else one(explanation, name, study.model, ink)
        out.writelines(f"{line}\n" for line in lines)
    return 0


def everything(explanation: Explanation, ink: Ink) -> Iterator[str]:
    """The verdict and what would decide it, the rules, the plan, deviations and queries."""
    result = explanation.result
    yield from who_lines(result, ink)
    rules = [rule for rule in explanation.rules if rule.kind in ELIGIBILITY]
    if result.eligibility is not None:
        yield from deciding_lines(rules, result.eligibility.decisive.verdict, ink)
    for rule in rules:
        yield from rule_lines(rule, ink)
    if result.visits or result.cycles:
        yield ""
        yield from schedule_table(result)
    yield from finding_lines("Deviations", result.deviations, ink)
    yield from finding_lines("Queries", result.queries, ink)


def one(explanation: Explanation, name: str, model: StudyModel, ink: Ink) -> Iterator[str]:
    """What has to do with one name.

    Raises:
        Stop: Nothing has that name.
    """
    result = explanation.result
    require_name(explanation, name, model)
    yield from who_lines(result, ink)
    for rule in explanation.rules:
        if rule.rule == name and rule.kind in ELIGIBILITY:
            yield from rule_lines(rule, ink)
    for visit in result.visits:
        if visit.visit == name:
            yield from visit_lines(visit, ink)
    for cycle in result.cycles:
        if cycle.treatment == name:
            yield from cycle_lines(cycle, ink)
    yield from finding_lines("Deviations", [each for each in result.deviations if name in names_of(each)], ink)
    yield from finding_lines("Queries", [each for each in result.queries if name in names_of(each)], ink)


def names_of(each: Deviation | Query) -> tuple[str | None, ...]:
    """What a deviation or query is about, and its own code and number."""
    return (each.rule, each.visit, each.treatment, each.code, each.id)


def require_name(explanation: Explanation, name: str, model: StudyModel) -> None:
    """Refuse a name that nothing has.

    Raises:
        Stop: Nothing has it, or an endpoint, which is asked for by an option.
    """
    result: ParticipantResult = explanation.result
    known = {rule.rule for rule in explanation.rules if rule.kind in ELIGIBILITY}
    known |= {visit.visit for visit in result.visits} | {cycle.treatment for cycle in result.cycles}
    about = (*map(names_of, result.deviations), *map(names_of, result.queries))
    known |= {part for parts in about for part in parts if part}
    if name not in known:
        if any(endpoint.name == name for endpoint in model.endpoints):
            raise Stop(f"{name} is an endpoint: --endpoint {name} says what it finds of {result.participant}")
        hint = did_you_mean(name, known)
        words = f"{name} is no rule, visit, treatment or deviation of {result.participant}"
        raise Stop(f"{words}; {hint}" if hint else words)
