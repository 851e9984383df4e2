"""Participants judged span by span, where the files lie in their order: the same answers as at once."""

from collections.abc import Mapping
from pathlib import Path
from threading import Event
from time import sleep

import pytest
from tests.compile.folders import write_folder
from tests.compile.test_agreement import require_agreement, study_of

from protocol_dsl import Study
from protocol_dsl.project.columns import ColumnScreen
from protocol_dsl.readers.columns import spans
from protocol_dsl.readers.columns.source import DIVIDES, LOW, connect
from protocol_dsl.readers.columns.spans import Span, at_once, enter
from protocol_dsl.readers.connections import Connection
from protocol_dsl.readers.errors import UnreadableError

PROTOCOL = """protocol MADE_UP "A made-up protocol"
  language 1
use hiv (cd4, NRTI)
anchor SCR is screening
eligibility at SCR
history medications complete
inclusion I1 "Low CD4 count" require latest cd4 within 28 days before SCR <= 200 cells/mm3
inclusion I2 "Exposed" require exposed to NRTI
"""
PEOPLE = [f"P{number}" for number in range(9)]
Rows = dict[str, list[Mapping[str, str]]]


def rows() -> Rows:
    """Nine participants in the order of their names, one of whom has a row twice, and one a day that is none."""
    found: Rows = {"participants": [{"participant": name} for name in PEOPLE]}
    found["events"] = [{"participant": name, "event": "screening", "date": "2004-06-14"} for name in PEOPLE]
    found["readings"] = [
        {"participant": name, "measure": "cd4", "date": day, "value": f"{number + 1}5"}
        for number, name in enumerate(PEOPLE)
        for day in ("2004-06-11", "2004-06-19")
    ]
    found["medications"] = [
        {"participant": name, "drug": "zidovudine", "start": "2003"} for name in [*PEOPLE[:5], *PEOPLE[4:]]
    ]
    found["medications"][-1] = {"participant": "P8", "drug": "zidovudine", "start": "2003-02-30"}
    return found


def spans_in(study: Study, folder: Path) -> int:
    """In how many spans a folder is judged."""
    screen = study.screen(folder, engine="duckdb")
    assert isinstance(screen, ColumnScreen)
    return len(screen.spans)


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spans, "PEOPLE_IN_A_SPAN", {"screen": 2, "check": 2})


def test_files_in_order_are_judged_span_by_span(tmp_path: Path) -> None:
    study = study_of(PROTOCOL, tmp_path)
    folder = write_folder(tmp_path / "data", rows(), group=2)
    assert spans_in(study, folder) == 5
    # Whoever has a day that is none is left to the interpreter.
    assert require_agreement(study, folder, None) == 8
    assert require_agreement(study, folder, "2004-06-15") == 8


def test_who_stands_in_several_rows_is_left_to_the_interpreter_in_every_span(tmp_path: Path) -> None:
    study = study_of(PROTOCOL, tmp_path)
    data = rows()
    # One has both rows in one group, one in two groups, and one of no letter of ours is in the last.
    people = [*PEOPLE[:2], "P1", *PEOPLE[2:], "P8", "É"]
    data["participants"] = [{"participant": name, "site": str(place)} for place, name in enumerate(people)]
    data["events"].append({"participant": "É", "event": "screening", "date": "2004-06-14"})
    folder = write_folder(tmp_path / "data", data, group=2)
    assert spans_in(study, folder) > 1
    assert require_agreement(study, folder, None) == 8


def test_a_row_of_participants_that_names_nobody_is_found_though_it_lies_in_no_span(tmp_path: Path) -> None:
    study = study_of(PROTOCOL, tmp_path)
    data = rows()
    data["participants"] = [*({"participant": name, "site": "1"} for name in PEOPLE), {"participant": "", "site": "2"}]
    folder = write_folder(tmp_path / "data", data, group=2, form="typed")
    with pytest.raises(UnreadableError, match="a row of participants that names nobody"):
        study.screen(folder, engine="duckdb")


