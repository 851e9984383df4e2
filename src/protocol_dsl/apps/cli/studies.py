"""A protocol loaded for a command, and what is told about the run on standard error."""

import sys
from pathlib import Path

import click

from protocol_dsl.apps.cli.aloud import told
from protocol_dsl.apps.cli.output import ink_of
from protocol_dsl.apps.cli.request import Request
from protocol_dsl.apps.cli.stops import Stop
from protocol_dsl.project.errors import ProtocolError, UnreadableProtocolError
from protocol_dsl.project.runs import Run
from protocol_dsl.project.study import Study, load
from protocol_dsl.writers.diagnostics import count_words, render_all
from protocol_dsl.writers.ink import Ink
from protocol_dsl.writers.text.words import counted

FEW = 3
"""Participants that are named where the engines disagree."""


def loaded(path: str, sources: Path | None, *, is_quiet: bool) -> Study:
    """The study at ``path``; its mistakes go to standard error, its warnings are counted there.

    Raises:
        Stop: It cannot be read, or has errors.
    """
    try:
        study = load(path, sources=sources)
    except UnreadableProtocolError as error:
        raise Stop(str(error)) from None
    except ProtocolError as error:
        for piece in render_all(error.diagnostics, error.texts, stderr_ink()):
            click.echo(piece, err=True, nl=False)
        raise Stop(f"{count_words(error.diagnostics)} in {path}: repair it first") from None
    if study.diagnostics and not is_quiet:
        told = count_words(study.diagnostics)
        if told != count_words(()):
            note(f"{told} in {path}: protocol-dsl lint {path} shows them")
    return study


def stderr_ink() -> Ink:
    """Colour for standard error."""
    return ink_of(sys.stderr)


def note(words: str) -> None:
    """A line on standard error that stops nothing."""
    told(f"note: {words}")


def verified(run: Run, count: int, *, is_quiet: bool) -> None:
    """Let the interpreter judge ``count`` participants again whom columns judged, and say of how many it did.

    Raises:
        Stop: It judges one otherwise.
    """
    if not count:
        return
    if differing := run.verify(count):
        raise Stop(f"the engines disagree, which is a fault of protocol-dsl: {'; '.join(differing[:FEW])}")
    if not is_quiet:
        again = min(count, run.judged_in_columns)
        judged_again = f"{counted(again, 'participant')} judged again by the interpreter, with the same answers"
        note(f"verify: {judged_again if again else 'the interpreter judged everybody, so nobody was judged again'}")


def tell_remarks(run: Run) -> None:
    """After a run: what there is to say of the data as a whole."""
    for remark in run.end.remarks:
        note(remark)


def tell(run: Run, request: Request) -> None:
    """After a run: the engine, and rows that were not read."""
    if request.quiet:
        return
    if not run.end.summary.participants:
        note("there is no participant in the data")
    tell_remarks(run)
    if request.form != "text":
        unused, late = sum(run.end.unused.values()), sum(run.end.after_cutoff.values())
        if unused:
            note(f"{counted(unused, 'row')} about names that the protocol never mentions")
        if late:
            note(f"{counted(late, 'row')} dated after the cut-off, not read")
    note(f"engine: {run.engine_name}")
