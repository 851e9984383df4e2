"""Damaged SDTM: what is wrong is located, and the rest is still read."""

from pathlib import Path

import pytest
from tests.readers.sdtm.conftest import Folder
from tests.readers.sdtm.samples import DM, SV, rows_of, typed, write_json
from tests.readers.sdtm.transport import transport

from protocol_dsl.model.records import DataProblem
from protocol_dsl.model.study import StudyModel
from protocol_dsl.readers import StudyRecords, UnreadableError, read_study
from protocol_dsl.readers.sdtm import xpt

LB = """USUBJID,LBSEQ,LBTESTCD,LBSTRESC,LBSTRESU,LBDTC
01-1,1,ALT,5,U/L,2014-01-16
01-2,2,ALT,7,U/L,2014-02-30
"""
ABSENT = ("DS", "EX")


def told(records: StudyRecords) -> list[DataProblem]:
    tuple(records)
    return [one for one in records.problems if one.table not in ABSENT]


def places(records: StudyRecords) -> list[tuple[str, str | None, int | None, str | None, str]]:
    return [(one.table, one.file, one.row, one.column, one.value) for one in told(records)]


def test_a_day_that_does_not_exist(sdtm: Folder, model: StudyModel) -> None:
    records = read_study(sdtm({"lb.csv": LB}), model)
    assert places(records) == [("LB", "lb.csv", 3, "LBDTC", "2014-02-30")]


def test_a_visit_number_that_is_a_text(sdtm: Folder, model: StudyModel) -> None:
    records = read_study(sdtm({"sv.csv": SV.replace("4.0,", "four,")}), model)
    assert places(records) == [("SV", "sv.csv", 4, "VISITNUM", "four")]
    assert [visit.visit for visit in next(iter(records)).visits] == ["SCR", "W0", "W2"]


def test_a_number_and_a_label_of_two_visits(sdtm: Folder, model: StudyModel) -> None:
    records = read_study(sdtm({"sv.csv": SV.replace("4.0,", "5.0,")}), model)
    assert places(records) == [("SV", "sv.csv", 4, "VISITNUM", "5")]


def test_two_rows_of_dm_for_one_participant(sdtm: Folder, model: StudyModel) -> None:
    second = DM.splitlines()[1].replace("2014-01-02", "2014-01-05").replace(",F,", ",M,")
    records = read_study(sdtm({"dm.csv": f"{DM}{second}\n"}), model)
    assert places(records) == [
        ("DM", "dm.csv", 5, "RFSTDTC", "2014-01-05"),
        ("DM", "dm.csv", 5, "USUBJID", "01-1"),
    ]


def test_the_same_row_of_dm_twice_is_told_once(sdtm: Folder, model: StudyModel) -> None:
    records = read_study(sdtm({"dm.csv": f"{DM}{DM.splitlines()[1]}\n"}), model)
    assert places(records) == [("DM", "dm.csv", 5, "USUBJID", "01-1")]


def test_a_visit_before_birth(sdtm: Folder, model: StudyModel) -> None:
    records = read_study(sdtm({"sv.csv": SV.replace("2014-01-16", "1914-01-16")}), model)
    assert places(records) == [("SV", "sv.csv", 4, "SVSTDTC", "1914-01-16")]


def test_a_row_of_nobody(sdtm: Folder, model: StudyModel) -> None:
    records = read_study(sdtm({"lb.csv": LB.replace("01-2", "01-9").replace("02-30", "02-20")}), model)
    assert places(records) == [("LB", "lb.csv", 3, "USUBJID", "01-9")]


def test_texts_in_windows_1252_and_in_utf_8(sdtm: Folder, model: StudyModel) -> None:
    mh = "USUBJID,MHTERM\n01-1,café au lait – spots\n"
    for encoding in ("cp1252", "utf-8"):
        place = sdtm({"mh.csv": mh.encode(encoding)})
        records = read_study(place, model)
        tuple(records)
        assert records.unused == {("events", "café au lait – spots"): 1}
        for path in place.iterdir():
            path.unlink()
        place.rmdir()


def test_bytes_of_no_encoding(sdtm: Folder, model: StudyModel) -> None:
    records = read_study(sdtm({"mh.csv": b"USUBJID,MHTERM\n01-1,\x81\x9d\n"}), model)
    assert ("MH", "mh.csv", 2, "MHTERM", r"'\x81\x9d'") in places(records)


def test_a_text_of_a_transport_file_in_windows_1252(sdtm: Folder, model: StudyModel) -> None:
    content = transport("MH", typed(*rows_of("USUBJID,MHTERM\n01-1,naïve – “so”\n")))
    records = read_study(sdtm({"mh.xpt": content}), model)
    assert told(records) == []
    assert records.unused == {("events", "naïve – “so”"): 1}


