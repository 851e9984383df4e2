"""What single rows of each domain become."""

from pathlib import Path

import pytest
from tests.readers.sdtm.conftest import Folder
from tests.readers.sdtm.samples import DM

from protocol_dsl.base.days import Days, parse_days, write_days
from protocol_dsl.base.source import Text
from protocol_dsl.model.records import FIRST_DAY, DataProblem, Record
from protocol_dsl.model.study import StudyModel
from protocol_dsl.readers import StudyRecords, read_study
from protocol_dsl.semantics.analyse import analyse


def day(text: str) -> int:
    return parse_days(text).first


def read_protocol(content: str) -> StudyModel:
    found = analyse(Text("protocol.proto", content), lambda _: None, lambda _: None)
    assert found.model is not None
    return found.model


def first(records: StudyRecords) -> Record:
    return next(iter(records))


def told(records: StudyRecords) -> list[tuple[str, int | None, str | None, str]]:
    tuple(records)
    return [(one.table, one.row, one.column, one.value) for one in records.problems]


def test_a_participant(sdtm: Folder, model: StudyModel) -> None:
    one, two, failed = read_study(sdtm({}), model)
    assert (one.site, one.arm, one.attributes["race"].value, one.attributes["sex"].value) == (
        "701",
        "arm_p",
        "white",
        "female",
    )
    assert write_days(one.birth or parse_days("1900")) == "1950-05"
    assert write_days(two.birth or parse_days("1900")) == "1942-02-04/1943-02-03"
    assert failed.arm is None
    assert failed.events.keys() == {"consent"}
    assert failed.birth is not None


def test_the_mapping_says_which_milestone_the_reference_date_is(
    sdtm: Folder, model: StudyModel, tmp_path: Path
) -> None:
    mapping = tmp_path / "own.toml"
    mapping.write_text(
        """
        [rules.randomization]
        domains = ["DM"]
        table = "events"
        constant = { event = "first_dose" }
        columns = { date = ["RFSTDTC"] }
        never = { RFSTDTC = [""] }
        [rules.first_dose]
        domains = []
        table = "events"
        """,
        "utf-8",
    )
    events = first(read_study(sdtm({}), model, mapping=mapping)).events
    assert "randomization" not in events
    assert events["first_dose"][0].first == day("2014-01-02")


def test_a_randomization_in_ds_outranks_the_reference_date(sdtm: Folder, model: StudyModel) -> None:
    ds = """USUBJID,DSDECOD,DSCAT,DSSTDTC
01-1,RANDOMIZED,PROTOCOL MILESTONE,2014-01-01
01-1,INFORMED CONSENT OBTAINED,PROTOCOL MILESTONE,2013-12-19
"""
    events = first(read_study(sdtm({"ds.csv": ds}), model)).events
    assert [event.first for event in events["randomization"]] == [day("2014-01-01")]
    assert [event.first for event in events["consent"]] == [day("2013-12-19")]


def test_dispositions(sdtm: Folder, model: StudyModel) -> None:
    ds = """USUBJID,DSDECOD,DSCAT,DSSCAT,VISITNUM,DSSTDTC
01-1,ADVERSE EVENT,DISPOSITION EVENT,STUDY TREATMENT,3,2014-01-03
01-1,LOST TO FOLLOW-UP,DISPOSITION EVENT,STUDY PARTICIPATION,4,2014-01-16
01-1,FINAL LAB VISIT,OTHER EVENT,,4,2014-01-16
"""
    records = read_study(sdtm({"ds.csv": ds}), model)
    one = first(records)
    assert one.events["discontinuation"][0].first == day("2014-01-03")
    assert one.events["withdrawal"][0].first == day("2014-01-16")
    assert [visit.status for visit in one.visits] == ["held", "held", "early termination"]
    assert records.unused == {("events", "FINAL LAB VISIT"): 1}


def test_without_a_visit_number_the_day_of_the_disposition_decides(sdtm: Folder, model: StudyModel) -> None:
    ds = "USUBJID,DSDECOD,DSSTDTC\n01-1,LOST TO FOLLOW-UP,2014-01-16\n"
    visits = first(read_study(sdtm({"ds.csv": ds}), model)).visits
    assert [visit.status for visit in visits] == ["held", "held", "early termination"]


