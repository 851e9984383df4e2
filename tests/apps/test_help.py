"""The list of commands."""

import subprocess
import sys

import click
from click.testing import CliRunner

from protocol_dsl.apps.cli.commands import COMMANDS, cli

LATE = ("attrs", "attr", "lark", "cattrs", "rich", "jsonschema", "duckdb", "dateutil", "protocol_dsl.project")


def test_the_list_of_commands_imports_none_of_them() -> None:
    script = (
        "import sys\nfrom protocol_dsl.apps.cli import cli\n"
        "cli.main(['--help'], standalone_mode=False)\n"
        f"print([name for name in {LATE!r} if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)  # noqa: S603 - ours
    assert ran.stdout.splitlines()[-1] == "[]"


def test_every_command_says_of_itself_what_the_list_says() -> None:
    context = click.Context(cli)
    for name, (_, words) in COMMANDS.items():
        command = cli.get_command(context, name)
        assert command is not None
        assert command.get_short_help_str(200) == words


def test_every_help_has_an_example() -> None:
    for name in COMMANDS:
        shown = CliRunner().invoke(cli, [name, "--help"])
        assert shown.exit_code == 0
        assert f"protocol-dsl {name} " in shown.output
