"""What DS and DM say of how participation began and ended."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.readers.sdtm.conftest import Folder
from tests.readers.sdtm.test_rows import day, first

from protocol_dsl.model.records import FIRST_DAY, Record
from protocol_dsl.model.study import StudyModel
from protocol_dsl.readers import read_study

ARMS = "USUBJID,RFSTDTC,RFICDTC,ARMCD,ARM,ARMNRS\n01-1,2014-01-20,2014-01-20,"
HEADING = "USUBJID,DSSEQ,DSDECOD,DSSCAT,EPOCH,DSSTDTC\n"


def ends(record: Record) -> Mapping[str, list[int]]:
    names = ("completion", "withdrawal", "discontinuation", "death")
    return {name: [one.first for one in record.events[name]] for name in names if name in record.events}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("1,COMPLETED,,SCREENING,2014-01-01", {}),
        ("1,COMPLETED,,RUN-IN,2014-01-01", {}),
        ("1,COMPLETED,,,2014-07-02", {"completion": ["2014-07-02"]}),
        (
            "1,COMPLETED,,SCREENING,2014-01-01|2,COMPLETED,,TREATMENT,2014-07-02",
            {"completion": ["2014-07-02"]},
        ),
        (
            "1,COMPLETED,,TREATMENT,2014-05-01|2,LOST TO FOLLOW-UP,,FOLLOW-UP,2014-07-02",
            {"withdrawal": ["2014-07-02"]},
        ),
        # On one day the epochs decide, and where they say nothing the sequence.
        (
            "1,COMPLETED,,FOLLOW-UP,2014-07-02|2,ADVERSE EVENT,,TREATMENT,2014-07-02",
            {"completion": ["2014-07-02"], "withdrawal": ["2014-07-02"]},
        ),
        (
            "2,COMPLETED,,PERIOD 1,2014-07-02|10,LOST TO FOLLOW-UP,,PERIOD 2,2014-07",
            {"withdrawal": ["2014-07-01"]},
        ),
        # The treatment alone.
        (
            "1,COMPLETED,STUDY PARTICIPATION,,2014-07-02|2,ADVERSE EVENT,END OF TREATMENT,TREATMENT,2014-07-03",
            {"completion": ["2014-07-02"], "discontinuation": ["2014-07-03"]},
        ),
        ("1,COMPLETED,END OF TREATMENT,TREATMENT,2014-05-01", {}),
    ],
)
def test_a_completion_is_the_last_disposition(
    rows: str, expected: Mapping[str, list[str]], sdtm: Folder, model: StudyModel
) -> None:
    record = first(read_study(sdtm({"ds.csv": HEADING + "".join(f"01-1,{row}\n" for row in rows.split("|"))}), model))
    assert ends(record) == {name: list(map(day, days)) for name, days in expected.items()}


def test_an_epoch_that_ended_is_no_matter_of_others(sdtm: Folder, model: StudyModel) -> None:
    ds = f"""{HEADING}01-1,1,COMPLETED,,TREATMENT,2014-05-01
01-2,1,LOST TO FOLLOW-UP,,TREATMENT,2014-07-02
"""
    one, two, _ = read_study(sdtm({"ds.csv": ds}), model)
    assert ends(one) == {"completion": [day("2014-05-01")]}
    assert ends(two) == {"withdrawal": [day("2014-07-02")]}


def test_a_milestone_in_ds_is_that_of_its_participant(sdtm: Folder, model: StudyModel) -> None:
    """One row of DS says nothing of the others, and only a row that is the milestone says anything."""
    ds = """USUBJID,DSSEQ,DSTERM,DSDECOD,DSCAT,DSSTDTC
