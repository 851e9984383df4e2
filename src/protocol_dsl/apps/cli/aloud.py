"""Lines on standard error."""

import click

from protocol_dsl.writers.columns import visible


def told(words: str) -> None:
    """A line on standard error, in which no sign acts on the terminal, whoever wrote it."""
    click.echo(visible(words), err=True)
