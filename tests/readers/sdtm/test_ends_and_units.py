"""Starts and ends that have no date, questions without an answer, and which value goes with which unit."""

import pytest
from tests.readers.sdtm.conftest import Folder
from tests.readers.sdtm.test_rows import first, read_protocol

from protocol_dsl.base.days import Days, write_days
from protocol_dsl.base.numbers import data_number
from protocol_dsl.model.study import StudyModel
from protocol_dsl.readers import read_study

CM = "USUBJID,CMTRT,CMDECOD,CMSTDTC,CMENDTC,CMENRF,CMENRTPT,CMENTPT\n"


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        # RFSTDTC is 2014-01-02, which belongs to the study reference period.
        ("2013,,BEFORE,,", "2013-01-01/2014-01-01"),
        ("2013-05,,before,,", "2013-05-01/2014-01-01"),
        ("2013,,,BEFORE,2013-12-20", "2013-01-01/2013-12-20"),
        ("2013,,,BEFORE,2013-12", "2013"),
        # A point in time that is no date, or is not there: it ended, some day.
        ("2013,,,BEFORE,SCREENING", "2013-01-01/2014-02-03"),
        ("2013,,,BEFORE,", "2013-01-01/2014-02-03"),
        # Both: it ended before either.
        ("2013,,BEFORE,BEFORE,2013-12-20", "2013-01-01/2013-12-20"),
        ("2013,,BEFORE,BEFORE,2014-01-10", "2013-01-01/2014-01-01"),
        ("2013,,BEFORE,AFTER,2013-12-20", "2013-01-01/2014-01-01"),
        # The date counts where there is one.
        ("2013,2013-06-01,BEFORE,BEFORE,2013-12-20", "2013-06-01"),
        # It ended in the study reference period, or was given up there; up to the cut-off where that has no end.
        ("2013,,DURING,,", "2014-01-02/2014-02-03"),
        ("2013,,DURING/AFTER,,", "2014-01-02/2014-02-03"),
        ("2013,,DURING,BEFORE,2014-01-20", "2014-01-02/2014-01-20"),
        ("2013,,,COINCIDENT,2014-01-20", "2014-01-20"),
        # Nobody knows: some day.
        ("2013,,U,,", "2013-01-01/2014-02-03"),
        ("2013,,,UNKNOWN,2013-12-20", "2013-01-01/2014-02-03"),
        # Two words that contradict each other leave any day.
        ("2013,,DURING,BEFORE,2013-12-20", "2013-01-01/2014-02-03"),
        ("2013,,AFTER,,", None),
        ("2013,,ONGOING,,", None),
        ("2013,,,ONGOING,2013-12-20", None),
        ("2013,,,AFTER,2013-12-20", None),
        ("2013,,,,", None),
    ],
)
def test_a_medication_that_ended_before_a_day_is_not_ongoing(
    cells: str, expected: str | None, sdtm: Folder, model: StudyModel
) -> None:
    records = read_study(sdtm({"cm.csv": f"{CM}01-1,ASS 100,ASPIRIN,{cells}\n"}), model)
    (row,) = first(records).medications
    # The cut-off of these samples, 2014-02-03, is the last reference date.
    assert (row.end and write_days(row.end)) == expected
    assert not [one for one in records.problems if one.table == "CM"]


REFERENCES = """USUBJID,SITEID,RFSTDTC,RFENDTC,RFICDTC
01-1,701,2014-01-02,2014-01-30,2013-12-20
"""


def test_a_medication_given_up_in_the_reference_period_ended_in_it(sdtm: Folder, model: StudyModel) -> None:
    cm = f"{CM}01-1,ASPIRIN,ASPIRIN,2013,,DURING,,\n"
    (row,) = first(read_study(sdtm({"dm.csv": REFERENCES, "cm.csv": cm}), model)).medications
    assert row.end is not None
    assert write_days(row.end) == "2014-01-02/2014-01-30"


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ("2013-05,BEFORE,,", "2013-05"),
        (",BEFORE,,", "0001-01-01/2014-01-01"),
        (",DURING,,", "2014-01-02/2014-01-30"),
        (",AFTER,,", "2014-01-31/2014-02-03"),
        (",,BEFORE,2013-12", "0001-01-01/2013-12-31"),
        (",,AFTER,2014-01-10", "2014-01-10/2014-02-03"),
        (",,COINCIDENT,2014-01", "2014-01"),
        (",U,,", "0001-01-01/2014-02-03"),
        (",,,", "0001-01-01/2014-02-03"),
    ],
)
def test_a_start_without_a_date_lies_where_the_data_say(
    cells: str, expected: str, sdtm: Folder, model: StudyModel
) -> None:
    heading = "USUBJID,{},{}STDTC,{}STRF,{}STRTPT,{}STTPT\n"
    mh = f"{heading.format('MHDECOD', *['MH'] * 4)}01-1,DEMENTIA,{cells}\n"
    cm = f"{heading.format('CMDECOD', *['CM'] * 4)}01-1,ASPIRIN,{cells}\n"
    sv = "USUBJID,VISITNUM,SVSTDTC\n01-1,1,2014-02-03\n"
    record = first(read_study(sdtm({"dm.csv": REFERENCES, "sv.csv": sv, "mh.csv": mh, "cm.csv": cm}), model))
    (event,), (medication,) = record.events["alzheimer"], record.medications
    assert write_days(Days(event.first, event.last)) == expected
    assert write_days(medication.start) == expected