def test_visits_go_by_number_then_label(sdtm: Folder, model: StudyModel) -> None:
    sv = """USUBJID,VISITNUM,VISIT,SVSTDTC,SVOCCUR,SVREASOC
01-1,8.1,PHONE CALL,2014-03-13,,
01-1,,Week 6,2014-02-13,,
01-1,6.1,UNSCHEDULED 6.1,2014-02-15,,
01-1,9,WEEK 12,2014-03-27,N,SNOW
01-1,99,EARLY TERMINATION,2014-04-01,,
"""
    visits = {visit.label: visit for visit in first(read_study(sdtm({"sv.csv": sv}), model)).visits}
    assert visits["W10"].visit == "W10"
    assert visits["Week 6"].visit == "W6"
    assert visits["UNSCHEDULED 6.1"].visit is None
    assert (visits["W12"].status, visits["W12"].reason) == ("not held", "SNOW")
    assert visits["EARLY TERMINATION"].status == "early termination"


def test_readings_keep_what_was_not_done(sdtm: Folder, model: StudyModel) -> None:
    lb = """USUBJID,LBSEQ,LBTESTCD,LBTEST,LBSTRESC,LBSTRESN,LBSTRESU,LBSTAT,VISITNUM,VISIT,LBDTC,LBDY
01-1,1,ALT,Alanine,<5,,U/L,,4,WEEK 2,2014-01-16T08:30,15
01-1,2,ALT,Alanine,,,,NOT DONE,4,WEEK 2,2014-01-16,15
01-1,3,PLAT,Platelets,210.0,210,GI/L,,4,WEEK 2,2014-01-16T09:-,15
01-1,4,AST,Aspartate,12,12,U/L,,4,WEEK 2,2014-01-16,15
"""
    records = read_study(sdtm({"lb.csv": lb}), model)
    readings = first(records).readings
    assert [reading.value is None for reading in readings["alt"]] == [True, False]
    assert {reading.visit for reading in readings["alt"]} == {"W2"}
    assert readings["platelets"][0].value == 210
    assert readings["platelets"][0].time is None
    assert records.unused == {("readings", "AST"): 1}
    assert list(records.problems) == [one for one in records.problems if one.table in {"DS", "EX"}]


def test_a_measure_may_choose_its_rows(sdtm: Folder, model: StudyModel, tmp_path: Path) -> None:
    vs = """USUBJID,VSSEQ,VSTESTCD,VSPOS,VSSTRESC,VSSTRESU,VSDTC
01-1,1,SYSBP,SUPINE,120,mmHg,2014-01-16
01-1,2,SYSBP,STANDING,110,mmHg,2014-01-16
"""
    mapping = tmp_path / "own.toml"
    mapping.write_text('[measures]\nsystolic = { VSTESTCD = "SYSBP", VSPOS = "STANDING" }\n', "utf-8")
    place = sdtm({"vs.csv": vs})
    assert [one.value for one in first(read_study(place, model)).readings["systolic"]] == [120, 110]
    assert [one.value for one in first(read_study(place, model, mapping=mapping)).readings["systolic"]] == [110]


def test_readings_of_several_specimens_or_positions_are_told(sdtm: Folder, model: StudyModel, tmp_path: Path) -> None:
    lb = """USUBJID,LBSEQ,LBTESTCD,LBSPEC,LBSTRESC,LBSTRESU,LBDTC
01-1,1,ALT,SERUM,12,U/L,2014-01-16
01-1,2,ALT,PLASMA,13,U/L,2014-01-17
01-2,1,ALT,URINE,900,U/L,2014-01-16
01-1,3,PLAT,BLOOD,210,GI/L,2014-01-16
01-1,4,PLAT,URINE,,GI/L,2014-01-17
01-1,5,GLUC,BLOOD,5,mmol/L,2014-01-16
01-1,6,GLUC,URINE,0,mmol/L,2014-01-16
"""
    vs = """USUBJID,VSSEQ,VSTESTCD,VSPOS,VSSTRESC,VSSTRESU,VSDTC
01-1,1,SYSBP,SUPINE,120,mmHg,2014-01-16
01-1,2,SYSBP,STANDING,110,mmHg,2014-01-16
"""
    place = sdtm({"lb.csv": lb, "vs.csv": vs})
    told = [one for one in problems_of(place, model) if one.table in {"LB", "VS"}]
    assert [(one.table, one.column, one.value) for one in told] == [
        ("LB", "LBSPEC", "BLOOD, URINE"),
        ("VS", "VSPOS", "STANDING, SUPINE"),
    ]
    assert "read as alt: choose" in told[0].problem
    mapping = tmp_path / "own.toml"
    chosen = ('alt = { LBTESTCD = "ALT", LBSPEC = "SERUM" }', 'systolic = { VSTESTCD = "SYSBP", VSPOS = "SUPINE" }')
    mapping.write_text("\n".join(("[measures]", *chosen)), "utf-8")
    assert [one for one in problems_of(place, model, mapping) if one.table in {"LB", "VS"}] == []


