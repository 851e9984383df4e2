"""``protocol-dsl sql``."""

from pathlib import Path

import click

from protocol_dsl.apps.cli.options import output_option, quiet_option, sources_option
from protocol_dsl.apps.cli.output import opened, spare
from protocol_dsl.apps.cli.request import reading, require_day
from protocol_dsl.apps.cli.stops import Stop
from protocol_dsl.apps.cli.studies import loaded
from protocol_dsl.project.study import Dialect


@click.command(short_help="The rules of entry as one SQL statement, to review or to run elsewhere.")
@click.argument("protocol")
@click.option(
    "--dialect",
    type=click.Choice(["duckdb", "spark", "postgres", "bigquery", "snowflake"]),
    default="duckdb",
    show_default=True,
    help="Whose SQL; duckdb is run in tests, the others are printed.",
)
@click.option("--schema", metavar="NAME", default="", help="Stands before each table's name, as trial or db.trial.")
@click.option(
    "--as-of", metavar="DATE", help="Read nothing dated later. [default: the statement finds the latest date]"
)
@output_option
@sources_option
@quiet_option
@reading
def sql(
    *,
    protocol: str,
    dialect: Dialect,
    schema: str,
    as_of: str | None,
    output: Path | None,
    sources: Path | None,
    quiet: bool,
) -> int:
    """Print the statement that judges the eligibility of everyone in the tables of a study.

    It reads participants, events, readings, medications, visits and administrations, with all the
    columns of the published page. A participant who is odd in the answer is left to
    protocol-dsl screen.

    Exit codes: 0, or 2 could not run: a rule has what columns do not judge, or the protocol has
    errors.

    Example: protocol-dsl sql protocols/anrs123.proto --dialect spark --schema trial
    """
    spare(output, protocol)
    if as_of is not None:
        require_day(as_of)
    study = loaded(protocol, sources, is_quiet=quiet)
    try:
        text = study.sql(dialect, schema=schema, as_of=as_of)
    except ValueError as error:
        raise Stop(f"--schema {schema}: {error}") from None
    with opened(output) as out:
        out.write(text)
    return 0
