"""The printed statement: it stands alone, and judges everybody who is not odd as the interpreter does."""

from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest
import sqlglot
from hypothesis import HealthCheck, assume, given, settings
from sqlglot import exp
from tests.compile.folders import write_folder
from tests.compile.studies import MadeUp, studies
from tests.compile.test_agreement import AS_OF, study_of
from tests.compile.warehouse import in_duckdb, require_the_same

from protocol_dsl import Study, UnreadableError, load
from protocol_dsl.compile.engines import refusals
from protocol_dsl.compile.printed import DIALECTS, Dialect, written

PROTOCOLS = Path(__file__).parents[2] / "protocols"
HEAD = """protocol SMALL "A small trial"
  language 1
measure cd4 "CD4 cell count" in cells/mm3
event fall "Fall"
  grades 1 to 5
drugs PI "Protease inhibitors"
  members indinavir
history medications complete
anchor SCR is screening
eligibility at SCR
inclusion I1 "Low CD4 */ count"
  require latest cd4 before SCR < 200 cells/mm3
exclusion E1 "Protease inhibitors"
  exclude if exposed to PI
"""


def require_statement_agrees(study: Study, folder: Path, as_of: str | None) -> int:
    """The printed statement in DuckDB against the interpreter; how many participants are not odd."""
    expected = study.screen(folder, reasons="none", engine="interpreter", as_of=as_of)
    rows = in_duckdb(study, folder)(study.sql("duckdb", as_of=as_of))
    return require_the_same(rows, {result.participant: result for result in expected})


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(one=studies())
@pytest.mark.parametrize("as_of", [None, AS_OF])
def test_the_statement_agrees_with_the_interpreter(as_of: str | None, one: MadeUp) -> None:
    with TemporaryDirectory() as place:
        folder = write_folder(Path(place) / "data", one.data.tables)
        study = study_of(one.text, Path(place))
        assume(not refusals(study.model))  # such as arithmetic over too many values
        require_statement_agrees(study, folder, as_of)


ROWS: dict[str, list[dict[str, str]]] = {
    "participants": [{"participant": name} for name in "ABCDEFGHIJ"],
    "events": [{"participant": name, "event": "screening", "date": "2004-06-14"} for name in "ABCDEFGHIJ"]
    + [
        {"participant": "B", "event": "fal", "date": "2004-06-14"},
        {"participant": "C", "event": "flal", "date": "2004-06-14"},
        {"participant": "D", "event": "fall", "date": "2004-06-14", "grade": "6"},
        {"participant": "E", "event": "fever", "date": "2004-06-14", "grade": "6"},
    ],
    "readings": [
        {"participant": "A", "measure": " CD4 ", "date": "2004-06-14", "value": "199", "unit": "cells/uL"},
        {"participant": "F", "measure": "cd4", "date": "2004-06-14", "value": "199", "unit": "kg"},
        {"participant": "G", "measure": "cd8", "date": "2004-06-14", "value": "199", "unit": "kg"},
    ],
    "medications": [
        {"participant": "H", "drug": "indinavir 800 mg", "start": "2004"},
        {"participant": "I", "drug": "aspirin", "start": "2004"},
        {"participant": "J", "drug": "Indinavir", "start": "2004"},
    ],
    "visits": [{"participant": "A", "visit": "SCR", "date": "2004-06-14", "status": "Held"}],
}


def test_names_are_read_as_the_readers_read_them(tmp_path: Path) -> None:
    study, folder = study_of(HEAD, tmp_path), write_folder(tmp_path / "data", ROWS)
    rows = in_duckdb(study, folder)(study.sql("duckdb"))
    # A letter left out, two that changed places, a grade there is not, a unit of something else, a drug within a text.
    assert {row["participant"] for row in rows if row["odd"]} == {"B", "C", "D", "F", "H"}
    require_statement_agrees(study, folder, None)


