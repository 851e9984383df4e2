"""What each table's cells mean, and what becomes of those that cannot be used."""

from fractions import Fraction
from pathlib import Path

from attrs import evolve
from tests.readers.conftest import Folder

from protocol_dsl.base.days import Days, parse_days
from protocol_dsl.base.numbers import Range
from protocol_dsl.model.records import FIRST_DAY, Record
from protocol_dsl.model.schedule import Arm
from protocol_dsl.model.study import StudyModel
from protocol_dsl.model.vocabulary import Coding
from protocol_dsl.readers import StudyRecords, read_study

LAST = parse_days("2006-03-02").first
DATED = "participant,event,date,end_date,code,category,grade,related_to\n"


def read(path: Path, model: StudyModel) -> tuple[StudyRecords, list[Record]]:
    records = read_study(path, model, as_of=LAST)
    return records, list(records)


def told(records: StudyRecords) -> list[tuple[int | None, str | None, str]]:
    return sorted((one.row, one.column, one.problem) for one in records.problems)


def test_events_are_called_by_name_title_or_code(folder: Folder, model: StudyModel) -> None:
    text = (
        f"{DATED}"
        "P1, Screening ,2004-06-01,,,,,\n"
        "P1,HIV-1 INFECTION,1999,,,,,\n"
        "P1,thrush,2004-07,,B37,,2,il2\n"
        "P1,,2004-08-01,,icd10 b20.1,,,\n"
        "P1,adverse_event,2004-08-01,unknown,,c,5,aspirin\n"
        "P1,last contact,2004-13,,,,,\n"
    )
    records, (first, _) = read(folder({"events.csv": text}), model)
    assert [event.first for event in first.events["screening"]] == [parse_days("2004-06-01").first]
    assert len(first.events["hiv1_infection"]) == 2
    thrush, other = first.events["adverse_event"]
    assert (thrush.category, thrush.grade, thrush.related_to) == ("B", 2, "il2")
    assert (other.category, other.grade, other.related_to) == ("C", 5, "aspirin")
    assert other.end == Days(other.first, LAST)
    assert not records.problems
    assert records.unused == {("events", "last contact"): 1}


def test_cells_of_events_that_cannot_be_used_are_set_aside_alone(folder: Folder, model: StudyModel) -> None:
    text = (
        f"{DATED}"
        "P1,adverse_event,2004-13-01,2004-02-30,,D,6,il2x\n"
        "P1,adverse_event,2004-06-14,2004-06-13,,,x,\n"
        "P1,adverse_event,,,,,,\n"
        "P1,,2004-06-14,,,,,\n"
        "P2,hiv1_infecton,2004-06-14,,,,,\n"
    )
    records, (first, second) = read(folder({"events.csv": text}), model)
    events = first.events["adverse_event"]
    assert [(event.first, event.last) for event in events[:2]] == [(FIRST_DAY, LAST)] * 2
    assert [event.grade for event in events] == [None] * 3
    assert first.open_histories == {"events"}
    assert second.open_histories == {"hiv1_infection"}
    assert [(row, column) for row, column, _ in told(records)] == [
        (2, "category"),
        (2, "date"),
        (2, "end_date"),
        (2, "grade"),
        (2, "related_to"),
        (3, "end_date"),
        (3, "grade"),
        (5, "event"),
        (6, "event"),
    ]


