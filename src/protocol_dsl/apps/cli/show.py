"""``protocol-dsl show``."""

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

import click

from protocol_dsl.apps.cli.options import output_option, quiet_option, sources_option
from protocol_dsl.apps.cli.output import ink_of, opened, require_jinja, spare
from protocol_dsl.apps.cli.studies import loaded
from protocol_dsl.project.analysis import tree_of
from protocol_dsl.project.study import Study
from protocol_dsl.semantics.checks.sources import NO_ORIGIN
from protocol_dsl.writers.document.content import Document
from protocol_dsl.writers.document.markdown import markdown_lines
from protocol_dsl.writers.document.outline import document
from protocol_dsl.writers.document.text import text_lines
from protocol_dsl.writers.ink import Ink

PAGE = "protocol_dsl.writers.report.document_page"


@click.command(short_help="The protocol as a document: schedule, arms, every rule in words.")
@click.argument("protocol")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "html"]),
    default="text",
    show_default=True,
    help="markdown has tables as code hosts show them; html is one page with a drawing of the arms.",
)
@output_option
@sources_option
@quiet_option
def show(*, protocol: str, form: str, output: Path | None, sources: Path | None, quiet: bool) -> int:
    """Show PROTOCOL as a document to hand round.

    It has the arms, the schedule of activities, every rule in words with where it comes from, deviations, endpoints,
    amendments, assumptions and sources, and what no source says.

    Exit codes: 0, or 2 could not run.

    Example: protocol-dsl show protocols/anrs123.proto --format html --output anrs123.html
    """
    spare(output, protocol)
    if form == "html":
        require_jinja()
    shown = document_of(loaded(protocol, sources, is_quiet=quiet))
    with opened(output, form=form) as out:
        out.writelines(pieces(shown, form, ink_of(None if output else out)))
    return 0


def document_of(study: Study) -> Document:
    """The content of the document."""
    libraries = (text for name, text in study.texts.items() if name != study.text.name)
    unsourced = (study.text.words(each.span) for each in study.diagnostics if each.code == NO_ORIGIN)
    return document(study.text, [tree_of(text) for text in (study.text, *libraries)], study.model, unsourced)


def pieces(shown: Document, form: str, ink: Ink) -> Iterator[str]:
    """The document in one of its forms."""
    if form == "html":
        page: Callable[[Document], Iterator[str]] = import_module(PAGE).document_page
        yield from page(shown)
        return
    for line in markdown_lines(shown) if form == "markdown" else text_lines(shown, ink):
        yield f"{line}\n"
