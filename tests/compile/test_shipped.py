"""The shipped protocols, screened in columns on their own data: to the byte, and most participants in columns."""

from pathlib import Path

from tests.compile.folders import tables_of_people, write_folder
from tests.compile.test_agreement import require_agreement
from tests.compile.test_check import require_agreement as require_check_agrees
from tests.protocols.lzzt_by_hand import rows
from tests.protocols.lzzt_records import participants

from protocol_dsl import load
from protocol_dsl.simulate import every_departure, simulate, write_study

ROOT = Path(__file__).parents[2]
PROTOCOLS = ROOT / "protocols"
MADE_UP = 40


def test_anrs123() -> None:
    people = 57
    assert require_agreement(load(PROTOCOLS / "anrs123.proto"), ROOT / "examples" / "anrs123", None) == people - 4


def test_actg175(shared: Path) -> None:
    people = 2139
    assert require_agreement(load(PROTOCOLS / "actg175.proto"), shared / "data" / "actg175", None) == people


def test_lzzt(shared: Path, tmp_path: Path) -> None:
    people = participants(shared / "data" / "lzzt")
    folder = write_folder(tmp_path / "data", tables_of_people(people))
    # Drugs that hold a name of the protocol, and a depression of the ST segment.
    others = 6
    assert require_agreement(load(PROTOCOLS / "lzzt.proto"), folder, None) == len(people) - others


def test_check_of_lzzt(shared: Path, tmp_path: Path) -> None:
    received = {row["USUBJID"]: row["ACTARMCD"] for row in rows(shared / "data" / "lzzt", "dm")}
    people = [{**one, "actarmcd": received[str(one["participant"])]} for one in participants(shared / "data" / "lzzt")]
    folder = write_folder(tmp_path / "data", tables_of_people(people))
    others = 6
    assert require_check_agrees(load(PROTOCOLS / "lzzt.proto"), folder) == len(people) - others


def test_check_of_keynote024(tmp_path: Path) -> None:
    study = load(PROTOCOLS / "keynote024.proto")
    write_study(simulate(study.model, MADE_UP, 4, ()), tmp_path)
    assert require_check_agrees(study, tmp_path) == MADE_UP


def test_check_of_keynote024_with_departures(tmp_path: Path) -> None:
    study = load(PROTOCOLS / "keynote024.proto")
    population = simulate(study.model, MADE_UP, 4, every_departure(study.model))
    write_study(population, tmp_path)
    # The others have two readings of a day, or a dose or a cycle that the plan does not have.
    assert require_check_agrees(study, tmp_path) >= MADE_UP - len(population.departures) // 2 + 4


def test_keynote024(tmp_path: Path) -> None:
    study = load(PROTOCOLS / "keynote024.proto")
    write_study(simulate(study.model, MADE_UP, 3), tmp_path)
    assert require_agreement(study, tmp_path, None) == MADE_UP
