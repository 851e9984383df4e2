"""``protocol-dsl show``."""

from pathlib import Path

import click

from protocol_dsl.apps.cli.options import output_option, quiet_option, sources_option
from protocol_dsl.apps.cli.output import ink_of, opened, spare
from protocol_dsl.apps.cli.stops import Stop
from protocol_dsl.apps.cli.studies import loaded
from protocol_dsl.project.analysis import tree_of
from protocol_dsl.writers.text.show import show_lines


@click.command(short_help="The schedule of activities, the arms and the rules, in words.")
@click.argument("protocol")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "html"]),
    default="text",
    show_default=True,
    help="This version has text.",
)
@output_option
@sources_option
@quiet_option
def show(*, protocol: str, form: str, output: Path | None, sources: Path | None, quiet: bool) -> int:
    """Show PROTOCOL in words: arms, treatments, the schedule of activities, the rules with their sources.

    Exit codes: 0, or 2 could not run.

    Example: protocol-dsl show protocols/anrs123.proto
    """
    if form != "text":
        raise Stop(f"this version does not show a protocol as {form} yet: leave --format out for text")
    spare(output, protocol)
    study = loaded(protocol, sources, is_quiet=quiet)
    with opened(output) as out:
        out.writelines(
            f"{line}\n" for line in show_lines(tree_of(study.text), study.model, ink_of(None if output else out))
        )
    return 0