def test_readings_are_brought_to_the_unit_of_the_measure(folder: Folder, model: StudyModel) -> None:
    text = (
        "participant,measure,date,value,unit,visit,code\n"
        "P1,cd4,2004-06-01T08:30+02:00,<50,,week 24,\n"
        "P1,CD4 count,2004-06-02,0.2,cells/nL,W99,\n"
        "P1,lymphocytes T4,2004-06-03,>=750,cells/uL,,24467-3\n"
        "P1,change,2004-06-04,< -2,kg,,\n"
        "P1,change,2004-06-05,2,stone,,\n"
        "P1,clinical_status,2004-06-06,better,,,\n"
        "P1,cd8,2004-06-06,1,,,\n"
    )
    records, (first, _) = read(folder({"readings.csv": text}), model)
    one, two, three = first.readings["cd4"]
    assert (one.value, one.time, one.visit) == (Range(0, 50, high_open=True), 30_600, "W24")
    assert (two.value, two.visit, two.written) == (200, "W99", "0.2")
    assert (three.value, three.visit) == (Range(750, None), None)
    assert [reading.value for reading in first.readings["change"]] == [
        Range(None, -2, high_open=True),
        Fraction(127, 10),
    ]
    assert first.readings["clinical_status"][0].value == "Better"
    assert not records.problems
    assert records.unused == {("readings", "cd8"): 1}


def test_a_reading_that_cannot_be_used_is_empty(folder: Folder, model: StudyModel) -> None:
    values = [
        "1e999",
        "NaN",
        "\u0661\u0669\u0669",
        "4,5",
        "1234567890123456789",
        "0.0000000001",
        "=1+1",
        "-inf",
        "199 cells",
    ]
    rows = "".join(f'P1,cd4,2004-06-{day:02},"{value}",\n' for day, value in enumerate(values, 1))
    text = (
        "participant,measure,date,value,unit\n"
        + rows
        + "P1,cd4,2004-07-01,5,kg\nP1,cd4,2004-07-02,5,lots\nP1,cd44,2004-07-02,5,\nP1,,2004-07-02,5,\n"
    )
    records, (first, _) = read(folder({"readings.csv": text}), model)
    assert [reading.value for reading in first.readings["cd4"]] == [None] * (len(values) + 2)
    assert [row for row, _, _ in told(records)] == [*range(2, len(values) + 4), len(values) + 5]


def test_medications(folder: Folder, model: StudyModel) -> None:
    text = (
        "participant,drug,start,end,code\n"
        "P1,Zidovudine,2004-06,2004-06-20,\n"
        "P1,azt,2004-06-14,unknown,J05AF01\n"
        "P1,didanosine,,2004,\n"
        "P1,didanosine,2004-06-14,2004-06,\n"
        "P1,ritonavir,2004-06-14,2006-04,\n"
        "P1,aspirin,2004-06-14,2004-01,\n"
    )
    records, (first, _) = read(folder({"medications.csv": text}), model)
    june = parse_days("2004-06")
    spans = {(one.written, one.start, one.end) for one in first.medications}
    on_14 = Days(june.first + 13, june.first + 13)
    assert spans == {
        ("Zidovudine", Days(june.first, june.first + 19), Days(june.first + 19, june.first + 19)),
        ("azt", on_14, Days(on_14.first, LAST)),
        ("didanosine", Days(FIRST_DAY, parse_days("2004").last), parse_days("2004")),
        ("didanosine", on_14, Days(on_14.first, june.last)),
        ("ritonavir", on_14, None),
    }
    assert not records.problems
    assert not first.open_histories
    assert records.unused == {("medications", "aspirin"): 1}


def test_medications_that_cannot_be_used_leave_the_history_open(folder: Folder, model: StudyModel) -> None:
    rows = [
        "P1,zidovudin,2004,,",
        "P2,,2004,,",
        "P3,NRTI,2004,,",
        "P4,tenofovir,2004,,J05AF07",
        "P5,aspirin,2004,,",
        "P6,zidovudine,2004-06-14,2004-06-13,",
        "P7,Zidovudine 300 mg,2004,,",
    ]
    people = "participant\n" + "".join(f"P{n}\n" for n in range(1, 9))
    text = "participant,drug,start,end,code\n" + "\n".join(rows) + "\n"
    records, people_read = read(folder({"participants.csv": people, "medications.csv": text}), model)
    is_open = {record.participant: "medications" in record.open_histories for record in people_read}
    assert is_open == {
        "P1": True,
        "P2": True,
        "P3": True,
        "P4": True,
        "P5": False,
        "P6": True,
        "P7": True,
        "P8": False,
    }
    assert {record.participant: record.medications_since for record in people_read}["P8"] is None
    assert [(row, column) for row, column, _ in told(records)] == [
        (2, "drug"),
        (3, "drug"),
        (4, "drug"),
        (5, "drug"),
        (7, "end"),
        (8, "drug"),
    ]
    assert people_read[5].medications == ()