def test_rows_of_nobody_lie_in_no_span_and_are_told(tmp_path: Path) -> None:
    study = study_of(PROTOCOL, tmp_path)
    data = rows()
    data["readings"].append({"participant": "P9", "measure": "cd4", "date": "2004-06-14", "value": "1"})
    data["readings"].append({"participant": " P3", "measure": "cd4", "date": "2004-06-14", "value": "1"})
    # Another of the odd ones comes before P3, and after it where the blank counts.
    data["readings"][0] = {**data["readings"][0], "date": "2004-02-30"}
    folder = write_folder(tmp_path / "data", data, group=2)
    assert spans_in(study, folder) == 5
    assert require_agreement(study, folder, None) == 6


def test_files_in_any_other_order_are_judged_at_once(tmp_path: Path) -> None:
    study = study_of(PROTOCOL, tmp_path)
    data = rows()
    data["readings"] = data["readings"][::3] + data["readings"][1::3] + data["readings"][2::3]
    folder = write_folder(tmp_path / "data", data, group=6)
    assert spans_in(study, folder) == 1
    assert require_agreement(study, folder, None) == 8


@pytest.fixture(name="connection")
def _connection(tmp_path: Path) -> Connection:
    connection = connect("made-up data", tmp_path, None)
    connection.execute("set threads = 2")
    return connection


def low_and_threads(connection: Connection) -> tuple[object, ...]:
    """The name at which the span of a connection begins, and how many threads there are."""
    query = f"select getvariable('{LOW}'), current_setting('threads')"
    return connection.execute(query).fetchmany(1)[0]


def test_the_ends_of_spans_are_names_where_there_is_none_too(connection: Connection) -> None:
    # DuckDB 1 takes a null of no kind for a number, and compares no name with it.
    enter(connection, Span())
    assert connection.execute(f"select typeof(getvariable('{LOW}'))").fetchmany(1) == [("VARCHAR",)]


def test_a_span_is_not_divided_once_more(connection: Connection) -> None:
    # An optimizer of DuckDB 2.0.1 would read all of it for each part.
    known = connection.execute(f"from duckdb_optimizers() where name = '{DIVIDES}'").fetchmany(1)
    left_out = connection.cursor().execute("select current_setting('disabled_optimizers')").fetchmany(1)
    assert left_out == (known or [("",)])


def test_spans_at_once_have_connections_of_their_own(connection: Connection) -> None:
    found: dict[int, tuple[object, ...]] = {}
    each = [Span(f"P{number}") for number in range(5)]
    done = at_once(connection, each, lambda own, place: found.update({place: low_and_threads(own)}))
    assert len(list(done)) == len(each)
    # One thread is the one that waits for a statement.
    assert [found[place] for place in range(5)] == [(span.low, 1) for span in each]
    assert low_and_threads(connection) == (None, 2)


@pytest.mark.parametrize("spans_of_all", [[Span()], [Span("P0"), Span("P1")]])
def test_what_stops_one_span_stops_all(spans_of_all: list[Span], connection: Connection) -> None:
    def act(own: Connection, place: int) -> None:
        is_last = place == len(spans_of_all) - 1
        own.execute("select nothing" if is_last else "select sum(i) from range(10_000_000_000) t(i)")

    with pytest.raises(UnreadableError, match="nothing"):
        list(at_once(connection, spans_of_all, act))
    assert low_and_threads(connection)[1] == 2


def test_a_span_that_is_between_two_statements_stops_too(connection: Connection) -> None:
    is_begun, finished = Event(), []

    def act(own: Connection, place: int) -> None:
        if place == 0:
            is_begun.wait()
            own.execute("select nothing")
        is_begun.set()
        sleep(0.3)
        own.execute("select sum(i) from range(10_000_000_000) t(i)")
        finished.append(place)

    with pytest.raises(UnreadableError, match="nothing"):
        list(at_once(connection, [Span("P0"), Span("P1")], act))
    assert finished == []