CODED = """protocol CODED "A trial with codes"
  language 1
measure alt "Alanine aminotransferase" in U/L
  normal 7 U/L to 40 U/L
event relapse "Relapse"
  category local icd10 "C79.2"
  category distant icd10 "C79.9"
  category regional icd10 "C78"
  grades 1 to 5
anchor SCR is screening
eligibility at SCR
visit SC "Screening" at SCR
  window ± 3 days
at SC also assess alt
inclusion I1 "Within the range of the laboratory"
  require latest alt before SCR <= upper limit of alt
inclusion I2 "At screening"
  require alt at SC < 50 U/L
inclusion I3 "A severe distant relapse"
  require any relapse in {distant} of grade at least 3 before SCR
"""


def test_ranges_labels_and_codes_of_rows_are_read(tmp_path: Path) -> None:
    rows: dict[str, list[dict[str, str]]] = {
        "participants": [{"participant": name} for name in "ABCDE"],
        "events": [{"participant": name, "event": "screening", "date": "2004-06-14"} for name in "ABCDE"]
        + [
            {"participant": "A", "event": "relapse", "date": "2004-06-01", "category": "distant", "grade": "3"},
            {"participant": "B", "code": "C79.9", "date": "2004-06-01", "grade": "4"},
            {"participant": "C", "code": "C79.9", "date": "2004-06-01", "grade": "2"},
            {"participant": "D", "event": "relapse", "date": "2004-06-01", "grade": "4"},
            {"participant": "E", "event": "relapse", "date": "2004-06-01", "code": "C79.9", "grade": "4"},
        ],
        "readings": [
            {"participant": "A", "measure": "alt", "date": "2004-06-10T08:30", "value": "45", "high": "45"},
            {"participant": "B", "measure": "alt", "date": "2004-06-10", "value": "45", "visit": " Screening "},
            {"participant": "C", "measure": "alt", "date": "2004-06-12", "value": "39", "high": "30"},
            {"participant": "D", "measure": "alt", "date": "2004-06-12", "value": "39", "visit": "\tSC"},
        ],
        "visits": [{"participant": "A", "visit": "SC", "date": "2004-06-10"}],
    }
    study, folder = study_of(CODED, tmp_path), write_folder(tmp_path / "data", rows)
    found = {str(row["participant"]): row for row in in_duckdb(study, folder)(study.sql("duckdb"))}
    # A tab before a label, and a name whose category a code tells, are left to the row readers.
    assert {name for name, row in found.items() if row["odd"]} == {"D", "E"}
    names = [f"finding_I{number}" for number in (1, 2, 3)]
    assert [[found[one][name] for name in names] for one in "ABC"] == [
        ["met", "met", "met"],
        ["not met", "met", "met"],
        ["not met", "met", "not met"],
    ]
    require_statement_agrees(study, folder, None)


def test_a_category_and_a_code_of_another_are_left_to_the_readers(tmp_path: Path) -> None:
    # Name, code and category of an event, and whether it is left to the row readers.
    events = [
        *(("A1", "relapse", "C79.2", "distant", True), ("A2", "", "C79.9", "local", True)),
        *(("A3", "relapse", "icd10:C79.2", "C79.9", True), ("A4", "relapse", "C78.25", "distant", True)),
        *(("A5", "C79.2", "", "Distant", True), ("A6", "relapse", "icd10:C78.1", "", True)),
        *(("B1", "relapse", "C79.2", "LOCAL", False), ("B2", "", "C79.9", "distant", False)),
        *(("B3", "relapse", "Z99", "local", False), ("B4", "relapse", "icd10:C79.9", "c79.9", False)),
        *(("B5", "C79.2", "", "local", False), ("B6", "relapse", "", "local", False)),
        *(("B7", "relapse", "C79.25", "distant", False), ("B8", "relapse", "C78.1", "c78", False)),
    ]
    rows: dict[str, list[dict[str, str]]] = {
        "participants": [{"participant": name} for name, *_ in events],
        "events": [
            row
            for name, event, code, category, _ in events
            for row in (
                {"participant": name, "event": "screening", "date": "2004-06-14"},
                {"participant": name, "event": event, "date": "2004-06-01", "code": code, "category": category}
                | {"grade": "4"},
            )
        ],
    }
    study, folder = study_of(CODED, tmp_path), write_folder(tmp_path / "data", rows)
    found = in_duckdb(study, folder)(study.sql("duckdb"))
    assert {str(row["participant"]): bool(row["odd"]) for row in found} == {name: odd for name, *_, odd in events}
    require_statement_agrees(study, folder, None)


