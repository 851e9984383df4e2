"""The list of commands, and where each is."""

from collections.abc import Mapping
from importlib import import_module

import click

from protocol_dsl import __version__

COMMANDS: Mapping[str, tuple[str, str]] = {
    "check": (
        "protocol_dsl.apps.cli.check:check",
        "Eligibility, visits, cycles, deviations and queries of participants.",
    ),
    "screen": ("protocol_dsl.apps.cli.screen:screen", "Eligibility alone, for many candidates, with the attrition."),
    "schedule": (
        "protocol_dsl.apps.cli.schedule:schedule",
        "Planned visits and cycles, their windows, and why each day.",
    ),
    "endpoints": ("protocol_dsl.apps.cli.endpoints:endpoints", "Every endpoint, by arm."),
    "explain": ("protocol_dsl.apps.cli.explain:explain", "The reasons for one participant, as a tree."),
    "lint": ("protocol_dsl.apps.cli.lint:lint", "The mistakes of a protocol."),
    "format": ("protocol_dsl.apps.cli.format:format_", "The one layout of a protocol."),
    "test": ("protocol_dsl.apps.cli.test:test", "The protocol's own examples, and what none has seen."),
    "diff": ("protocol_dsl.apps.cli.diff:diff", "What differs in meaning between two protocols or amendments."),
    "show": (
        "protocol_dsl.apps.cli.show:show",
        "The protocol as a document: schedule, arms, every rule in words.",
    ),
    "needs": ("protocol_dsl.apps.cli.needs:needs", "What a protocol reads of participants' data, and why."),
    "sql": (
        "protocol_dsl.apps.cli.sql:sql",
        "The rules of entry as one SQL statement, to review or to run elsewhere.",
    ),
    "simulate": ("protocol_dsl.apps.cli.simulate:simulate", "A made-up study folder with known departures."),
}
"""Module and object of each command, and its line in the list of commands."""


class LateGroup(click.Group):
    """Commands that are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the table."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing any."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_, words) in COMMANDS.items()])


@click.command(cls=LateGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="protocol-dsl")
def cli() -> None:
    """Run clinical trial protocols, written as texts, on participants' data.

    Exit codes: 0 nothing found, 1 something found, 2 could not run.
    `protocol-dsl COMMAND --help` explains each command, with an example.
    """
