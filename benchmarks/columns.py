"""Screening in columns against SQL by hand: ``python -m benchmarks.columns --participants 1000000``.

Makes a study folder of Parquet files, about 16 rows a participant, and measures, turn by turn in one run, the statement
that the protocol becomes and the one of ``by_hand.sql``; then the whole command, for its memory. ``--times 10`` adds a
protocol of ten times the rules, ``--crossing`` compares the engines on small studies instead.
"""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import click
import duckdb

from benchmarks.measure import python, run
from protocol_dsl import load
from protocol_dsl.compile.answers import kept, kept_in
from protocol_dsl.project.columns import ColumnScreen

Turn = tuple[float, float]
"""Seconds on the clock, and of the processor."""
ROOT = Path(__file__).parent.parent
PROTOCOL = ROOT / "protocols" / "anrs123.proto"
BY_HAND = ROOT / "benchmarks" / "by_hand.sql"
TURNS = 5
SIZES = (300, 1_000, 3_000, 10_000)
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


MORE = """
inclusion A{n} "Adult" require age at SCR >= {n} years
inclusion B{n} "Infected" require hiv1_infection is confirmed before {n} days before SCR
inclusion C{n} "Exposed" require exposed to NRTI before {n} days before SCR and exposed to PI before {n} days before SCR
inclusion D{n} "Ongoing" require on antiretroviral at {n} days before SCR
inclusion E{n} "Cells" require latest cd4 within {n} days before SCR <= {n}0 cells/mm3
inclusion F{n} "Load" require latest hiv_rna within {n} days before SCR > {n}00 copies/mL
exclusion G{n} "Program" exclude if macrolin is yes and age at SCR < {n} years
"""
"""Seven rules like those of ANRS 123, each asking for what no other does."""


def with_rules(folder: Path, times: int) -> Path:
    """The protocol with so many times its rules of entry."""
    path = folder / "more.proto"
    text = PROTOCOL.read_text(encoding="utf-8")
    path.write_text(text + "".join(MORE.format(n=number) for number in range(20, 19 + times)), encoding="utf-8")
    return path


def agreed(ours: Path, theirs: Path) -> bool:
    """Whether both statements found the same of everyone."""
    columns = [*(f"c{place}" for place in range(7)), "b4", "b5"]
    same = " and ".join(f"a.{name} = b.{name}" for name in columns)
    query = f"select count(*), count(*) filter ({same}) from '{ours}/*.parquet' a join '{theirs}' b using (participant)"
    ((everybody, alike),) = duckdb.connect().execute(query).fetchall()
    return bool(everybody == alike)


def in_turns(folder: Path, turns: int, memory: str | None, times: int) -> Iterator[tuple[str, list[Turn]]]:
    """The statements turn by turn: by hand, that of the protocol, and one of ``times`` its rules."""
    place = folder.parent
    ours, theirs = place / "ours", place / "theirs.parquet"
    by_hand = duckdb.connect()
    by_hand.execute("set preserve_insertion_order = false")
    by_hand.execute(kept_in(str(theirs)))
    hand = BY_HAND.read_text(encoding="utf-8").replace("DIR", str(folder))
    one = ColumnScreen(load(PROTOCOL).model, folder, memory=memory)
    acts: dict[str, Callable[[], object]] = {
        "by hand": lambda: by_hand.execute(kept(hand)),
        "statement": lambda: one.judge_into(ours),
    }
    if times > 1:
        more = ColumnScreen(load(with_rules(place, times)).model, folder, memory=memory)
        acts[f"{times} times the rules"] = lambda: more.judge_into(place / "more")
    found: dict[str, list[Turn]] = {name: [] for name in acts}
    for turn in range(turns + 1):
        for name, act in acts.items():
            wall, processor = time.perf_counter(), time.process_time()
            act()
            if turn:  # the first turn warms the disk
                found[name].append((time.perf_counter() - wall, time.process_time() - processor))
    if not agreed(ours, theirs):
        raise SystemExit("the statement and the one by hand disagree")
    yield from found.items()


def crossing(place: Path) -> None:
    """The whole command by either engine as participants grow."""
    print("| participants | interpreter | columns |\n|---|---|---|")
    for size in SIZES:
        folder = place / f"study{size}"
        folder.mkdir()
        make(folder, size, shuffled=False)
        asked = ("-m", "protocol_dsl", "screen", str(PROTOCOL), str(folder), "--reasons", "none", "--quiet", "--engine")
        each = [run(python(*asked, engine)).processor for engine in ("interpreter", "duckdb")]
        print(f"| {size:,} | {each[0]:.2f} s | {each[1]:.2f} s |", flush=True)


def measure(folder: Path, turns: int, memory: str, times: int) -> None:
    """Print what the statements take, and the whole command."""
    first: list[Turn] = []
    for name, found in in_turns(folder, turns, memory, times):
        first = first or found
        clock, processor = (median(each) for each in zip(*found, strict=True))
        ratios = [median(one[at] / other[at] for one, other in zip(found, first, strict=True)) for at in range(2)]
        print(f"{name}: {clock:.2f} s ({ratios[0]:.2f}x), processor {processor:.2f} s ({ratios[1]:.2f}x)", flush=True)
    whole = run(python("-m", "protocol_dsl", "screen", str(PROTOCOL), str(folder), "--memory", memory, "--quiet"))
    spent = f"{whole.seconds:.1f} s, processor {whole.processor:.1f} s, {whole.memory:.0f} MiB"
    print(f"whole command with --memory {memory}: {spent}", flush=True)


@click.command()
@click.option(
    "--participants", multiple=True, type=int, default=(1_000_000,), show_default=True, help="Again for more."
)
@click.option("--shuffled", is_flag=True, help="Rows in any order, too, not participant by participant.")
@click.option("--memory", default="512MB", show_default=True)
@click.option("--turns", default=TURNS, show_default=True)
@click.option("--times", default=1, show_default=True, help="Judge so many times the rules, too.")
@click.option("--crossing", "is_crossing", is_flag=True, help="Where columns become faster than the interpreter.")
def main(  # noqa: PLR0913 - the options
    *, participants: tuple[int, ...], shuffled: bool, memory: str, turns: int, times: int, is_crossing: bool
) -> None:
    """Measure, and print a table: seconds on the clock, seconds of the processor, and their ratios."""
    if is_crossing:
        with TemporaryDirectory() as place:
            crossing(Path(place))
        return
    for size in participants:
        for order in (False, True)[: 1 + shuffled]:
            with TemporaryDirectory() as place:
                folder = Path(place) / "study"
                folder.mkdir()
                rows = make(folder, size, shuffled=order)
                print(f"{size:,} participants, {rows:,} rows{', shuffled' if order else ''}", flush=True)
                measure(folder, turns, memory, times)


if __name__ == "__main__":
    main()
