"""On Spark: ``python -m benchmarks.spark --participants 100000`` judges a made-up study on two engines.

Whoever Spark judges must come out as DuckDB judges them: the listings of both are compared byte by byte. With
``--command check`` one participant in fifty departs from the plan; with ``--command sql`` it is the printed statement
that Spark runs, and each of its rows is compared. Needs pyspark and Java 17.
"""

import filecmp
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from tests.compile.warehouse import in_spark, require_the_same

from benchmarks.columns import PROTOCOL, make
from benchmarks.measure import python, run
from protocol_dsl import load
from protocol_dsl.simulate import every_departure, simulate, write_study

ONE_IN = 50
"""Participants of whom one departs from the plan."""


@click.command()
@click.option("--participants", default=100_000, show_default=True)
@click.option("--command", type=click.Choice(["screen", "check", "sql"]), default="screen", show_default=True)
@click.option("--protocol", type=click.Path(path_type=Path, exists=True), default=PROTOCOL, show_default=True)
@click.option("--master", default="local[2]", show_default=True, help="Where Spark runs.")
def main(*, participants: int, command: str, protocol: Path, master: str) -> None:
    """Judge by DuckDB and by Spark; ends with 1 where a line of the two differs."""
    with TemporaryDirectory() as place:
        folder = Path(place) / "study"
        folder.mkdir()
        if command == "check":
            make_planned(folder, participants, protocol)
        else:
            make(folder, participants, shuffled=False)
        if command == "sql":
            compare_printed(folder, protocol, master)
            return
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


def compare_printed(folder: Path, protocol: Path, master: str) -> None:
    """Judge by DuckDB, and by the printed statement on Spark; ends with an ``AssertionError`` where a row differs."""
    study = load(protocol)
    expected = {result.participant: result for result in study.screen(folder, engine="duckdb", reasons="none")}
    statement, started = study.sql("spark"), time.perf_counter()
    rows = in_spark(study, folder, master)(statement)
    click.echo(f"the printed statement on Spark: {time.perf_counter() - started:.1f} s")
    judged = require_the_same(rows, expected)
    click.echo(f"{len(expected):,} participants, {judged:,} of them judged in the statement alone: the same")


def make_planned(folder: Path, participants: int, protocol: Path) -> None:
    """Write a folder of participants who follow the protocol, but for a few."""
    model = load(protocol).model
    departing = every_departure(model)
    wanted = tuple(departing[place % len(departing)] for place in range(participants // ONE_IN))
    write_study(simulate(model, participants, 1, wanted), folder)


if __name__ == "__main__":
    main()