DOUBTFUL = """protocol DOUBTFUL "A trial with codes of drugs and conditions"
  language 1
measure cd4 "CD4 cell count" in cells/mm3
  code loinc "24467-3"
measure hiv_rna "Plasma HIV RNA" in copies/mL
  code loinc "20447-9"
condition mi "Infarction (of the heart)"
  code icd10 "I21"
event fall "Fall"
  code icd10 "W19"
drugs PI "Protease inhibitors"
  members indinavir J05AE02
  code atc "J05AE"
drugs NRTI "Nucleoside inhibitors"
  members zidovudine J05AF01, az J05AF98
history medications complete
history conditions complete
anchor SCR is screening
eligibility at SCR
inclusion I1 "Low CD4 count"
  require latest cd4 before SCR < 200 cells/mm3
inclusion I2 "A low viral load"
  require latest hiv_rna before SCR < 50 copies/mL
exclusion E1 "Protease inhibitors"
  exclude if exposed to PI or exposed to NRTI
exclusion E2 "Infarction"
  exclude if mi is confirmed before SCR
exclusion E3 "Fall"
  exclude if any fall before SCR
"""


def test_a_name_and_a_code_of_two_things_are_left_to_the_readers(tmp_path: Path) -> None:
    drugs = [
        *(("A1", "indinavir", "J05AF01"), ("A2", "indinavir", "J05AE02"), ("A3", "indinavir", "N02BE01")),
        *(("B1", "zidovudine", "J05AE99"), ("B2", "zidovudine", "atc:J05AE99"), ("B3", "", "J05AE02")),
        *(("C1", "zidovudin", "J05AE02"), ("C2", "PI", "J05AF01"), ("C3", "crixivan", "J05AE02")),
        *(("D1", "az 100 mg", ""), ("D2", "azote", ""), ("D3", "take_az!", "X"), ("D4", "", "icd:J05AE77")),
    ]
    events = [
        *(("E1", "fall", "I21.4"), ("E2", "mi", "I21.4"), ("E3", "mi", "W19"), ("E4", "fall", "W19")),
        *(("F1", "acute mi", ""), ("F2", "migraine", ""), ("F3", "infarction (of the heart), old", "")),
        *(("F4", "a fall", "I21"), ("F5", "rainfall", ""), ("F6", "fal", "I21")),
    ]
    measures = [
        *(("G1", "cd4", "20447-9"), ("G2", "cd4", "24467-3"), ("G3", "hiv_rma", "24467-3")),
        ("G4", "count of cd4", "24467-3"),
    ]
    twins = [
        ("H1", "indinavir", "20 mg"),
        ("H1", "Indinavir ", " 20 mg"),
        ("H2", "indinavir", "20 mg"),
        ("H2", "indinavir", "30 mg"),
    ]
    named = [*drugs, *events, *measures, *twins]
    people = [{"participant": name} for name in dict.fromkeys(name for name, _, _ in named)]
    rows: dict[str, list[dict[str, str]]] = {
        "participants": people,
        "events": [{**one, "event": "screening", "date": "2004-06-14"} for one in people]
        + [{"participant": who, "event": name, "code": code, "date": "2004-06-01"} for who, name, code in events],
        "readings": [
            {"participant": who, "measure": name, "code": code, "date": "2004-06-01", "value": "100"}
            for who, name, code in measures
        ],
        "medications": [
            {"participant": who, "drug": name, "code": code, "start": "2004-06-01"} for who, name, code in drugs
        ]
        + [{"participant": who, "drug": name, "dose": dose, "start": "2004-06-01"} for who, name, dose in twins],
    }
    study, folder = study_of(DOUBTFUL, tmp_path), write_folder(tmp_path / "data", rows)
    found = {str(row["participant"]): row for row in in_duckdb(study, folder)(study.sql("duckdb"))}
    doubtful = {"A1", "B1", "B2", "C1", "C2", "D1", "D3", "D4", "E1", "E3", "F1", "F3", "F4", "F6", "G1", "G3", "H1"}
    assert {name for name, row in found.items() if row["odd"]} == doubtful
    require_statement_agrees(study, folder, None)
    reported = {problem.participant for problem in study.screen(folder, engine="interpreter").problems}
    assert reported == doubtful


