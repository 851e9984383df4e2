"""Windows of 25 visits of many participants: the columns against an as-of join written by hand, in turns.

``python -m benchmarks.windows --participants 1000000`` makes the data, and stops if the two disagree on any visit.
"""

from collections.abc import Mapping
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import click
import duckdb
from sqlglot import exp

from benchmarks.measure import python, run
from protocol_dsl import load
from protocol_dsl.compile.check import check_statements
from protocol_dsl.compile.eligibility import Data
from protocol_dsl.model.columns import DOSES, EVENTS, LABELLED, MEDICATIONS, PEOPLE, READINGS, VISITS
from protocol_dsl.model.records import Cutoff
from protocol_dsl.model.results import STATUSES, Status
from protocol_dsl.readers.columns.prepare import nobody

VISITS_PLANNED, WEEKS, SIDE = 25, 4, 7
FAR = 13
"""Days from its plan within which a visit of these data lies; there are 28 from one visit to the next."""
CUTOFF = 732_312
"""2006-01-01, by when the last visits are still to come."""
TURNS = 3
COUNTED: tuple[Status, ...] = ("early", "in window", "late")
TEXT = "".join(
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
        f"(hash(i, v) % 17)::integer - 8)::integer as day, true as is_held, 'W' || (v * {WEEKS})::varchar as label, "
        "false as odd from range($n) t(i), range(25) u(v) where hash(v, i) % 20 > 0",
    }
    for name, query in tables.items():
        path = folder / f"{name}.parquet"
        duckdb.sql(f"copy ({query.replace('$n', str(participants))}) to '{path}' (format parquet)")


def ours(folder: Path) -> str:
    """The statement of the columns."""
    path = folder / "windows.proto"
    path.write_text(TEXT, encoding="utf-8")
    files: Mapping[str, exp.Select] = {
        name: exp.select("*").from_(exp.Table(this=exp.func("read_parquet", exp.Literal.string(str(file)))))
        for name in (PEOPLE, EVENTS, VISITS)
        for file in [folder / f"{name}.parquet"]
    }
    absent = {name: nobody(name) for name in (READINGS, MEDICATIONS, DOSES, LABELLED)}
    data = Data(tables=frozenset(), events_present=0)
    return check_statements(load(path).model, Cutoff(CUTOFF), data, {**files, **absent}).visits


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
@click.option("--memory", default="200MB", show_default=True)
@click.option("--one", type=click.Choice(["ours", "by hand"]), hidden=True)
@click.option("--folder", type=click.Path(path_type=Path), hidden=True)
def main(*, participants: int, memory: str, one: str | None, folder: Path | None) -> None:
    """Measure both in turns, each in a process of its own; or run one of them."""
    if one and folder:
        connection = duckdb.connect()
        connection.execute("set preserve_insertion_order = false")
        if one == "ours":
            connection.execute(f"set memory_limit = '{memory}'")
        connection.execute(f"set temp_directory = '{folder / 'spill'}'")
        query = ours(folder) if one == "ours" else by_hand(folder)
        connection.execute(f"copy ({query}) to '{folder / one.replace(' ', '_')}.parquet' (format parquet)")
        return
    with TemporaryDirectory() as place:
        made(Path(place), participants)
        commands = [
            python("-m", "benchmarks.windows", "--memory", memory, "--one", name, "--folder", place)
            for name in ("ours", "by hand")
        ]
        runs = [[run(command) for command in commands] for _ in range(TURNS)]
        require_same(Path(place))
    first, second = (median(each[at].seconds for each in runs) for at in (0, 1))
    ratio = median(each[0].seconds / each[1].seconds for each in runs)
    most = max(each[0].memory for each in runs)
    click.echo(f"{first:.2f} s, {ratio:.2f}x of {second:.2f} s by hand; at most {most:.0f} MiB")


def require_same(folder: Path) -> None:
    """Stop if the two find other numbers of any visit early, late or in its window.

    Raises:
        SystemExit: They do.
    """
    run_sql = duckdb.connect().execute
    by_status = ", ".join(f"count(*) filter (status = '{status}')" for status in COUNTED)
    other = run_sql(f"select {by_status} from '{folder}/by_hand.parquet' group by visit order by visit").fetchall()
    for place, expected in enumerate(other):
        counted = ", ".join(f"count(*) filter (status_{place} = {STATUSES.index(status)})" for status in COUNTED)
        (found,) = run_sql(f"select {counted} from '{folder}/ours.parquet'").fetchall()
        if found != expected:
            raise SystemExit(f"the columns and the as-of join disagree on visit {place}")


if __name__ == "__main__":
    main()
