"""What a caller from Python asks for: an answer, or one plain sentence."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from tests.compile.folders import write_folder

from protocol_dsl import AbsentError, Study, UnreadableError, load

TEXT = """
protocol SMALL "A small trial"
  language 1
anchor SCR is screening
anchor W0 is randomization
eligibility at SCR
measure cd4 "CD4 cell count" in cells/mm3
inclusion I1 "Low CD4 count" require latest cd4 within 28 days before SCR <= 200 cells/mm3
visit W0 "Baseline" assess cd4
"""
ONE: Mapping[str, object] = {
    "participant": "P1",
    "site": "01",
    "events": [{"event": "screening", "date": "2004-06-01"}],
}
OTHER: Mapping[str, object] = {"participant": "P2", "site": "02"}


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    path = tmp_path_factory.mktemp("small") / "small.proto"
    path.write_text(TEXT, encoding="utf-8")
    return load(path)


@pytest.mark.parametrize("method", ["check", "screen", "schedule", "explain"])
@pytest.mark.parametrize(
    ("data", "words"),
    [
        (None, "NoneType is none of these"),
        (3, "int is none of these"),
        (b"a/folder", "a path is a text, and these are bytes"),
        ({"participant": ["P1", "P2"]}, 'this is a table alone: name it, as {"participants": table}'),
        (pa.table({"participant": ["P1"]}), 'this is a table alone: name it, as {"participants": table}'),
    ],
)
def test_what_are_no_data_is_said(study: Study, method: str, data: object, words: str) -> None:
    with pytest.raises(UnreadableError, match="data are a path") as caught:
        getattr(study, method)(data, *(["P1"] if method == "explain" else []))
    assert words in str(caught.value)


def test_one_name_is_that_participant_or_site(study: Study) -> None:
    assert [result.participant for result in study.check([ONE, OTHER], participants="P1")] == ["P1"]
    assert [result.participant for result in study.screen([ONE, OTHER], sites="02")] == ["P2"]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"engine": "duckbd"}, "no engine is called duckbd; did you mean duckdb?"),
        ({"engine": None}, "no engine is called None; they are auto, interpreter, duckdb, spark"),
        ({"reasons": "some"}, "reasons are given all, against, none, and not some"),
        ({"as_of": 3}, "not a date"),
        ({"as_of": "2004-06"}, "a cut-off is one day, as 2006-03-02; 2004-06 is not"),
    ],
)
def test_an_option_that_is_none_is_said(study: Study, asked: Mapping[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=r"\w") as caught:
        study.check([ONE], **asked)
    assert words in str(caught.value)


def test_a_participant_who_is_not_there_is_said(study: Study) -> None:
    with pytest.raises(KeyError, match="no participant P9 in the data"):
        study.explain([ONE], "P9")


@pytest.mark.parametrize("method", ["check", "screen", "schedule", "endpoints"])
@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"participants": ["P1", "P11", "P9"]}, "no participant P11, P9 in the data; did you mean P1?"),
        ({"sites": "03"}, "no site 03 in the data"),
        ({"participants": "P2", "sites": ["01"]}, "P2 is not of site 01"),
    ],
)
def test_who_was_asked_for_in_vain_is_said(
    study: Study, method: str, asked: Mapping[str, Any], words: str, tmp_path: Path
) -> None:
    rows = [{name: str(each[name]) for name in ("participant", "site")} for each in (ONE, OTHER)]
    for data in ([ONE, OTHER], {"participants": rows}, write_folder(tmp_path, {"participants": rows})):
        run = getattr(study, method)(data, **asked)
        with pytest.raises(UnreadableError) as caught:
            list(run)
        assert str(caught.value).startswith(words)
        assert isinstance(caught.value, AbsentError)