def test_the_shipped_study_is_mostly_judged(tmp_path: Path) -> None:
    study = load(PROTOCOLS / "anrs123.proto")
    shipped = PROTOCOLS.parent / "examples" / "anrs123"
    for path in shipped.glob("*.csv"):
        query = f"from read_csv('{path}', all_varchar = true)"
        duckdb.sql(f"copy ({query}) to '{tmp_path / path.stem}.parquet' (format parquet)")
    assert require_statement_agrees(study, tmp_path, None) >= 50
    assert require_statement_agrees(study, tmp_path, "2006-01-01") >= 50


def test_typed_columns_are_read_as_their_text(tmp_path: Path) -> None:
    study, folder = study_of(HEAD, tmp_path), tmp_path / "data"
    write_folder(folder, ROWS)
    typed = "select * replace (cast(date as date) as date, cast(value as decimal(9, 2)) as value)"
    path = folder / "readings.parquet"
    duckdb.sql(f"copy ({typed} from '{path}') to '{tmp_path / 'typed.parquet'}' (format parquet)")
    (tmp_path / "typed.parquet").replace(path)
    rows = {row["participant"]: row for row in in_duckdb(study, folder)(study.sql("duckdb"))}
    assert (rows["A"]["odd"], rows["A"]["finding_I1"]) == (False, "met")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_can_be_parsed_back(dialect: Dialect, tmp_path: Path) -> None:
    study = study_of(HEAD, tmp_path)
    text = study.sql(dialect, schema="warehouse.trial", as_of=AS_OF)
    (tree,) = sqlglot.parse(text, dialect=dialect)
    assert tree is not None
    raw = {table.name for table in tree.find_all(exp.Table) if table.db == "trial"}
    assert raw == {"participants", "events", "readings", "medications", "visits"}
    assert "administrations" in study.sql(dialect)
    assert "exclusion E1: Protease inhibitors" in text
    assert sum("finding_" in each.alias for each in tree.expressions) == 2


def test_numbers_that_outgrow_a_dialect_are_refused_by_name(tmp_path: Path) -> None:
    product = " * ".join(["(latest cd4 before SCR)"] * 2)
    text = HEAD + f'inclusion I2 "Wide" require ({product}) / (lowest cd4 before SCR) < 3 cells/mm3\n'
    try:
        study = study_of(text, tmp_path)
    except AssertionError:
        pytest.skip("no such expression in the language")
    assert "I2" in str(study.sql("duckdb"))
    with pytest.raises(UnreadableError, match="I2: numbers of more than 64 bits, which spark does not have"):
        study.sql("spark")


def test_more_names_than_a_dialect_has_bits_for_are_refused(tmp_path: Path) -> None:
    events = "".join(f'event e{number}x "Event {number}"\n' for number in range(61))
    asked = "".join(f'exclusion X{number} "Event" exclude if any e{number}x before SCR\n' for number in range(61))
    study = study_of(f"{HEAD}{events}{asked}", tmp_path)
    assert "X60" in study.sql("duckdb")
    with pytest.raises(UnreadableError, match="more milestones, conditions and events than a number of 64 bits"):
        study.sql("spark")


def test_the_least_of_one_value_is_that_value_on_spark() -> None:
    least = exp.Least(this=exp.column("day"), expressions=[], ignore_nulls=True)
    most = exp.Greatest(this=least, expressions=[], ignore_nulls=True)
    assert written(exp.select(most), "spark") == "SELECT day"
    assert written(exp.select(most), "duckdb") == "SELECT GREATEST(LEAST(day))"


def test_a_schema_is_a_name(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="a schema is a name"):
        study_of(HEAD, tmp_path).sql("duckdb", schema="a; drop table b")