def test_utf_16_is_told(sdtm: Folder, model: StudyModel) -> None:
    records = read_study(sdtm({"mh.csv": "USUBJID,MHTERM\n".encode("utf-16")}), model)
    (problem,) = told(records)
    assert (problem.table, problem.file) == ("MH", "mh.csv")
    assert "UTF-16" in problem.problem
    assert all(record.open_histories == {"events"} for record in records)


@pytest.mark.parametrize("lost", [1, 30, 80, 100, 160])
def test_a_transport_file_cut_short(lost: int, sdtm: Folder, model: StudyModel) -> None:
    rows = "".join(f"01-1,{number},ALT,5,U/L,2014-01-16\n" for number in range(50))
    whole = transport("LB", typed(*rows_of(f"USUBJID,LBSEQ,LBTESTCD,LBSTRESC,LBSTRESU,LBDTC\n{rows}")))
    records = read_study(sdtm({"lb.xpt": whole[:-lost]}), model)
    (problem,) = told(records)
    assert (problem.table, problem.file, problem.row) == ("LB", "lb.xpt", None)
    assert "cut short" in problem.problem
    assert len(next(iter(records)).readings["alt"]) > 40


def test_a_transport_file_cut_within_its_heading(sdtm: Folder, model: StudyModel) -> None:
    whole = transport("LB", typed(*rows_of(LB)))
    (problem,) = told(read_study(sdtm({"lb.xpt": whole[:700]}), model))
    assert "ends within its heading" in problem.problem


def test_what_is_no_transport_file(sdtm: Folder, model: StudyModel) -> None:
    (problem,) = told(read_study(sdtm({"lb.xpt": b"hello"}), model))
    assert "no SAS transport file" in problem.problem


@pytest.mark.parametrize("kind", ["json", "ndjson"])
def test_dataset_json_with_fewer_rows_than_it_says(kind: str, sdtm: Folder, model: StudyModel) -> None:
    place = sdtm({})
    path = place / f"lb.{kind}"
    write_json(LB.replace("02-30", "02-20"), "LB", path)
    path.write_text(path.read_text("utf-8").replace('"records": 2', '"records": 7'), "utf-8")
    (problem,) = told(read_study(place, model))
    assert "7 rows, and ends after 2" in problem.problem


def test_a_line_that_is_no_json(sdtm: Folder, model: StudyModel) -> None:
    place = sdtm({})
    path = place / "lb.ndjson"
    write_json(LB.replace("02-30", "02-20"), "LB", path)
    path.write_text(path.read_text("utf-8")[:-20], "utf-8")
    found = places(read_study(place, model))
    assert [one[:4] for one in found] == [("LB", "lb.ndjson", 2, None)]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("lb.json", "{"),
        ("lb.json", "[]"),
        ("lb.json", "{}"),
        ("lb.ndjson", "x\n"),
        ("lb.ndjson", "[]\n"),
        ("lb.csv", " "),
    ],
)
def test_what_is_no_domain(name: str, content: str, sdtm: Folder, model: StudyModel) -> None:
    (problem,) = told(read_study(sdtm({name: content}), model))
    assert (problem.table, problem.file) == ("LB", name)


def test_rows_of_another_length(sdtm: Folder, model: StudyModel) -> None:
    lb = "USUBJID,LBTESTCD,LBSTRESC,LBDTC\n01-1,ALT,5,1,2014-01-16\n01-1,ALT,6\n01-1,ALT,7,2014-01-16\n"
    records = read_study(sdtm({"lb.csv": lb}), model)
    assert [one[:3] for one in places(records)] == [("LB", "lb.csv", 2), ("LB", "lb.csv", 3)]
    assert sorted(str(reading.value) for reading in next(iter(records)).readings["alt"]) == ["6", "7"]


def test_a_domain_without_participants(sdtm: Folder, model: StudyModel) -> None:
    (problem,) = told(read_study(sdtm({"lb.csv": "SUBJECT,LBTESTCD\n1,ALT\n"}), model))
    assert "USUBJID" in problem.problem


def test_domains_that_are_missing_are_told(sdtm: Folder, model: StudyModel) -> None:
    records = read_study(sdtm({"sv.csv": ""}), model)
    tuple(records)
    assert {one.table for one in records.problems} == {"SV", "DS", "EX"}


def test_without_dm_nothing_is_read(sdtm: Folder, model: StudyModel) -> None:
    with pytest.raises(UnreadableError, match="DM cannot be read"):
        read_study(sdtm({"dm.csv": "SUBJECT\n1\n"}), model)


