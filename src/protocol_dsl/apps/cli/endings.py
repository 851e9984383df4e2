"""How a run ends: always with an exit code and at most a sentence, never with a traceback."""

import errno
import os
import sys
import traceback
from collections.abc import Sequence
from io import StringIO, TextIOWrapper
from pathlib import Path
from typing import TextIO

import click

from protocol_dsl.apps.cli.aloud import told
from protocol_dsl.apps.cli.stops import Stop

FOUND, COULD_NOT_RUN, INTERRUPTED, PIPE_CLOSED = 1, 2, 130, 141
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
DEBUG = "PROTOCOL_DSL_DEBUG"


def ended(command: click.Command, arguments: Sequence[str]) -> int:
    """The exit code of ``command`` run with ``arguments``.

    Not ``command.main``, which answers a closed pipe with 1: that means that something was found.
    """
    prepare()
    try:
        with command.make_context("protocol-dsl", list(arguments)) as context:
            code = command.invoke(context)
        sys.stdout.flush()
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except Stop as stop:
        say(str(stop))
        return COULD_NOT_RUN
    except click.ClickException as error:
        refused(error)
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
    sys.stdout = sys.stdout or nowhere()
    sys.stderr = sys.stderr or nowhere()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")


def nowhere() -> TextIO:
    """A stream in the place of one that the caller closed."""
    return Path(os.devnull).open("w", encoding="utf-8")


def refused(error: click.ClickException) -> None:
    """Say what is wrong with the arguments, as click words it."""
    words = StringIO()
    error.show(file=words)
    for line in words.getvalue().rstrip("\n").split("\n"):
        told(line)


def failed(error: OSError) -> int:
    """Say what the system refused."""
    if os.environ.get(DEBUG):
        traceback.print_exception(error)
    if error.errno in FULL and not error.filename:
        say(f"could not write the output: {error.strerror}")
    else:
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
        told(f"protocol-dsl: {words}")
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
    device = os.open(os.devnull, os.O_WRONLY)
    os.dup2(device, target)
    os.close(device)