def test_administrations(folder: Folder, model: StudyModel) -> None:
    text = (
        "participant,treatment,date,cycle,dose,unit,route,end_date,times,level,given,reason\n"
        "P1,interleukin-2,2004-06-28,1,4500,kIU,Subcutaneous,,2,,yes,\n"
        "P1,il2,2004-06-29,1.5,x,,,2004-06-28,-1,,perhaps,\n"
        "P1,obr,2004-06-29,,60,mg,,,,LOW,no,nausea\n"
        "P1,obr,2004-06-30,,60,parsec,,,,high,,\n"
        "P1,placebo,2004-06-30,,,,,,,,,\n"
        "P1,ilo2,2004-06-30,,,,,,,,,\n"
    )
    records, (first, _) = read(folder({"administrations.csv": text}), model)
    one, two = first.administrations["il2"]
    assert (one.cycle, one.dose, one.written_dose, one.route, one.times) == (
        1,
        Fraction(9, 2),
        "4500 kIU",
        "subcutaneous",
        2,
    )
    assert (two.cycle, two.dose, two.times, two.is_given, two.is_in_doubt) == (None, None, None, False, True)
    low, high = first.administrations["obr"]
    assert (low.level, low.dose, low.is_given, low.reason) == ("low", 60, False, "nausea")
    assert (high.level, high.dose) == (None, None)
    assert first.open_histories == {"administrations"}
    assert [(row, column) for row, column, _ in told(records)] == [
        (3, "cycle"),
        (3, "dose"),
        (3, "end_date"),
        (3, "given"),
        (3, "times"),
        (5, "level"),
        (5, "unit"),
        (7, "treatment"),
    ]


def test_visits(folder: Folder, model: StudyModel) -> None:
    text = (
        "participant,visit,date,end_date,status,reason\n"
        "P1,week 24,2004-11-29,,,\nP1,W25,2004-11-30,,Not held,ill\nP1,,2004-12-01,,early_termination,\n"
        "P1,W24,2004-12-02,,gone,\n"
    )
    records, (first, _) = read(folder({"visits.csv": text}), model)
    assert [(row.visit, row.label, row.status) for row in first.visits] == [
        ("W24", "week 24", "held"),
        (None, "W25", "not held"),
        (None, "", "early termination"),
        ("W24", "W24", "not known"),
    ]
    assert [(row, column) for row, column, _ in told(records)] == [(5, "status")]


def test_participants(folder: Folder, model: StudyModel) -> None:
    text = (
        "participant,site,birth_date,sex,arm,failing,stage,weight,diagnosed,colour\n"
        "P1, 01 ,1960-02,M,a,Y,EARLY,70.5,1999,red\n"
        "P2,,1960-31-01,x,placebo,perhaps,middle,heavy,soon,\n"
        "=HYPERLINK(1),,,,,,,,,\n"
    )
    records, people = read(folder({"participants.csv": text}), model)
    formula, first, second = people
    assert formula.participant == "=HYPERLINK(1)"
    assert (first.site, first.arm, first.arm_written, first.birth) == ("01", "active", "a", parse_days("1960-02"))
    assert {name: fact.value for name, fact in first.attributes.items()} == {
        "sex": "male",
        "failing": "yes",
        "stage": "early",
        "weight": Fraction(141, 2),
        "diagnosed": parse_days("1999"),
    }
    assert (second.birth, second.arm, second.arm_written, second.attributes) == (None, None, "placebo", {})
    assert [column for _, column, _ in told(records)] == sorted(
        ["birth_date", "sex", "arm", "failing", "stage", "weight", "diagnosed"]
    )