@pytest.mark.parametrize(
    "text",
    [
        "[rules",
        "[colours]\n",
        "visits = 3\n",
        '[rules.own]\ntable = "stars"\n',
        '[rules.own]\ntable = "events"\ndomains = ["ZZ"]\nwhen = "now"\n',
        '[rules.own]\ntable = "events"\ndomains = ["ZZ"]\ncolumns = { stars = ["A"] }\n',
        '[rules.own]\ntable = "events"\ndomains = "ZZ"\n',
        "[visits]\nA = []\n",
        "\xff",
    ],
)
def test_a_mapping_that_says_what_no_mapping_says(text: str, sdtm: Folder, model: StudyModel, tmp_path: Path) -> None:
    mapping = tmp_path / "own.toml"
    mapping.write_bytes(text.encode("latin-1"))
    with pytest.raises(UnreadableError, match=r"own\.toml"):
        read_study(sdtm({}), model, mapping=mapping)


def test_a_mapping_is_for_sdtm_only(model: StudyModel, tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="mapping"):
        read_study(tmp_path, model, mapping=tmp_path / "own.toml")


def test_a_mapping_reads_a_layout_of_its_own(sdtm: Folder, model: StudyModel, tmp_path: Path) -> None:
    mapping = tmp_path / "own.toml"
    mapping.write_text(
        """
        [visits]
        "WEEK TWO" = "W2"
        [rules.site_lab]
        domains = ["SITELAB"]
        table = "readings"
        participant = "WHO"
        columns = { measure = ["WHAT"], date = ["DAY"], value = ["RESULT"], visit = ["", "CALLED"] }
        """,
        "utf-8",
    )
    place = sdtm({"sitelab.csv": "WHO,WHAT,DAY,RESULT,CALLED\n01-1,ALT,2014-01-16,5,week two\n"})
    records = read_study(place, model, mapping=mapping)
    reading = next(iter(records)).readings["alt"][0]
    assert (reading.value, reading.visit, reading.origin.table, reading.origin.row) == (5, "W2", "SITELAB", 2)
    assert told(records) == []


def test_a_heading_that_is_no_text(sdtm: Folder, model: StudyModel) -> None:
    whole = bytearray(transport("LB", typed(*rows_of(LB.replace("02-30", "02-20")))))
    # The name of a format, which stands after the variable's name and label.
    whole[whole.index(b"LBSEQ") + 48] = 0xFF
    (problem,) = told(read_study(sdtm({"lb.xpt": bytes(whole)}), model))
    assert "no text" in problem.problem
    assert (problem.table, problem.file) == ("LB", "lb.xpt")


@pytest.mark.parametrize("rows", [0, 1, 5, 6])
def test_chunks_end_where_they_may(rows: int, sdtm: Folder, model: StudyModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xpt, "CHUNK", 3)
    lines = "".join(f"01-1,{number},ALT,5,U/L,2014-01-16\n" for number in range(rows))
    content = transport("LB", typed(*rows_of(f"USUBJID,LBSEQ,LBTESTCD,LBSTRESC,LBSTRESU,LBDTC\n{lines}")))
    records = read_study(sdtm({"lb.xpt": content}), model)
    found = next(iter(records)).readings.get("alt", ())
    assert [reading.origin.row for reading in found] == list(range(1, rows + 1))
    assert told(records) == []


def test_an_age_that_gives_no_birth(sdtm: Folder, model: StudyModel) -> None:
    dm = DM.replace(",71.0,YEARS,", ",71.0,MOONS,").replace(",60.0,YEARS,", ",5000.0,YEARS,")
    records = read_study(sdtm({"dm.csv": dm}), model)
    assert places(records) == [
        ("DM", "dm.csv", 3, "AGE", "71 MOONS"),
        ("DM", "dm.csv", 4, "AGE", "5000"),
    ]
    assert [record.birth is None for record in records] == [False, True, True]


def test_a_supplement_that_contradicts_itself_or_lacks_its_variables(sdtm: Folder, model: StudyModel) -> None:
    suppdm = "USUBJID,IDVAR,IDVARVAL,QNAM,QVAL\n01-1,,,FIT,Y\n01-1,,,FIT,N\n"
    records = read_study(
        sdtm({"suppdm.csv": suppdm, "supplb.csv": "USUBJID\n", "lb.csv": LB.replace("02-30", "02-20")}), model
    )
    assert ("SUPPDM", "suppdm.csv", 3, "QVAL", "N") in places(records)
    assert ("SUPPLB", "supplb.csv", None, "QNAM", "") in places(records)
    assert "fit" not in next(iter(records)).attributes


@pytest.mark.parametrize("written", ["2003---32", "2003-12-20/2003-12-10", "2003-12-15T25", "2003-13"])
def test_dates_that_are_none(written: str, sdtm: Folder, model: StudyModel) -> None:
    mh = f"USUBJID,MHTERM,MHSTDTC\n01-1,Alzheimer's disease,{written}\n"
    assert places(read_study(sdtm({"mh.csv": mh}), model)) == [("MH", "mh.csv", 2, "MHSTDTC", written)]
