"""``protocol-dsl test``."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal, TypeAlias, assert_never

import click

from protocol_dsl.apps.cli.endings import FOUND
from protocol_dsl.apps.cli.options import exit_zero_option, output_option, quiet_option, sources_option
from protocol_dsl.apps.cli.output import ink_of, opened, spare
from protocol_dsl.apps.cli.stops import Stop
from protocol_dsl.apps.cli.studies import loaded
from protocol_dsl.model.tested import ExampleResults
from protocol_dsl.project.study import Study
from protocol_dsl.writers.examples_json import ProtocolExamples, tested_json
from protocol_dsl.writers.ink import Ink
from protocol_dsl.writers.text.examples import tested_lines

Form: TypeAlias = Literal["text", "json"]
NOTHING = "# Nothing to suggest.\n"


@click.command(short_help="The protocol's own examples, and what none has seen.")
@click.argument("protocols", metavar="PROTOCOL...", nargs=-1, required=True)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option(
    "--suggest",
    is_flag=True,
    help="Write examples for what none has seen, as text of the language, for the author to judge.",
)
@output_option
@sources_option
@quiet_option
@exit_zero_option
def test(
    *,
    protocols: tuple[str, ...],
    form: Form,
    suggest: bool,
    output: Path | None,
    sources: Path | None,
    quiet: bool,
    exit_zero: bool,
) -> int:
    """Run the examples of each PROTOCOL, and say which findings no example has seen.

    Exit codes: 0 all hold (or there are none), 1 one fails, 2 could not run.

    Example: protocol-dsl test protocols/anrs123.proto
    """
    spare(output, *protocols)
    if suggest and form != "text":
        raise Stop(f"what is suggested is text of the language: leave --format {form} out")
    studies = [loaded(path, sources, is_quiet=quiet) for path in dict.fromkeys(protocols)]
    found = [(study, study.test()) for study in studies]
    with opened(output, form=form) as out:
        pieces = suggestions(found) if suggest else results(found, form, ink_of(None if output else out))
        out.writelines(pieces)
    return 0 if exit_zero or all(tested.holds for _, tested in found) else FOUND


def results(found: Sequence[tuple[Study, ExampleResults]], form: Form, ink: Ink) -> Iterator[str]:
    """What came of the examples, in the form that was asked for."""
    match form:
        case "text":
            for number, (study, tested) in enumerate(found):
                yield "\n" if number else ""
                yield from (f"{line}\n" for line in tested_lines(tested, study.text, ink))
        case "json":
            yield tested_json(ProtocolExamples(study.model, study.text, tested) for study, tested in found)
        case _:
            assert_never(form)


def suggestions(found: Sequence[tuple[Study, ExampleResults]]) -> Iterator[str]:
    """Suggested examples of each protocol."""
    for number, (study, _) in enumerate(found):
        yield "\n" if number else ""
        yield study.suggest() or NOTHING