def problems_of(place: Path, model: StudyModel, mapping: Path | None = None) -> list[DataProblem]:
    """What a folder's data are found to lack, once all are read."""
    records = read_study(place, model, mapping=mapping)
    assert len(list(records)) > 0
    return list(records.problems)


def test_conditions_that_did_not_occur_are_no_rows(sdtm: Folder, model: StudyModel) -> None:
    mh = """USUBJID,MHTERM,MHDECOD,MHOCCUR,MHSTAT,MHSTDTC
01-1,memory loss,DEMENTIA,,,2003---15
01-2,Alzheimer's disease,,N,,
01-3,Alzheimer's disease,,,NOT DONE,
"""
    records = read_study(sdtm({"mh.csv": mh}), model)
    one, two, three = records
    event = one.events["alzheimer"][0]
    assert (event.first, event.last) == (day("2003-01-15"), day("2003-12-15"))
    assert "alzheimer" not in two.events
    assert two.open_histories == frozenset()
    assert three.open_histories == {"events"}
    assert not [problem for problem in records.problems if problem.table == "MH"]


def test_medications(sdtm: Folder, model: StudyModel) -> None:
    cm = """USUBJID,CMTRT,CMDECOD,CMOCCUR,CMSTDTC,CMENDTC
01-1,ASS 100,ASPIRIN,,2003,2004-05
01-1,PREDNISON,PREDNISONE,,--12-15,
01-2,ASPIRIN,,N,,
"""
    records = read_study(sdtm({"cm.csv": cm}), model)
    one, two, _ = records
    assert [(row.drug, write_days(row.start)) for row in one.medications] == [("aspirin", "2003")]
    assert one.open_histories == frozenset()
    assert two.medications == ()
    assert records.unused == {("medications", "PREDNISONE"): 1}


def test_administrations(sdtm: Folder, model: StudyModel) -> None:
    ex = """USUBJID,EXTRT,EXDOSE,EXDOSU,EXDOSFRQ,EXROUTE,EXSTDTC,EXENDTC,EXSTDY
01-2,XANOMELINE,54.0,mg,BID,TRANSDERMAL,2014-02-03,,1
"""
    ec = """USUBJID,ECTRT,ECDOSE,ECOCCUR,ECSTDTC,ECREASOC
01-2,XANOMELINE,54,N,2014-02-20,rash
01-2,XANOMELINE,54,Y,2014-02-03,
"""
    _, two, _ = read_study(sdtm({"ex.csv": ex, "ec.csv": ec}), model)
    given, refused = two.administrations["high"]
    assert (given.dose, given.times, given.end, given.is_given) == (54, 2, None, True)
    assert (refused.first, refused.is_given, refused.reason) == (day("2014-02-20"), False, "rash")


def test_collected_exposure_serves_where_there_is_no_other(sdtm: Folder, model: StudyModel) -> None:
    ec = """USUBJID,ECTRT,ECDOSE,ECDOSU,ECMOOD,ECSTDTC
01-1,PLACEBO,0,mg,PERFORMED,2014-01-02
01-1,PLACEBO,0,mg,SCHEDULED,2014-01-02
"""
    one = first(read_study(sdtm({"ec.csv": ec}), model))
    assert len(one.administrations["placebo"]) == 1