01-1,1,Informed consent obtained,INFORMED CONSENT OBTAINED,PROTOCOL MILESTONE,2013-12-19
01-1,2,Randomized,RANDOMIZED,OTHER EVENT,2014-01-01
01-2,1,Randomized,,PROTOCOL MILESTONE,2014-02-04
"""
    one, two, three = read_study(sdtm({"ds.csv": ds}), model)
    found = [
        {name: [event.first for event in record.events.get(name, ())] for name in ("consent", "randomization")}
        for record in (one, two, three)
    ]
    assert found == [
        {"consent": [day("2013-12-19")], "randomization": [day("2014-01-02")]},
        {"consent": [day("2014-01-20")], "randomization": [day("2014-02-04")]},
        {"consent": [day("2014-01-20")], "randomization": []},
    ]


def test_a_milestone_that_the_mapping_does_not_take_leaves_the_reference_date(
    sdtm: Folder, model: StudyModel, tmp_path: Path
) -> None:
    mapping = tmp_path / "own.toml"
    mapping.write_text('[protocol_milestones]\n"RANDOMIZED" = ""\n', "utf-8")
    ds = "USUBJID,DSDECOD,DSCAT,DSSTDTC\n01-1,RANDOMIZED,PROTOCOL MILESTONE,2014-01-01\n"
    events = first(read_study(sdtm({"ds.csv": ds}), model, mapping=mapping)).events
    assert [event.first for event in events["randomization"]] == [day("2014-01-02")]


DM = """USUBJID,SITEID,RFSTDTC,RFICDTC,BRTHDTC,SEX,ARMCD,ARM,ARMNRS,DTHFL,DTHDTC
01-1,701,2014-01-02,2013-12-20,1950-05,F,Pbo,Placebo,,Y,
01-2,702,2014-02-03,2014-01-20,1950-05,M,Xan_Hi,Xanomeline High Dose,,Y,
01-3,702,2014-02-03,2014-01-20,1950-05,M,Pbo,Placebo,,Y,2014-05-01
01-4,702,2014-02-03,2014-01-20,1950-05,M,Pbo,Placebo,,,
"""


def test_a_death_without_its_date_is_of_an_unknown_day(sdtm: Folder, model: StudyModel) -> None:
    ds = f"{HEADING}01-2,1,DEATH,,FOLLOW-UP,2014-06-01\n"
    records = read_study(sdtm({"dm.csv": DM, "ds.csv": ds}), model)
    found = [[(one.first, one.last) for one in record.events.get("death", ())] for record in records]
    one, other = day("2014-06-01"), day("2014-05-01")
    # The cut-off is the day of the last disposition.
    assert found == [[(FIRST_DAY, one)], [(one, one)], [(other, other)], []]
    assert not [one for one in records.problems if one.table == "DM"]


@pytest.mark.parametrize(
    "cells",
    [
        ",,SCREEN FAILURE",
        ",,NOT ASSIGNED",
        ",,Not Assigned",
        ",Screen Failure,",
        ",Not Assigned,",
        "SCRNFAIL,Screen Failure,",
    ],
)
def test_whoever_was_assigned_to_no_arm_was_not_randomized(cells: str, sdtm: Folder, model: StudyModel) -> None:
    records = read_study(sdtm({"dm.csv": f"{ARMS}{cells}\n"}), model)
    record = first(records)
    assert record.events.keys().isdisjoint({"randomization"})
    assert record.arm is None
    assert not [one for one in records.problems if one.table == "DM"]


@pytest.mark.parametrize("cells", [",,", ",Placebo,", 'Pbo,Placebo,"ASSIGNED, NOT TREATED"'])
def test_an_arm_that_is_not_denied_leaves_the_reference_date(cells: str, sdtm: Folder, model: StudyModel) -> None:
    record = first(read_study(sdtm({"dm.csv": f"{ARMS}{cells}\n"}), model))
    assert [one.first for one in record.events["randomization"]] == [day("2014-01-20")]


@pytest.mark.parametrize("unknown", ["U", "u", "UNKNOWN"])
def test_what_may_have_occurred_leaves_the_history_open(unknown: str, sdtm: Folder, model: StudyModel) -> None:
    files = {
        "mh.csv": f"USUBJID,MHTERM,MHOCCUR,MHSTDTC\n01-1,Alzheimer's disease,{unknown},2003\n",
        "ae.csv": f"USUBJID,AETERM,AEOCCUR,AESTDTC\n01-2,Headache,{unknown},2014-02-05\n",
        "cm.csv": f"USUBJID,CMTRT,CMOCCUR,CMSTDTC\n01-3,Aspirin,{unknown},2003\n",
    }
    records = tuple(read_study(sdtm(files), model))
    assert [record.open_histories for record in records] == [{"events"}, {"events"}, {"medications"}]
    assert not [
        record for record in records if record.medications or {"alzheimer", "adverse_event"} & set(record.events)
    ]
