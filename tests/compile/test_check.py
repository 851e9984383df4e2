"""Checking in columns: the interpreter's visits, cycles, deviations and queries, whoever judges a participant."""

from pathlib import Path
from shutil import copytree

import pytest
from tests.compile.folders import write_folder
from tests.compile.test_agreement import study_of
from tests.spec.cases import Case
from tests.spec.test_spec import ABOUT_DATA, tables_of

from protocol_dsl import Study, UnreadableError, load
from protocol_dsl.compile.engines import check_refusals
from protocol_dsl.project.column_check import ColumnCheck
from protocol_dsl.project.runs import Check
from protocol_dsl.simulate import every_departure, simulate, write_study

MADE_UP = 60
PROTOCOLS = Path(__file__).parents[2] / "protocols"
FILES = ("amendments/", "visits/", "cycles/", "deviations/", "epochs/", "endpoints/times.md")
CASES = [each for each in ABOUT_DATA if each.file.startswith(FILES)]


def require_agreement(study: Study, folder: Path, as_of: str | None = None) -> int:
    """Both engines over one folder; how many participants columns judged themselves."""
    columns = study.check(folder, engine="duckdb", as_of=as_of)
    judged = same_as_interpreter(columns, study, folder, as_of)
    assert isinstance(columns, ColumnCheck)
    assert columns.verify(5) == ()
    return judged


def same_as_interpreter(columns: Check, study: Study, folder: Path, as_of: str | None) -> int:
    """A run in columns, beside the interpreter's."""
    reference = study.check(folder, reasons="none", engine="interpreter", as_of=as_of)
    assert isinstance(columns, ColumnCheck)
    assert columns.as_of == reference.as_of
    assert list(columns) == list(reference)
    assert columns.end == reference.end
    return columns.judged_in_columns


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case_in_columns(case: Case, tmp_path: Path) -> None:
    study = study_of(case.protocol, tmp_path)
    as_of = case.blocks["cutoff"].strip() if "cutoff" in case.blocks else None
    # Without a table of visits columns judge nobody; an empty one says that none was held.
    folder = write_folder(tmp_path / "data", {"visits": [], **tables_of(case)})
    try:
        columns = study.check(folder, engine="duckdb", as_of=as_of)
    except UnreadableError as error:
        # What the database says of a statement that it cannot run is no refusal.
        if "does not judge this" not in str(error):
            raise
        # Of the data columns may refuse something; the protocols they judge.
        assert not check_refusals(study.model)
        pytest.skip(str(error))
    same_as_interpreter(columns, study, folder, as_of)


@pytest.mark.parametrize(("seed", "as_of"), [(1, None), (2, "2005-06-01")])
def test_made_up_study_in_columns(seed: int, as_of: str | None, tmp_path: Path) -> None:
    study = load(PROTOCOLS / "anrs123.proto")
    population = simulate(study.model, MADE_UP, seed, every_departure(study.model))
    write_study(population, tmp_path)
    # More than keep to the plan: of what is planted, columns tell some departures themselves.
    assert require_agreement(study, tmp_path, as_of) > MADE_UP - len(population.departures)


def test_unscheduled_visits_and_those_not_held_are_judged_in_columns(tmp_path: Path) -> None:
    text = (PROTOCOLS / "anrs123.proto").read_text(encoding="utf-8").replace("± 7 days", "± 7 days\n  grace 20 days", 1)
    copytree(PROTOCOLS, tmp_path / "protocols")
    path = tmp_path / "protocols" / "anrs123.proto"
    path.write_text(text, encoding="utf-8")
    study = load(path)
    folder = tmp_path / "data"
    folder.mkdir()
    write_study(simulate(study.model, 40, 3, ()), folder)
    plain = require_agreement(study, folder, "2005-06-01")
    heading, *rows = (folder / "visits.csv").read_text(encoding="utf-8").splitlines()
    changed = [row.replace(",held", ",not held") if ",W12," in row else row for row in rows]
    more = [row.replace(",W4,", ",Extra,").replace("2004-", "2005-") for row in rows if ",W4," in row]
    (folder / "visits.csv").write_text("\n".join([heading, *changed, *more, ""]), encoding="utf-8")
    found = list(study.check(folder, reasons="none"))
    assert any(each.status == "unscheduled" for result in found for each in result.visits)
    assert any(each.status == "missed" for result in found for each in result.visits)
    # Some of the visits added are on the day of another, which is a query.
    assert require_agreement(study, folder, "2005-06-01") >= plain // 2


