"""On Spark: ``python -m benchmarks.spark --participants 100000`` judges a made-up study on two engines.

Whoever Spark judges must come out as DuckDB judges them: the listings of both are compared byte by byte. With
``--command check`` one participant in fifty departs from the plan. Needs pyspark and Java 17.
"""

import filecmp
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from benchmarks.columns import PROTOCOL, make
from benchmarks.measure import python, run
from protocol_dsl import load
from protocol_dsl.simulate import every_departure, simulate, write_study

ONE_IN = 50
"""Participants of whom one departs from the plan."""


@click.command()
@click.option("--participants", default=100_000, show_default=True)
@click.option("--command", type=click.Choice(["screen", "check"]), default="screen", show_default=True)
@click.option("--protocol", type=click.Path(path_type=Path, exists=True), default=PROTOCOL, show_default=True)
@click.option("--master", default="local[2]", show_default=True, help="Where Spark runs.")
def main(*, participants: int, command: str, protocol: Path, master: str) -> None:
    """Judge by DuckDB and by Spark; ends with 1 where a line of the two differs."""
    with TemporaryDirectory() as place:
        folder = Path(place) / "study"
        folder.mkdir()
        if command == "screen":
            make(folder, participants, shuffled=False)
        else:
            make_planned(folder, participants, protocol)
        listings: list[Path] = []
        for engine in (("duckdb",), ("spark", "--master", master)):
            asked = (command, str(protocol), str(folder), "--format", "jsonl", "--quiet", "--engine", *engine)
            listings.append(Path(place) / f"{engine[0]}.jsonl")
            found = run(python("-m", "protocol_dsl", *asked), listings[-1])
            click.echo(f"{engine[0]}: {found.seconds:.1f} s")
        lines, size = sum(1 for _ in listings[0].open("rb")), listings[0].stat().st_size
        one, other = listings
        is_same = filecmp.cmp(one, other, shallow=False)
        click.echo(f"{lines:,} lines, {size:,} bytes: {'the same' if is_same else 'they differ'}")
        sys.exit(0 if is_same else 1)


def make_planned(folder: Path, participants: int, protocol: Path) -> None:
    """Write a folder of participants who follow the protocol, but for a few."""
    model = load(protocol).model
    departing = every_departure(model)
    wanted = tuple(departing[place % len(departing)] for place in range(participants // ONE_IN))
    write_study(simulate(model, participants, 1, wanted), folder)


if __name__ == "__main__":
    main()