@pytest.mark.parametrize(
    ("cells", "is_known", "is_there"),
    [
        ("Y,,", False, False),
        ("Y,Y,", True, True),
        ("Y,N,", True, False),
        # A date answers too, and what was not asked for in advance stands because it occurred.
        ("Y,,2003", True, True),
        (",,", True, True),
    ],
)
def test_a_question_without_an_answer_leaves_the_history_open(
    *, cells: str, is_known: bool, is_there: bool, sdtm: Folder, model: StudyModel
) -> None:
    mh = f"USUBJID,MHDECOD,MHPRESP,MHOCCUR,MHSTDTC\n01-1,DEMENTIA,{cells}\n"
    cm = f"USUBJID,CMDECOD,CMPRESP,CMOCCUR,CMSTDTC\n01-1,ASPIRIN,{cells}\n"
    record = first(read_study(sdtm({"mh.csv": mh, "cm.csv": cm}), model))
    assert record.open_histories == (frozenset() if is_known else {"events", "medications"})
    assert ("alzheimer" in record.events, bool(record.medications)) == (is_there, is_there)


def test_without_a_reference_date_a_medication_before_it_ended_some_day(sdtm: Folder, model: StudyModel) -> None:
    _, _, three = read_study(sdtm({"cm.csv": f"{CM}01-3,ASPIRIN,ASPIRIN,2013,,BEFORE,,\n"}), model)
    (row,) = three.medications
    assert row.end is not None
    assert write_days(row.end) == "2013-01-01/2014-02-03"


def test_a_medication_that_starts_after_it_ended_is_told(sdtm: Folder, model: StudyModel) -> None:
    cm = f"{CM}01-1,ASPIRIN,ASPIRIN,2014-01-10,,BEFORE,,\n"
    records = read_study(sdtm({"cm.csv": cm}), model)
    assert first(records).open_histories == {"medications"}
    assert [(one.row, one.column) for one in records.problems if one.table == "CM"] == [(2, "CMENDTC")]


LB = "USUBJID,LBTESTCD,LBORRES,LBORRESU,LBORNRLO,LBORNRHI,LBSTRESC,LBSTRESN,LBSTRESU,LBSTNRLO,LBSTNRHI,LBDTC\n"
GLUCOSE = """protocol SUGAR "Value and unit"
  language 1
anchor W0 is randomization
eligibility at W0
measure glucose "Glucose" in mmol/L
  code cdisc "GLUC"
  converts 1 mg/dL to 0.0555 mmol/L
inclusion I1 "Not low"
  require latest glucose before W0 between lower limit of glucose and upper limit of glucose
"""


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        # Standardized, as collected, each with its range.
        ("100,mg/dL,70,110,5.55,5.55,mmol/L,3.9,6.1", ("5.55", "3.9", "6.1")),
        ("100,mg/dL,70,110,,,mmol/L,3.9,6.1", ("5.55", "3.885", "6.105")),
        ("100,mg/dL,,,,,mmol/L,3.9,6.1", ("5.55", None, None)),
        # A standardized result without its unit is not given the unit of the other, nor taken for the measure's own.
        ("100,mg/dL,70,110,100,100,,3.9,6.1", ("5.55", "3.885", "6.105")),
        (",mg/dL,70,110,5.55,5.55,mmol/L,3.9,6.1", ("5.55", "3.9", "6.1")),
        # Without any unit.
        ("5,,,,5.1,5.1,,3.9,6.1", ("5.1", "3.9", "6.1")),
        ("5,,3.9,6.1,,,,,", ("5", "3.9", "6.1")),
    ],
)
def test_value_unit_and_range_are_of_one_pair(cells: str, expected: tuple[str | None, ...], sdtm: Folder) -> None:
    records = read_study(sdtm({"lb.csv": f"{LB}01-1,GLUC,{cells},2013-12-26\n"}), read_protocol(GLUCOSE))
    (reading,) = first(records).readings["glucose"]
    assert (reading.value, reading.low, reading.high) == tuple(one and data_number(one) for one in expected)
    assert not [one for one in records.problems if one.table == "LB"]


def test_a_problem_names_the_variable_of_the_pair_that_was_read(sdtm: Folder) -> None:
    lb = f"{LB}01-1,GLUC,3,g/L,,,,,mmol/L,,,2013-12-26\n01-1,GLUC,3,g/L,,,3,3,g/dL,,,2013-12-27\n"
    records = read_study(sdtm({"lb.csv": lb}), read_protocol(GLUCOSE))
    tuple(records)
    told = [(one.row, one.column, one.value) for one in records.problems if one.table == "LB"]
    assert told == [(2, "LBORRESU", "g/L"), (3, "LBSTRESU", "g/dL")]
