"""A study folder as the tables of somebody's database, and the answers of the printed statement there."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from protocol_dsl import Study
from protocol_dsl.compile.printed import WORDS
from protocol_dsl.model.results import ParticipantResult
from protocol_dsl.readers.columns.spark import session
from protocol_dsl.readers.layout import LAYOUTS

Row = Mapping[str, object]
Run = Callable[[str], Sequence[Row]]


def columns_of(table: str, study: Study) -> list[str]:
    """The columns that the statement expects."""
    own = [one.name for one in study.model.vocabulary.attributes] if table == "participants" else []
    return list(dict.fromkeys((*LAYOUTS[table].columns, *own)))


def in_duckdb(study: Study, folder: Path) -> Run:
    """What runs a statement over the Parquet files of a folder."""
    connection = duckdb.connect()
    for table in LAYOUTS:
        path = folder / f"{table}.parquet"
        there = []
        if path.exists():
            connection.execute(f"create view file_{table} as from read_parquet('{path}')")
            there = [str(name) for name, *_ in connection.execute(f"describe file_{table}").fetchall()]
        shown = [
            f'"{name}"' if name in there else f'cast(null as varchar) as "{name}"' for name in columns_of(table, study)
        ]
        source = f"from file_{table}" if there else "where false"
        connection.execute(f"create view {table} as select {', '.join(shown)} {source}")

    def run(statement: str) -> Sequence[Row]:
        found = connection.execute(statement)
        names = [name for name, *_ in found.description or []]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    return run


def in_spark(study: Study, folder: Path, master: str | None = None) -> Run:
    """What runs a statement over the Parquet files of a folder, on Spark."""
    opened: Any = session(master)
    for table in LAYOUTS:
        path = folder / f"{table}.parquet"
        there = opened.read.parquet(str(path)) if path.exists() else None
        has = () if there is None else there.columns
        cells = [
            f"`{name}`" if name in has else f"cast(null as string) as `{name}`" for name in columns_of(table, study)
        ]
        shown = opened.sql(f"select {', '.join(cells)} where false") if there is None else there.selectExpr(*cells)
        shown.createOrReplaceTempView(table)

    def run(statement: str) -> Sequence[Row]:
        return [row.asDict() for row in opened.sql(statement).collect()]

    return run


def require_the_same(rows: Sequence[Row], expected: Mapping[str, ParticipantResult]) -> int:
    """Everybody who is not odd is judged as the interpreter judges; how many these are."""
    assert {str(row["participant"]) for row in rows} == set(expected)
    plain = [row for row in rows if not row["odd"]]
    for row in plain:
        # What the version in force does not ask has no finding.
        not_asked = dict.fromkeys([*row, "version"])
        found = expected[str(row["participant"])]
        if row["point"] is None and "screened" in row:
            assert found.eligibility is not None
            assert row["screened"] == bool(found.eligibility.screenings)
        told = {name: None if name in {"version", "screened"} else cell for name, cell in row.items()}
        assert {**not_asked, **told} == {**not_asked, **answer_of(found)}
    assert all(row["verdict"] is None for row in rows if row["odd"])
    return len(plain)


def answer_of(result: ParticipantResult) -> Row:
    """The row that the statement should give."""
    assert result.eligibility is not None
    decisive = result.eligibility.decisive
    point = None if decisive.point is None else decisive.point.first
    row: dict[str, object] = {
        "participant": result.participant,
        "site": result.site,
        "point": None if point is None else date.fromordinal(point),
        "verdict": decisive.verdict,
    }
    for one in decisive.criteria:
        row |= {f"finding_{one.rule}": WORDS[int(one.finding)], f"boundary_{one.rule}": one.is_boundary}
    return row | {"odd": False}
