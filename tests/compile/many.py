"""Random studies by the thousand: ``python -m tests.compile.many --studies 1000 --seed 1`` counts what disagrees.

Processes with other seeds may run beside it.
"""

import gc
import sys
import time
from pathlib import Path

import click
from tests.compile.one_thread import on_one_thread
from tests.compile.tried import KINDS, Kind, Tally, try_studies

TOLD_EVERY = 100
"""Studies after which the counts so far are told."""


@click.command()
@click.option("--studies", default=100, show_default=True)
@click.option("--seed", "number", default=1, show_default=True)
@click.option(
    "--kind", type=click.Choice(KINDS), default="screen", show_default=True, help="What is run on both engines."
)
@click.option(
    "--keep",
    type=click.Path(path_type=Path),
    default=Path("build/disagreements"),
    show_default=True,
    help="Where the studies on which the engines differ are written.",
)
def main(*, studies: int, number: int, kind: Kind, keep: Path) -> None:
    """Judge random studies by the interpreter and in columns; ends with 1 if they differ on any of them."""
    gc.set_threshold(70_000)
    gc.freeze()  # else the collector goes through the grammar and all of sqlglot again and again, a tenth of the time
    tally, started = Tally(), time.process_time()
    with on_one_thread():
        for tally in try_studies(kind, number, studies, keep):
            if tally.studies % TOLD_EVERY == 0:
                click.echo(
                    f"seed {number}: {tally}, {time.process_time() - started:,.0f} s of processor time", err=True
                )
    gc.unfreeze()  # else duckdb reports leaks at the end
    click.echo(str(tally))
    for kept in tally.kept:
        click.echo(f"  {kept}")
    sys.exit(1 if tally.kept else 0)


if __name__ == "__main__":
    main()
