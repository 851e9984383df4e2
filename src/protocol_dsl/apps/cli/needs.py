"""``protocol-dsl needs``."""

from collections.abc import Iterator
from pathlib import Path

import click

from protocol_dsl.apps.cli.kept import folder_beside
from protocol_dsl.apps.cli.options import output_option, quiet_option, sources_option
from protocol_dsl.apps.cli.output import ink_of, opened, spare
from protocol_dsl.apps.cli.stops import Stop
from protocol_dsl.apps.cli.studies import loaded, note
from protocol_dsl.model.needs import Needs
from protocol_dsl.project.study import Study
from protocol_dsl.writers.ink import Ink
from protocol_dsl.writers.needs_csv import empty_tables, needs_rows
from protocol_dsl.writers.needs_json import needs_json
from protocol_dsl.writers.text.needs import needs_lines

FORMS = (".csv", ".parquet", ".ndjson")
"""Endings of the files of a study folder; one of them is enough for a table to be there."""


@click.command(short_help="What a protocol reads of participants' data, and why.")
@click.argument("protocol")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "csv"]),
    default="text",
    show_default=True,
    help="csv is one listing with a line for each column and name.",
)
@click.option(
    "--template",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Write the tables there too, empty, with the columns that are read.",
)
@output_option
@sources_option
@quiet_option
def needs(
    *, protocol: str, form: str, template: Path | None, output: Path | None, sources: Path | None, quiet: bool
) -> int:
    """List the tables, columns, measures, drugs, events and visits that PROTOCOL reads, with the rules that read them.

    Exit codes: 0, or 2 could not run.

    Example: protocol-dsl needs protocols/anrs123.proto --template my-study
    """
    spare(output, protocol)
    study = loaded(protocol, sources, is_quiet=quiet)
    found = study.needs()
    if template is not None:
        write_template(template, found)
        if not quiet:
            note(f"{len(found.tables)} empty tables in {template}")
    with opened(output, form=form) as out:
        out.writelines(pieces(study, found, form, ink_of(None if output else out)))
    return 0


def pieces(study: Study, found: Needs, form: str, ink: Ink) -> Iterator[str]:
    """What is read, in one of its forms."""
    match form:
        case "json":
            yield needs_json(study.model, found)
        case "csv":
            yield from needs_rows(found)
        case _:
            yield from (f"{line}\n" for line in needs_lines(study.model, found, ink))


def write_template(folder: Path, found: Needs) -> None:
    """Write the empty tables.

    Raises:
        Stop: A table of that name is there, in whatever form.
    """
    tables = empty_tables(found)
    for name in tables:
        for ending in FORMS:
            path = folder / Path(name).with_suffix(ending)
            if path.exists():
                raise Stop(f"{path} is there already: name a new folder, so that nothing is overwritten")
    with folder_beside(folder) as made:
        for name, heading in tables.items():
            (made / name).write_text(heading, encoding="utf-8", newline="\n")
