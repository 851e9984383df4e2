"""Windows of 25 visits of many participants: the columns against an as-of join written by hand, in turns.

``python -m benchmarks.windows --participants 1000000`` makes the data, and stops if the two disagree on any visit.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import click
import duckdb
from sqlglot import exp

from benchmarks.measure import python, run
from protocol_dsl import load
from protocol_dsl.compile.answers import kept, kept_in
from protocol_dsl.compile.check import check_statements
from protocol_dsl.compile.eligibility import Data
from protocol_dsl.compile.packed import Fields
from protocol_dsl.compile.visit_days import visit_days
from protocol_dsl.compile.visit_status import IS_OPEN, STANDINGS
from protocol_dsl.model.columns import DOSES, EVENTS, LABELLED, MEDICATIONS, PEOPLE, READINGS, VISITS
from protocol_dsl.model.records import Cutoff
from protocol_dsl.model.results import STATUSES, Status
from protocol_dsl.readers.columns.prepare import nobody
from protocol_dsl.readers.columns.source import TEXT, Table, connect
from protocol_dsl.readers.columns.spans import at_once, bounded, groups_of, spans_of
from protocol_dsl.readers.connections import Connection

VISITS_PLANNED, WEEKS, SIDE = 25, 4, 7
FAR = 13
"""Days from its plan within which a visit of these data lies; there are 28 from one visit to the next."""
CUTOFF = 732_625
"""2006-11-10, the latest day of a visit: later rows would not be read."""
TURNS = 5
COUNTED: tuple[Status, ...] = ("early", "in window", "late")
PROTOCOL = "".join(
    (
        'protocol WINDOWS "Twenty-five visits"\n  language 1\nanchor W0 is randomization\neligibility at W0\n',
        *(f'visit W{WEEKS * number} "Visit {number}"\n  window ± {SIDE} days\n' for number in range(VISITS_PLANNED)),
    )
)


def made(folder: Path, participants: int) -> None:
    """Write the tables as the readers hand them on: one visit in 20 is missing, one in 10 out of its window."""
    who = "'P' || lpad(i::varchar, 8, '0') as participant"
    start = "date '2004-01-01' + (i * 7919 % 365)::integer"
    tables = {
        PEOPLE: f"select {who}, null::varchar as site, null::varchar as site_folded, null::varchar as arm, "
        "null::date as birth_first, null::date as birth_last, false as odd from range($n) t(i)",
        EVENTS: f"select {who}, 4::bigint as what, {start} as first_day, {start} as last_day, false as odd "
        "from range($n) t(i)",
        VISITS: f"select {who}, v::bigint as visit, {start} + (v * {7 * WEEKS} + "
        f"(hash(i, v) % 17)::integer - 8)::integer as day, true as is_held, false as is_ended, "
        f"'W' || (v * {WEEKS})::varchar as label, false as odd from range($n) t(i), range(25) u(v) "
        "where hash(v, i) % 20 > 0",
    }
    for name, query in tables.items():
        path = folder / f"{name}.parquet"
        duckdb.sql(f"copy ({query.replace('$n', str(participants))}) to '{path}' (format parquet)")


def table_of(connection: Connection, name: str, path: Path) -> Table:
    """A file as the readers know a table."""
    heading = tuple(column for column, *_ in connection.execute(f"from '{path}' limit 0").description or ())
    headings = {column: column for column in heading}
    kinds = dict.fromkeys(heading, TEXT)
    return Table(
        name=name, shown=name, paths=(path,), heading=heading, written_as=heading, kinds=kinds, headings=headings
    )


def ours(folder: Path, connection: Connection) -> None:
    """The statement of the columns, span by span as a check runs it."""
    path = folder / "windows.proto"
    path.write_text(PROTOCOL, encoding="utf-8")
    files = {
        known: table_of(connection, name, folder / f"{name}.parquet")
        for known, name in (("participants", PEOPLE), ("events", EVENTS), ("visits", VISITS))
    }
    spans = spans_of(groups_of(connection, files), "check")
    tables = {table.name: exp.select("*").from_(table.origin) for table in bounded(files, spans).values()}
    tables |= {name: nobody(name) for name in (READINGS, MEDICATIONS, DOSES, LABELLED)}
    data = Data(
        tables=frozenset(),
        events_present=0,
        has_skipped_visits=False,
        has_nameless_visits=False,
        earliest_visit=earliest(connection, folder),
    )
    statement = check_statements(load(path).model, Cutoff(CUTOFF), data, tables, holds=False).visits
    with timed():
        (parsed,) = connection.extract_statements(kept(statement))

        def write(connection: Connection, place: int) -> None:
            connection.execute(kept_in(str(folder / f"ours_{place}.parquet")))
            connection.execute(parsed)

        for _ in at_once(connection, spans, write):
            pass


def earliest(connection: Connection, folder: Path) -> int:
    """The earliest day of a visit, as an ordinal number, which a check knows from its look through the tables."""
    query = f"select min(day) - date '0001-01-01' + 1 from '{folder}/{VISITS}.parquet'"
    ((found,),) = connection.execute(query).fetchmany(1)
    return int(str(found))


def theirs(folder: Path, connection: Connection) -> None:
    """The statement by hand."""
    statement = by_hand(folder)
    connection.execute(kept_in(str(folder / "by_hand.parquet")))
    with timed():
        connection.execute(kept(statement))


@contextmanager
def timed() -> Iterator[None]:
    """Print the seconds that something takes, on the clock and of the processor."""
    wall, processor = time.perf_counter(), time.process_time()
    yield
    print(time.perf_counter() - wall, time.process_time() - processor)


def by_hand(folder: Path) -> str:
    """An as-of join of the planned visits with those held."""
    return f"""
