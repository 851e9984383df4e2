"""The interpreter and the columns give the same answers, problems and counts, whatever the protocol and the data."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal, TypeAlias, get_args

import pytest
from hypothesis import HealthCheck, assume, given, settings
from tests.compile.folders import write_folder
from tests.compile.studies import MadeUp, studies
from tests.compile.topics import declarations

from protocol_dsl import Study, load
from protocol_dsl.compile.engines import refusals
from protocol_dsl.model.results import ParticipantResult
from protocol_dsl.project.columns import ColumnScreen
from protocol_dsl.project.errors import ProtocolError
from protocol_dsl.project.records import Data
from protocol_dsl.project.runs import Screen

AS_OF = "2004-06-30"
Way: TypeAlias = Literal["listed", "counted"]
WAYS: tuple[Way, ...] = get_args(Way)
"""How results are asked for: one by one, or only their counts."""


def study_of(text: str, folder: Path) -> Study:
    """The study of a text."""
    path = folder / "made_up.proto"
    path.write_text(text, encoding="utf-8")
    try:
        return load(path)
    except ProtocolError as error:
        messages = [f"{each.code.number} {each.message}" for each in error.diagnostics]
        raise AssertionError(f"{messages}\n{text}") from None


def require_agreement(study: Study, folder: Data, as_of: str | None, ways: Sequence[Way] = WAYS) -> int:
    """Both engines over the same data; how many participants columns judged themselves."""
    reference = study.screen(folder, reasons="none", engine="interpreter", as_of=as_of)
    expected = list(reference)
    judged = 0
    for way in ways:
        columns = study.screen(folder, engine="duckdb", as_of=as_of)
        judged = same_as_interpreter(columns, reference, expected if way == "listed" else None)
    return judged


def same_as_interpreter(columns: Screen, reference: Screen, expected: list[ParticipantResult] | None) -> int:
    """A run in columns, beside the interpreter's and its results; without these, their counts are enough."""
    assert isinstance(columns, ColumnScreen)
    assert columns.as_of == reference.as_of
    if expected is None:
        columns.finish(())
    else:
        found = list(columns)
        assert found == expected
    assert columns.end == reference.end
    return columns.judged_in_columns


# A few that hypothesis makes small where they fail; tests/compile/test_many.py tries many more.
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(one=studies())
@pytest.mark.parametrize("as_of", [None, AS_OF])
def test_columns_agree_with_the_interpreter(as_of: str | None, one: MadeUp) -> None:
    with TemporaryDirectory() as place:
        folder = write_folder(Path(place) / "data", one.data.tables)
        study = study_of(one.text, Path(place))
        assume(not refusals(study.model))  # such as arithmetic over too many values
        require_agreement(study, folder, as_of)


def test_labels_nobody_knows_say_nothing_where_a_reading_is_known(tmp_path: Path) -> None:
    people = [{"participant": name} for name in "AB"]
    days = {"A": ("2004-06-01", "2004-06-14"), "B": ("2004-06-14",)}  # A was screened twice: the interpreter judges A
    data = {
        "participants": people,
        "events": [{"participant": name, "event": "screening", "date": day} for name in "AB" for day in days[name]],
        "readings": [{"participant": "B", "measure": "cd4", "date": "2004-06-09", "value": "200"}],
        "visits": [{"participant": "A", "visit": "week 9", "date": "2004-06-10"}],
    }
    rule = 'inclusion R1 "Rule" require latest cd4 before SCR < 300 cells/mm3\n'
    study = study_of(declarations(frozenset({"visits", "counts"})) + rule, tmp_path)
    assert require_agreement(study, write_folder(tmp_path / "data", data), None) == 1


def test_labels_nobody_knows_and_nothing_else_are_of_another_trial(tmp_path: Path) -> None:
    days = {"screening": "2004-06-01", "randomization": "2004-06-14"}
    data = {
        "participants": [{"participant": "A"}],
        "events": [{"participant": "A", "event": event, "date": day} for event, day in days.items()],
        "visits": [{"participant": "A", "visit": "week 9", "date": "2004-06-10"}],
    }
    rule = 'inclusion R1 "Rule" require latest cd4 before SCR < 300 cells/mm3\n'
    study = study_of(declarations(frozenset({"visits", "counts"})) + rule, tmp_path)
    folder = write_folder(tmp_path / "data", data)
    columns = study.screen(folder, engine="duckdb")
    columns.finish(())
    assert columns.end is not None
    assert [each for each in columns.end.remarks if "are they of another trial" in each]
    require_agreement(study, folder, None)


AMENDED = """amendment AM1 "First" in force 2004-06-10
  in force 2004-06-14 at site "{}"
inclusion R1 "Rule" require latest cd4 before SCR < 300 cells/mm3
inclusion R1 "Rule" since AM1 require latest cd4 before SCR < 100 cells/mm3
"""


@pytest.mark.parametrize(
    ("named", "in_data", "told"),
    [
        ("02", ["2", "3"], ["2"]),
        ("02", ["2", "02"], []),
        ("02", ["002", " 2"], ["002 and 2"]),
        ("Paris 02", ["PARIS02"], ["PARIS02"]),
        ("Paris 02", [" paris 02 "], []),
        ("02", ["20"], []),
        ("02", [], []),
    ],
)
def test_a_site_that_may_be_one_of_the_protocol_is_told(
    named: str, in_data: list[str], told: list[str], tmp_path: Path
) -> None:
    people = {f"P{number}": site for number, site in enumerate(["", *in_data])}
    days = {"consent": "2004-06-12", "screening": "2004-06-12"}
    data = {
        "participants": [{"participant": name, "site": site} for name, site in people.items()],
        "events": [{"participant": name, "event": what, "date": day} for name in people for what, day in days.items()],
        "readings": [{"participant": name, "measure": "cd4", "date": "2004-06-09", "value": "200"} for name in people],
        "visits": [{"participant": name, "visit": "SC0", "date": "2004-06-12"} for name in people],
    }
    study = study_of(declarations(frozenset({"counts", "visits"})) + AMENDED.format(named), tmp_path)
    folder = write_folder(tmp_path / "data", data)
    for engine in ("duckdb", "interpreter"):
        for run in (
            study.screen(folder, engine=engine, reasons="none"),
            study.check(folder, engine=engine, reasons="none"),
        ):
            run.finish(iter(run))
            words = [
                f"the protocol names the site {named}, of which nobody is, and the data have {one}" for one in told
            ]
            assert [each.partition(": ")[0] for each in run.end.remarks] == words
    require_agreement(study, folder, None)