@pytest.mark.parametrize("name", ["anrs123", "actg175"])
def test_columns_judge_whoever_keeps_to_the_plan(name: str, tmp_path: Path) -> None:
    study = load(PROTOCOLS / f"{name}.proto")
    write_study(simulate(study.model, MADE_UP, 3), tmp_path)
    assert require_agreement(study, tmp_path) >= MADE_UP - 2


def test_acts_before_consent_or_without_one_are_told_in_columns(tmp_path: Path) -> None:
    study = load(PROTOCOLS / "anrs123.proto")
    write_study(simulate(study.model, MADE_UP, 3, ()), tmp_path)
    heading, *rows = (tmp_path / "events.csv").read_text(encoding="utf-8").splitlines()
    consents = [row for row in rows if ",consent," in row]
    without, late = consents[: MADE_UP // 4], consents[MADE_UP // 4 : MADE_UP // 2]
    kept = [row for row in rows if row not in without]
    moved = [row.replace(row.split(",")[2], "2004-12-01", 1) if row in late else row for row in kept]
    (tmp_path / "events.csv").write_text("\n".join([heading, *moved, ""]), encoding="utf-8")
    found = list(study.check(tmp_path, reasons="none"))
    assert sum(any(one.code == "QY09" for one in result.queries) for result in found) == len(without)
    assert sum(any(one.code == "DV02" for one in result.deviations) for result in found) == len(late)
    assert require_agreement(study, tmp_path) >= MADE_UP - 2


def test_intervals_that_were_not_kept_are_told_in_columns(tmp_path: Path) -> None:
    copytree(PROTOCOLS, tmp_path / "protocols")
    path = tmp_path / "protocols" / "anrs123.proto"
    text = 'interval short "Screening" at most 1 day from SCR to W0\n'
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")
    study = load(path)
    folder = tmp_path / "data"
    folder.mkdir()
    write_study(simulate(study.model, MADE_UP, 3, ()), folder)
    found = list(study.check(folder, reasons="none"))
    assert sum(any(one.code == "DV16" for one in result.deviations) for result in found) > MADE_UP // 2
    assert require_agreement(study, folder) >= MADE_UP - 2


WITH_ARMS = """protocol ARMS "Two arms"
  language 1
treatment obr "Optimized regimen"
  continuous from W0
treatment care "Usual care"
  continuous from W0
arm active "Active"
  gives obr
arm control "Control"
  gives care
anchor W0 is randomization
eligibility at W0
visit W0 "Baseline" at W0
"""


def test_whoever_has_no_known_arm_is_asked_for_it(tmp_path: Path) -> None:
    people = [{"participant": f"{arm}{number}", "arm": arm} for arm in ("", "active", "control") for number in range(3)]
    own = [{"participant": each["participant"], "date": "2004-06-14"} for each in people]
    # The first of each was not randomized, the second was given nothing.
    tables = {
        "participants": people,
        "events": [{**row, "event": "randomization" if number % 3 else "consent"} for number, row in enumerate(own)],
        "visits": [{**row, "visit": "W0"} for row in own],
        "administrations": [{**row, "treatment": "obr"} for row in own[2::3]],
    }
    study, folder = study_of(WITH_ARMS, tmp_path), write_folder(tmp_path / "data", tables)
    assert require_agreement(study, folder) == len(people)
    asked = {each.participant for each in study.check(folder) if any(one.code == "QY15" for one in each.queries)}
    assert asked == {"1", "2"}