def test_every_adverse_event_counts(sdtm: Folder, model: StudyModel) -> None:
    ae = """USUBJID,AETERM,AEDECOD,AETOXGR,AEREL,AESTDTC
01-1,sore head,HEADACHE,2,NOT RELATED,2014-01-05
01-1,forgetful,DEMENTIA,,POSSIBLE,2014-01
"""
    records = read_study(sdtm({"ae.csv": ae}), model)
    events = first(records).events
    assert sorted((one.grade or 0, one.related_to) for one in events["adverse_event"]) == [(0, None), (2, "none")]
    assert len(events["alzheimer"]) == 1
    assert records.unused == {}


def test_supplements_join_their_parents(sdtm: Folder, model: StudyModel) -> None:
    ds = "USUBJID,DSSEQ,DSDECOD,DSCAT,DSSTDTC\n01-1,1.0,COMPLETED,DISPOSITION EVENT,2014-07-02\n"
    suppds = """RDOMAIN,USUBJID,IDVAR,IDVARVAL,QNAM,QVAL
DS,01-1,DSSEQ,1,ENTCRIT,16
DS,01-1,DSSEQ,9,ENTCRIT,25
"""
    suppdm = "RDOMAIN,USUBJID,IDVAR,IDVARVAL,QNAM,QVAL\nDM,01-1,,,FIT,Y\nDM,01-2,,,FIT,perhaps\n"
    records = read_study(sdtm({"ds.csv": ds, "suppds.csv": suppds, "suppdm.csv": suppdm}), model)
    one = first(records)
    assert one.attributes["fit"].value == "yes"
    assert len(one.events["ENTCRIT"]) == 1
    assert ("SUPPDS", 3, "IDVARVAL", "9") in told(records)
    assert ("DM", 3, "FIT", "perhaps") in told(records)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2003---15", "2003-01-15/2003-12-15"),
        ("2003---31", "2003-01-31/2003-12-31"),
        ("2003-12-15T13:--", "2003-12-15"),
        ("2003-12-15T-:30", "2003-12-15"),
        ("2003-12-15T13", "2003-12-15"),
        ("2003-12-10/2003-12-20", "2003-12-10/2003-12-20"),
        ("2003", "2003"),
    ],
)
def test_partial_dates_are_intervals(written: str, expected: str, sdtm: Folder, model: StudyModel) -> None:
    mh = f"USUBJID,MHTERM,MHSTDTC\n01-1,Alzheimer's disease,{written}\n"
    records = read_study(sdtm({"mh.csv": mh}), model)
    event = first(records).events["alzheimer"][0]
    assert write_days(Days(event.first, event.last)) == expected
    assert not [problem for problem in records.problems if problem.table == "MH"]


def test_a_date_without_its_year_may_be_any(sdtm: Folder, model: StudyModel) -> None:
    mh = "USUBJID,MHTERM,MHSTDTC\n01-1,Alzheimer's disease,--12-15\n"
    event = first(read_study(sdtm({"mh.csv": mh}), model)).events["alzheimer"][0]
    assert event.first == FIRST_DAY


def test_study_days_are_compared(sdtm: Folder, model: StudyModel) -> None:
    lb = """USUBJID,LBSEQ,LBTESTCD,LBSTRESC,LBDTC,LBDY
01-1,1,ALT,5,2014-01-02,1
01-1,2,ALT,5,2014-01-01,-1
01-1,3,ALT,5,2014-01-01,0
01-1,4,ALT,5,2014-01,7
"""
    records = read_study(sdtm({"lb.csv": lb}), model)
    assert [one for one in told(records) if one[0] == "LB"] == [("LB", 4, "LBDY", "0")]


def test_a_folder_of_domains_is_known_by_dm(sdtm: Folder, model: StudyModel) -> None:
    place = sdtm({"participants.csv": "participant\nP1\n", "dm.csv": DM})
    assert [person.participant for person in read_study(place, model)] == ["P1"]


def test_a_drug_within_the_words_of_the_site_is_not_passed_over(sdtm: Folder, model: StudyModel) -> None:
    cm = "USUBJID,CMTRT,CMDECOD,CMSTDTC\n01-1,ASPIRIN 100 MG,SALICYLATES,2003\n"
    records = read_study(sdtm({"cm.csv": cm}), model)
    assert first(records).open_histories == {"medications"}
    assert ("CM", 2, "CMTRT", "ASPIRIN 100 MG") in told(records)


