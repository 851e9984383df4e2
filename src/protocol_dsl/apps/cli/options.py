"""Options that every command has."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias, TypeVar, get_args

import click

from protocol_dsl.project.extras import EngineName

Callback = TypeVar("Callback", bound=Callable[..., object])
Option: TypeAlias = Callable[[Callback], Callback]

output_option = click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write there instead of standard output; the file appears whole or not at all.",
)
sources_option = click.option(
    "--sources",
    metavar="DIR",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Look there too for the documents that the protocol quotes.",
)
mapping_option = click.option(
    "--mapping",
    metavar="FILE",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Read a folder of SDTM domains by this file where the shipped mapping does not fit.",
)
verify_option = click.option(
    "--verify", type=click.IntRange(0), default=0, metavar="N", help="Let the interpreter judge N of duckdb's again."
)
master_option = click.option(
    "--master", metavar="URL", help="With spark: where it is, as spark://host:7077. [default: local[*]]"
)
quiet_option = click.option("-q", "--quiet", is_flag=True, help="Say nothing on standard error but what stops the run.")
exit_zero_option = click.option("--exit-zero", is_flag=True, help="Exit with 0 instead of 1.")


def engine_option(words: str) -> Callable[[Callback], Callback]:
    """``--engine`` with what it does for this command."""
    return click.option(
        "--engine", type=click.Choice(get_args(EngineName)), default="auto", show_default=True, help=words
    )


def strict_option(words: str) -> Callable[[Callback], Callback]:
    """``--strict`` with what it does for this command."""
    return click.option("--strict", is_flag=True, help=words)