def test_equal_rows_count_once(folder: Folder, model: StudyModel) -> None:
    row = "P1,cd4,2004-06-14,199,a\n"
    text = "participant,measure,date,value,note\n" + row * 3 + row.replace(",a", ",b")
    records, (first, _) = read(folder({"readings.csv": text}), model)
    assert len(first.readings["cd4"]) == 2
    assert [row for row, _, _ in told(records)] == [3, 4]


def test_rows_of_nobody_are_told(folder: Folder, model: StudyModel) -> None:
    text = "participant,measure,date,value\nP0,cd4,2004-06-14,1\n"
    text += "P1,cd4,2004-06-14,2\nP9,cd4,2004-06-14,3\n,cd4,2004-06-14,4\n"
    records, (first, _) = read(folder({"readings.csv": text}), model)
    assert [reading.value for reading in first.readings["cd4"]] == [2]
    assert [(row, column) for row, column, _ in told(records)] == [
        (2, "participant"),
        (4, "participant"),
        (5, "participant"),
    ]


def test_of_a_participant_given_twice_only_what_agrees_is_used(folder: Folder, model: StudyModel) -> None:
    text = "participant,site,sex,birth_date\nP1,01,male,1960\nP1,01,female,\nP1,01,male,1960\n"
    records, (first,) = read(folder({"participants.csv": text}), model)
    assert (first.site, first.birth, first.attributes) == ("01", parse_days("1960"), {})
    assert [row for row, _, _ in told(records)] == [3, 4]


def test_dates_that_contradict_each_other(folder: Folder, model: StudyModel) -> None:
    people = "participant,birth_date\nP1,2005-01-01\nP2,1960-01-01\n"
    events = (
        "participant,event,date\nP1,screening,2004-06-01\nP2,screening,2004-06-01\n"
        "P2,death,2005-01-01\nP2,death,2005-02\nP2,randomization,2004-06\nP2,randomization,2004-06-14\n"
        "P2,adverse_event,1959\n"
    )
    records, (first, second) = read(folder({"participants.csv": people, "events.csv": events}), model)
    assert first.birth is None
    assert second.birth == parse_days("1960-01-01")
    assert (second.events["adverse_event"][0].first, second.events["adverse_event"][0].last) == (FIRST_DAY, LAST)
    assert [(one.table, one.row, one.column) for one in records.problems] == [
        ("participants", 2, "birth_date"),
        ("events", 8, "date"),
        ("events", 5, "date"),
    ]


def test_a_code_says_all_that_it_stands_for(folder: Folder, model: StudyModel) -> None:
    text = f"{DATED}P1,pneumonia,2004-06-14,,B20.6,,,\nP2,adverse_event,2004-06-14,,B37,,,\nP2,,2004-06-15,,A,,,\n"
    records, (first, second) = read(folder({"events.csv": text}), model)
    assert [event.category for event in first.events["adverse_event"]] == ["C"]
    assert [event.category for event in first.events["hiv1_infection"]] == [None]
    assert [event.category for event in second.events["adverse_event"]] == ["B"]
    assert records.unused == {("events", "A"): 1}


def test_a_code_of_two_systems_needs_its_system(folder: Folder, model: StudyModel) -> None:
    arms = (*model.arms, Arm(name="control", title="", gives=(), codes=(Coding("other", "A"),)))
    text = "participant,arm\nP1,A\nP2,other:a\n"
    records, (first, second) = read(folder({"participants.csv": text}), evolve(model, arms=arms))
    assert (first.arm, second.arm) == (None, "control")
    assert [row for row, _, _ in told(records)] == [2]
