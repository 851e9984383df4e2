"""How a run ends: always with an exit code and at most a sentence, never with a traceback."""

import os
import sys
import traceback
from collections.abc import Sequence
from io import TextIOWrapper
from typing import TextIO

import click

from protocol_dsl.apps.cli.stops import Stop

FOUND, COULD_NOT_RUN, INTERRUPTED, PIPE_CLOSED = 1, 2, 130, 141
DEBUG = "PROTOCOL_DSL_DEBUG"


def ended(command: click.Command, arguments: Sequence[str]) -> int:
    """The exit code of ``command`` run with ``arguments``."""
    prepare()
    try:
        code = command.main(args=list(arguments), prog_name="protocol-dsl", standalone_mode=False)
        if sys.stdout is not None:
            sys.stdout.flush()
    except Stop as stop:
        say(str(stop))
        return COULD_NOT_RUN
    except click.ClickException as error:
        error.show()
        return COULD_NOT_RUN
    except (KeyboardInterrupt, click.Abort):
        abandon(sys.stdout)
        say("interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        abandon(sys.stdout)
        return PIPE_CLOSED
    except OSError as error:
        abandon(sys.stdout)
        return failed(error)
    except Exception as error:  # noqa: BLE001 - the outermost place: what arrives here is a fault of ours, and says so
        abandon(sys.stdout)
        return faulted(error)
    return code if isinstance(code, int) else 0


def prepare() -> None:
    """UTF-8 and plain line ends whatever the locale; half of a split letter is written as its number."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")


def failed(error: OSError) -> int:
    """Say what the system refused."""
    if os.environ.get(DEBUG):
        traceback.print_exception(error)
    place = f"{error.filename}: " if error.filename else ""
    say(f"could not go on: {place}{error.strerror or error}")
    return COULD_NOT_RUN


def faulted(error: Exception) -> int:
    """Say that protocol-dsl itself is at fault."""
    if os.environ.get(DEBUG):
        traceback.print_exception(error)
    what = f"{type(error).__name__}: {error}".split("\n", maxsplit=1)[0]
    say(
        f"this is a fault of protocol-dsl, not of your files ({what}); run it again with {DEBUG}=1 and report "
        "what it prints, with the protocol and as little data as shows it"
    )
    return COULD_NOT_RUN


def say(words: str) -> None:
    """A line on standard error; nothing where that is closed too."""
    try:
        click.echo(f"protocol-dsl: {words}", err=True)
    except OSError:
        abandon(sys.stderr)


def abandon(stream: TextIO | None) -> None:
    """Let the rest of a stream go nowhere, so that closing it at the end cannot fail again."""
    if stream is None:
        return
    try:
        target = stream.fileno()
    except (OSError, ValueError):  # no file behind it, as in tests
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, target)
    os.close(nowhere)
