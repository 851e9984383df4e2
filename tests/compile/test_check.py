"""Checking in columns: the interpreter's visits, cycles, deviations and queries, whoever judges a participant."""

from pathlib import Path

import pytest
from tests.compile.folders import write_folder
from tests.spec.cases import Case
from tests.spec.test_spec import ABOUT_DATA, checked, tables_of

from protocol_dsl import Study, UnreadableError, load
from protocol_dsl.compile.engines import check_refusals
from protocol_dsl.project.column_check import ColumnCheck
from protocol_dsl.simulate import every_departure, simulate, write_study

PROTOCOLS = Path(__file__).parents[2] / "protocols"
FILES = ("visits/", "deviations/")
CASES = [each for each in ABOUT_DATA if each.file.startswith(FILES)]


def require_agreement(study: Study, folder: Path, as_of: str | None = None) -> int:
    """Both engines over one folder; how many participants columns judged themselves."""
    reference = study.check(folder, reasons="none", engine="interpreter", as_of=as_of)
    columns = study.check(folder, engine="duckdb", as_of=as_of)
    assert isinstance(columns, ColumnCheck)
    assert columns.as_of == reference.as_of
    assert list(columns) == list(reference)
    assert columns.end == reference.end
    assert columns.verify(5) == ()
    return columns.judged_in_columns


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case_in_columns(case: Case, tmp_path: Path) -> None:
    model = checked(case, tmp_path).model
    assert model is not None
    if refused := check_refusals(model):
        pytest.skip(f"left to the interpreter: {refused[0].words}")
    as_of = case.blocks["cutoff"].strip() if "cutoff" in case.blocks else None
    folder = write_folder(tmp_path / "data", tables_of(case))
    study = load(tmp_path / "case.proto")
    try:
        study.check(folder, engine="duckdb", as_of=as_of)
    except UnreadableError as error:
        pytest.skip(str(error))
    require_agreement(study, folder, as_of)


@pytest.mark.parametrize(("seed", "as_of"), [(1, None), (2, "2005-06-01")])
def test_made_up_study_in_columns(seed: int, as_of: str | None, tmp_path: Path) -> None:
    study = load(PROTOCOLS / "anrs123.proto")
    population = simulate(study.model, 60, seed, every_departure(study.model))
    write_study(population, tmp_path)
    assert require_agreement(study, tmp_path, as_of) >= 20