with planned as (
  select participant, v as visit, first_day + (v * {7 * WEEKS})::integer as planned
  from '{folder}/{EVENTS}.parquet', range({VISITS_PLANNED}) t(v)
)
select p.participant, p.visit, p.planned, case when a.day <= p.planned + {FAR} then a.day end as actual,
  case when a.day < p.planned - {SIDE} then 'early' when a.day <= p.planned + {SIDE} then 'in window'
       when a.day <= p.planned + {FAR} then 'late' else 'not held' end as status
from planned p asof left join '{folder}/{VISITS}.parquet' a
  on p.participant = a.participant and p.planned - {FAR} <= a.day
"""


@click.command()
@click.option("--participants", default=1_000_000, show_default=True)
@click.option("--memory", default="150MB", show_default=True, help="What DuckDB may take for the columns.")
@click.option("--one", type=click.Choice(["ours", "by hand"]), hidden=True)
@click.option("--folder", type=click.Path(path_type=Path), hidden=True)
def main(*, participants: int, memory: str, one: str | None, folder: Path | None) -> None:
    """Measure both in turns, each in a process of its own; or run one of them."""
    if one and folder:
        connection = connect("the benchmark", folder / "spill", memory if one == "ours" else None)
        (ours if one == "ours" else theirs)(folder, connection)
        return
    with TemporaryDirectory() as place:
        made(Path(place), participants)
        runs = {name: [each] for name in ("ours", "by hand") for each in [measured(name, memory, Path(place))]}
        for _ in range(TURNS - 1):
            for name, each in runs.items():
                each.append(measured(name, memory, Path(place)))
        require_same(Path(place))
    for name, each in runs.items():
        seconds, processor, most = (median(values) for values in zip(*each, strict=True))
        click.echo(f"{name}: {seconds:.2f} s, {processor:.2f} s of processor time, {most:.0f} MiB the whole process")
    for at, what in enumerate(("the clock", "processor time")):
        ratio = median(first[at] / second[at] for first, second in zip(*runs.values(), strict=True))
        click.echo(f"{ratio:.3f}x by {what}")


def measured(name: str, memory: str, folder: Path) -> tuple[float, float, float]:
    """Seconds of the statement alone, of the processor, and the MiB that the whole process took."""
    output = folder / "seconds"
    command = python("-m", "benchmarks.windows", "--memory", memory, "--one", name, "--folder", str(folder))
    found = run(command, output)
    seconds, processor = map(float, output.read_text(encoding="utf-8").split())
    return seconds, processor, found.memory


def require_same(folder: Path) -> None:
    """Stop if the two disagree on the verdict or the day of any visit of anyone.

    Raises:
        SystemExit: They do.
    """
    kept_days = visit_days(CUTOFF, earliest(connect("the benchmark", folder / "spill", None), folder))
    days, epoch = kept_days.fields, f"date '0001-01-01' + {kept_days.epoch - 1}"
    words = {fields.name: f"[{', '.join(fields.columns(VISITS_PLANNED))}]" for fields in (days, STANDINGS)}

    def number(fields: Fields) -> str:
        word = f"{words[fields.name]}[1 + visit // {fields.each}]"
        return f"({word} >> ({fields.bits} * (visit % {fields.each}))::integer & {fields.greatest})::integer"

    verdicts = ", ".join(f"'{status if status in COUNTED else 'not held'}'" for status in STATUSES)
    query = f"""
select count(*), count(*) filter (
  status = [{verdicts}][1 + ({number(STANDINGS)} & {IS_OPEN - 1})]
  and actual is not distinct from case when {number(days)} > 0 then {epoch} + {number(days)} end
  and planned = {epoch} + start_0::integer + {7 * WEEKS} * visit::integer
)
from '{folder}/by_hand.parquet' join '{folder}/ours_*.parquet' using (participant)
"""
    ((everything, alike),) = duckdb.execute(query).fetchall()
    ((planned,),) = duckdb.execute(f"select count(*) from '{folder}/by_hand.parquet'").fetchall()
    if not everything == alike == planned:
        raise SystemExit(f"the columns and the as-of join agree on {alike:,} visits of {planned:,}")


if __name__ == "__main__":
    main()
