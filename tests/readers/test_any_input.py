"""Whatever a file holds, reading gives records and problems, or one plain refusal."""

import json
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.readers.conftest import MODEL

from protocol_dsl.readers import UnreadableError, read_participants, read_study, read_tables

WORDS = ("P1", "P2", "cd4", "zidovudine", "zidovudin", "screening", "death", "W24", "unknown", "cells/mm3")
NUMBERS = ("2004", "2004-06-14", "2004-13", "199", "<50", "\u0661", "1e999", "NaN")
SIGNS = ("", "\0", '"', '""', '"a', ",", ";", "\t", "\n", "\r", "=")
CELLS = st.sampled_from(WORDS + NUMBERS + SIGNS)
ROWS = st.lists(st.lists(CELLS, max_size=6), max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | CELLS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["participant", "readings", "events", "medications", "visits", "event", "measure", "date", "value"]
            )
            | st.text(max_size=3),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)
HEADINGS = {
    "readings": "participant,measure,date,value,unit",
    "events": "participant,event,date,grade",
    "medications": "participant,drug,start,end",
}


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(sorted(HEADINGS)), ROWS)
def test_any_rows(table: str, rows: list[list[str]]) -> None:
    text = "\n".join([HEADINGS[table], *(",".join(row) for row in rows)])
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "participants.csv").write_text("participant\nP2\nP1\n")
        (folder / f"{table}.csv").write_bytes(text.encode())
        records = read_study(folder, MODEL)
        assert [record.participant for record in records] == ["P1", "P2"]
        assert all(1 <= (problem.row or 1) <= text.count("\n") + text.count("\r") + 1 for problem in records.problems)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "participants.csv").write_text("participant\nP1\n")
        (folder / "readings.csv").write_bytes(b"participant,measure,date,value\n" + data)
        (folder / "events.ndjson").write_bytes(data)
        with suppress(UnreadableError):
            assert [record.participant for record in read_study(folder, MODEL)] == ["P1"]


@settings(max_examples=100, deadline=None)
@given(JSON)
def test_any_json(value: object) -> None:
    for data in (value, {"participant": "P1", "readings": value, "events": [value], "medications": [{"drug": value}]}):
        with suppress(UnreadableError):
            records = read_participants(json.dumps(data), MODEL)
            assert all(record.participant for record in records)
    with suppress(UnreadableError):
        list(read_tables({"participants": [{"participant": "P1"}], "readings": value}, MODEL))


@settings(max_examples=50, deadline=None)
@given(st.permutations([*range(12)]))
def test_the_order_of_rows_decides_nothing(order: list[int]) -> None:
    rows: list[dict[str, object]] = [
        {"participant": f"P{place % 4}", "measure": "cd4", "date": f"2004-06-{1 + place % 3:02}", "value": place % 5}
        for place in range(12)
    ]
    people: list[dict[str, object]] = [{"participant": f"P{place}", "site": place % 2} for place in (0, 1, 2, 2)]
    straight = read_tables({"participants": people, "readings": rows}, MODEL)
    shuffled = read_tables({"participants": people[::-1], "readings": [rows[place] for place in order]}, MODEL)
    for one, two in zip(straight, shuffled, strict=True):
        assert one.site == two.site
        assert sorted(map(repr, one.readings["cd4"])) == sorted(map(repr, two.readings["cd4"]))
    assert straight.problems == shuffled.problems
