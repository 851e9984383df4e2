"""``protocol-dsl lint``."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Literal, TypeAlias, assert_never

import click

from protocol_dsl import __version__
from protocol_dsl.apps.cli.aloud import told
from protocol_dsl.apps.cli.endings import COULD_NOT_RUN, FOUND, say
from protocol_dsl.apps.cli.options import exit_zero_option, output_option, quiet_option, sources_option, strict_option
from protocol_dsl.apps.cli.output import ink_of, opened, spare
from protocol_dsl.apps.cli.stops import Stop
from protocol_dsl.base.diagnostics import Diagnostic
from protocol_dsl.base.source import Text
from protocol_dsl.base.values import frozen
from protocol_dsl.project.analysis import Checked, analysed
from protocol_dsl.project.errors import UnreadableProtocolError
from protocol_dsl.writers.diagnostics import count_words, render_all
from protocol_dsl.writers.diagnostics_json import diagnostics_json, github
from protocol_dsl.writers.ink import Ink
from protocol_dsl.writers.sarif import sarif

Form: TypeAlias = Literal["text", "json", "sarif", "github"]


@frozen
class Linted:
    """What was found in all files: the mistakes, the texts they point into, and why some files could not be read."""

    files: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]
    texts: dict[str, Text]
    unreadable: tuple[str, ...]


@click.command(short_help="The mistakes of a protocol.")
@click.argument("protocols", metavar="PROTOCOL...", nargs=-1, required=True)
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "sarif", "github"]), default="text", show_default=True
)
@output_option
@sources_option
@click.option("--fix", "is_fixing", is_flag=True, help="Repair what can safely be repaired, in the files themselves.")
@click.option("--unsafe-fixes", is_flag=True, help="With --fix: repair too what may have been meant otherwise.")
@click.option("--verbose", is_flag=True, help="Say too what was not decided.")
@strict_option("Exit with 2 for warnings too.")
@quiet_option
@exit_zero_option
def lint(
    *,
    protocols: tuple[str, ...],
    form: Form,
    output: Path | None,
    sources: Path | None,
    is_fixing: bool,
    unsafe_fixes: bool,
    verbose: bool,
    strict: bool,
    quiet: bool,
    exit_zero: bool,
) -> int:
    """Print every mistake of each PROTOCOL, with its place and what to do about it.

    With --fix a file is written beside its place and renamed, and left alone if it changed meanwhile. What was repaired
    is told on standard error; what is left is printed.

    Exit codes: 0 no errors, 1 errors, 2 a file could not be read.

    Example: protocol-dsl lint protocols/anrs123.proto
    """
    spare(output, *protocols)
    if unsafe_fixes and not is_fixing:
        raise Stop("--unsafe-fixes goes with --fix")
    if is_fixing:
        import_module("protocol_dsl.apps.cli.fixing").repair_all(
            protocols, sources, ("safe", "unsafe") if unsafe_fixes else ("safe",), is_quiet=quiet
        )
    found = lint_all(protocols, sources, with_quiet=verbose)
    with opened(output, form=form) as out:
        for piece in written(found, form, ink_of(out if output is None else None)):
            out.write(piece)
    for words in found.unreadable:
        say(words)
    if form == "text" and not quiet and found.files:
        told(f"{count_words(found.diagnostics)} in {' '.join(found.files)}{fixable(found.diagnostics)}")
    if found.unreadable or (strict and any(each.severity == "warning" for each in found.diagnostics)):
        return COULD_NOT_RUN
    is_wrong = any(each.severity == "error" for each in found.diagnostics)
    return FOUND if is_wrong and not exit_zero else 0


def fixable(diagnostics: tuple[Diagnostic, ...]) -> str:
    """``; --fix repairs 2 of them``, or nothing."""
    count = sum(each.fix is not None and each.fix.safety == "safe" for each in diagnostics)
    return f"; --fix repairs {count} of them" if count else ""


def lint_all(protocols: tuple[str, ...], sources: Path | None, *, with_quiet: bool) -> Linted:
    """Analyse each file; one that cannot be read does not stop the others."""
    files: list[str] = []
    unreadable: list[str] = []
    diagnostics: list[Diagnostic] = []
    texts: dict[str, Text] = {}
    for path in dict.fromkeys(protocols):
        try:
            checked: Checked = analysed(path, sources)
        except UnreadableProtocolError as error:
            unreadable.append(str(error))
            continue
        files.append(path)
        told = (each for each in checked.diagnostics if with_quiet or not each.code.is_quiet)
        diagnostics += [each for each in told if each not in diagnostics]
        texts |= checked.texts
    return Linted(tuple(files), tuple(diagnostics), texts, tuple(unreadable))


def written(found: Linted, form: Form, ink: Ink) -> Iterator[str]:
    """The mistakes in the form that was asked for."""
    match form:
        case "text":
            yield from render_all(found.diagnostics, found.texts, ink)
        case "json":
            yield diagnostics_json(found.files, found.diagnostics, found.texts)
        case "sarif":
            yield sarif(found.diagnostics, found.texts, __version__)
        case "github":
            yield github(found.diagnostics, found.texts)
        case _:
            assert_never(form)
