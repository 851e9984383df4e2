"""The command line. A command's module is imported when the command is run, so that ``--help`` stays fast."""

import sys

from protocol_dsl.apps.cli.commands import cli
from protocol_dsl.apps.cli.endings import ended

__all__ = ["cli", "main"]


def main() -> None:
    """Run ``protocol-dsl`` and leave with its exit code."""
    sys.exit(ended(cli, sys.argv[1:]))
