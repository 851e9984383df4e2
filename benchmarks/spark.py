"""Screening on Spark: ``python -m benchmarks.spark --participants 100000`` judges a made-up study on two engines.

Whoever Spark judges, by the statement that ``protocol-dsl sql`` prints, must come out as DuckDB judges them: the
listings of both are compared byte by byte. Needs pyspark and Java 17.
"""

import filecmp
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from benchmarks.columns import PROTOCOL, make
from benchmarks.measure import python, run


@click.command()
@click.option("--participants", default=100_000, show_default=True)
@click.option("--protocol", type=click.Path(path_type=Path, exists=True), default=PROTOCOL, show_default=True)
@click.option("--master", default="local[2]", show_default=True, help="Where Spark runs.")
def main(*, participants: int, protocol: Path, master: str) -> None:
    """Screen by DuckDB and by Spark; ends with 1 where a line of the two differs."""
    with TemporaryDirectory() as place:
        folder = Path(place) / "study"
        folder.mkdir()
        rows = make(folder, participants, shuffled=False)
        click.echo(f"{participants:,} participants, {rows:,} rows")
        listings: list[Path] = []
        for engine in (("duckdb",), ("spark", "--master", master)):
            asked = ("screen", str(protocol), str(folder), "--format", "jsonl", "--quiet", "--engine", *engine)
            listings.append(Path(place) / f"{engine[0]}.jsonl")
            found = run(python("-m", "protocol_dsl", *asked), listings[-1])
            click.echo(f"{engine[0]}: {found.seconds:.1f} s")
        lines, size = sum(1 for _ in listings[0].open("rb")), listings[0].stat().st_size
        one, other = listings
        is_same = filecmp.cmp(one, other, shallow=False)
        click.echo(f"{lines:,} lines, {size:,} bytes: {'the same' if is_same else 'they differ'}")
        sys.exit(0 if is_same else 1)


if __name__ == "__main__":
    main()