def test_a_condition_within_the_words_of_the_site_is_not_passed_over(sdtm: Folder, model: StudyModel) -> None:
    mh = """USUBJID,MHTERM,MHDECOD,MHSTDTC
01-1,alzheimer of his father,FAMILY HISTORY,2003
01-1,memory complaints,FAMILIAL ALZHEIMER,2003
"""
    ae = """USUBJID,AETERM,AEDECOD,AESTDTC
01-1,worse Alzheimer,,2014-01-05
01-1,sore head,HEADACHE OF ALZHEIMER,2014-01-05
"""
    records = read_study(sdtm({"mh.csv": mh, "ae.csv": ae}), model)
    one = first(records)
    assert one.open_histories == {"alzheimer"}
    assert len(one.events["adverse_event"]) == 2
    words = [each for each in told(records) if each[1] is not None]
    assert words == [("MH", 2, "MHTERM", "alzheimer of his father"), ("AE", 2, "AETERM", "worse Alzheimer")]
    assert dict(records.unused) == {("events", "FAMILIAL ALZHEIMER"): 1}


SERIES = """protocol SCANS "Visits in series"
  language 1
anchor SCR is screening
anchor W0 is randomization
eligibility at SCR
treatment chemo "Chemotherapy"
  cycles every 21 days from W0 until death
  window ± 3 days
arm single "Single"
  gives chemo
  code cdisc "Pbo"
visits CT "Tumour assessment" at M3 and M6
  then every 6 months until death
  window ± 14 days
  code cdisc "CT SCAN"
visits C "Treatment visit" at cycle day 1, 8 of chemo
  window ± 1 days
  code cdisc "CYCLE"
"""


@pytest.mark.parametrize(
    ("number", "label", "found"),
    [
        ("1", "CT1", "CT1"),
        ("4", "Tumour Assessment 4", "CT4"),
        ("4.0", "CT SCAN 4", "CT4"),
        ("201", "CYCLE 2 DAY 1", "C2D1"),
        ("208", "C2D8", "C2D8"),
        ("", "TREATMENT VISIT CYCLE 12 DAY 8", "C12D8"),
        ("215", "CYCLE 2 DAY 15", None),
        ("9", "CT SCAN", None),
    ],
)
def test_members_of_series_go_by_their_label(sdtm: Folder, number: str, label: str, found: str | None) -> None:
    """A series has no visit numbers of its own: name, title or code of the series, then the number of the member."""
    model = read_protocol(SERIES)
    sv = f"USUBJID,VISITNUM,VISIT,SVSTDTC\n01-1,{number},{label},2014-04-02\n"
    assert [visit.visit for visit in first(read_study(sdtm({"sv.csv": sv}), model)).visits] == [found]


def test_a_mapping_gives_visit_numbers_to_the_members_of_a_series(sdtm: Folder, tmp_path: Path) -> None:
    mapping = tmp_path / "mapping.toml"
    mapping.write_text('[visits]\n"201" = "C2D1"\n"10.3" = "CT3"\n', encoding="utf-8")
    sv = "USUBJID,VISITNUM,VISIT,SVSTDTC\n01-1,201,TREATMENT,2014-01-23\n01-1,10.3,SCAN,2015-01-02\n"
    records = read_study(sdtm({"sv.csv": sv}), read_protocol(SERIES), mapping=mapping)
    assert [visit.visit for visit in first(records).visits] == ["C2D1", "CT3"]


def test_a_reading_of_a_visit_inside_a_cycle(sdtm: Folder) -> None:
    model = read_protocol(SERIES + 'measure alt "Alanine aminotransferase" in U/L code cdisc "ALT"\n')
    lb = (
        "USUBJID,LBSEQ,LBTESTCD,LBSTRESC,LBSTRESN,LBSTRESU,VISITNUM,VISIT,LBDTC\n"
        "01-1,1,ALT,40,40,U/L,201,CYCLE 2 DAY 1,2014-01-23\n"
    )
    assert [reading.visit for reading in first(read_study(sdtm({"lb.csv": lb}), model)).readings["alt"]] == ["C2D1"]
