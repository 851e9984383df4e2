"""Cycles in columns: the cycles of the interpreter, and whoever departs from the plan of treatment is noticed."""

from pathlib import Path

import pytest
from tests.compile.acts import require_acts
from tests.compile.folders import write_folder
from tests.spec.cases import Case
from tests.spec.test_spec import ABOUT_DATA, checked, tables_of

from protocol_dsl import load
from protocol_dsl.model.columns import NotInColumnsError
from protocol_dsl.simulate import every_departure, simulate, write_study

MADE_UP = 60
PROTOCOLS = Path(__file__).parents[2] / "protocols"
ABOUT = ("dosing", "treatment", "prohibited", "intervals", "own", "queries")
FILES = ("cycles/", *(f"deviations/{name}" for name in ABOUT))
CASES = [each for each in ABOUT_DATA if each.file.startswith(FILES)]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case_of_acts_in_columns(case: Case, tmp_path: Path) -> None:
    model = checked(case, tmp_path).model
    assert model is not None
    if model.versions or model.epochs:
        pytest.skip("left to the interpreter: amendments and epochs")
    as_of = case.blocks["cutoff"].strip() if "cutoff" in case.blocks else None
    folder = write_folder(tmp_path / "data", tables_of(case))
    try:
        require_acts(load(tmp_path / "case.proto"), folder, as_of)
    except NotInColumnsError as error:
        pytest.skip(f"left to the interpreter: {error}")


@pytest.mark.parametrize(("seed", "as_of"), [(1, None), (2, "2005-06-01")])
def test_made_up_cycles_in_columns(seed: int, as_of: str | None, tmp_path: Path) -> None:
    study = load(PROTOCOLS / "anrs123.proto")
    population = simulate(study.model, MADE_UP, seed, every_departure(study.model))
    write_study(population, tmp_path)
    # One departure of every kind, most of which the interpreter judges.
    assert require_acts(study, tmp_path, as_of) >= MADE_UP - len(population.departures)
