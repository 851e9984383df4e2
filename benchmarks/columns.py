"""Screening in columns against SQL by hand: ``python -m benchmarks.columns --participants 1000000``.

Makes a study folder of Parquet files, about 16 rows a participant, and measures, turn by turn in one run, the statement
that the protocol becomes and the one of ``by_hand.sql``; then the whole command, for its memory.
"""

import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import click
import duckdb

from benchmarks.measure import python, run
from protocol_dsl import load
from protocol_dsl.project.columns import ColumnScreen

ROOT = Path(__file__).parent.parent
PROTOCOL = ROOT / "protocols" / "anrs123.proto"
BY_HAND = ROOT / "benchmarks" / "by_hand.sql"
TURNS = 5
DRUGS = (
    "['zidovudine','lamivudine','efavirenz','nevirapine','indinavir','nelfinavir','tenofovir','aspirin','lopinavir']"
)
NAME = "'P' || lpad(i::varchar, 8, '0')"
SCREENED = "(date '2004-01-01' + (hash(i * 1000 + 1) % 700)::int)"
TABLES = {
    "participants": f"""
        select {NAME} as participant, 'S' || lpad((hash(i * 1000 + 2) % 40)::varchar, 2, '0') as site,
          ({SCREENED} - 365 * 16 - (hash(i * 1000 + 3) % 20000)::int) as birth_date,
          case hash(i * 1000 + 4) % 2 when 0 then 'female' else 'male' end as sex,
          case hash(i * 1000 + 5) % 20 when 0 then 'yes' else 'no' end as macrolin,
          case when hash(i * 1000 + 6) % 10 = 0 then null when hash(i * 1000 + 6) % 10 < 8 then 'yes' else 'no' end
            as failing
        from range(PEOPLE) t(i)""",
    "events": f"""
        select {NAME} as participant, ['consent', 'screening', 'hiv1_infection'][k] as event,
          {SCREENED} - case k when 1 then 1 when 2 then 0 else (hash(i * 1000 + 7) % 4000)::int end as date,
          case k when 3 then 'B20' end as code
        from (select i, unnest([1, 2, 3]) as k from range(PEOPLE) t(i))""",
    "readings": f"""
        select {NAME} as participant, case k % 2 when 0 then 'cd4' else 'hiv_rna' end as measure,
          ({SCREENED} - ((k // 2) * 30)::int - (hash(i * 100 + k) % 25)::int + 20) as date,
          case when k % 2 = 0 then (hash(i * 77 + k) % 400)::varchar when hash(i * 31 + k) % 10 = 0 then '<50'
            else (hash(i * 91 + k) % 40000)::varchar end as value,
          case k % 2 when 0 then 'cells/mm3' else 'copies/mL' end as unit
        from (select i, unnest(range(7)) as k from range(PEOPLE) t(i))""",
    "medications": f"""
        select {NAME} as participant, {DRUGS}[1 + (hash(i * 13 + k) % 9)::int] as drug,
          case when hash(i * 17 + k) % 10 = 0 then strftime(begun, '%Y-%m') else begun::varchar end as start,
          case when hash(i * 23 + k) % 3 > 0 then (begun + 32 + (hash(i * 29 + k) % 3000)::int)::varchar end as "end"
        from (select i, k, {SCREENED} - (hash(i * 19 + k) % 3000)::int - 100 as begun
              from (select i, unnest(range(5)) as k from range(PEOPLE) t(i)))""",
}


def make(folder: Path, participants: int, *, shuffled: bool) -> int:
    """Write the folder; how many rows it has in all."""
    connection = duckdb.connect()
    total = 0
    for name, query in TABLES.items():
        order = " order by hash(participant)" if shuffled else ""
        wanted = query.replace("PEOPLE", str(participants)) + order
        path = folder / f"{name}.parquet"
        connection.execute(f"copy ({wanted}) to '{path}' (format parquet)")
        total += connection.execute(f"select count(*) from '{path}'").fetchall()[0][0]
    return total


def agreed(ours: Path, theirs: Path) -> bool:
    """Whether both statements found the same of everyone."""
    columns = [*(f"c{place}" for place in range(7)), "b4", "b5"]
    same = " and ".join(f"a.{name} = b.{name}" for name in columns)
    query = f"select count(*), count(*) filter ({same}) from '{ours}' a join '{theirs}' b using (participant)"
    ((everybody, alike),) = duckdb.connect().execute(query).fetchall()
    return bool(everybody == alike)


@click.command()
@click.option("--participants", default=1_000_000, show_default=True)
@click.option("--shuffled", is_flag=True, help="Rows in any order, not participant by participant.")
@click.option("--memory", default="512MB", show_default=True)
def main(*, participants: int, shuffled: bool, memory: str) -> None:
    """Measure, and print a table."""
    with TemporaryDirectory() as place:
        folder = Path(place) / "study"
        folder.mkdir()
        rows = make(folder, participants, shuffled=shuffled)
        ours, theirs = Path(place) / "ours.parquet", Path(place) / "theirs.parquet"
        columns = ColumnScreen(load(PROTOCOL).model, folder)
        by_hand = duckdb.connect()
        by_hand.execute("set preserve_insertion_order = false")
        hand = BY_HAND.read_text(encoding="utf-8").replace("DIR", str(folder))
        times: list[tuple[float, float]] = []
        for turn in range(TURNS + 1):
            start = time.perf_counter()
            by_hand.execute(f"copy ({hand}) to '{theirs}' (format parquet)")
            between = time.perf_counter()
            columns.judge_into(ours)
            if turn:  # the first turn warms the disk
                times.append((between - start, time.perf_counter() - between))
        if not agreed(ours, theirs):
            raise SystemExit("the statement and the one by hand disagree")
        whole = run(python("-m", "protocol_dsl", "screen", str(PROTOCOL), str(folder), "--memory", memory, "--quiet"))
        seconds = [median(each) for each in zip(*times, strict=True)]
        ratio = median(mine / other for other, mine in times)
        print(f"{participants:,} participants, {rows:,} rows{', shuffled' if shuffled else ''}")
        print(f"statement {seconds[1]:.2f} s, {ratio:.2f}x of {seconds[0]:.2f} s by hand")
        print(f"whole command with --memory {memory}: {whole.seconds:.1f} s, {whole.memory:.0f} MiB")


if __name__ == "__main__":
    main()
