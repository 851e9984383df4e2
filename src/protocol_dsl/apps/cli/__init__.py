"""The command line. A command's module is imported when the command is run, so that ``--help`` stays fast."""

import gc
import sys

try:
    from protocol_dsl.apps.cli.commands import cli
    from protocol_dsl.apps.cli.endings import ended
except KeyboardInterrupt:  # Ctrl-C within the first tenths of a second, which imports take
    sys.stderr.write("protocol-dsl: interrupted\n")
    sys.exit(130)

__all__ = ["cli", "main"]

MANY = 200_000
"""So many new values before Python looks for those that only hold one another; a protocol is read into fewer."""


def main() -> None:
    """Run ``protocol-dsl`` and leave with its exit code."""
    # By itself Python looks every 700 values, though what a protocol is read into lives until the end, and then goes
    # through all of it once more before it leaves: together a quarter of the time of `lint`.
    gc.set_threshold(MANY)
    code = ended(cli, sys.argv[1:])
    if "duckdb" not in sys.modules:
        # duckdb would list on standard error whatever of its own is never let go.
        gc.freeze()
    sys.exit(code)
